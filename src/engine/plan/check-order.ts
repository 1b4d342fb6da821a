// May this order be? Asked once its whole effect stands in the overlay: balances, open interest,
// what it leaves behind as margin. In order of precedence; the first rule that is broken is the
// answer. Reads only.

import { bankruptcyPrice } from '../../margin/bankruptcy.ts';
import { worstExposure } from '../../margin/exposure.ts';
import { isAccepted, isNotWorse } from '../../margin/scope.ts';
import * as table from '../../units/table.ts';
import * as bounds from '../limits.ts';
import * as reasons from '../reason.ts';
import type { Market } from '../state/market.ts';
import * as rowFields from '../state/positions.ts';
import * as questions from './assess.ts';
import type { Assessment } from './assess.ts';
import type { PlanContext } from './context.ts';
import type { Incoming } from './incoming.ts';
import type { OrderResult } from './order-plan.ts';
import * as overlayFields from './overlay.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { ACCOUNT_VALUE_MAX } = bounds;
const {
  ACCOUNT_LIMIT,
  AMOUNT_OUT_OF_RANGE,
  INSUFFICIENT_BALANCE,
  INSUFFICIENT_MARGIN,
  OK,
  OPEN_INTEREST_CAP,
  OWNER_LIMIT,
  WOULD_BANKRUPT,
} = reasons;
const { ASK_ALL, ASK_AT_MOST, ASK_INITIAL, ASK_MAINTENANCE } = questions;
const { O_BASE_FREE, O_BEFORE, O_BUYS, O_QUOTE_FREE, O_SELLS, O_SIZE, OVERLAY } = overlayFields;
const { BUYS, NUMBERS, SELLS, SIZE } = rowFields;

export function checkOrder(
  context: PlanContext,
  market: Market,
  incoming: Incoming,
  result: OrderResult,
): number {
  if (market.isSpot) return checkSpot(context, market, incoming, result);
  const capped = checkOpenInterest(context, market) || checkLimits(context, market, result);
  if (capped !== OK) return capped;
  return context.assessor.isTouchedIsolated(result.taker)
    ? checkIsolated(context, market, incoming, result)
    : checkCross(context, market, incoming, result);
}

/** Spot pays and reserves from what is free, and not more than could be withdrawn. */
function checkSpot(
  context: PlanContext,
  market: Market,
  incoming: Incoming,
  result: OrderResult,
): number {
  const { assessor, before, after, overlay, refusal, state } = context;
  const { numbers } = overlay;
  const t = result.taker * OVERLAY;
  const lacksQuote = isOverspent(numbers, t + O_QUOTE_FREE);
  if (lacksQuote || isOverspent(numbers, t + O_BASE_FREE)) {
    const at = t + (lacksQuote ? O_QUOTE_FREE : O_BASE_FREE);
    const available = numbers[at + O_BEFORE];
    return refusal.because(INSUFFICIENT_BALANCE, available - numbers[at], max0(available));
  }
  const { account } = incoming;
  if (state.accounts.positionsOf(account) === NONE) return OK;
  const quick = assessor.cross(account, result.taker, market, ASK_AT_MOST);
  if (isAccepted(quick.initialEquity, quick.initial)) return OK;
  assessor.cross(account, result.taker, market, ASK_ALL).copyTo(after);
  if (isAccepted(after.initialEquity, after.initial)) return OK;
  assessor.begin();
  assessor.cross(account, NONE, undefined, ASK_ALL).copyTo(before);
  if (!isAccepted(before.initialEquity, before.initial) && isNotWorse(before, after)) return OK;
  return refusal.because(INSUFFICIENT_MARGIN, after.initialEquity, after.initial);
}

/** Below zero, and not only by a debt that was there before. */
function isOverspent(numbers: Float64Array, at: number): boolean {
  return numbers[at] < 0 && numbers[at] < numbers[at + O_BEFORE];
}

/**
 * The sum of all longs may not pass the market's cap by this order; it also scales the initial
 * rates.
 */
function checkOpenInterest(context: PlanContext, market: Market): number {
  const { openInterestCap, openInterestScaleTo } = market.terms;
  if (openInterestCap === 0 && openInterestScaleTo === 0) return OK;
  const { overlay } = context;
  let change = 0;
  for (let touched = 0; touched < overlay.count; touched++) {
    const t = touched * OVERLAY;
    change +=
      longPart(overlay.numbers[t + O_SIZE]) - longPart(overlay.numbers[t + O_BEFORE + O_SIZE]);
  }
  const interest = market.openInterest + change;
  context.assessor.interestAfter = interest;
  const isOver = openInterestCap !== 0 && change > 0 && interest > openInterestCap;
  return isOver ? context.refusal.because(OPEN_INTEREST_CAP, interest, openInterestCap) : OK;
}

/** What an account and its owner may have at most in a market; taking back is always allowed. */
function checkLimits(context: PlanContext, market: Market, result: OrderResult): number {
  const { accountLimit, ownerLimit } = market.terms.risk;
  if ((accountLimit === 0 && ownerLimit === 0) || result.reducing) return OK;
  const { overlay, refusal, state } = context;
  const own = touchedExposure(overlay.numbers, result.taker * OVERLAY);
  if (accountLimit !== 0 && own > accountLimit)
    return refusal.because(ACCOUNT_LIMIT, own, accountLimit);
  if (ownerLimit === 0) return OK;
  const taker = overlay.account[result.taker];
  let all = own;
  let account = state.firstOfGroup(state.accounts.groupOf(taker));
  for (; account !== NONE; account = state.nextOfGroup(account))
    if (account !== taker) all += exposureOf(context, market, account);
  return all > ownerLimit ? refusal.because(OWNER_LIMIT, all, ownerLimit) : OK;
}

/** Position and resting orders of another account, as the plan would leave them. */
function exposureOf({ overlay, state }: PlanContext, market: Market, account: number): number {
  const touched = overlay.find(account);
  if (touched !== NONE) return touchedExposure(overlay.numbers, touched * OVERLAY);
  const row = state.row(account, market.number);
  if (row === NONE) return 0;
  const { numbers } = state.positions;
  const r = row * NUMBERS;
  return worstExposure(numbers[r + SIZE], numbers[r + BUYS], numbers[r + SELLS]);
}

const touchedExposure = (numbers: Float64Array, t: number): number =>
  worstExposure(numbers[t + O_SIZE], numbers[t + O_BUYS], numbers[t + O_SELLS]);

function checkCross(
  context: PlanContext,
  market: Market,
  incoming: Incoming,
  result: OrderResult,
): number {
  const { assessor, after, before } = context;
  const { account } = incoming;
  const quick = assessor.cross(account, result.taker, market, ASK_AT_MOST);
  if (!result.reducing && quick.gross > ACCOUNT_VALUE_MAX) {
    return context.refusal.because(AMOUNT_OUT_OF_RANGE, quick.gross, ACCOUNT_VALUE_MAX);
  }
  if (!result.reducing && isAccepted(quick.initialEquity, quick.initial)) return OK;
  if (result.reducing && (quick.equity >= 0 || context.rule.fills === 0)) return OK;
  assessor.cross(account, result.taker, market, ASK_ALL).copyTo(after);
  if (!result.reducing && isAccepted(after.initialEquity, after.initial)) return OK;
  if (after.equity < 0 && context.rule.fills > 0)
    return wouldBankrupt(context, market, incoming, after);
  assessor.begin();
  assessor.cross(account, NONE, undefined, ASK_ALL).copyTo(before);
  if (!isAccepted(before.initialEquity, before.initial) && isNotWorse(before, after)) return OK;
  return context.refusal.because(INSUFFICIENT_MARGIN, after.initialEquity, after.initial);
}

/** The free balance pays what is held and put up; then the position's own pool must carry it. */
function checkIsolated(
  context: PlanContext,
  market: Market,
  incoming: Incoming,
  result: OrderResult,
): number {
  const { assessor, after, overlay, refusal } = context;
  const t = result.taker * OVERLAY;
  const free = overlay.numbers[t + O_QUOTE_FREE];
  const freeBefore = overlay.numbers[t + O_BEFORE + O_QUOTE_FREE];
  assessor.cross(incoming.account, result.taker, market, ASK_INITIAL).copyTo(after);
  const spare = after.initialEquity - after.initial;
  const left = free < spare ? free : spare;
  if (free < freeBefore && left < 0) {
    const required = freeBefore - free;
    return refusal.because(INSUFFICIENT_BALANCE, required, max0(required + left));
  }
  assessor.isolated(market, result.taker).copyTo(after);
  if (!result.reducing && after.gross > ACCOUNT_VALUE_MAX) {
    return refusal.because(AMOUNT_OUT_OF_RANGE, after.gross, ACCOUNT_VALUE_MAX);
  }
  if ((after.equity < 0 && context.rule.fills > 0) || context.rule.takerTerms.bankrupt) {
    return wouldBankrupt(context, market, incoming, after);
  }
  if (result.reducing || isAccepted(after.initialEquity, after.initial)) return OK;
  return refusal.because(INSUFFICIENT_MARGIN, after.initialEquity, after.initial);
}

function wouldBankrupt(
  context: PlanContext,
  market: Market,
  incoming: Incoming,
  after: Assessment,
): number {
  const { assessor, before, overlay } = context;
  const touched = context.overlay.find(incoming.account);
  const row = overlay.row[touched];
  const held = overlay.numbers[touched * OVERLAY + O_BEFORE + O_SIZE];
  if (assessor.isTouchedIsolated(touched) && row !== NONE)
    assessor.isolatedRow(market, row).copyTo(before);
  else assessor.cross(incoming.account, NONE, undefined, ASK_MAINTENANCE).copyTo(before);
  const equity = after.equity;
  if (held === 0) return context.refusal.because(WOULD_BANKRUPT, equity, 0);
  const worst = bankruptcyPrice(
    held,
    market.mark,
    market.multiplier,
    before.equity,
    market.tickSize,
  );
  return context.refusal.because(WOULD_BANKRUPT, equity, worst.kind === 'price' ? worst.price : 0);
}

const longPart = (size: number): number => (size > 0 ? size : 0);
const max0 = (value: number): number => (value > 0 ? value : 0);
