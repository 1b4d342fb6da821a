// A disk that does what a real one may do and no more: it loses, tears and reorders what was not
// synced, forgets names whose directory was not synced, writes short, fills up, fails a sync once
// and then says that all is well, and rots. One process, no clock, no chance: whoever tests decides
// what happens.

import type { Disk, DiskFile, OpenMode } from '../../journal/disk.ts';
import { type PendingWrite, VirtualFile } from './sectors.ts';

export type DiskOperation =
  | 'open'
  | 'read'
  | 'write'
  | 'datasync'
  | 'size'
  | 'close'
  | 'list'
  | 'makeDirectory'
  | 'rename'
  | 'unlink'
  | 'syncDirectory';

/**
 * When the hook of a call runs: before anything happened, after the bytes of a durable write were
 * taken but before they are on the disk, or when all is done but the caller does not know yet.
 */
export type Phase = 'before' | 'within' | 'after';

export interface DiskCall {
  readonly number: number;
  readonly operation: DiskOperation;
  readonly path: string;
  readonly position: number;
  readonly length: number;
}

/** What a crash leaves of the changes that were not synced. */
export interface CrashChoice {
  /** Which of the unsynced sector writes reached the disk; all of them are offered in order. */
  keepWrite(write: PendingWrite, index: number): boolean | PendingWrite;
  /** Which of the unsynced changes of names did. */
  keepName(index: number): boolean;
  /** Whether a file that grew has its new length even where its bytes are lost. */
  keepSize: boolean;
}

type NameChange =
  | { readonly kind: 'create'; readonly path: string; readonly file: VirtualFile }
  | {
      readonly kind: 'rename';
      readonly from: string;
      readonly path: string;
      readonly file: VirtualFile;
    }
  | { readonly kind: 'unlink'; readonly path: string };

/** An error as the system gives it. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

export class VirtualDisk implements Disk {
  /** Sees every call; may throw to fail it, or to stop the world. */
  onCall: ((call: DiskCall, phase: Phase) => void) | undefined;
  /** How many bytes a write of `length` takes at most; must be at least 1. */
  shorten: ((length: number) => number) | undefined;
  /** Bytes of all files together; writes beyond are cut short, then fail with ENOSPC. */
  capacity = Number.POSITIVE_INFINITY;
  /**
   * The next sync of a path for which this says true fails once: the data is gone, the disk goes
   * on.
   */
  failSync: ((path: string) => boolean) | undefined;
  calls = 0;
  private names = new Map<string, VirtualFile>();
  private durableNames = new Map<string, VirtualFile>();
  private changes: NameChange[] = [];
  private files = 0;

  /** The same disk once more: both go on independently. */
  fork(): VirtualDisk {
    const other = new VirtualDisk();
    const copies = new Map<VirtualFile, VirtualFile>();
    const copyOf = (file: VirtualFile): VirtualFile => {
      const known = copies.get(file);
      if (known !== undefined) return known;
      const copy = file.copy();
      copies.set(file, copy);
      return copy;
    };
    for (const [path, file] of this.names) other.names.set(path, copyOf(file));
    for (const [path, file] of this.durableNames) other.durableNames.set(path, copyOf(file));
    other.changes = this.changes.map((one) =>
      one.kind === 'unlink' ? one : { ...one, file: copyOf(one.file) },
    );
    other.files = this.files;
    return other;
  }

  /** Pulls the plug. What remains is what the platters hold. */
  crash(choice: CrashChoice): void {
    const files = new Set([...this.names.values(), ...this.durableNames.values()]);
    for (const one of this.changes) if (one.kind !== 'unlink') files.add(one.file);
    let index = 0;
    for (const file of [...files].sort((a, b) => a.id - b.id)) {
      const kept: PendingWrite[] = [];
      for (const write of file.pending) {
        const keep = choice.keepWrite(write, index);
        index += 1;
        if (keep === true) kept.push(write);
        else if (keep !== false) kept.push(keep);
      }
      file.crash(kept, choice.keepSize);
    }
    this.changes.forEach((one, i) => {
      if (choice.keepName(i)) applyChange(this.durableNames, one);
    });
    this.changes = [];
    this.names = new Map(this.durableNames);
  }

  /** Unsynced sector writes, and how many bytes they have. */
  unsynced(): { writes: number; bytes: number; names: number } {
    let writes = 0;
    let bytes = 0;
    for (const file of new Set(this.names.values())) {
      writes += file.pending.length;
      for (const write of file.pending) bytes += write.bytes.length;
    }
    return { writes, bytes, names: this.changes.length };
  }

  /** A file for a test to look at or to damage. */
  file(path: string): VirtualFile {
    const file = this.names.get(path);
    if (file === undefined) throw systemError('ENOENT', path);
    return file;
  }

  /** Puts a file there, durably. */
  put(path: string, bytes: Uint8Array): void {
    const file = new VirtualFile((this.files += 1));
    file.write(bytes, 0);
    file.sync();
    this.names.set(path, file);
    this.durableNames.set(path, file);
  }

  /** Takes a file away, durably. */
  remove(path: string): void {
    this.names.delete(path);
    this.durableNames.delete(path);
  }

  paths(): string[] {
    return [...this.names.keys()].sort();
  }

  open(path: string, mode: OpenMode): Promise<DiskFile> {
    return this.run('open', path, 0, 0, () => {
      const exists = this.names.get(path);
      if (mode !== 'create') {
        if (exists === undefined) throw systemError('ENOENT', path);
        return new VirtualHandle(this, exists, path, mode);
      }
      if (exists !== undefined) throw systemError('EEXIST', path);
      const file = new VirtualFile((this.files += 1));
      this.change({ kind: 'create', path, file });
      return new VirtualHandle(this, file, path, mode);
    });
  }

  list(directory: string): Promise<string[]> {
    return this.run('list', directory, 0, 0, () => {
      const prefix = `${directory}/`;
      const found: string[] = [];
      for (const path of this.names.keys()) {
        if (path.startsWith(prefix)) found.push(path.slice(prefix.length));
      }
      return found;
    });
  }

  makeDirectory(directory: string): Promise<void> {
    return this.run('makeDirectory', directory, 0, 0, () => undefined);
  }

  rename(from: string, to: string): Promise<void> {
    return this.run('rename', to, 0, 0, () => {
      const file = this.file(from);
      this.change({ kind: 'rename', from, path: to, file });
    });
  }

  unlink(path: string): Promise<void> {
    return this.run('unlink', path, 0, 0, () => {
      this.file(path);
      this.change({ kind: 'unlink', path });
    });
  }

  syncDirectory(directory: string): Promise<void> {
    return this.run('syncDirectory', directory, 0, 0, () => {
      const prefix = `${directory}/`;
      const others: NameChange[] = [];
      for (const one of this.changes) {
        if (one.path.startsWith(prefix)) applyChange(this.durableNames, one);
        else others.push(one);
      }
      this.changes = others;
    });
  }

  /** Runs one call with its hooks. Resolves at once: there is no time on this disk. */
  run<T>(
    operation: DiskOperation,
    path: string,
    position: number,
    length: number,
    body: (call: DiskCall) => T,
  ): Promise<T> {
    const call = { number: (this.calls += 1), operation, path, position, length };
    try {
      this.onCall?.(call, 'before');
      const result = body(call);
      this.onCall?.(call, 'after');
      return Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** How many of `length` bytes at `position` fit on the disk. */
  roomFor(file: VirtualFile, position: number, length: number): number {
    if (this.capacity === Number.POSITIVE_INFINITY) return length;
    let used = 0;
    for (const one of new Set(this.names.values())) used += one.liveSize;
    const growth = Math.max(0, position + length - file.liveSize);
    const free = Math.max(0, this.capacity - used);
    return growth <= free ? length : Math.max(0, length - (growth - free));
  }

  /** Syncs the file, or only some pieces of it, unless this is the time it fails. */
  syncFile(file: VirtualFile, path: string, pieces?: readonly PendingWrite[]): void {
    if (this.failSync?.(path) === true) {
      this.failSync = undefined;
      file.forget();
      throw systemError('EIO', path);
    }
    if (pieces === undefined) file.sync();
    else file.syncPieces(pieces);
  }

  private change(one: NameChange): void {
    this.changes.push(one);
    applyChange(this.names, one);
  }
}

class VirtualHandle implements DiskFile {
  private readonly disk: VirtualDisk;
  private readonly target: VirtualFile;
  private readonly path: string;
  private readonly mode: OpenMode;
  private open = true;

  constructor(disk: VirtualDisk, target: VirtualFile, path: string, mode: OpenMode) {
    this.disk = disk;
    this.target = target;
    this.path = path;
    this.mode = mode;
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return this.disk.run('read', this.path, position, into.length, () => {
      this.mustBeOpen();
      return this.target.read(into, position);
    });
  }

  write(bytes: Uint8Array, position: number): Promise<number> {
    return this.disk.run('write', this.path, position, bytes.length, (call) => {
      this.mustBeOpen();
      if (this.mode === 'read') throw systemError('EBADF', this.path);
      const room = this.disk.roomFor(this.target, position, bytes.length);
      if (room === 0 && bytes.length > 0) throw systemError('ENOSPC', this.path);
      const count = Math.min(room, this.disk.shorten?.(bytes.length) ?? bytes.length);
      const pieces = this.target.write(bytes.subarray(0, count), position);
      if (this.mode === 'durable') {
        this.disk.onCall?.(call, 'within');
        this.disk.syncFile(this.target, this.path, pieces);
      }
      return count;
    });
  }

  datasync(): Promise<void> {
    return this.disk.run('datasync', this.path, 0, 0, () => {
      this.mustBeOpen();
      this.disk.syncFile(this.target, this.path);
    });
  }

  size(): Promise<number> {
    return this.disk.run('size', this.path, 0, 0, () => this.target.liveSize);
  }

  close(): Promise<void> {
    return this.disk.run('close', this.path, 0, 0, () => {
      this.mustBeOpen();
      this.open = false;
    });
  }

  private mustBeOpen(): void {
    if (!this.open) throw systemError('EBADF', this.path);
  }
}

function applyChange(names: Map<string, VirtualFile>, one: NameChange): void {
  if (one.kind === 'unlink') {
    names.delete(one.path);
    return;
  }
  if (one.kind === 'rename' && names.get(one.from) === one.file) names.delete(one.from);
  names.set(one.path, one.file);
}
