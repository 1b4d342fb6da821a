// The feeds that the configuration or `--feed` names, for the markets that exist: which symbol
// outside prices which market here, and what is to be refused before the server starts.

import type { Catalog, MarketUnits } from '../contract/catalog.ts';
import type { Exchange } from '../api/exchange.ts';
import { CcxtFeed } from '../feeds/ccxt-feed.ts';
import { FEED_MARKETS_MAX, FeedError, parseFeedName, type Feed } from '../feeds/feed.ts';
import { ReplayFeed } from '../feeds/replay-feed.ts';
import { SimFeed, type SimMarket } from '../feeds/sim-feed.ts';
import { parseInUnit, type DecimalUnit } from '../units/decimal.ts';
import { ConfigError, plainFeed, type Config, type FeedConfig } from './config.ts';
import { DEMO_MARKETS } from './demo-markets.ts';

/** How far a simulated price steps and wanders, in parts per million of its start. */
const WALK = { stepPpm: 120, rangePpm: 30_000 };

/** Made, not started. @throws ConfigError */
export function makeFeeds({ feeds }: Config, exchange: Exchange, isDemo: boolean): Feed[] {
  const wanted = feeds.length === 0 && isDemo ? [plainFeed('sim')] : feeds;
  const names = new Set(wanted.map(({ feed }) => feed));
  if (names.size < wanted.length) throw new ConfigError('a feed is named twice');
  try {
    return wanted.map((one) => makeFeed(one, exchange, isDemo));
  } catch (error) {
    if (error instanceof FeedError) throw new ConfigError(error.message);
    throw error;
  }
}

function makeFeed(config: FeedConfig, exchange: Exchange, isDemo: boolean): Feed {
  const name = parseFeedName(config.feed);
  const markets = marketsOf(config, exchange);
  const staleAfterMs = config.stale_after_ms;
  const symbolOf = (standard: (market: MarketUnits) => string): Map<string, string> =>
    new Map(markets.map((one) => [one.symbol, config.symbols?.[one.symbol] ?? standard(one)]));
  switch (name.kind) {
    case 'sim':
      return new SimFeed(simMarkets(config, markets, exchange, isDemo), staleAfterMs);
    case 'replay': {
      const { speed, at_end: atEnd } = config;
      const { path } = name;
      return new ReplayFeed({ path, symbolOf: symbolOf(own), speed, atEnd, staleAfterMs });
    }
    case 'ccxt': {
      const { url, every_ms: everyMs, timeout_ms: timeoutMs } = config;
      const { exchange: id } = name;
      const symbols = symbolOf(outsideSymbol);
      return new CcxtFeed({
        exchange: id,
        symbolOf: symbols,
        url,
        everyMs,
        timeoutMs,
        staleAfterMs,
      });
    }
  }
}

const own = ({ symbol }: MarketUnits): string => symbol;

/** Spot prices make an index: BTC-PERP in USDT is BTC/USDT elsewhere. */
const outsideSymbol = ({ symbol, quote }: MarketUnits): string =>
  `${symbol.split(/[-/]/)[0]}/${quote.symbol}`;

function marketsOf({ feed, symbols }: FeedConfig, { catalog, engine }: Exchange): MarketUnits[] {
  const names = symbols === undefined ? engine.markets().map(({ symbol }) => symbol) : undefined;
  const wanted = names ?? Object.keys(symbols ?? {});
  if (wanted.length === 0) throw new FeedError(`the feed ${feed} has no market to price`);
  if (wanted.length > FEED_MARKETS_MAX) {
    throw new FeedError(`a feed prices at most ${FEED_MARKETS_MAX} markets, not ${wanted.length}`);
  }
  return wanted.map((symbol) => existing(catalog, feed, symbol));
}

function existing(catalog: Catalog, feed: string, symbol: string): MarketUnits {
  const market = catalog.marketOf(symbol);
  if (market === undefined)
    throw new FeedError(`the feed ${feed} prices ${symbol}: no such market`);
  return market;
}

function simMarkets(
  { symbols }: FeedConfig,
  markets: readonly MarketUnits[],
  { engine, runtime }: Exchange,
  isDemo: boolean,
): SimMarket[] {
  const { sequence } = runtime.sequencer; // so that no two runs are alike
  return markets.map(({ symbol, number, priceUnit }) => {
    const { index } = engine.markets()[number];
    const demo = isDemo ? DEMO_MARKETS.find((one) => one.symbol === symbol) : undefined;
    const wanted = startOf(symbols?.[symbol], priceUnit) ?? demo?.start ?? index;
    if (wanted === 0) {
      const what = `a price in ${priceUnit.text} to start ${symbol} from`;
      throw new FeedError(`the feed sim needs ${what}, in its symbols`);
    }
    // Another feed may have led the price away since: no jump of a third, then.
    const isNear = Math.abs(index - wanted) * MILLION <= wanted * WALK.rangePpm;
    const start = index === 0 || isNear ? wanted : index;
    const seed = (demo?.seed ?? number) + sequence;
    const { stepPpm = WALK.stepPpm } = demo ?? {};
    return { market: symbol, priceUnit, seed, start, at: index || start, ...WALK, stepPpm };
  });
}

const MILLION = 1_000_000;

/** In price units; 0 when the text is no price of the market, undefined when there is none. */
function startOf(text: string | undefined, unit: DecimalUnit): number | undefined {
  if (text === undefined) return undefined;
  const read = parseInUnit(text, unit);
  return read.ok ? read.value : 0;
}
