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
import { currentPrice, heldMaintenance, QUOTE_INDEX, spotMargin } from './spot.ts';
import { WEIGHT_ONE } from './weights.ts';

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
  const found = byValue(open, leg, free, withOrders) ?? byPrice(leg, free);
  if (found === 'never safe') return { below: ALWAYS, above: ALWAYS, nearest: ALWAYS };
  const below = priceOf(found.below);
  const above = priceOf(found.above);
  return { below, above, nearest: nearer(below, above, leg.market.oraclePrice) };
}

const priceOf = (price: bigint | undefined): DriftLiquidationPrice =>
  price === undefined ? NONE : { kind: 'price', price };

type Found = Crossings | 'never safe';

function byPrice({ market }: PerpLeg, { at, now }: FreeCollateral): Found {
  const start = { x: market.oraclePrice, free: now };
  const search = { least: PRICE_MIN, most: ORACLE_PRICE_MAX, start, trend: 'unknown' } as const;
  return findCrossings(at, search) ?? 'never safe';
}

/**
 * The same over the position's value instead of the price, where nothing else moves: a unit of
 * value is all that a rounding can hide, however many price units it takes. `undefined` where the
 * prices found do not hold: a quote price other than 1 may make free collateral flicker, and a
 * large size passes over values.
 */
function byValue(
  open: OpenAccount,
  leg: PerpLeg,
  { at, rest, now }: FreeCollateral,
  withOrders: boolean,
): Found | undefined {
  const { position, market } = leg;
  const size = absBig(position.baseAssetAmount);
  const isAlone = rest !== undefined && (!withOrders || leg.worst === leg.held);
  if (!isAlone || size === 0n || market.isInSettlement || market.contractType === 'prediction') {
    return undefined;
  }
  const isLong = position.baseAssetAmount > 0n;
  const paid = position.quoteAssetAmount + leg.funding;
  const orders = withOrders ? position.openOrders : 0;
  const { quoteMarket, quote, mode } = open;
  const profitWeight = market.unrealizedPnlMaintenanceAssetWeight;
  const isRising = isLong && leg.heldMaintenanceRatio < Math.min(WEIGHT_ONE, profitWeight);
  const free: FreeAt = (value) => {
    const profit = (isLong ? value : -value) + paid;
    const collateral = weightedProfit(profit, market, quoteMarket, quote, 'Maintenance', mode);
    return rest + collateral - requirementOf(value, quote.max, leg.heldMaintenanceRatio, orders);
  };
  const found = findCrossings(free, {
    least: divTruncBig(size * PRICE_MIN, BASE_ONE),
    most: divTruncBig(size * ORACLE_PRICE_MAX, BASE_ONE),
    start: { x: leg.held.value, free: now },
    trend: isRising ? 'rising' : isLong ? 'unknown' : 'falling',
  });
  if (found === undefined) return 'never safe';
  // The highest price of a value is just below the lowest of the next.
  const below =
    found.below === undefined ? undefined : divCeilBig((found.below + 1n) * BASE_ONE, size) - 1n;
  const above = found.above === undefined ? undefined : divCeilBig(found.above * BASE_ONE, size);
  if (size > BASE_ONE) {
    if (below !== undefined && !(at(below) < 0n && at(below + 1n) >= 0n)) return undefined;
    if (above !== undefined && !(at(above) < 0n && at(above - 1n) >= 0n)) return undefined;
  }
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
  /** At the oracle price as it is. */
  readonly now: bigint;
}

/** Free collateral of the position's scope, negative when liquidatable. */
export function freeCollateralOf(
  open: OpenAccount,
  leg: PerpLeg,
  withOrders = true,
): FreeCollateral {
  const own: FreeAt = (price) => perpFree(open, leg, price, withOrders);
  const { oracleKey, oraclePrice } = leg.market;
  if (leg.position.isolated) {
    const rest = isolatedDeposit(open, leg, false);
    return { at: (price) => rest + own(price), rest, now: rest + own(oraclePrice) };
  }
  const perps = open.perps.filter(
    (other) => other.market.oracleKey === oracleKey && !other.position.isolated,
  );
  const spots = open.spots.filter(
    ({ market }) => market.oracleKey === oracleKey && market.marketIndex !== QUOTE_INDEX,
  );
  const { collateral, requirement } = withOrders ? open.cross : open.crossHeld;
  const now = collateral - requirement;
  if (perps.length === 1 && spots.length === 0) {
    const rest = now - own(oraclePrice);
    return { at: (price) => rest + own(price), rest, now };
  }
  const moving = [
    ...perps.map((other): [FreeAt, OnOracle] => [
      (price) => perpFree(open, other, price, withOrders),
      other.market,
    ]),
    ...spots.map((other): [FreeAt, OnOracle] => [
      spotFreeOf(open, other, withOrders),
      other.market,
    ]),
  ];
  const sumAt = (price: bigint): bigint => {
    let sum = 0n;
    for (const [at, market] of moving) sum += at(priceAt(price, leg, market));
    return sum;
  };
  const rest = now - sumAt(oraclePrice);
  return { at: (price) => rest + sumAt(price), rest: undefined, now };
}

interface OnOracle {
  readonly oracleMultiple: number;
}

/** The price of another market on the same oracle, which may count in thousands or millions. */
function priceAt(price: bigint, { market }: PerpLeg, other: OnOracle): bigint {
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

/** What a balance adds to free collateral, as a function of a price of its own. */
function spotFreeOf(open: OpenAccount, leg: SpotLeg, withOrders: boolean): FreeAt {
  const { position, market } = leg;
  const { mode, account } = open;
  if (!withOrders || leg.maintenance === leg.held) return heldMaintenance(position, market, mode);
  const customRatio = account.userMaxMarginRatio;
  const terms = { mode, category: 'Maintenance', withOrders, customRatio } as const;
  return (price) => {
    const part = spotMargin(position, market, currentPrice(price), terms);
    return part.collateral - part.requirement;
  };
}
