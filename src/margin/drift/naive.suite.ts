// The liquidation predicate of a Drift position without any short cut: the whole account is opened
// anew at every price. Slow and obviously right; the fast way is tested and measured against it.

import { isolatedMargin, MAINTENANCE, openAccount, type PerpLeg } from './margin.ts';
import { ORACLE_PRICE_MAX } from './liquidation-price.ts';
import type { DriftAccount, DriftMode } from './types.ts';

/** Whether the position's scope is liquidatable at a price of its oracle. */
export type Predicate = (price: bigint) => boolean;

interface OnOracle {
  readonly oracleKey: number | string;
  readonly oracleMultiple: number;
}

/** The predicate of one position. */
export function naivePredicate(account: DriftAccount, mode: DriftMode, leg: PerpLeg): Predicate {
  const { oracleKey, oracleMultiple } = leg.market;
  const moved = <M extends OnOracle>(market: M, price: bigint): M => {
    if (market.oracleKey !== oracleKey) return market;
    const oraclePrice = (price * BigInt(market.oracleMultiple)) / BigInt(oracleMultiple);
    return { ...market, oraclePrice };
  };
  return (price) => {
    const open = openAccount(
      {
        ...account,
        perpMarkets: account.perpMarkets.map((market) => moved(market, price)),
        spotMarkets: account.spotMarkets.map((market) => moved(market, price)),
      },
      mode,
    );
    const own = open.perps.find(({ position }) => position === leg.position);
    const { collateral, requirement } =
      leg.position.isolated && own !== undefined
        ? isolatedMargin(open, own, MAINTENANCE)
        : open.cross;
    return collateral < requirement;
  };
}

/**
 * The last liquidatable price below a safe mark, or above it, by halves; `undefined` where there is
 * none. The mark must be safe.
 */
export function naiveCrossing(
  isBad: Predicate,
  mark: bigint,
  side: 'below' | 'above',
): bigint | undefined {
  let bad = side === 'below' ? 1n : ORACLE_PRICE_MAX;
  let safe = mark;
  if (!isBad(bad)) return undefined;
  while (bad - safe > 1n || safe - bad > 1n) {
    const middle = (bad + safe) / 2n;
    if (isBad(middle)) bad = middle;
    else safe = middle;
  }
  return bad;
}
