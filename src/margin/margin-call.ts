// The margin call: the warning that a scope has come close to its maintenance. It is raised where
// the health figure enters its danger band, so that what a reader sees and what is told are one
// thing. It must never decide anything about an order.

import { assert } from '../units/assert.ts';
import { PPM_ONE, ppm } from '../units/brand.ts';
import { mulDivCeil } from '../units/rounding.ts';
import { makeBrackets } from './brackets.ts';
import type { BracketTerms, Brackets } from './brackets.ts';

/** Health below 25 % is equity below 4 ÷ 3 of maintenance: 100 · (1 − m ÷ e) < 25 (spec §5). */
const CALL_NUMERATOR = 4;
const CALL_DENOMINATOR = 3;

/** Whether a scope is to be warned: its health is below 25 %. */
export function isCalled(equity: number, maintenance: number): boolean {
  return equity * CALL_DENOMINATOR < maintenance * CALL_NUMERATOR;
}

/**
 * A table whose maintenance is at least 4 ÷ 3 of another's: for solving the price at which a scope
 * is to be warned as its liquidation price is solved. Rates are rounded up, so it never warns late,
 * and kept below 100 %, where the table itself is as good as a liquidation.
 */
export function callBrackets(terms: readonly BracketTerms[]): Brackets {
  const made = makeBrackets(
    terms.map(({ floorNotional, maintenancePpm }) => {
      const rate = mulDivCeil(maintenancePpm, CALL_NUMERATOR, CALL_DENOMINATOR);
      return {
        floorNotional,
        initialPpm: ppm(PPM_ONE),
        maintenancePpm: ppm(rate < PPM_ONE ? rate : PPM_ONE - 1),
      };
    }),
  );
  assert(made.ok, 'a table for margin calls is impossible');
  return made.brackets;
}
