// What the standalone book keeps of an order beside what matching needs: its total size, and in the
// flags its side and how it was placed. Never a rule.

import { BUY, SELL, type Side } from '../units/brand.ts';
import type { NewOrder, StpMode } from './order.ts';
import { BOOK_COLUMNS, BookRows } from './rows.ts';

const FLAG_SELL = 1;
const FLAG_POST_ONLY = 2;
const FLAG_STP_SHIFT = 2;
const LONG: Side = BUY; // V8 folds a constant of this module, not an imported one
const SHORT: Side = SELL;

/** The rows of a `FastBook`. */
export class FastRows extends BookRows {
  /** Filled + open, in size units. */
  total = new Float64Array(0);

  constructor(limit: number) {
    super(limit);
    this.register({ ...BOOK_COLUMNS, total: 1 });
  }

  sideOf(slot: number): Side {
    return (this.flagsOf(slot) & FLAG_SELL) === 0 ? LONG : SHORT;
  }

  isPostOnly(slot: number): boolean {
    return (this.flagsOf(slot) & FLAG_POST_ONLY) !== 0;
  }

  stpOf(slot: number): StpMode {
    return (this.flagsOf(slot) >> FLAG_STP_SHIFT) as StpMode;
  }

  /** Writes all that an order keeps from the moment it is placed. */
  remember(slot: number, order: NewOrder): void {
    const side = order.side === LONG ? 0 : FLAG_SELL;
    const flags = side | (order.postOnly ? FLAG_POST_ONLY : 0) | (order.stp << FLAG_STP_SHIFT);
    this.describe(slot, order.id, order.owner, order.group, flags);
    this.total[slot] = order.size;
  }
}
