// The words of the book: how long an order lives, what happens when a group meets itself, why an
// order was cancelled or refused. Numbers, because they lie in typed columns and in the event log.
// Never any behaviour.

import type { Side } from '../units/brand.ts';

/** Time in force. */
export type Tif = 0 | 1 | 2;
/** Rests until it is filled or cancelled. */
export const GTC: Tif = 0;
/** What cannot be filled at once is cancelled. */
export const IOC: Tif = 1;
/** Filled completely at once, or refused. */
export const FOK: Tif = 2;

/** What happens when an order meets one of its own owner group; the taker's mode decides. */
export type StpMode = 0 | 1 | 2 | 3;
/** The resting order is cancelled and matching goes on. */
export const EXPIRE_MAKER: StpMode = 0;
/** What the taker has left is cancelled; earlier fills stand. */
export const EXPIRE_TAKER: StpMode = 1;
/** The resting order and what the taker has left are cancelled. */
export const EXPIRE_BOTH: StpMode = 2;
/** They trade. */
export const STP_NONE: StpMode = 3;

/** Why an order left the book without being filled. */
export type CancelWhy = 1 | 2 | 3 | 4 | 5;
/** Its owner asked. */
export const WHY_USER: CancelWhy = 1;
/** Amended to a total at or below what was filled. */
export const WHY_AMENDED: CancelWhy = 2;
/** The rest of a market or IOC order. */
export const WHY_UNFILLED: CancelWhy = 3;
/** It met an order of its own group. */
export const WHY_SELF_TRADE: CancelWhy = 4;
/** The taker had touched as many makers as one command may. */
export const WHY_FILL_LIMIT: CancelWhy = 5;

/**
 * Why a command was refused; 0 is no refusal. The numbers are the precedence: where several reasons
 * hold, the command gets the smallest. Nothing has changed when a command was refused.
 */
export type Refusal = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;
export const ACCEPTED: Refusal = 0;
/** place: the id is not a whole number in 1 … 2^53 − 1. */
export const BAD_ID: Refusal = 1;
/** place, amend: the size is not a whole number in 1 … 2^53 − 1. */
export const BAD_SIZE: Refusal = 2;
/** place: the price is not a whole number in 0 … 2^53 − 1. amend: in 1 … 2^53 − 1. */
export const BAD_PRICE: Refusal = 3;
/** place: post-only without a limit price, or not GTC: it could never rest. */
export const BAD_POST_ONLY: Refusal = 4;
/** amend, cancel: no live order has this id. */
export const UNKNOWN_ORDER: Refusal = 5;
/** amend, cancel: the order belongs to another account. */
export const NOT_OWNER: Refusal = 6;
/** place: a live order has this id. */
export const DUPLICATE_ID: Refusal = 7;
/** place, amend: a post-only order would take. */
export const WOULD_CROSS: Refusal = 8;
/** place: FOK, and not all of it can be filled. */
export const NOT_FILLABLE: Refusal = 9;
/** place, amend: what would rest needs a new price level and the side has no more. */
export const LEVELS_FULL: Refusal = 10;
/** place, amend: what would rest would lift the side's total size above 2^53 − 1. */
export const SIZE_FULL: Refusal = 11;
/** place: something would rest, and the book had as many orders as it may before this command. */
export const ORDERS_FULL: Refusal = 12;

/** An order as it is placed. Callers in a hurry keep one object and write its fields anew. */
export interface NewOrder {
  /** Chosen by the caller; free again once the order is gone. */
  id: number;
  /** The account that may amend and cancel it. */
  owner: number;
  /** Whose orders it must not trade with; below 0: nobody's. A 32-bit integer. */
  group: number;
  side: Side;
  /** Limit price in the market's price unit; 0 is a market order. */
  price: number;
  /** In the market's size unit. */
  size: number;
  tif: Tif;
  postOnly: boolean;
  stp: StpMode;
}

/** A live order as `query` shows it. */
export interface OrderView {
  readonly id: number;
  readonly owner: number;
  readonly group: number;
  readonly side: Side;
  readonly price: number;
  /** The total as placed or last amended: filled + open. */
  readonly size: number;
  readonly filled: number;
  readonly open: number;
  readonly postOnly: boolean;
  readonly stp: StpMode;
}
