// The bracket table of a market: margin rates that rise with the notional, kept so that both
// requirements are continuous and are rounded once. A table is checked when it is made and never
// changes; it must never hold one that is not convex, or a liquidation price would not be unique.

import { assert } from '../units/assert.ts';
import * as brand from '../units/brand.ts';
import { ppm, amount, type Amount, type Ppm } from '../units/brand.ts';
import { divFloor, mulDivFloor, mulRest } from '../units/rounding.ts';
import * as bounds from './limits.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { PPM_ONE } = brand;
const { AMOUNT_MAX, BRACKETS_MAX } = bounds;

/** One bracket: from `floorNotional` on, every further unit requires this much. */
export interface BracketTerms {
  readonly floorNotional: Amount;
  readonly initialPpm: Ppm;
  readonly maintenancePpm: Ppm;
}

/** The fees that a maintenance margin must be able to pay, in parts per million of the notional. */
export interface LiquidationFees {
  readonly takerFeePpm: number;
  readonly liquidationFeePpm: number;
}

/** What is wrong with a bracket table. */
export type BracketFault =
  | 'NO_BRACKETS'
  | 'TOO_MANY_BRACKETS'
  | 'FIRST_FLOOR_NOT_ZERO'
  | 'FLOORS_NOT_ASCENDING'
  | 'RATES_OUT_OF_RANGE'
  | 'RATES_NOT_ASCENDING'
  | 'FEES_EXCEED_MAINTENANCE';

/** A table, or the first thing that is wrong with it and in which bracket. */
export type BracketsResult =
  | { readonly ok: true; readonly brackets: Brackets }
  | { readonly ok: false; readonly code: BracketFault; readonly bracket: number };

/** Terms for a market that gives none: 10 % initial, 5 % maintenance, hence leverage up to 10. */
export const DEFAULT_BRACKETS: readonly BracketTerms[] = [
  { floorNotional: amount(0), initialPpm: ppm(100_000), maintenancePpm: ppm(50_000) },
];

/**
 * Checks a table and makes it (spec margin §3): floors ascend from 0, 0 < maintenance ≤ initial ≤
 * 100 %, maintenance < 100 %, neither rate ever falls, and the first maintenance rate exceeds taker
 * and liquidation fee together. The rules are checked bracket by bracket in that order.
 */
export function makeBrackets(
  terms: readonly BracketTerms[],
  fees: LiquidationFees = { takerFeePpm: 0, liquidationFeePpm: 0 },
): BracketsResult {
  if (terms.length === 0) return { ok: false, code: 'NO_BRACKETS', bracket: 0 };
  if (terms.length > BRACKETS_MAX) {
    return { ok: false, code: 'TOO_MANY_BRACKETS', bracket: BRACKETS_MAX };
  }
  for (let i = 0; i < terms.length; i += 1) {
    const code = faultOf(terms[i], terms[i - 1]);
    if (code !== undefined) return { ok: false, code, bracket: i };
  }
  if (fees.takerFeePpm + fees.liquidationFeePpm >= terms[0].maintenancePpm) {
    return { ok: false, code: 'FEES_EXCEED_MAINTENANCE', bracket: 0 };
  }
  return { ok: true, brackets: new Brackets(terms) };
}

/**
 * Rates on their way from one table to another with the same floors, `passed` of `whole` of the way
 * (0 ≤ passed ≤ whole, whole > 0): each from + floor((to − from) · passed ÷ whole), so that rates
 * that ascend in both tables ascend on the way, and maintenance stays at or below initial.
 */
export function rampedBrackets(
  from: readonly BracketTerms[],
  to: readonly BracketTerms[],
  passed: number,
  whole: number,
): BracketTerms[] {
  const between = (a: number, b: number): Ppm => ppm(a + mulDivFloor(b - a, passed, whole));
  return to.map(({ floorNotional, initialPpm, maintenancePpm }, i) => ({
    floorNotional,
    initialPpm: between(from[i].initialPpm, initialPpm),
    maintenancePpm: between(from[i].maintenancePpm, maintenancePpm),
  }));
}

function faultOf(here: BracketTerms, before: BracketTerms | undefined): BracketFault | undefined {
  const { floorNotional, initialPpm, maintenancePpm } = here;
  if (before === undefined && floorNotional !== 0) return 'FIRST_FLOOR_NOT_ZERO';
  if (!Number.isSafeInteger(floorNotional) || floorNotional > AMOUNT_MAX) {
    return 'FLOORS_NOT_ASCENDING';
  }
  if (before !== undefined && floorNotional <= before.floorNotional) return 'FLOORS_NOT_ASCENDING';
  if (!Number.isSafeInteger(initialPpm) || !Number.isSafeInteger(maintenancePpm)) {
    return 'RATES_OUT_OF_RANGE';
  }
  if (maintenancePpm <= 0 || maintenancePpm >= PPM_ONE) return 'RATES_OUT_OF_RANGE';
  if (initialPpm < maintenancePpm || initialPpm > PPM_ONE) return 'RATES_OUT_OF_RANGE';
  if (before === undefined) return undefined;
  const falls = initialPpm < before.initialPpm || maintenancePpm < before.maintenancePpm;
  return falls ? 'RATES_NOT_ASCENDING' : undefined;
}

/**
 * A checked table as columns. In bracket i a requirement is (n · rate − deduction) ÷ 10^6 with D_i
 * = D_{i−1} + floor_i · (rate_i − rate_{i−1}). A deduction in unit·ppm passes 2^53 early, so it is
 * kept as whole units and a rest in ppm: D_i = whole · 10^6 + rest, 0 ≤ rest < 10^6.
 */
export class Brackets {
  readonly count: number;
  /** The largest whole leverage: floor(10^6 ÷ first initial rate). */
  readonly leverageMax: number;
  /** Notional from which the first bracket no longer holds: one comparison finds most positions. */
  readonly firstEnd: number;
  readonly floors: Float64Array;
  readonly initialPpm: Float64Array;
  readonly initialWhole: Float64Array;
  readonly initialRest: Float64Array;
  readonly maintenancePpm: Float64Array;
  readonly maintenanceWhole: Float64Array;
  readonly maintenanceRest: Float64Array;

  /** Only `makeBrackets` calls this: the terms are checked. */
  constructor(terms: readonly BracketTerms[]) {
    assert(terms.length > 0, 'a bracket table has a bracket');
    this.count = terms.length;
    this.leverageMax = divFloor(PPM_ONE, terms[0].initialPpm);
    this.firstEnd = terms.length > 1 ? terms[1].floorNotional : Number.MAX_SAFE_INTEGER;
    this.floors = Float64Array.from(terms, (row) => row.floorNotional);
    this.initialPpm = Float64Array.from(terms, (row) => row.initialPpm);
    this.maintenancePpm = Float64Array.from(terms, (row) => row.maintenancePpm);
    this.initialWhole = new Float64Array(terms.length);
    this.initialRest = new Float64Array(terms.length);
    this.maintenanceWhole = new Float64Array(terms.length);
    this.maintenanceRest = new Float64Array(terms.length);
    fillDeductions(this.floors, this.initialPpm, this.initialWhole, this.initialRest);
    fillDeductions(this.floors, this.maintenancePpm, this.maintenanceWhole, this.maintenanceRest);
  }

  /** The bracket of a notional ≥ 0. At a floor both neighbours give the same requirement. */
  at(notional: number): number {
    if (notional < this.firstEnd) return 0;
    const { floors, count } = this;
    let i = 1;
    while (i + 1 < count && notional >= floors[i + 1]) i += 1;
    return i;
  }
}

function fillDeductions(
  floors: Float64Array,
  rates: Float64Array,
  whole: Float64Array,
  rest: Float64Array,
): void {
  for (let i = 1; i < rates.length; i += 1) {
    const rise = rates[i] - rates[i - 1];
    const sum = rest[i - 1] + mulRest(floors[i], rise, PPM_ONE);
    const carry = sum >= PPM_ONE ? 1 : 0;
    whole[i] = whole[i - 1] + mulDivFloor(floors[i], rise, PPM_ONE) + carry;
    rest[i] = sum - carry * PPM_ONE;
  }
}
