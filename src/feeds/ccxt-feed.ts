// Prices of an outside exchange through ccxt. Here is the side of the server: it starts the thread
// that asks, starts it again when it dies, and knows how old each price is. An exchange whose own
// clock stands still gives no new price, however often it answers.

import { Worker } from 'node:worker_threads';
import { exchangeFile } from './ccxt-install.ts';
import type { CcxtReport, CcxtTask, OutsidePrice } from './ccxt-messages.ts';
import { isPriceText, type Feed, type FeedHealth, type FeedState, type Quote } from './feed.ts';

const HEAP_MB_MAX = 512;
const RESTART_MS_MIN = 1_000;
const RESTART_MS_MAX = 60_000;

export interface CcxtOptions {
  readonly exchange: string;
  /** Which symbol of the outside exchange prices a market. */
  readonly symbolOf: ReadonlyMap<string, string>;
  readonly url: string | undefined;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly staleAfterMs: number;
  readonly nowMs?: () => number;
}

interface Known {
  readonly price: string;
  readonly timeMs: number;
  readonly outsideMs: number | undefined;
}

export class CcxtFeed implements Feed {
  readonly name: string;
  readonly markets: readonly string[];
  readonly staleAfterMs: number;
  private readonly task: CcxtTask;
  private readonly marketsOf = new Map<string, string[]>();
  private readonly known = new Map<string, Known>();
  private readonly nowMs: () => number;
  private thread: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;
  private restartMs = RESTART_MS_MIN;
  private isStopped = false;
  private state: FeedState = 'starting';
  private errors = 0;
  private trouble = '';

  /** @throws FeedError when ccxt is not there or does not have the exchange */
  constructor(options: CcxtOptions) {
    const { exchange, symbolOf, url, everyMs, timeoutMs, staleAfterMs } = options;
    const file = exchangeFile(exchange);
    this.name = `ccxt:${exchange}`;
    this.markets = [...symbolOf.keys()];
    this.staleAfterMs = staleAfterMs;
    this.nowMs = options.nowMs ?? Date.now;
    const symbols = [...new Set(symbolOf.values())];
    this.task = { file, symbols, url, everyMs, timeoutMs };
    for (const [market, symbol] of symbolOf) {
      this.marketsOf.set(symbol, [...(this.marketsOf.get(symbol) ?? []), market]);
    }
  }

  start(): void {
    const thread = new Worker(new URL('./ccxt-thread.ts', import.meta.url), {
      workerData: this.task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    this.thread = thread;
    thread.on('message', (report: CcxtReport) => this.take(report));
    thread.on('error', (error) => this.fail(`its thread ended: ${String(error)}`));
    thread.on('exit', () => this.restart());
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.thread?.terminate();
  }

  quotes(): Quote[] {
    return [...this.known].map(([market, { price, timeMs }]) => ({ market, price, timeMs }));
  }

  health(): FeedHealth {
    const { state, errors, trouble } = this;
    return { state, errors, trouble };
  }

  private take(report: CcxtReport): void {
    if (report.kind === 'failed') {
      this.fail(report.trouble);
      return;
    }
    this.restartMs = RESTART_MS_MIN;
    let trouble = report.missing === '' ? '' : `this exchange has no ${report.missing}`;
    for (const price of report.prices) {
      if (isPriceText(price.price)) this.note(price);
      else trouble = `${price.symbol} has the price ${JSON.stringify(price.price.slice(0, 40))}`;
    }
    if (trouble === '') this.state = 'live';
    else if (trouble !== this.trouble || this.state !== 'failing') this.fail(trouble);
  }

  private note({ symbol, price, timeMs: outsideMs }: OutsidePrice): void {
    for (const market of this.marketsOf.get(symbol) ?? []) {
      const before = this.known.get(market)?.outsideMs;
      const isNew = outsideMs === undefined || before === undefined || outsideMs > before;
      if (isNew) this.known.set(market, { price, timeMs: this.nowMs(), outsideMs });
    }
  }

  private fail(trouble: string): void {
    this.state = 'failing';
    this.errors += 1;
    this.trouble = trouble;
  }

  private restart(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => this.start(), this.restartMs);
    this.restartMs = Math.min(RESTART_MS_MAX, this.restartMs * 2);
  }
}
