// What time brings to a market and to debts: samples of the premium and of the basis, a mark made
// anew, funding of an interval that has ended, interest of an hour. Ticks ask for it; each is a
// step of its own, so that one mark moves at a time.

import {
  DEFAULT_DAMP_E12,
  FUNDING_QUOTED_MS,
  advanceFunding,
  fundingRateE12,
  premiumE12,
} from '../../margin/funding.ts';
import { advanceInterest } from '../../margin/interest.ts';
import { basisOf, emaStep } from '../../margin/mark-price.ts';
import type { Ladder } from '../../book/ladder.ts';
import { divCeil, divExact, divFloor } from '../../units/rounding.ts';
import { NONE } from '../../units/table.ts';
import { MARK_GIVEN, MARK_MEDIAN, STATUS_SETTLED } from '../command.ts';
import type { SettleFunding } from '../command.ts';
import { ACCOUNT_INSURANCE } from '../command.ts';
import {
  BALANCE_INSURANCE,
  FUNDING_SETTLED,
  FUND_INTEREST,
  INTEREST_ACCRUED,
  INTEREST_SWEPT,
  MARKET_SAMPLED,
} from '../event.ts';
import { VALUE_MAX } from '../limits.ts';
import { MARKET_SETTLED, MARK_NOT_ACCEPTED, NO_MARK_PRICE, OK } from '../reason.ts';
import type { Market } from '../state/market.ts';
import type { State } from '../state/state.ts';
import type { PlanContext } from './context.ts';
import { isCounted, markFor, planSources, writeMark } from './index-price.ts';
import { checkMarket, checkRange } from './validate.ts';
import { writeBalance, writeInsurance } from './write.ts';

const SAMPLE_MS = 1_000;
const HOUR_MS = 3_600_000;

const index = { whole: 0, rest: 0 };

/** What a tick brings to a market's prices; the log stays empty when that is nothing. */
export function planMarketTick(context: PlanContext, market: Market): void {
  if (market.status === STATUS_SETTLED || market.index === 0) return;
  planSources(context, market);
  if (market.isSpot || context.moved === market.number) return;
  if (market.terms.markSource !== MARK_MEDIAN) return;
  const mark = markFor(market, market.index, 0);
  if (mark !== market.mark && isCounted(market, mark))
    writeMark(context, market, market.index, mark);
}

/** Samples the premium once a second, and the basis at every tick where the mark needs it. */
export function planSample(context: PlanContext, market: Market): void {
  const { terms } = market;
  if (market.isSpot || market.status === STATUS_SETTLED || market.index === 0) return;
  const needsBasis = terms.markSource === MARK_MEDIAN;
  const samples = terms.risk.fundingIntervalMs > 0 && context.now - market.sampledAt >= SAMPLE_MS;
  if (!needsBasis && !samples) return;
  const premium = samples ? premiumNow(context.state, market) : 0;
  const at = context.log.begin(MARKET_SAMPLED);
  const data = context.log.data;
  data[at] = market.number;
  data[at + 1] = market.premiumSum + premium;
  data[at + 2] = market.premiumSamples + (samples ? 1 : 0);
  data[at + 3] = samples ? context.now : market.sampledAt;
  data[at + 4] = needsBasis ? basisNow(context, market) : market.ema;
}

/** Settles the newest interval that has ended, if it is not settled yet. */
export function planFundingTick(context: PlanContext, market: Market): void {
  const { risk, markSource } = market.terms;
  if (risk.fundingIntervalMs === 0 || market.isSpot || market.status === STATUS_SETTLED) return;
  if (market.mark === 0 || markSource === MARK_GIVEN) return;
  const interval = divFloor(context.now, risk.fundingIntervalMs);
  if (interval <= market.fundingInterval) return;
  const first = market.fundingInterval === 0;
  const rate = first
    ? 0
    : fundingRateE12(
        market.premiumSum,
        market.premiumSamples,
        risk.fundingInterestE12,
        DEFAULT_DAMP_E12,
        risk.fundingCapE12,
        divExact(FUNDING_QUOTED_MS, risk.fundingIntervalMs),
      );
  writeFunding(context, market, interval, rate);
}

/** Funding at a given rate, where the mark is given too. */
export function planSettleFunding(context: PlanContext, c: SettleFunding): number {
  const { state, refusal } = context;
  const refused =
    checkMarket(context, c.market) ||
    checkRange(context, 'interval', c.interval, 1, VALUE_MAX) ||
    checkRange(context, 'rate', c.rateE12, -RATE_MAX, RATE_MAX);
  if (refused !== OK) return refused;
  const market = state.markets[c.market];
  if (market.status === STATUS_SETTLED) return refusal.because(MARKET_SETTLED);
  if (market.isSpot || market.terms.markSource !== MARK_GIVEN)
    return refusal.because(MARK_NOT_ACCEPTED);
  if (market.mark === 0) return refusal.because(NO_MARK_PRICE);
  context.created = market.number;
  if (c.interval > market.fundingInterval) writeFunding(context, market, c.interval, c.rateE12);
  return OK;
}

/** 10 % an interval: a larger rate is taken for a slip of the pen. */
const RATE_MAX = 100_000_000_000;

function writeFunding(context: PlanContext, market: Market, interval: number, rate: number): void {
  const { fundingWhole, fundingRest, mark, multiplier } = market;
  advanceFunding(index, fundingWhole, fundingRest, mark, multiplier, rate);
  const at = context.log.begin(FUNDING_SETTLED);
  const data = context.log.data;
  const missed = market.fundingInterval === 0 ? 0 : interval - market.fundingInterval - 1;
  data[at] = market.number;
  data[at + 1] = interval;
  data[at + 2] = rate;
  data[at + 3] = mark;
  data[at + 4] = missed;
  data[at + 5] = index.whole;
  data[at + 6] = index.rest;
}

/** The next hour's interest on debts in the settlement asset; false when none is due. */
export function planInterestTick(context: PlanContext): boolean {
  const { state, log, now } = context;
  const { settlement } = state;
  if (settlement === NONE) return false;
  const asset = state.assets[settlement];
  const hour = divFloor(now, HOUR_MS);
  if (asset.interestE12 === 0 || hour <= state.interestHour) return false;
  const first = state.interestHour === 0;
  const at = log.begin(INTEREST_ACCRUED);
  log.data[at] = settlement;
  log.data[at + 1] = first ? hour : state.interestHour + 1;
  log.data[at + 2] = first
    ? asset.interestIndex
    : advanceInterest(asset.interestIndex, asset.interestE12);
  return !first;
}

/** What borrowers have paid goes to the insurance fund. */
export function planInterestSweep(context: PlanContext): void {
  const { state, log } = context;
  const { settlement } = state;
  if (settlement === NONE) return;
  const change = state.interest.safePart(settlement);
  if (change <= 0) return;
  const place = state.balances.at(ACCOUNT_INSURANCE, settlement);
  const free = state.balances.money[place] + change;
  const at = log.begin(INTEREST_SWEPT);
  log.data[at] = settlement;
  log.data[at + 1] = change;
  writeBalance(log, ACCOUNT_INSURANCE, settlement, BALANCE_INSURANCE, change, 0, free, 0);
  writeInsurance(log, settlement, FUND_INTEREST, change, free);
}

function basisNow(context: PlanContext, market: Market): number {
  const bid = market.bids.bestPrice();
  const ask = market.asks.bestPrice();
  const passed = market.emaAt === 0 ? 0 : context.now - market.emaAt;
  return emaStep(market.ema, basisOf(market.index, bid, ask), passed);
}

function premiumNow(state: State, market: Market): number {
  const { impactNotional } = market.terms.risk;
  const bid = impactPrice(state, market.bids, impactNotional, market.multiplier);
  const ask = impactPrice(state, market.asks, impactNotional, market.multiplier);
  return premiumE12(bid, ask, market.index);
}

/** The average price of filling a notional in one side of the book; 0 when it cannot be filled. */
function impactPrice(state: State, ladder: Ladder, notional: number, k: number): number {
  const { orders } = state;
  if (notional === 0) return ladder.bestPrice();
  let value = 0;
  let size = 0;
  for (let slot = ladder.best(); slot !== NONE; slot = ladder.next(slot)) {
    const perSize = orders.priceOf(slot) * k;
    const wanted = divCeil(notional - value, perSize);
    const open = orders.openOf(slot);
    const taken = wanted < open ? wanted : open;
    value += taken * perSize;
    size += taken;
    if (value >= notional) return divFloor(value, size * k);
  }
  return 0;
}
