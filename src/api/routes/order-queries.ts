// Looking orders up: open ones from the engine, ended ones from history. And what a command would
// do.

import { getOrder } from '../../contract/operations/get-order.ts';
import { listClosedOrders } from '../../contract/operations/list-closed-orders.ts';
import { listOrders } from '../../contract/operations/list-orders.ts';
import { ruleProblem } from '../../contract/problem.ts';
import * as V from '../../contract/views.ts';
import { sideCode } from '../../contract/words.ts';
import { accountName, type Call } from '../call.ts';
import type { ApiContext } from '../context.ts';
import type { Engine } from '../exchange.ts';
import { msOf, nextCursor, pageOf } from '../paging.ts';
import { ProblemError } from '../problem-error.ts';
import type { Routes } from '../routes.ts';
import { marketOf } from './market-data.ts';

const ACCOUNT_NOT_FOUND = 132;
const ORDER_NOT_FOUND = 133;

type OrderView = ReturnType<Engine['orders']>[number];

const notFound = (reason: number): ProblemError =>
  new ProblemError(ruleProblem(reason, [0, 0, 0], {}));

/** The number of the account that a request reads. @throws ProblemError */
export function accountNumber(
  { exchange }: ApiContext,
  call: Call,
  named: string | undefined,
): number {
  const number = exchange.engine.accountNumber(accountName(call, named));
  if (number < 0) throw notFound(ACCOUNT_NOT_FOUND);
  return number;
}

export function orderQueries(routes: Routes, context: ApiContext): void {
  const { exchange, history } = context;

  routes.on(listOrders, async ({ query }, call) => {
    const account = accountNumber(context, call, query.account);
    const market = query.market === undefined ? -1 : marketOf(context, query.market).number;
    const clientOrderId = query.client_order_id;
    const views = await exchange.read((engine) => engine.orders(account, market));
    const wanted = views.filter(
      (view) => clientOrderId === undefined || view.clientOrderId === clientOrderId,
    );
    if (wanted.length > 0 || clientOrderId === undefined) {
      return { orders: await written(wanted, context) };
    }
    const row = await history.order(account, { clientOrderId });
    return { orders: row === undefined ? [] : [V.orderRowView(row, exchange.catalog)] };
  });

  routes.on(listClosedOrders, async ({ query }, call) => {
    const account = accountNumber(context, call, query.account);
    const filter = {
      market: query.market === undefined ? undefined : marketOf(context, query.market).number,
      side: query.side === undefined ? undefined : sideCode(query.side),
      filled: query.status === undefined ? undefined : query.status === 'filled',
      fromMs: msOf(query.from),
      toMs: msOf(query.to),
    };
    const rows = await history.closedOrders(account, filter, pageOf(query));
    const orders = rows.map((row) => V.orderRowView(row, exchange.catalog));
    return { orders, next_cursor: nextCursor(rows, query.limit) };
  });

  routes.on(getOrder, async ({ params, query }, call) => {
    const account = accountNumber(context, call, query.account);
    const order = Number(params.order_id);
    const views = await exchange.read((engine) => engine.orders(account));
    const view = views.find((row) => row.order === order);
    if (view !== undefined) return (await written([view], context))[0];
    const row = await history.order(account, { order });
    if (row === undefined) throw notFound(ORDER_NOT_FOUND);
    return V.orderRowView(row, exchange.catalog);
  });
}

/** Open orders with what history remembers of them. */
async function written(
  views: readonly OrderView[],
  { exchange, history }: ApiContext,
): Promise<ReturnType<typeof V.openOrderView>[]> {
  const rows = await history.openOrders(views.map((view) => view.order));
  return views.map((view) => V.openOrderView(view, rows.get(view.order), exchange.catalog));
}
