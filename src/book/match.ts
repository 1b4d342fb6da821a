// Who would trade with whom: reads the opposite ladder and writes a plan, and changes nothing else.
// The standalone book and the engine plan with this one function, so a preview is what happens.
// Committing a plan is one small step per entry, so that the owner of the rows can do its own
// bookkeeping between them.

import { assert } from '../units/assert.ts';
import { BUY, type Side } from '../units/brand.ts';
import { NONE } from '../units/table.ts';
import type { Ladder } from './ladder.ts';
import { FILLS_MAX } from './limits.ts';
import { EXPIRE_BOTH, EXPIRE_MAKER, EXPIRE_TAKER, STP_NONE, type StpMode } from './order.ts';
import type { BookRows } from './rows.ts';

// V8 reads imported and exported constants through a cell each time, and folds a module's own.
const END = NONE;
const NO_GROUP = NONE;
const OK: MatchOutcome = 0;
const WOULD_CROSS: MatchOutcome = 1;
const NOT_FILLABLE: MatchOutcome = 2;
const NOBODY: Stopped = 1;

/**
 * Lets the owner of the rows shrink or forbid single fills: what a maker may no longer do, for
 * instance.
 */
export interface FillRule {
  /**
   * Asked before each fill, in price-time order, after the earlier fills of this plan. Returns the
   * size that may fill, 0 … size. Less than asked: the maker's rest is dropped and matching goes
   * on.
   */
  admit(slot: number, price: number, size: number): number;
}

/** The incoming order, as far as matching is concerned. One object is kept and written anew. */
export class Taker {
  side: Side = BUY;
  /** Worst price it accepts, in price units; 0: any. */
  limit = 0;
  /** In size units, > 0. */
  size = 0;
  /** Owner group; below 0: none. */
  group: number = NO_GROUP;
  stp: StpMode = EXPIRE_MAKER;
  fillOrKill = false;
  postOnly = false;
}

/** What happens to one maker. */
export type Action = 0 | 1 | 2 | 3;
/** It is filled; whatever is open afterwards stays in its place. */
export const FILL: Action = 0;
/** It is filled and the rule drops its rest. */
export const FILL_AND_DROP: Action = 1;
/** The rule drops it without a fill. */
export const DROP: Action = 2;
/** Self-trade prevention cancels it. */
export const EXPIRE: Action = 3;

/** Why matching ended. */
export type Stopped = 0 | 1 | 2 | 3;
/** The taker is filled completely. */
export const STOPPED_FILLED: Stopped = 0;
/** Nobody is left at or within its limit. */
export const STOPPED_NO_LIQUIDITY: Stopped = NOBODY;
/** It met its own group, and its mode says that its rest goes. */
export const STOPPED_SELF_TRADE: Stopped = 2;
/** It touched as many makers as a plan may have. */
export const STOPPED_FILL_LIMIT: Stopped = 3;

/** Whether the plan may be carried out; when not, it has no entries. */
export type MatchOutcome = 0 | 1 | 2;
export const MATCHED: MatchOutcome = OK;
/** Post-only, and somebody is at or within its limit. */
export const MATCH_WOULD_CROSS: MatchOutcome = WOULD_CROSS;
/** Fill-or-kill, and not all of it would be filled; `filled` says how much would. */
export const MATCH_NOT_FILLABLE: MatchOutcome = NOT_FILLABLE;

/** What matching would do, maker by maker. Preallocated and reused. */
export class MatchPlan {
  /** Entries used of the three arrays. */
  count = 0;
  readonly slot: Int32Array;
  /** Size of the fill; 0 for DROP and EXPIRE. */
  readonly size: Float64Array;
  readonly action: Uint8Array;
  /** Sum of the fills. */
  filled = 0;
  /** What the taker has left; `stopped` says what becomes of it. */
  rest = 0;
  stopped: Stopped = STOPPED_NO_LIQUIDITY;
  /** Makers that one plan may touch. */
  readonly fillsMax: number;

  constructor(fillsMax: number = FILLS_MAX) {
    this.fillsMax = fillsMax;
    this.slot = new Int32Array(fillsMax);
    this.size = new Float64Array(fillsMax);
    this.action = new Uint8Array(fillsMax);
  }

  /** Makes it the plan of a taker who meets nobody. */
  begin(size: number): void {
    this.count = 0;
    this.filled = 0;
    this.rest = size;
    this.stopped = NOBODY;
  }
}

/**
 * Plans the taker against the opposite ladder, in strict price-time order, at the makers' prices.
 * `plan` is overwritten; rows and ladder are only read. @throws AssertionError when the ladder is
 * its own side.
 */
export function planMatch(
  rows: BookRows,
  opposite: Ladder,
  taker: Taker,
  rule: FillRule | undefined,
  plan: MatchPlan,
): MatchOutcome {
  plan.begin(taker.size);
  if (!opposite.reaches(taker.limit)) return taker.fillOrKill ? NOT_FILLABLE : OK;
  if (taker.postOnly) return WOULD_CROSS;
  planFills(rows, opposite, taker, rule, plan);
  if (!taker.fillOrKill || plan.rest === 0) return OK;
  plan.count = 0;
  return NOT_FILLABLE;
}

function planFills(
  rows: BookRows,
  opposite: Ladder,
  taker: Taker,
  rule: FillRule | undefined,
  plan: MatchPlan,
): void {
  const { keys, sorted, direction } = opposite;
  assert(direction !== taker.side, 'an order was matched against its own side');
  const worstKey = taker.limit === 0 ? -Infinity : direction * taker.limit;
  const { slot: slots, size: sizes, action: actions, fillsMax } = plan;
  const stp = taker.stp;
  const ownGroup = stp === STP_NONE ? NO_GROUP : taker.group;
  let rest = taker.size;
  let count = 0;
  let stopped: Stopped = STOPPED_NO_LIQUIDITY;
  scan: for (let rank = opposite.levelCount - 1; rank >= 0 && keys[rank] >= worstKey; rank--) {
    const level = sorted[rank];
    for (let maker = opposite.headOfLevel(level); maker !== END; maker = rows.nextOf(maker)) {
      if (count === fillsMax) {
        stopped = STOPPED_FILL_LIMIT;
        break scan;
      }
      if (ownGroup >= 0 && rows.groupOf(maker) === ownGroup) {
        stopped = stp === EXPIRE_MAKER ? stopped : STOPPED_SELF_TRADE;
        if (stp === EXPIRE_TAKER) break scan;
        slots[count] = maker;
        sizes[count] = 0;
        actions[count++] = EXPIRE;
        if (stp === EXPIRE_BOTH) break scan;
        continue;
      }
      const offered = rows.openOf(maker);
      const asked = offered < rest ? offered : rest;
      const size =
        rule === undefined ? asked : admitted(rule, maker, opposite.priceOfLevel(level), asked);
      slots[count] = maker;
      sizes[count] = size;
      actions[count++] = size === asked ? FILL : size === 0 ? DROP : FILL_AND_DROP;
      rest -= size;
      if (rest === 0) {
        stopped = STOPPED_FILLED;
        break scan;
      }
    }
  }
  plan.count = count;
  plan.filled = taker.size - rest;
  plan.rest = rest;
  plan.stopped = stopped;
}

function admitted(rule: FillRule, maker: number, price: number, asked: number): number {
  const size = rule.admit(maker, price, asked);
  assert(
    Number.isInteger(size) && size >= 0 && size <= asked,
    'a fill rule admitted another size than 0 … asked',
  );
  return size;
}

/**
 * Carries out entry `i` of a plan on the ladder it was made for; entries must be taken in order.
 * Afterwards `rows.openOf` of the maker is what the fill left. Returns whether the maker left the
 * ladder: its slot is then the caller's to release, and what is open, if anything, was dropped or
 * expired.
 */
export function commitEntry(rows: BookRows, opposite: Ladder, plan: MatchPlan, i: number): boolean {
  const maker = plan.slot[i];
  const left = rows.openOf(maker) - plan.size[i];
  assert(maker === opposite.best(), 'a plan was committed to another ladder than it was made for');
  if (left > 0 && plan.action[i] === FILL) {
    opposite.reduce(maker, plan.size[i]);
    return false;
  }
  opposite.removeBest();
  rows.setOpen(maker, left);
  return true;
}
