// Proves the requirements against a slice-by-slice version in bigint, that they are monotone,
// continuous and convex, and that they reproduce the real brackets of a large venue to the unit.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { makeBrackets, type BracketTerms } from './brackets.ts';
import { AMOUNT_MAX } from './limits.ts';
import {
  bracketsOf,
  ceilDiv,
  drawTerms,
  naiveBracketInitial,
  naiveMaintenance,
  requiredPpm,
  termsOf,
} from './naive.suite.ts';
import {
  bracketInitial,
  initialMargin,
  maintenanceMargin,
  openInterestLift,
} from './requirement.ts';

const TABLES = 400;
const NOTIONALS = 50;

/** Notionals that are likely to show a mistake: around every floor, and anywhere. */
function drawNotional(draw: Draw, terms: readonly BracketTerms[]): number {
  if (draw.oneIn(2)) return draw.scaled(0, AMOUNT_MAX);
  const near = draw.pick(terms).floorNotional + draw.whole(-2, 2);
  return Math.min(AMOUNT_MAX, Math.max(0, near));
}

/** Calls back with random tables of 1 to 8 brackets and notionals of each. */
function forEach(
  seed: number,
  check: (terms: readonly BracketTerms[], notional: number, draw: Draw) => void,
): void {
  const draw = new Draw(seed);
  for (let i = 0; i < TABLES; i += 1) {
    const terms = drawTerms(draw, draw.whole(1, 8), AMOUNT_MAX);
    for (let j = 0; j < NOTIONALS; j += 1) check(terms, drawNotional(draw, terms), draw);
  }
}

describe('the requirements', () => {
  test('equal the sum over the slices, rounded up once', () => {
    forEach(21, (terms, notional) => {
      const brackets = bracketsOf(terms);
      expect(BigInt(maintenanceMargin(brackets, notional))).toBe(naiveMaintenance(terms, notional));
      expect(BigInt(bracketInitial(brackets, notional))).toBe(naiveBracketInitial(terms, notional));
    });
  });

  test('equal the naive maximum with a leverage and a lift', () => {
    forEach(22, (terms, notional, draw) => {
      const brackets = bracketsOf(terms);
      const leverage = draw.whole(1, Math.min(200, brackets.leverageMax));
      const lift = draw.pick([0, 1, 500_000, 999_999, 1_000_000]);
      const base = naiveBracketInitial(terms, notional);
      const lifted = base + ceilDiv((BigInt(notional) - base) * BigInt(lift), 1_000_000n);
      const chosen = ceilDiv(BigInt(notional), BigInt(leverage));
      const wanted = lifted > chosen ? lifted : chosen;
      expect(BigInt(initialMargin(brackets, notional, leverage, lift))).toBe(wanted);
    });
  });

  test('never fall with the notional, and never rise by more than it', () => {
    forEach(23, (terms, notional) => {
      if (notional === AMOUNT_MAX) return;
      const brackets = bracketsOf(terms);
      const step =
        maintenanceMargin(brackets, notional + 1) - maintenanceMargin(brackets, notional);
      expect(step === 0 || step === 1).toBe(true);
      const rise = bracketInitial(brackets, notional + 1) - bracketInitial(brackets, notional);
      expect(rise === 0 || rise === 1).toBe(true);
    });
  });

  test('are continuous at every floor and convex everywhere, before rounding', () => {
    forEach(24, (terms, notional) => {
      const middle = Math.min(AMOUNT_MAX - 1, Math.max(1, notional));
      const [below, at, above] = [middle - 1, middle, middle + 1].map((n) =>
        requiredPpm(terms, n, 'maintenancePpm'),
      );
      expect(at - below).toBeLessThanOrEqual(above - at);
      expect(above - at).toBeLessThan(1_000_000n);
    });
  });

  test('keep maintenance at or below initial', () => {
    forEach(25, (terms, notional, draw) => {
      const brackets = bracketsOf(terms);
      const leverage = draw.whole(1, brackets.leverageMax);
      const initial = initialMargin(brackets, notional, leverage);
      expect(maintenanceMargin(brackets, notional)).toBeLessThanOrEqual(initial);
      expect(initial).toBeLessThanOrEqual(notional);
    });
  });

  test('have a lift that never falls with the open interest', () => {
    const draw = new Draw(26);
    for (let i = 0; i < 5_000; i += 1) {
      const from = draw.scaled(0, 1e12);
      const to = from + draw.scaled(1, 1e12);
      const interest = draw.scaled(0, 3e12);
      const lift = openInterestLift(interest, from, to);
      expect(lift).toBeLessThanOrEqual(openInterestLift(interest + 1, from, to));
    }
  });
});

const CSV = join(
  import.meta.dirname,
  '../../../shared/data/candles-mark-funding/binance-usdtm-leverage-tiers.csv',
);
const hasData = existsSync(CSV);
const reason = hasData ? '' : ' [no ../shared/data: real brackets are not in the repository]';

describe('the brackets of 349 real markets', () => {
  test.skipIf(!hasData)(`are continuous and give rate · n − cum to the unit${reason}`, () => {
    const markets = readMarkets(readFileSync(CSV, 'utf8'));
    expect(markets.size).toBe(349);
    let boundaries = 0;
    for (const [symbol, tiers] of markets) {
      const terms = termsOf(
        ...tiers.map(({ floor, initial, rate }) => [floor, initial, rate] as const),
      );
      const made = makeBrackets(terms);
      if (!made.ok) throw new Error(`${symbol}: ${made.code} in tier ${made.bracket}`);
      for (const [i, { floor, rate, cum }] of tiers.entries()) {
        for (const notional of [floor - 1, floor, floor + 1, floor + 12_345_678_901]) {
          if (notional < 0 || notional > AMOUNT_MAX) continue;
          const tier = tiers.findLast((t) => t.floor <= notional) ?? tiers[0];
          const exact = BigInt(notional) * BigInt(tier.rate) - tier.cum * 1_000_000n;
          const found = BigInt(maintenanceMargin(made.brackets, notional));
          expect(found, `${symbol} at ${notional}`).toBe(ceilDiv(exact, 1_000_000n));
        }
        if (i === 0) continue;
        boundaries += 1;
        const before = tiers[i - 1];
        const left = BigInt(floor) * BigInt(before.rate) - before.cum * 1_000_000n;
        expect(BigInt(floor) * BigInt(rate) - cum * 1_000_000n, symbol).toBe(left);
      }
    }
    expect(boundaries).toBe(2_805 - 349);
  });
});

interface Tier {
  /** USDT × 10^6. */
  readonly floor: number;
  readonly cum: bigint;
  /** ppm. */
  readonly rate: number;
  readonly initial: number;
}

function readMarkets(csv: string): Map<string, Tier[]> {
  const markets = new Map<string, Tier[]>();
  for (const line of csv.trim().split('\n').slice(1)) {
    const [symbol, , floor, , rate, leverage, cum] = line.split(',');
    const tiers = markets.get(symbol) ?? [];
    markets.set(symbol, tiers);
    tiers.push({
      floor: Math.round(Number(floor) * 1e6),
      cum: BigInt(Math.round(Number(cum) * 1e6)),
      rate: Math.round(Number(rate) * 1e6),
      initial: Math.floor(1e6 / Number(leverage)),
    });
  }
  return markets;
}
