// Where a straight line in the price crosses zero: both kinds of margin at other venues come down
// to that. The price returned is the last unit at which the condition holds, never one more.

import { divCeilBig, divFloorBig } from '../../units/big.ts';
import type { VenueLiquidationPrice } from './scale.ts';

/**
 * The prices ≥ 1 at which slope · price + offset ≥ 0: at or below the floor of the root when the
 * line falls, at or above its ceiling when it rises.
 */
export function whereNotNegative(slope: bigint, offset: bigint): VenueLiquidationPrice {
  if (slope === 0n) return offset >= 0n ? { kind: 'always' } : { kind: 'none' };
  if (slope < 0n) {
    const price = divFloorBig(offset, -slope);
    return price < 1n ? { kind: 'none' } : { kind: 'below', price };
  }
  const price = divCeilBig(-offset, slope);
  return price <= 1n ? { kind: 'always' } : { kind: 'above', price };
}
