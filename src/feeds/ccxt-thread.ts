// Asks one outside exchange for its prices, again and again, in a thread of its own: what ccxt
// reads can be megabytes, and the exchange must not wait for it. Prices stay the text that the
// exchange sent. A failure is reported and waited out, twice as long each time.

import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { CcxtReport, CcxtTask, OutsidePrice } from './ccxt-messages.ts';

const WAIT_MS_MAX = 60_000;
const TROUBLE_CHARS = 300;
/** Up to so many symbols are asked one by one: many exchanges know only one, or all thousand. */
const ONE_BY_ONE = 4;
/** ccxt bounds one request; the markets and the prices are a few. */
const REQUESTS_PER_POLL = 8;

interface Ticker {
  readonly symbol?: string;
  readonly last?: unknown;
  readonly close?: unknown;
  readonly timestamp?: unknown;
}

/** The part of ccxt's exchange that is used here. */
interface Outside {
  urls: { api: unknown };
  options: { fetchMarkets?: { types?: unknown } };
  readonly hostname?: string;
  readonly has: Readonly<Record<string, unknown>>;
  readonly markets?: Readonly<Record<string, unknown>>;
  loadMarkets(): Promise<unknown>;
  fetchTicker(symbol: string): Promise<Ticker>;
  fetchTickers(symbols: readonly string[]): Promise<Readonly<Record<string, Ticker>>>;
}

type Made = new (options: object) => Outside;

const task = workerData as CcxtTask;

void run();

async function run(): Promise<never> {
  let waitMs = task.everyMs;
  let outside: Outside | undefined;
  for (;;) {
    try {
      outside ??= await made();
      report(await within(poll(outside), task.timeoutMs * REQUESTS_PER_POLL));
      waitMs = task.everyMs;
    } catch (error) {
      report({ kind: 'failed', trouble: troubleOf(error) });
      // ccxt remembers a failed list of markets for ever: begin with a new one.
      if (outside?.markets === undefined) outside = undefined;
      waitMs = Math.min(WAIT_MS_MAX, waitMs * 2);
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** Loads the one exchange. Numbers of ccxt become texts: `number` is its own option for that. */
async function made(): Promise<Outside> {
  const { default: Exchange } = (await import(pathToFileURL(task.file).href)) as { default: Made };
  const outside = new Exchange({ number: String, timeout: task.timeoutMs, enableRateLimit: true });
  const { fetchMarkets } = outside.options;
  const isSpotOnly = task.symbols.every((symbol) => !symbol.includes(':'));
  if (isSpotOnly && Array.isArray(fetchMarkets?.types) && fetchMarkets.types.includes('spot')) {
    // The lists of futures and options are megabytes that nobody asked for.
    outside.options.fetchMarkets = { ...fetchMarkets, types: ['spot'], ...NO_FEES };
  }
  const { url } = task;
  if (url !== undefined) outside.urls.api = rebased(outside.urls.api, url, outside.hostname ?? '');
  return outside;
}

/** KuCoin: the list of markets without a second list of fees. */
const NO_FEES = { fetchTickersFees: false };

/** The same paths at another scheme, host and port. */
function rebased(api: unknown, url: string, hostname: string): unknown {
  if (typeof api === 'string') {
    const own = api.replace('{hostname}', hostname);
    if (!own.startsWith('https://') && !own.startsWith('http://')) return api;
    const path = new URL(own).pathname;
    return url.replace(/\/$/, '') + (path === '/' ? '' : path);
  }
  if (typeof api !== 'object' || api === null) return api;
  return Object.fromEntries(
    Object.entries(api).map(([name, value]) => [name, rebased(value, url, hostname)]),
  );
}

async function poll(outside: Outside): Promise<CcxtReport> {
  await outside.loadMarkets(); // remembered by ccxt once it has succeeded
  const known = task.symbols.filter((symbol) => outside.markets?.[symbol] !== undefined);
  const missing = task.symbols.filter((symbol) => !known.includes(symbol)).join(', ');
  if (known.length === 0) throw new Error(`this exchange has no ${missing}`);
  const tickers = await tickersOf(outside, known);
  const prices: OutsidePrice[] = [];
  for (const symbol of known) {
    const price = priceOf(symbol, tickers[symbol]);
    if (price !== undefined) prices.push(price);
  }
  if (prices.length === 0) throw new Error('the answer has no price');
  return { kind: 'prices', prices, missing };
}

async function tickersOf(
  outside: Outside,
  symbols: readonly string[],
): Promise<Readonly<Record<string, Ticker>>> {
  if (outside.has['fetchTickers'] === true && symbols.length > ONE_BY_ONE) {
    return outside.fetchTickers(symbols);
  }
  const tickers: Record<string, Ticker> = {};
  for (const symbol of symbols) tickers[symbol] = await outside.fetchTicker(symbol);
  return tickers;
}

function priceOf(symbol: string, ticker: Ticker | undefined): OutsidePrice | undefined {
  const price = ticker?.last ?? ticker?.close;
  if (typeof price !== 'string') return undefined;
  const time = Number(ticker?.timestamp);
  return { symbol, price, timeMs: Number.isSafeInteger(time) && time > 0 ? time : undefined };
}

/** A request that hangs must not stop the rest of the night. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function troubleOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // Control characters of somebody else's answer do not belong into our log.
  return text.replaceAll(/[^\x20-\x7E]+/g, ' ').slice(0, TROUBLE_CHARS);
}

function report(message: CcxtReport): void {
  parentPort?.postMessage(message);
}
