// A scope as a liquidation sees it: the cross scope of an account, or one isolated position. What
// stands behind it, what it requires, which of its positions comes next. Reads only.

import { NONE } from '../../units/table.ts';
import { ANY_MARKET, MODE_ISOLATED } from '../command.ts';
import { ASK_MAINTENANCE } from './assess.ts';
import type { Assessment, Assessor } from './assess.ts';
import { accountOfCross, crossScope, isCross } from '../state/scope-list.ts';
import {
  ACCOUNT,
  CALLED,
  LINKS,
  MARKET,
  MODE,
  NEXT_ROW,
  NUMBERS,
  SIZE,
  STAGE,
} from '../state/positions.ts';
import type { State } from '../state/state.ts';
import { hasWaitingCollateral } from './waiting.ts';

/** The scope that a position row belongs to. */
export function scopeOfRow(state: State, row: number): number {
  const { links } = state.positions;
  if (links[row * LINKS + MODE] === MODE_ISOLATED) return row;
  return crossScope(links[row * LINKS + ACCOUNT]);
}

export function accountOfScope(state: State, scope: number): number {
  return isCross(scope) ? accountOfCross(scope) : state.positions.links[scope * LINKS + ACCOUNT];
}

/** The market of an isolated scope; ANY_MARKET for a cross one. */
export function marketOfScope(state: State, scope: number): number {
  return isCross(scope) ? ANY_MARKET : state.positions.links[scope * LINKS + MARKET];
}

/** STAGE_… of the scope as a whole; 0 = it is not in liquidation. */
export function stageOfScope(state: State, scope: number): number {
  return isCross(scope)
    ? state.accounts.stageOf(accountOfCross(scope))
    : state.positions.links[scope * LINKS + STAGE];
}

/** Whether the scope is warned. */
export function isScopeCalled(state: State, scope: number): boolean {
  if (isCross(scope)) return state.accounts.called[accountOfCross(scope)] === 1;
  return state.positions.links[scope * LINKS + CALLED] === 1;
}

/** Equity and maintenance, accruals included. */
export function assessScope(state: State, assessor: Assessor, scope: number): Assessment {
  if (isCross(scope))
    return assessor.cross(accountOfCross(scope), NONE, undefined, ASK_MAINTENANCE);
  return assessor.isolatedRow(state.markets[state.marketOfRow(scope)], scope);
}

/**
 * Whether a liquidation could do anything for the scope now: it has a position in a market that may
 * liquidate, or none at all and no collateral that waits for its price.
 */
export function mayLiquidate(state: State, scope: number): boolean {
  if (firstRow(state, scope) !== NONE) return hasClosable(state, scope);
  return !isCross(scope) || !hasWaitingCollateral(state, accountOfCross(scope));
}

/** Whether the scope has a position that may be closed now; those in other markets wait. */
export function hasClosable(state: State, scope: number): boolean {
  for (let row = firstRow(state, scope); row !== NONE; row = nextRow(state, scope, row)) {
    if (state.markets[state.marketOfRow(row)].mayLiquidate) return true;
  }
  return false;
}

/** The first position of the scope with a size, or NONE; go on with `nextRow`. */
export function firstRow(state: State, scope: number): number {
  if (!isCross(scope)) return state.positions.numbers[scope * NUMBERS + SIZE] === 0 ? NONE : scope;
  return crossFrom(state, state.accounts.positionsOf(accountOfCross(scope)));
}

export function nextRow(state: State, scope: number, row: number): number {
  return isCross(scope) ? crossFrom(state, state.positions.links[row * LINKS + NEXT_ROW]) : NONE;
}

function crossFrom(state: State, from: number): number {
  const { links, numbers } = state.positions;
  for (let row = from; row !== NONE; row = links[row * LINKS + NEXT_ROW]) {
    if (numbers[row * NUMBERS + SIZE] === 0 || links[row * LINKS + MODE] === MODE_ISOLATED)
      continue;
    if (!state.markets[links[row * LINKS + MARKET]].isSpot) return row;
  }
  return NONE;
}
