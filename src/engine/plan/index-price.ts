// Prices from outside: the index, and where it is given, the mark. They change only by this
// command, never by a trade. A price at which somebody's notional would leave the exact range is
// refused.

import { mulDivFloor } from '../../units/rounding.ts';
import { powerOfTen } from '../../units/decimal.ts';
import { MARK_GIVEN, STATUS_SETTLED } from '../command.ts';
import type { UpdateIndex } from '../command.ts';
import { ASSET_PRICED, MARK_CHANGED } from '../event.ts';
import { VALUE_MAX } from '../limits.ts';
import { AMOUNT_OUT_OF_RANGE, MARKET_SETTLED, MARK_NOT_ACCEPTED, OK } from '../reason.ts';
import type { Market } from '../state/market.ts';
import type { PlanContext } from './context.ts';
import { checkMarket, checkRange, checkValue } from './validate.ts';

export function planUpdateIndex(context: PlanContext, c: UpdateIndex): number {
  const { state, refusal, log } = context;
  const refused =
    checkMarket(context, c.market) ||
    checkRange(context, 'price', c.price, 1, VALUE_MAX) ||
    checkValue(context, 'mark', c.mark);
  if (refused !== OK) return refused;
  const market = state.markets[c.market];
  if (market.status === STATUS_SETTLED) return refusal.because(MARKET_SETTLED);
  const given = market.terms.markSource === MARK_GIVEN && !market.isSpot;
  if (c.mark !== 0 && !given) return refusal.because(MARK_NOT_ACCEPTED);
  const mark = given
    ? c.mark !== 0
      ? c.mark
      : market.mark !== 0
        ? market.mark
        : c.price
    : c.price;
  const largest = market.exposureMax * mark * market.multiplier;
  if (largest > Number.MAX_SAFE_INTEGER)
    return refusal.because(AMOUNT_OUT_OF_RANGE, mark, Number.MAX_SAFE_INTEGER);
  const at = log.begin(MARK_CHANGED);
  const data = log.data;
  data[at] = market.number;
  data[at + 1] = c.price;
  data[at + 2] = mark;
  data[at + 3] = market.mark;
  context.created = market.number;
  if (market.isSpot && market.quote === state.settlement) priceBase(context, market, c.price);
  return OK;
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
