// Proves the command line and the example bot against a real server: what they print, how they
// exit, and that the bot trades and leaves no order behind.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBot } from '../examples/bot/market-maker.ts';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { PlimsollClient } from '../src/client/client.ts';

const root = join(import.meta.dirname, '..');

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.stop());

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function node(args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root });
    let out = '';
    let error = '';
    child.stdout.on('data', (part: Buffer) => (out += part.toString()));
    child.stderr.on('data', (part: Buffer) => (error += part.toString()));
    child.on('close', (code) => resolve({ code, out, error }));
  });
}

const plimsoll = (...args: string[]): Promise<Ran> =>
  node([join(root, 'src/cli/main.ts'), ...args, '--url', lab.app.origin, '--token', lab.token]);

describe('the command line', () => {
  test('lists markets, as a table and as JSON', async () => {
    const table = await plimsoll('markets');
    expect(table).toMatchObject({ code: 0, error: '' });
    expect(table.out).toMatch(/^market .*\nBTC-PERP +perp +active .*\nBTC\/USDT +spot /);
    const json = await plimsoll('markets', '--json');
    expect((JSON.parse(json.out) as { markets: object[] }).markets).toHaveLength(2);
  });

  test('places, lists and cancels', async () => {
    const placed = await plimsoll('order', 'place', 'BTC-PERP', 'buy', '0.01', '59000');
    expect(placed).toMatchObject({ code: 0, error: '' });
    const number = /^order (\d+): open, 0 filled\n$/.exec(placed.out)?.[1] ?? '';
    expect((await plimsoll('order', 'list')).out).toContain(`${number}  BTC-PERP  buy`);
    const cancelled = await plimsoll('order', 'cancel', number);
    expect(cancelled).toMatchObject({ code: 0, out: `${number}\n` });
    expect((await plimsoll('order', 'list')).out).toBe('no open orders\n');
  });

  test('says 1 when it is refused and 2 when the line is wrong', async () => {
    const refused = await plimsoll('order', 'place', 'BTC-PERP', 'buy', '0.0001', '59000');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.error).toMatch(/\(STEP_MISMATCH\)\n$/);
    expect((await plimsoll('order', 'place', 'BTC-PERP', 'hold', '1')).code).toBe(2);
    expect((await plimsoll('order', 'cancel')).code).toBe(2);
    expect((await plimsoll('watch', 'BTC-PERP', '--for', 'ever')).code).toBe(2);
    const nowhere = await node([
      join(root, 'src/cli/main.ts'),
      'markets',
      '--url',
      'http://127.0.0.1:9',
    ]);
    expect(nowhere.code).toBe(1);
    expect(nowhere.error).toContain('Is it running?');
  });

  test('watch prints JSON lines where there is no terminal', async () => {
    const watching = plimsoll('watch', 'BTC-PERP', '--for', '2');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await lab.post('/api/v1/orders', {
      market: 'BTC-PERP',
      side: 'buy',
      price: '58000',
      size: '1',
    });
    const { code, out } = await watching;
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { channel: string });
    expect(
      lines
        .map(({ channel }) => channel)
        .slice(0, 3)
        .toSorted(),
    ).toEqual(['book', 'mark', 'trades']);
    expect((await plimsoll('watch', 'NO-SUCH', '--for', '2')).code).toBe(1);
  });
});

describe('the example bot', () => {
  test('quotes, trades and ends with its orders cancelled', async () => {
    const { json } = await lab.post('/api/v1/admin/credentials', {
      account: 'bob',
      kind: 'key',
      scopes: ['read', 'trade'],
    });
    const url = lab.app.origin;
    const client = new PlimsollClient({ url, token: String(json['secret']) });
    const taker = new PlimsollClient({ url, token: lab.token });
    await taker.connect();
    let side: 'buy' | 'sell' = 'buy';
    const report = await runBot({
      client,
      market: 'BTC-PERP',
      seed: 7,
      runMs: 1_500,
      everyMs: 50,
      onRound: () => {
        side = side === 'buy' ? 'sell' : 'buy';
        const order = { market: 'BTC-PERP', side, size: '0.002', type: 'market' } as const;
        taker.placeOrder(order).catch(() => undefined); // there may be nothing to take
      },
    });
    client.close();
    taker.close();
    expect(report.rounds).toBeGreaterThan(5);
    expect(report.placed).toBeGreaterThan(20);
    expect(report.fills).toBeGreaterThan(3);
    expect(report.openOrders).toBe(0);
    const state = (await lab.ask('/api/v1/admin/state')).json['conservation'];
    expect(state).toMatchObject([{ difference: '0' }, { difference: '0' }]);
  });

  test('runs from the command line against the demo', async () => {
    const demo = await openLab({ demo: true });
    const { origin } = demo.app;
    // one word: a token may begin with a dash
    const more = ['--url', origin, `--token=${demo.token}`, '--seconds', '2'];
    const { code, out, error } = await node([join(root, 'examples/bot/run.ts'), ...more]);
    expect([code, error]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ openOrders: 0 });
    await demo.stop();
  });
});
