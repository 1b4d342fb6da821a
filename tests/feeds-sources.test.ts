// Proves that a market with rules for sources is told what each feed says and since when, so that
// its own rules decide: which count, and whether there are enough; and that a market without such
// rules gets the median of the feeds, as ever.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { IMPOSED_SOURCES } from '../src/engine/state/market.ts';

const START = 1_800_000_000_000;
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sources-'));
let lab: Lab;
let now = START;

/** A file of prices, ms after its first; a feed whose file has ended speaks no more. */
function feed(name: string, ...rows: (readonly [afterMs: number, price: string])[]) {
  const path = join(folder, `${name}.csv`);
  const lines = rows.flatMap(([after, price]) =>
    ['BTC-PERP', 'BTC/USDT'].map((market) => `${1_700_000_000_000 + after},${market},${price}`),
  );
  writeFileSync(path, `time,symbol,price\n${lines.join('\n')}\n`);
  const symbols = { 'BTC-PERP': 'BTC-PERP', 'BTC/USDT': 'BTC/USDT' };
  return { feed: `replay:${path}`, stale_after_ms: 3_600_000, symbols };
}

beforeAll(async () => {
  const feeds = [
    feed('steady', [0, '60000'], [3_600_000, '60000']),
    feed('moves', [0, '60010'], [20_000, '60030'], [3_600_000, '60030']),
    feed('ends', [0, '60020']),
  ];
  lab = await openLab({ config: { feeds }, nowMs: () => now });
});

afterAll(async () => {
  await lab.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Time passes, and the feeds are looked at. */
async function after(ms: number): Promise<void> {
  now += ms;
  await Promise.all(lab.app.prices.write(now));
}

const market = (number: number) => lab.app.core.exchange.engine.markets()[number];

test('without rules: the median of all that are not stale, as one price', async () => {
  await after(0);
  expect([market(0).index, market(1).index]).toEqual([600_100, 600_100]);
  expect([market(0).sourcePrices, market(1).sourcePrices]).toEqual([[], []]);
});

test('with rules: each feed is a source, with the time since which it says so', async () => {
  const { status } = await lab.ask('/api/v1/admin/markets/BTC-PERP', {
    method: 'PATCH',
    body: { sources_required: 3, source_max_age_ms: 10_000, reason: 'several sources' },
  });
  expect(status).toBe(200);
  await after(250);
  expect(market(0).sourcePrices).toEqual([600_000, 600_100, 600_200]);
  // The one that has ended says what it said when it ended.
  const [, , ended] = market(0).sourceTimes;
  expect(market(0).sourceTimes).toEqual([now, now, ended]);
  expect(ended).toBeLessThan(now);
  expect([market(0).index, market(0).imposed]).toEqual([600_100, 0]);
  expect(market(1).sourcePrices).toEqual([]);
});

test('what is unchanged is not said again before half of its time has passed', async () => {
  const said = market(0).sourceTimes;
  await after(4_000);
  expect(market(0).sourceTimes).toEqual(said);
  await after(1_000);
  expect(market(0).sourceTimes).toEqual([now, now, said[2]]);
});

test('a feed that speaks no more is too old by the market’s rule', async () => {
  await after(5_100);
  expect(market(0).imposed).toBe(IMPOSED_SOURCES);
  expect(market(0).index).toBe(600_100);
  expect(market(1).imposed).toBe(0);
});

test('the others go on, and are enough where the market asks for no more', async () => {
  const body = { sources_required: 2, reason: 'two are enough' };
  await lab.ask('/api/v1/admin/markets/BTC-PERP', { method: 'PATCH', body });
  await after(10_000);
  expect(market(0).sourcePrices).toEqual([600_000, 600_300, 600_200]);
  expect([market(0).index, market(0).imposed]).toEqual([600_150, 0]);
});
