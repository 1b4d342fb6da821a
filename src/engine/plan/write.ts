// Writes single events into a plan's log: what an order became, what an account has now. Each
// function knows the layout of its event and nothing else.

import * as words from '../command.ts';
import * as events from '../event.ts';
import type { EventLog } from '../event.ts';
import type { Market } from '../state/market.ts';
import type { PlanContext } from './context.ts';
import type { Incoming } from './incoming.ts';
import type { OrderResult } from './order-plan.ts';
import * as overlayFields from './overlay.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { ACCOUNT_INSURANCE } = words;
const {
  BALANCE_CHANGED,
  BALANCE_INSURANCE,
  FEES_CHANGED,
  INSURANCE_CHANGED,
  ORDER_ACCEPTED,
  ORDER_AMENDED,
  ORDER_CANCELLED,
  POSITION_CHANGED,
} = events;
const { O_BASE_FREE, O_BEFORE, O_COLLATERAL, O_COST, O_QUOTE_FREE, O_REALISED, O_SIZE, OVERLAY } =
  overlayFields;

/**
 * The acceptance of an order: `resting` of it stays, in the book, or waiting when it has a trigger.
 */
export function writeAccepted(
  log: EventLog,
  market: number,
  incoming: Incoming,
  size: number,
  resting: number,
  hold: number,
  opening: number,
): void {
  const at = log.begin(ORDER_ACCEPTED);
  const data = log.data;
  data[at] = incoming.id;
  data[at + 1] = incoming.account;
  data[at + 2] = market;
  data[at + 3] = incoming.side;
  data[at + 4] = incoming.type;
  data[at + 5] = incoming.price;
  data[at + 6] = size;
  data[at + 7] = incoming.timeInForce;
  data[at + 8] = incoming.expiresAt;
  data[at + 9] = incoming.flags;
  data[at + 10] = incoming.selfTrade;
  data[at + 11] = incoming.triggerPrice;
  data[at + 12] = incoming.triggerBy;
  data[at + 13] = incoming.takeProfit;
  data[at + 14] = incoming.stopLoss;
  data[at + 15] = resting;
  data[at + 16] = hold;
  data[at + 17] = opening;
}

/** An amendment: `keptPlace` 1 when only its size shrank. */
export function writeAmended(
  log: EventLog,
  market: Market,
  incoming: Incoming,
  result: OrderResult,
  keptPlace: 0 | 1,
): void {
  const at = log.begin(ORDER_AMENDED);
  const data = log.data;
  data[at] = incoming.id;
  data[at + 1] = incoming.account;
  data[at + 2] = market.number;
  data[at + 3] = incoming.price;
  data[at + 4] = incoming.filledBefore + incoming.size;
  data[at + 5] = result.resting;
  data[at + 6] = result.hold;
  data[at + 7] = keptPlace;
  data[at + 8] = result.opening;
  data[at + 9] = incoming.slot;
}

/** `slot` NONE: an order that never had a row. `code`: the refusal that ended a triggered stop. */
export function writeCancelled(
  log: EventLog,
  order: number,
  account: number,
  market: number,
  why: number,
  unfilled: number,
  slot: number,
  code: number,
): void {
  const at = log.begin(ORDER_CANCELLED);
  const data = log.data;
  data[at] = order;
  data[at + 1] = account;
  data[at + 2] = market;
  data[at + 3] = why;
  data[at + 4] = unfilled;
  data[at + 5] = code;
  data[at + 6] = slot;
}

/** What every touched account has now, where it changed. */
export function writeTouched(context: PlanContext, market: Market, why: number): void {
  const { overlay, log } = context;
  const { numbers } = overlay;
  for (let touched = 0; touched < overlay.count; touched++) {
    const t = touched * OVERLAY;
    const account = overlay.account[touched];
    const b = t + O_BEFORE;
    if (
      numbers[t + O_SIZE] !== numbers[b + O_SIZE] ||
      numbers[t + O_COST] !== numbers[b + O_COST] ||
      numbers[t + O_COLLATERAL] !== numbers[b + O_COLLATERAL]
    ) {
      const at = log.begin(POSITION_CHANGED);
      const data = log.data;
      data[at] = account;
      data[at + 1] = market.number;
      data[at + 2] = numbers[b + O_SIZE];
      data[at + 3] = numbers[b + O_COST];
      data[at + 4] = numbers[b + O_COLLATERAL];
      data[at + 5] = numbers[t + O_SIZE];
      data[at + 6] = numbers[t + O_COST];
      data[at + 7] = numbers[t + O_COLLATERAL];
      data[at + 8] = numbers[t + O_REALISED];
    }
    const reason = account === ACCOUNT_INSURANCE ? BALANCE_INSURANCE : why;
    writeMoney(log, account, market.quote, reason, numbers, t + O_QUOTE_FREE);
    if (market.isSpot) writeMoney(log, account, market.base, reason, numbers, t + O_BASE_FREE);
  }
}

/**
 * A balance that changed; `free` says where its two numbers lie, the ones before are O_BEFORE
 * further.
 */
function writeMoney(
  log: EventLog,
  account: number,
  asset: number,
  why: number,
  numbers: Float64Array,
  free: number,
): void {
  const change = numbers[free] - numbers[free + O_BEFORE];
  const heldChange = numbers[free + 1] - numbers[free + 1 + O_BEFORE];
  if (change === 0 && heldChange === 0) return;
  writeBalance(log, account, asset, why, change, heldChange, numbers[free], numbers[free + 1]);
}

export function writeBalance(
  log: EventLog,
  account: number,
  asset: number,
  why: number,
  change: number,
  heldChange: number,
  free: number,
  held: number,
): void {
  const at = log.begin(BALANCE_CHANGED);
  const data = log.data;
  data[at] = account;
  data[at + 1] = asset;
  data[at + 2] = why;
  data[at + 3] = change;
  data[at + 4] = heldChange;
  data[at + 5] = free;
  data[at + 6] = held;
}

export function writeFees(log: EventLog, asset: number, change: number): void {
  const at = log.begin(FEES_CHANGED);
  log.data[at] = asset;
  log.data[at + 1] = change;
}

/** Tells of the insurance fund's money: its balance itself changes by its own event. */
export function writeInsurance(
  log: EventLog,
  asset: number,
  why: number,
  change: number,
  balance: number,
): void {
  const at = log.begin(INSURANCE_CHANGED);
  log.data[at] = asset;
  log.data[at + 1] = why;
  log.data[at + 2] = change;
  log.data[at + 3] = balance;
}
