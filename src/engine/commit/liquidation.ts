// Folds of a liquidation's own events: stages, receipts, what the engine imposes on a market. What
// it does to positions and money comes as their own events.

import { ANY_MARKET } from '../command.ts';
import { STAGE_STARTED } from '../state/liquidation-stages.ts';
import { CALLED, LINKS, NEXT_ROW, STAGE } from '../state/positions.ts';
import { crossScope } from '../state/scope-list.ts';
import type { State } from '../state/state.ts';
import { NONE } from '../../units/table.ts';

/** account, market or ANY_MARKET: the scope is in liquidation. */
export function applyStarted(state: State, data: Float64Array, at: number): void {
  const account = data[at];
  const market = data[at + 1];
  if (market === ANY_MARKET) {
    state.accounts.setStage(account, STAGE_STARTED);
    state.liquidating.push(crossScope(account));
    return;
  }
  const row = state.row(account, market);
  state.positions.links[row * LINKS + STAGE] = STAGE_STARTED;
  state.liquidating.push(row);
}

export function applyStage(state: State, data: Float64Array, at: number): void {
  state.positions.links[state.row(data[at], data[at + 1]) * LINKS + STAGE] = data[at + 2];
}

export function applyEnded(state: State, data: Float64Array, at: number): void {
  const account = data[at];
  const market = data[at + 1];
  state.triggers.markDirty(account);
  if (market !== ANY_MARKET) {
    const row = state.row(account, market);
    state.positions.links[row * LINKS + STAGE] = 0;
    state.liquidating.remove(row);
    return;
  }
  state.accounts.setStage(account, 0);
  state.liquidating.remove(crossScope(account));
  const { links } = state.positions;
  let row = state.accounts.positionsOf(account);
  for (; row !== NONE; row = links[row * LINKS + NEXT_ROW]) {
    if (!state.liquidating.has(row)) links[row * LINKS + STAGE] = 0;
  }
}

export function applyLiquidated(state: State, data: Float64Array, at: number): void {
  state.nextReceipt = data[at] + 1;
}

/** What the engine itself restricts. */
export function applyImposed(state: State, data: Float64Array, at: number): void {
  const market = state.markets[data[at]];
  state.restricted += (data[at + 1] === 0 ? 0 : 1) - (market.imposed === 0 ? 0 : 1);
  market.imposed = data[at + 1];
  // What was held back may be due now, also by collateral that the market prices.
  state.triggers.wokenMarkets.add(market.number);
  if (market.isSpot) state.triggers.wokenAssets.add(market.base);
}

/** account, market or ANY_MARKET: the scope is warned from now on, or no longer. */
export function applyCalled(state: State, data: Float64Array, at: number, called: 0 | 1): void {
  const account = data[at];
  const market = data[at + 1];
  state.triggers.markDirty(account);
  if (market === ANY_MARKET) state.accounts.called[account] = called;
  else state.positions.links[state.row(account, market) * LINKS + CALLED] = called;
}
