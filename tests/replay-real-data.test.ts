// Real recorded trading, to the end, twice: nothing is made or lost, to the unit, in any asset, and
// the second run ends in the same state with the same events. The data is the exchanges' own and
// not in the repository.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EVENT_FILLED, EVENT_WIDTH } from '../src/book/event-log.ts';
import { NaiveBook } from '../src/book/naive-book.ts';
import { ACCEPTED, GTC, STP_NONE } from '../src/book/order.ts';
import { formatAmount } from '../src/cli/replay/format.ts';
import { BUY, SELL } from '../src/units/brand.ts';
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
    // Cancels of orders that are gone, and nothing else: everybody had the means for every order,
    // so the engine must trade exactly what the obvious book trades.
    const naive = throughNaiveBook('l3-bitstamp/bitstamp-l3-commands.csv');
    expect(first.refused).toEqual({ ORDER_NOT_FOUND: naive.gone });
    expect(first.markets).toMatchObject([
      {
        fills: naive.fills,
        volume: formatAmount(naive.volume, 8),
        notional: formatAmount(naive.notional, 10),
        resting_orders: naive.resting,
      },
    ]);
    expect(naive).toMatchObject({ fills: 557, volume: 77_016_009_785n, gone: 41, resting: 190 });
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

interface NaiveResult {
  fills: number;
  volume: bigint;
  notional: bigint;
  gone: number;
  resting: number;
}

/** The same file through the book that is obviously right: no engine, no accounts, no decimals. */
function throughNaiveBook(path: string): NaiveResult {
  const book = new NaiveBook();
  const result: NaiveResult = { fills: 0, volume: 0n, notional: 0n, gone: 0, resting: 0 };
  const rows = readFileSync(join(DATA, path), 'utf8').trimEnd().split('\n').slice(1);
  for (const row of rows) {
    const [, op, id, , side, cents, size] = row.replace('.', '').split(',');
    const owner = { id: Number(id), owner: 0, group: -1, postOnly: false };
    const order = { side: side === 'buy' ? BUY : SELL, tif: GTC, stp: STP_NONE };
    if (op === 'place') {
      const terms = { price: Number(cents), size: Number(size) }; // every price has two decimals
      expect(book.place({ ...owner, ...order, ...terms })).toBe(ACCEPTED);
    } else if (book.cancel(Number(id), 0) !== ACCEPTED) {
      result.gone += 1;
    }
    const { data, count } = book.events;
    for (let at = 0; at < count * EVENT_WIDTH; at += EVENT_WIDTH) {
      if (data[at] !== EVENT_FILLED) continue;
      result.fills += 1;
      result.volume += BigInt(data[at + 4]);
      result.notional += BigInt(data[at + 3]) * BigInt(data[at + 4]);
    }
    book.events.clear();
  }
  result.resting = book.orderCount;
  return result;
}

function expectConserved(report: ReplayReport, assets: readonly string[]): void {
  const differences = report.conservation.map(({ asset, difference }) => [asset, difference]);
  expect(differences).toEqual(assets.map((asset) => [asset, '0']));
}

function expectSame(second: ReplayReport, first: ReplayReport): void {
  expect(second.state_hash).toBe(first.state_hash);
  expect(second.event_digest).toBe(first.event_digest);
}
