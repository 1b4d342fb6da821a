// Rows of orders by their numbers, however many there are.

import type { Kysely } from 'kysely';
import { IN_LIST_MAX } from '../limits.ts';
import { decode } from '../sql/decode.ts';
import { type HistoryTables, ORDERS, type OrderRow } from '../sql/tables.ts';

/** Those that are known, in no order. */
export async function readOrders(
  db: Kysely<HistoryTables>,
  numbers: readonly number[],
): Promise<OrderRow[]> {
  const found: OrderRow[] = [];
  for (let at = 0; at < numbers.length; at += IN_LIST_MAX) {
    const some = numbers.slice(at, at + IN_LIST_MAX);
    const rows = await db.selectFrom('orders').selectAll().where('order_id', 'in', some).execute();
    found.push(...decode(ORDERS, rows));
  }
  return found;
}
