// Orders as a fold over events: what an order was when it was accepted, what was filled, how it
// ended. It follows the engine's events and decides nothing.

import {
  CANCEL_WHYS,
  FLAG_CLIENT_ID,
  ORDER_ACCEPTED,
  ORDER_AMENDED,
  ORDER_CANCELLED,
  ORDER_FILLED,
  ORDER_TRIGGERED,
} from '../engine/event.ts';
import type { RawEvent } from './events.ts';
import type { OrderRow, RowKey } from './history-rows.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** When the events of one command happened. */
export interface Moment {
  readonly sequence: number;
  readonly timeMs: number;
  /** Of the order that the command places. */
  readonly clientOrderId: string;
}

/** Orders from their first event on; those that ended are handed out and forgotten. */
export class OrderFold {
  readonly open = new Map<number, OrderRow>();
  private readonly onEnded: (row: OrderRow) => void;

  constructor(onEnded: (row: OrderRow) => void) {
    this.onEnded = onEnded;
  }

  /** Takes in an order that was open before the first event that is seen. */
  adopt(row: OrderRow): void {
    if (!this.open.has(row.order)) this.open.set(row.order, row);
  }

  apply(event: RawEvent, moment: Moment): void {
    const { kind, index } = event;
    if (kind > ORDER_TRIGGERED) return; // of positions, balances and settings
    const key = { sequence: moment.sequence, index };
    if (kind === ORDER_ACCEPTED) this.accept(event, key, moment);
    else if (kind === ORDER_FILLED) this.fill(event, key, moment);
    else if (kind === ORDER_AMENDED) this.amend(event, key, moment);
    else if (kind === ORDER_TRIGGERED) this.trigger(event);
    else if (kind === ORDER_CANCELLED) {
      this.end(event.get('order'), key, moment, CANCEL_WHYS[event.get('why')] ?? 'requested');
    }
  }

  private accept(event: RawEvent, key: RowKey, { timeMs, clientOrderId }: Moment): void {
    const flags = event.get('flags');
    const row: OrderRow = {
      sequence: key.sequence,
      index: key.index,
      timeMs,
      order: event.get('order'),
      clientOrderId: (flags & FLAG_CLIENT_ID) === 0 ? '' : clientOrderId,
      account: event.get('account'),
      market: event.get('market'),
      side: event.get('side'),
      type: event.get('type'),
      price: event.get('price'),
      size: event.get('size'),
      filled: 0,
      value: 0n,
      timeInForce: event.get('time_in_force'),
      expiresAt: event.get('expires_at'),
      flags,
      selfTrade: event.get('self_trade'),
      triggerPrice: event.get('trigger_price'),
      triggerBy: event.get('trigger_by'),
      takeProfit: event.get('take_profit'),
      stopLoss: event.get('stop_loss'),
      isTriggered: false,
      createdMs: timeMs,
      closedMs: 0,
      why: '',
    };
    this.open.set(row.order, row);
  }

  private fill(event: RawEvent, key: RowKey, moment: Moment): void {
    const price = event.get('price');
    const size = event.get('size');
    for (const order of [event.get('maker_order'), event.get('taker_order')]) {
      const row = this.row(order);
      if (row === undefined) continue;
      row.filled += size;
      if (row.value >= 0n) row.value += BigInt(price) * BigInt(size);
      if (row.filled >= row.size) this.end(order, key, moment, 'filled');
    }
  }

  private amend(event: RawEvent, key: RowKey, moment: Moment): void {
    const row = this.row(event.get('order'));
    if (row === undefined) return;
    row.price = event.get('price');
    row.size = event.get('size');
    if (row.filled >= row.size) this.end(row.order, key, moment, 'amended_to_filled');
  }

  private trigger(event: RawEvent): void {
    const row = this.row(event.get('order'));
    if (row === undefined) return;
    row.isTriggered = true;
    const size = event.get('size');
    if (size > 0) row.size = row.filled + size;
  }

  private end(order: number, key: RowKey, { timeMs }: Moment, why: string): void {
    const row = this.row(order);
    if (row === undefined) return;
    this.open.delete(order);
    Object.assign(row, key, { timeMs, closedMs: timeMs, why });
    this.onEnded(row);
  }

  private row(order: number): Mutable<OrderRow> | undefined {
    return this.open.get(order);
  }
}
