// A file of the virtual disk: what is on the platters, what a process sees, and the sector writes
// that lie between. Sectors are never changed in place, so a copy of a file is a copy of
// references.

export const SECTOR = 512;

const ZERO_SECTOR = new Uint8Array(SECTOR);

/** A piece of a write that lies in one sector and has not been synced. */
export interface PendingWrite {
  readonly sector: number;
  /** Within the sector. */
  readonly from: number;
  readonly bytes: Uint8Array;
}

export class VirtualFile {
  durable: Uint8Array[] = [];
  durableSize = 0;
  live: Uint8Array[] = [];
  liveSize = 0;
  pending: PendingWrite[] = [];
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  copy(): VirtualFile {
    const other = new VirtualFile(this.id);
    other.durable = this.durable.slice();
    other.durableSize = this.durableSize;
    other.live = this.live.slice();
    other.liveSize = this.liveSize;
    other.pending = this.pending.slice();
    return other;
  }

  read(into: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(into.length, this.liveSize - position));
    for (let done = 0; done < count;) {
      const at = position + done;
      const from = at % SECTOR;
      const size = Math.min(SECTOR - from, count - done);
      const sector = this.live[(at - from) / SECTOR] ?? ZERO_SECTOR;
      if (size === SECTOR) into.set(sector, done);
      else into.set(sector.subarray(from, from + size), done);
      done += size;
    }
    return count;
  }

  /** Changes what processes see; the disk follows with `sync`, or in part with a crash. */
  write(bytes: Uint8Array, position: number): PendingWrite[] {
    const pieces: PendingWrite[] = [];
    for (let done = 0; done < bytes.length;) {
      const at = position + done;
      const from = at % SECTOR;
      const size = Math.min(SECTOR - from, bytes.length - done);
      const piece = { sector: (at - from) / SECTOR, from, bytes: bytes.slice(done, done + size) };
      apply(this.live, piece);
      pieces.push(piece);
      done += size;
    }
    this.pending.push(...pieces);
    this.liveSize = Math.max(this.liveSize, position + bytes.length);
    return pieces;
  }

  sync(): void {
    for (const piece of this.pending) apply(this.durable, piece);
    this.durableSize = this.liveSize;
    this.pending = [];
  }

  /** What a durable write does: its own pieces reach the platters, and no others. */
  syncPieces(pieces: readonly PendingWrite[]): void {
    for (const piece of pieces) {
      apply(this.durable, piece);
      this.durableSize = Math.max(this.durableSize, endOf(piece));
    }
    const own = new Set(pieces);
    this.pending = this.pending.filter((piece) => !own.has(piece));
  }

  /**
   * What Linux does after a failed sync: the pages count as clean, and no later sync writes them.
   */
  forget(): void {
    this.pending = [];
  }

  /** After a crash: `kept` of the pending writes reached the platters, in that order. */
  crash(kept: readonly PendingWrite[], keepsSize: boolean): void {
    let size = keepsSize ? this.liveSize : this.durableSize;
    for (const piece of kept) {
      apply(this.durable, piece);
      size = Math.max(size, endOf(piece));
    }
    this.live = this.durable.slice();
    this.durableSize = size;
    this.liveSize = size;
    this.pending = [];
  }

  /** Changes a byte where it lies, as a disk that rots does. */
  damage(position: number, change: (byte: number) => number): void {
    const from = position % SECTOR;
    const index = (position - from) / SECTOR;
    const sector = (this.durable[index] ?? ZERO_SECTOR).slice();
    sector[from] = change(sector[from]);
    this.durable[index] = sector;
    this.live[index] = sector;
  }

  /** Cuts the file off where it lies, as an operator's tool might. */
  truncate(size: number): void {
    const whole = Math.ceil(size / SECTOR);
    this.live.length = Math.min(this.live.length, whole);
    const rest = size % SECTOR;
    if (rest !== 0 && this.live[whole - 1] !== undefined) {
      this.live[whole - 1] = this.live[whole - 1].slice().fill(0, rest);
    }
    this.liveSize = size;
    this.durable = this.live.slice();
    this.durableSize = size;
    this.pending = [];
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.liveSize);
    this.read(all, 0);
    return all;
  }
}

const endOf = (piece: PendingWrite): number =>
  piece.sector * SECTOR + piece.from + piece.bytes.length;

function apply(sectors: Uint8Array[], piece: PendingWrite): void {
  if (piece.bytes.length === SECTOR) {
    sectors[piece.sector] = piece.bytes;
    return;
  }
  const changed = (sectors[piece.sector] ?? ZERO_SECTOR).slice();
  changed.set(piece.bytes, piece.from);
  sectors[piece.sector] = changed;
}
