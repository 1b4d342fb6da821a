// Proves that the figures of /metrics count what happened: every message and byte of the stream as
// its reader saw them, how connections ended, and how old and how good the outside prices are.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { MESSAGE_BYTES_MAX } from '../src/contract/stream/messages.ts';
import { Wire } from './stream/wire.ts';

let lab: Lab;
const now = 1_800_000_000_000;

beforeAll(async () => {
  const symbols = { 'BTC-PERP': '60000' };
  const feeds = [
    { feed: 'sim', symbols },
    { feed: 'ccxt:binance', url: NOBODY, symbols: OUTSIDE },
  ];
  lab = await openLab({ config: { feeds }, nowMs: () => now });
});
afterAll(() => lab.stop());

/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:9';
const OUTSIDE = { 'BTC-PERP': 'BTC/USDT' };

/** The figures that begin with `prefix`, by the rest of their names. */
async function figures(prefix: string): Promise<Record<string, number>> {
  const { text } = await lab.ask('/metrics');
  const lines = text.split('\n').filter((line) => line.startsWith(prefix));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(prefix.length, at), Number(line.slice(at))];
    }),
  );
}

const stream = (): Promise<Record<string, number>> => figures('plimsoll_stream_');

async function until(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not happen');
}

describe('the stream', () => {
  test('counts messages and bytes as the other side does', async () => {
    const before = await stream();
    expect(before['connections']).toBe(0);
    const wire = await Wire.open(lab.app.origin, lab.token);
    let bytes = 0;
    let messages = 0;
    wire.socket.addEventListener('message', ({ data }) => {
      const { length } = Buffer.from(String(data));
      bytes += length + (length < 126 ? 2 : length < 65_536 ? 4 : 10);
      messages += 1;
    });
    const welcomed = await stream();
    await wire.subscribe({ channel: 'book', market: 'BTC-PERP' });
    await wire.subscribe({ channel: 'orders', account: 'alice' });
    const body = { market: 'BTC-PERP', side: 'buy', price: '59000', size: '0.01' };
    const said = JSON.stringify({ op: 'place_order', body, id: 't1' });
    const order = await wire.ask({ op: 'place_order', body });
    await wire.next('delta', (one) => one.channel === 'orders');
    await wire.next('delta', (one) => one.channel === 'book');
    expect(order['order_id']).toMatch(/^\d+$/);
    wire.send('{"op":');
    await wire.next('error');
    const after = await stream();
    expect(after).toMatchObject({
      connections: 1,
      'subscriptions{channel="book"}': 1,
      'subscriptions{channel="orders"}': 1,
      'messages_in_total{op="subscribe"}': 2,
      'messages_in_total{op="place_order"}': 1,
      'messages_in_total{op="unreadable"}': 1,
      'messages_in_total{op="ping"}': 0,
    });
    expect(after['opened_total'] - before['opened_total']).toBe(1);
    expect(after['messages_out_total'] - welcomed['messages_out_total']).toBe(messages);
    expect(after['bytes_out_total'] - welcomed['bytes_out_total']).toBe(bytes);
    expect(after['bytes_in_total']).toBeGreaterThan(said.length);
    expect(after['bytes_in_total']).toBeLessThan(said.length + 300);
    await wire.close();
    await until(async () => (await stream())['connections'] === 0);
    const left = await stream();
    expect(left['closed_total{why="left"}']).toBe(1);
    expect(left['subscriptions{channel="book"}']).toBe(0);
  });

  test('says how connections ended', async () => {
    const wire = await Wire.open(lab.app.origin);
    wire.socket.send(new Uint8Array([1]));
    expect((await wire.closed).code).toBe(1003);
    const large = await Wire.open(lab.app.origin);
    large.send('x'.repeat(MESSAGE_BYTES_MAX + 1));
    expect((await large.closed).code).toBe(1009);
    expect(await stream()).toMatchObject({
      'closed_total{why="not_text"}': 1,
      'closed_total{why="too_large"}': 1,
      'closed_total{why="left"}': 1,
    });
  });
});

test('the feeds: how old a price is, who fails, and nothing of who has no price', async () => {
  const feed = (): Promise<Record<string, number>> => figures('plimsoll_feed_');
  expect(await feed()).toMatchObject({
    'age_seconds{feed="sim",market="BTC-PERP"}': 0,
    'live{feed="sim"}': 1,
    'errors_total{feed="sim"}': 0,
    refused_total: 0,
  });
  await until(async () => ((await feed())['errors_total{feed="ccxt:binance"}'] ?? 0) > 0);
  const failing = await feed();
  expect(failing['live{feed="ccxt:binance"}']).toBe(0);
  expect(Object.keys(failing)).not.toContain('age_seconds{feed="ccxt:binance",market="BTC-PERP"}');
});

test('the history: how far it is behind', async () => {
  expect(await figures('plimsoll_history_')).toMatchObject({ behind_records: 0, mode: 0 });
});

test('docs/operating/run.md names figures that there are, and every one of ours', async () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'operating', 'run.md'), 'utf8');
  const { text } = await lab.ask('/metrics');
  const types = text.matchAll(/^# TYPE (\S+) /gm);
  const there = new Set(Array.from(types, ([, name]) => name));
  const named = Array.from(page.matchAll(/\bplimsoll_\w+\b/g), ([name]) => name);
  expect(named.filter((name) => !there.has(name))).toEqual([]);
  const own = [...there].filter((name) => !/^plimsoll_(?:process|nodejs)_/.test(name));
  expect(own.filter((name) => !named.includes(name))).toEqual([]);
});
