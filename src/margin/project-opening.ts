// The edits that take more risk: open, and increase by collateral or by size. What is required is
// rounded up and the size that an amount pays for is rounded down, so an accepted projection passes
// the initial check. It must never let a part of the old position pay for the new one.

import { mulDivHalfEven } from '../units/rounding.ts';
import { checkSize, checkState } from './edit-checks.ts';
import {
  refuse,
  type Edit,
  type EditQuestion,
  type EditRefusal,
  type EditTerms,
  type IsolatedPosition,
  type Outcome,
} from './edit.ts';
import { feeOn } from './fees.ts';
import { scopeOf } from './figures.ts';
import { effectiveLeverage, LEVERAGE_ONE } from './health.ts';
import { liquidationPrice } from './liquidation-price.ts';
import { isAmount, notionalOf } from './position.ts';
import { isAboveLeverage, leverageMaxAt } from './leverage.ts';
import { askInitial, askMaintenance } from './scope.ts';
import {
  fillableSize,
  firstInterest,
  needOf,
  sizeForCollateral,
  type ExpectedFill,
  type NeedTerms,
} from './sizing.ts';

/** How much is opened, what leaves the balance for it, and what that pays. */
interface Opening {
  readonly size: number;
  readonly fillable: number;
  readonly required: number;
  readonly need: NeedTerms;
}

/** Projects an open or an increase whose inputs are checked. */
export function projectOpening(question: EditQuestion): Outcome | EditRefusal {
  const { before, edit, terms, fills } = question;
  const opening = sizeOpening(question);
  const { size: added, required, fillable } = opening;
  if (edit.collateral !== undefined && added < fillable) {
    const refusal = checkSize(added, terms, false);
    if (refusal !== undefined) return refusal;
  }
  if (required === Number.MAX_SAFE_INTEGER) return refuse('AMOUNT_OUT_OF_RANGE');
  const outcome = opened(before, edit, opening, fills);
  const { size, cost } = outcome.after;
  if (!isAmount(cost) || !isAmount(notionalOf(size, terms.mark, terms.k))) {
    return refuse('AMOUNT_OUT_OF_RANGE', { value: Math.abs(cost) });
  }
  const { available, minimumSize } = terms;
  const isTooLittle = added === 0 || added < minimumSize;
  return (
    checkState(edit.kind, terms.state) ??
    (isTooLittle ? refuse('NOT_ENOUGH_LIQUIDITY', { fillable }) : undefined) ??
    (required > available ? refuse('INSUFFICIENT_BALANCE', { required, available }) : undefined) ??
    checkLeverage(edit, outcome.after, terms) ??
    checkMargin(outcome.after, terms) ??
    outcome
  );
}

function sizeOpening({ before, edit, terms, fills }: EditQuestion): Opening {
  const need = needTermsOf(before, edit, terms);
  const fillable = fillableSize(fills, terms.lot);
  if (edit.collateral === undefined) {
    const asked = edit.size ?? 0;
    const size = asked < fillable ? asked : fillable;
    return { size, fillable, required: needOf(size, fills, need), need };
  }
  const size = sizeForCollateral(edit.collateral, fills, need, terms.lot);
  // When the fills end before the money does, what they do not use stays in the balance.
  const required = size === fillable ? needOf(size, fills, need) : edit.collateral;
  return { size, fillable, required, need };
}

function needTermsOf(
  before: IsolatedPosition | undefined,
  edit: Edit,
  terms: EditTerms,
): NeedTerms {
  const { mark, k, takerFeePpm, interestE12 } = terms;
  const side = edit.side ?? (before !== undefined && before.size < 0 ? -1 : 1);
  const share = { numerator: 1, denominator: edit.leverage ?? 1 };
  if (edit.leverage === undefined && before !== undefined) {
    // By size: at the present effective leverage, so that it does not rise before fees.
    share.numerator = before.collateral > 0 ? before.collateral : 0;
    share.denominator = Math.abs(before.cost);
  }
  return { side, mark, k, marginShare: share, takerFeePpm, interestE12 };
}

/**
 * The position after the fills. Everything required goes into the pool, which pays fee and
 * interest.
 */
function opened(
  before: IsolatedPosition | undefined,
  edit: Edit,
  opening: Opening,
  fills: readonly ExpectedFill[],
): Outcome {
  const { size: added, required, need, fillable } = opening;
  const { side, k, takerFeePpm } = need;
  let rest = added;
  let value = 0;
  let fee = 0;
  for (let i = 0; i < fills.length && rest > 0; i += 1) {
    const filled = fills[i].size < rest ? fills[i].size : rest;
    rest -= filled;
    value += filled * fills[i].price * k;
    fee += feeOn(filled * fills[i].price * k, takerFeePpm);
  }
  const interest = firstInterest(added, fills, need);
  const leverage = edit.leverage ?? 1;
  const after: IsolatedPosition = {
    size: (before?.size ?? 0) + side * added,
    cost: (before?.cost ?? 0) + side * value,
    collateral: (before?.collateral ?? 0) + required - fee - interest,
    leverage: before !== undefined && before.leverage > leverage ? before.leverage : leverage,
  };
  const derived = { addedSize: added, requiredCollateral: required, fee, interest };
  if (added === 0) return { ok: true, after, derived: { ...derived, fillableSize: fillable } };
  const estimatedPrice = mulDivHalfEven(value, 1, added * k);
  return { ok: true, after, derived: { ...derived, fillableSize: fillable, estimatedPrice } };
}

/** Leverage above the maximum: the chosen one, or the effective one of what results at its size. */
function checkLeverage(
  edit: Edit,
  after: IsolatedPosition,
  terms: EditTerms,
): EditRefusal | undefined {
  const { brackets } = terms;
  const { leverageMax } = brackets;
  const max = leverageMax * LEVERAGE_ONE;
  if (edit.leverage !== undefined && edit.leverage > leverageMax) {
    return refuse('ABOVE_MAX_LEVERAGE', { leverage: edit.leverage * LEVERAGE_ONE, max });
  }
  const paid = Math.abs(after.cost);
  if (!isAboveLeverage(brackets, paid, after.collateral)) return undefined;
  const leverage = effectiveLeverage(paid, after.collateral);
  if (leverage === undefined) return refuse('ABOVE_MAX_LEVERAGE', { max });
  return refuse('ABOVE_MAX_LEVERAGE', { leverage, max: leverageMaxAt(brackets, paid) });
}

/** Liquidatable at once, or not enough to take the risk. */
function checkMargin(after: IsolatedPosition, terms: EditTerms): EditRefusal | undefined {
  const scope = scopeOf(after, terms);
  const { equity, requirement, shortfall } = askMaintenance(scope);
  if (shortfall > 0) {
    const { brackets, k, mark } = terms;
    const { size, cost, collateral } = after;
    const exposure = { brackets, size, cost, k, otherEquity: collateral, otherMaintenance: 0 };
    const found = liquidationPrice(exposure);
    const liquidation = found.kind === 'price' ? { liquidation: found.price } : {};
    return refuse('WOULD_BE_LIQUIDATED', { equity, required: requirement, mark, ...liquidation });
  }
  const initial = askInitial(scope);
  if (initial.shortfall === 0) return undefined;
  return refuse('INSUFFICIENT_MARGIN', { equity: initial.equity, required: initial.requirement });
}
