// What a user should know about an edit that is accepted all the same. A warning never blocks and
// never carries wording: a code of the editor's table and the numbers that its sentence needs.

import { divFloor, mulDivFloor } from '../units/rounding.ts';
import type { Derived, Edit, EditTerms, IsolatedPosition } from './edit.ts';
import type { Figures } from './figures.ts';
import { HUNDRED_PERCENT, isWorseBand, LEVERAGE_ONE, type Band } from './health.ts';

/** Amounts in quote units, sizes in size units, prices in price units, ratios as in health.ts. */
export type Warning =
  | { readonly code: 'LEVERAGE_HIGH'; readonly threshold: number }
  | {
      readonly code: 'BAND_WORSENS';
      readonly from: Band;
      readonly to: Band;
      readonly distance: number | undefined;
    }
  | { readonly code: 'LIQ_CLOSER'; readonly delta: number }
  | { readonly code: 'REMOVES_MOST_COLLATERAL'; readonly share: number }
  /** `size` is absent when the collateral would pay for more than there is. */
  | { readonly code: 'MAY_PARTIALLY_FILL'; readonly fillable: number; readonly size?: number }
  | { readonly code: 'REALISES_LOSS'; readonly amount: number }
  | { readonly code: 'TIER_CHANGE'; readonly fromPpm: number; readonly toPpm: number };

/** Taking out more than this share of the collateral is worth a warning: 50 %. */
const MOST = 5_000;

/** Leverage warnings for a market that gives none: 5× and half the maximum (spec margin §6). */
export function defaultLeverageWarnings(leverageMax: number): number[] {
  const half = divFloor(leverageMax * LEVERAGE_ONE, 2);
  const five = 5 * LEVERAGE_ONE;
  return half === five ? [five] : [five, half].sort((a, b) => a - b);
}

/** Everything before and after an edit that a warning can depend on. */
export interface WarningInputs {
  readonly edit: Edit;
  readonly terms: EditTerms;
  readonly before: IsolatedPosition | undefined;
  readonly current: Figures | undefined;
  readonly projected: Figures | undefined;
  readonly derived: Derived;
}

/** The warnings of an accepted edit, in the order of the table. */
export function warningsOf(inputs: WarningInputs): Warning[] {
  const { current, projected } = inputs;
  const warnings = ofTheFills(inputs);
  if (projected === undefined) return warnings;
  return [
    ...leverageWarnings(inputs, projected),
    ...comparisons(inputs, current, projected),
    ...warnings,
  ];
}

function leverageWarnings({ edit, terms }: WarningInputs, projected: Figures): Warning[] {
  if (edit.kind !== 'open' && edit.kind !== 'increase' && edit.kind !== 'remove') return [];
  const leverage = projected.effectiveLeverage;
  return terms.leverageWarnings
    .filter((threshold) => leverage === undefined || leverage > threshold)
    .map((threshold) => ({ code: 'LEVERAGE_HIGH', threshold }));
}

function comparisons(
  { terms, before, edit }: WarningInputs,
  current: Figures | undefined,
  projected: Figures,
): Warning[] {
  const warnings: Warning[] = [];
  if (current === undefined || before === undefined) return warnings;
  if (isWorseBand(projected.band, current.band)) {
    const { distance, band } = projected;
    warnings.push({ code: 'BAND_WORSENS', from: current.band, to: band, distance });
  }
  const delta = closerBy(before.size, current, projected);
  if (delta > 0) warnings.push({ code: 'LIQ_CLOSER', delta });
  const removed = edit.kind === 'remove' ? (edit.collateral ?? 0) : 0;
  const share = removed > 0 ? mulDivFloor(removed, HUNDRED_PERCENT, before.collateral) : 0;
  if (share > MOST) warnings.push({ code: 'REMOVES_MOST_COLLATERAL', share });
  const { brackets } = terms;
  const fromPpm = brackets.maintenancePpm[brackets.at(current.notional)];
  const toPpm = brackets.maintenancePpm[brackets.at(projected.notional)];
  if (toPpm > fromPpm) warnings.push({ code: 'TIER_CHANGE', fromPpm, toPpm });
  return warnings;
}

/**
 * How far the liquidation price moved toward the mark, price units; 0 when it did not, or was none.
 */
function closerBy(size: number, current: Figures, projected: Figures): number {
  if (current.liquidation.kind === 'none' || projected.liquidation.kind === 'none') return 0;
  const moved = projected.liquidation.price - current.liquidation.price;
  return size < 0 ? -moved : moved;
}

function ofTheFills({ edit, before, derived }: WarningInputs): Warning[] {
  const warnings: Warning[] = [];
  const { fillableSize: fillable, realised } = derived;
  const asked = edit.kind === 'close' ? before && Math.abs(before.size) : edit.size;
  if (fillable !== undefined && asked !== undefined && fillable < asked) {
    warnings.push({ code: 'MAY_PARTIALLY_FILL', fillable, size: asked });
  } else if (asked === undefined && fillable !== undefined && fillable === derived.addedSize) {
    warnings.push({ code: 'MAY_PARTIALLY_FILL', fillable });
  }
  if (realised !== undefined && realised < 0) {
    warnings.push({ code: 'REALISES_LOSS', amount: 0 - realised });
  }
  return warnings;
}
