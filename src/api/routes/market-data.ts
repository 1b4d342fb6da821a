// Routes that everybody may read: clocks, markets, books, trades, candles.

import { BookTexts } from '../../contract/book-text.ts';
import { getBook } from '../../contract/operations/get-book.ts';
import { getInfo } from '../../contract/operations/get-info.ts';
import { getMarket } from '../../contract/operations/get-market.ts';
import { getTime } from '../../contract/operations/get-time.ts';
import { INTERVALS, listCandles } from '../../contract/operations/list-candles.ts';
import { listMarkets } from '../../contract/operations/list-markets.ts';
import { listTrades } from '../../contract/operations/list-trades.ts';
import { LIST_MAX } from '../../contract/atoms.ts';
import { BATCH_MAX } from '../../contract/operations/place-batch.ts';
import { ruleProblem } from '../../contract/problem.ts';
import { DEPTH_MAX } from '../../contract/strict-json.ts';
import type { MarketUnits } from '../../contract/catalog.ts';
import * as V from '../../contract/views.ts';
import { isoTime, isoTimeOrNull } from '../../contract/words.ts';
import { fundingOutlook } from '../../projections/funding-outlook.ts';
import type { ApiContext } from '../context.ts';
import type { Engine } from '../exchange.ts';
import { KEY_CHARS_MAX } from '../limits.ts';
import { nextCursor, pageOf } from '../paging.ts';
import { ProblemError } from '../problem-error.ts';
import type { Routes } from '../routes.ts';

const MARKET_NOT_FOUND = 131;

/** The market of a path. @throws ProblemError 404 */
export function marketOf({ exchange }: ApiContext, symbol: string): MarketUnits {
  const market = exchange.catalog.marketOf(symbol);
  if (market !== undefined) return market;
  throw new ProblemError(ruleProblem(MARKET_NOT_FOUND, [0, 0, 0], {}));
}

export function marketDataRoutes(routes: Routes, context: ApiContext): void {
  const { exchange } = context;
  aboutTheExchange(routes, context);

  routes.on(listMarkets, () =>
    exchange.read((engine) => ({
      markets: engine.markets().map((_, number) => viewOf(engine, number, context)),
    })),
  );

  routes.on(getMarket, ({ params }) => {
    const { number } = marketOf(context, params.market);
    return exchange.read((engine) => viewOf(engine, number, context));
  });

  const texts = new BookTexts(exchange.catalog);
  routes.written(getBook, ({ params, query }) => {
    const { number } = marketOf(context, params.market);
    return exchange.read((engine, sequence) =>
      texts.text(number, query.levels, sequence, () => engine.book(number, query.levels, false)),
    );
  });

  past(routes, context);
}

/** A market with its best prices and what its funding looks like now. */
export function viewOf(
  engine: Engine,
  number: number,
  { exchange }: Pick<ApiContext, 'exchange'>,
): ReturnType<typeof V.marketView> {
  const market = engine.markets()[number];
  const top = engine.book(number, 1, false);
  const funding = fundingOutlook(market, engine.state.clock);
  return V.marketView(market, { top, funding }, exchange.catalog);
}

function aboutTheExchange(routes: Routes, context: ApiContext): void {
  const { exchange, settings } = context;

  routes.on(getTime, () =>
    exchange.read((engine, sequence) => ({
      time: isoTime(context.nowMs()),
      exchange_time: isoTimeOrNull(engine.state.clock),
      sequence,
    })),
  );

  routes.on(getInfo, () =>
    exchange.read((engine) => ({
      name: 'plimsoll',
      version: settings.version,
      demo: context.faucet() !== undefined,
      assets: engine.assets().map((asset) => V.assetView(asset, exchange.catalog)),
      limits: {
        body_bytes: settings.bodyBytes,
        depth: DEPTH_MAX,
        batch: BATCH_MAX,
        open_orders_per_market: engine.limits.ordersPerPosition,
        id_characters: KEY_CHARS_MAX,
        remembered_ids_per_account: engine.limits.idsPerAccount,
        page: LIST_MAX,
      },
      rates: settings.rates,
    })),
  );
}

/** What was traded. */
function past(routes: Routes, context: ApiContext): void {
  const { exchange, history } = context;

  routes.on(listTrades, async ({ params, query }) => {
    const { number } = marketOf(context, params.market);
    const rows = await history.trades(number, pageOf(query));
    const trades = rows.map((row) => V.tradeView(row, exchange.catalog));
    return { trades, next_cursor: nextCursor(rows, query.limit) };
  });

  routes.on(listCandles, async ({ params, query }) => {
    const units = marketOf(context, params.market);
    const { interval, limit } = query;
    const intervalMs = INTERVALS[interval];
    const toMs = query.to === undefined ? context.nowMs() : Date.parse(query.to);
    const fromMs = query.from === undefined ? undefined : Date.parse(query.from);
    const span = { fromMs, toMs };
    const rows = await history.candles(units.number, intervalMs, span, limit);
    const candles = rows.map((row) => V.candleView(row, units));
    return { market: units.symbol, interval, candles };
  });
}
