// What is on its way to one reader. Frames collect during a turn of the event loop and go out in
// one write at its end, which doubles what one process can send; a reader that does not take them
// is given up instead of being waited for.

import type { Duplex } from 'node:stream';
import type { StreamCounts } from './counts.ts';

const TEXT_FRAME = 0x81; // the last frame of a text
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** A text as a frame of a server: unmasked and whole. Made once, sent to every reader. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = headLength(length);
  const frame = Buffer.allocUnsafe(head + length);
  writeHead(frame, 0, length);
  frame.write(text, head);
  return frame;
}

const headLength = (length: number): number => (length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10);

function writeHead(into: Buffer, at: number, length: number): void {
  into[at] = TEXT_FRAME;
  if (length < LENGTH_16) into[at + 1] = length;
  else if (length < 65_536) {
    into[at + 1] = LENGTH_16;
    into.writeUInt16BE(length, at + 2);
  } else {
    into[at + 1] = LENGTH_64;
    into.writeBigUInt64BE(BigInt(length), at + 2);
  }
}

/**
 * Pieces of memory in which frames wait: for a reader of some deltas, and for a trader's answers.
 */
const SMALL_BYTES = 4 * 1024;
const LARGE_BYTES = 64 * 1024;
/** So many pieces of each size are kept: 8 MB in all. */
const SMALL_SPARES_MAX = 1024;
const LARGE_SPARES_MAX = 64;

/** Memory that is used again. A turn's frames need it for that turn only. */
class Spares {
  private readonly small: Buffer[] = [];
  private readonly large: Buffer[] = [];

  /** A piece of at least so many bytes. */
  lend(bytes: number): Buffer {
    if (bytes <= SMALL_BYTES) return this.small.pop() ?? Buffer.allocUnsafeSlow(SMALL_BYTES);
    if (bytes <= LARGE_BYTES) return this.large.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES);
    return Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)));
  }

  /** A piece that nobody reads any more. */
  giveBack(piece: Buffer): void {
    const { small, large } = this;
    if (piece.length === SMALL_BYTES && small.length < SMALL_SPARES_MAX) small.push(piece);
    if (piece.length === LARGE_BYTES && large.length < LARGE_SPARES_MAX) large.push(piece);
  }
}

/** Writes the outboxes that have something, once per turn. */
export class Flusher {
  readonly spares = new Spares();
  private waiting: Outbox[] = [];
  private isScheduled = false;

  add(outbox: Outbox): void {
    this.waiting.push(outbox);
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    this.isScheduled = false;
    const outboxes = this.waiting;
    this.waiting = [];
    for (const outbox of outboxes) outbox.flush();
  }
}

export interface OutboxOptions {
  readonly socket: Duplex;
  readonly flusher: Flusher;
  readonly counts: StreamCounts;
  readonly bufferedBytes: number;
  /** Whether frames may still be sent. */
  readonly isReady: () => boolean;
  /** Told once, when the reader does not keep up. */
  readonly onSlow: () => void;
}

export class Outbox {
  private readonly options: OutboxOptions;
  /** A frame that waits alone. It may be every reader's, so it is not copied for each. */
  private single: Buffer | undefined;
  /** Frames that go out together; undefined without any. */
  private bytes: Buffer | undefined;
  private used = 0;
  private frames = 0;
  private isOpen = true;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  send(message: object): void {
    this.push(textFrame(JSON.stringify(message)));
  }

  /** The answer to a command, as JSON in ASCII: its characters are its bytes. */
  answer(id: string | null, json: string): void {
    if (!this.isOpen) return;
    const text = `{"type":"answer","id":${id === null ? 'null' : `"${id}"`},"answer":${json}}`;
    const head = headLength(text.length);
    const bytes = this.room(head + text.length);
    writeHead(bytes, this.used, text.length);
    bytes.write(text, this.used + head, 'latin1');
    this.used += head + text.length;
    this.added();
  }

  push(frame: Buffer): void {
    if (!this.isOpen) return;
    if (this.frames === 0) this.single = frame;
    else this.copy(frame);
    this.added();
  }

  /** What was pushed and not written is dropped, and nothing is taken any more. */
  close(): void {
    this.isOpen = false;
    this.empty();
  }

  flush(): void {
    const { single, bytes, used, frames } = this;
    const { socket, counts, bufferedBytes, isReady, flusher, onSlow } = this.options;
    if (frames === 0) return;
    if (!isReady() || !socket.writable) return this.empty();
    if (socket.writableLength > bufferedBytes) {
      this.close();
      onSlow();
      return;
    }
    this.empty();
    const written = single ?? bytes?.subarray(0, used);
    if (written === undefined) return;
    counts.messagesOut += frames;
    counts.bytesOut += written.length;
    socket.write(written);
    // at nothing left the kernel has taken all of it
    if (bytes !== undefined && socket.writableLength === 0) flusher.spares.giveBack(bytes);
  }

  private copy(frame: Buffer): void {
    const bytes = this.room(frame.length);
    frame.copy(bytes, this.used);
    this.used += frame.length;
  }

  /** Memory with room for so many bytes more. What is full goes out while the reader keeps up. */
  private room(more: number): Buffer {
    const { flusher, socket } = this.options;
    if (this.bytes !== undefined && this.used + more <= this.bytes.length) return this.bytes;
    if (this.used >= LARGE_BYTES / 2 && socket.writableLength === 0) this.flush();
    const { single, bytes: before } = this;
    const larger = flusher.spares.lend(this.used + more + (single?.length ?? 0));
    if (before !== undefined) {
      before.copy(larger, 0, 0, this.used);
      flusher.spares.giveBack(before);
    }
    this.bytes = larger;
    if (single === undefined) return larger;
    this.single = undefined;
    this.used = single.copy(larger, 0);
    return larger;
  }

  private added(): void {
    this.frames += 1;
    if (this.frames === 1) this.options.flusher.add(this);
  }

  private empty(): void {
    this.single = undefined;
    this.bytes = undefined;
    this.used = 0;
    this.frames = 0;
  }
}
