// Candles for a chart. Where nothing traded the close of the last trade goes on with zero volume;
// before the first trade that is known there is nothing.

import type { Kysely } from 'kysely';
import { type CandleSeconds, candleStart } from '../fold/candles.ts';
import { CANDLES_MAX } from '../limits.ts';
import { decode } from '../sql/decode.ts';
import { type CandleRow, CANDLES, type HistoryTables } from '../sql/tables.ts';

export interface CandleQuery {
  readonly market: number;
  readonly seconds: CandleSeconds;
  /** Candles that begin from here on; CANDLES_MAX of them before `to` when left out. */
  readonly from?: number | undefined;
  /** Candles that begin before this; an exchange's clock, or the beginning of what one has. */
  readonly to: number;
  /** The newest so many. */
  readonly limit?: number | undefined;
}

/** Ascending and without a gap. */
export async function readCandles(
  db: Kysely<HistoryTables>,
  query: CandleQuery,
): Promise<CandleRow[]> {
  const { market, seconds, to } = query;
  const length = seconds * 1_000;
  const end = candleStart(to + length - 1, seconds);
  const count = Math.min(Math.max(Math.trunc(query.limit ?? CANDLES_MAX), 1), CANDLES_MAX);
  const asked = query.from === undefined ? -Infinity : query.from + length - 1;
  const oldest = end - count * length;
  const begin = asked > oldest ? candleStart(asked, seconds) : oldest;
  const base = db
    .selectFrom('candles')
    .selectAll()
    .where('market', '=', market)
    .where('seconds', '=', seconds);
  const given = await base
    .where('start', '>=', begin)
    .where('start', '<', end)
    .orderBy('start')
    .execute();
  const before = await base.where('start', '<', begin).orderBy('start', 'desc').limit(1).execute();
  return fillGaps(decode(CANDLES, given), decode(CANDLES, before)[0], begin, end, length);
}

/** `rows` ascend within [begin, end); `before` is the last candle that begins earlier. */
export function fillGaps(
  rows: readonly CandleRow[],
  before: CandleRow | undefined,
  begin: number,
  end: number,
  length: number,
): CandleRow[] {
  const filled: CandleRow[] = [];
  let last = before;
  let next = 0;
  const from = before === undefined ? (rows[0]?.start ?? end) : begin;
  for (let start = from; start < end; start += length) {
    const row = rows[next];
    if (row?.start === start) {
      next += 1;
      last = row;
      filled.push(row);
    } else if (last !== undefined) filled.push(flat(last, start));
  }
  return filled;
}

function flat({ market, seconds, close }: CandleRow, start: number): CandleRow {
  const ohlc = { open: close, high: close, low: close, close };
  return { market, seconds, start, ...ohlc, size: 0n, value: 0n, trades: 0 };
}
