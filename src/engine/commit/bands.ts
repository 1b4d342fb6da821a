// Solves what price wakes each position of an account, after something about the account changed.
// The slack of a scope (equity above maintenance) is split over everything whose price can eat it;
// while no price goes beyond its share, the scope is provably safe. For a scope with one position
// and nothing else the share is the whole, and the trigger is the liquidation price, or just before
// it. Until a scope is warned its band ends where the warning is due (margin-call.ts). Too early a
// trigger costs a look, a late one would miss a liquidation: all rounding wakes early.

import { collateralValue } from '../../margin/collateral.ts';
import * as funding from '../../margin/funding.ts';
import { fundingReserve } from '../../margin/funding.ts';
import { interestOwed } from '../../margin/interest.ts';
import { isCalled } from '../../margin/margin-call.ts';
import { notionalOf, unrealised } from '../../margin/position.ts';
import { maintenanceMargin } from '../../margin/requirement.ts';
import { slackShare } from '../../margin/scope.ts';
import { wakeAfterLoss, wakePrice } from '../../margin/wake-price.ts';
import * as brand from '../../units/brand.ts';
import { powerOfTen } from '../../units/decimal.ts';
import { mulDivCeil } from '../../units/rounding.ts';
import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import { fundingOf } from '../plan/accruals.ts';
import * as questions from '../plan/assess.ts';
import type { Assessor } from '../plan/assess.ts';
import type { Market } from '../state/market.ts';
import * as rowFields from '../state/positions.ts';
import { crossScope } from '../state/scope-list.ts';
import type { State } from '../state/state.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { RATE_ONE } = funding;
const { PPM_ONE } = brand;
const { NONE } = table;
const { MODE_ISOLATED, SYSTEM_ACCOUNTS } = words;
const { ASK_EQUITY, ASK_MAINTENANCE } = questions;
const { ACCOUNT, CALLED, COLLATERAL, COST, LINKS, MARKET, MODE, NEXT_ROW, NUMBERS, SIZE, STAGE } =
  rowFields;
const SYSTEM_COUNT = SYSTEM_ACCOUNTS.length;

/** A short's reserve of funding is of twice the mark: further its trigger does not go. */
const SHORT_REACH = 2;

/**
 * Solves all triggers of an account and puts them where they wait. `wakes`: a trigger that is due
 * already is to be looked at in this command; not when it has just been looked at.
 */
export function bandAccount(
  state: State,
  assessor: Assessor,
  account: number,
  wakes: boolean,
): void {
  const { links, numbers } = state.positions;
  let exposed = hasDebt(state, account);
  for (
    let row = state.accounts.positionsOf(account);
    row !== NONE;
    row = links[row * LINKS + NEXT_ROW]
  ) {
    const size = numbers[row * NUMBERS + SIZE];
    if (size === 0) setTrigger(state, row, 0, wakes);
    else if (links[row * LINKS + MODE] === MODE_ISOLATED) bandIsolated(state, row, wakes);
    else exposed = true;
  }
  if (state.accounts.stageOf(account) !== 0) exposed = false;
  if (exposed) bandCross(state, assessor, account, wakes);
  else dropCross(state, account);
}

/**
 * Whether an account owes in the settlement asset: interest can harm it without any position. What
 * the insurance fund lacks is nobody's to liquidate: an operator must act.
 */
export function hasDebt(state: State, account: number): boolean {
  const { settlement } = state;
  if (account < SYSTEM_COUNT) return false;
  return settlement !== NONE && state.balances.money[state.balances.at(account, settlement)] < 0;
}

function bandIsolated(state: State, row: number, wakes: boolean): void {
  const { links, numbers } = state.positions;
  const market = state.markets[links[row * LINKS + MARKET]];
  if (links[row * LINKS + STAGE] !== 0) return setTrigger(state, row, 0, wakes);
  const r = row * NUMBERS;
  const size = numbers[r + SIZE];
  const owed = fundingOf(state, market, row);
  const notional = notionalOf(size, market.mark, market.multiplier);
  const pool = numbers[r + COLLATERAL] - owed - reserveOf(market, size, notional);
  const called = links[row * LINKS + CALLED] === 1;
  const brackets = called ? market.brackets : market.callBrackets;
  const cost = numbers[r + COST];
  const trigger = wakePrice(brackets, size, market.multiplier, pool - cost);
  if (called && wakes && isBeyondCall(market, size, cost, pool)) state.triggers.looks.push(row);
  setTrigger(state, row, withinReach(market, size, trigger), wakes);
}

/** Whether a warned isolated position has recovered. */
function isBeyondCall(market: Market, size: number, cost: number, pool: number): boolean {
  const notional = notionalOf(size, market.mark, market.multiplier);
  const equity = pool + unrealised(size, cost, market.mark, market.multiplier);
  return !isCalled(equity, maintenanceMargin(market.brackets, notional));
}

function bandCross(state: State, assessor: Assessor, account: number, wakes: boolean): void {
  const called = state.accounts.called[account] === 1;
  const scope = assessor.cross(account, NONE, undefined, called ? ASK_MAINTENANCE : ASK_EQUITY);
  const { equity } = scope;
  const others = state.assets.length > 1;
  let required = 0;
  let reserve = interestReserve(state, account);
  const { links, numbers } = state.positions;
  const first = state.accounts.positionsOf(account);
  let weight = others ? collateralWeight(state, account) : 0;
  for (let row = first; row !== NONE; row = links[row * LINKS + NEXT_ROW]) {
    const size = numbers[row * NUMBERS + SIZE];
    if (size === 0 || links[row * LINKS + MODE] === MODE_ISOLATED) continue;
    const market = state.markets[links[row * LINKS + MARKET]];
    const notional = notionalOf(size, market.mark, market.multiplier);
    weight += notional;
    required += maintenanceMargin(called ? market.brackets : market.callBrackets, notional);
    reserve += reserveOf(market, size, notional);
  }
  if (called && wakes && !isCalled(equity, scope.maintenance))
    state.triggers.looks.push(crossScope(account));
  const slack = equity - required - reserve;
  for (let row = first; row !== NONE; row = links[row * LINKS + NEXT_ROW]) {
    const size = numbers[row * NUMBERS + SIZE];
    if (size === 0 || links[row * LINKS + MODE] === MODE_ISOLATED) continue;
    bandRow(state, row, called, slack, weight, wakes);
  }
  if (others) bandCollateral(state, account, slack, weight, wakes);
  // A debt that nothing backs has no price to wait for.
  if (wakes && slack < 0) state.triggers.wokenAccounts.add(account);
}

/** What may eat the position's share of the slack: everything else in the scope is held. */
function bandRow(
  state: State,
  row: number,
  called: boolean,
  slack: number,
  weight: number,
  wakes: boolean,
): void {
  const { links, numbers } = state.positions;
  const market = state.markets[links[row * LINKS + MARKET]];
  const { mark, multiplier } = market;
  const size = numbers[row * NUMBERS + SIZE];
  const notional = notionalOf(size, mark, multiplier);
  const brackets = called ? market.brackets : market.callBrackets;
  const share = slackShare(slack, notional, weight);
  const trigger = wakeAfterLoss(brackets, size, multiplier, mark, share);
  setTrigger(state, row, withinReach(market, size, trigger), wakes);
}

/** Other assets count at their price: a fall of one beyond its share wakes the account. */
function bandCollateral(
  state: State,
  account: number,
  slack: number,
  weight: number,
  wakes: boolean,
): void {
  const { assets, balances, triggers } = state;
  for (let asset = 0; asset < assets.length; asset++) {
    if (asset === state.settlement) continue;
    const free = balances.money[balances.at(account, asset)];
    const value = free > 0 ? valueOf(state, asset, free) : 0;
    if (value <= 0) {
      triggers.setAsset(asset, account, 0);
      continue;
    }
    const { decimals, weightPpm, price } = assets[asset];
    const floor = value - slackShare(slack, value, weight);
    // The highest price whose value is below `floor`; both divisions round toward waking early.
    const perUnit = floor <= 0 ? 0 : mulDivCeil(floor, powerOfTen(decimals), free);
    const trigger = perUnit === 0 ? 0 : mulDivCeil(perUnit, PPM_ONE, weightPpm);
    triggers.setAsset(asset, account, trigger);
    if (wakes && trigger >= price && trigger !== 0) triggers.wokenAssets.add(asset);
  }
}

/** A scope without anything to lose, or one in liquidation: nothing wakes it. */
function dropCross(state: State, account: number): void {
  const { links } = state.positions;
  for (
    let row = state.accounts.positionsOf(account);
    row !== NONE;
    row = links[row * LINKS + NEXT_ROW]
  ) {
    if (links[row * LINKS + MODE] !== MODE_ISOLATED) setTrigger(state, row, 0, false);
  }
  if (state.assets.length < 2) return;
  for (let asset = 0; asset < state.assets.length; asset++)
    if (asset !== state.settlement) state.triggers.setAsset(asset, account, 0);
}

/** The rows of a market's positions anew; for when its terms change what they require. */
export function bandMarket(state: State, assessor: Assessor, market: number): void {
  const { links, numbers } = state.positions;
  for (let row = 0; row < state.positions.rows; row++) {
    if (links[row * LINKS + MARKET] !== market || numbers[row * NUMBERS + SIZE] === 0) continue;
    bandAccount(state, assessor, links[row * LINKS + ACCOUNT], true);
  }
}

function setTrigger(state: State, row: number, trigger: number, wakes: boolean): void {
  const { links, numbers } = state.positions;
  const size = numbers[row * NUMBERS + SIZE];
  const market = links[row * LINKS + MARKET];
  state.triggers.setRow(market, row, size, trigger);
  if (!wakes || trigger === 0) return;
  const { mark } = state.markets[market];
  if (size > 0 ? trigger >= mark : trigger <= mark) state.triggers.wokenMarkets.add(market);
}

/** What the collateral beside the settlement asset counts for. */
function collateralWeight(state: State, account: number): number {
  let total = 0;
  for (let asset = 0; asset < state.assets.length; asset++) {
    if (asset === state.settlement) continue;
    const free = state.balances.money[state.balances.at(account, asset)];
    if (free > 0) total += valueOf(state, asset, free);
  }
  return total;
}

function valueOf(state: State, asset: number, free: number): number {
  const { price, weightPpm, liabilityWeightPpm, decimals } = state.assets[asset];
  return collateralValue(free, price, weightPpm, liabilityWeightPpm, decimals);
}

/** One interval of funding at its cap, either way; quote units, rounded up. */
function reserveOf(market: Market, size: number, notional: number): number {
  const { fundingIntervalMs, fundingCapE12 } = market.terms.risk;
  if (fundingIntervalMs === 0) return 0;
  const reached = notional * (size < 0 ? SHORT_REACH : 1);
  return fundingReserve(reached, fundingCapE12, fundingIntervalMs);
}

/** One hour of interest on what the account owes; settlement units, rounded up. */
function interestReserve(state: State, account: number): number {
  const { settlement, balances } = state;
  if (settlement === NONE) return 0;
  const free = balances.money[balances.at(account, settlement)];
  return free < 0
    ? interestOwed(0 - free, RATE_ONE + state.assets[settlement].interestE12, RATE_ONE)
    : 0;
}

/** A short whose reserve was taken at twice the mark is looked at there at the latest. */
function withinReach(market: Market, size: number, trigger: number): number {
  if (size > 0 || market.terms.risk.fundingIntervalMs === 0) return trigger;
  const reach = market.mark * SHORT_REACH;
  return trigger === 0 || trigger > reach ? reach : trigger;
}
