// The plan of one order: match it against the book, see what that does to everyone it touches,
// decide whether it may be, and write down as events what would happen. Reads the state, writes the
// log; a refusal leaves only the log's scratch behind. All ways into a market come through here, so
// each rule is checked once.

import * as matching from '../../book/match.ts';
import { planMatch } from '../../book/match.ts';
import { isReducing, lossAgainstMark } from '../../margin/exposure.ts';
import * as table from '../../units/table.ts';
import { mulDivCeil, mulDivFloor } from '../../units/rounding.ts';
import * as brand from '../../units/brand.ts';
import type { Side } from '../../units/brand.ts';
import * as words from '../command.ts';
import * as events from '../event.ts';
import * as reasons from '../reason.ts';
import * as bounds from '../limits.ts';
import type { Market } from '../state/market.ts';
import * as orderFields from '../state/orders.ts';
import * as rowFields from '../state/positions.ts';
import { checkOrder } from './check-order.ts';
import type { PlanContext } from './context.ts';
import { isolatedHold, spotHold } from './holds.ts';
import type { Incoming } from './incoming.ts';
import { writeOrderEvents } from './order-events.ts';
import * as overlayFields from './overlay.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { FILL, MATCHED, MATCH_WOULD_CROSS, STOPPED_FILL_LIMIT, STOPPED_SELF_TRADE } = matching;
const { NONE } = table;
const { PPM_ONE } = brand;
const { TIF_FOK, TIF_GTC, TIF_GTD } = words;
const { FLAG_POST_ONLY, FLAG_REDUCE_ONLY, WHY_FILL_LIMIT, WHY_SELF_TRADE, WHY_UNFILLED_REST } =
  events;
const {
  AMOUNT_OUT_OF_RANGE,
  BOOK_FULL,
  FOK_NOT_FILLABLE,
  LIMIT_REACHED,
  OK,
  OPEN_ORDERS_LIMIT,
  POST_ONLY_WOULD_CROSS,
  PRICE_BAND,
  REDUCE_ONLY_REJECTED,
} = reasons;
const { ACCOUNT_VALUE_MAX, VALUE_MAX } = bounds;
const { ORDER_ACCOUNT, ORDER_FLAGS, ORDER_HOLD, ORDER_FACTS, ORDER_FIGURES } = orderFields;
const { LINKS, ORDER_COUNT } = rowFields;
const {
  O_BASE_FREE,
  O_BASE_HELD,
  O_BUYS,
  O_BUY_NOTIONAL,
  O_COLLATERAL,
  O_HOLDS,
  O_QUOTE_FREE,
  O_QUOTE_HELD,
  O_SELLS,
  O_SELL_NOTIONAL,
  O_SIZE,
  OVERLAY,
} = overlayFields;

/** What a planned order leads to, beside the match plan. One object is reused. */
export class OrderResult {
  /** The taker's place in the overlay. */
  taker = 0;
  /** What will rest in the book. */
  resting = 0;
  /** What is cancelled at once, and why. */
  cancelled = 0;
  why = 0;
  /** What the resting part holds, and for which opening size (isolated). */
  hold = 0;
  opening = 0;
  /**
   * True when the whole order only takes back risk: it is then never refused for initial margin.
   */
  reducing = false;
}

/** The furthest price at which the market trades now; 0 = no band or no reference. */
export function bandLimit(market: Market, side: Side): number {
  const { priceBandPpm } = market.terms;
  const reference = market.reference();
  if (priceBandPpm === 0 || reference === 0) return 0;
  if (side > 0) return mulDivFloor(reference, PPM_ONE + priceBandPpm, PPM_ONE);
  const least = mulDivCeil(reference, PPM_ONE - priceBandPpm, PPM_ONE);
  return least < 1 ? 1 : least;
}

/** Plans an order in a market and writes its events. Returns OK or the refusal. */
export function planOrder(
  context: PlanContext,
  market: Market,
  incoming: Incoming,
  result: OrderResult,
): number {
  const { overlay, rule, match, taker, state, refusal } = context;
  overlay.begin(market);
  result.taker = overlay.touch(incoming.account);
  const { positions } = state.limits;
  if (overlay.row[result.taker] === NONE && state.positions.live >= positions) {
    return refusal.because(LIMIT_REACHED, positions);
  }
  if ((incoming.flags & FLAG_REDUCE_ONLY) !== 0) {
    const held = -incoming.side * overlay.numbers[result.taker * OVERLAY + O_SIZE];
    if (held <= 0)
      return refusal.because(
        REDUCE_ONLY_REJECTED,
        overlay.numbers[result.taker * OVERLAY + O_SIZE],
      );
    if (incoming.size > held && incoming.timeInForce === TIF_FOK) {
      return refusal.because(FOK_NOT_FILLABLE, held, incoming.size);
    }
    if (incoming.size > held) incoming.size = held;
  }
  const counted = largestAmount(market, incoming);
  if (counted > VALUE_MAX) return refusal.because(AMOUNT_OUT_OF_RANGE, counted, VALUE_MAX);
  const band = bandLimit(market, incoming.side);
  if (incoming.price !== 0 && band !== 0 && incoming.side * (incoming.price - band) > 0) {
    return refusal.because(PRICE_BAND, band);
  }
  result.reducing = reduces(context, incoming, result.taker);
  if (incoming.replaces) takeAway(context, market, incoming, result.taker);
  taker.side = incoming.side;
  taker.limit = incoming.price === 0 ? band : incoming.price;
  taker.size = incoming.size;
  taker.group = state.accounts.groupOf(incoming.account);
  taker.stp = incoming.selfTrade;
  taker.fillOrKill = incoming.timeInForce === TIF_FOK;
  taker.postOnly = (incoming.flags & FLAG_POST_ONLY) !== 0;
  const opposite = market.opposite(incoming.side);
  if (opposite.reaches(taker.limit)) {
    rule.begin(market, incoming.side, result.taker, context.now, market.terms.takerFeePpm);
    rule.takerTerms.collateralGiven = incoming.collateral !== NONE;
  } else rule.beginIdle();
  const outcome = planMatch(state.orders, opposite, taker, rule, match);
  if (outcome !== MATCHED) return refuseMatch(context, market, incoming, outcome);
  dropMakers(context, market, incoming);
  settleRest(incoming, context, result);
  if (result.resting > 0) {
    const full = roomToRest(context, market, incoming, result.taker);
    if (full !== OK) return full;
    rest(context, market, incoming, result);
    const t = result.taker * OVERLAY;
    const worth = overlay.numbers[t + (incoming.side > 0 ? O_BUY_NOTIONAL : O_SELL_NOTIONAL)];
    if (worth > ACCOUNT_VALUE_MAX) {
      return refusal.because(AMOUNT_OUT_OF_RANGE, worth, ACCOUNT_VALUE_MAX);
    }
  }
  if (incoming.collateral !== NONE) putUp(context, incoming.collateral, result.taker);
  const refused = checkOrder(context, market, incoming, result);
  if (refused !== OK) return refused;
  writeOrderEvents(context, market, incoming, result);
  return OK;
}

/**
 * The largest number that planning this order would have to hold exactly: a notional, or base
 * units.
 */
function largestAmount(market: Market, incoming: Incoming): number {
  const reference = market.reference();
  const price = incoming.price > reference ? incoming.price : reference;
  const value = price * incoming.size * market.multiplier;
  const base = incoming.size * market.baseMultiplier;
  return value > base ? value : base;
}

function refuseMatch(
  context: PlanContext,
  market: Market,
  incoming: Incoming,
  outcome: number,
): number {
  const opposite = market.opposite(incoming.side);
  if (outcome === MATCH_WOULD_CROSS)
    return context.refusal.because(POST_ONLY_WOULD_CROSS, opposite.bestPrice());
  return context.refusal.because(FOK_NOT_FILLABLE, context.match.filled, incoming.size);
}

/** Against the position, and with own resting orders of that side no larger than it. */
function reduces(context: PlanContext, incoming: Incoming, touched: number): boolean {
  const t = touched * OVERLAY;
  const numbers = context.overlay.numbers;
  if ((incoming.flags & FLAG_REDUCE_ONLY) !== 0) return true;
  const resting = numbers[t + (incoming.side > 0 ? O_BUYS : O_SELLS)];
  const replaced = incoming.replaces ? context.state.orders.openOf(incoming.slot) : 0;
  return isReducing(numbers[t + O_SIZE], incoming.side, resting - replaced, incoming.size);
}

/** The replaced order no longer counts: its sums and its hold go back. */
function takeAway(context: PlanContext, market: Market, incoming: Incoming, touched: number): void {
  const { orders } = context.state;
  const { slot } = incoming;
  const numbers = context.overlay.numbers;
  const t = touched * OVERLAY;
  context.assessor.gone.add(slot);
  const open = orders.openOf(slot);
  if ((orders.facts[slot * ORDER_FACTS + ORDER_FLAGS] & FLAG_REDUCE_ONLY) === 0) {
    uncount(numbers, t, incoming.side, orders.priceOf(slot) * market.multiplier, open);
  }
  const hold = orders.figures[slot * ORDER_FIGURES + ORDER_HOLD];
  moveHold(context, market, incoming.side, touched, -hold);
}

/** Moves money between free and held: quote, or base for a spot sell. */
export function moveHold(
  context: PlanContext,
  market: Market,
  side: Side,
  touched: number,
  hold: number,
): void {
  const numbers = context.overlay.numbers;
  const t = touched * OVERLAY;
  const isBase = market.isSpot && side < 0;
  numbers[t + (isBase ? O_BASE_HELD : O_QUOTE_HELD)] += hold;
  numbers[t + (isBase ? O_BASE_FREE : O_QUOTE_FREE)] -= hold;
  if (!market.isSpot) numbers[t + O_HOLDS] += hold;
}

/**
 * Makers that the plan takes out get their holds back; the taker's own no longer count for its
 * margin.
 */
export function dropMakers(context: PlanContext, market: Market, incoming: Incoming): void {
  const { match, rule, overlay, assessor, state } = context;
  const { orders } = state;
  const makerSide: Side = incoming.side > 0 ? -1 : 1;
  let fill = 0;
  for (let i = 0; i < match.count; i++) {
    const slot = match.slot[i];
    const action = match.action[i];
    const filled = match.size[i];
    const account = orders.facts[slot * ORDER_FACTS + ORDER_ACCOUNT];
    const goes = action !== FILL;
    let hold = orders.figures[slot * ORDER_FIGURES + ORDER_HOLD];
    if (filled > 0) hold = rule.makerHolds[fill++];
    if (!goes && account !== incoming.account) continue;
    const touched = overlay.touch(account);
    const left = goes ? orders.openOf(slot) : filled;
    const price = orders.priceOf(slot);
    if ((orders.facts[slot * ORDER_FACTS + ORDER_FLAGS] & FLAG_REDUCE_ONLY) === 0) {
      uncount(overlay.numbers, touched * OVERLAY, makerSide, price * market.multiplier, left);
      if (!goes)
        assessor.incomingLoss -= lossAgainstMark(
          makerSide,
          price,
          market.mark,
          filled,
          market.multiplier,
        );
    }
    if (!goes) continue;
    assessor.gone.add(slot);
    if (hold !== 0) moveHold(context, market, makerSide, touched, -hold);
  }
}

/** Takes resting size out of an account's running sums. */
function uncount(
  numbers: Float64Array,
  t: number,
  side: Side,
  valuePerSize: number,
  open: number,
): void {
  numbers[t + (side > 0 ? O_BUYS : O_SELLS)] -= open;
  numbers[t + (side > 0 ? O_BUY_NOTIONAL : O_SELL_NOTIONAL)] -= valuePerSize * open;
}

/** What rests and what is cancelled of what was not filled. */
function settleRest(incoming: Incoming, context: PlanContext, result: OrderResult): void {
  const { rest: left, stopped } = context.match;
  const mayRest = incoming.timeInForce === TIF_GTC || incoming.timeInForce === TIF_GTD;
  result.hold = 0;
  result.opening = 0;
  result.resting = 0;
  result.cancelled = 0;
  if (left === 0) return;
  result.cancelled = left;
  if (stopped === STOPPED_SELF_TRADE) result.why = WHY_SELF_TRADE;
  else if (stopped === STOPPED_FILL_LIMIT) result.why = WHY_FILL_LIMIT;
  else if (!mayRest || incoming.price === 0) result.why = WHY_UNFILLED_REST;
  else {
    result.resting = left;
    result.cancelled = 0;
  }
}

function roomToRest(
  context: PlanContext,
  market: Market,
  incoming: Incoming,
  touched: number,
): number {
  const { state, refusal, overlay } = context;
  const { limits } = state;
  const own = market.own(incoming.side);
  const leaving = incoming.replaces ? incoming.slot : NONE;
  const row = overlay.row[touched];
  const count = row === NONE ? 0 : state.positions.links[row * LINKS + ORDER_COUNT];
  if (incoming.slot === NONE) {
    if (count >= limits.ordersPerPosition)
      return refusal.because(OPEN_ORDERS_LIMIT, count, limits.ordersPerPosition);
    if (state.orders.live >= limits.orders) return refusal.because(BOOK_FULL, limits.orders);
  }
  if (!own.hasRoomFor(incoming.price, leaving) || !own.hasRoomForSize(incoming.size, leaving)) {
    return refusal.because(BOOK_FULL, limits.levelsPerSide);
  }
  return OK;
}

/** Counts the resting part in the overlay: sums, hold, and what filling it now would lose. */
function rest(context: PlanContext, market: Market, incoming: Incoming, result: OrderResult): void {
  const { overlay, assessor } = context;
  const { side, price } = incoming;
  const { resting, taker } = result;
  const numbers = overlay.numbers;
  const t = taker * OVERLAY;
  const reduceOnly = (incoming.flags & FLAG_REDUCE_ONLY) !== 0;
  if (!reduceOnly) {
    const isBuy = side > 0;
    numbers[t + (isBuy ? O_BUYS : O_SELLS)] += resting;
    numbers[t + (isBuy ? O_BUY_NOTIONAL : O_SELL_NOTIONAL)] += price * resting * market.multiplier;
  }
  if (market.isSpot) {
    result.hold = spotHold(market, side, price, resting);
    moveHold(context, market, side, taker, result.hold);
    return;
  }
  if (reduceOnly) return;
  assessor.incomingLoss += lossAgainstMark(side, price, market.mark, resting, market.multiplier);
  if (!assessor.isTouchedIsolated(taker)) return;
  result.opening = openingPart(numbers, t, side, resting);
  const leverage = assessor.touchedLeverage(market, taker);
  result.hold = isolatedHold(market, side, price, result.opening, leverage);
  moveHold(context, market, side, taker, result.hold);
}

/**
 * How much of the newest resting order would open: older ones of its side take what the position
 * has to give.
 */
function openingPart(numbers: Float64Array, t: number, side: Side, resting: number): number {
  const held = -side * numbers[t + O_SIZE];
  const sum = numbers[t + (side > 0 ? O_BUYS : O_SELLS)];
  const over = sum - (held > 0 ? held : 0);
  return over <= 0 ? 0 : over < resting ? over : resting;
}

/**
 * An edit's collateral: into the pool, less the fees that the fills have taken from the free
 * balance already.
 */
function putUp(context: PlanContext, collateral: number, touched: number): void {
  const { overlay, rule } = context;
  let fees = 0;
  for (let i = 0; i < rule.fills; i++) fees += rule.takerFees[i];
  const t = touched * OVERLAY;
  overlay.numbers[t + O_QUOTE_FREE] -= collateral - fees;
  overlay.numbers[t + O_COLLATERAL] += collateral - fees;
}
