// What an order would get, and what a side looks like: answers for previews and for people. Nothing
// here changes anything but the scratch plan it is given, and nothing here is meant for the hot
// path.

import { NONE } from '../units/table.ts';
import type { DepthLevel } from './book.ts';
import type { Ladder } from './ladder.ts';
import {
  MATCHED,
  planMatch,
  type FillRule,
  type MatchOutcome,
  type MatchPlan,
  type Stopped,
  type Taker,
} from './match.ts';
import type { BookRows } from './rows.ts';

/** The expected fills of one order. */
export interface Walk {
  /** Whether it would be matched at all; when not, nothing is filled. */
  readonly outcome: MatchOutcome;
  /** In size units. */
  readonly filled: number;
  /** What would be left over, in size units. */
  readonly rest: number;
  /** Why matching would end. */
  readonly stopped: Stopped;
  /** Makers that would be filled. */
  readonly fills: number;
  /** The price of the last fill; undefined without one. */
  readonly worstPrice: number | undefined;
  /**
   * Σ price × size of the fills, exact. One such product may exceed 2^53, hence a bigint: the one
   * allocation per call is why matching itself leaves this sum to the caller, who knows the bounds
   * of its market.
   */
  readonly quote: bigint;
}

/** The expected fills of a taker: the plan of the same function that matches it, added up. */
export function walk(
  rows: BookRows,
  opposite: Ladder,
  taker: Taker,
  rule: FillRule | undefined,
  plan: MatchPlan,
): Walk {
  const outcome = planMatch(rows, opposite, taker, rule, plan);
  let fills = 0;
  let worstPrice: number | undefined;
  let exact = 0n;
  let pending = 0; // the part of the sum that still fits a double
  for (let i = 0; i < plan.count; i++) {
    const size = plan.size[i];
    if (size === 0) continue;
    const price = rows.priceOf(plan.slot[i]);
    const product = price * size;
    fills += 1;
    worstPrice = price;
    if (product > Number.MAX_SAFE_INTEGER) {
      exact += BigInt(price) * BigInt(size);
    } else if (product > Number.MAX_SAFE_INTEGER - pending) {
      exact += BigInt(pending);
      pending = product;
    } else {
      pending += product;
    }
  }
  const filled = outcome === MATCHED ? plan.filled : 0;
  const rest = taker.size - filled;
  const quote = exact + BigInt(pending);
  return { outcome, filled, rest, stopped: plan.stopped, fills, worstPrice, quote };
}

/** The best `levelsMax` levels of a ladder, best first. */
export function depth(ladder: Ladder, levelsMax: number): DepthLevel[] {
  const levels: DepthLevel[] = [];
  for (let i = 0; i < levelsMax; i++) {
    const level = ladder.levelAt(i);
    if (level === NONE) break;
    levels.push({
      price: ladder.priceOfLevel(level),
      size: ladder.sizeOfLevel(level),
      orders: ladder.ordersOfLevel(level),
    });
  }
  return levels;
}

/**
 * The slots of a ladder's orders in price-time order; of its `depth`-th level only when that is
 * given.
 */
export function queue(rows: BookRows, ladder: Ladder, level?: number): number[] {
  const slots: number[] = [];
  const first = level ?? 0;
  const last = level ?? ladder.levelCount - 1;
  for (let i = first; i <= last; i++) {
    const at = ladder.levelAt(i);
    if (at === NONE) break;
    for (let slot = ladder.headOfLevel(at); slot !== NONE; slot = rows.nextOf(slot))
      slots.push(slot);
  }
  return slots;
}
