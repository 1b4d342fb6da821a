// The margin mathematics said again, slowly and differently: bigint, one bracket after the other,
// one price after the other. The tests compare the fast code with it. It must never import what it
// checks.

import { amount, ppm } from '../units/brand.ts';
import type { Draw } from '../units/draw.suite.ts';
import { makeBrackets, type Brackets, type BracketTerms } from './brackets.ts';

const MILLION = 1_000_000n;

export function ceilDiv(n: bigint, d: bigint): bigint {
  const q = n / d;
  return n > 0n && q * d !== n ? q + 1n : q;
}

export function floorDiv(n: bigint, d: bigint): bigint {
  const q = n / d;
  return n < 0n && q * d !== n ? q - 1n : q;
}

/** What each bracket's own slice of the notional requires, added up, in unit·ppm: no deductions. */
export function requiredPpm(
  terms: readonly BracketTerms[],
  notional: number,
  rate: 'initialPpm' | 'maintenancePpm',
): bigint {
  let sum = 0n;
  for (const [i, row] of terms.entries()) {
    const next = terms[i + 1]?.floorNotional ?? Infinity;
    const slice = Math.min(notional, next) - row.floorNotional;
    if (slice > 0) sum += BigInt(slice) * BigInt(row[rate]);
  }
  return sum;
}

export function naiveMaintenance(terms: readonly BracketTerms[], notional: number): bigint {
  return ceilDiv(requiredPpm(terms, notional, 'maintenancePpm'), MILLION);
}

export function naiveBracketInitial(terms: readonly BracketTerms[], notional: number): bigint {
  return ceilDiv(requiredPpm(terms, notional, 'initialPpm'), MILLION);
}

/** equity < maintenance at one price, in whole numbers of any size. */
export function naiveLiquidatable(
  terms: readonly BracketTerms[],
  position: {
    size: number;
    cost: number;
    k: number;
    otherEquity: number;
    otherMaintenance: number;
  },
  price: number,
): boolean {
  const { size, cost, k, otherEquity, otherMaintenance } = position;
  const value = BigInt(size) * BigInt(price) * BigInt(k);
  const equity = BigInt(otherEquity) + value - BigInt(cost);
  const notional = value < 0n ? -value : value;
  return equity < BigInt(otherMaintenance) + naiveMaintenance(terms, Number(notional));
}

/** A valid table of `count` brackets whose floors lie in 1 … `floorMax`. */
export function drawTerms(draw: Draw, count: number, floorMax: number): BracketTerms[] {
  const floors = new Set<number>();
  while (floors.size < count - 1) floors.add(draw.scaled(1, floorMax));
  const sorted = [0, ...[...floors].sort((a, b) => a - b)];
  let maintenance = draw.scaled(1, 100_000);
  let initial = Math.min(1_000_000, maintenance + draw.scaled(0, 200_000));
  return sorted.map((floor, i) => {
    if (i > 0) {
      maintenance = Math.min(999_999, maintenance + draw.scaled(0, 200_000));
      initial = Math.min(1_000_000, Math.max(maintenance, initial + draw.scaled(0, 200_000)));
    }
    return {
      floorNotional: amount(floor),
      initialPpm: ppm(initial),
      maintenancePpm: ppm(maintenance),
    };
  });
}

/** Makes a table that must be valid. */
export function bracketsOf(terms: readonly BracketTerms[]): Brackets {
  const made = makeBrackets(terms);
  if (!made.ok) throw new Error(`${made.code} in bracket ${made.bracket}`);
  return made.brackets;
}

/** A table from rows of floor, initial and maintenance rate. */
export function termsOf(...rows: readonly (readonly [number, number, number])[]): BracketTerms[] {
  return rows.map(([floor, initial, maintenance]) => ({
    floorNotional: amount(floor),
    initialPpm: ppm(initial),
    maintenancePpm: ppm(maintenance),
  }));
}
