// Real recorded trading, to the end, twice: nothing is made or lost, to the unit, in any asset, and
// the second run ends in the same state with the same events. The data is the exchanges' own and
// not in the repository.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReplayReport } from '../src/cli/replay/report.ts';
import { replay, sourceOf } from '../src/cli/replay/run.ts';

const DATA = join(import.meta.dirname, '..', '..', 'shared', 'data');
const isThere = existsSync(DATA);
const why = isThere ? '' : ' [skipped: ../shared/data is absent]';

async function run(path: string): Promise<ReplayReport> {
  const asked = { path: join(DATA, path), accounts: undefined, seed: 1 };
  const control = { rowsMax: Infinity, stopped: () => false, progress: () => undefined };
  return replay(await sourceOf(asked), asked, control);
}

describe.skipIf(!isThere)(`real recordings${why}`, () => {
  test('49,063 orders of BTC/USD at Bitstamp', async () => {
    const first = await run('l3-bitstamp/bitstamp-l3-commands.csv');
    expect(first.rows).toBe(49_063);
    expect(first.markets).toMatchObject([
      { market: 'BTC/USD', fills: 557, volume: '770.16009785' },
    ]);
    // Cancels of orders that are gone, and nothing else: everybody had the means for every order.
    expect(Object.keys(first.refused)).toEqual(['ORDER_NOT_FOUND']);
    expectConserved(first, ['USD', 'BTC']);
    expectSame(await run('l3-bitstamp/bitstamp-l3-commands.csv'), first);
  });

  test('514 seconds of the BTCUSDT perpetual at Binance', async () => {
    const first = await run('binance-btcusdt-perp-20230405');
    expect(first.rows).toBe(12_935 + 44_205 + 514);
    const details = new Map(first.details.map(({ name, json }) => [name, json]));
    expect(details.get('takeovers')).toBe(1);
    expect(details.get('real trades')).toMatchObject({ sent: 12_934 });
    expect(details.get('positions')).toMatchObject({ sum_of_sizes: 0 });
    expectConserved(first, ['USDT']);
    expectSame(await run('binance-btcusdt-perp-20230405'), first);
  });
});

function expectConserved(report: ReplayReport, assets: readonly string[]): void {
  const differences = report.conservation.map(({ asset, difference }) => [asset, difference]);
  expect(differences).toEqual(assets.map((asset) => [asset, '0']));
}

function expectSame(second: ReplayReport, first: ReplayReport): void {
  expect(second.state_hash).toBe(first.state_hash);
  expect(second.event_digest).toBe(first.event_digest);
}
