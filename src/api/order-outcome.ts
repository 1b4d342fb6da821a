// What a command did to an order, told from its own events: the order as it stood right after, and
// the fills that it made. A repeat has no events; then the order is looked up as it stands now.

import { readEvents } from '../contract/events.ts';
import type { FillRow, OrderRow } from '../contract/history-rows.ts';
import type { Answer } from '../contract/operation.ts';
import type { placeOrder } from '../contract/operations/place-order.ts';
import { OrderFold } from '../contract/order-fold.ts';
import { fillView, openOrderView, orderRowView } from '../contract/views.ts';
import type { Result } from '../runtime/engine-machine.ts';
import type { Exchange } from './exchange.ts';
import type { Receipt } from './submit.ts';

type OrderOutcome = Omit<Answer<typeof placeOrder.shapes>, keyof Receipt>;

/** The order `number` of `account` after the command that gave `result`. */
export function afterwards(
  result: Result,
  { account, number }: { readonly account: number; readonly number: number },
  exchange: Exchange,
): OrderOutcome {
  const { catalog, engine } = exchange;
  const row = rowAfter(result, number);
  const view = row === undefined ? engine.order(account, number) : undefined;
  const now = view && openOrderView(view, undefined, catalog);
  const order = row === undefined ? now : orderRowView(row, catalog);
  const fills = fillsOf(result, result.time).filter((fill) => fill.order === number);
  return {
    order_id: String(number),
    client_order_id: order?.client_order_id ?? null,
    order: order ?? null,
    fills: fills.map((fill) => fillView(fill, catalog)),
  };
}

/** The fills of both sides among a command's events. */
export function fillsOf(result: Result, timeMs: number): FillRow[] {
  const { sequence } = result;
  return readEvents(result.events).flatMap((event, i) => {
    if (event.name !== 'order_filled') return [];
    const takerSide = event.get('taker_side');
    return [true, false].map((isMaker): FillRow => {
      const role = isMaker ? 'maker' : 'taker';
      return {
        sequence,
        index: i * 2 + (isMaker ? 0 : 1),
        timeMs,
        account: event.get(role),
        market: event.get('market'),
        order: event.get(`${role}_order`),
        isMaker,
        side: isMaker ? -takerSide : takerSide,
        price: event.get('price'),
        size: event.get('size'),
        fee: event.get(`${role}_fee`),
      };
    });
  });
}

/** The orders that a command ended. */
export function cancelledOrders(result: Result): { cancelled: string[] } {
  const ended = readEvents(result.events).filter((event) => event.name === 'order_cancelled');
  if (result.repeated && result.created !== 0) return { cancelled: [String(result.created)] };
  return { cancelled: ended.map((event) => String(event.get('order'))) };
}

/** An order that the command itself accepted, folded from its events. */
function rowAfter(result: Result, number: number): OrderRow | undefined {
  const ended: OrderRow[] = [];
  const fold = new OrderFold((row) => ended.push(row));
  const { sequence, time: timeMs, clientOrderId } = result;
  readEvents(result.events).forEach((event, index) =>
    fold.apply(event, index, { sequence, timeMs, clientOrderId }),
  );
  return fold.open.get(number) ?? ended.find((row) => row.order === number);
}
