// Placing orders over the stream: what the HTTP route does, with the answer written as JSON at
// once, and with as little as possible kept of each order while it waits for the disk.

import { OrderWriter } from '../../contract/stream/order-text.ts';
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

export class Placer {
  readonly context: ApiContext;
  readonly writer: OrderWriter;

  constructor(context: ApiContext) {
    this.context = context;
    this.writer = new OrderWriter(context.exchange.catalog);
  }

  /** @throws ProblemError when it is not even tried */
  order(body: PlaceOrderBody, call: Call, told: Told): void {
    countOrders([body], call, this.context);
    this.start(body, call, told);
  }

  /** Each by itself, in order; a refusal is the result of its order alone. @throws ProblemError */
  batch(orders: readonly PlaceOrderBody[], call: Call, told: Told): void {
    countOrders(orders, call, this.context);
    const calls = orders.map((_, i) => partOfBatch(call, i));
    const batch = new Batch(orders.length, told);
    orders.forEach((order, i) => {
      const one = new OneOfBatch(batch, i);
      try {
        this.start(order, calls[i], one);
      } catch (error) {
        one.onRefused(error);
      }
    });
  }

  /** @throws ProblemError */
  private start(body: PlaceOrderBody, call: Call, told: Told): void {
    const { exchange, submitter } = this.context;
    const reading = new Reading(exchange.catalog);
    const command = placeCommand(body, accountName(call, body.account), call, reading);
    submitter.startWritten(command, reading, new Asked(call.requestId, this, told));
  }
}

class Asked implements WrittenFor<ReturnType<typeof afterwards>, PlaceOrder> {
  readonly requestId: string;
  private readonly placer: Placer;
  private readonly told: Told;

  constructor(requestId: string, placer: Placer, told: Told) {
    this.requestId = requestId;
    this.placer = placer;
    this.told = told;
  }

  answer(result: Result, { account }: PlaceOrder): ReturnType<typeof afterwards> {
    const { exchange } = this.placer.context;
    return afterwards(result, { account, number: result.created }, exchange);
  }

  write(result: Result): string | undefined {
    return this.placer.writer.placed(result, this.requestId);
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
