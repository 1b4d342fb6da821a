// A stream by hand, for what a well-behaved client would never do: not reading, half frames, pings
// by the hundred, text that is none.

import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;

/** What a server answers to an upgrade: a status, and a socket when it is 101. */
export interface Upgraded {
  readonly status: number;
  readonly body: string;
  readonly socket: Socket | undefined;
}

export function upgrade(
  origin: string,
  headers: Record<string, string> = {},
  path = '/ws',
): Promise<Upgraded> {
  return new Promise((resolve, reject) => {
    const asked = request(`${origin}${path}`, { headers: { ...HANDSHAKE, ...headers } });
    asked.on('upgrade', (response: IncomingMessage, socket: Socket) => {
      socket.pause();
      socket.on('error', () => socket.destroy());
      resolve({ status: response.statusCode ?? 0, body: '', socket });
    });
    asked.on('response', (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, socket: undefined }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** An open stream that is not read until somebody does. */
export async function rawStream(
  origin: string,
  headers: Record<string, string> = {},
): Promise<Socket> {
  const { socket, status } = await upgrade(origin, headers);
  if (socket === undefined) throw new Error(`turned away with ${status}`);
  return socket;
}

/** A masked frame with a mask of zeros. */
export function frame(opcode: number, data: string | Buffer, isLast = true): Buffer {
  const body = Buffer.from(data as string);
  const { length } = body;
  const head = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
  head[0] = (isLast ? 0x80 : 0) | opcode;
  if (length < 126) head[1] = 0x80 | length;
  else if (length < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, body]);
}

export interface Frame {
  readonly opcode: number;
  readonly data: Buffer;
}

/** Reads a socket to its end and returns its frames. */
export async function framesOf(socket: Socket): Promise<Frame[]> {
  const parts: Buffer[] = [];
  await new Promise<void>((resolve) => {
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('close', () => resolve());
    socket.resume();
  });
  const bytes = Buffer.concat(parts);
  const frames: Frame[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = bytes[at + 1] & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    const data = bytes.subarray(at + head, at + head + length);
    frames.push({ opcode: bytes[at] & 0x0f, data });
    at += head + length;
  }
  return frames;
}

/** The code of the close frame among frames; 0 when there is none. */
export function closeCode(frames: readonly Frame[]): number {
  const last = frames.find(({ opcode }) => opcode === CLOSE);
  return last === undefined || last.data.length < 2 ? 0 : last.data.readUInt16BE(0);
}
