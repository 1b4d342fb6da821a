// From events to rows: one walk over the events of a batch. It asks nobody: the orders that the
// batch speaks of and the markets' multipliers are given to it, so the same records always come to
// the same rows, live or in a rebuild.

import {
  ACCOUNT_CREATED,
  ASSET_CREATED,
  BALANCE_CHANGED,
  BALANCE_COLLATERAL,
  BALANCE_HOLD,
  BALANCE_LIQUIDATION,
  BALANCE_SETTLEMENT,
  BALANCE_TRADE,
  BY_FUND,
  EVENT_WIDTHS,
  FEES_CHANGED,
  LEVERAGE_CHANGED,
  LIQUIDATED,
  MARKET_CHANGED,
  MARKET_CREATED,
  MARK_CHANGED,
  ORDER_ACCEPTED,
  ORDER_AMENDED,
  ORDER_CANCELLED,
  ORDER_FILLED,
  ORDER_TRIGGERED,
  POSITION_CHANGED,
} from '../../engine/event.ts';
import { assert } from '../../units/assert.ts';
import { type HistoryRecord, idOf, sequenceOf } from '../record.ts';
import {
  type ActivityRow,
  type FillRow,
  LIQUIDITY_MAKER,
  LIQUIDITY_TAKER,
  type OrderRow,
} from '../sql/tables.ts';
import { CandleBuilder } from './candles.ts';
import { accountRow, assetRow, marketRow } from './facts.ts';
import {
  acceptedOrder,
  amendOrder,
  cancelOrder,
  fillOrder,
  type Moment,
  settle,
  triggerOrder,
} from './orders.ts';
import { Realised, type PositionStep } from './realised.ts';
import { foldRisk } from './risk.ts';
import { NO_ACTIVITY, Rows } from './rows.ts';

/** What the fold must know of a market. */
export interface MarketUnits {
  readonly multiplier: number;
  readonly quote: number;
  readonly isSpot: boolean;
}

export interface FoldContext {
  readonly markets: ReadonlyMap<number, MarketUnits>;
  /** Rows of the orders that `referencedOrders` named; they are changed in place. */
  readonly orders: ReadonlyMap<number, OrderRow>;
  /** Start of the last minute that has a row; −1 = none. */
  readonly minute: number;
}

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** Orders that the records speak of and that were placed before them. */
export function referencedOrders(records: readonly HistoryRecord[]): number[] {
  const placed = new Set<number>();
  const named = new Set<number>();
  const name = (order: number): void => {
    if (order !== 0 && !placed.has(order)) named.add(order);
  };
  for (const { events } of records) {
    for (let at = 0; at < events.length; at += EVENT_WIDTHS[events[at]]) {
      switch (events[at]) {
        case ORDER_ACCEPTED:
          placed.add(events[at + 1]);
          break;
        case ORDER_FILLED:
          name(events[at + 1]);
          name(events[at + 2]);
          break;
        case ORDER_AMENDED:
        case ORDER_CANCELLED:
        case ORDER_TRIGGERED:
          name(events[at + 1]);
          break;
        default:
      }
    }
  }
  return [...named];
}

/** The rows that a batch of records comes to. */
export function fold(records: readonly HistoryRecord[], context: FoldContext): Rows {
  const folder = new Fold(context);
  for (const record of records) folder.add(record);
  return folder.rows;
}

class Fold {
  readonly rows = new Rows();
  private readonly context: FoldContext;
  private readonly candles = new CandleBuilder(this.rows.candles);
  private readonly realised = new Realised();
  private readonly taken = new Set<number>();
  private minute: number;
  private time = 0;
  private sequence = 0;
  private place = 0;
  private clientOrderId = '';

  constructor(context: FoldContext) {
    this.context = context;
    this.minute = context.minute;
  }

  add(record: HistoryRecord): void {
    const { events, sequence, time } = record;
    this.sequence = sequence;
    this.time = time;
    this.clientOrderId = record.clientOrderId;
    this.place = 0;
    this.noteMinute();
    let fact = 0;
    for (let at = 0; at < events.length; at += EVENT_WIDTHS[events[at]]) {
      const kind = events[at];
      assert(EVENT_WIDTHS[kind] > 0, 'the history knows every kind of event');
      if (kind === ASSET_CREATED || kind === MARKET_CREATED || kind === ACCOUNT_CREATED) {
        this.create(record, fact);
        fact += 1;
      } else this.take(kind, events, at + 1);
      this.place += 1;
    }
    this.realised.end();
    this.taken.clear();
  }

  private noteMinute(): void {
    const start = Math.floor(this.time / MINUTE_MS) * MINUTE_MS;
    if (start <= this.minute) return;
    this.minute = start;
    this.rows.minutes.push({ start, id: idOf(this.sequence, 0) });
  }

  private create(record: HistoryRecord, which: number): void {
    const fact = record.facts[which];
    assert(fact !== undefined, 'a created thing has its fact');
    if (fact.kind === 'asset') this.rows.assets.push(assetRow(fact, this.time));
    else if (fact.kind === 'market') this.rows.markets.push(marketRow(fact, this.time));
    else this.rows.accounts.push(accountRow(fact, this.time));
  }

  private take(kind: number, data: Float64Array, at: number): void {
    switch (kind) {
      case ORDER_ACCEPTED:
        return this.accepted(data, at);
      case ORDER_FILLED:
        return this.filled(data, at);
      case ORDER_AMENDED:
        return this.amended(data, at);
      case ORDER_CANCELLED:
        return this.cancelled(data, at);
      case ORDER_TRIGGERED:
        return this.triggered(data, at);
      case POSITION_CHANGED:
        return this.positionChanged(data, at);
      case BALANCE_CHANGED:
        return this.balanceChanged(data, at);
      case FEES_CHANGED:
        return this.feesChanged(data[at], data[at + 1]);
      case MARK_CHANGED:
        return this.markChanged(data, at);
      case MARKET_CHANGED:
        this.rows.statuses.set(data[at], data[at + 1]);
        return;
      case LEVERAGE_CHANGED:
        return this.leverageChanged(data, at);
      case LIQUIDATED:
        this.noteTaken(data, at);
        return foldRisk(this.rows, kind, data, at, this.moment(), this.quoteOf);
      default: // holds, deadlines, pairs and asset prices are state, not history
        return foldRisk(this.rows, kind, data, at, this.moment(), this.quoteOf);
    }
  }

  private accepted(data: Float64Array, at: number): void {
    const row = acceptedOrder(data, at, this.clientOrderId, this.moment());
    this.rows.orders.set(row.order_id, row);
  }

  private filled(data: Float64Array, at: number): void {
    const market = data[at + 4];
    const takerSide = data[at + 5];
    const { multiplier, isSpot } = this.units(market);
    const [price, size] = [data[at + 6], data[at + 7]];
    const value = BigInt(price) * BigInt(size) * BigInt(multiplier);
    const { time } = this;
    const common = { market, time, price: BigInt(price), size: BigInt(size), value };
    const [makerOrder, takerOrder] = [data[at], data[at + 1]];
    const id = idOf(this.sequence, this.place);
    this.rows.trades.push({
      ...common,
      id,
      taker_side: takerSide,
      maker_order: makerOrder,
      taker_order: takerOrder,
    });
    // A liquidation's order has no number; it moves neither last price nor candles.
    if (takerOrder !== 0) this.candles.add(common);
    const realised = isSpot ? null : 0n;
    const maker: FillRow = {
      ...common,
      id,
      account: data[at + 2],
      order_id: makerOrder,
      side: -takerSide,
      liquidity: LIQUIDITY_MAKER,
      fee: BigInt(data[at + 8]),
      realised,
    };
    const taker: FillRow = {
      ...common,
      id: idOf(this.sequence, this.place, 1),
      account: data[at + 3],
      order_id: takerOrder,
      side: takerSide,
      liquidity: LIQUIDITY_TAKER,
      fee: BigInt(data[at + 9]),
      realised,
    };
    const makerRow = this.order(makerOrder);
    settle(makerRow, data[at + 10], this.moment());
    fillOrder(makerRow, maker, this.moment());
    const takerMoment = { id: taker.id, time };
    if (takerOrder !== 0) fillOrder(this.order(takerOrder), taker, takerMoment);
    this.rows.fills.push(maker, taker);
    if (isSpot) return;
    this.realised.add(maker, -takerSide * size, price);
    this.realised.add(taker, takerSide * size, price);
  }

  private amended(data: Float64Array, at: number): void {
    amendOrder(this.order(data[at]), data, at, this.moment());
    this.note(ORDER_AMENDED, data, at, {
      price: BigInt(data[at + 3]),
      size: BigInt(data[at + 4]),
    });
  }

  private cancelled(data: Float64Array, at: number): void {
    const [why, refusal] = [data[at + 3], data[at + 5]];
    cancelOrder(this.order(data[at]), why, refusal, this.moment());
    this.note(ORDER_CANCELLED, data, at, {
      size: BigInt(data[at + 4]),
      why,
      refusal: refusal === 0 ? null : refusal,
    });
  }

  private triggered(data: Float64Array, at: number): void {
    triggerOrder(this.order(data[at]), data, at, this.moment());
    this.note(ORDER_TRIGGERED, data, at, {
      price: BigInt(data[at + 4]),
      size: BigInt(data[at + 9]),
    });
  }

  private positionChanged(data: Float64Array, at: number): void {
    const [account, market] = [data[at], data[at + 1]];
    const step = {
      account,
      sizeBefore: data[at + 2],
      costBefore: data[at + 3],
      size: data[at + 5],
      cost: data[at + 6],
      realised: data[at + 8],
    };
    const traded = this.realised.settle(step, this.units(market).multiplier);
    this.rows.positionChanges.push({
      ...this.moment(),
      account,
      market,
      why: traded ? BALANCE_TRADE : this.whyWithoutFill(step),
      size_before: BigInt(data[at + 2]),
      cost_before: BigInt(data[at + 3]),
      collateral_before: BigInt(data[at + 4]),
      size: BigInt(data[at + 5]),
      cost: BigInt(data[at + 6]),
      collateral: BigInt(data[at + 7]),
      realised: BigInt(data[at + 8]),
    });
  }

  /** Without a fill a size changes only by a liquidation or by the settlement of the market. */
  private whyWithoutFill({ account, sizeBefore, size }: PositionStep): number {
    if (sizeBefore === size) return BALANCE_COLLATERAL;
    return this.taken.delete(account) ? BALANCE_LIQUIDATION : BALANCE_SETTLEMENT;
  }

  /** The two sides of a receipt of no order: their positions change right behind it. */
  private noteTaken(data: Float64Array, at: number): void {
    this.taken.clear();
    if (data[at + 3] < BY_FUND || data[at + 6] === 0) return; // fills, or nothing was closed
    this.taken.add(data[at + 1]).add(data[at + 4]);
  }

  private balanceChanged(data: Float64Array, at: number): void {
    const [account, asset, why] = [data[at], data[at + 1], data[at + 2]];
    const { id, time } = this.moment();
    const [free, held] = [BigInt(data[at + 5]), BigInt(data[at + 6])];
    this.rows.setBalance({ account, asset, free, held, updated_id: id });
    if (why === BALANCE_HOLD) return; // money put aside, or given back, has not moved
    const [change, held_change] = [BigInt(data[at + 3]), BigInt(data[at + 4])];
    this.rows.balanceChanges.push({
      id,
      account,
      asset,
      why,
      time,
      change,
      held_change,
      free,
      held,
    });
  }

  private feesChanged(asset: number, change: number): void {
    const { fees } = this.rows;
    fees.set(asset, (fees.get(asset) ?? 0n) + BigInt(change));
  }

  private markChanged(data: Float64Array, at: number): void {
    const market = data[at];
    const start = Math.floor(this.time / SECOND_MS) * SECOND_MS;
    const [index_price, mark_price] = [BigInt(data[at + 1]), BigInt(data[at + 2])];
    this.rows.marks.set(`${market} ${start}`, { market, start, index_price, mark_price });
  }

  private leverageChanged(data: Float64Array, at: number): void {
    const [account, market, leverage, mode] = [data[at], data[at + 1], data[at + 2], data[at + 3]];
    this.rows.activity.push({
      ...NO_ACTIVITY,
      ...this.moment(),
      account,
      market,
      kind: LEVERAGE_CHANGED,
      leverage,
      mode,
    });
  }

  /** An event of an order, whose first fields are order, account and market. */
  private note(kind: number, data: Float64Array, at: number, more: Partial<ActivityRow>): void {
    const [order_id, account, market] = [data[at], data[at + 1], data[at + 2]];
    this.rows.activity.push({
      ...NO_ACTIVITY,
      ...this.moment(),
      account,
      market,
      kind,
      order_id,
      ...more,
    });
  }

  private order(number: number): OrderRow {
    const row = this.rows.orders.get(number) ?? this.context.orders.get(number);
    assert(row !== undefined, 'an event speaks of an order that the history does not know');
    const ended = row.closed_id !== null && sequenceOf(row.closed_id) < this.sequence;
    assert(!ended, 'an event speaks of an order that has ended');
    this.rows.orders.set(number, row);
    return row;
  }

  private readonly quoteOf = (market: number): number => this.units(market).quote;

  private units(market: number): MarketUnits {
    const units = this.context.markets.get(market);
    assert(units !== undefined, 'an event speaks of a market that the history does not know');
    return units;
  }

  private moment(): Moment {
    return { id: idOf(this.sequence, this.place), time: this.time };
  }
}
