// What a command did to an order, told from its own events: the order as it stood right after, and
// the fills that it made. A repeat has no events; then the order is looked up as it stands now.

import { eventKinds, readEventsOf, type RawEvent } from '../contract/events.ts';
import { fillRowOf } from '../contract/fill-rows.ts';
import type { FillRow, OrderRow } from '../contract/history-rows.ts';
import type { Answer } from '../contract/operation.ts';
import type { placeOrder } from '../contract/operations/place-order.ts';
import { OrderFold } from '../contract/order-fold.ts';
import { fillView, openOrderView, orderRowView } from '../contract/views.ts';
import type { Result } from '../runtime/engine-machine.ts';
import type { Exchange } from './exchange.ts';
import type { Receipt } from './submit.ts';

type OrderOutcome = Omit<Answer<typeof placeOrder.shapes>, keyof Receipt>;

const OF_ORDERS = eventKinds(
  'order_accepted',
  'order_filled',
  'order_amended',
  'order_triggered',
  'order_cancelled',
);
const OF_FILLS = eventKinds('order_filled');
const OF_ENDS = eventKinds('order_cancelled');
const OF_ORDER = ['maker_order', 'taker_order'] as const;

/** The order `number` of `account` after the command that gave `result`. */
export function afterwards(
  result: Result,
  { account, number }: { readonly account: number; readonly number: number },
  exchange: Exchange,
): OrderOutcome {
  const { catalog, engine } = exchange;
  const events = readEventsOf(OF_ORDERS, result.events);
  const row = rowAfter(events, result, number);
  const view = row === undefined ? engine.order(account, number) : undefined;
  const now = view && openOrderView(view, undefined, catalog);
  const order = row === undefined ? now : orderRowView(row, catalog);
  return {
    order_id: String(number),
    client_order_id: order?.client_order_id ?? null,
    order: order ?? null,
    fills: fillsOf(events, result, OF_ORDER, number).map((fill) => fillView(fill, catalog)),
  };
}

/** The sides of a command's fills that are an account's. */
export const fillsOfAccount = (result: Result, account: number): FillRow[] =>
  fillsOf(readEventsOf(OF_FILLS, result.events), result, ['maker', 'taker'], account);

/** The sides of fills whose field, the maker's or the taker's, has that number. */
function fillsOf(
  events: readonly RawEvent[],
  result: Result,
  [maker, taker]: readonly [maker: string, taker: string],
  number: number,
): FillRow[] {
  const fills: FillRow[] = [];
  const moment = { sequence: result.sequence, timeMs: result.time };
  for (const event of events) {
    if (event.name !== 'order_filled') continue;
    if (event.get(maker) === number) fills.push(fillRowOf(event, true, moment));
    if (event.get(taker) === number) fills.push(fillRowOf(event, false, moment));
  }
  return fills;
}

/** The orders that a command ended. */
export function cancelledOrders(result: Result): { cancelled: string[] } {
  if (result.repeated && result.created !== 0) return { cancelled: [String(result.created)] };
  const ended = readEventsOf(OF_ENDS, result.events);
  return { cancelled: ended.map((event) => String(event.get('order'))) };
}

/** An order that the command itself accepted, folded from its events. */
function rowAfter(
  events: readonly RawEvent[],
  { sequence, time: timeMs, clientOrderId }: Result,
  number: number,
): OrderRow | undefined {
  let ended: OrderRow | undefined;
  const fold = new OrderFold((row) => {
    if (row.order === number) ended = row;
  });
  const moment = { sequence, timeMs, clientOrderId };
  for (const event of events) fold.apply(event, moment);
  return fold.open.get(number) ?? ended;
}
