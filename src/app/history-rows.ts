// From the rows of the SQL history to those of the contract, and from ids to keys and back. An id
// is the place of an event in the journal; so is a key, in two numbers.

import type * as H from '../contract/history-rows.ts';
import { CANCEL_WHYS } from '../engine/event.ts';
import { sequenceOf } from '../projections/record.ts';
import * as S from '../projections/sql/tables.ts';

/** Places that an id can say of: two for every event. */
const PLACES = 2n ** 25n;
const ID_MAX = 2n ** 63n - 1n;

/** Rows of which one event makes one, and those of which it may make two. */
export type PlacesPerEvent = 1 | 2;

export function keyOf(id: bigint, places: PlacesPerEvent): H.RowKey {
  const place = Number(id % PLACES);
  return { sequence: sequenceOf(id), index: places === 2 ? place : Math.floor(place / 2) };
}

/**
 * The id that a key stands for. Keys come from callers: one that cannot be is the last that can.
 */
export function idOfKey({ sequence, index }: H.RowKey, places: PlacesPerEvent): bigint {
  const place = BigInt(index) * (places === 2 ? 1n : 2n);
  const id = BigInt(sequence) * PLACES + (place < PLACES ? place : PLACES - 1n);
  return id < ID_MAX ? id : ID_MAX;
}

export function tradeRow(row: S.TradeRow): H.TradeRow {
  return {
    ...keyOf(row.id, 1),
    timeMs: row.time,
    market: row.market,
    price: Number(row.price),
    size: Number(row.size),
    takerSide: row.taker_side,
    isLiquidation: row.taker_order === 0,
  };
}

export function fillRow(row: S.FillRow): H.FillRow {
  return {
    ...keyOf(row.id, 2),
    timeMs: row.time,
    account: row.account,
    market: row.market,
    order: row.order_id,
    isMaker: row.liquidity === S.LIQUIDITY_MAKER,
    side: row.side,
    price: Number(row.price),
    size: Number(row.size),
    fee: Number(row.fee),
  };
}

export function transferRow(row: S.BalanceChangeRow): H.TransferRow {
  return {
    ...keyOf(row.id, 1),
    timeMs: row.time,
    account: row.account,
    asset: row.asset,
    why: row.why,
    change: Number(row.change),
    free: Number(row.free),
  };
}

export function candleRow(row: S.CandleRow): H.CandleRow {
  return {
    openMs: row.start,
    open: Number(row.open),
    high: Number(row.high),
    low: Number(row.low),
    close: Number(row.close),
    volume: Number(row.size),
    trades: row.trades,
  };
}

/** `multiplier` is that of the order's market: the value of the contract is in prices and sizes. */
export function orderRow(row: S.OrderRow, multiplier: bigint): H.OrderRow {
  return {
    ...keyOf(row.closed_id ?? row.updated_id, 2),
    timeMs: row.updated_at,
    order: row.order_id,
    clientOrderId: row.client_order_id,
    account: row.account,
    market: row.market,
    side: row.side,
    type: row.type,
    price: Number(row.price),
    size: Number(row.size),
    filled: Number(row.filled),
    value: row.filled_value === null ? -1n : row.filled_value / multiplier,
    timeInForce: row.time_in_force,
    expiresAt: row.expires_at,
    flags: row.flags,
    selfTrade: row.self_trade,
    triggerPrice: Number(row.trigger_price),
    triggerBy: row.trigger_by,
    takeProfit: Number(row.take_profit),
    stopLoss: Number(row.stop_loss),
    isTriggered: row.triggered_at !== null || row.status === S.STATUS_OPEN,
    createdMs: row.placed_at ?? 0,
    closedMs: row.closed_at ?? 0,
    why: endOf(row),
  };
}

function endOf({ status, why }: S.OrderRow): string {
  if (status === S.STATUS_FILLED || status === S.STATUS_LOST) return S.ORDER_STATUSES[status];
  return status === S.STATUS_CANCELLED ? (CANCEL_WHYS[why ?? 0] ?? 'requested') : '';
}
