// All figures of a Drift account at once, under the names of the venue's SDK. Quote amounts are in
// 10^-6, base amounts in 10^-9, ratios and leverage in 10^-4. Nothing here is estimated but
// `sdkLiquidationPrice`, which is the SDK's own estimate.

import { divTruncBig, maxBig, percentLeftHalfUp } from '../../units/big.ts';
import { driftLiquidationPrices, type DriftLiquidationPrices } from './liquidation-price.ts';
import {
  crossMargin,
  isolatedMargin,
  MAINTENANCE,
  openAccount,
  perpCollateral,
  perpRequirement,
  type MarginQuestion,
  type MarginSums,
  type OpenAccount,
  type PerpLeg,
} from './margin.ts';
import { liabilityValue, quoteValue, worstCase } from './perp.ts';
import { sdkLiquidationPrice } from './sdk-liquidation-price.ts';
import { spotValues } from './spot.ts';
import type { DriftAccount, DriftMode } from './types.ts';

const INITIAL_STRICT: MarginQuestion = { category: 'Initial', strict: true, withOrders: true };
const INITIAL: MarginQuestion = { category: 'Initial', strict: false, withOrders: true };
const LEVERAGE_ONE = 10_000n;

/** The whole account without weights: what leverage is counted from. Quote amounts. */
export interface LeverageComponents {
  readonly perpLiabilityValue: bigint;
  readonly perpPnl: bigint;
  readonly spotAssetValue: bigint;
  readonly spotLiabilityValue: bigint;
}

/** An isolated position's own margin. */
export interface DriftIsolatedFigures {
  readonly totalCollateralMaintenance: bigint;
  readonly maintenanceMarginRequirement: bigint;
  readonly totalCollateralInitialStrict: bigint;
  readonly initialMarginRequirement: bigint;
  readonly canBeLiquidated: boolean;
  readonly health: number;
}

/** The figures of one perp position. */
export interface DriftPositionFigures {
  readonly marketIndex: number;
  /** Signed base amount if the worse side of the open orders fills, and its value. */
  readonly worstCaseBaseAssetAmount: bigint;
  readonly worstCaseLiabilityValue: bigint;
  readonly marginRatioInitial: number;
  readonly marginRatioMaintenance: number;
  /** At the current price, open orders included. */
  readonly positionRequirementInitial: bigint;
  readonly positionRequirementMaintenance: bigint;
  /** With funding, at the quote's price. */
  readonly unrealizedPnl: bigint;
  readonly weightedPnlInitial: bigint;
  readonly weightedPnlMaintenance: bigint;
  /** The exact liquidation prices, open orders included. */
  readonly liquidationPrices: DriftLiquidationPrices;
  /** What the SDK shows, without open orders; `undefined` where it says −1. */
  readonly sdkLiquidationPrice: bigint | undefined;
  /** For an isolated position only. */
  readonly isolated: DriftIsolatedFigures | undefined;
}

/** The figures of an account. The cross account's, where some positions are isolated. */
export interface DriftFigures {
  readonly initialMarginRequirement: bigint;
  readonly totalCollateralInitialStrict: bigint;
  readonly freeCollateralInitial: bigint;
  readonly initialMarginRequirementNonStrict: bigint;
  readonly totalCollateralInitial: bigint;
  readonly maintenanceMarginRequirement: bigint;
  readonly totalCollateralMaintenance: bigint;
  readonly freeCollateralMaintenance: bigint;
  readonly maintenanceMarginRequirementNoOrders: bigint;
  /** 0 … 100. */
  readonly health: number;
  readonly canBeLiquidated: boolean;
  /** 0 when the account's net value is. */
  readonly leverage: bigint;
  readonly leverageNoOrders: bigint;
  /** `undefined` when nothing is owed. */
  readonly marginRatio: bigint | undefined;
  readonly unrealizedPnlWithFunding: bigint;
  readonly unrealizedFundingPnl: bigint;
  readonly leverageComponents: LeverageComponents;
  readonly markets: readonly DriftPositionFigures[];
}

/**
 * All figures of an account (research on the formulas: docs/concepts/drift.md).
 * @throws AssertionError when the market of an open position is not in the account.
 */
export function driftFigures(account: DriftAccount, mode: DriftMode = 'chain'): DriftFigures {
  const open = openAccount(account, mode);
  const initialStrict = crossMargin(open, INITIAL_STRICT);
  const initial = isStrictSame(open) ? initialStrict : crossMargin(open, INITIAL);
  const maintenance = open.cross;
  const components = leverageComponents(open, true);
  return {
    initialMarginRequirement: initialStrict.requirement,
    totalCollateralInitialStrict: initialStrict.collateral,
    freeCollateralInitial: freeCollateral(initialStrict),
    initialMarginRequirementNonStrict: initial.requirement,
    totalCollateralInitial: initial.collateral,
    maintenanceMarginRequirement: maintenance.requirement,
    totalCollateralMaintenance: maintenance.collateral,
    freeCollateralMaintenance: freeCollateral(maintenance),
    maintenanceMarginRequirementNoOrders: open.crossHeld.requirement,
    health: account.isBeingLiquidated ? 0 : healthOf(maintenance),
    canBeLiquidated: isLiquidatable(maintenance),
    leverage: leverageOf(components),
    leverageNoOrders: hasOrders(open)
      ? leverageOf(leverageComponents(open, false))
      : leverageOf(components),
    marginRatio: marginRatioOf(components),
    unrealizedPnlWithFunding: components.perpPnl,
    unrealizedFundingPnl: open.perps.reduce((sum, { funding }) => sum + funding, 0n),
    leverageComponents: components,
    markets: open.perps.map((leg) => positionFigures(open, leg)),
  };
}

/** Whether the strict prices are the current ones, as they are while averages have caught up. */
function isStrictSame({ spots, strictQuote }: OpenAccount): boolean {
  return (
    strictQuote.min === strictQuote.max &&
    spots.every(({ initial, initialStrict }) => initial === initialStrict)
  );
}

function hasOrders({ perps, spots }: OpenAccount): boolean {
  return (
    perps.some(({ worst, held }) => worst !== held) ||
    spots.some(({ maintenance, held }) => maintenance !== held)
  );
}

/** Liquidatable when collateral is below the requirement; equal is safe. */
export function isLiquidatable({ collateral, requirement }: MarginSums): boolean {
  return collateral < requirement;
}

/** What is above the requirement, never negative. */
function freeCollateral({ collateral, requirement }: MarginSums): bigint {
  return maxBig(0n, collateral - requirement);
}

/**
 * 100 when nothing is required, 0 when nothing is left, else 100 · (1 − requirement ÷ collateral).
 */
function healthOf({ collateral, requirement }: MarginSums): number {
  if (requirement === 0n && collateral >= 0n) return 100;
  return collateral <= 0n ? 0 : percentLeftHalfUp(requirement, collateral);
}

function positionFigures(open: OpenAccount, leg: PerpLeg): DriftPositionFigures {
  return {
    marketIndex: leg.market.marketIndex,
    worstCaseBaseAssetAmount: leg.worst.base,
    worstCaseLiabilityValue: leg.worst.value,
    marginRatioInitial: leg.initialRatio,
    marginRatioMaintenance: leg.maintenanceRatio,
    positionRequirementInitial: perpRequirement(open, leg, INITIAL),
    positionRequirementMaintenance: perpRequirement(open, leg, MAINTENANCE),
    unrealizedPnl: quoteValue(leg.profit, open.quote.current),
    weightedPnlInitial: perpCollateral(open, leg, INITIAL),
    weightedPnlMaintenance: perpCollateral(open, leg, MAINTENANCE),
    liquidationPrices: driftLiquidationPrices(open, leg),
    sdkLiquidationPrice: sdkLiquidationPrice(open, leg),
    isolated: leg.position.isolated ? isolatedFigures(open, leg) : undefined,
  };
}

function isolatedFigures(open: OpenAccount, leg: PerpLeg): DriftIsolatedFigures {
  const initialStrict = isolatedMargin(open, leg, INITIAL_STRICT);
  const maintenance = isolatedMargin(open, leg, MAINTENANCE);
  return {
    totalCollateralMaintenance: maintenance.collateral,
    maintenanceMarginRequirement: maintenance.requirement,
    totalCollateralInitialStrict: initialStrict.collateral,
    initialMarginRequirement: initialStrict.requirement,
    canBeLiquidated: isLiquidatable(maintenance),
    health: leg.position.isBeingLiquidated ? 0 : healthOf(maintenance),
  };
}

function leverageComponents(open: OpenAccount, withOrders: boolean): LeverageComponents {
  let perpLiabilityValue = 0n;
  let perpPnl = 0n;
  for (const leg of open.perps) {
    perpLiabilityValue += leverageLiability(leg, withOrders);
    perpPnl += quoteValue(leg.profit, open.quote.current);
  }
  let spotAssetValue = 0n;
  let spotLiabilityValue = 0n;
  let quote = 0n;
  for (const { position, market } of open.spots) {
    const values = spotValues(position, market, withOrders);
    spotAssetValue += values.assets;
    spotLiabilityValue += values.liabilities;
    quote += values.quote;
  }
  return {
    perpLiabilityValue,
    perpPnl,
    spotAssetValue: spotAssetValue + maxBig(0n, quote),
    spotLiabilityValue: spotLiabilityValue + maxBig(0n, -quote),
  };
}

/** In settlement leverage counts the expiry price, although nothing is required any more. */
function leverageLiability(
  { position, market, worst, held }: PerpLeg,
  withOrders: boolean,
): bigint {
  if (!market.isInSettlement) return withOrders ? worst.value : held.value;
  const { expiryPrice } = market;
  if (withOrders) return worstCase(position, market, expiryPrice).value;
  return liabilityValue(position.baseAssetAmount, expiryPrice, market);
}

function netValue(of: LeverageComponents): bigint {
  return of.spotAssetValue + of.perpPnl - of.spotLiabilityValue;
}

function leverageOf(of: LeverageComponents): bigint {
  const net = netValue(of);
  if (net === 0n) return 0n;
  return divTruncBig((of.perpLiabilityValue + of.spotLiabilityValue) * LEVERAGE_ONE, net);
}

function marginRatioOf(of: LeverageComponents): bigint | undefined {
  const owed = of.perpLiabilityValue + of.spotLiabilityValue;
  return owed === 0n ? undefined : divTruncBig(netValue(of) * LEVERAGE_ONE, owed);
}
