// A Solana node on the loopback: JSON-RPC over HTTP with accounts in memory. A script says how the
// next answers go wrong, as nodes and those who resell them do.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedAccount {
  readonly address: string;
  readonly owner: string;
  readonly data: Uint8Array;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: readonly [
    readonly string[],
    { readonly encoding: string; readonly minContextSlot?: number },
  ];
}

/** What one answer is instead of the right one. */
export type Mischief =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** Accepts the question and never answers. */
  | { readonly kind: 'silence' }
  /** Answers with the head and stops in the middle of the body. */
  | { readonly kind: 'torn' }
  | { readonly kind: 'body'; readonly body: string }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  /** Changes the result before it is sent. */
  | { readonly kind: 'result'; readonly change: (value: unknown[]) => unknown };

export class DriftRpcServer {
  readonly #server: Server;
  readonly #accounts = new Map<string, ServedAccount>();
  readonly #mischief: Mischief[] = [];
  slot = 1;
  /** Questions so far, with the addresses asked for. */
  readonly asked: (readonly string[])[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
  }

  static async start(): Promise<DriftRpcServer> {
    const node = new DriftRpcServer();
    await new Promise<void>((resolve) => {
      node.#server.listen(0, '127.0.0.1', resolve);
    });
    return node;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v1/a-secret-key`;
  }

  put(...accounts: readonly ServedAccount[]): void {
    for (const account of accounts) this.#accounts.set(account.address, account);
  }

  remove(address: string): void {
    this.#accounts.delete(address);
  }

  /** The next answers, in this order; then it answers rightly again. */
  misbehave(...mischief: readonly Mischief[]): void {
    this.#mischief.push(...mischief);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { id, method, params } = JSON.parse(Buffer.concat(parts).toString()) as Request;
    const [addresses, config] = params;
    this.asked.push(addresses);
    const send = (body: object): void => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
    };
    const mischief = this.#mischief.shift();
    if (mischief !== undefined && mischief.kind !== 'result') {
      misbehave(mischief, response, send);
    } else if (method !== 'getMultipleAccounts' || config.encoding !== 'base64') {
      send({ error: { code: -32_601, message: 'Method not found' } });
    } else if (addresses.length > 100) {
      send({ error: { code: -32_602, message: 'Too many inputs provided; max 100' } });
    } else if ((config.minContextSlot ?? 0) > this.slot) {
      const message = 'Minimum context slot has not been reached';
      send({ error: { code: -32_016, message, data: { contextSlot: this.slot } } });
    } else {
      const value = addresses.map((address) => this.#value(address));
      const changed = mischief === undefined ? value : mischief.change(value);
      send({ result: { context: { apiVersion: '3.0.0', slot: this.slot }, value: changed } });
    }
  }

  #value(address: string): unknown {
    const account = this.#accounts.get(address);
    if (account === undefined) return null;
    const data = [Buffer.from(account.data).toString('base64'), 'base64'];
    const rest = { executable: false, lamports: 1_000_000, rentEpoch: 0, space: 0 };
    return { ...rest, owner: account.owner, data };
  }
}

function misbehave(
  mischief: Exclude<Mischief, { kind: 'result' }>,
  response: ServerResponse,
  send: (body: object) => void,
): void {
  switch (mischief.kind) {
    case 'silence':
      return;
    case 'torn':
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"jsonrpc":');
      setTimeout(() => response.destroy(), 5);
      return;
    case 'status':
      if (mischief.retryAfter !== undefined) response.setHeader('retry-after', mischief.retryAfter);
      response.statusCode = mischief.status;
      response.end('Too many requests\n for this key');
      return;
    case 'body':
      response.end(mischief.body);
      return;
    case 'error':
      send({ error: { code: mischief.code, message: mischief.message } });
  }
}
