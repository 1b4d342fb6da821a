// The checks of an edit that need no mathematics: is there a position, are the inputs one of the
// allowed combinations, does the market take it now. Each gives the refusal or nothing; none
// changes anything.

import { isMultipleOf } from '../units/rounding.ts';
import {
  refuse,
  type Edit,
  type EditKind,
  type EditQuestion,
  type EditRefusal,
  type EditRefusalCode,
  type EditTerms,
  type MarketState,
} from './edit.ts';
import { isAmount } from './position.ts';

/** Everything that can be refused by looking at the inputs alone, in the order of precedence. */
export function checkInputs({ before, edit, terms }: EditQuestion): EditRefusal | undefined {
  const held = before?.size ?? 0;
  if (edit.kind !== 'open' && held === 0) return refuse('POSITION_NOT_FOUND');
  const isOpposite = edit.side !== undefined && edit.side * held < 0;
  const isMore = edit.kind === 'reduce' && (edit.size ?? 0) > Math.abs(held);
  if (isOpposite || isMore) return refuse('SIDE_WOULD_FLIP', { size: held });
  if (!isCombination(edit) || (edit.kind === 'open' && held !== 0))
    return refuse('BAD_COMBINATION');
  if (edit.size !== undefined) {
    const refusal = checkSize(
      edit.size,
      terms,
      edit.kind === 'reduce' && edit.size === Math.abs(held),
    );
    if (refusal !== undefined) return refusal;
  }
  if (edit.collateral !== undefined && !isAmount(edit.collateral)) {
    return refuse('AMOUNT_OUT_OF_RANGE', { value: edit.collateral });
  }
  return undefined;
}

/** Off step, or below the smallest order; a close is never too small. */
export function checkSize(
  size: number,
  terms: EditTerms,
  isClose: boolean,
): EditRefusal | undefined {
  const { lot, minimumSize, minimumNotional, mark, k } = terms;
  if (isClose) return undefined;
  if (!isMultipleOf(size, lot)) return refuse('STEP_MISMATCH', { lot });
  if (size < minimumSize || size * mark * k < minimumNotional) {
    return refuse('BELOW_MINIMUM', { minimum: minimumSize, notional: minimumNotional });
  }
  return undefined;
}

/** What each state of a market refuses; adding collateral is refused only by a settled one. */
export function checkState(kind: EditKind, state: MarketState): EditRefusal | undefined {
  if (state === 'settled') return refuse('MARKET_SETTLED');
  if (state === 'active' || kind === 'add') return undefined;
  if (state === 'close_only' && (kind === 'reduce' || kind === 'close')) return undefined;
  if (state === 'post_only' && kind === 'remove') return undefined;
  return refuse(STATE_REFUSALS[state]);
}

const STATE_REFUSALS = {
  halted: 'MARKET_HALTED',
  cancel_only: 'CANCEL_ONLY',
  close_only: 'CLOSE_ONLY',
  post_only: 'POST_ONLY_MARKET',
} as const satisfies Record<Exclude<MarketState, 'active' | 'settled'>, EditRefusalCode>;

/**
 * Whether exactly the inputs of one way to make this edit were given, all of them whole and > 0.
 */
function isCombination(edit: Edit): boolean {
  const { kind, side, collateral, leverage, size } = edit;
  for (const value of [collateral, leverage, size]) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) return false;
  }
  const given = [collateral, leverage, size].map((value) => value !== undefined);
  const [hasCollateral, hasLeverage, hasSize] = given;
  switch (kind) {
    case 'open':
      return side !== undefined && hasLeverage && hasCollateral !== hasSize;
    case 'increase':
      return hasSize ? !hasCollateral && !hasLeverage : hasCollateral && hasLeverage;
    case 'add':
    case 'remove':
      return hasCollateral && !hasLeverage && !hasSize;
    case 'reduce':
      return hasSize && !hasCollateral && !hasLeverage;
    case 'close':
      return !hasSize && !hasCollateral && !hasLeverage;
  }
}
