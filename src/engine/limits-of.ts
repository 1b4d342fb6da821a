// The largest inputs that would be accepted now. Found by asking the preview itself, so that a
// limit is never refused: the preview is the rule, and this only searches it.

import { maxRemovable, withdrawable } from '../margin/sizing.ts';
import { divCeil, divFloor } from '../units/rounding.ts';
import { price, size, type Side } from '../units/brand.ts';
import { NONE } from '../units/table.ts';
import { ORDER_LIMIT, STP_EXPIRE_MAKER, TIF_GTC } from './command.ts';
import type { PlaceOrder } from './command.ts';
import { VALUE_MAX } from './limits.ts';
import type { Outcome } from './outcome.ts';
import { EventLog } from './event.ts';
import { ASK_INITIAL, Assessor } from './plan/assess.ts';
import { Overlay } from './plan/overlay.ts';
import { COLLATERAL, NUMBERS } from './state/positions.ts';
import type { Market } from './state/market.ts';
import type { State } from './state/state.ts';
import type { LimitsView } from './view.ts';

/** `limitPrice` 0: an order at the market's reference price. */
export function limitsOf(
  state: State,
  preview: (command: PlaceOrder) => Outcome,
  account: number,
  number: number,
  limitPrice: number,
): LimitsView {
  const market = state.markets[number];
  const assessor = new Assessor(state, new Overlay(state, new EventLog()));
  const at =
    limitPrice === 0 ? market.reference() - (market.reference() % market.tickSize) : limitPrice;
  const row = state.row(account, number);
  const free = state.balances.money[state.balances.at(account, market.quote)];
  const scope = assessor.cross(account, NONE, undefined, ASK_INITIAL);
  const spare = withdrawable(free, scope.initialEquity, scope.initial);
  let removable = 0;
  if (assessor.isIsolated(row)) {
    const own = assessor.isolatedRow(market, row);
    removable = maxRemovable(
      state.positions.numbers[row * NUMBERS + COLLATERAL],
      own.initialEquity,
      own.initial,
    );
  }
  const most = at === 0 ? 0 : divFloor(VALUE_MAX, at * market.multiplier * market.lotSize);
  const least = at === 0 ? 1 : smallestLots(market, at);
  const search = (side: Side): number =>
    largest(least, most, (lots) => {
      return preview(orderOf(account, number, side, at, lots * market.lotSize)).accepted;
    }) * market.lotSize;
  return {
    buyMax: search(1),
    sellMax: search(-1),
    withdrawMax: spare,
    collateralAddMax: assessor.isIsolated(row) ? spare : 0,
    collateralRemoveMax: removable,
    leverageMax: market.brackets.leverageMax,
  };
}

/** The fewest lots that the market's minimums let through. */
function smallestLots({ lotSize, multiplier, terms }: Market, at: number): number {
  const bySize = divCeil(terms.minimumSize, lotSize);
  const byValue = divCeil(terms.minimumNotional, at * multiplier * lotSize);
  return Math.max(1, bySize, byValue);
}

/**
 * The largest whole number up to `most` that is accepted, where what is accepted has no gaps from
 * `least` on.
 */
function largest(least: number, most: number, accepted: (lots: number) => boolean): number {
  let good = 0;
  let step = least;
  while (step <= most && accepted(step)) {
    good = step;
    step *= 2;
  }
  let bad = step > most ? most + 1 : step;
  while (bad - good > 1) {
    const middle = good + divFloor(bad - good, 2);
    if (accepted(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function orderOf(
  account: number,
  market: number,
  side: Side,
  at: number,
  lots: number,
): PlaceOrder {
  return {
    kind: 'place_order',
    id: '',
    time: 0,
    account,
    market,
    side,
    type: ORDER_LIMIT,
    price: price(at),
    size: size(lots),
    timeInForce: TIF_GTC,
    expiresAt: 0,
    postOnly: false,
    reduceOnly: false,
    selfTrade: STP_EXPIRE_MAKER,
    triggerPrice: price(0),
    triggerBy: 0,
    takeProfit: price(0),
    stopLoss: price(0),
    clientOrderId: '',
  };
}
