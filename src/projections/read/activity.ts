// One feed of what an account did and what happened to it, newest first. Orders, fills, money and
// collateral have tables of their own, so the feed is a merge of pages of each, by id.

import type {
  ActivityRow,
  BalanceChangeRow,
  FillRow,
  OrderRow,
  PositionChangeRow,
} from '../sql/tables.ts';
import { PAGE_ROWS_MAX } from '../limits.ts';
import { limitOf, type Page, type PageQuery } from './page.ts';

/** An entry; rows of one command have the same `sequenceOf(id)`. */
export type ActivityEntry =
  | { readonly kind: 'order_placed'; readonly id: bigint; readonly row: OrderRow }
  | { readonly kind: 'order_event'; readonly id: bigint; readonly row: ActivityRow }
  | { readonly kind: 'fill'; readonly id: bigint; readonly row: FillRow }
  | { readonly kind: 'money'; readonly id: bigint; readonly row: BalanceChangeRow }
  | { readonly kind: 'collateral'; readonly id: bigint; readonly row: PositionChangeRow };

export type ActivityKind = ActivityEntry['kind'];
export const ACTIVITY_KINDS = [
  'order_placed',
  'order_event',
  'fill',
  'money',
  'collateral',
] as const satisfies readonly ActivityKind[];

/** A page of one kind, newest first, of entries with ids below `below`. */
export type ReadKind = (
  kind: ActivityKind,
  below: bigint | undefined,
  limit: number,
) => Promise<ActivityEntry[]>;

export async function mergeActivity(
  kinds: readonly ActivityKind[],
  read: ReadKind,
  page: PageQuery,
): Promise<Page<ActivityEntry>> {
  const limit = Math.min(limitOf(page.limit), PAGE_ROWS_MAX - 1);
  const lists: ActivityEntry[][] = [];
  for (const kind of kinds) lists.push(await read(kind, page.after, limit + 1));
  const all = lists.flat().sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  const rows = all.slice(0, limit);
  return { rows, next: all.length > limit ? rows.at(-1)?.id : undefined };
}
