// A pair in whole numbers, as it is kept, and how it is written. Prices and sizes are counts of the
// markets' own units, amounts of the quote asset's.

import { assert } from '../units/assert.ts';
import { formatInUnit } from '../units/decimal.ts';
import { decimalNumber, priceRatio, ratioNumber, type Ratio } from '../units/ratio.ts';
import type { MarketUnits } from './catalog.ts';
import type { PairJson } from './pairs.ts';
import { isoTime } from './words.ts';

export interface PairRow {
  readonly number: number;
  readonly account: string;
  readonly longMarket: string;
  readonly shortMarket: string;
  readonly capital: number;
  /** 0.00001×. */
  readonly leverage: number;
  readonly longWeightPpm: number;
  readonly longSize: number;
  readonly shortSize: number;
  readonly longEntry: number;
  readonly shortEntry: number;
  readonly openedMs: number;
  /** Undefined while it is open. */
  readonly end: PairEnd | undefined;
}

export interface PairEnd {
  readonly closedMs: number;
  readonly longExit: number;
  readonly shortExit: number;
  readonly realised: number;
}

/** The units of both legs, whose quote asset is the same. */
export interface PairUnits {
  readonly long: MarketUnits;
  readonly short: MarketUnits;
}

const SHOWN = 2;
const LEVERAGE_DECIMALS = 5;
const WEIGHT_DECIMALS = 6;

/** long ÷ short, exactly. */
export function pairRatio(long: number, short: number, units: PairUnits): Ratio {
  return priceRatio(long, units.long.priceUnit, short, units.short.priceUnit);
}

/** `percent` is the final P/L of capital × leverage in 0.01 %; not read while it is open. */
export function pairView(row: PairRow, units: PairUnits, percent: number): PairJson {
  const { long, short } = units;
  assert(long.quote.number === short.quote.number, 'the legs of a pair have one quote asset');
  const { decimals } = long.quote;
  const { end } = row;
  return {
    id: String(row.number),
    account: row.account,
    status: end === undefined ? 'open' : 'closed',
    longMarket: row.longMarket,
    shortMarket: row.shortMarket,
    capitalUSDC: decimalNumber(row.capital, decimals, decimals),
    leverage: decimalNumber(row.leverage, LEVERAGE_DECIMALS, LEVERAGE_DECIMALS),
    longWeight: decimalNumber(row.longWeightPpm, WEIGHT_DECIMALS, WEIGHT_DECIMALS),
    longSize: Number(formatInUnit(row.longSize, long.sizeUnit)),
    shortSize: Number(formatInUnit(row.shortSize, short.sizeUnit)),
    longEntryPrice: Number(formatInUnit(row.longEntry, long.priceUnit)),
    shortEntryPrice: Number(formatInUnit(row.shortEntry, short.priceUnit)),
    entryRatio: ratioNumber(pairRatio(row.longEntry, row.shortEntry, units)),
    openedAt: isoTime(row.openedMs),
    closedAt: end === undefined ? null : isoTime(end.closedMs),
    longExitPrice: end === undefined ? null : Number(formatInUnit(end.longExit, long.priceUnit)),
    shortExitPrice: end === undefined ? null : Number(formatInUnit(end.shortExit, short.priceUnit)),
    exitRatio:
      end === undefined ? null : ratioNumber(pairRatio(end.longExit, end.shortExit, units)),
    realizedPnL: end === undefined ? null : decimalNumber(end.realised, decimals, SHOWN),
    realizedPnLPercent: end === undefined ? null : decimalNumber(percent, SHOWN, SHOWN),
  };
}
