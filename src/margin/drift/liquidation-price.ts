// The exact liquidation prices of a Drift position: the last price units at which the venue's own
// predicate (collateral < maintenance requirement, spec margin §5) says liquidatable while one
// oracle moves and every other price is held. It must never be an estimate: what is returned has
// been asked for, and so has its neighbour. Prices are in 10^-6.
//
// Free collateral is concave in an oracle's price: requirements are the larger of two lines,
// profits and balances count for less above zero than below. So the safe prices are one interval,
// with a liquidation price below it, above it, or on both sides (a hedged account, large resting
// orders).

import { absBig, divCeilBig, divTruncBig } from '../../units/big.ts';
import { findCrossings, type Crossings, type FreeAt } from './crossing.ts';
import {
  isolatedDeposit,
  maintenanceRatioOf,
  type OpenAccount,
  type PerpLeg,
  type SpotLeg,
} from './margin.ts';
import { liabilityValue, profitAt, requirementOf, weightedProfit, worstCase } from './perp.ts';
import { currentPrice, QUOTE_INDEX, spotMargin } from './spot.ts';

/** The venue keeps oracle prices in 64 bits with a sign: no price above this can occur. */
export const ORACLE_PRICE_MAX = (1n << 63n) - 1n;

const PRICE_MIN = 1n;
const BASE_ONE = 1_000_000_000n;

/** A price in price units, none, or always: liquidatable at every price. */
export type DriftLiquidationPrice =
  | { readonly kind: 'price'; readonly price: bigint }
  | { readonly kind: 'none' }
  | { readonly kind: 'always' };

/** Where a position's scope becomes liquidatable as its oracle moves. */
export interface DriftLiquidationPrices {
  /** The highest liquidatable price below the safe ones. */
  readonly below: DriftLiquidationPrice;
  /** The lowest liquidatable price above the safe ones. */
  readonly above: DriftLiquidationPrice;
  /**
   * The one nearer to the oracle price: what to show. For a plain long that is `below`, for a plain
   * short `above`; beyond the oracle price when the scope is liquidatable already.
   */
  readonly nearest: DriftLiquidationPrice;
}

const NONE: DriftLiquidationPrice = { kind: 'none' };
const ALWAYS: DriftLiquidationPrice = { kind: 'always' };

/**
 * The exact liquidation prices of a position's scope: the cross account, or the position itself
 * when it is isolated. All perp positions and balances on the same oracle move with it; the quote's
 * own price is held. Open orders count as the venue counts them, unless `withOrders` is false: then
 * the prices are those after the liquidator has cancelled them.
 *
 * Where several truncated terms move at once, free collateral may flicker by a unit around zero;
 * then one of the crossings is returned, and the one beside it is safe.
 */
export function driftLiquidationPrices(
  open: OpenAccount,
  leg: PerpLeg,
  withOrders = true,
): DriftLiquidationPrices {
  const free = freeCollateralOf(open, leg, withOrders);
  const found = byValue(open, leg, free, withOrders) ?? byPrice(leg, free.at);
  if (found === 'never safe') return { below: ALWAYS, above: ALWAYS, nearest: ALWAYS };
  const below = priceOf(found.below);
  const above = priceOf(found.above);
  return { below, above, nearest: nearer(below, above, leg.market.oraclePrice) };
}

const priceOf = (price: bigint | undefined): DriftLiquidationPrice =>
  price === undefined ? NONE : { kind: 'price', price };

type Found = Crossings | 'never safe';

function byPrice({ market }: PerpLeg, at: FreeAt): Found {
  const range = { least: PRICE_MIN, most: ORACLE_PRICE_MAX };
  return findCrossings(at, market.oraclePrice, range) ?? 'never safe';
}

/**
 * The same over the position's value instead of the price, where nothing else moves: a unit of
 * value is all that a rounding can hide, however many price units it takes. `undefined` where the
 * prices found do not hold (a quote price other than 1 may make free collateral flicker).
 */
function byValue(
  open: OpenAccount,
  leg: PerpLeg,
  { at, rest }: FreeCollateral,
  withOrders: boolean,
): Found | undefined {
  const { position, market } = leg;
  const size = absBig(position.baseAssetAmount);
  const isAlone = rest !== undefined && (!withOrders || leg.worst === leg.held);
  if (!isAlone || size === 0n || market.isInSettlement || market.contractType === 'prediction') {
    return undefined;
  }
  const sign = position.baseAssetAmount > 0n ? 1n : -1n;
  const paid = position.quoteAssetAmount + leg.funding;
  const orders = withOrders ? position.openOrders : 0;
  const { quoteMarket, quote, mode } = open;
  const found = findCrossings(
    (value) =>
      rest +
      weightedProfit(sign * value + paid, market, quoteMarket, quote, 'Maintenance', mode) -
      requirementOf(value, quote.max, leg.heldMaintenanceRatio, orders),
    leg.held.value,
    {
      least: divTruncBig(size * PRICE_MIN, BASE_ONE),
      most: divTruncBig(size * ORACLE_PRICE_MAX, BASE_ONE),
    },
  );
  if (found === undefined) return 'never safe';
  // The highest price of a value is just below the lowest of the next.
  const below =
    found.below === undefined ? undefined : divCeilBig((found.below + 1n) * BASE_ONE, size) - 1n;
  const above = found.above === undefined ? undefined : divCeilBig(found.above * BASE_ONE, size);
  if (below !== undefined && !(at(below) < 0n && at(below + 1n) >= 0n)) return undefined;
  if (above !== undefined && !(at(above) < 0n && at(above - 1n) >= 0n)) return undefined;
  return { below, above };
}

function nearer(
  below: DriftLiquidationPrice,
  above: DriftLiquidationPrice,
  mark: bigint,
): DriftLiquidationPrice {
  if (above.kind !== 'price') return below;
  if (below.kind !== 'price') return above;
  const down = mark - below.price;
  const up = above.price - mark;
  return (down < 0n ? -down : down) <= (up < 0n ? -up : up) ? below : above;
}

/** Free collateral as a function of an oracle's price. */
export interface FreeCollateral {
  readonly at: FreeAt;
  /** What does not move, when nothing but the position itself does. */
  readonly rest: bigint | undefined;
}

/** Free collateral of the position's scope, negative when liquidatable. */
export function freeCollateralOf(
  open: OpenAccount,
  leg: PerpLeg,
  withOrders = true,
): FreeCollateral {
  const own: FreeAt = (price) => perpFree(open, leg, price, withOrders);
  if (leg.position.isolated) {
    const deposit = isolatedDeposit(open, leg, false);
    return { at: (price) => deposit + own(price), rest: deposit };
  }
  const { oracleKey, oraclePrice } = leg.market;
  const perps = open.perps.filter(
    (other) => other.market.oracleKey === oracleKey && !other.position.isolated,
  );
  const spots = open.spots.filter(
    ({ market }) => market.oracleKey === oracleKey && market.marketIndex !== QUOTE_INDEX,
  );
  const { collateral, requirement } = withOrders ? open.cross : open.crossHeld;
  const total = collateral - requirement;
  if (perps.length === 1 && spots.length === 0) {
    const rest = total - own(oraclePrice);
    return { at: (price) => rest + own(price), rest };
  }
  const moving = (price: bigint): bigint => {
    let sum = 0n;
    for (const other of perps) {
      sum += perpFree(open, other, priceAt(price, leg, other.market), withOrders);
    }
    for (const other of spots) {
      sum += spotFree(open, other, priceAt(price, leg, other.market), withOrders);
    }
    return sum;
  };
  const rest = total - moving(oraclePrice);
  return { at: (price) => rest + moving(price), rest: undefined };
}

/** The price of another market on the same oracle, which may count in thousands or millions. */
function priceAt(price: bigint, { market }: PerpLeg, other: { oracleMultiple: number }): bigint {
  const { oracleMultiple } = market;
  if (other.oracleMultiple === oracleMultiple) return price;
  return divTruncBig(price * BigInt(other.oracleMultiple), BigInt(oracleMultiple));
}

/** What a perp position adds to free collateral at a price of its own. */
function perpFree(open: OpenAccount, leg: PerpLeg, price: bigint, withOrders: boolean): bigint {
  const { position, market, funding } = leg;
  const { quote, quoteMarket, mode, account } = open;
  const profit = profitAt(position, market, price, funding);
  const collateral = weightedProfit(profit, market, quoteMarket, quote, 'Maintenance', mode);
  if (!withOrders) {
    const value = liabilityValue(position.baseAssetAmount, price, market);
    return collateral - requirementOf(value, quote.max, leg.heldMaintenanceRatio, 0);
  }
  const worst = worstCase(position, market, price);
  const ratio =
    worst.base === leg.worst.base
      ? leg.maintenanceRatio
      : maintenanceRatioOf(account, market, worst.base);
  return collateral - requirementOf(worst.value, quote.max, ratio, position.openOrders);
}

/** What a balance adds to free collateral at a price of its own. */
function spotFree(open: OpenAccount, leg: SpotLeg, price: bigint, withOrders: boolean): bigint {
  const { mode, account } = open;
  const part = spotMargin(leg.position, leg.market, currentPrice(price), {
    mode,
    category: 'Maintenance',
    withOrders,
    customRatio: account.userMaxMarginRatio,
  });
  return part.collateral - part.requirement;
}
