// Random pairs for the tests and the benchmark, each in both shapes: as the figures take it and as
// the naive version does. Leg sizes, marks, capital and requirements are independent of each other.

import type { Draw } from '../units/draw.suite.ts';
import type { DecimalUnit } from '../units/decimal.ts';
import { decimalRatio } from '../units/ratio.ts';
import type { BracketTerms } from './brackets.ts';
import { bracketsOf, drawTerms, termsOf } from './naive.suite.ts';
import type { PairTerms } from './pair-figures.ts';
import type { PairLeg } from './pair-liquidation.ts';
import { exchangeLegMarket, ratioLegMarket } from './pair-market.ts';
import type { NaiveLeg, NaivePair } from './pair-naive.suite.ts';

export interface DrawnPair {
  readonly naive: NaivePair;
  readonly terms: PairTerms;
  readonly long: PairLeg;
  readonly short: PairLeg;
}

const SIZE_UNIT: DecimalUnit = { text: '0.00001', numerator: 1, decimals: 5 };
const LEG_MAX = 100_000_000_000_000;

/** A pair whose legs are worth about what its capital makes, or anything. */
export function drawPair(draw: Draw): DrawnPair {
  const capital = draw.scaled(1_000, 1_000_000_000_000);
  const leverage = draw.oneIn(2) ? draw.whole(1, 20) * 100_000 : draw.whole(100_000, 5_000_000);
  const longWeightPpm = draw.oneIn(2) ? 500_000 : draw.whole(50_000, 950_000);
  const wanted = Math.max(1, Math.floor((capital * leverage) / 200_000));
  const long = drawLeg(draw, wanted);
  const short = drawLeg(draw, wanted);
  const entryDecimals = draw.pick([2, 6, 12]);
  const entryCount = draw.scaled(1, 1_000_000_000_000);
  const unrealised = draw.pick([
    0,
    draw.whole(-capital, capital),
    draw.whole(-3 * capital, capital),
    draw.whole(-LEG_MAX, LEG_MAX),
  ]);
  const decimals = draw.pick([2, 6, 6, 8]);
  const common = { capital, leverage, longWeightPpm, decimals };
  return {
    naive: {
      ...common,
      entryCount,
      entryDecimals,
      unrealised,
      long: long.naive,
      short: short.naive,
    },
    terms: { ...common, entry: decimalRatio(entryCount, entryDecimals) },
    long: long.leg,
    short: short.leg,
  };
}

/** The brackets of the demo's perpetual markets. */
const ORDINARY = termsOf(
  [0, 20_000, 10_000],
  [500_000_000_000, 50_000, 25_000],
  [5_000_000_000_000, 200_000, 100_000],
);

/** A pair as somebody might have it: $100 to $1 million, 1 to 20×, marks within a few percent. */
export function drawOrdinaryPair(draw: Draw): DrawnPair {
  const capital = draw.scaled(100_000_000, 1_000_000_000_000);
  const leverage = draw.whole(1, 20) * 100_000;
  const wanted = Math.floor((capital * leverage) / 200_000);
  const long = ordinaryLeg(draw, wanted, 600_000);
  const short = ordinaryLeg(draw, wanted, 30_000);
  const common = { capital, leverage, longWeightPpm: 500_000, decimals: 6 };
  const unrealised = long.gain - short.gain;
  const entryCount = Math.round((long.entry * 1_000_000) / short.entry);
  const naive = { ...common, entryCount, entryDecimals: 6, unrealised };
  return {
    naive: { ...naive, long: long.naive, short: short.naive },
    terms: { ...common, entry: decimalRatio(entryCount, 6) },
    long: long.leg,
    short: short.leg,
  };
}

function ordinaryLeg(
  draw: Draw,
  wanted: number,
  price: number,
): { leg: PairLeg; naive: NaiveLeg; entry: number; gain: number } {
  const near = (): number => draw.whole(Math.floor(price * 0.95), Math.ceil(price * 1.05));
  const k = 100;
  const [entry, mark] = [near(), near()];
  const size = Math.max(1, Math.floor(wanted / (entry * k)));
  const { leg, naive } = exchangeLeg({ brackets: ORDINARY, k, mark, size, priceDecimals: 1 });
  return { leg, naive, entry, gain: size * k * (mark - entry) };
}

function drawLeg(draw: Draw, wanted: number): { readonly leg: PairLeg; readonly naive: NaiveLeg } {
  const value = Math.min(LEG_MAX, draw.oneIn(3) ? draw.scaled(1_000, LEG_MAX) : wanted);
  return draw.oneIn(2) ? drawExchangeLeg(draw, value) : drawRatioLeg(draw, value);
}

function drawExchangeLeg(draw: Draw, value: number): { leg: PairLeg; naive: NaiveLeg } {
  const brackets = drawTerms(draw, draw.whole(1, 6), draw.pick([1e9, 1e12, 4e15]));
  const k = draw.pick([1, 1, 10, 1_000]);
  const mark = draw.scaled(1, Math.max(1, Math.floor(value / k)));
  const size = Math.max(1, Math.floor(value / (mark * k)));
  const priceDecimals = draw.whole(0, 5);
  return exchangeLeg({ brackets, k, mark, size, priceDecimals });
}

function exchangeLeg(terms: {
  readonly brackets: readonly BracketTerms[];
  readonly k: number;
  readonly mark: number;
  readonly size: number;
  readonly priceDecimals: number;
}): { leg: PairLeg; naive: NaiveLeg } {
  const { brackets, k, mark, size, priceDecimals } = terms;
  const market = exchangeLegMarket({
    brackets: bracketsOf(brackets),
    k,
    mark,
    priceUnit: unitOf(priceDecimals),
    sizeUnit: SIZE_UNIT,
    quoteDecimals: 6,
    liftPpm: 0,
  });
  return { leg: { market, size }, naive: { size, mark, priceDecimals, terms: { brackets, k } } };
}

function drawRatioLeg(draw: Draw, value: number): { leg: PairLeg; naive: NaiveLeg } {
  const maintenance = draw.whole(1, 3_000);
  const initial = draw.whole(maintenance, 10_000);
  // A size is a safe integer too.
  const mark = draw.scaled(Math.max(1_000, Math.ceil(value / 1e6)), 100_000_000_000);
  const size = Math.max(1_000_000, Math.round((value / mark) * 1e9));
  const market = ratioLegMarket({
    mark,
    initialRatio: () => initial,
    maintenanceRatio: () => maintenance,
  });
  const naive = { size, mark, priceDecimals: 6, terms: { initial, maintenance } };
  return { leg: { market, size }, naive };
}

function unitOf(decimals: number): DecimalUnit {
  const text = decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
  return { text, numerator: 1, decimals };
}
