// From the engine's views and the rows of history to the resources of the wire. No rule and no risk
// mathematics here: what the engine knows is written down, with names and decimals.

import { BALANCE_WHYS } from '../engine/event.ts';
import { FLAG_ATTACHED, FLAG_POST_ONLY, FLAG_REDUCE_ONLY } from '../engine/event.ts';
import type { Asset } from '../engine/state/assets.ts';
import type { Market } from '../engine/state/market.ts';
import type { AccountView, BookView, LevelView, OrderView } from '../engine/view.ts';
import { PPM_ONE } from '../units/brand.ts';
import { formatDecimal } from '../units/decimal.ts';
import type * as z from 'zod';
import type { Catalog, MarketUnits } from './catalog.ts';
import { amountText, priceOrNull, priceText, sizeText, sumText } from './catalog.ts';
import type * as H from './history-rows.ts';
import type { Alarm, LivePosition } from './live-risk.ts';
import { rateText, termsView } from './market-terms.ts';
import type * as R from './resources.ts';
import * as W from './words.ts';

export type Wire<T extends z.ZodType> = z.input<T>;

const PPM_DECIMALS = 6;
const ratio = (ppm: number): string => formatDecimal(ppm, PPM_DECIMALS);

/** The id and the cursor of a row. */
export const rowId = ({ sequence, index }: H.RowKey): string => `${sequence}-${index}`;

export function assetView(asset: Asset, catalog: Catalog): Wire<typeof R.asset> {
  const settlement = catalog.settlement();
  const hasPrice = asset.price !== 0 && settlement !== undefined;
  return {
    asset: asset.symbol,
    decimals: asset.decimals,
    settlement: asset.settlement,
    weight: ratio(asset.weightPpm),
    liability_weight: ratio(asset.liabilityWeightPpm),
    price: hasPrice ? amountText(asset.price, settlement) : null,
    interest: rateText(asset.interestE12),
    auto_convert_limit: amountText(asset.autoConvertLimit, asset),
  };
}

/** What the funding of the running interval looks like now. */
export interface FundingOutlook {
  readonly rateE12: number;
  readonly nextAtMs: number;
}

/** What is asked of the engine beside the market itself. */
export interface MarketMoment {
  /** The market's book with one level. */
  readonly top: BookView;
  /** Undefined where there is no funding. */
  readonly funding: FundingOutlook | undefined;
}

export function marketView(
  market: Market,
  { top, funding }: MarketMoment,
  catalog: Catalog,
): Wire<typeof R.market> {
  const units = catalog.marketAt(market.number);
  const { terms } = market;
  const firstRate = terms.brackets[0]?.initialPpm ?? PPM_ONE;
  return {
    market: market.symbol,
    kind: W.MARKET_KINDS[market.kind],
    status: W.MARKET_STATUSES[market.status],
    imposed: W.imposedWords(market.imposed),
    base: units.base?.symbol ?? null,
    quote: units.quote.symbol,
    tick_size: priceText(market.tickSize, units),
    lot_size: sizeText(market.lotSize, units),
    price_unit: units.priceUnit.text,
    size_unit: units.sizeUnit.text,
    last: priceOrNull(market.last, units),
    mark: priceOrNull(market.mark, units),
    index: priceOrNull(market.index, units),
    best_bid: priceOrNull(top.bids[0]?.price ?? 0, units),
    best_ask: priceOrNull(top.asks[0]?.price ?? 0, units),
    open_interest: sizeText(market.openInterest, units),
    funding_rate: funding === undefined ? null : rateText(funding.rateE12),
    next_funding_at: W.isoTimeOrNull(funding?.nextAtMs ?? 0),
    leverage_max: market.isSpot ? 1 : Math.floor(PPM_ONE / firstRate),
    ...termsView(terms, units),
  };
}

export function bookView(view: BookView, sequence: number, catalog: Catalog): Wire<typeof R.book> {
  const units = catalog.marketAt(view.market);
  const level = ({ price, size, orders }: LevelView): Wire<typeof R.book>['bids'][number] => ({
    price: priceText(price, units),
    size: sizeText(size, units),
    orders,
  });
  return {
    market: units.symbol,
    sequence,
    bids: view.bids.map(level),
    asks: view.asks.map(level),
    last: priceOrNull(view.last, units),
    mark: priceOrNull(view.mark, units),
    index: priceOrNull(view.index, units),
  };
}

/** An open order; `row` is what history remembers of it, if anything. */
export function openOrderView(
  view: OrderView,
  row: H.OrderRow | undefined,
  catalog: Catalog,
): Wire<typeof R.order> {
  const units = catalog.marketAt(view.market);
  return {
    ...orderFacts(view, units, catalog),
    status: waits(view) ? 'waiting' : 'open',
    filled: sizeText(view.filled, units),
    remaining: sizeText(view.open, units),
    average_price: averagePrice(row, units),
    created_at: W.isoTimeOrNull(row?.createdMs ?? 0),
    closed_at: null,
    closed_because: null,
  };
}

/** An order as history knows it. */
export function orderRowView(row: H.OrderRow, catalog: Catalog): Wire<typeof R.order> {
  const units = catalog.marketAt(row.market);
  const isOpen = row.closedMs === 0;
  const ended = row.why === 'filled' ? 'filled' : 'cancelled';
  return {
    ...orderFacts(row, units, catalog),
    status: isOpen ? (waits(row) ? 'waiting' : 'open') : ended,
    filled: sizeText(row.filled, units),
    remaining: sizeText(row.size - row.filled, units),
    average_price: averagePrice(row, units),
    created_at: W.isoTimeOrNull(row.createdMs),
    closed_at: W.isoTimeOrNull(row.closedMs),
    closed_because: row.why === '' ? null : row.why,
  };
}

type OrderFacts = Pick<
  H.OrderRow,
  | 'order'
  | 'clientOrderId'
  | 'account'
  | 'side'
  | 'type'
  | 'price'
  | 'size'
  | 'timeInForce'
  | 'expiresAt'
  | 'flags'
  | 'selfTrade'
  | 'triggerPrice'
  | 'triggerBy'
  | 'isTriggered'
  | 'takeProfit'
  | 'stopLoss'
>;

type OrderWire = Wire<typeof R.order>;
type OrderTail =
  | 'status'
  | 'filled'
  | 'remaining'
  | 'average_price'
  | 'created_at'
  | 'closed_at'
  | 'closed_because';

function orderFacts(
  facts: OrderFacts,
  units: MarketUnits,
  catalog: Catalog,
): Omit<OrderWire, OrderTail> {
  const { flags } = facts;
  return {
    order_id: String(facts.order),
    client_order_id: facts.clientOrderId === '' ? null : facts.clientOrderId,
    account: catalog.accountName(facts.account),
    market: units.symbol,
    side: W.sideWord(facts.side),
    type: W.ORDER_TYPES[facts.type],
    price: priceOrNull(facts.price, units),
    size: sizeText(facts.size, units),
    time_in_force: W.TIMES_IN_FORCE[facts.timeInForce],
    expires_at: W.isoTimeOrNull(facts.expiresAt),
    post_only: (flags & FLAG_POST_ONLY) !== 0,
    reduce_only: (flags & FLAG_REDUCE_ONLY) !== 0,
    attached: (flags & FLAG_ATTACHED) !== 0,
    self_trade: W.SELF_TRADE_MODES[facts.selfTrade],
    trigger_price: priceOrNull(facts.triggerPrice, units),
    trigger_by: facts.triggerPrice === 0 ? null : W.TRIGGERS_BY[facts.triggerBy],
    triggered: facts.triggerPrice === 0 ? null : facts.isTriggered,
    take_profit: priceOrNull(facts.takeProfit, units),
    stop_loss: priceOrNull(facts.stopLoss, units),
  };
}

const waits = ({ triggerPrice, isTriggered }: OrderFacts): boolean =>
  triggerPrice !== 0 && !isTriggered;

/** Σ price × size ÷ Σ size, to the price unit, half away from zero. */
function averagePrice(row: H.OrderRow | undefined, units: MarketUnits): string | null {
  if (row === undefined || row.filled === 0 || row.value < 0n) return null;
  const filled = BigInt(row.filled);
  return priceText(Number((row.value * 2n + filled) / (filled * 2n)), units);
}

export function positionView(view: LivePosition, catalog: Catalog): Wire<typeof R.position> {
  const units = catalog.marketAt(view.market);
  const quote = (value: number): string => amountText(value, units.quote);
  const order = (value: number): string | null => (value === 0 ? null : String(value));
  return {
    account: catalog.accountName(view.account),
    market: units.symbol,
    side: view.size > 0 ? 'long' : view.size < 0 ? 'short' : 'flat',
    mode: W.MARGIN_MODES[view.mode],
    leverage: view.leverage,
    size: sizeText(view.size, units),
    entry_price: priceOrNull(view.entry, units),
    mark_price: priceOrNull(view.mark, units),
    liquidation_price: priceOrNull(view.liquidationPrice ?? 0, units),
    notional: quote(view.notional),
    collateral: quote(view.collateral),
    unrealized_pnl: quote(view.unrealised),
    realized_pnl: quote(view.realised),
    funding_owed: quote(view.fundingOwed),
    initial_margin: quote(view.initial),
    maintenance_margin: quote(view.maintenance),
    status: view.alarm ?? 'open',
    open_orders: view.openOrders,
    take_profit_order: order(view.takeProfitOrder),
    stop_loss_order: order(view.stopLossOrder),
  };
}

export function accountView(
  view: AccountView,
  standing: { readonly positions: readonly LivePosition[]; readonly alarm: Alarm | undefined },
  sequence: number,
  catalog: Catalog,
): Wire<typeof R.account> {
  const { positions, alarm } = standing;
  const settlement = catalog.settlement();
  const money = (value: number): string | null =>
    settlement === undefined ? null : amountText(value, settlement);
  const free = view.equity - view.initial;
  return {
    account: view.name,
    owner: view.owner,
    balances: view.balances.map(({ asset, free: available, held }) => {
      const units = catalog.assetAt(asset);
      return {
        asset: units.symbol,
        total: sumText(available + held, units),
        reserved: sumText(held, units),
        available: sumText(available, units),
      };
    }),
    total_value: settlement === undefined ? null : totalValue(view, positions, catalog),
    equity: money(view.equity),
    used_margin: money(view.initial),
    available_margin: money(free > 0 ? free : 0),
    maintenance_margin: money(view.maintenance),
    withdrawable: money(view.withdrawable),
    health: formatDecimal(view.health, 2),
    status: alarm ?? 'active',
    dead_man_at: W.isoTimeOrNull(view.deadManAt),
    sequence,
  };
}

/** Balances at the assets' prices, with what positions hold, have gained and owe, floored. */
function totalValue(
  view: AccountView,
  positions: readonly LivePosition[],
  catalog: Catalog,
): string {
  let total = 0n;
  const assets = catalog.source.assets();
  for (const { asset, free, held } of view.balances) {
    const { settlement, price, decimals } = assets[asset];
    const balance = free + held;
    total += settlement ? balance : (balance * BigInt(price)) / 10n ** BigInt(decimals);
  }
  for (const { collateral, unrealised, fundingOwed } of positions)
    total += BigInt(collateral + unrealised - fundingOwed);
  const settlement = catalog.settlement();
  return settlement === undefined ? '0' : sumText(total, settlement);
}

export function tradeView(row: H.TradeRow, catalog: Catalog): Wire<typeof R.trade> {
  const units = catalog.marketAt(row.market);
  return {
    id: rowId(row),
    market: units.symbol,
    price: priceText(row.price, units),
    size: sizeText(row.size, units),
    taker_side: W.sideWord(row.takerSide),
    liquidation: row.isLiquidation,
    traded_at: W.isoTime(row.timeMs),
  };
}

export function fillView(row: H.FillRow, catalog: Catalog): Wire<typeof R.fill> {
  const units = catalog.marketAt(row.market);
  return {
    id: rowId(row),
    order_id: row.order === 0 ? null : String(row.order),
    market: units.symbol,
    side: W.sideWord(row.side),
    role: row.isMaker ? 'maker' : 'taker',
    price: priceText(row.price, units),
    size: sizeText(row.size, units),
    fee: amountText(row.fee, units.quote),
    fee_asset: units.quote.symbol,
    filled_at: W.isoTime(row.timeMs),
  };
}

export function candleView(row: H.CandleRow, units: MarketUnits): Wire<typeof R.candle> {
  return {
    opened_at: W.isoTime(row.openMs),
    open: priceText(row.open, units),
    high: priceText(row.high, units),
    low: priceText(row.low, units),
    close: priceText(row.close, units),
    volume: sizeText(row.volume, units),
    trades: row.trades,
  };
}

const TRANSFER_KINDS = ['deposit', 'withdrawal', 'transfer', 'adjustment'] as const;

export function transferView(row: H.TransferRow, catalog: Catalog): Wire<typeof R.transfer> {
  const units = catalog.assetAt(row.asset);
  const kind = TRANSFER_KINDS.find((word) => word === BALANCE_WHYS[row.why]) ?? 'adjustment';
  return {
    id: rowId(row),
    account: catalog.accountName(row.account),
    asset: units.symbol,
    kind,
    change: amountText(row.change, units),
    balance: amountText(row.free, units),
    made_at: W.isoTime(row.timeMs),
  };
}
