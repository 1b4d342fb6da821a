// Who is at the other end of a stream, as the gate sees a request: the same sign-in, the same rates
// and the same names in the journal as over HTTP.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Bucket } from '../../contract/operation.ts';
import type { Call } from '../call.ts';
import type { ApiContext } from '../context.ts';
import type { Principal } from '../credentials.ts';
import { SIGN_IN_LOOK_MS } from './limits.ts';

/** There are no headers of an answer; what a limit says is in the message. */
const NO_REPLY = { header: () => NO_REPLY } as unknown as FastifyReply;

export class Caller {
  readonly ip: string;
  /** Undefined: not signed in. */
  readonly principal: Principal | undefined;
  private readonly request: FastifyRequest;
  private readonly context: ApiContext;
  private lookedMs: number;
  private requests = 0;

  /** @throws ProblemError when this host, origin or token is not let in */
  constructor(message: IncomingMessage, context: ApiContext) {
    const { gate } = context;
    this.ip = message.socket.remoteAddress ?? '';
    // all that the gate reads of a request
    this.request = { headers: message.headers, ip: this.ip } as unknown as FastifyRequest;
    this.context = context;
    gate.checkHost(this.request);
    this.principal = gate.principalOf(this.request);
    gate.checkOrigin(this.request, this.principal);
    this.lookedMs = context.nowMs();
    this.take('read');
  }

  /** For counting connections. */
  get name(): string {
    return this.principal === undefined ? `ip ${this.ip}` : `id ${this.principal.id}`;
  }

  /** Whether the sign-in still holds; looked up again every so often. */
  isStillIn(): boolean {
    if (this.principal === undefined) return true;
    const now = this.context.nowMs();
    if (now - this.lookedMs < SIGN_IN_LOOK_MS) return true;
    this.lookedMs = now;
    try {
      return this.context.gate.principalOf(this.request) !== undefined;
    } catch {
      return false;
    }
  }

  /** Counts a message. Orders are counted where their body is read. @throws ProblemError 429 */
  take(bucket: Bucket): void {
    if (bucket === 'none' || bucket === 'order') return;
    this.context.gate.take(bucket, this.request, NO_REPLY, this.principal);
  }

  /** A message as the handlers of operations see a request. */
  call(key: string): Call {
    this.requests += 1;
    const { request, principal } = this;
    const requestId = key === '' ? `w${this.requests}` : key;
    return { request, reply: NO_REPLY, principal, key, requestId };
  }
}
