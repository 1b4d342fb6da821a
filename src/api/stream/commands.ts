// Placing, amending and cancelling over the stream: the very handlers of the HTTP routes, so that
// both ways answer the same.

import type { FastifyInstance } from 'fastify';
import type { Operation, Shapes } from '../../contract/operation.ts';
import {
  STREAM_OPERATIONS,
  type ClientMessage,
  type StreamOperation,
} from '../../contract/stream/messages.ts';
import { asciiJson } from '../ascii-json.ts';
import { checkScope } from '../call.ts';
import type { ApiContext } from '../context.ts';
import { Routes, type Handler } from '../routes.ts';
import { orderRoutes } from '../routes/orders.ts';
import type { Caller } from './caller.ts';
import { Placer, type Told } from './place.ts';

export type Command = Extract<ClientMessage, { readonly op: StreamOperation }>;

type AnyHandler = (input: object, call: object) => unknown;

/** Keeps handlers instead of mounting them. */
class Handlers extends Routes {
  readonly byId = new Map<string, AnyHandler>();

  override on<S extends Shapes>(operation: Operation<S>, handler: Handler<S>): void {
    this.byId.set(operation.id, handler as AnyHandler);
  }
}

export class Commands {
  private readonly context: ApiContext;
  private readonly placer: Placer;
  private readonly handlers: ReadonlyMap<string, AnyHandler>;

  constructor(app: FastifyInstance, context: ApiContext) {
    const kept = new Handlers(app, context);
    orderRoutes(kept, context);
    for (const op of Object.keys(STREAM_OPERATIONS)) {
      if (!kept.byId.has(op)) throw new Error(`Invariant: no handler for ${op}`);
    }
    this.context = context;
    this.placer = new Placer(context);
    this.handlers = kept.byId;
  }

  /** The answer as over HTTP, as JSON in ASCII. @throws ProblemError when it is refused at once */
  run(command: Command, caller: Caller, told: Told): void {
    const { access, bucket } = STREAM_OPERATIONS[command.op];
    caller.take(bucket);
    if (access !== 'none') checkScope(caller.principal, access);
    const call = caller.call(command.idempotency_key ?? '');
    const checked = this.context.settings.checkAnswers ? checking(command.op, told) : told;
    if (command.op === 'place_order') return this.placer.order(command.body, call, checked);
    if (command.op === 'place_batch') return this.placer.batch(command.body.orders, call, checked);
    Promise.resolve(this.handlers.get(command.op)?.(inputOf(command), call)).then(
      (answer) => checked.onAnswer(asciiJson(answer)),
      (error: unknown) => checked.onRefused(error),
    );
  }
}

/** Holds answers against their schema before they are given. */
function checking(op: StreamOperation, told: Told): Told {
  return {
    onAnswer: (json) => {
      try {
        STREAM_OPERATIONS[op].shapes.answer.parse(JSON.parse(json));
      } catch (error) {
        return told.onRefused(error);
      }
      told.onAnswer(json);
    },
    onRefused: (error) => told.onRefused(error),
  };
}

/** The parts of the request that the same command would be. */
function inputOf(
  command: Exclude<Command, { readonly op: 'place_order' | 'place_batch' }>,
): object {
  switch (command.op) {
    case 'amend_order':
      return { params: { order_id: command.order_id }, body: command.body };
    case 'cancel_order':
      return { params: { order_id: command.order_id }, query: { account: command.account } };
    case 'cancel_orders':
      return { query: command.body };
  }
}
