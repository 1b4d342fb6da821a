// What an edit of an isolated position would make of it: the position after, what the edit does,
// and what a user should know, or the first reason against it. Pure: the same question always has
// the same answer, and nothing is changed. Checks stand in the published precedence; it must never
// hide one behind another.

import { assert } from '../units/assert.ts';
import {
  refuse,
  type EditQuestion,
  type EditRefusal,
  type EditTerms,
  type IsolatedPosition,
  type Outcome,
  type Projection,
} from './edit.ts';
import { checkInputs, checkState } from './edit-checks.ts';
import { figuresOf, scopeOf } from './figures.ts';
import { isAmount } from './position.ts';
import { projectOpening } from './project-opening.ts';
import { projectReducing } from './project-reducing.ts';
import { askInitial, askMaintenance } from './scope.ts';
import { maxRemovable } from './sizing.ts';
import { warningsOf } from './warnings.ts';

/**
 * Projects an edit (spec margin §6). Rounding: what is required is rounded up, what is released or
 * added in size down. Refusals, in order: position missing, side would flip, bad combination, off
 * step or below minimum, market state, liquidity, balance, leverage, bankrupt or liquidated at
 * once, below initial, remainder below minimum.
 */
export function project(question: EditQuestion): Projection {
  const { before, edit, terms } = question;
  const outcome = checkInputs(question) ?? outcomeOf(question);
  if (!outcome.ok) return outcome;
  const { after, derived } = outcome;
  const current = before === undefined ? undefined : figuresOf(before, terms);
  const projected = figuresOf(after, terms);
  const warnings = warningsOf({ edit, terms, before, current, projected, derived });
  return { ok: true, after, derived, figures: projected, warnings };
}

/** The most collateral that a remove may take out now, quote units, rounded down. */
export function removableOf(position: IsolatedPosition, terms: EditTerms): number {
  const { initialEquity, initial } = scopeOf(position, terms);
  const free = maxRemovable(position.collateral, initialEquity, initial);
  const venue = terms.transferOutMax;
  return venue !== undefined && venue < free ? venue : free;
}

function outcomeOf(question: EditQuestion): Outcome | EditRefusal {
  const { before, edit } = question;
  if (edit.kind === 'open' || edit.kind === 'increase') return projectOpening(question);
  assert(before !== undefined, 'only an open edits a flat position');
  if (edit.kind === 'reduce' || edit.kind === 'close') return projectReducing(before, question);
  const refusal = checkState(edit.kind, question.terms.state);
  if (refusal !== undefined) return refusal;
  const amount = edit.collateral ?? 0;
  return edit.kind === 'add'
    ? addCollateral(before, amount, question.terms)
    : removeCollateral(before, amount, question.terms);
}

function addCollateral(
  before: IsolatedPosition,
  amount: number,
  terms: EditTerms,
): Outcome | EditRefusal {
  const { available } = terms;
  const after = { ...before, collateral: before.collateral + amount };
  if (!isAmount(after.collateral))
    return refuse('AMOUNT_OUT_OF_RANGE', { value: after.collateral });
  if (amount > available) {
    return refuse('INSUFFICIENT_BALANCE', { required: amount, available });
  }
  const derived = { addedCollateral: amount, requiredCollateral: amount, fee: 0, interest: 0 };
  return { ok: true, after, derived };
}

function removeCollateral(
  before: IsolatedPosition,
  amount: number,
  terms: EditTerms,
): Outcome | EditRefusal {
  const max = removableOf(before, terms);
  const after = { ...before, collateral: before.collateral - amount };
  if (amount > max) {
    const scope = scopeOf(after, terms);
    const { equity, requirement, shortfall } = askMaintenance(scope);
    if (shortfall > 0) return refuse('WOULD_BE_LIQUIDATED', { equity, required: requirement, max });
    const initial = askInitial(scope);
    const numbers = { equity: initial.equity, required: initial.requirement, max };
    return refuse('BELOW_INITIAL_MARGIN', numbers);
  }
  return { ok: true, after, derived: { removedCollateral: amount, fee: 0, interest: 0 } };
}
