// Mounts operations of the contract as routes: gate, checks, handler, answer. A handler sees
// checked input only and throws a ProblemError to refuse.

import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Answer, Input, Operation, Shapes } from '../contract/operation.ts';
import { callOf, type Call } from './call.ts';
import type { ApiContext } from './context.ts';
import type { Principal } from './credentials.ts';
import { quickCheck, UNSURE } from './quick-check.ts';
import { check } from './validate.ts';

export type Handler<S extends Shapes> = (
  input: Input<S>,
  call: Call,
) => Answer<S> | Promise<Answer<S>>;

/** Gives its answer as the JSON that is sent. */
export type WrittenHandler<S extends Shapes> = (
  input: Input<S>,
  call: Call,
) => string | Promise<string>;

const JSON_TYPE = 'application/json; charset=utf-8';

/** Addresses whose parts are remembered, of each operation, and how long such an address may be. */
const ADDRESSES_MAX = 100;
const ADDRESS_CHARS_MAX = 200;

type Parts = Pick<Input<Shapes>, 'params' | 'query'>;

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
    this.mount(operation, handler, operation.answerType);
  }

  /** The same for a handler that writes its JSON itself. */
  written<S extends Shapes>(operation: Operation<S>, handler: WrittenHandler<S>): void {
    this.mount(operation, handler, JSON_TYPE);
  }

  private mount<S extends Shapes>(
    operation: Operation<S>,
    handler: Handler<S> | WrittenHandler<S>,
    type: string | undefined,
  ): void {
    const { context } = this;
    const { shapes } = operation;
    const partsOf = partsReader(shapes);
    const bodyOf = bodyReader(shapes);
    const isText = type === JSON_TYPE;
    const checked = (answer: unknown): unknown => {
      shapes.answer.parse(isText ? JSON.parse(String(answer)) : answer);
      return answer;
    };
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
      // It gives on what the handler gives: a promise around its promise is work for every answer.
      handler: (request: FastifyRequest, reply: FastifyReply) => {
        const call = callOf(request, reply, request.principal);
        const { params, query } = partsOf(request);
        const input = { params, query, body: bodyOf(request) } as Input<S>;
        const answer: unknown = handler(input, call);
        reply.header('cache-control', 'no-store'); // a refusal has headers of its own
        if (type !== undefined) reply.type(type);
        if (!context.settings.checkAnswers) return answer;
        return answer instanceof Promise ? answer.then(checked) : checked(answer);
      },
    });
  }
}

/** The checked parts of an address: the same ones for the same address. */
function partsReader(shapes: Shapes): (request: FastifyRequest) => Parts {
  const known = new Map<string, Parts>();
  return ({ raw, params, query }) => {
    const address = raw.url ?? '';
    const before = known.get(address);
    if (before !== undefined) return before;
    const parts = Object.freeze({
      params: Object.freeze(check(shapes.params, params, 'path')),
      query: Object.freeze(check(shapes.query, query, 'query')),
    }) as Parts;
    if (address.length > ADDRESS_CHARS_MAX) return parts;
    if (known.size >= ADDRESSES_MAX) known.clear();
    known.set(address, parts);
    return parts;
  };
}

function bodyReader({ body: schema }: Shapes): (request: FastifyRequest) => unknown {
  const quick = schema === undefined ? undefined : quickCheck(schema);
  return ({ body }) => {
    const read = quick === undefined ? UNSURE : quick(body);
    return read === UNSURE ? check(schema, body, 'body') : read;
  };
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
