// The gate in front of every route: Host, sign-in, Origin, rate and scope, in this order and before
// a body is read. What is not allowed here never reaches a handler.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../contract/operation.ts';
import type { Credentials, Principal } from './credentials.ts';
import { checkScope } from './call.ts';
import { edgeProblem } from '../contract/problem.ts';
import { ProblemError, refuse } from './problem-error.ts';
import { SecretHash } from './secrets.ts';
import { RateLimiter, type Rates } from './rate-limit.ts';

export interface GateOptions {
  readonly credentials: Credentials;
  readonly rates: Rates;
  /** Names under which this server is reached, with ports; known when it listens. */
  readonly hosts: () => ReadonlySet<string>;
  readonly cookieName: () => string;
  readonly nowMs: () => number;
}

type BucketName = keyof Rates;

/** Wrong tokens per address: enough for a slip, too few to guess. */
const FAILURES = { per_second: 0.2, burst: 10 };

export class Gate {
  private readonly options: GateOptions;
  private readonly limiters: Readonly<Record<BucketName, RateLimiter>>;
  private readonly failures = new RateLimiter(FAILURES);
  private readonly hashes = new BearerHashes();

  constructor(options: GateOptions) {
    const { read, trade, cancel } = options.rates;
    this.options = options;
    this.limiters = {
      read: new RateLimiter(read),
      trade: new RateLimiter(trade),
      cancel: new RateLimiter(cancel),
    };
  }

  /** Lets a request through to `operation`, or throws. Returns who asks. */
  pass(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: Pick<Operation, 'access' | 'bucket' | 'changes'>,
  ): Principal | undefined {
    const { access, bucket, changes } = operation;
    if (bucket !== 'none') this.checkHost(request);
    const principal = this.principalOf(request);
    if (changes) this.checkOrigin(request, principal);
    // Orders are counted when their body says what they are; who is nobody is counted at once.
    const counted = bucket === 'order' && principal === undefined ? 'read' : bucket;
    if (counted !== 'none' && counted !== 'order') this.take(counted, request, reply, principal);
    if (access !== 'none') checkScope(principal, access);
    return principal;
  }

  /** Counts a request against a bucket. @throws ProblemError 429 */
  take(
    bucket: BucketName,
    request: FastifyRequest,
    reply: FastifyReply,
    principal: Principal | undefined,
    cost = 1,
  ): void {
    // no text is made for each request; ids have no space in them
    const key = principal === undefined ? `ip ${request.ip}` : principal.id;
    const taken = this.limiters[bucket].take(key, this.options.nowMs(), cost);
    reply.header('ratelimit-policy', bucket);
    reply.header('ratelimit-limit', taken.limit);
    reply.header('ratelimit-remaining', taken.remaining);
    reply.header('ratelimit-reset', taken.resetSeconds);
    if (!taken.allowed) throw new ProblemError(edgeProblem('RATE_LIMITED'), taken.resetSeconds);
  }

  /** Another site's page may reach this server through a name of its own: that name is not ours. */
  checkHost(request: FastifyRequest): void {
    const { host } = request.headers;
    if (host === undefined || !this.options.hosts().has(host.toLowerCase())) {
      throw refuse('HOST_NOT_ALLOWED');
    }
  }

  checkOrigin(request: FastifyRequest, principal: Principal | undefined): void {
    const { origin } = request.headers;
    if (origin === undefined) {
      if (principal?.byCookie === true) throw refuse('ORIGIN_NOT_ALLOWED');
      return;
    }
    const match = /^https?:\/\/(.+)$/.exec(origin.toLowerCase());
    if (match === null || !this.options.hosts().has(match[1])) throw refuse('ORIGIN_NOT_ALLOWED');
  }

  principalOf(request: FastifyRequest): Principal | undefined {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) return this.bearerOf(request, authorization);
    const secret = cookieOf(cookie, this.options.cookieName());
    return secret === undefined ? undefined : this.options.credentials.session(secret);
  }

  private bearerOf(request: FastifyRequest, authorization: string): Principal {
    const hash = this.hashes.of(authorization, request);
    const principal = hash === undefined ? undefined : this.options.credentials.bearer(hash);
    if (principal !== undefined) return principal;
    const taken = this.failures.take(request.ip, this.options.nowMs());
    if (!taken.allowed) throw new ProblemError(edgeProblem('RATE_LIMITED'), taken.resetSeconds);
    throw refuse('UNAUTHENTICATED', 'This token opens nothing.');
  }
}

/**
 * Hashes of bearers' secrets. A connection that is kept mostly brings the same header again: it is
 * hashed once for as long as the connection lasts, and looked up every time.
 */
class BearerHashes {
  private readonly known = new WeakMap<
    object,
    { readonly header: string; readonly hash: SecretHash }
  >();

  /** Undefined when the header is none of ours. */
  of(header: string, { raw }: FastifyRequest): SecretHash | undefined {
    // a reader of the stream comes with its headers alone
    const socket = (raw as Partial<FastifyRequest>['raw'])?.socket;
    const known = socket && this.known.get(socket);
    if (known?.header === header) return known.hash;
    const secret = /^Bearer ([A-Za-z0-9_-]{16,100})$/.exec(header)?.[1];
    if (secret === undefined) return undefined;
    const hash = new SecretHash(secret);
    if (socket !== undefined) this.known.set(socket, { header, hash });
    return hash;
  }
}

/** The value of a cookie in a header. */
function cookieOf(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (const part of header.split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
