// Checks that several commands share: is there such a market, may this account act, is the value
// one of those allowed? Each returns OK or the refusal's number. They look at no risk and change
// nothing.

import { isMinusZero } from '../../units/assert.ts';
import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import * as bounds from '../limits.ts';
import * as reasons from '../reason.ts';
import { fieldNumber } from '../reason.ts';
import type { FieldName } from '../reason.ts';
import { IMPOSED_BOUND, IMPOSED_SOURCES } from '../state/market.ts';
import * as orderFields from '../state/orders.ts';
import * as rowFields from '../state/positions.ts';
import type { State } from '../state/state.ts';
import type { PlanContext } from './context.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { ACCOUNT_INSURANCE, ANY_MARKET, SYSTEM_ACCOUNTS } = words;
const { VALUE_MAX } = bounds;
const {
  ACCOUNT_NOT_FOUND,
  ACCOUNT_RESERVED,
  ASSET_NOT_FOUND,
  IN_LIQUIDATION,
  LIQUIDATIONS_PENDING,
  MARKET_NOT_FOUND,
  OK,
  ORDER_NOT_FOUND,
  VALUE_INVALID,
} = reasons;
const { CLIENT_ID_BYTES, ORDER_ACCOUNT, ORDER_BEHIND, ORDER_FACTS } = orderFields;
const { LINKS, MARKET, NEXT_ROW, NUMBERS, ORDER_HEAD, SIZE, STAGE } = rowFields;

/** What keeps money in an account with a position in the market. */
const MONEY_WAITS = IMPOSED_BOUND | IMPOSED_SOURCES;

/** Names, ids: 1 to 36 of these. */
export const ID_PATTERN = /^[A-Za-z0-9._:-]{1,36}$/;

/** An account that an operator may correct: a trader's, or the insurance fund. */
export function checkAdjustable(context: PlanContext, account: number): number {
  return account === ACCOUNT_INSURANCE ? OK : checkAccount(context, account);
}

/** The account exists and is not one of the system's. */
export function checkAccount(context: PlanContext, account: number): number {
  if (!context.state.isAccount(account)) return context.refusal.because(ACCOUNT_NOT_FOUND);
  return account < SYSTEM_ACCOUNTS.length ? context.refusal.because(ACCOUNT_RESERVED) : OK;
}

/**
 * Nothing but deposits while a liquidation of the account's cross scope, or of its position in this
 * market, waits for the next tick; ANY_MARKET asks for the cross scope alone.
 */
export function checkNotLiquidating(context: PlanContext, account: number, market: number): number {
  const { state, refusal } = context;
  if (state.liquidating.count === 0) return OK;
  if (state.accounts.stageOf(account) !== 0) return refusal.because(IN_LIQUIDATION);
  const row = market === ANY_MARKET ? NONE : state.row(account, market);
  if (row === NONE || state.positions.links[row * LINKS + STAGE] === 0) return OK;
  return refusal.because(IN_LIQUIDATION);
}

/**
 * Money stays while liquidations wait in a market where the account has a position, or while that
 * market's price is not known: what may leave would be measured at a mark that stands still.
 */
export function checkMayLeave(context: PlanContext, account: number): number {
  const { state, refusal } = context;
  const refused = checkNotLiquidating(context, account, ANY_MARKET);
  if (refused !== OK) return refused;
  const { links, numbers } = state.positions;
  let row = state.accounts.positionsOf(account);
  for (; row !== NONE; row = links[row * LINKS + NEXT_ROW]) {
    const waits = (state.markets[links[row * LINKS + MARKET]].imposed & MONEY_WAITS) !== 0;
    if (waits && numbers[row * NUMBERS + SIZE] !== 0) return refusal.because(LIQUIDATIONS_PENDING);
  }
  return OK;
}

export function checkMarket(context: PlanContext, market: number): number {
  return !isCount(market) || context.state.markets[market] === undefined
    ? context.refusal.because(MARKET_NOT_FOUND)
    : OK;
}

export function checkAsset(context: PlanContext, asset: number): number {
  return !isCount(asset) || context.state.assets[asset] === undefined
    ? context.refusal.because(ASSET_NOT_FOUND)
    : OK;
}

/** A whole number from `least` to `most`. */
export function checkRange(
  context: PlanContext,
  field: FieldName,
  value: number,
  least: number,
  most: number,
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most && !isMinusZero(value))
    return OK;
  return invalid(context, field, value);
}

/** A whole number from 0 up to the largest that a command may carry. */
export function checkValue(context: PlanContext, field: FieldName, value: number): number {
  return checkRange(context, field, value, 0, VALUE_MAX);
}

export function invalid(context: PlanContext, field: FieldName, value: number): number {
  return context.refusal.because(
    VALUE_INVALID,
    fieldNumber(field),
    Number.isFinite(value) ? value : 0,
  );
}

/**
 * An order of the account by number, or by client order id when the number is 0; NONE, with the
 * refusal set.
 */
export function findOrder(
  context: PlanContext,
  account: number,
  order: number,
  clientOrderId: string,
): number {
  const slot = orderSlot(context.state, account, order, clientOrderId);
  if (slot === NONE) context.refusal.because(ORDER_NOT_FOUND);
  return slot;
}

/**
 * The slot of an account's open order by number, or by client order id when the number is 0; NONE =
 * none.
 */
export function orderSlot(
  state: State,
  account: number,
  order: number,
  clientOrderId: string,
): number {
  const slot =
    order !== 0 ? state.orderIndex.find(order) : findClientOrder(state, account, clientOrderId);
  const isOwn = slot !== NONE && state.orders.facts[slot * ORDER_FACTS + ORDER_ACCOUNT] === account;
  return isOwn ? slot : NONE;
}

/**
 * The account's open order with this client order id, or NONE: a walk over its orders, which are
 * bounded.
 */
export function findClientOrder(state: State, account: number, clientOrderId: string): number {
  if (clientOrderId === '' || clientOrderId.length >= CLIENT_ID_BYTES) return NONE;
  const { links } = state.positions;
  for (
    let row = state.accounts.positionsOf(account);
    row !== NONE;
    row = links[row * LINKS + NEXT_ROW]
  ) {
    let slot = links[row * LINKS + ORDER_HEAD];
    for (; slot !== NONE; slot = state.orders.facts[slot * ORDER_FACTS + ORDER_BEHIND]) {
      if (state.orders.hasClientId(slot, clientOrderId)) return slot;
    }
  }
  return NONE;
}

/** Whether a text is a legal id; the loop is for the hot path, the pattern says the same. */
export function isId(text: string): boolean {
  const { length } = text;
  if (length === 0 || length >= CLIENT_ID_BYTES) return false;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    const letter = (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
    if (!letter && !(c >= 48 && c <= 58) && c !== 45 && c !== 46 && c !== 95) return false;
  }
  return true;
}

/**
 * A whole number from 0 up to the largest that a command may carry; small ones, the usual case, at
 * once.
 */
export function isCount(value: number): boolean {
  if ((value | 0) === value) return value >= 0 && !isMinusZero(value);
  return Number.isSafeInteger(value) && value >= 0 && value <= VALUE_MAX;
}
