// The largest accepted value of each input of the position editor, the others as given. They are
// found by asking `project` itself, so submitting one is never refused for margin; it must never
// use a formula of its own, which could differ from the refusal by a unit.

import { divFloor } from '../units/rounding.ts';
import type { Edit, EditRefusalCode, EditTerms, IsolatedPosition, Projection } from './edit.ts';
import { figuresOf } from './figures.ts';
import { AMOUNT_MAX } from './limits.ts';
import { project, removableOf } from './project.ts';
import { fillableSize, type ExpectedFill } from './sizing.ts';

/** What the limits are asked for. */
export interface LimitsQuestion {
  readonly before: IsolatedPosition | undefined;
  /** The draft: its side, and the inputs that stay as given. */
  readonly edit: Edit;
  readonly terms: EditTerms;
  /** Expected fills of an order that opens, and of one that closes; best first. */
  readonly openingFills: readonly ExpectedFill[];
  readonly closingFills: readonly ExpectedFill[];
}

/**
 * Amounts in quote units, sizes in size units on the lot, all rounded down; 0 = nothing is
 * accepted.
 */
export interface EditLimits {
  /** For open and increase at the given leverage; else what the balance has. */
  readonly collateralAddMax: number;
  readonly collateralRemoveMax: number;
  readonly sizeIncreaseMax: number;
  readonly sizeReduceMax: number;
  /** Whole; at the given collateral, and without one the market's own. Never below 1. */
  readonly leverageMax: number;
  /** The least collateral that brings the position into the healthy band; 0 when it is there. */
  readonly toHealthy: number;
}

const MARGIN_CODES: ReadonlySet<EditRefusalCode> = new Set<EditRefusalCode>([
  'AMOUNT_OUT_OF_RANGE',
  'INSUFFICIENT_BALANCE',
  'ABOVE_MAX_LEVERAGE',
  'WOULD_BANKRUPT',
  'WOULD_BE_LIQUIDATED',
  'INSUFFICIENT_MARGIN',
  'BELOW_INITIAL_MARGIN',
]);

/** Whether an edit is refused for margin, and not for what was typed or what the market does. */
export function isRefusedForMargin(projection: Projection): boolean {
  return !projection.ok && MARGIN_CODES.has(projection.code);
}

/** All limits of a draft (spec margin §6), whatever the market's state is. */
export function limitsOf(question: LimitsQuestion): EditLimits {
  const { before, edit, terms } = question;
  const active: EditTerms = { ...terms, state: 'active' };
  const asked = { ...question, terms: active };
  const held = before === undefined || before.size === 0 ? undefined : before;
  return {
    collateralAddMax: collateralAddMax(asked),
    collateralRemoveMax: held === undefined ? 0 : removableOf(held, active),
    sizeIncreaseMax: sizeIncreaseMax(asked),
    sizeReduceMax: held === undefined ? 0 : sizeReduceMax(held, asked),
    leverageMax: edit.collateral === undefined ? terms.brackets.leverageMax : leverageMax(asked),
    toHealthy: held === undefined ? 0 : toHealthy(held, active),
  };
}

function collateralAddMax({ before, edit, terms, openingFills: fills }: LimitsQuestion): number {
  const { available } = terms;
  const { leverage } = edit;
  if (leverage === undefined || (edit.kind !== 'open' && edit.kind !== 'increase')) {
    return available > 0 ? available : 0;
  }
  return largest(available, (collateral) => {
    const draft = { ...bare(edit), leverage, collateral };
    return !isRefusedForMargin(project({ before, edit: draft, terms, fills }));
  });
}

function sizeIncreaseMax({ before, edit, terms, openingFills: fills }: LimitsQuestion): number {
  const { lot } = terms;
  const isOpen = before === undefined || before.size === 0;
  const { leverage } = edit;
  const kind = isOpen ? 'open' : 'increase';
  const base = isOpen && leverage !== undefined ? { ...bare(edit), leverage } : bare(edit);
  const lots = largest(divFloor(fillableSize(fills, lot), lot), (count) => {
    const draft = { ...base, kind, size: count * lot } as const;
    return !isRefusedForMargin(project({ before, edit: draft, terms, fills }));
  });
  return lots * lot;
}

function sizeReduceMax(
  before: IsolatedPosition,
  { terms, closingFills: fills }: LimitsQuestion,
): number {
  const held = Math.abs(before.size);
  const isFree = (size: number): boolean =>
    !isRefusedForMargin(project({ before, edit: { kind: 'reduce', size }, terms, fills }));
  if (isFree(held)) return held;
  const { lot } = terms;
  return largest(divFloor(held, lot), (lots) => isFree(lots * lot)) * lot;
}

function leverageMax({ before, edit, terms, openingFills: fills }: LimitsQuestion): number {
  const { collateral } = edit;
  if (collateral === undefined) return terms.brackets.leverageMax;
  const rich = { ...terms, available: AMOUNT_MAX }; // the balance does not depend on the leverage
  const found = largest(terms.brackets.leverageMax, (leverage) => {
    const draft = { ...bare(edit), collateral, leverage };
    return !isRefusedForMargin(project({ before, edit: draft, terms: rich, fills }));
  });
  return found > 1 ? found : 1;
}

function toHealthy(before: IsolatedPosition, terms: EditTerms): number {
  const isHealthy = (added: number): boolean => {
    const after = { ...before, collateral: before.collateral + added };
    return figuresOf(after, terms)?.band === 'healthy';
  };
  if (isHealthy(0)) return 0;
  return largest(AMOUNT_MAX - before.collateral, (added) => !isHealthy(added)) + 1;
}

/** The edit's kind and side without the inputs that a limit is searched for. */
function bare({ kind, side }: Edit): Edit {
  return side === undefined ? { kind } : { kind, side };
}

/**
 * The largest whole number up to `most` that is free, when all below it are: `most` itself when
 * that is free, else found by halving, and always one that was asked. 0 is not asked: it means
 * nothing.
 */
function largest(most: number, isFree: (value: number) => boolean): number {
  if (most <= 0) return 0;
  if (isFree(most)) return most;
  let free = 0;
  let refused = most;
  while (refused - free > 1) {
    const middle = free + divFloor(refused - free, 2);
    if (isFree(middle)) free = middle;
    else refused = middle;
  }
  return free;
}
