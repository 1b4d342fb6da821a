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

/** Memory of frames that wait: enough for the answers of a turn, and not kept by who has none. */
const BUFFER_BYTES = 64 * 1024;
const SPARES_MAX = 64;

/** Writes the outboxes that have something, once per turn. */
export class Flusher {
  private readonly spares: Buffer[] = [];
  private waiting: Outbox[] = [];
  private isScheduled = false;

  add(outbox: Outbox): void {
    this.waiting.push(outbox);
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.flush());
  }

  /** Memory for at least so many bytes. */
  lend(bytes: number): Buffer {
    if (bytes <= BUFFER_BYTES) return this.spares.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
    return Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)));
  }

  /** Memory that nobody reads any more. */
  giveBack(buffer: Buffer): void {
    if (buffer.length === BUFFER_BYTES && this.spares.length < SPARES_MAX) this.spares.push(buffer);
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
    this.add(head + text.length);
  }

  push(frame: Buffer): void {
    if (!this.isOpen) return;
    frame.copy(this.room(frame.length), this.used);
    this.add(frame.length);
  }

  /** What was pushed and not written is dropped, and nothing is taken any more. */
  close(): void {
    this.isOpen = false;
    this.empty();
  }

  flush(): void {
    const { bytes, used } = this;
    const { socket, counts, bufferedBytes, isReady, flusher, onSlow } = this.options;
    if (bytes === undefined) return;
    if (!isReady() || !socket.writable) return this.empty();
    if (socket.writableLength > bufferedBytes) {
      this.close();
      onSlow();
      return;
    }
    counts.messagesOut += this.frames;
    counts.bytesOut += used;
    this.empty();
    socket.write(bytes.subarray(0, used));
    if (socket.writableLength === 0) flusher.giveBack(bytes); // the kernel has taken all of it
  }

  /** Memory with room for so many bytes more. What is full goes out while the reader keeps up. */
  private room(bytes: number): Buffer {
    const { flusher, socket } = this.options;
    if (this.bytes !== undefined && this.used + bytes <= this.bytes.length) return this.bytes;
    if (this.bytes !== undefined && socket.writableLength === 0) this.flush();
    const larger = flusher.lend(this.used + bytes);
    if (this.bytes !== undefined) {
      this.bytes.copy(larger, 0, 0, this.used);
      flusher.giveBack(this.bytes);
    }
    this.bytes = larger;
    return larger;
  }

  private add(bytes: number): void {
    this.used += bytes;
    this.frames += 1;
    if (this.frames === 1) this.options.flusher.add(this);
  }

  private empty(): void {
    this.bytes = undefined;
    this.used = 0;
    this.frames = 0;
  }
}
