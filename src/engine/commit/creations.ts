// Folds of the events that make something new or change what a market is: their objects come beside
// the log, in the plan's staging place, because they are no numbers.

import { assert } from '../../units/assert.ts';
import type { MarketStatus } from '../command.ts';
import type { PlanContext } from '../plan/context.ts';
import { Market } from '../state/market.ts';

export function commitAsset(context: PlanContext): void {
  const { state, staged } = context;
  assert(staged.asset !== undefined, 'an asset was created without being staged');
  if (staged.asset.settlement) state.settlement = state.assets.length;
  state.assets.push(staged.asset);
  state.balances.reserve(state.accounts.rows, state.assets.length);
}

export function commitMarket(context: PlanContext): void {
  const { state, staged } = context;
  const { shape, terms, brackets } = staged;
  assert(
    shape !== undefined && terms !== undefined && brackets !== undefined,
    'a market was not staged',
  );
  const number = state.markets.length;
  state.markets.push(
    new Market(number, shape, terms, brackets, state.orders, state.limits.levelsPerSide),
  );
}

export function commitMarketChange(
  context: PlanContext,
  number: number,
  status: number,
  hasTerms: number,
  rampEnd: number,
): void {
  const { state, staged } = context;
  const market = state.markets[number];
  market.status = status as MarketStatus;
  state.triggers.wokenMarkets.add(number); // a market that opens again has some catching up to do
  if (hasTerms === 0) return;
  assert(
    staged.terms !== undefined && staged.brackets !== undefined,
    'market terms were not staged',
  );
  market.changeTerms(staged.terms, staged.brackets, state.clock, rampEnd);
  state.triggers.staleMarkets.add(number);
}

export function commitAccount(context: PlanContext, group: number): void {
  const { state, staged } = context;
  state.names.add(staged.name);
  if (group === state.groups.count) state.groups.add(staged.owner);
  state.joinGroup(state.accounts.create(group), group);
  state.balances.reserve(state.accounts.rows, state.assets.length);
}

export function commitRamp(context: PlanContext, number: number, time: number): void {
  const { state } = context;
  state.markets[number].rampTo(time);
  state.triggers.staleMarkets.add(number);
}
