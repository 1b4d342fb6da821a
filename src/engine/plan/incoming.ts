// One order on its way into a market, whatever brought it: a new order, an amended one that lost
// its place, a stop that fired, an edit of a position. One object is reused; `order-plan.ts` plans
// it.

import * as table from '../../units/table.ts';
import * as brand from '../../units/brand.ts';
import { type Side } from '../../units/brand.ts';
import * as words from '../command.ts';
import type { OrderType, SelfTradeMode, TimeInForce, TriggerBy } from '../command.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { BUY } = brand;
const { ORDER_LIMIT, STP_EXPIRE_MAKER, TIF_GTC } = words;

export class Incoming {
  /** The row it already has (amended, fired), or NONE. */
  slot: number = NONE;
  /** True when that row rests in the book and this replaces it. */
  replaces = false;
  id = 0;
  account = 0;
  side: Side = BUY;
  type: OrderType = ORDER_LIMIT;
  /** Limit price; 0 = market. */
  price = 0;
  /** What is to be matched now. */
  size = 0;
  /** What was filled before (amended orders). */
  filledBefore = 0;
  timeInForce: TimeInForce = TIF_GTC;
  expiresAt = 0;
  flags = 0;
  selfTrade: SelfTradeMode = STP_EXPIRE_MAKER;
  triggerPrice = 0;
  triggerBy: TriggerBy = 0;
  takeProfit = 0;
  stopLoss = 0;
  /**
   * A collateral that an edit puts up, instead of what the leverage asks for; NONE = by leverage.
   */
  collateral: number = NONE;

  /**
   * Back to a plain order with nothing set: every plan begins with this, so that none sees the last
   * one's fields.
   */
  reset(): void {
    this.slot = NONE;
    this.replaces = false;
    this.filledBefore = 0;
    this.timeInForce = TIF_GTC;
    this.expiresAt = 0;
    this.flags = 0;
    this.selfTrade = STP_EXPIRE_MAKER;
    this.triggerPrice = 0;
    this.triggerBy = 0;
    this.takeProfit = 0;
    this.stopLoss = 0;
    this.collateral = NONE;
  }
}
