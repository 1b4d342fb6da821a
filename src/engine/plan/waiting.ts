// What of a cross scope waits while the rest of it is liquidated: positions in markets that may not
// liquidate, and collateral whose price is not known. It is counted at its last price, as every
// figure is, and it is never traded, taken over or paid for before the price is back. Reads only,
// and only liquidations ask, and money that is to leave.

import { collateralValue } from '../../margin/collateral.ts';
import { unrealised } from '../../margin/position.ts';
import { NONE } from '../../units/table.ts';
import { MODE_ISOLATED, STATUS_SETTLED } from '../command.ts';
import { IMPOSED_SOURCES } from '../state/market.ts';
import { COST, LINKS, MODE, NEXT_ROW, NUMBERS, SIZE } from '../state/positions.ts';
import type { State } from '../state/state.ts';
import { fundingOf } from './accruals.ts';

/** What the waiting part of an account's cross scope counts for, either sign, settlement units. */
export function waitingEquity(state: State, account: number): number {
  const { links, numbers } = state.positions;
  let sum = 0;
  let row = state.accounts.positionsOf(account);
  for (; row !== NONE; row = links[row * LINKS + NEXT_ROW]) {
    const size = numbers[row * NUMBERS + SIZE];
    if (size === 0 || links[row * LINKS + MODE] === MODE_ISOLATED) continue;
    const market = state.markets[state.marketOfRow(row)];
    if (market.isSpot || market.mayLiquidate) continue;
    const profit = unrealised(size, numbers[row * NUMBERS + COST], market.mark, market.multiplier);
    sum += profit - fundingOf(state, market, row);
  }
  for (let asset = 0; asset < state.assets.length; asset++)
    if (assetWaits(state, asset)) sum += worthOf(state, account, asset);
  return sum;
}

/** Whether an account has collateral that counts for something and waits. */
export function hasWaitingCollateral(state: State, account: number): boolean {
  for (let asset = 0; asset < state.assets.length; asset++)
    if (assetWaits(state, asset) && worthOf(state, account, asset) !== 0) return true;
  return false;
}

/**
 * What an account's collateral that waits would count for, settlement units, once `amount` of an
 * asset had left: it counts for nothing when money leaves.
 */
export function waitingCollateral(
  state: State,
  account: number,
  asset: number,
  amount: number,
): number {
  let sum = 0;
  for (let i = 0; i < state.assets.length; i++) {
    if (!assetWaits(state, i)) continue;
    const worth = worthOf(state, account, i, i === asset ? amount : 0);
    if (worth > 0) sum += worth;
  }
  return sum;
}

/** Whether too few sources speak for an asset's price: in every open market that gives it one. */
export function assetWaits(state: State, asset: number): boolean {
  if (state.restricted === 0) return false;
  let waits = false;
  for (const market of state.markets) {
    const prices = market.isSpot && market.base === asset && market.quote === state.settlement;
    if (!prices || market.index === 0 || market.status === STATUS_SETTLED) continue;
    if ((market.imposed & IMPOSED_SOURCES) === 0) return false;
    waits = true;
  }
  return waits;
}

function worthOf(state: State, account: number, asset: number, less = 0): number {
  const free = state.balances.money[state.balances.at(account, asset)] - less;
  const { price, weightPpm, liabilityWeightPpm, decimals } = state.assets[asset];
  return free === 0 ? 0 : collateralValue(free, price, weightPpm, liabilityWeightPpm, decimals);
}
