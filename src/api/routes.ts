// Mounts operations of the contract as routes: gate, checks, handler, answer. A handler sees
// checked input only and throws a ProblemError to refuse.

import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Answer, Input, Operation, Shapes } from '../contract/operation.ts';
import { callOf, type Call } from './call.ts';
import type { ApiContext } from './context.ts';
import type { Principal } from './credentials.ts';
import { check } from './validate.ts';

export type Handler<S extends Shapes> = (
  input: Input<S>,
  call: Call,
) => Answer<S> | Promise<Answer<S>>;

export class Routes {
  /** Ids of the operations that have a handler. */
  readonly mounted = new Set<string>();
  private readonly app: FastifyInstance;
  private readonly context: ApiContext;

  constructor(app: FastifyInstance, context: ApiContext) {
    this.app = app;
    this.context = context;
  }

  /** To be called before the first route. */
  static prepare(app: FastifyInstance): void {
    app.decorateRequest('principal', undefined);
  }

  on<S extends Shapes>(operation: Operation<S>, handler: Handler<S>): void {
    const { context } = this;
    const { shapes } = operation;
    this.mounted.add(operation.id);
    this.app.route({
      method: operation.method as HTTPMethods,
      url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { operation: operation.id },
      onRequest: (request, reply, done) => {
        const principal = context.gate.pass(request, reply, operation);
        request.principal = principal;
        if (operation.bucket !== 'none') context.onPresence();
        done();
      },
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const call = callOf(request, reply, request.principal);
        const input = {
          params: check(shapes.params, request.params, 'path'),
          query: check(shapes.query, request.query, 'query'),
          body: check(shapes.body, request.body, 'body'),
        } as Input<S>;
        const answer = await handler(input, call);
        if (context.settings.checkAnswers) shapes.answer.parse(answer);
        reply.header('cache-control', 'no-store');
        if (operation.answerType !== undefined) reply.type(operation.answerType);
        return answer;
      },
    });
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, as the gate found; undefined: nobody that is known. */
    principal: Principal | undefined;
  }
  interface FastifyContextConfig {
    /** The operation of a route, for metrics. */
    readonly operation?: string;
  }
}
