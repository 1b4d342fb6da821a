// Real recorded trading, to the end, twice: nothing is made or lost, to the unit, in any asset, and
// the second run ends in the same state with the same events. The data is the exchanges' own and
// not in the repository.

import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EVENT_FILLED, EVENT_WIDTH } from '../src/book/event-log.ts';
import { NaiveBook } from '../src/book/naive-book.ts';
import { ACCEPTED, GTC, STP_NONE } from '../src/book/order.ts';
import { formatAmount } from '../src/cli/replay/format.ts';
import { BUY, SELL } from '../src/units/brand.ts';
import { MARKS_FILE, QUOTES_FILE, TRADES_FILE } from '../src/cli/replay/binance-source.ts';
import type { ReplayReport } from '../src/cli/replay/report.ts';
import { replay, sourceOf } from '../src/cli/replay/run.ts';
import type { SourceOptions } from '../src/cli/replay/source.ts';

const DATA = join(import.meta.dirname, '..', '..', 'shared', 'data');
const isThere = existsSync(DATA);
const why = isThere ? '' : ' [skipped: ../shared/data is absent]';

const PERP = 'binance-btcusdt-perp-20230405';
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-real-'));

afterAll(() => rmSync(folder, { recursive: true }));

async function run(
  path: string,
  options: Partial<SourceOptions> = {},
  rowsMax = Infinity,
): Promise<ReplayReport> {
  const asked = { path: join(DATA, path), accounts: undefined, seed: 1, ...options };
  const control = { rowsMax, stopped: () => false, progress: () => undefined };
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
    // The settlement of 2023-04-05 00:00 lies within.
    expect(details.get('funding')).toMatchObject({ intervals: 1 });
    expectConserved(first, ['USDT']);
    expectSame(await run(PERP), first);
  });

  test('a takeover 2 % off the market moves nothing, and believing it would have', async () => {
    const trades = readFileSync(join(DATA, PERP, TRADES_FILE), 'utf8').split('\n');
    const takeovers = trades.filter((row) => row.endsWith(',INSURANCE_FUND'));
    expect(takeovers).toHaveLength(1);
    for (const name of [QUOTES_FILE, MARKS_FILE])
      copyFileSync(join(DATA, PERP, name), join(folder, name));
    const others = trades.filter((row) => !takeovers.includes(row));
    writeFileSync(join(folder, TRADES_FILE), others.join('\n'));
    const asItWas = await run(PERP);
    // Last price, mark, stops, positions, money: all of it is in the state and in the events.
    expectSame(await run(PERP, { path: folder }), asItWas);
    const details = new Map(asItWas.details.map(({ name, json }) => [name, json]));
    expect(details.get('liquidations')).toMatchObject({ accounts: 0 });
    const [, , price] = takeovers[0].split(',').map(Number);
    const unbelieved = details.get('had it been believed') as Record<string, number>;
    expect(Number(unbelieved['price'])).toBe(price);
    expect(Math.abs(price / unbelieved['mark'] - 1)).toBeGreaterThan(0.02);
    expect(unbelieved['liquidated']).toBeGreaterThan(10);
    // The same print as a trade of the market is another history.
    writeFileSync(
      join(folder, TRADES_FILE),
      trades.map((row) => row.replace(',INSURANCE_FUND', ',MARKET')).join('\n'),
    );
    expect((await run(PERP, { path: folder })).event_digest).not.toBe(asItWas.event_digest);
  });
});

describe.skipIf(!isThere)(`candles at which a real crowd was liquidated${why}`, () => {
  const candles = join(DATA, 'candles-mark-funding');
  const brackets = join(candles, 'binance-usdtm-leverage-tiers.csv');
  const xrp: Partial<SourceOptions> = {
    path: join(candles, 'XRP_USDT_USDT-8h-mark.csv'),
    accounts: 2_000,
    candles: {
      funding: join(candles, 'XRP_USDT_USDT-8h-funding_rate.csv'),
      brackets,
      symbol: 'XRP/USDT:USDT',
      fund: 50_000,
    },
  };

  test('XRP loses 37 % within a candle of eight hours: twice, and from a snapshot', async () => {
    const first = await run('', { ...xrp, checkEvery: 500 });
    expect(first.rows).toBe(91);
    expect(first.invariants_checked).toBe(Math.floor(first.commands / 500));
    const details = new Map(first.details.map(({ name, json }) => [name, json]));
    expect(details.get('mark')).toMatchObject({ low: '0.5764' });
    for (const way of ['by book, cure', 'by book, whole', 'by the fund', 'by counterparties']) {
      const { closings } = details.get(way) as Record<string, number>;
      expect({ way, some: closings > 0 }).toEqual({ way, some: true });
    }
    // One mark cannot take a counterparty below what it must have: see fixtures/candles/README.md.
    expect(details.get('at mark')).toMatchObject({ closings: 0 });
    expect(details.get('funding')).toMatchObject({ intervals: 91 });
    expectConserved(first, ['USDT', 'XRP']);
    expectSame(await run('', { ...xrp, resumeAt: Math.floor(first.commands / 2) }), first);
  });

  test('a day and a half of BTC by the minute', async () => {
    const btc: Partial<SourceOptions> = {
      path: join(candles, 'btc-perp-20211231-20220201_1m.csv'),
      accounts: 500,
      candles: { brackets, symbol: 'BTC/USDT:USDT' },
    };
    const first = await run('', { ...btc, checkEvery: 1_000 }, 2_000);
    expect(first.rows).toBe(2_000);
    expect(first.invariants_checked).toBeGreaterThan(200);
    expectConserved(first, ['USDT', 'BTC']);
    expectSame(await run('', btc, 2_000), first);
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
