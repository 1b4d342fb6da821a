// Asks a Solana node for accounts: JSON-RPC over HTTP with a limit for time, size and tries. It
// says what went wrong and never shows the path of the address, where providers put their keys.

import * as z from 'zod';
import { ADDRESS_SHAPE } from './address.ts';
import { DriftFault } from './fault.ts';
import type { RawAccount } from './layout/kinds.ts';
import { fromBase64, messageOf } from './recording.ts';

/** What the protocol allows in one call of `getMultipleAccounts`. */
const ADDRESSES_PER_CALL = 100;
const RETRY_AFTER_MS_MAX = 10_000;
const SHOWN_MAX = 200;
/** A part of the address's path that is as long may be a key. */
const SECRET_CHARS_MIN = 8;

/** JSON-RPC errors of a node that is behind or unhealthy: it may be well a moment later. */
const PASSING_CODES = new Set([-32_004, -32_005, -32_014, -32_016, -32_603]);

export interface RpcOptions {
  readonly url: string;
  /** For one call with its body. */
  readonly timeoutMs?: number;
  /** Tries for one call, the first included. */
  readonly attempts?: number;
  /** Before the second try; doubled before each further one. */
  readonly delayMs?: number;
  /** An answer is not read further than this. */
  readonly bodyBytesMax?: number;
}

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;
const DELAY_MS = 250;
const BODY_BYTES_MAX = 16 * 1024 * 1024;

export interface AccountsAnswer {
  /** The lowest slot of the answers. */
  readonly slot: number;
  /** Those that exist. */
  readonly accounts: readonly RawAccount[];
}

const answer = z.object({
  result: z.object({
    context: z.object({ slot: z.int().nonnegative() }),
    value: z.array(
      z
        .object({
          owner: z.string().regex(ADDRESS_SHAPE),
          data: z.tuple([z.string(), z.literal('base64')]),
        })
        .nullable(),
    ),
  }),
});

const failure = z.object({ error: z.object({ code: z.int(), message: z.string() }) });

/** What one try ended with. */
type Try = { readonly body: unknown } | { readonly fault: DriftFault; readonly waitMs?: number };

export class RpcReader {
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #attempts: number;
  readonly #delayMs: number;
  readonly #bodyBytesMax: number;
  #id = 0;

  constructor(options: RpcOptions) {
    const { url, timeoutMs = TIMEOUT_MS, attempts = ATTEMPTS, delayMs = DELAY_MS } = options;
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new DriftFault(
        'input',
        'the address of the RPC node is no http:// or https:// address',
      );
    }
    this.#url = new URL(url);
    if (this.#url.username !== '' || this.#url.password !== '') {
      throw new DriftFault(
        'input',
        'the address of the RPC node has a user name or password before the host, which HTTP clients do not send; use the address that your provider gives',
      );
    }
    this.#timeoutMs = timeoutMs;
    this.#attempts = attempts;
    this.#delayMs = delayMs;
    this.#bodyBytesMax = options.bodyBytesMax ?? BODY_BYTES_MAX;
  }

  /** Where it asks, without what may be a key. */
  get shown(): string {
    return this.#url.origin;
  }

  /**
   * The accounts at these addresses, not before `slotMin`; those that do not exist are left out.
   */
  async accounts(addresses: readonly string[], slotMin = 0): Promise<AccountsAnswer> {
    const accounts: RawAccount[] = [];
    let slot = Number.MAX_SAFE_INTEGER;
    for (let start = 0; start < addresses.length; start += ADDRESSES_PER_CALL) {
      const asked = addresses.slice(start, start + ADDRESSES_PER_CALL);
      // Later calls follow upon earlier ones, because the node knows the slot that it answered at.
      const { context, value } = await this.#multiple(asked, slotMin);
      slot = Math.min(slot, context.slot);
      for (const [i, one] of value.entries()) {
        if (one === null) continue;
        const address = asked[i]!;
        const data = fromBase64(one.data[0], `${this.shown}, account ${address}`);
        accounts.push({ address, owner: one.owner, data });
      }
    }
    return { slot, accounts };
  }

  async #multiple(
    addresses: readonly string[],
    minContextSlot: number,
  ): Promise<z.infer<typeof answer>['result']> {
    const config = { encoding: 'base64', commitment: 'confirmed', minContextSlot };
    const body = await this.#call('getMultipleAccounts', [addresses, config]);
    const parsed = answer.safeParse(body);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
      throw new DriftFault('malformed', `${this.shown} answered without accounts (${where})`);
    }
    const { result } = parsed.data;
    if (result.value.length !== addresses.length) {
      throw new DriftFault(
        'malformed',
        `${this.shown} answered with ${result.value.length} accounts to ${addresses.length} addresses`,
      );
    }
    return result;
  }

  async #call(method: string, params: readonly unknown[]): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const tried = await this.#try(method, params);
      if ('body' in tried) return tried.body;
      const { fault, waitMs } = tried;
      if (waitMs === undefined) throw fault;
      if (attempt >= this.#attempts) {
        throw new DriftFault(fault.kind, `${fault.message} (tried ${attempt} times)`);
      }
      await sleep(Math.max(waitMs, this.#delayMs * 2 ** (attempt - 1)));
    }
  }

  async #try(method: string, params: readonly unknown[]): Promise<Try> {
    this.#id += 1;
    const id = this.#id;
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
        redirect: 'error',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      text = await limitedText(response, this.#bodyBytesMax);
    } catch (error) {
      if (error instanceof DriftFault) return { fault: error };
      return { fault: new DriftFault('unreachable', this.#silence(error)), waitMs: 0 };
    }
    if (!response.ok) return this.#refused(response, text);
    return this.#read(text, id);
  }

  /** The beginning of what a node says, fit for a terminal and without our own secrets. */
  #quoted(text: string): string {
    const { pathname, search } = this.#url;
    let said = text.slice(0, 4 * SHOWN_MAX);
    for (const part of `${pathname}${search}`.split(/[/?&=]/)) {
      if (part.length >= SECRET_CHARS_MIN) said = said.replaceAll(part, '…');
    }
    return said
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, SHOWN_MAX);
  }

  #silence(error: unknown): string {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return `${this.shown} did not answer within ${this.#timeoutMs} ms`;
    }
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return `${this.shown} cannot be reached: ${messageOf(cause)}`;
  }

  #refused({ status, headers }: Response, text: string): Try {
    const said = this.#quoted(text);
    const fault = new DriftFault(
      'unreachable',
      `${this.shown} answered ${status}${said === '' ? '' : `: ${said}`}`,
    );
    if (status !== 429 && status < 500) return { fault };
    const seconds = Number(headers.get('retry-after') ?? 0);
    const wished = Number.isFinite(seconds) ? seconds * 1_000 : 0;
    return { fault, waitMs: Math.min(Math.max(wished, 0), RETRY_AFTER_MS_MAX) };
  }

  #read(text: string, id: number): Try {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      const shown = JSON.stringify(this.#quoted(text).slice(0, 40));
      return { fault: new DriftFault('malformed', `${this.shown} answered no JSON: ${shown}`) };
    }
    const failed = failure.safeParse(body);
    if (failed.success) {
      const { code, message } = failed.data.error;
      const said = this.#quoted(message);
      const fault = new DriftFault('unreachable', `${this.shown} refused: ${said} (${code})`);
      return PASSING_CODES.has(code) ? { fault, waitMs: 0 } : { fault };
    }
    const envelope = z.object({ id: z.unknown() }).safeParse(body);
    if (envelope.success && envelope.data.id === id) return { body };
    return { fault: new DriftFault('malformed', `${this.shown} answered another question`) };
  }
}

/** The body of an answer; reading stops where it becomes too long. */
async function limitedText(response: Response, bytesMax: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
  for await (const part of body) {
    bytes += part.length;
    if (bytes > bytesMax) {
      throw new DriftFault('malformed', `the answer has more than ${bytesMax} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
