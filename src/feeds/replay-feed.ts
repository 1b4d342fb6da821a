// Past prices played again from a file, as fast as they came or by a factor faster. The file is
// checked whole before the first price; if it changes afterwards, the feed ends and says where.

import { FeedError, type Feed, type FeedHealth, type Quote } from './feed.ts';
import { openPriceFile, readPrices, type PriceFile, type PriceRow } from './price-file.ts';

/** Rows that one question reads at most; the rest comes with the next ones. */
const ROWS_PER_TURN = 10_000;

export interface ReplayOptions {
  readonly path: string;
  /** Which symbol of the file prices a market; '' for a file about one thing only. */
  readonly symbolOf: ReadonlyMap<string, string>;
  /** Seconds of the file that pass in one second. */
  readonly speed: number;
  /** At the end of the file: keep the last prices until they are stale, or begin again. */
  readonly atEnd: 'hold' | 'loop';
  readonly staleAfterMs: number;
}

export class ReplayFeed implements Feed {
  readonly name: string;
  readonly markets: readonly string[];
  readonly staleAfterMs: number;
  readonly file: PriceFile;
  private readonly options: ReplayOptions;
  private readonly marketsOf = new Map<string, string[]>();
  private readonly prices = new Map<string, string>();
  private rows: Iterator<PriceRow>;
  private next: PriceRow | undefined;
  private beganMs = 0;
  /** When the last price was due; undefined while there are more. */
  private endedMs: number | undefined;
  private trouble = '';

  /** @throws FeedError when the file or what is asked of it cannot be used */
  constructor(options: ReplayOptions) {
    const { path, symbolOf, staleAfterMs } = options;
    this.options = options;
    this.name = `replay:${path}`;
    this.file = openPriceFile(path);
    this.markets = [...symbolOf.keys()];
    this.staleAfterMs = staleAfterMs;
    for (const [market, symbol] of symbolOf) {
      const isThere = symbol === '' ? this.file.symbols.size === 0 : this.file.symbols.has(symbol);
      if (!isThere) throw new FeedError(absent(this.file, market, symbol));
      this.marketsOf.set(symbol, [...(this.marketsOf.get(symbol) ?? []), market]);
    }
    this.rows = readPrices(path);
  }

  start(nowMs: number): void {
    this.beganMs = nowMs;
    this.advance();
  }

  stop(): Promise<void> {
    this.rows.return?.(); // closes the file
    return Promise.resolve();
  }

  quotes(nowMs: number): Quote[] {
    this.play(nowMs);
    const timeMs = this.endedMs ?? nowMs;
    return [...this.prices].map(([market, price]) => ({ market, price, timeMs }));
  }

  health(): FeedHealth {
    const { trouble } = this;
    const state = this.endedMs === undefined ? 'live' : 'ended';
    return { state, errors: trouble === '' ? 0 : 1, trouble };
  }

  private play(nowMs: number): void {
    const { speed, atEnd } = this.options;
    for (let count = 0; count < ROWS_PER_TURN; count += 1) {
      const { next } = this;
      if (next === undefined) return;
      const dueMs = this.beganMs + (next.timeMs - this.file.firstMs) / speed;
      if (dueMs > nowMs) return;
      for (const market of this.marketsOf.get(next.symbol) ?? []) {
        this.prices.set(market, next.price);
      }
      this.advance();
      if (this.next !== undefined) continue;
      if (atEnd === 'hold' || this.trouble !== '') {
        this.endedMs = nowMs;
        return;
      }
      this.rows = readPrices(this.options.path);
      this.beganMs = nowMs;
      this.advance();
      return; // a file of one moment must not turn for ever
    }
  }

  private advance(): void {
    try {
      const step = this.rows.next();
      this.next = step.done === true ? undefined : step.value;
    } catch (error) {
      if (!(error instanceof FeedError)) throw error;
      this.next = undefined;
      this.trouble = `the file has changed: ${error.message}`;
    }
  }
}

function absent({ path, symbols }: PriceFile, market: string, symbol: string): string {
  if (symbols.size === 0) {
    return `${path} is about one thing and names no symbol: map ${market} to "" in its symbols`;
  }
  const some = [...symbols].slice(0, 5).join(', ');
  const wanted = symbol === '' ? 'unnamed prices' : symbol;
  return `${path} has no ${wanted} for ${market}, but ${some}: name one of them in its symbols`;
}
