// Calls over HTTP: one request per attempt, and another attempt when nothing was decided. A change
// carries the same key every time, so that it happens once however often it is sent.

import type { Operation } from '../contract/operation.ts';
import type { Problem } from '../contract/problem.ts';
import { CALLS, type CallOptions, type Calls } from './calls.ts';
import { NoAnswerError, PlimsollError } from './errors.ts';
import { BACK_OFF, newKey, pause, waitMs, type BackOff } from './waiting.ts';

export interface HttpOptions {
  /** `http://127.0.0.1:4747` */
  readonly url: string;
  /** Left out in a browser that is signed in by its cookie. */
  readonly token?: string | undefined;
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly backOff?: BackOff;
  readonly fetch?: typeof fetch;
}

interface Asked extends CallOptions {
  readonly params?: object;
  readonly query?: object;
  readonly body?: unknown;
}

const TIMEOUT_MS = 10_000;
const RETRIES = 3;
/** A longer wait than this is for the caller to decide. */
const RETRY_AFTER_MAX_MS = 5_000;

/** They make something without a key: only a refusal is certain enough to try again. */
const NOT_REPEATABLE: ReadonlySet<string> = new Set(['create_credential']);

/** The methods of all operations on one server. */
export function httpCalls(options: HttpOptions): Calls {
  const calls: Record<string, (asked?: Asked) => Promise<unknown>> = {};
  for (const [name, operation] of Object.entries(CALLS)) {
    calls[name] = (asked = {}) => call(operation as Operation, asked, options);
  }
  return calls as unknown as Calls;
}

async function call(operation: Operation, asked: Asked, options: HttpOptions): Promise<unknown> {
  const { signal } = asked;
  const retries = asked.retries ?? options.retries ?? RETRIES;
  const key = operation.changes ? (asked.key ?? newKey()) : undefined;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await attemptOnce(operation, asked, key, options);
    } catch (error) {
      signal?.throwIfAborted();
      const wait = nextWait(error, operation, attempt + 1, options.backOff ?? BACK_OFF);
      if (wait === undefined || attempt >= retries) throw error;
      await pause(wait, signal);
    }
  }
}

/** Undefined: another attempt would not help. */
function nextWait(
  error: unknown,
  { id }: Operation,
  attempt: number,
  backOff: BackOff,
): number | undefined {
  if (error instanceof NoAnswerError) {
    return NOT_REPEATABLE.has(id) ? undefined : waitMs(attempt, backOff);
  }
  if (!(error instanceof PlimsollError)) return undefined;
  const { status, isTransient, retryAfterMs } = error;
  if (!isTransient || (status !== 503 && status !== 429)) return undefined;
  if (retryAfterMs === undefined) return waitMs(attempt, backOff);
  return retryAfterMs <= RETRY_AFTER_MAX_MS ? retryAfterMs : undefined;
}

async function attemptOnce(
  operation: Operation,
  asked: Asked,
  key: string | undefined,
  options: HttpOptions,
): Promise<unknown> {
  const { token, fetch: ask = fetch } = options;
  const timeout = AbortSignal.timeout(asked.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
  const headers: Record<string, string> = {};
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (key !== undefined) headers['idempotency-key'] = key;
  if (asked.body !== undefined) headers['content-type'] = 'application/json';
  const blamed = key === undefined ? {} : { idempotencyKey: key };
  let response: Response;
  let text: string;
  try {
    response = await ask(options.url.replace(/\/$/, '') + pathOf(operation, asked), {
      method: operation.method,
      headers,
      redirect: 'error',
      signal: asked.signal === undefined ? timeout : AbortSignal.any([asked.signal, timeout]),
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    });
    text = await response.text();
  } catch (cause) {
    asked.signal?.throwIfAborted();
    throw new NoAnswerError(`${options.url} does not answer`, { cause, ...blamed });
  }
  if (response.ok && operation.answerType !== undefined) return text;
  const answer = jsonOf(text);
  if (answer === undefined) {
    throw new NoAnswerError(`${options.url} answers ${response.status} without JSON`, blamed);
  }
  if (response.ok) return answer;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  throw new PlimsollError(answer as Problem, retryAfterMs);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function pathOf({ path }: Operation, { params = {}, query = {} }: Asked): string {
  const given = new Map<string, unknown>(Object.entries(params));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(given.get(name))),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}
