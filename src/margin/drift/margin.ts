// Total collateral and margin requirement of a Drift account, for the cross account and for every
// isolated position. What does not depend on the question asked (worst cases, funding, ratios) is
// computed once, when the account is opened. Quote amounts are in 10^-6.

import { assert } from '../../units/assert.ts';
import { absBig } from '../../units/big.ts';
import {
  customRatioOf,
  isOpen,
  liabilityValue,
  profitAt,
  requirementOf,
  unsettledFunding,
  weightedProfit,
  worstCase,
  type WorstCase,
} from './perp.ts';
import {
  currentPrice,
  depositTokens,
  QUOTE_INDEX,
  spotMargin,
  strictAverage,
  strictPrice,
  tokenValue,
  type SpotMargin,
  type StrictPrice,
} from './spot.ts';
import type {
  DriftAccount,
  DriftMarginCategory,
  DriftMode,
  DriftPerpMarket,
  DriftPerpPosition,
  DriftSpotMarket,
  DriftSpotPosition,
} from './types.ts';
import { perpMarginRatio } from './weights.ts';

/** A perp position with its market and all that the price of the quote does not change. */
export interface PerpLeg {
  readonly position: DriftPerpPosition;
  readonly market: DriftPerpMarket;
  readonly funding: bigint;
  /** Unrealised, with funding, before the quote's price. */
  readonly profit: bigint;
  /** With open orders, and without. */
  readonly worst: WorstCase;
  readonly held: WorstCase;
  readonly initialRatio: number;
  readonly maintenanceRatio: number;
  readonly heldMaintenanceRatio: number;
}

/** A balance with its market, and what it counts for in each question. */
export interface SpotLeg {
  readonly position: DriftSpotPosition;
  readonly market: DriftSpotMarket;
  readonly initial: SpotMargin;
  readonly initialStrict: SpotMargin;
  readonly maintenance: SpotMargin;
  /** Maintenance without open orders. */
  readonly held: SpotMargin;
}

/** A Drift account with its markets, before anything is summed. */
interface PairedAccount {
  readonly account: DriftAccount;
  readonly mode: DriftMode;
  readonly quoteMarket: DriftSpotMarket;
  readonly quote: StrictPrice;
  /** With the average as stored: that is what perp positions are converted by, in both modes. */
  readonly strictQuote: StrictPrice;
  readonly perps: readonly PerpLeg[];
  readonly spots: readonly SpotLeg[];
}

/** A Drift account ready to be asked. */
export interface OpenAccount extends PairedAccount {
  /** Maintenance of the cross account with open orders: what decides a liquidation. */
  readonly cross: MarginSums;
  /** The same without them. */
  readonly crossHeld: MarginSums;
}

/** Which margin is asked for. */
export interface MarginQuestion {
  readonly category: DriftMarginCategory;
  readonly strict: boolean;
  readonly withOrders: boolean;
}

/** Collateral against requirement, quote amounts. Liquidatable when the first is the smaller. */
export interface MarginSums {
  readonly collateral: bigint;
  readonly requirement: bigint;
}

export const MAINTENANCE: MarginQuestion = {
  category: 'Maintenance',
  strict: false,
  withOrders: true,
};
export const MAINTENANCE_HELD: MarginQuestion = { ...MAINTENANCE, withOrders: false };

/**
 * Pairs positions with their markets and computes what no question changes.
 * @throws AssertionError when the market of an open position, or the quote, is not in the account.
 */
export function openAccount(account: DriftAccount, mode: DriftMode): OpenAccount {
  const quoteMarket = account.spotMarkets.find((market) => market.marketIndex === QUOTE_INDEX);
  assert(quoteMarket !== undefined, 'a Drift account comes with its quote market, spot market 0');
  const { oraclePrice, lastOraclePriceTwap5Min } = quoteMarket;
  const paired: PairedAccount = {
    account,
    mode,
    quoteMarket,
    quote: currentPrice(oraclePrice),
    strictQuote: strictPrice(oraclePrice, lastOraclePriceTwap5Min),
    perps: account.perpPositions.filter(isOpen).map((position) => perpLeg(account, position)),
    spots: account.spotPositions
      .filter(({ scaledBalance, openOrders }) => scaledBalance !== 0n || openOrders !== 0)
      .map((position) => spotLeg(account, position, mode)),
  };
  return {
    ...paired,
    cross: crossMargin(paired, MAINTENANCE),
    crossHeld: crossMargin(paired, MAINTENANCE_HELD),
  };
}

function perpLeg(account: DriftAccount, position: DriftPerpPosition): PerpLeg {
  const index = position.marketIndex;
  const market = account.perpMarkets.find(({ marketIndex }) => marketIndex === index);
  assert(market !== undefined, `the account has a position in perp market ${index}: give it too`);
  const { oraclePrice } = market;
  const worst = worstCase(position, market, oraclePrice);
  const base = position.baseAssetAmount;
  const held =
    worst.base === base ? worst : { base, value: liabilityValue(base, oraclePrice, market) };
  const funding = unsettledFunding(position, market);
  const maintenanceRatio = maintenanceRatioOf(account, market, worst.base);
  return {
    position,
    market,
    funding,
    profit: profitAt(position, market, oraclePrice, funding),
    worst,
    held,
    initialRatio: initialRatioOf(account, market, position, worst.base),
    maintenanceRatio,
    heldMaintenanceRatio:
      held === worst ? maintenanceRatio : maintenanceRatioOf(account, market, base),
  };
}

/** Maintenance ratio of a signed base amount in a market, in 10^-4; 0 in settlement. */
export function maintenanceRatioOf(
  account: DriftAccount,
  market: DriftPerpMarket,
  base: bigint,
): number {
  const isHighLeverage = account.marginMode !== 'default';
  return perpMarginRatio(market, absBig(base), {
    category: 'Maintenance',
    customRatio: 0,
    isHighLeverage,
  });
}

function initialRatioOf(
  account: DriftAccount,
  market: DriftPerpMarket,
  position: DriftPerpPosition,
  base: bigint,
): number {
  return perpMarginRatio(market, absBig(base), {
    category: 'Initial',
    customRatio: customRatioOf(position, account.userMaxMarginRatio),
    isHighLeverage: account.marginMode === 'highLeverage',
  });
}

function spotLeg(account: DriftAccount, position: DriftSpotPosition, mode: DriftMode): SpotLeg {
  const index = position.marketIndex;
  const market = account.spotMarkets.find(({ marketIndex }) => marketIndex === index);
  assert(market !== undefined, `the account has a balance in spot market ${index}: give it too`);
  const { oraclePrice } = market;
  const current = currentPrice(oraclePrice);
  const strict = strictPrice(oraclePrice, strictAverage(market, account.now, mode));
  const customRatio = account.userMaxMarginRatio;
  const count = (price: StrictPrice, category: DriftMarginCategory, withOrders: boolean) =>
    spotMargin(position, market, price, { mode, category, customRatio, withOrders });
  const initial = count(current, 'Initial', true);
  const maintenance = count(current, 'Maintenance', true);
  const { openOrders, openBids, openAsks } = position;
  const hasOrders = openOrders !== 0 || openBids !== 0n || openAsks !== 0n;
  return {
    position,
    market,
    initial,
    initialStrict: strict.min === strict.max ? initial : count(strict, 'Initial', true),
    maintenance,
    held: hasOrders ? count(current, 'Maintenance', false) : maintenance,
  };
}

/** The cross account: all deposits and borrows, and the perp positions that are not isolated. */
export function crossMargin(open: PairedAccount, question: MarginQuestion): MarginSums {
  let collateral = 0n;
  let requirement = 0n;
  for (const leg of open.spots) {
    const part = spotPart(leg, question);
    collateral += part.collateral;
    requirement += part.requirement;
  }
  for (const leg of open.perps) {
    if (leg.position.isolated) continue;
    collateral += perpCollateral(open, leg, question);
    requirement += perpRequirement(open, leg, question);
  }
  return { collateral, requirement };
}

function spotPart(leg: SpotLeg, { category, strict, withOrders }: MarginQuestion): SpotMargin {
  if (category === 'Maintenance') return withOrders ? leg.maintenance : leg.held;
  return strict ? leg.initialStrict : leg.initial;
}

/** An isolated position: its own deposit and profit against its own requirement. */
export function isolatedMargin(
  open: OpenAccount,
  leg: PerpLeg,
  question: MarginQuestion,
): MarginSums {
  return {
    collateral: isolatedDeposit(open, leg, question.strict) + perpCollateral(open, leg, question),
    requirement: perpRequirement(open, leg, question),
  };
}

/** Value of an isolated position's own deposit. */
export function isolatedDeposit(open: OpenAccount, leg: PerpLeg, strict: boolean): bigint {
  const { quoteMarket, quote, strictQuote, mode } = open;
  const tokens = depositTokens(leg.position.isolatedPositionScaledBalance, quoteMarket);
  return tokenValue(tokens, quoteMarket, strict ? strictQuote : quote, mode);
}

/** Weighted unrealised profit of a position. */
export function perpCollateral(
  { quoteMarket, quote, strictQuote, mode }: PairedAccount,
  { profit, market }: PerpLeg,
  { category, strict }: MarginQuestion,
): bigint {
  const price = strict ? strictQuote : quote;
  return weightedProfit(profit, market, quoteMarket, price, category, mode);
}

/** Requirement of a position, with or without its open orders. */
export function perpRequirement(
  { quote, strictQuote }: PairedAccount,
  leg: PerpLeg,
  { category, strict, withOrders }: MarginQuestion,
): bigint {
  const price = (strict ? strictQuote : quote).max;
  const orders = withOrders ? leg.position.openOrders : 0;
  if (withOrders) {
    const ratio = category === 'Initial' ? leg.initialRatio : leg.maintenanceRatio;
    return requirementOf(leg.worst.value, price, ratio, orders);
  }
  assert(category === 'Maintenance', 'only maintenance is asked for without open orders');
  return requirementOf(leg.held.value, price, leg.heldMaintenanceRatio, orders);
}
