// What a query answers, as plain values for JSON: numbers of the engine's views as decimals and
// names. Absent is null and never zero.

import { MODE_CROSS } from '../../engine/command.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Asset } from '../../engine/state/assets.ts';
import type { Market } from '../../engine/state/market.ts';
import { FLAG_ATTACHED, FLAG_POST_ONLY, FLAG_REDUCE_ONLY } from '../../engine/event.ts';
import type {
  AccountView,
  BookView,
  ConservationView,
  LevelView,
  LimitsView,
  OrderView,
} from '../../engine/view.ts';
import { health } from '../../margin/health.ts';
import { formatDecimal, formatInUnit } from '../../units/decimal.ts';
import type { Plain } from './codecs.ts';
import { alarmOf, type LivePosition } from '../../contract/live-risk.ts';
import { rateText } from '../../contract/market-terms.ts';
import {
  imposedWords,
  MARGIN_MODES,
  MARKET_KINDS,
  ORDER_TYPES,
  SELF_TRADE_MODES,
  MARKET_STATUSES,
  TIMES_IN_FORCE,
  TRIGGERS_BY,
} from '../../contract/words.ts';
import type { AssetUnits, MarketUnits, Names } from './names.ts';
import { formatSum } from './sums.ts';

type Members = Record<string, Plain>;

/** Turns views into answers with the names and units of one engine. */
export class Views {
  private readonly names: Names;

  constructor(names: Names) {
    this.names = names;
  }

  book(view: BookView, market: MarketUnits): Members {
    return {
      market: market.symbol,
      bids: view.bids.map((level) => this.level(level, market)),
      asks: view.asks.map((level) => this.level(level, market)),
      last: price(view.last, market),
      mark: price(view.mark, market),
      index: price(view.index, market),
    };
  }

  order(view: OrderView): Members {
    const market = this.market(view.market);
    const hold = market.base >= 0 && view.side < 0 ? this.asset(market.base) : market.quote;
    return {
      order: String(view.order),
      client_order_id: view.clientOrderId === '' ? null : view.clientOrderId,
      account: this.names.account(view.account),
      market: market.symbol,
      side: side(view.side),
      type: ORDER_TYPES[view.type],
      price: price(view.price, market),
      size: size(view.size, market),
      open: size(view.open, market),
      filled: size(view.filled, market),
      time_in_force: TIMES_IN_FORCE[view.timeInForce],
      expires_at: view.expiresAt === 0 ? null : view.expiresAt,
      post_only: (view.flags & FLAG_POST_ONLY) !== 0,
      reduce_only: (view.flags & FLAG_REDUCE_ONLY) !== 0,
      attached: (view.flags & FLAG_ATTACHED) !== 0,
      self_trade: SELF_TRADE_MODES[view.selfTrade],
      trigger_price: price(view.triggerPrice, market),
      trigger_by: view.triggerPrice === 0 ? null : TRIGGERS_BY[view.triggerBy],
      triggered: view.triggerPrice === 0 ? null : view.isTriggered,
      take_profit: price(view.takeProfit, market),
      stop_loss: price(view.stopLoss, market),
      hold: formatDecimal(view.hold, hold.decimals),
    };
  }

  position(view: LivePosition): Members {
    const market = this.market(view.market);
    const quote = (value: number): string => formatDecimal(value, market.quote.decimals);
    return {
      account: this.names.account(view.account),
      market: market.symbol,
      mode: MARGIN_MODES[view.mode],
      leverage: view.leverage,
      size: size(view.size, market),
      cost: quote(view.cost),
      collateral: quote(view.collateral),
      entry_price: price(view.entry, market),
      mark: price(view.mark, market),
      notional: quote(view.notional),
      unrealised: quote(view.unrealised),
      realised: quote(view.realised),
      funding_owed: quote(view.fundingOwed),
      initial: quote(view.initial),
      maintenance: quote(view.maintenance),
      liquidation_price: price(view.liquidationPrice ?? 0, market),
      margin_ratio: view.size === 0 ? null : formatDecimal(marginRatio(view, this.names.engine), 2),
      status: view.alarm ?? 'open',
      open_orders: view.openOrders,
      take_profit_order: order(view.takeProfitOrder),
      stop_loss_order: order(view.stopLossOrder),
    };
  }

  account(view: AccountView): Members {
    const settlement = this.names.settlement();
    const amount = (value: number): string | null =>
      settlement === undefined ? null : formatDecimal(value, settlement.decimals);
    return {
      account: view.name,
      owner: view.owner,
      balances: view.balances.map(({ asset, free, held }) => {
        const units = this.asset(asset);
        return { asset: units.symbol, free: big(free, units), held: big(held, units) };
      }),
      equity: amount(view.equity),
      initial: amount(view.initial),
      maintenance: amount(view.maintenance),
      withdrawable: amount(view.withdrawable),
      margin_ratio: formatDecimal(view.health, 2),
      status: alarmOf(this.names.engine, view.account) ?? 'active',
      dead_man_at: view.deadManAt === 0 ? null : view.deadManAt,
    };
  }

  limits(view: LimitsView, market: MarketUnits): Members {
    const quote = (value: number): string => formatDecimal(value, market.quote.decimals);
    return {
      market: market.symbol,
      buy_max: size(view.buyMax, market),
      sell_max: size(view.sellMax, market),
      withdraw_max: quote(view.withdrawMax),
      collateral_add_max: quote(view.collateralAddMax),
      collateral_remove_max: quote(view.collateralRemoveMax),
      leverage_max: view.leverageMax,
    };
  }

  conservation(view: ConservationView): Members {
    const units = this.asset(view.asset);
    return {
      asset: units.symbol,
      deposited: big(view.deposited, units),
      withdrawn: big(view.withdrawn, units),
      free: big(view.free, units),
      held: big(view.held, units),
      collateral: big(view.collateral, units),
      cost: big(view.cost, units),
      fees: big(view.fees, units),
      rounding: big(view.rounding, units),
      interest: big(view.interest, units),
      difference: big(view.difference, units),
    };
  }

  assetRow(asset: Asset): Members {
    const settlement = this.names.settlement();
    return {
      asset: asset.symbol,
      decimals: asset.decimals,
      settlement: asset.settlement,
      weight: formatDecimal(asset.weightPpm, 6),
      liability_weight: formatDecimal(asset.liabilityWeightPpm, 6),
      price:
        asset.price === 0 || settlement === undefined
          ? null
          : formatDecimal(asset.price, settlement.decimals),
      interest: rateText(asset.interestE12),
      auto_convert_limit: formatDecimal(asset.autoConvertLimit, asset.decimals),
    };
  }

  marketRow(number: number, market: Market): Members {
    const units = this.market(number);
    return {
      market: market.symbol,
      kind: MARKET_KINDS[market.kind],
      status: MARKET_STATUSES[market.status],
      imposed: imposedWords(market.imposed),
      base: market.base < 0 ? null : this.asset(market.base).symbol,
      quote: units.quote.symbol,
      price_unit: market.priceUnit,
      size_unit: market.sizeUnit,
      tick_size: formatInUnit(market.tickSize, units.priceUnit),
      lot_size: formatInUnit(market.lotSize, units.sizeUnit),
      mark: price(market.mark, units),
      index: price(market.index, units),
      last: price(market.last, units),
      open_interest: size(market.openInterest, units),
    };
  }

  private level(level: LevelView, market: MarketUnits): Members {
    const members: Members = {
      price: formatInUnit(level.price, market.priceUnit),
      size: size(level.size, market),
      orders: level.orders,
    };
    if (level.queue === undefined) return members;
    const queue = level.queue.map((entry) => ({
      order: String(entry.order),
      account: this.names.account(entry.account),
      open: size(entry.open, market),
    }));
    return { ...members, queue };
  }

  private market(number: number): MarketUnits {
    const market = this.names.market(number);
    if (market === undefined) throw new Error(`Invariant: a view names market ${number}`);
    return market;
  }

  private asset(number: number): AssetUnits {
    const asset = this.names.asset(number);
    if (asset === undefined) throw new Error(`Invariant: a view names asset ${number}`);
    return asset;
  }
}

/**
 * Health of a position's scope in 0.01 %: its own pool where it is isolated, else the account's.
 */
export function marginRatio(view: LivePosition, engine: Engine): number {
  if (view.mode === MODE_CROSS) return engine.account(view.account).health;
  return health(view.collateral + view.unrealised - view.fundingOwed, view.maintenance);
}

const side = (value: number): string => (value === 1 ? 'buy' : 'sell');

const order = (value: number): string | null => (value === 0 ? null : String(value));

const size = (value: number, market: MarketUnits): string => formatInUnit(value, market.sizeUnit);

function price(value: number, market: MarketUnits): string | null {
  return value === 0 ? null : formatInUnit(value, market.priceUnit);
}

const big = (value: bigint, { decimals }: AssetUnits): string => formatSum(value, decimals);
