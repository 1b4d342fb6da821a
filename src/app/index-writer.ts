// Turns outside prices into `update_index` commands, which are journaled like all others. The index
// of a market is the median of the feeds whose price is not stale; where none is left the index
// stays as it was, and that is said. A market with rules for sources is told what each feed says,
// and since when, and applies them itself. An unchanged price writes nothing, but for a source that
// would grow too old by that.

import type { Exchange } from '../api/exchange.ts';
import { problemOf } from '../api/submit.ts';
import { Reading } from '../contract/reading.ts';
import type { Feed, FeedState } from '../feeds/feed.ts';
import { STATUS_SETTLED } from '../engine/command.ts';
import type { SourcePrice, UpdateIndex } from '../engine/command.ts';
import { asksForSources } from '../engine/plan/index-price.ts';
import type { Market } from '../engine/state/market.ts';
import { price, type Price } from '../units/brand.ts';
import { DECIMALS_MAX, parseInUnit, type DecimalUnit } from '../units/decimal.ts';
import type { Logger } from './log.ts';

export interface IndexWriterOptions {
  readonly exchange: Exchange;
  readonly feeds: readonly Feed[];
  readonly log: Logger;
  /** Whether prices are written now; the demo rests when nobody is there. */
  readonly mayWrite: () => boolean;
}

/** What one feed knows about one market, for the figures. */
export interface FeedFigure {
  readonly feed: string;
  readonly market: string;
  /** Undefined before the first one. */
  readonly price: string | undefined;
  readonly ageMs: number | undefined;
}

interface Priced {
  readonly number: number;
  readonly symbol: string;
  readonly unit: DecimalUnit;
  /** What the feeds say at this moment; a feed's number is its place among them. */
  now: SourcePrice[];
  /** What the market was last told of its sources. */
  told: readonly SourcePrice[];
  isUnderWay: boolean;
  isStale: boolean;
  /** After a refusal nothing is sent before this. */
  waitUntilMs: number;
}

/** What the engine has refused it refuses again: it is asked, and logged, this seldom. */
const AFTER_REFUSAL_MS = 10_000;

/** The price of an `update_index`, or its sources. */
type News = Pick<UpdateIndex, 'price' | 'sources'>;

const QUIET = { told: [], isUnderWay: false, isStale: false, waitUntilMs: 0 };

export class IndexWriter {
  /** Commands that the engine refused. */
  refused = 0;
  readonly feeds: readonly Feed[];
  private readonly options: IndexWriterOptions;
  private readonly markets: readonly Priced[];
  private readonly bySymbol: ReadonlyMap<string, Priced>;
  private readonly states = new Map<Feed, FeedState>();
  /** Until then a price may be on its way for the first time. */
  private patientUntilMs = 0;

  constructor(options: IndexWriterOptions) {
    const { exchange, feeds } = options;
    this.options = options;
    this.feeds = feeds;
    const symbols = new Set(feeds.flatMap(({ markets }) => markets));
    this.markets = [...symbols].map((symbol) => {
      const number = exchange.engine.marketNumber(symbol);
      const { priceUnit: unit } = exchange.catalog.marketAt(number);
      return { number, symbol, unit, now: [], ...QUIET };
    });
    this.bySymbol = new Map(this.markets.map((one) => [one.symbol, one]));
  }

  /** Starts the feeds and writes the prices that are there at once. */
  async begin(nowMs: number): Promise<void> {
    for (const feed of this.feeds) feed.start(nowMs);
    this.patientUntilMs = nowMs + Math.max(0, ...this.feeds.map((one) => one.staleAfterMs));
    await Promise.all(this.write(nowMs));
  }

  async stop(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.stop()));
  }

  /** Writes what has changed; resolves with the answers. */
  write(nowMs: number): Promise<void>[] {
    const { exchange, mayWrite } = this.options;
    if (exchange.runtime.sequencer.unavailable !== undefined || !mayWrite()) return [];
    this.feeds.forEach((feed, source) => this.collect(feed, source, nowMs));
    const writes: Promise<void>[] = [];
    for (const market of this.markets) {
      const said = market.now;
      market.now = [];
      this.noteStale(market, said.length === 0, nowMs);
      if (market.isUnderWay || nowMs < market.waitUntilMs) continue;
      const of = exchange.engine.markets()[market.number];
      const news = of.status === STATUS_SETTLED ? undefined : newsOf(of, market.told, said);
      if (news !== undefined) writes.push(this.send(market, news, nowMs));
    }
    return writes;
  }

  figures(nowMs: number): FeedFigure[] {
    return this.feeds.flatMap((feed) => {
      const quotes = new Map(feed.quotes(nowMs).map((one) => [one.market, one]));
      return feed.markets.map((market) => {
        const quote = quotes.get(market);
        const ageMs = quote === undefined ? undefined : nowMs - quote.timeMs;
        return { feed: feed.name, market, price: quote?.price, ageMs };
      });
    });
  }

  private collect(feed: Feed, source: number, nowMs: number): void {
    this.noteState(feed);
    for (const { market: symbol, price: text, timeMs } of feed.quotes(nowMs)) {
      if (nowMs - timeMs > feed.staleAfterMs) continue;
      const market = this.bySymbol.get(symbol);
      const units = market === undefined ? 0 : unitsBelow(text, market.unit);
      const at = timeMs < nowMs ? timeMs : nowMs;
      if (units > 0) market?.now.push({ source, price: price(units), at });
    }
  }

  private async send(market: Priced, news: News, nowMs: number): Promise<void> {
    const { exchange, log } = this.options;
    market.isUnderWay = true;
    const command = {
      kind: 'update_index',
      id: '',
      time: 0,
      market: market.number,
      mark: price(0),
      ...news,
    } as const;
    const answer = await exchange.execute(command);
    market.isUnderWay = false;
    if (answer.kind !== 'done') return;
    if (answer.outcome.reason === 0) {
      market.told = news.sources ?? [];
      return;
    }
    this.refused += 1;
    market.waitUntilMs = nowMs + AFTER_REFUSAL_MS;
    const { detail } = problemOf(answer.outcome, command, new Reading(exchange.catalog));
    log.warn({ market: market.symbol, detail }, 'an outside price was refused');
  }

  private noteState(feed: Feed): void {
    const { state, errors, trouble } = feed.health();
    const before = this.states.get(feed);
    if (state === before) return;
    this.states.set(feed, state);
    const { log } = this.options;
    const facts = { feed: feed.name, errors, trouble };
    if (state === 'failing') log.warn(facts, 'a feed fails, and goes on trying');
    else if (state === 'ended') log.warn(facts, 'a feed has ended');
    else if (before === 'failing') log.info(facts, 'a feed is back');
  }

  private noteStale(market: Priced, isStale: boolean, nowMs: number): void {
    if (isStale === market.isStale || (isStale && nowMs < this.patientUntilMs)) return;
    market.isStale = isStale;
    const { log } = this.options;
    const { symbol } = market;
    const known = this.figures(nowMs).filter((one) => one.market === symbol);
    if (isStale) log.warn({ market: symbol, known }, 'a market has no price from outside');
    else log.info({ market: symbol }, 'a market has a price from outside');
  }
}

/** What a market is to be told of what the feeds say; undefined = it knows. */
function newsOf(
  market: Market,
  told: readonly SourcePrice[],
  said: readonly SourcePrice[],
): News | undefined {
  if (said.length === 0) return undefined;
  if (!asksForSources(market)) {
    const index = medianLow(said.map((one) => one.price));
    return index === market.index ? undefined : { price: index };
  }
  const { sourceMaxAgeMs } = market.terms.risk;
  const isNews = ({ source, price: now, at }: SourcePrice): boolean => {
    const before = told.find((one) => one.source === source);
    if (before === undefined || before.price !== now) return true;
    // Twice within the time after which it would no longer count.
    return at > before.at && sourceMaxAgeMs > 0 && 2 * (at - before.at) >= sourceMaxAgeMs;
  };
  return said.some(isNews) ? { price: price(0), sources: said } : undefined;
}

/** The middle one; of an even number the lower of the two, so that nothing is rounded. */
function medianLow(prices: readonly Price[]): Price {
  return prices.toSorted((a, b) => a - b)[(prices.length - 1) >> 1];
}

/** A price in price units, rounded down where it is finer; 0 when it does not fit. */
function unitsBelow(text: string, unit: DecimalUnit): number {
  const [whole, fraction = '0'] = text.split('.');
  const read = parseInUnit(`${whole}.${fraction.slice(0, DECIMALS_MAX)}`, unit);
  if (read.ok) return read.value;
  if (read.code !== 'STEP_MISMATCH') return 0;
  const below = parseInUnit(read.below, unit);
  return below.ok ? below.value : 0;
}
