// Routes of orders: place, amend, cancel, look up, preview.

import { amendOrder } from '../../contract/operations/amend-order.ts';
import { cancelOrder } from '../../contract/operations/cancel-order.ts';
import { cancelOrders } from '../../contract/operations/cancel-orders.ts';
import { placeBatch } from '../../contract/operations/place-batch.ts';
import { placeOrder, type PlaceOrderBody } from '../../contract/operations/place-order.ts';
import { setDeadMan } from '../../contract/operations/set-dead-man.ts';
import * as C from '../../contract/commands.ts';
import type { Answer } from '../../contract/operation.ts';
import type { Reading } from '../../contract/reading.ts';
import { isoTimeOrNull } from '../../contract/words.ts';
import { accountName, partOfBatch, type Call } from '../call.ts';
import type { ApiContext } from '../context.ts';
import { afterwards, cancelledOrders } from '../order-outcome.ts';
import { ProblemError } from '../problem-error.ts';
import type { Routes } from '../routes.ts';
import type { Receipt, Submission } from '../submit.ts';
import { orderQueries } from './order-queries.ts';

type OrderAnswer = Answer<typeof placeOrder.shapes>;
export type PlaceOrder = ReturnType<typeof C.placeOrderCommand>;

export function orderRoutes(routes: Routes, context: ApiContext): void {
  const { submitter } = context;
  placeRoutes(routes, context);
  orderQueries(routes, context);

  routes.on(cancelOrder, ({ params, query }, call) => {
    const name = accountName(call, query.account);
    return submitter.run({
      call,
      command: (reading) => {
        const issued = { id: call.key, account: reading.account(name) };
        return C.cancelOrderCommand({ number: Number(params.order_id), clientOrderId: '' }, issued);
      },
      answer: cancelledOrders,
    });
  });

  routes.on(cancelOrders, ({ query }, call) => {
    const name = accountName(call, query.account);
    const { client_order_id: clientOrderId } = query;
    return submitter.run({
      call,
      command: (reading) => {
        const issued = { id: call.key, account: reading.account(name) };
        if (clientOrderId === undefined) return C.cancelAllCommand(query, issued, reading);
        return C.cancelOrderCommand({ number: 0, clientOrderId }, issued);
      },
      answer: cancelledOrders,
    });
  });

  routes.on(setDeadMan, ({ body }, call) => {
    const name = accountName(call, body.account);
    const { timeout_ms: timeoutMs } = body;
    return submitter.run({
      call,
      command: (reading) => {
        const account = reading.account(name);
        return { kind: 'set_dead_man', id: call.key, time: 0, account, timeoutMs };
      },
      answer: ({ time }) => ({ cancels_at: isoTimeOrNull(timeoutMs === 0 ? 0 : time + timeoutMs) }),
    });
  });
}

function placeRoutes(routes: Routes, context: ApiContext): void {
  const { submitter, exchange } = context;

  routes.on(placeOrder, ({ body }, call) => {
    countOrders([body], call, context);
    return submitter.run(placing(body, call, context));
  });

  routes.on(placeBatch, ({ body }, call) => {
    countOrders(body.orders, call, context);
    const calls = body.orders.map((_, i) => partOfBatch(call, i));
    return placeAll(body.orders, calls, context);
  });

  routes.on(amendOrder, async ({ params, body }, call) => {
    const name = accountName(call, body.account);
    const number = Number(params.order_id);
    const market =
      marketOfOrder(context, name, number) ?? (await endedMarket(context, name, number));
    return submitter.run({
      call,
      command: (reading) => {
        const issued = { id: call.key, account: reading.account(name) };
        return C.amendOrderCommand(body, { number, market }, issued, reading);
      },
      answer: (result, { account }) => afterwards(result, { account, number }, exchange),
    });
  });
}

/** The market where an account's order rests. */
function marketOfOrder({ exchange }: ApiContext, name: string, order: number): string | undefined {
  const account = exchange.engine.accountNumber(name);
  if (account < 0) return undefined;
  const view = exchange.engine.order(account, order);
  return view === undefined ? undefined : exchange.catalog.marketAt(view.market).symbol;
}

/** Where it was: a repeated amendment of an order that ended is read in the same units. */
async function endedMarket(
  { exchange, history }: ApiContext,
  name: string,
  order: number,
): Promise<string | undefined> {
  const account = exchange.engine.accountNumber(name);
  const row = account < 0 ? undefined : await history.order(account, { order });
  return row === undefined ? undefined : exchange.catalog.marketAt(row.market).symbol;
}

/** Orders that can only reduce have the bucket of cancels. */
export function countOrders(
  orders: readonly PlaceOrderBody[],
  call: Call,
  context: ApiContext,
): void {
  let reducing = 0;
  for (const order of orders) if (order.reduce_only) reducing += 1;
  const { request, reply, principal } = call;
  if (reducing > 0) context.gate.take('cancel', request, reply, principal, reducing);
  const others = orders.length - reducing;
  if (others > 0) context.gate.take('trade', request, reply, principal, others);
}

type Placing = Submission<Omit<OrderAnswer, keyof Receipt>, PlaceOrder>;

function placing(body: PlaceOrderBody, call: Call, context: ApiContext): Placing {
  const name = accountName(call, body.account);
  return {
    call,
    command: (reading) => placeCommand(body, name, call, reading),
    answer: (result, { account }) =>
      afterwards(result, { account, number: result.created }, context.exchange),
  };
}

/** What places `body` for the account of that name. */
export function placeCommand(
  body: PlaceOrderBody,
  name: string,
  { key }: Call,
  reading: Reading,
): PlaceOrder {
  return C.placeOrderCommand(body, { id: key, account: reading.account(name) }, reading);
}

type Results = Answer<typeof placeBatch.shapes>['results'];

/** Each by itself, in order; a refusal is the result of its order alone. */
function placeAll(
  orders: readonly PlaceOrderBody[],
  calls: readonly Call[],
  context: ApiContext,
): Promise<{ results: Results }> {
  return new Promise((resolve, reject) => {
    const results: Results = []; // each in its order's place, whenever it comes
    let missing = orders.length;
    const settle = (i: number, result: Results[number]): void => {
      results[i] = result;
      missing -= 1;
      if (missing === 0) resolve({ results });
    };
    const refused = (i: number, error: unknown): void => {
      if (error instanceof ProblemError) settle(i, { order: null, problem: error.problem });
      else reject(error as Error);
    };
    orders.forEach((order, i) => {
      let submission: Placing;
      try {
        submission = placing(order, calls[i], context);
      } catch (error) {
        return refused(i, error);
      }
      context.submitter.start(
        submission,
        (answer) => settle(i, { order: answer, problem: null }),
        (error) => refused(i, error),
      );
    });
  });
}
