// The load of bench/stream.ts: connections that keep a window of orders in flight. Frames are made
// and read by hand, many to a write, so that the load takes as little of the machine as it can.

import { request } from 'node:http';
import type { Socket } from 'node:net';

export interface LoadOptions {
  readonly port: number;
  /** One per connection; none for the echo. */
  readonly tokens: readonly string[];
  readonly connections: number;
  /** Messages in flight per connection. */
  readonly window: number;
  /** Orders in one message. */
  readonly batch: number;
  readonly ms: number;
}

export interface LoadResult {
  /** Orders, each answered after it was on the disk. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of one processor that the load itself took. */
  readonly loadShare: number;
  readonly refused: number;
}

const OPCODE_TEXT = 0x81;

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const lines = await Promise.all(
    Array.from({ length: options.connections }, (_, i) => Line.open(options, i)),
  );
  const before = process.cpuUsage();
  const began = performance.now();
  for (const line of lines) line.begin();
  await new Promise((resolve) => setTimeout(resolve, options.ms));
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  for (const line of lines) line.end();
  const times = lines.flatMap((line) => line.times).sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return {
    perSecond: (times.length * options.batch * 1000) / took,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    loadShare: (user + system) / 1000 / took,
    refused: lines.reduce((sum, line) => sum + line.refused, 0),
  };
}

class Line {
  readonly times: number[] = [];
  refused = 0;
  private readonly socket: Socket;
  private readonly options: LoadOptions;
  private readonly sentAt: Float64Array;
  private readonly frames: readonly [Buffer, Buffer];
  private rest: Buffer = Buffer.alloc(0);
  private sent = 0;
  private answered = 0;
  private isOver = false;

  private constructor(socket: Socket, options: LoadOptions) {
    this.socket = socket;
    this.options = options;
    this.sentAt = new Float64Array(options.window);
    this.frames = [frameOf('buy', options.batch), frameOf('sell', options.batch)];
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.read(bytes));
  }

  static open(options: LoadOptions, index: number): Promise<Line> {
    const token = options.tokens[index];
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: options.port, path: '/ws', headers });
      asked.on('upgrade', (_response, socket: Socket, head: Buffer) => {
        const line = new Line(socket, options);
        line.read(head);
        resolve(line);
      });
      asked.on('response', ({ statusCode }) => reject(new Error(`turned away: ${statusCode}`)));
      asked.on('error', reject);
      asked.end();
    });
  }

  begin(): void {
    this.send(this.options.window);
  }

  end(): void {
    this.isOver = true;
    this.socket.destroy();
  }

  /** So many more messages, in one write. */
  private send(count: number): void {
    if (this.isOver || count === 0) return;
    const now = performance.now();
    const parts: Buffer[] = [];
    for (let i = 0; i < count; i += 1) {
      this.sentAt[this.sent % this.options.window] = now;
      parts.push(this.frames[this.sent % 2] ?? this.frames[0]);
      this.sent += 1;
    }
    this.socket.write(Buffer.concat(parts));
  }

  /** Answers come in the order of the orders of a connection. */
  private read(bytes: Buffer): void {
    const all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const now = performance.now();
    let at = 0;
    let done = 0;
    while (all.length - at >= 4) {
      const short = all[at + 1] ?? 0;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (all.length - at < head) break;
      const length =
        short < 126 ? short : short === 126 ? all.readUInt16BE(at + 2) : all.readUInt32BE(at + 6);
      if (all.length - at < head + length) break;
      if (all[at] === OPCODE_TEXT && this.isAnswer(all, at + head)) {
        this.times.push(now - (this.sentAt[this.answered % this.options.window] ?? now));
        this.answered += 1;
        done += 1;
      }
      at += head + length;
    }
    this.rest = all.subarray(at);
    this.send(done);
  }

  /** `{"type":"answer"`, `{"type":"error"`, or the message itself from the echo. */
  private isAnswer(bytes: Buffer, at: number): boolean {
    const letter = String.fromCharCode(bytes[at + 9] ?? 0);
    if (letter === 'e') this.refused += 1;
    return letter !== 'w' && letter !== 'h';
  }
}

/** A masked frame, masked with zeros, with one order or a batch. */
function frameOf(side: string, batch: number): Buffer {
  const order = {
    market: 'BTC-PERP',
    side,
    price: '60000',
    size: '0.001',
    client_order_id: undefined,
  };
  const message =
    batch === 1
      ? { op: 'place_order', id: 'x', body: order }
      : {
          op: 'place_batch',
          id: 'x',
          body: { orders: Array.from({ length: batch }, () => order) },
        };
  const text = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(text.length < 126 ? 6 : 8);
  head[0] = OPCODE_TEXT;
  head[1] = 0x80 | (text.length < 126 ? text.length : 126);
  if (text.length >= 126) head.writeUInt16BE(text.length, 2);
  return Buffer.concat([head, text]);
}
