// One change of an isolated position, at market: open, increase, reduce, close, add or remove
// collateral. Sizes and collateral follow from src/margin over the fills that the book offers now;
// the order itself is planned like any other, so what a preview of an edit says is what its
// execution does.

import { LEVERAGE_ONE, effectiveLeverage } from '../../margin/health.ts';
import { isAboveLeverage, leverageMaxAt } from '../../margin/leverage.ts';
import { isLiquidatable, isWorse } from '../../margin/scope.ts';
import { fillableSize, maxRemovable, needOf, sizeForCollateral } from '../../margin/sizing.ts';
import type { ExpectedFill, NeedTerms } from '../../margin/sizing.ts';
import { NONE } from '../../units/table.ts';
import type { Side } from '../../units/brand.ts';
import {
  EDIT_ADD_COLLATERAL,
  EDIT_CLOSE,
  EDIT_INCREASE,
  EDIT_OPEN,
  EDIT_REDUCE,
  EDIT_REMOVE_COLLATERAL,
  MODE_ISOLATED,
  ORDER_MARKET,
  STATUS_CLOSE_ONLY,
  STATUS_SETTLED,
  TIF_IOC,
} from '../command.ts';
import type { EditPosition } from '../command.ts';
import { BALANCE_COLLATERAL, FLAG_REDUCE_ONLY } from '../event.ts';
import { VALUE_MAX } from '../limits.ts';
import {
  ABOVE_MAX_LEVERAGE,
  AMOUNT_OUT_OF_RANGE,
  BAD_COMBINATION,
  BELOW_INITIAL_MARGIN,
  BELOW_MINIMUM,
  CLOSE_ONLY,
  INSUFFICIENT_BALANCE,
  LIMIT_REACHED,
  MARKET_SETTLED,
  MODE_NEEDS_FLAT,
  MODE_NOT_AVAILABLE,
  NOT_ENOUGH_LIQUIDITY,
  NO_MARK_PRICE,
  OK,
  POSITION_NOT_FOUND,
  REMAINDER_TOO_SMALL,
  SIDE_WOULD_FLIP,
  STEP_MISMATCH,
  WOULD_BE_LIQUIDATED,
} from '../reason.ts';
import type { Market } from '../state/market.ts';
import { COLLATERAL, COST, LINKS, MODE, NUMBERS, ORDER_COUNT, SIZE } from '../state/positions.ts';
import { ASK_INITIAL } from './assess.ts';
import type { PlanContext } from './context.ts';
import { expectedFills } from './expected-fills.ts';
import { writeTouched } from './write.ts';
import { bandLimit, planOrder } from './order-plan.ts';
import type { OrderResult } from './order-plan.ts';
import { O_COLLATERAL, O_COST, O_QUOTE_FREE, OVERLAY } from './overlay.ts';
import { checkStatus } from './place.ts';
import { fundingOf } from './accruals.ts';
import { writeChoice } from './settings.ts';
import {
  checkAccount,
  checkMarket,
  checkNotLiquidating,
  checkRange,
  checkValue,
  invalid,
} from './validate.ts';

export function planEdit(context: PlanContext, c: EditPosition, result: OrderResult): number {
  const { state, refusal } = context;
  const refused =
    checkRange(context, 'edit', c.edit, EDIT_OPEN, EDIT_REMOVE_COLLATERAL) ||
    checkValue(context, 'collateral', c.collateral) ||
    checkValue(context, 'leverage', c.leverage) ||
    checkValue(context, 'size', c.size) ||
    checkValue(context, 'worst_price', c.worstPrice) ||
    checkMarket(context, c.market) ||
    checkAccount(context, c.account) ||
    checkNotLiquidating(context, c.account, c.market);
  if (refused !== OK) return refused;
  if (c.side !== 0 && c.side !== 1 && c.side !== -1) return invalid(context, 'side', c.side);
  const market = state.markets[c.market];
  if (market.isSpot) return refusal.because(MODE_NOT_AVAILABLE);
  const row = state.row(c.account, c.market);
  const held = row === NONE ? 0 : state.positions.numbers[row * NUMBERS + SIZE];
  if (c.edit === EDIT_OPEN) return planOpen(context, market, c, row, held, result);
  if (held === 0) return refusal.because(POSITION_NOT_FOUND);
  if (state.positions.links[row * LINKS + MODE] !== MODE_ISOLATED)
    return refusal.because(MODE_NOT_AVAILABLE);
  if (c.side * held < 0) return refusal.because(SIDE_WOULD_FLIP, held);
  if (c.edit === EDIT_INCREASE) return planIncrease(context, market, c, row, held, result);
  if (c.edit === EDIT_REDUCE || c.edit === EDIT_CLOSE)
    return planReduce(context, market, c, held, result);
  return planCollateral(context, market, c, row);
}

function planOpen(
  context: PlanContext,
  market: Market,
  c: EditPosition,
  row: number,
  held: number,
  result: OrderResult,
): number {
  const { state, refusal } = context;
  const orders = row === NONE ? 0 : state.positions.links[row * LINKS + ORDER_COUNT];
  if (held !== 0 || orders > 0) return refusal.because(MODE_NEEDS_FLAT, held, orders);
  if (c.side === 0) return invalid(context, 'side', 0);
  if (c.leverage === 0 || (c.collateral === 0) === (c.size === 0))
    return refusal.because(BAD_COMBINATION);
  if (row === NONE && state.positions.live >= state.limits.positions)
    return refusal.because(LIMIT_REACHED, state.limits.positions);
  const side: Side = c.side;
  const ready = checkOpening(context, market, c.leverage);
  if (ready !== OK) return ready;
  if (c.size !== 0) return enter(context, market, c, side, c.size, NONE, c.leverage, result);
  return enterByCollateral(context, market, c, side, c.leverage, result);
}

/**
 * By collateral at an execution leverage, which the position's leverage never falls below; or by
 * size, as it stands.
 */
function planIncrease(
  context: PlanContext,
  market: Market,
  c: EditPosition,
  row: number,
  held: number,
  result: OrderResult,
): number {
  const { assessor, refusal, state } = context;
  const bySize = c.size !== 0;
  if (bySize ? c.collateral !== 0 || c.leverage !== 0 : c.collateral === 0 || c.leverage === 0) {
    return refusal.because(BAD_COMBINATION);
  }
  const side: Side = held > 0 ? 1 : -1;
  const own = assessor.leverage(market, row);
  const ready = checkOpening(context, market, c.leverage);
  if (ready !== OK) return ready;
  if (!bySize)
    return enterByCollateral(context, market, c, side, c.leverage > own ? c.leverage : own, result);
  const { numbers } = state.positions;
  const cost = numbers[row * NUMBERS + COST];
  const collateral = numbers[row * NUMBERS + COLLATERAL] - fundingOf(state, market, row);
  if (c.size % market.lotSize !== 0)
    return refusal.because(STEP_MISMATCH, market.tickSize, market.lotSize);
  const fills = expectedFills(context, market, side, limitOf(market, side, c), c.account, c.size);
  const size = fillableSize(fills, market.lotSize);
  if (size === 0) return refusal.because(NOT_ENOUGH_LIQUIDITY, 0, limitOf(market, side, c));
  const share = { numerator: collateral, denominator: cost < 0 ? -cost : cost };
  const required = needOf(size, fills, needTerms(market, side, share));
  if (required > VALUE_MAX) return refusal.because(AMOUNT_OUT_OF_RANGE, required, VALUE_MAX);
  return enter(context, market, c, side, size, required, own, result);
}

function checkOpening(context: PlanContext, market: Market, leverage: number): number {
  const { refusal } = context;
  const refused = checkStatus(context, market, false);
  if (refused !== OK) return refused;
  if (market.openness() === STATUS_CLOSE_ONLY) return refusal.because(CLOSE_ONLY);
  if (market.mark === 0) return refusal.because(NO_MARK_PRICE);
  const most = market.brackets.leverageMax;
  const above = leverage > most;
  return above
    ? refusal.because(ABOVE_MAX_LEVERAGE, leverage * LEVERAGE_ONE, most * LEVERAGE_ONE)
    : OK;
}

/**
 * The largest size that the collateral carries over the book's fills; what the book lacks is not
 * put up.
 */
function enterByCollateral(
  context: PlanContext,
  market: Market,
  c: EditPosition,
  side: Side,
  leverage: number,
  result: OrderResult,
): number {
  const { refusal } = context;
  const limit = limitOf(market, side, c);
  const fills = expectedFills(context, market, side, limit, c.account, VALUE_MAX);
  const terms = needTerms(market, side, { numerator: 1, denominator: c.leverage });
  const size = sizeForCollateral(c.collateral, fills, terms, market.lotSize);
  if (fills.length === 0) return refusal.because(NOT_ENOUGH_LIQUIDITY, 0, limit);
  if (size === 0)
    return refusal.because(BELOW_MINIMUM, market.terms.minimumSize, market.terms.minimumNotional);
  const exhausted = size + market.lotSize > sizeOf(fills);
  const collateral = exhausted ? needOf(size, fills, terms) : c.collateral;
  return enter(context, market, c, side, size, collateral, leverage, result);
}

/** The opening order itself. `collateral` NONE: what the leverage asks for. */
function enter(
  context: PlanContext,
  market: Market,
  c: EditPosition,
  side: Side,
  size: number,
  collateral: number,
  leverage: number,
  result: OrderResult,
): number {
  const { refusal, assessor, incoming } = context;
  if (size % market.lotSize !== 0)
    return refusal.because(STEP_MISMATCH, market.tickSize, market.lotSize);
  const value = size * market.mark * market.multiplier;
  if (size < market.terms.minimumSize || value < market.terms.minimumNotional) {
    return refusal.because(BELOW_MINIMUM, market.terms.minimumSize, market.terms.minimumNotional);
  }
  assessor.forced = 0; // the taker is the first whom the order's plan touches
  assessor.forcedLeverage = leverage;
  writeChoice(context, c.account, market.number, leverage, MODE_ISOLATED);
  fillIncoming(context, market, c, side, size);
  incoming.collateral = collateral;
  const refused = planOrder(context, market, incoming, result);
  if (refused !== OK) return refused;
  if (context.rule.fills === 0) return refusal.because(NOT_ENOUGH_LIQUIDITY, 0, incoming.price);
  return checkLeverage(context, market, result);
}

/** What the position paid over what backs it, once the fills are in. */
function checkLeverage(context: PlanContext, market: Market, result: OrderResult): number {
  const { numbers } = context.overlay;
  const t = result.taker * OVERLAY;
  const cost = numbers[t + O_COST];
  const paid = cost < 0 ? -cost : cost;
  if (!isAboveLeverage(market.brackets, paid, numbers[t + O_COLLATERAL])) return OK;
  const leverage = effectiveLeverage(paid, numbers[t + O_COLLATERAL]) ?? 0;
  return context.refusal.because(
    ABOVE_MAX_LEVERAGE,
    leverage,
    leverageMaxAt(market.brackets, paid),
  );
}

function planReduce(
  context: PlanContext,
  market: Market,
  c: EditPosition,
  held: number,
  result: OrderResult,
): number {
  const { refusal, incoming } = context;
  const whole = held < 0 ? -held : held;
  const size = c.edit === EDIT_CLOSE ? whole : c.size;
  if (size > whole) return refusal.because(SIDE_WOULD_FLIP, held);
  if (c.collateral !== 0 || c.leverage !== 0 || (c.edit === EDIT_CLOSE) !== (c.size === 0)) {
    return refusal.because(BAD_COMBINATION);
  }
  if (size !== whole && size % market.lotSize !== 0)
    return refusal.because(STEP_MISMATCH, market.tickSize, market.lotSize);
  const status = checkStatus(context, market, false);
  if (status !== OK) return status;
  const left = whole - size;
  if (left > 0 && left < market.terms.minimumSize)
    return refusal.because(REMAINDER_TOO_SMALL, left, market.terms.minimumSize);
  fillIncoming(context, market, c, held > 0 ? -1 : 1, size);
  incoming.flags = FLAG_REDUCE_ONLY;
  const refused = planOrder(context, market, incoming, result);
  if (refused !== OK) return refused;
  if (context.rule.fills === 0) return refusal.because(NOT_ENOUGH_LIQUIDITY, 0, incoming.price);
  return checkRemainder(context, market, result);
}

/**
 * An edit may not leave a position that would be liquidated at once, unless it was so before and is
 * no worse.
 */
function checkRemainder(context: PlanContext, market: Market, result: OrderResult): number {
  const { assessor, before, after, overlay } = context;
  assessor.isolatedRow(market, overlay.row[result.taker]).copyTo(before);
  assessor.isolated(market, result.taker).copyTo(after);
  if (!isLiquidatable(after.equity, after.maintenance)) return OK;
  const was = isLiquidatable(before.equity, before.maintenance);
  if (was && !isWorse(before.equity, before.maintenance, after.equity, after.maintenance))
    return OK;
  return context.refusal.because(WOULD_BE_LIQUIDATED, after.equity, after.maintenance);
}

/** Collateral in or out of the pool; out only as far as equity stays at or above initial. */
function planCollateral(
  context: PlanContext,
  market: Market,
  c: EditPosition,
  row: number,
): number {
  const { overlay, refusal, assessor, after } = context;
  if (c.collateral === 0 || c.size !== 0 || c.leverage !== 0)
    return refusal.because(BAD_COMBINATION);
  if (market.status === STATUS_SETTLED) return refusal.because(MARKET_SETTLED);
  const adds = c.edit === EDIT_ADD_COLLATERAL;
  const status = adds ? OK : checkStatus(context, market, true);
  if (status !== OK) return status;
  if (!adds && market.openness() === STATUS_CLOSE_ONLY) return refusal.because(CLOSE_ONLY);
  overlay.begin(market);
  const touched = overlay.touch(c.account);
  const t = touched * OVERLAY;
  assessor.isolatedRow(market, row).copyTo(after);
  if (!adds) {
    const most = maxRemovable(
      overlay.numbers[t + O_COLLATERAL],
      after.initialEquity,
      after.initial,
    );
    if (c.collateral > most) {
      return refusal.because(
        BELOW_INITIAL_MARGIN,
        after.initialEquity - c.collateral,
        after.initial,
        most,
      );
    }
  }
  const change = adds ? c.collateral : 0 - c.collateral;
  overlay.numbers[t + O_QUOTE_FREE] -= change;
  overlay.numbers[t + O_COLLATERAL] += change;
  if (adds) {
    const free = overlay.numbers[t + O_QUOTE_FREE];
    const scope = assessor.cross(c.account, touched, market, ASK_INITIAL);
    const spare = scope.initialEquity - scope.initial;
    const least = free < spare ? free : spare;
    if (least < 0)
      return refusal.because(INSUFFICIENT_BALANCE, change, change + least < 0 ? 0 : change + least);
  }
  writeTouched(context, market, BALANCE_COLLATERAL);
  return OK;
}

function fillIncoming(
  context: PlanContext,
  market: Market,
  c: EditPosition,
  side: Side,
  size: number,
): void {
  const { incoming, state, staged } = context;
  incoming.reset();
  incoming.id = state.nextOrder;
  incoming.account = c.account;
  incoming.side = side;
  incoming.type = ORDER_MARKET;
  incoming.price = limitOf(market, side, c);
  incoming.size = size;
  incoming.timeInForce = TIF_IOC;
  staged.clientOrderId = '';
  context.created = state.nextOrder;
}

/** The worst price of an edit: its own bound, but never beyond the band. 0 = none. */
function limitOf(market: Market, side: Side, c: EditPosition): number {
  const band = bandLimit(market, side);
  if (c.worstPrice === 0) return band;
  return band !== 0 && side * (c.worstPrice - band) > 0 ? band : c.worstPrice;
}

function needTerms(market: Market, side: Side, marginShare: NeedTerms['marginShare']): NeedTerms {
  const { mark, multiplier: k } = market;
  return { side, mark, k, marginShare, takerFeePpm: market.terms.takerFeePpm, interestE12: 0 };
}

function sizeOf(fills: readonly ExpectedFill[]): number {
  let size = 0;
  for (const fill of fills) size += fill.size;
  return size;
}
