// Placing, amending and cancelling over the stream: the very handlers of the HTTP routes, so that
// both ways answer the same.

import type { FastifyInstance } from 'fastify';
import type { Operation, Shapes } from '../../contract/operation.ts';
import {
  STREAM_OPERATIONS,
  type ClientMessage,
  type StreamOperation,
} from '../../contract/stream/messages.ts';
import { checkScope } from '../call.ts';
import type { ApiContext } from '../context.ts';
import { Routes, type Handler } from '../routes.ts';
import { orderRoutes } from '../routes/orders.ts';
import type { Caller } from './caller.ts';

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
  private readonly handlers: ReadonlyMap<string, AnyHandler>;

  constructor(app: FastifyInstance, context: ApiContext) {
    const kept = new Handlers(app, context);
    orderRoutes(kept, context);
    for (const op of Object.keys(STREAM_OPERATIONS)) {
      if (!kept.byId.has(op)) throw new Error(`Invariant: no handler for ${op}`);
    }
    this.context = context;
    this.handlers = kept.byId;
  }

  /** The answer as over HTTP. @throws ProblemError, at once or in the promise */
  run(command: Command, caller: Caller): Promise<unknown> {
    const { access, bucket, shapes } = STREAM_OPERATIONS[command.op];
    caller.take(bucket);
    if (access !== 'none') checkScope(caller.principal, access);
    const call = caller.call(command.idempotency_key ?? '');
    const answered = Promise.resolve(this.handlers.get(command.op)?.(inputOf(command), call));
    if (!this.context.settings.checkAnswers) return answered;
    return answered.then((answer) => {
      shapes.answer.parse(answer);
      return answer;
    });
  }
}

/** The parts of the request that the same command would be. */
function inputOf(command: Command): object {
  switch (command.op) {
    case 'place_order':
    case 'place_batch':
      return { body: command.body };
    case 'amend_order':
      return { params: { order_id: command.order_id }, body: command.body };
    case 'cancel_order':
      return { params: { order_id: command.order_id }, query: { account: command.account } };
    case 'cancel_orders':
      return { query: command.body };
  }
}
