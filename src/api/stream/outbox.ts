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
  const head = length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = TEXT_FRAME;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = LENGTH_16;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LENGTH_64;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, head);
  return frame;
}

/** Writes the outboxes that have something, once per turn. */
export class Flusher {
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
  private frames: Buffer[] = [];
  private isOpen = true;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  send(message: object): void {
    this.push(textFrame(JSON.stringify(message)));
  }

  push(frame: Buffer): void {
    if (!this.isOpen) return;
    this.frames.push(frame);
    if (this.frames.length === 1) this.options.flusher.add(this);
  }

  /** What was pushed and not written is dropped, and nothing is taken any more. */
  close(): void {
    this.isOpen = false;
    this.frames = [];
  }

  flush(): void {
    const { frames } = this;
    const { socket, counts, bufferedBytes, isReady, onSlow } = this.options;
    if (frames.length === 0) return;
    this.frames = [];
    if (!isReady() || !socket.writable) return;
    if (socket.writableLength > bufferedBytes) {
      this.close();
      onSlow();
      return;
    }
    const bytes = frames.length === 1 ? frames[0] : Buffer.concat(frames);
    counts.messagesOut += frames.length;
    counts.bytesOut += bytes.length;
    socket.write(bytes);
  }
}
