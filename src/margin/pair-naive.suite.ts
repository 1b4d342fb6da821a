// The figures of a pair said again, slowly and differently: every amount a bigint, every rounding
// spelled out on text, every liquidation ratio found by bisection of the whole range with the
// predicate. The oracle of the tests and the other side of the benchmark. It must never import what
// it checks.

import type { BracketTerms } from './brackets.ts';
import { ceilDiv, floorDiv, naiveBracketInitial, naiveMaintenance } from './naive.suite.ts';

/** A leg: by brackets, as our markets are, or by ratios of 10^−4, as Drift's are. */
export interface NaiveLeg {
  readonly size: number;
  readonly mark: number;
  readonly priceDecimals: number;
  readonly terms:
    | { readonly brackets: readonly BracketTerms[]; readonly k: number }
    | { readonly initial: number; readonly maintenance: number };
}

export interface NaivePair {
  readonly capital: number;
  /** 0.00001×. */
  readonly leverage: number;
  readonly longWeightPpm: number;
  readonly entryCount: number;
  readonly entryDecimals: number;
  readonly unrealised: number;
  readonly decimals: number;
  readonly long: NaiveLeg;
  readonly short: NaiveLeg;
}

type Fraction = readonly [numerator: bigint, denominator: bigint];

const COUNT_MAX = 9_007_199_254_740_991n;
const E9 = 1_000_000_000n;
const VALUE_MAX = 2_000_000_000_000_000n;
const MOVE_MAX = 1_000_000_000_000_000n;

export function naivePairFigures(pair: NaivePair): Record<string, unknown> {
  const capital = BigInt(pair.capital);
  const notional = halfEven([capital * BigInt(pair.leverage), 100_000n]);
  const longNotional = halfEven([notional * BigInt(pair.longWeightPpm), 1_000_000n]);
  const shortNotional = notional - longNotional;
  const unrealised = BigInt(pair.unrealised);
  const equity = capital + unrealised;
  const initials = [initialOf(pair.long, longNotional), initialOf(pair.short, shortNotional)];
  const needs = [needOf(pair.long, longNotional), needOf(pair.short, shortNotional)];
  const maintenance = needs[0]! + needs[1]!;
  const unit = 10n ** BigInt(pair.decimals);
  const now = ratioOf(pair);
  const entry: Fraction = [BigInt(pair.entryCount), 10n ** BigInt(pair.entryDecimals)];
  const exact = naiveRatios(pair, now);
  const left = notional + maintenance - capital;
  return {
    currentRatio: shownRatio(now),
    unrealizedPnL: shown([unrealised, unit], 2),
    unrealizedPnLPercent: percentOf(unrealised, notional),
    initialMargin: shown([initials[0]! + initials[1]!, unit], 2),
    maintenanceMargin: shown([maintenance, unit], 2),
    liquidationRatio: left > 0n ? shownRatio([entry[0] * left, entry[1] * notional]) : null,
    health: healthOf(equity, maintenance),
    longMMR: shown([needs[0]!, longNotional], 4),
    shortMMR: shown([needs[1]!, shortNotional], 4),
    longIMR: shown([initials[0]!, longNotional], 4),
    shortIMR: shown([initials[1]!, shortNotional], 4),
    liquidationRatios: exact.liquidationRatios,
    nearestLiquidationRatio: exact.nearestLiquidationRatio,
    healthBand: bandOf(equity, maintenance, exact.falls),
    estimated: false,
  };
}

/** Equity < maintenance after a move, as pair-liquidation.ts says which move that is. */
export function naivePairLiquidatable(pair: NaivePair, move: string, at: bigint): boolean {
  const longNow = valueOf(pair.long, BigInt(pair.long.mark));
  const shortNow = valueOf(pair.short, BigInt(pair.short.mark));
  let longValue = longNow;
  let shortValue = shortNow;
  if (move === 'longLegMoves') longValue = valueOf(pair.long, at);
  else if (move === 'shortLegMoves') shortValue = valueOf(pair.short, at);
  else {
    longValue = floorDiv(longNow * at, E9);
    shortValue = ceilDiv(shortNow * E9, at);
  }
  const profit = longValue - longNow - (shortValue - shortNow);
  const equity = BigInt(pair.capital) + BigInt(pair.unrealised) + profit;
  return equity < needOf(pair.long, longValue) + needOf(pair.short, shortValue);
}

/**
 * The move next to safety at which the pair is liquidatable, by bisection; 0 when there is none.
 */
export function naiveMove(pair: NaivePair, move: string): bigint {
  const longNow = valueOf(pair.long, BigInt(pair.long.mark));
  const shortNow = valueOf(pair.short, BigInt(pair.short.mark));
  const now =
    move === 'bothMove' ? E9 : BigInt((move === 'longLegMoves' ? pair.long : pair.short).mark);
  const risen = floorDiv(now * VALUE_MAX, move === 'shortLegMoves' ? shortNow : longNow);
  const top = risen < MOVE_MAX ? risen : MOVE_MAX;
  const low = move === 'bothMove' ? ceilDiv(shortNow * E9, VALUE_MAX) : 1n;
  const isBad = (at: bigint): boolean => naivePairLiquidatable(pair, move, at);
  // From the worst end of the range to the best one, in steps of `sign`.
  const [worst, best] = move === 'shortLegMoves' ? [top, 1n] : [low < 1n ? 1n : low, top];
  if (isBad(best)) return best;
  if (!isBad(worst)) return 0n;
  let [bad, safe] = [worst, best];
  while ((safe - bad) ** 2n > 1n) {
    const middle = (safe + bad) / 2n;
    if (isBad(middle)) bad = middle;
    else safe = middle;
  }
  return bad;
}

/** The worst of what health and every distance say, in exact thresholds of a hundredth. */
function bandOf(equity: bigint, maintenance: bigint, falls: readonly Fraction[]): string {
  const hundredths = equity <= 0n ? 0n : (10_000n * (equity - maintenance)) / equity;
  const steps = [5_000n, 2_500n, 1_000n].filter((least) => hundredths < least).length;
  const worst = falls.map(([part, whole]) => {
    const left = part <= 0n ? 0n : (10_000n * part) / whole;
    return [1_000n, 500n, 200n].filter((least) => left < least).length;
  });
  return ['healthy', 'caution', 'danger', 'critical'][Math.max(steps, ...worst)] ?? '';
}

function naiveRatios(
  pair: NaivePair,
  now: Fraction,
): {
  liquidationRatios: Record<string, number | null>;
  nearestLiquidationRatio: number | null;
  falls: Fraction[];
} {
  const long = naiveMove(pair, 'longLegMoves');
  const short = naiveMove(pair, 'shortLegMoves');
  const both = naiveMove(pair, 'bothMove');
  const fractions: Record<string, Fraction | undefined> = {
    longLegMoves: long === 0n ? undefined : [now[0] * long, now[1] * BigInt(pair.long.mark)],
    shortLegMoves: short === 0n ? undefined : [now[0] * BigInt(pair.short.mark), now[1] * short],
    bothMove: both === 0n ? undefined : [now[0] * both * both, now[1] * E9 * E9],
  };
  const found = Object.entries(fractions);
  const ratios = Object.fromEntries(
    found.map(([k, f]) => [k, f === undefined ? null : shownRatio(f)]),
  );
  const known = Object.values(ratios).filter((ratio) => ratio !== null);
  const isBad = naivePairLiquidatable(pair, 'bothMove', E9);
  const nearest = isBad ? Math.min(...known) : Math.max(...known);
  // 1 − moved ÷ now.
  const falls = found.flatMap(([, one]): Fraction[] =>
    one === undefined ? [] : [[now[0] * one[1] - one[0] * now[1], now[0] * one[1]]],
  );
  return {
    liquidationRatios: ratios,
    nearestLiquidationRatio: known.length === 0 ? null : nearest,
    falls,
  };
}

function ratioOf({ long, short }: NaivePair): Fraction {
  return [
    BigInt(long.mark) * 10n ** BigInt(short.priceDecimals),
    BigInt(short.mark) * 10n ** BigInt(long.priceDecimals),
  ];
}

function valueOf({ size, terms }: NaiveLeg, price: bigint): bigint {
  if ('brackets' in terms) return BigInt(size) * price * BigInt(terms.k);
  return floorDiv(BigInt(size) * price, E9);
}

function needOf({ terms }: NaiveLeg, value: bigint): bigint {
  if ('brackets' in terms) return naiveMaintenance(terms.brackets, Number(value));
  return ceilDiv(value * BigInt(terms.maintenance), 10_000n);
}

function initialOf({ terms }: NaiveLeg, value: bigint): bigint {
  if ('brackets' in terms) return naiveBracketInitial(terms.brackets, Number(value));
  return ceilDiv(value * BigInt(terms.initial), 10_000n);
}

function healthOf(equity: bigint, maintenance: bigint): number {
  if (equity <= 0n || equity <= maintenance) return 0;
  return shown([100n * (equity - maintenance), equity], 2);
}

/** At most 10^10 %, either way; nothing of nothing. */
function percentOf(part: bigint, whole: bigint): number {
  if (whole <= 0n) return 0;
  const most = 10_000_000_000n * whole;
  const percent = 100n * part;
  return shown([percent > most ? most : percent < -most ? -most : percent, whole], 2);
}

/** Two decimals; below 1 so many that five digits count; at most 2^53 − 1 hundredths. */
function shownRatio(fraction: Fraction): number {
  if (fraction[0] * 100n > fraction[1] * COUNT_MAX) return shown([COUNT_MAX, 100n], 2);
  let decimals = 2;
  if (fraction[0] < fraction[1]) {
    const isShort = (): boolean => fraction[0] * 10n ** BigInt(decimals) < fraction[1] * 10_000n;
    while (isShort() && decimals < 22) decimals += 1;
  }
  return shown(fraction, decimals);
}

/** A fraction as a number with so many decimals, through its text. */
function shown([numerator, denominator]: Fraction, decimals: number): number {
  const count = halfEven([numerator * 10n ** BigInt(decimals), denominator]);
  const digits = (count < 0n ? -count : count).toString().padStart(decimals + 1, '0');
  const text = `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return Number(count < 0n ? `-${text}` : text);
}

function halfEven([numerator, denominator]: Fraction): bigint {
  const quotient = floorDiv(numerator, denominator);
  const twice = 2n * (numerator - quotient * denominator);
  if (twice < denominator) return quotient;
  if (twice > denominator) return quotient + 1n;
  return quotient % 2n === 0n ? quotient : quotient + 1n;
}
