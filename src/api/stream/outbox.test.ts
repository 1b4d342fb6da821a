// Proves, over a real socket, that every frame arrives whole, once and in order, whatever came
// together in a turn and however slowly the other side reads: the memory of frames is used again,
// and never before the kernel has taken what was in it.

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StreamCounts } from './counts.ts';
import { Flusher, Outbox, textFrame } from './outbox.ts';

const MESSAGES = 6_000;

let ours: Socket;
let theirs: Socket;
let stop: () => void;

beforeEach(async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  theirs = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [ours] = (await once(server, 'connection')) as [Socket];
  stop = () => {
    ours.destroy();
    theirs.destroy();
    server.close();
  };
});
afterEach(() => stop());

function outboxOf(counts: StreamCounts): Outbox {
  return new Outbox({
    socket: ours,
    flusher: new Flusher(),
    counts,
    bufferedBytes: Number.MAX_SAFE_INTEGER,
    isReady: () => true,
    onSlow: () => undefined,
  });
}

/** Every message that came, as text. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const short = bytes[at + 1];
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    let length = short;
    if (short === 126) length = bytes.readUInt16BE(at + 2);
    if (short === 127) length = Number(bytes.readBigUInt64BE(at + 2));
    expect(bytes[at]).toBe(0x81);
    texts.push(bytes.toString('utf8', at + head, at + head + length));
    at += head + length;
  }
  return texts;
}

/** Pushes a message of one of many lengths, in one of three ways. Returns its text. */
function pushed(outbox: Outbox, i: number, shared: Buffer): string {
  if (i % 7 === 3) {
    outbox.push(shared);
    return '"to all: ä"';
  }
  const length = i % 11 === 0 ? 70_000 : (i * 37) % 1_500;
  const json = `"${i} ${'x'.repeat(length)}"`;
  if (i % 5 === 0) {
    outbox.send({ i, json });
    return JSON.stringify({ i, json });
  }
  const id = i % 2 === 0 ? `id-${i}` : null;
  outbox.answer(id, json);
  return `{"type":"answer","id":${id === null ? 'null' : `"${id}"`},"answer":${json}}`;
}

test.each([
  ['a reader that keeps up', 0],
  ['a reader that comes late', 300],
])('%s', async (_, lateMs) => {
  const counts = new StreamCounts();
  const outbox = outboxOf(counts);
  const chunks: Buffer[] = [];
  const begun = setTimeout(lateMs).then(() => theirs.on('data', (chunk) => chunks.push(chunk)));
  const shared = textFrame('"to all: ä"');
  const expected: string[] = [];
  for (let i = 0; i < MESSAGES; i += 1) {
    expected.push(pushed(outbox, i, shared));
    if (i % 97 < 3) await setImmediate();
  }
  outbox.flush();
  ours.end();
  await begun;
  await once(theirs, 'end');
  const all = Buffer.concat(chunks);
  expect(textsOf(all)).toEqual(expected);
  expect(counts.messagesOut).toBe(MESSAGES);
  expect(counts.bytesOut).toBe(all.length);
});
