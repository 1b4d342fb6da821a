// Placing orders over the stream: what the HTTP route does, with the answer written as JSON at
// once, and with as little as possible kept of each order while it waits for the disk.

import { placedOrderText } from '../../contract/stream/order-text.ts';
import type { PlaceOrderBody } from '../../contract/operations/place-order.ts';
import { Reading } from '../../contract/reading.ts';
import type { Result } from '../../runtime/engine-machine.ts';
import { asciiJson } from '../ascii-json.ts';
import { accountName, partOfBatch, type Call } from '../call.ts';
import type { ApiContext } from '../context.ts';
import { afterwards } from '../order-outcome.ts';
import { ProblemError } from '../problem-error.ts';
import { countOrders, placeCommand, type PlaceOrder } from '../routes/orders.ts';
import type { WrittenFor } from '../submit.ts';

/** Who waits for the answer to a message. One of the two is called, once; neither may throw. */
export interface Told {
  /** JSON in ASCII. */
  onAnswer(json: string): void;
  onRefused(error: unknown): void;
}

/** @throws ProblemError when it is not even tried */
export function placeOrder(
  body: PlaceOrderBody,
  call: Call,
  context: ApiContext,
  told: Told,
): void {
  countOrders([body], call, context);
  start(body, call, context, told);
}

/** Each by itself, in order; a refusal is the result of its order alone. @throws ProblemError */
export function placeBatch(
  orders: readonly PlaceOrderBody[],
  call: Call,
  context: ApiContext,
  told: Told,
): void {
  countOrders(orders, call, context);
  const calls = orders.map((_, i) => partOfBatch(call, i));
  const batch = new Batch(orders.length, told);
  orders.forEach((order, i) => {
    const one = new OneOfBatch(batch, i);
    try {
      start(order, calls[i], context, one);
    } catch (error) {
      one.onRefused(error);
    }
  });
}

/** @throws ProblemError */
function start(body: PlaceOrderBody, call: Call, context: ApiContext, told: Told): void {
  const { catalog } = context.exchange;
  const reading = new Reading(catalog);
  const command = placeCommand(body, accountName(call, body.account), call, reading);
  context.submitter.startWritten(command, reading, new Asked(call.requestId, context, told));
}

class Asked implements WrittenFor<ReturnType<typeof afterwards>, PlaceOrder> {
  readonly requestId: string;
  private readonly context: ApiContext;
  private readonly told: Told;

  constructor(requestId: string, context: ApiContext, told: Told) {
    this.requestId = requestId;
    this.context = context;
    this.told = told;
  }

  answer(result: Result, { account }: PlaceOrder): ReturnType<typeof afterwards> {
    return afterwards(result, { account, number: result.created }, this.context.exchange);
  }

  write(result: Result): string | undefined {
    return placedOrderText(result, this.requestId, this.context.exchange.catalog);
  }

  onAnswer(json: string): void {
    this.told.onAnswer(json);
  }

  onRefused(error: unknown): void {
    this.told.onRefused(error);
  }
}

/** The results of a batch, each in its order's place, whenever it comes. */
class Batch {
  private readonly told: Told;
  private readonly results: string[] = [];
  private missing: number;
  private hasFailed = false;

  constructor(orders: number, told: Told) {
    this.missing = orders;
    this.told = told;
  }

  settle(place: number, result: string): void {
    this.results[place] = result;
    this.missing -= 1;
    if (this.missing > 0 || this.hasFailed) return;
    this.told.onAnswer(`{"results":[${this.results.join(',')}]}`);
  }

  /** By our own mistake. */
  fail(error: unknown): void {
    if (!this.hasFailed) this.told.onRefused(error);
    this.hasFailed = true;
  }
}

class OneOfBatch implements Told {
  private readonly batch: Batch;
  private readonly place: number;

  constructor(batch: Batch, place: number) {
    this.batch = batch;
    this.place = place;
  }

  onAnswer(json: string): void {
    this.batch.settle(this.place, `{"order":${json},"problem":null}`);
  }

  onRefused(error: unknown): void {
    if (!(error instanceof ProblemError)) return this.batch.fail(error);
    this.batch.settle(this.place, `{"order":null,"problem":${asciiJson(error.problem)}}`);
  }
}
