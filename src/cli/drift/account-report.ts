// The figures of an account as the command shows them: decimal texts with the names of the API, so
// that the table and the JSON say the same.

import { driftFigures, type DriftPositionFigures } from '../../margin/drift/figures.ts';
import {
  driftLiquidationPrices,
  type DriftLiquidationPrice,
} from '../../margin/drift/liquidation-price.ts';
import { openAccount, type OpenAccount, type PerpLeg } from '../../margin/drift/margin.ts';
import { signedTokens } from '../../margin/drift/spot.ts';
import type { DriftMode } from '../../margin/drift/types.ts';
import type { LoadedAccount } from './load.ts';
import {
  BASE_DECIMALS,
  decimalText,
  percentText,
  PRICE_DECIMALS,
  priceText,
  RATIO_DECIMALS,
} from './numbers.ts';
import { originOf, type PriceRow } from './origin.ts';

const BASE_ONE = 10n ** 9n;

export interface PositionRow {
  readonly market: string;
  readonly scope: 'cross' | 'isolated';
  readonly side: 'long' | 'short' | 'flat';
  readonly size: string;
  readonly open_orders: number;
  readonly entry_price: string | null;
  readonly price: string;
  readonly unrealized_pnl: string;
  readonly initial_percent: string;
  readonly maintenance_percent: string;
  readonly initial_requirement: string;
  readonly maintenance_requirement: string;
  /** `none` when no price liquidates, `always` when each does. */
  readonly liquidation_price: string;
  readonly sdk_liquidation_price: string | null;
  /** Of an isolated position itself. */
  readonly health: number | null;
}

export interface BalanceRow {
  readonly asset: string;
  readonly amount: string;
  readonly price: string;
}

export interface FigureRow {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly from: string;
}

export interface AccountReport {
  readonly source: string;
  readonly program_id: string;
  readonly settlement_asset: string;
  readonly slot: number;
  readonly time: string;
  readonly mode: DriftMode;
  readonly account: string;
  readonly authority: string;
  readonly sub_account: number;
  readonly name: string;
  readonly margin_mode: string;
  readonly being_liquidated: boolean;
  readonly figures: readonly FigureRow[];
  readonly positions: readonly PositionRow[];
  readonly balances: readonly BalanceRow[];
  readonly prices: readonly PriceRow[];
  readonly stale: readonly string[];
}

export function accountReport(loaded: LoadedAccount, mode: DriftMode): AccountReport {
  const { user, account } = loaded;
  const open = openAccount(account, mode);
  const figures = driftFigures(account, mode);
  return {
    source: loaded.source,
    program_id: loaded.programId,
    settlement_asset: loaded.settlementAsset,
    slot: loaded.slot,
    time: new Date(loaded.timeMs).toISOString(),
    mode,
    account: user.address,
    authority: user.authority,
    sub_account: user.subAccountId,
    name: user.name,
    margin_mode: user.marginMode,
    being_liquidated: user.isBeingLiquidated,
    figures: figureRows(figures, loaded.settlementAsset, mode),
    positions: figures.markets.map((one, i) => positionRow(open, open.perps[i]!, one)),
    balances: account.spotPositions.map((position) => {
      const market = account.spotMarkets.find((one) => one.marketIndex === position.marketIndex)!;
      return {
        asset: market.symbol,
        amount: decimalText(signedTokens(position, market), market.decimals),
        price: priceText(market.oraclePrice),
      };
    }),
    prices: [...loaded.perpMarkets, ...loaded.spotMarkets].map(originOf),
    stale: loaded.stale,
  };
}

const COLLATERAL = 'cross balances and profit × asset weight';
const REQUIREMENT = 'cross positions with their orders, and borrows, × ratio';

function figureRows(
  of: ReturnType<typeof driftFigures>,
  asset: string,
  mode: DriftMode,
): FigureRow[] {
  const money = (name: string, value: bigint, from: string): FigureRow => ({
    name,
    value: decimalText(value, PRICE_DECIMALS, PRICE_DECIMALS),
    unit: asset,
    from,
  });
  const strict = mode === 'chain' ? 'price or stored average' : 'price or average moved on';
  return [
    money(
      'collateral, initial',
      of.totalCollateralInitialStrict,
      `${COLLATERAL}, at the worse of ${strict}`,
    ),
    money('requirement, initial', of.initialMarginRequirement, REQUIREMENT),
    money('free, initial', of.freeCollateralInitial, 'the difference, not below 0'),
    money('collateral, maintenance', of.totalCollateralMaintenance, `${COLLATERAL}, at the price`),
    money('requirement, maintenance', of.maintenanceMarginRequirement, REQUIREMENT),
    money('free, maintenance', of.freeCollateralMaintenance, 'the difference, not below 0'),
    {
      name: 'health',
      value: String(of.health),
      unit: '%',
      from: '1 − requirement ÷ collateral, maintenance; 0 in liquidation',
    },
    {
      name: 'leverage',
      value: decimalText(of.leverage, RATIO_DECIMALS, 2),
      unit: '×',
      from: 'value of positions and borrows ÷ net value, without weights',
    },
    money('unrealised profit', of.unrealizedPnlWithFunding, 'prices below, with funding'),
    {
      name: 'liquidatable',
      value: of.canBeLiquidated ? 'yes' : 'no',
      unit: '',
      from: 'collateral below requirement, maintenance',
    },
  ];
}

function positionRow(open: OpenAccount, leg: PerpLeg, figures: DriftPositionFigures): PositionRow {
  const { position, market } = leg;
  const base = position.baseAssetAmount;
  const exact = driftLiquidationPrices(open, leg).nearest;
  const sdk = figures.sdkLiquidationPrice;
  return {
    market: market.symbol,
    scope: position.isolated ? 'isolated' : 'cross',
    side: base === 0n ? 'flat' : base > 0n ? 'long' : 'short',
    size: decimalText(base < 0n ? -base : base, BASE_DECIMALS),
    open_orders: position.openOrders,
    entry_price: entryPrice(base, position.quoteEntryAmount),
    price: priceText(market.oraclePrice),
    unrealized_pnl: priceText(figures.unrealizedPnl),
    initial_percent: percentText(figures.marginRatioInitial),
    maintenance_percent: percentText(figures.marginRatioMaintenance),
    initial_requirement: priceText(figures.positionRequirementInitial),
    maintenance_requirement: priceText(figures.positionRequirementMaintenance),
    liquidation_price: base === 0n ? 'none' : liquidationText(exact),
    sdk_liquidation_price: sdk === undefined ? null : priceText(sdk),
    health: figures.isolated?.health ?? null,
  };
}

/** What was paid for the size, cut toward zero in 10^−6; for show only. */
function entryPrice(base: bigint, quoteEntry: bigint): string | null {
  if (base === 0n) return null;
  const price = (quoteEntry * BASE_ONE) / base;
  return priceText(price < 0n ? -price : price);
}

function liquidationText(price: DriftLiquidationPrice): string {
  return price.kind === 'price' ? priceText(price.price) : price.kind;
}
