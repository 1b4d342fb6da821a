// Routes of pairs: track one, list them, their live figures, close one. The rules of who may are
// those of orders.

import { createHash } from 'node:crypto';
import { LEVERAGE_ONE } from '../../margin/health.ts';
import {
  HALF_PPM,
  isPairAmount,
  isPairCapital,
  legNotionals,
  PAIR_AMOUNT_MAX,
  pairNotional,
} from '../../margin/pair.ts';
import type { LegMarket } from '../../margin/pair-market.ts';
import { closePair } from '../../contract/operations/close-pair.ts';
import { getLivePnl } from '../../contract/operations/get-live-pnl.ts';
import { listPairs } from '../../contract/operations/list-pairs.ts';
import { openPair, type OpenPairBody } from '../../contract/operations/open-pair.ts';
import { decimalUnit, sizeText, type MarketUnits } from '../../contract/catalog.ts';
import type { PairEnd, PairRow } from '../../contract/pair-row.ts';
import { readingProblem } from '../../contract/problem.ts';
import { Reading } from '../../contract/reading.ts';
import { PPM_ONE } from '../../units/brand.ts';
import { formatDecimal } from '../../units/decimal.ts';
import { accountName } from '../call.ts';
import type { ApiContext } from '../context.ts';
import type { Engine } from '../exchange.ts';
import { legMarketsOf, unitsOfPair } from '../pair-market.ts';
import { pageOf } from '../paging.ts';
import { ProblemError, refuse } from '../problem-error.ts';
import type { Routes } from '../routes.ts';
import { accountNumber } from './order-queries.ts';

const LEVERAGE_UNIT = decimalUnit(5);
const LEVERAGE_MAX = 1_000 * LEVERAGE_ONE;
const MARKET_SPOT = 0;

export function pairRoutes(routes: Routes, context: ApiContext): void {
  const { exchange, pairs, nowMs } = context;

  routes.on(openPair, async ({ body }, call) => {
    const account = accountName(call, body.account);
    accountNumber(context, call, body.account);
    const asked = readPair(body, context);
    const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const { repeated, position } = await pairs.open(account, call.key, digest, async () => {
      const row = await exchange.read((engine) => rowOf(asked, engine));
      return { ...row, account, openedMs: nowMs(), end: undefined };
    });
    return { requestId: call.requestId, repeated, position };
  });

  routes.on(listPairs, async ({ query }, call) => {
    const account = accountName(call, query.account);
    accountNumber(context, call, query.account);
    const { limit, before } = pageOf(query);
    const closed = query.status === 'all' ? undefined : query.status === 'closed';
    const positions = await pairs.list(account, { closed, before: before?.sequence, limit });
    const last = positions.at(-1);
    const isLast = last === undefined || positions.length < limit;
    return { positions, nextCursor: isLast ? null : `${last.id}-0` };
  });

  routes.on(getLivePnl, async ({ query }, call) => {
    const account = accountName(call, query.account);
    accountNumber(context, call, query.account);
    return { positions: await exchange.read((engine) => pairs.figures(engine, account)) };
  });

  routes.on(closePair, async ({ query }, call) => {
    const account = accountName(call, query.account);
    accountNumber(context, call, query.account);
    const number = Number(query.id);
    const { repeated, position } = await pairs.close(account, number, call.key, async (row) => {
      const end = await exchange.read((engine) => endOf(row, engine, context));
      return { ...end, closedMs: nowMs() };
    });
    return { requestId: call.requestId, repeated, position };
  });
}

/** A body in whole numbers; 0 where nothing was given. */
interface AskedPair {
  readonly long: MarketUnits;
  readonly short: MarketUnits;
  readonly capital: number;
  readonly leverage: number;
  readonly longWeightPpm: number;
  readonly longSize: number;
  readonly shortSize: number;
  readonly longEntry: number;
  readonly shortEntry: number;
}

/** @throws ProblemError */
function readPair(body: OpenPairBody, { exchange }: ApiContext): AskedPair {
  const reading = new Reading(exchange.catalog);
  const long = reading.market(body.longMarket, 'longMarket');
  const short = reading.market(body.shortMarket, 'shortMarket');
  const weight = reading.ratio('longWeight', body.longWeight);
  const asked = {
    capital: reading.amount('capitalUSDC', body.capitalUSDC, long?.quote),
    leverage: reading.count('leverage', body.leverage, LEVERAGE_UNIT),
    longWeightPpm: body.longWeight === undefined ? HALF_PPM : weight,
    longSize: reading.size('longSize', body.longSize, long),
    shortSize: reading.size('shortSize', body.shortSize, short),
    longEntry: reading.price('longEntryPrice', body.longEntryPrice, long),
    shortEntry: reading.price('shortEntryPrice', body.shortEntryPrice, short),
  };
  if (reading.refusal !== undefined) throw new ProblemError(readingProblem(reading.refusal));
  if (long === undefined || short === undefined) throw refuse('INTERNAL');
  checkTerms(body, asked);
  checkMarkets(long, short);
  return { ...asked, long, short };
}

/** @throws ProblemError */
function checkTerms(body: OpenPairBody, asked: Omit<AskedPair, 'long' | 'short'>): void {
  const { capital, leverage, longWeightPpm } = asked;
  if (capital === 0) throw malformed('capitalUSDC', 'is above 0');
  if (leverage < LEVERAGE_ONE || leverage > LEVERAGE_MAX) {
    throw malformed('leverage', `is 1 to 1000, not ${body.leverage}`);
  }
  if (longWeightPpm === 0 || longWeightPpm >= PPM_ONE) {
    throw malformed('longWeight', `is above 0 and below 1, not ${body.longWeight}`);
  }
  for (const field of ['longSize', 'shortSize', 'longEntryPrice', 'shortEntryPrice'] as const) {
    const text = body[field];
    if (text !== undefined && Number(text) === 0) throw malformed(field, 'is above 0');
  }
}

/** @throws ProblemError */
function checkMarkets(long: MarketUnits, short: MarketUnits): void {
  for (const { kind, symbol } of [long, short]) {
    if (kind !== MARKET_SPOT) continue;
    throw refuse('PAIR_REFUSED', `${symbol} is a spot market: nothing is ever liquidated there.`);
  }
  if (long.number === short.number) {
    throw refuse('PAIR_REFUSED', `A pair has two markets, not ${long.symbol} twice.`);
  }
  if (long.quote.number === short.quote.number) return;
  const quotes = `${long.symbol} in ${long.quote.symbol}, ${short.symbol} in ${short.quote.symbol}`;
  throw refuse('PAIR_REFUSED', `Both markets must be quoted in the same asset: ${quotes}.`);
}

type Sized = Omit<PairRow, 'number' | 'account' | 'openedMs' | 'end'>;

/** The pair with the prices and sizes that were left out. @throws ProblemError */
function rowOf(asked: AskedPair, engine: Engine): Sized {
  const { long, short, capital, leverage, longWeightPpm } = asked;
  const marketOf = legMarketsOf(engine);
  const [longMarket, shortMarket] = [long, short].map((units) => {
    const market = marketOf(units);
    if (market !== undefined) return market;
    throw refuse('PAIR_REFUSED', `${units.symbol} has no mark yet.`);
  });
  if (!isPairCapital(capital, leverage)) {
    const most = formatDecimal(PAIR_AMOUNT_MAX, long.quote.decimals);
    throw refuse('PAIR_REFUSED', `Capital × leverage is at most ${most}.`, 'capitalUSDC');
  }
  const legs = legNotionals(pairNotional(capital, leverage), longWeightPpm);
  const longLeg = sizedLeg(longMarket, long, {
    entry: asked.longEntry,
    size: asked.longSize,
    notional: legs.long,
  });
  const shortLeg = sizedLeg(shortMarket, short, {
    entry: asked.shortEntry,
    size: asked.shortSize,
    notional: legs.short,
  });
  return {
    longMarket: long.symbol,
    shortMarket: short.symbol,
    capital,
    leverage,
    longWeightPpm,
    longSize: longLeg.size,
    shortSize: shortLeg.size,
    longEntry: longLeg.entry,
    shortEntry: shortLeg.entry,
  };
}

/** @throws ProblemError */
function sizedLeg(
  market: LegMarket,
  units: MarketUnits,
  given: { readonly entry: number; readonly size: number; readonly notional: number },
): { readonly size: number; readonly entry: number } {
  const entry = given.entry === 0 ? market.mark : given.entry;
  const dearest = entry > market.mark ? entry : market.mark;
  if (!isPairAmount(market.notional(1, dearest))) {
    throw refuse('PAIR_REFUSED', `One size unit of ${units.symbol} is worth more than is counted.`);
  }
  const size = given.size === 0 ? market.sizeOf(given.notional, entry) : given.size;
  if (size === 0) {
    const least = sizeText(1, units);
    const what = `This capital does not reach for ${least} of ${units.symbol}, the least there is.`;
    throw refuse('PAIR_REFUSED', what, 'capitalUSDC');
  }
  const most = market.sizeOf(PAIR_AMOUNT_MAX, dearest);
  if (size > most) {
    const what = `A leg in ${units.symbol} is at most ${sizeText(most, units)} now.`;
    throw refuse('PAIR_REFUSED', what);
  }
  return { size, entry };
}

/** The end of a pair at the current marks. @throws ProblemError */
function endOf(row: PairRow, engine: Engine, { exchange }: ApiContext): Omit<PairEnd, 'closedMs'> {
  const units = unitsOfPair(exchange.catalog, row);
  const marketOf = legMarketsOf(engine);
  const long = units && marketOf(units.long);
  const short = units && marketOf(units.short);
  if (long === undefined || short === undefined) {
    throw refuse('PAIR_REFUSED', 'A market of this pair has no mark now.');
  }
  const { longSize, shortSize } = row;
  const longValue = long.notional(longSize, long.mark);
  const shortValue = short.notional(shortSize, short.mark);
  const realised =
    longValue -
    long.notional(longSize, row.longEntry) -
    (shortValue - short.notional(shortSize, row.shortEntry));
  if (![longValue, shortValue, realised].every(isPairAmount)) {
    throw refuse('PAIR_REFUSED', 'The profit or loss of this pair is beyond what is counted.');
  }
  return { longExit: long.mark, shortExit: short.mark, realised };
}

const malformed = (field: string, what: string): ProblemError =>
  refuse('MALFORMED', `Field ${field} ${what}.`, field);
