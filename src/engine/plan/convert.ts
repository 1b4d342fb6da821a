// A debt in the settlement asset against other collateral: in a liquidation the collateral is sold,
// best weight first, at no less than it counts for, and what the book does not take goes to the
// insurance fund at that value. When no position is left, the fund pays what is still owed.

import { collateralValue } from '../../margin/collateral.ts';
import { PPM_ONE } from '../../units/brand.ts';
import { powerOfTen } from '../../units/decimal.ts';
import { ceilToStep, divCeil, divFloor, floorToStep, mulDivCeil } from '../../units/rounding.ts';
import { NONE } from '../../units/table.ts';
import { ACCOUNT_INSURANCE, MODE_ISOLATED, STATUS_HALTED } from '../command.ts';
import { BALANCE_INSURANCE, BALANCE_LIQUIDATION, FUND_COLLATERAL, FUND_DEFICIT } from '../event.ts';
import { VALUE_MAX } from '../limits.ts';
import type { Asset } from '../state/assets.ts';
import { STAGE_NONE } from '../state/liquidation-stages.ts';
import type { Market } from '../state/market.ts';
import { LINKS, MARKET, MODE, NEXT_ROW, STAGE } from '../state/positions.ts';
import { accountOfCross } from '../state/scope-list.ts';
import type { State } from '../state/state.ts';
import { interestOn, settleInterest } from './accruals.ts';
import type { PlanContext } from './context.ts';
import { imposeDeficit } from './impose.ts';
import { writeMatch } from './order-events.ts';
import { takeFromBook } from './take.ts';
import { assetWaits } from './waiting.ts';
import { writeBalance, writeFees, writeInsurance, writeTouched } from './write.ts';

/**
 * Sells some collateral if the debt is beyond the limit; false when there is nothing to be done.
 */
export function planConversion(context: PlanContext, scope: number): boolean {
  const { state } = context;
  const { settlement } = state;
  const account = accountOfCross(scope);
  const debt = debtOf(state, account);
  if (debt <= state.assets[settlement].autoConvertLimit) return false;
  for (const asset of byWeight(state, account)) {
    if (sellInBook(context, account, asset, debt)) return true;
    const fund = state.balances.money[state.balances.at(ACCOUNT_INSURANCE, settlement)];
    if (fund > 0 && sellToFund(context, account, asset, debt, fund)) return true;
  }
  return false;
}

/**
 * The scope has no position left and owes more than it has: collateral to the fund, then the fund.
 */
export function planResidual(context: PlanContext, scope: number): void {
  const { state, log } = context;
  const account = accountOfCross(scope);
  const debt = debtOf(state, account);
  for (const asset of byWeight(state, account))
    if (sellToFund(context, account, asset, debt, VALUE_MAX)) return;
  const { settlement } = state;
  settleInterest(context, account, state.settlement);
  moveSettlement(context, account, debt);
  const fund = state.balances.money[state.balances.at(ACCOUNT_INSURANCE, settlement)] - debt;
  writeInsurance(log, settlement, FUND_DEFICIT, 0 - debt, fund);
  if (fund < 0) imposeWhereItStood(context, account);
}

/** The fund is below zero by this account: the markets that its positions were closed in. */
function imposeWhereItStood(context: PlanContext, account: number): void {
  const { state } = context;
  const { links } = state.positions;
  let row = state.accounts.positionsOf(account);
  for (; row !== NONE; row = links[row * LINKS + NEXT_ROW])
    if (links[row * LINKS + STAGE] !== STAGE_NONE && links[row * LINKS + MODE] !== MODE_ISOLATED)
      imposeDeficit(context, state.markets[links[row * LINKS + MARKET]]);
}

/** What a cross account owes in the settlement asset, interest included; 0 = nothing. */
function debtOf(state: State, account: number): number {
  const { settlement, balances } = state;
  const free = balances.money[balances.at(account, settlement)];
  return free < 0 ? interestOn(state, account, settlement, free) - free : 0;
}

/** Assets that count for something at a price that is known, best weight first. */
function byWeight(state: State, account: number): number[] {
  return state.assets
    .map((_, asset) => asset)
    .filter((asset) => asset !== state.settlement && valueOf(state, account, asset) > 0)
    .filter((asset) => !assetWaits(state, asset))
    .toSorted((a, b) => state.assets[b].weightPpm - state.assets[a].weightPpm || a - b);
}

function valueOf(state: State, account: number, asset: number): number {
  const free = state.balances.money[state.balances.at(account, asset)];
  return free > 0 ? worth(state.assets[asset], free) : 0;
}

const worth = (asset: Asset, amount: number): number =>
  collateralValue(amount, asset.price, asset.weightPpm, asset.liabilityWeightPpm, asset.decimals);

/** An order that is filled at once or not at all, at no less than what the asset counts for. */
function sellInBook(context: PlanContext, account: number, asset: number, debt: number): boolean {
  const { state, overlay, incoming, match, log } = context;
  const market = spotMarket(state, asset);
  if (market === undefined) return false;
  const free = state.balances.money[state.balances.at(account, asset)];
  const limit = limitOf(market, state.assets[asset]);
  const perLot = market.lotSize * limit * market.multiplier;
  const kept = PPM_ONE - market.terms.takerFeePpm;
  const enough = divCeil(mulDivCeil(debt, PPM_ONE, kept), perLot) * market.lotSize;
  const most = floorToStep(divFloor(free, market.baseMultiplier), market.lotSize);
  const size = enough < most ? enough : most;
  if (size === 0 || !market.bids.reaches(limit)) return false;
  overlay.begin(market);
  const touched = overlay.touch(account);
  takeFromBook(context, market, touched, -1, limit, size, market.terms.takerFeePpm);
  const fees = writeMatch(context, market, incoming);
  writeTouched(context, market, BALANCE_LIQUIDATION);
  if (fees !== 0) writeFees(log, market.quote, fees);
  if (match.count > 0) return true;
  context.rewind();
  return false;
}

/**
 * The fund buys at the value that the asset counts for, as much as the debt needs and its cash
 * pays: a unit that is worth more than is left is not bought.
 */
function sellToFund(
  context: PlanContext,
  account: number,
  asset: number,
  debt: number,
  cash: number,
): boolean {
  const { state, log } = context;
  const { balances, assets } = state;
  const place = balances.at(account, asset);
  const free = balances.money[place];
  const enough = firstWorth(assets[asset], debt, free);
  const isPaid = worth(assets[asset], enough) <= cash;
  const amount = isPaid ? enough : firstWorth(assets[asset], cash + 1, enough) - 1;
  const value = worth(assets[asset], amount);
  if (value === 0) return false;
  const fund = balances.at(ACCOUNT_INSURANCE, asset);
  settleInterest(context, account, state.settlement);
  moveSettlement(context, account, value);
  const held = balances.money[place + 1];
  writeBalance(log, account, asset, BALANCE_LIQUIDATION, 0 - amount, 0, free - amount, held);
  const has = balances.money[fund] + amount;
  writeBalance(log, ACCOUNT_INSURANCE, asset, BALANCE_INSURANCE, amount, 0, has, 0);
  const left = balances.money[balances.at(ACCOUNT_INSURANCE, state.settlement)] - value;
  writeInsurance(log, state.settlement, FUND_COLLATERAL, 0 - value, left);
  if (left < 0) imposeWhereItStood(context, account);
  return true;
}

/** The fewest units, up to `most`, that count for at least `value`; `most` where none do. */
function firstWorth(asset: Asset, value: number, most: number): number {
  let short = 0;
  let enough = most;
  while (enough - short > 1) {
    const middle = short + divFloor(enough - short, 2);
    if (worth(asset, middle) >= value) enough = middle;
    else short = middle;
  }
  return enough;
}

/** Money from the fund to the account, whose interest is settled. */
function moveSettlement(context: PlanContext, account: number, value: number): void {
  const { state, log } = context;
  const { settlement, balances } = state;
  const place = balances.at(account, settlement);
  const free = 0 - debtOf(state, account) + value;
  const held = balances.money[place + 1];
  writeBalance(log, account, settlement, BALANCE_LIQUIDATION, value, 0, free, held);
  const fund = balances.money[balances.at(ACCOUNT_INSURANCE, settlement)] - value;
  writeBalance(log, ACCOUNT_INSURANCE, settlement, BALANCE_INSURANCE, 0 - value, 0, fund, 0);
}

/** The open spot market of an asset against the settlement asset. */
function spotMarket(state: State, asset: number): Market | undefined {
  return state.markets.find(
    (market) =>
      market.isSpot &&
      market.base === asset &&
      market.quote === state.settlement &&
      market.openness() < STATUS_HALTED,
  );
}

/** The price at which the asset is sold for what it counts for, rounded up to the tick. */
function limitOf(market: Market, asset: Asset): number {
  const perUnit = mulDivCeil(market.baseMultiplier, asset.price, powerOfTen(asset.decimals));
  const weighted = mulDivCeil(perUnit, asset.weightPpm, PPM_ONE);
  return ceilToStep(divCeil(weighted, market.multiplier), market.tickSize);
}
