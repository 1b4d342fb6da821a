// One request on its way through: who asks, for which account, under which key. Permission is
// decided here and nowhere else.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal, Scope } from './credentials.ts';
import { BATCH_KEY_CHARS_MAX } from './limits.ts';
import { refuse } from './problem-error.ts';

const KEY = /^[A-Za-z0-9._:-]{1,36}$/;

export interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly principal: Principal | undefined;
  /** The Idempotency-Key, or ''. */
  readonly key: string;
  /** What answers call this request: the key, or a name that the server made. */
  readonly requestId: string;
}

export function callOf(
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal | undefined,
): Call {
  const given = request.headers['idempotency-key'];
  if (given !== undefined && (typeof given !== 'string' || !KEY.test(given))) {
    const what = 'Header Idempotency-Key is 1 to 36 of A-Z a-z 0-9 . _ : -';
    throw refuse('MALFORMED', what, 'Idempotency-Key');
  }
  const key = given ?? '';
  return { request, reply, principal, key, requestId: key === '' ? request.id : key };
}

/** The same call for one order of a batch, under a key of its own. */
export function partOfBatch(call: Call, index: number): Call {
  if (call.key === '') return call;
  if (call.key.length > BATCH_KEY_CHARS_MAX) {
    const what = `The Idempotency-Key of a batch has at most ${BATCH_KEY_CHARS_MAX} characters.`;
    throw refuse('MALFORMED', what, 'Idempotency-Key');
  }
  const key = `${call.key}:${index}`;
  return { ...call, key, requestId: key };
}

/** @throws ProblemError 401 or 403 */
export function checkScope(principal: Principal | undefined, scope: Scope): Principal {
  if (principal === undefined) throw refuse('UNAUTHENTICATED');
  if (!principal.scopes.has(scope)) {
    throw refuse('FORBIDDEN', `These credentials lack the scope ${scope}.`);
  }
  return principal;
}

/**
 * The name of the account that a request is for: its own, or another one with the scope admin.
 * @throws ProblemError
 */
export function accountName({ principal }: Call, named: string | undefined): string {
  if (principal === undefined) throw refuse('UNAUTHENTICATED');
  if (named === undefined || named === principal.account) {
    if (principal.account !== '') return principal.account;
    const what = 'Name the account: this token acts for none of its own.';
    throw refuse('MALFORMED', what, 'account');
  }
  if (principal.scopes.has('admin')) return named;
  throw refuse('FORBIDDEN', 'These credentials are for another account.', 'account');
}
