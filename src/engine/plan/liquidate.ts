// One step of one scope's liquidation, as margin.md §8 orders them: its orders are cancelled; the
// book is asked for the smallest cure and then for the whole, position by position; what is left
// goes to the insurance fund, then to counterparties, and at the very last is closed at the mark.
// Each step looks at the scope anew, and a scope that has recovered leaves. So does one of which
// nothing is left but what waits: positions in markets that may not liquidate now, which no step
// touches, and collateral without a price.

import { isCalled } from '../../margin/margin-call.ts';
import { isLiquidatable } from '../../margin/scope.ts';
import { maintenanceMargin } from '../../margin/requirement.ts';
import { NONE } from '../../units/table.ts';
import { ACCOUNT_INSURANCE, STATUS_SETTLED } from '../command.ts';
import {
  LIQUIDATION_ENDED,
  LIQUIDATION_STAGE,
  LIQUIDATION_STARTED,
  MARGIN_CALLED,
  MARGIN_CALL_ENDED,
  WHY_LIQUIDATION,
} from '../event.ts';
import { STAGE_CLOSED, STAGE_CURED, STAGE_FUND, STAGE_NONE } from '../state/liquidation-stages.ts';
import { LINKS, NUMBERS, SIZE, STAGE } from '../state/positions.ts';
import { isCross } from '../state/scope-list.ts';
import { cancelScope } from './cancel.ts';
import { planConversion, planResidual } from './convert.ts';
import type { PlanContext } from './context.ts';
import { planDeleverage, planOwnSide } from './deleverage.ts';
import { planLiquidationOrder } from './liquidation-order.ts';
import {
  accountOfScope,
  assessScope,
  firstRow,
  isScopeCalled,
  marketOfScope,
  mayLiquidate,
  nextRow,
  stageOfScope,
} from './scopes.ts';
import { planTakeover, planTakeoverAgain } from './takeover.ts';

/** Plans the next step; false when there is nothing to do for the scope. */
export function planLiquidation(context: PlanContext, scope: number): boolean {
  const { state, assessor } = context;
  context.beginStep();
  const { equity, maintenance } = assessScope(state, assessor, scope);
  const started = stageOfScope(state, scope) !== STAGE_NONE;
  // What is left of it may wait for a price: then it leaves too, and is found when that is back.
  if (!isLiquidatable(equity, maintenance) || !mayLiquidate(state, scope)) {
    if (!started) return planCall(context, scope, equity, maintenance);
    writeScope(context, context.log.begin(LIQUIDATION_ENDED), scope, equity, maintenance);
    return true;
  }
  if (!started) {
    writeScope(context, context.log.begin(LIQUIDATION_STARTED), scope, equity, maintenance);
    cancelScope(context, scope, WHY_LIQUIDATION);
    return true;
  }
  if (isCross(scope) && planConversion(context, scope)) return true;
  const row = nextPosition(context, scope);
  if (row === NONE) planResidual(context, scope);
  else planPosition(context, scope, row);
  return true;
}

/** Tells a scope that it has come close to its maintenance, or that it has left it again. */
function planCall(
  context: PlanContext,
  scope: number,
  equity: number,
  maintenance: number,
): boolean {
  const called = isCalled(equity, maintenance);
  if (called === isScopeCalled(context.state, scope)) return false;
  const { log } = context;
  const at = called ? log.begin(MARGIN_CALLED) : log.begin(MARGIN_CALL_ENDED);
  writeScope(context, at, scope, equity, maintenance);
  return true;
}

function planPosition(context: PlanContext, scope: number, row: number): void {
  const { state } = context;
  const stage = stageOfRow(context, scope, row);
  const market = state.markets[state.marketOfRow(row)];
  if (stage < STAGE_CURED) {
    planLiquidationOrder(context, market, scope, true);
    writeStage(context, row, STAGE_CURED);
  } else if (stage < STAGE_CLOSED) {
    planLiquidationOrder(context, market, scope, false);
    writeStage(context, row, STAGE_CLOSED);
  } else if (stage < STAGE_FUND) {
    if (planOwnSide(context, market, scope)) return;
    planTakeover(context, market, scope);
    writeStage(context, row, STAGE_FUND);
  } else if (!planTakeoverAgain(context, market, scope)) {
    planDeleverage(context, market, scope);
  }
}

/**
 * The fund's own positions have nobody to go to but counterparties; a market that is being settled
 * has no book any more.
 */
function stageOfRow(context: PlanContext, scope: number, row: number): number {
  const { state } = context;
  if (accountOfScope(state, scope) === ACCOUNT_INSURANCE) return STAGE_FUND;
  const stage = state.positions.links[row * LINKS + STAGE];
  const settled = state.markets[state.marketOfRow(row)].status === STATUS_SETTLED;
  return settled && stage < STAGE_CLOSED ? STAGE_CLOSED : stage;
}

/**
 * Whose turn it is among the scope's positions: all go through the book before any goes on, the
 * largest maintenance first, then the lowest market. NONE when there is no position left; what is
 * in a market that may not liquidate has no turn.
 */
function nextPosition(context: PlanContext, scope: number): number {
  const { state } = context;
  const { numbers } = state.positions;
  let best: number = NONE;
  let bestMaintenance = 0;
  let bestOpen = false;
  for (let row = firstRow(state, scope); row !== NONE; row = nextRow(state, scope, row)) {
    const market = state.markets[state.marketOfRow(row)];
    if (!market.mayLiquidate) continue;
    const size = numbers[row * NUMBERS + SIZE];
    const notional = (size < 0 ? -size : size) * market.mark * market.multiplier;
    const maintenance = maintenanceMargin(market.brackets, notional);
    const open = stageOfRow(context, scope, row) < STAGE_CLOSED;
    const better =
      best === NONE ||
      (open === bestOpen
        ? maintenance > bestMaintenance ||
          (maintenance === bestMaintenance && market.number < state.marketOfRow(best))
        : open);
    if (!better) continue;
    best = row;
    bestMaintenance = maintenance;
    bestOpen = open;
  }
  return best;
}

function writeScope(
  context: PlanContext,
  at: number,
  scope: number,
  equity: number,
  maintenance: number,
): void {
  const { log, state } = context;
  log.data[at] = accountOfScope(state, scope);
  log.data[at + 1] = marketOfScope(state, scope);
  log.data[at + 2] = equity;
  log.data[at + 3] = maintenance;
}

function writeStage(context: PlanContext, row: number, stage: number): void {
  const { log, state } = context;
  const { links } = state.positions;
  const at = log.begin(LIQUIDATION_STAGE);
  log.data[at] = links[row * LINKS];
  log.data[at + 1] = state.marketOfRow(row);
  log.data[at + 2] = stage;
}
