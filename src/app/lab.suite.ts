// A real server on loopback with real files in a directory of its own, for tests. Every answer is
// held against its schema, and rates are so wide that only tests about rates meet them.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, type App } from './app.ts';
import { parseConfig, type Config } from './config.ts';
import { noLog } from './log.ts';
import { setUp } from './set-up.ts';

const WIDE = { per_second: 100_000, burst: 100_000 };

const PERP = {
  market: 'BTC-PERP',
  kind: 'perp',
  quote: 'USDT',
  price_unit: '0.1',
  size_unit: '0.001',
  tick_size: '0.5',
  maker_fee: '-0.0001',
  taker_fee: '0.0005',
  price_band: '0.2',
  mark_source: 'index',
  brackets: [{ floor_notional: '0', initial: '0.02', maintenance: '0.01' }],
};

const SPOT = {
  market: 'BTC/USDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  price_unit: '0.1',
  size_unit: '0.001',
};

const MARKETS = {
  assets: [
    { asset: 'USDT', decimals: 6, settlement: true },
    { asset: 'BTC', decimals: 8, weight: '0.9', price: '60000' },
  ],
  markets: [PERP, SPOT],
};

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, or undefined. */
  readonly json: Record<string, unknown>;
}

export interface Asking {
  readonly method?: string;
  /** Bearer; left out: the operator's. '' = none. */
  readonly token?: string;
  readonly body?: unknown;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
}

export interface LabOptions {
  readonly config?: Record<string, unknown>;
  readonly demo?: boolean;
  readonly data?: string;
  readonly nowMs?: () => number;
}

export class Lab {
  readonly app: App;
  readonly data: string;
  readonly token: string;

  constructor(app: App, data: string, token: string) {
    this.app = app;
    this.data = data;
    this.token = token;
  }

  async ask(path: string, asking: Asking = {}): Promise<Answered> {
    const { token = this.token, body, raw, method = 'GET' } = asking;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const headers: Record<string, string> = { ...asking.headers };
    if (token !== '') headers['authorization'] ??= `Bearer ${token}`;
    if (payload !== undefined) headers['content-type'] ??= 'application/json';
    const response = await fetch(this.app.origin + path, {
      method,
      headers,
      redirect: 'manual',
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const json = (isJson ? JSON.parse(text) : undefined) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, text, json };
  }

  post(path: string, body: unknown, asking: Asking = {}): Promise<Answered> {
    return this.ask(path, { method: 'POST', body, ...asking });
  }

  /** The digest of balances, orders and positions. */
  async ledgerHash(): Promise<unknown> {
    return (await this.ask('/api/v1/admin/state')).json['ledger_hash'];
  }

  async stop(): Promise<void> {
    await this.app.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** Two markets with an index, and alice and bob with money; or the demo. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { demo = false } = options;
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'plimsoll-lab-'));
  const settings = {
    data,
    port: 0,
    limits: { rates: { read: WIDE, trade: WIDE, cancel: WIDE } },
    ...(demo ? {} : { demo: false, operator_account: 'alice', ...MARKETS }),
    ...options.config,
  };
  const config = parseConfig(JSON.stringify(settings), 'lab');
  const app = await start(config, options.nowMs).catch((error: unknown) => {
    if (options.data === undefined) rmSync(data, { recursive: true, force: true });
    throw error;
  });
  const lab = new Lab(app, data, readFileSync(app.tokenFile, 'utf8').trim());
  if (!demo) await begin(lab);
  return lab;
}

function start(config: Config, nowMs: (() => number) | undefined): Promise<App> {
  return startApp({
    config,
    log: noLog(),
    version: '0.0.0-lab',
    checkAnswers: true,
    onFatal: (error) => {
      throw error;
    },
    ...(nowMs === undefined ? {} : { nowMs }),
  });
}

async function begin(lab: Lab): Promise<void> {
  const deposits = [
    { asset: 'USDT', amount: '100000' },
    { asset: 'BTC', amount: '2' },
  ];
  const accounts = ['alice', 'bob'].map((account) => ({ account, deposits }));
  await setUp(lab.app.core.exchange, { assets: [], markets: [], accounts });
  for (const market of ['BTC-PERP', 'BTC%2FUSDT']) {
    await lab.post(`/api/v1/admin/markets/${market}/index`, { price: '60000' });
  }
}

/** A key of an account with some scopes. */
export async function keyOf(lab: Lab, account: string, scopes: readonly string[]): Promise<string> {
  const made = await lab.post('/api/v1/admin/credentials', { account, kind: 'key', scopes });
  return String(made.json['secret']);
}
