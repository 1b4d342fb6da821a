// Prices from outside: the index, from one source or from several, and the mark that follows it.
// They change only by this command and by ticks, never by a trade. A price at which somebody's
// notional would leave the exact range is refused.

import { IndexMedian, computedMark } from '../../margin/mark-price.ts';
import { INDEX_SOURCES_MAX } from '../../margin/limits.ts';
import { mulDivFloor } from '../../units/rounding.ts';
import { powerOfTen } from '../../units/decimal.ts';
import { MARK_GIVEN, MARK_MEDIAN, STATUS_SETTLED } from '../command.ts';
import type { UpdateIndex } from '../command.ts';
import { ASSET_PRICED, INDEX_SOURCE, MARK_CHANGED } from '../event.ts';
import { ACCOUNT_VALUE_MAX, VALUE_MAX } from '../limits.ts';
import { AMOUNT_OUT_OF_RANGE, MARKET_SETTLED, MARK_NOT_ACCEPTED, OK } from '../reason.ts';
import { IMPOSED_SOURCES } from '../state/market.ts';
import type { Market } from '../state/market.ts';
import type { PlanContext } from './context.ts';
import { writeImposed } from './impose.ts';
import { checkMarket, checkRange, checkValue, invalid } from './validate.ts';

const maker = new IndexMedian();
const prices = new Float64Array(INDEX_SOURCES_MAX);
const ages = new Float64Array(INDEX_SOURCES_MAX);

export function planUpdateIndex(context: PlanContext, c: UpdateIndex): number {
  const { state, refusal } = context;
  const several = c.sources !== undefined;
  const refused =
    checkMarket(context, c.market) ||
    checkRange(context, 'price', c.price, several ? 0 : 1, several ? 0 : VALUE_MAX) ||
    checkValue(context, 'mark', c.mark);
  if (refused !== OK) return refused;
  const market = state.markets[c.market];
  if (market.status === STATUS_SETTLED) return refusal.because(MARKET_SETTLED);
  const given = market.terms.markSource === MARK_GIVEN && !market.isSpot;
  if (c.mark !== 0 && !given) return refusal.because(MARK_NOT_ACCEPTED);
  context.created = market.number;
  if (!several && !asksForSources(market))
    return moveTo(context, market, c.price, markFor(market, c.price, given ? c.mark : 0));
  const said = several ? checkSources(context, c) : OK;
  if (said !== OK) return said;
  takeSources(context, market, c);
  const index = maker.median(prices, ages, INDEX_SOURCES_MAX, rulesOf(market));
  writeImposed(context, market, imposedBy(market, index));
  if (index === 0) return OK;
  return moveTo(context, market, index, markFor(market, index, given ? c.mark : 0));
}

/** Sources may have become too old or be back: what that imposes, and the index of what is left. */
export function planSources(context: PlanContext, market: Market): void {
  if (!asksForSources(market) || market.index === 0) return;
  loadSources(context, market);
  const index = maker.median(prices, ages, INDEX_SOURCES_MAX, rulesOf(market));
  writeImposed(context, market, imposedBy(market, index));
  if (index === 0 || index === market.index) return;
  const mark = markFor(market, index, 0);
  if (isCounted(market, mark)) writeMark(context, market, index, mark);
}

/** The mark that an index makes, in price units. `given` 0: none was. */
export function markFor(market: Market, index: number, given: number): number {
  const { terms } = market;
  if (market.isSpot) return index;
  if (terms.markSource === MARK_GIVEN) {
    if (given !== 0) return given;
    return market.mark !== 0 ? market.mark : index;
  }
  if (terms.markSource !== MARK_MEDIAN) return index;
  const { basisLimitPpm, markLimitPpm } = terms.risk;
  const bid = market.bids.bestPrice();
  const ask = market.asks.bestPrice();
  return computedMark(index, market.ema, bid, ask, market.last, basisLimitPpm, markLimitPpm);
}

/** Writes new prices; nothing when they are as they were. */
export function writeMark(context: PlanContext, market: Market, index: number, mark: number): void {
  const { state, log } = context;
  const at = log.begin(MARK_CHANGED);
  const data = log.data;
  data[at] = market.number;
  data[at + 1] = index;
  data[at + 2] = mark;
  data[at + 3] = market.mark;
  context.moved = market.number;
  if (market.isSpot && market.quote === state.settlement) priceBase(context, market, index);
}

/** Whether a mark is one at which everybody's notional, and what it may win, is still counted. */
export function isCounted(market: Market, mark: number): boolean {
  return market.exposureMax * mark * market.multiplier <= ACCOUNT_VALUE_MAX;
}

export function refuseMark(context: PlanContext, mark: number): number {
  return context.refusal.because(AMOUNT_OUT_OF_RANGE, mark, ACCOUNT_VALUE_MAX);
}

function moveTo(context: PlanContext, market: Market, index: number, mark: number): number {
  if (!isCounted(market, mark)) return refuseMark(context, mark);
  writeMark(context, market, index, mark);
  return OK;
}

/** Whether a market's index is made of what several sources say, by its own rules. */
export const asksForSources = ({ terms, sourcePrices }: Market): boolean =>
  terms.risk.sourcesRequired > 1 || terms.risk.sourceMaxAgeMs > 0 || sourcePrices.length > 0;

function rulesOf({ terms }: Market): { maxAgeMs: number; deviationPpm: number; required: number } {
  const { sourceMaxAgeMs, sourceDeviationPpm, sourcesRequired } = terms.risk;
  return {
    maxAgeMs: sourceMaxAgeMs,
    deviationPpm: sourceDeviationPpm,
    required: sourcesRequired,
  };
}

const imposedBy = (market: Market, index: number): number =>
  index === 0 ? market.imposed | IMPOSED_SOURCES : market.imposed & ~IMPOSED_SOURCES;

function checkSources(context: PlanContext, c: UpdateIndex): number {
  const { sources } = c;
  if (sources === undefined || sources.length === 0 || sources.length > INDEX_SOURCES_MAX)
    return invalid(context, 'sources', sources?.length ?? 0);
  for (const { source, price, at } of sources) {
    const refused =
      checkRange(context, 'source', source, 0, INDEX_SOURCES_MAX - 1) ||
      checkRange(context, 'price', price, 1, VALUE_MAX) ||
      checkRange(context, 'source_time', at, 0, context.now);
    if (refused !== OK) return refused;
  }
  return OK;
}

/** What the sources have said until now, and how long ago. */
function loadSources(context: PlanContext, market: Market): void {
  for (let source = 0; source < INDEX_SOURCES_MAX; source++) {
    prices[source] = market.sourcePrices[source] ?? 0;
    ages[source] = context.now - (market.sourceTimes[source] ?? 0);
  }
}

/** Writes down what they say now; what is older than what the source said before is left out. */
function takeSources(context: PlanContext, market: Market, c: UpdateIndex): void {
  loadSources(context, market);
  const said = c.sources ?? [{ source: 0, price: c.price, at: context.now }];
  for (const { source, price, at } of said) {
    const age = context.now - at;
    if (prices[source] !== 0 && age > ages[source]) continue;
    prices[source] = price;
    ages[source] = age;
    const event = context.log.begin(INDEX_SOURCE);
    const data = context.log.data;
    data[event] = market.number;
    data[event + 1] = source;
    data[event + 2] = price;
    data[event + 3] = at;
  }
}

/** The base of a spot market against the settlement asset is valued at that market's index. */
function priceBase(context: PlanContext, market: Market, index: number): void {
  const { state, log } = context;
  const whole = powerOfTen(state.assets[market.base].decimals);
  const perUnit = index * market.multiplier;
  if (perUnit * whole > VALUE_MAX * market.baseMultiplier) return;
  const at = log.begin(ASSET_PRICED);
  log.data[at] = market.base;
  log.data[at + 1] = mulDivFloor(perUnit, whole, market.baseMultiplier);
}
