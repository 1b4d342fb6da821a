// What events do to the rows of orders. The figures of an event are absolute, so a row follows from
// the last event about it; only what it has filled so far is a sum.

import { ORDER_STOP_MARKET } from '../../engine/command.ts';
import { FLAG_CLIENT_ID } from '../../engine/event.ts';
import {
  type OrderRow,
  STATUS_CANCELLED,
  STATUS_FILLED,
  STATUS_OPEN,
  STATUS_WAITING,
} from '../sql/tables.ts';

/** Where an event stands: its id and its time. */
export interface Moment {
  readonly id: bigint;
  readonly time: number;
}

/** `at` is the offset of the event's first field. */
export function acceptedOrder(
  data: Float64Array,
  at: number,
  clientOrderId: string,
  { id, time }: Moment,
): OrderRow {
  const type = data[at + 4];
  const flags = data[at + 9];
  const waits = type >= ORDER_STOP_MARKET;
  const resting = data[at + 15];
  const row: OrderRow = {
    order_id: data[at],
    account: data[at + 1],
    market: data[at + 2],
    side: data[at + 3],
    type,
    price: BigInt(data[at + 5]),
    size: BigInt(data[at + 6]),
    time_in_force: data[at + 7],
    expires_at: data[at + 8],
    flags,
    self_trade: data[at + 10],
    trigger_price: BigInt(data[at + 11]),
    trigger_by: data[at + 12],
    take_profit: BigInt(data[at + 13]),
    stop_loss: BigInt(data[at + 14]),
    client_order_id: (flags & FLAG_CLIENT_ID) === 0 ? '' : clientOrderId,
    status: STATUS_WAITING,
    open: BigInt(data[at + 6]),
    filled: 0n,
    filled_value: 0n,
    fees: 0n,
    why: null,
    refusal: null,
    placed_id: id,
    updated_id: id,
    closed_id: null,
    placed_at: time,
    updated_at: time,
    triggered_at: null,
    closed_at: null,
  };
  if (!waits) settle(row, resting, { id, time });
  return row;
}

export function fillOrder(
  row: OrderRow,
  fill: { readonly size: bigint; readonly value: bigint; readonly fee: bigint },
  moment: Moment,
): void {
  row.filled += fill.size;
  if (row.filled_value !== null) row.filled_value += fill.value;
  if (row.fees !== null) row.fees += fill.fee;
  touch(row, moment);
  if (row.status === STATUS_FILLED) close(row, moment);
}

export function amendOrder(row: OrderRow, data: Float64Array, at: number, moment: Moment): void {
  row.price = BigInt(data[at + 3]);
  row.size = BigInt(data[at + 4]);
  settle(row, data[at + 5], moment);
}

export function triggerOrder(row: OrderRow, data: Float64Array, at: number, moment: Moment): void {
  row.size = BigInt(data[at + 9]);
  row.triggered_at = moment.time;
  settle(row, data[at + 5], moment);
}

export function cancelOrder(row: OrderRow, why: number, refusal: number, moment: Moment): void {
  row.status = STATUS_CANCELLED;
  row.open = 0n;
  row.why = why;
  row.refusal = refusal === 0 ? null : refusal;
  touch(row, moment);
  close(row, moment);
}

/**
 * What is open from here on. Nothing open is filled, until a cancellation of the same step says
 * otherwise.
 */
export function settle(row: OrderRow, open: number, moment: Moment): void {
  row.open = BigInt(open);
  row.status = open === 0 ? STATUS_FILLED : STATUS_OPEN;
  touch(row, moment);
  if (open === 0) close(row, moment);
}

function touch(row: OrderRow, { id, time }: Moment): void {
  row.updated_id = id;
  row.updated_at = time;
}

function close(row: OrderRow, { id, time }: Moment): void {
  row.closed_id = id;
  row.closed_at = time;
}
