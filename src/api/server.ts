// The HTTP server: every operation of the contract mounted behind the gate, one shape for every
// refusal, bounds on everything that a client can make large or slow.

import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { AssertionError } from '../units/assert.ts';
import { OPERATIONS } from '../contract/operations.ts';
import { edgeProblem, type Problem } from '../contract/problem.ts';
import type { ApiContext } from './context.ts';
import * as L from './limits.ts';
import { pageRoutes } from './pages.ts';
import { ProblemError } from './problem-error.ts';
import { Routes } from './routes.ts';
import { accountRoutes } from './routes/account.ts';
import { riskRoutes } from './routes/risk.ts';
import { adminRoutes } from './routes/admin.ts';
import { stressRoutes } from './routes/stress.ts';
import { marketDataRoutes } from './routes/market-data.ts';
import { operationRoutes } from './routes/operation.ts';
import { orderRoutes } from './routes/orders.ts';
import { pairRoutes } from './routes/pairs.ts';
import { previewRoutes } from './routes/preview.ts';
import { attachStream } from './stream/attach.ts';
import { readStrictBodies } from './strict-body.ts';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export type Server = FastifyInstance;

/** Builds the server, not yet listening. */
export async function buildServer(context: ApiContext): Promise<Server> {
  let requests = 0;
  const app = fastify({
    logger: false,
    bodyLimit: context.settings.bodyBytes,
    requestTimeout: L.REQUEST_TIMEOUT_MS,
    keepAliveTimeout: L.KEEP_ALIVE_MS,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    genReqId: () => `r${(requests += 1)}`,
    frameworkErrors: (error, _request, reply) => {
      void answerProblem(problemOf(error, context), reply);
    },
    clientErrorHandler: (_error, socket) => refuseSocket(socket),
    routerOptions: { maxParamLength: 100 },
  });
  app.server.headersTimeout = L.HEADERS_TIMEOUT_MS;
  app.server.maxConnections = L.CONNECTIONS_MAX;
  readStrictBodies(app);
  answerErrors(app, context);
  observe(app, context);
  mountOperations(app, context);
  await pageRoutes(app, context);
  await attachStream(app, context);
  return app;
}

function mountOperations(app: FastifyInstance, context: ApiContext): void {
  Routes.prepare(app);
  const routes = new Routes(app, context);
  marketDataRoutes(routes, context);
  orderRoutes(routes, context);
  previewRoutes(routes, context);
  accountRoutes(routes, context);
  riskRoutes(routes, context);
  pairRoutes(routes, context);
  adminRoutes(routes, context);
  stressRoutes(routes, context);
  operationRoutes(routes, context);
  const missing = OPERATIONS.filter(({ id }) => !routes.mounted.has(id));
  const known = new Set(OPERATIONS.map(({ id }) => id));
  const unknown = [...routes.mounted].filter((id) => !known.has(id));
  if (missing.length + unknown.length === 0) return;
  const names = [...missing.map(({ id }) => id), ...unknown].join(', ');
  throw new Error(`Invariant: operations and handlers differ: ${names}`);
}

function answerErrors(app: FastifyInstance, context: ApiContext): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error, context, request.id);
    if (error instanceof ProblemError && error.retryAfter !== undefined) {
      reply.header('retry-after', error.retryAfter);
    }
    return answerProblem(problem, reply);
  });
  app.setNotFoundHandler((request, reply) => {
    const { gate } = context;
    const operation = { access: 'none', bucket: 'read', changes: false } as const;
    gate.pass(request, reply, operation);
    return answerProblem(edgeProblem('NOT_FOUND'), reply);
  });
}

function answerProblem(problem: Problem, reply: FastifyReply): FastifyReply {
  return reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}

/** What a client is told about an error; what is no refusal is logged and told as a mistake. */
function problemOf(error: FastifyError, context: ApiContext, requestId?: string): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof AssertionError) context.onBroken(error);
  const status = error.statusCode ?? 500;
  if (status === 413) return edgeProblem('BODY_TOO_LARGE');
  if (status === 415) return edgeProblem('UNSUPPORTED_MEDIA_TYPE');
  if (status === 503) return edgeProblem('CLOSING');
  if (status >= 400 && status < 500) return edgeProblem('MALFORMED');
  context.log.error({ err: error, request: requestId }, 'a request failed');
  const problem = edgeProblem('INTERNAL');
  return requestId === undefined ? problem : { ...problem, request_id: requestId };
}

/** A request that is not even HTTP. */
function refuseSocket(socket: { writable: boolean; end(text: string): unknown }): void {
  if (!socket.writable) return;
  const body = JSON.stringify(edgeProblem('MALFORMED', 'This is not HTTP/1.1 as we read it.'));
  const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: ${PROBLEM_TYPE}\r\n`;
  socket.end(
    `${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function observe(app: FastifyInstance, { metrics, log }: ApiContext): void {
  app.addHook('onResponse', (request, reply, done) => {
    const operation = request.routeOptions.config.operation ?? 'other';
    const ms = reply.elapsedTime;
    metrics.count(operation, reply.statusCode, ms / 1000);
    log.debug({ request: request.id, operation, status: reply.statusCode, ms }, 'answered');
    done();
  });
}
