// Proves the demo: its books move and trade around an index, at most 20 commands a second, it
// stands still when nobody was there for ten minutes, it funds an account, and money stays
// conserved.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { isDemoGround } from '../src/app/demo-markets.ts';

let lab: Lab;
let now = 1_800_000_000_000;

beforeAll(async () => {
  lab = await openLab({ demo: true, nowMs: () => now });
  lab.app.demo?.stop(); // the test takes the turns
});
afterAll(() => lab.stop());

/** Turns of the demo, each with its new price; how many commands it sent: time ticks besides. */
async function turn(count: number): Promise<number> {
  const { demo, core, prices } = lab.app;
  const before = demo?.sent ?? 0;
  for (let i = 0; i < count; i += 1) {
    now += 250;
    await Promise.all(prices.write(now));
    demo?.turn();
    await core.exchange.read(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return (demo?.sent ?? 0) - before;
}

describe('the demo', () => {
  test('moves its books and trades', async () => {
    const before = await lab.ask('/api/v1/markets');
    const taken = await turn(400);
    expect(taken).toBeGreaterThan(400);
    expect(taken).toBeLessThanOrEqual(400 * 3);
    const after = await lab.ask('/api/v1/markets');
    const markets = after.json['markets'] as Record<string, string | null>[];
    expect(markets).toHaveLength(3);
    for (const [i, market] of markets.entries()) {
      const was = (before.json['markets'] as Record<string, unknown>[])[i];
      expect(market['last']).not.toBeNull();
      expect(market['index']).not.toBe(was?.['index']);
      const book = await lab.ask(`/api/v1/markets/${market['market']}/book`);
      expect((book.json['bids'] as unknown[]).length, String(market['market'])).toBeGreaterThan(1);
      expect((book.json['asks'] as unknown[]).length, String(market['market'])).toBeGreaterThan(1);
      const trades = await lab.ask(`/api/v1/markets/${market['market']}/trades?limit=5`);
      expect(trades.json['trades']).toHaveLength(5);
    }
    const { conservation } = (await lab.ask('/api/v1/admin/state')).json;
    expect(conservation).toMatchObject([{ difference: '0' }, { difference: '0' }]);
  });

  test('has gamblers who could be liquidated, and a fund that takes their positions', async () => {
    await turn(120);
    const gambler = (await lab.ask('/api/v1/account?account=demo-gambler-1')).json;
    expect(Number(gambler['maintenance_margin'])).toBeGreaterThan(0);
    expect(Number(gambler['health'])).toBeLessThan(70);
    const { balances } = (await lab.ask('/api/v1/insurance')).json;
    expect(Number((balances as { balance: string }[])[0]?.balance)).toBeGreaterThan(90_000);
    const { json } = await lab.ask('/api/v1/markets/ETH-PERP');
    expect(json).toMatchObject({ mark_source: 'median', imposed: [] });
    expect(json['funding_rate']).not.toBeNull();
  });

  test('has a funded account and a capped faucet', async () => {
    expect((await lab.ask('/api/v1/account')).json).toMatchObject({ account: 'demo' });
    expect((await lab.ask('/api/v1/info')).json).toMatchObject({ demo: true });
    const statuses = [];
    for (let i = 0; i < 11; i += 1) {
      statuses.push((await lab.post('/api/v1/demo/faucet', {})).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
  });

  test('stands still when nobody is there, and wakes', async () => {
    now += 11 * 60_000;
    expect(await turn(5)).toBe(0);
    await lab.ask('/health'); // a supervisor is nobody
    expect(await turn(5)).toBe(0);
    await lab.ask('/api/v1/markets');
    expect(await turn(5)).toBeGreaterThan(0);
  });

  test('is off where there are real markets', () => {
    expect(isDemoGround([], false)).toBe(true);
    expect(isDemoGround(['BTC-PERP'], true)).toBe(true);
    expect(isDemoGround(['BTC-PERP'], false)).toBe(false);
    expect(isDemoGround(['BTC-PERP', 'SOL-PERP'], true)).toBe(false);
  });
});
