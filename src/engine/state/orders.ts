// Open orders: resting ones, which also stand in a book, and stops, which wait in a trigger heap. A
// row adds to the book's columns what margin and the account need to know. Never decides anything
// about an order.

import { BOOK_COLUMNS, BookRows } from '../../book/rows.ts';
import { NONE } from '../../units/table.ts';
import { FLAG_CLIENT_ID } from '../event.ts';

/** Numbers of a row: `figures[slot × ORDER_FIGURES + ORDER_SIZE]`. */
export const ORDER_FIGURES = 8;
/** Total size as placed or amended, filled part included. */
export const ORDER_SIZE = 0;
/**
 * What is held from the free balance for what is open: quote units, or base units for a spot sell.
 */
export const ORDER_HOLD = 1;
export const ORDER_TRIGGER = 2;
export const ORDER_EXPIRES = 3;
/** Prices of the pair to attach at the first fill; 0 = none. */
export const ORDER_TAKE_PROFIT = 4;
export const ORDER_STOP_LOSS = 5;
/** The limit price; the book's price is the same for resting orders. 0 = market. */
export const ORDER_LIMIT_PRICE = 6;
/** Isolated: the part of what is open that would open a position; the hold is for this part. */
export const ORDER_OPENING = 7;

/** Integers of a row: `facts[slot × ORDER_FACTS + …]`. */
export const ORDER_FACTS = 16;
export const ORDER_ACCOUNT = 0;
export const ORDER_MARKET = 1;
/** The position row of its account and market. */
export const ORDER_ROW = 2;
export const ORDER_SIDE = 3;
export const ORDER_TYPE = 4;
export const ORDER_FLAGS = 5;
export const ORDER_TIF = 6;
export const ORDER_STP = 7;
export const ORDER_TRIGGER_BY = 8;
/** Its neighbours among the account's orders in this market. */
export const ORDER_BEFORE = 9;
export const ORDER_BEHIND = 10;
/**
 * Which trigger heap a stop waits in: see `TRIGGER_…` of triggers.ts; NONE = resting in the book.
 */
export const ORDER_WAITS = 11;

/** Bytes of a client order id: its length, then its ASCII characters. */
export const CLIENT_ID_BYTES = 37;

export class Orders extends BookRows {
  figures = new Float64Array(0);
  facts = new Int32Array(0);
  clientIds = new Uint8Array(0);
  /** Place in a trigger heap, and in the expiry heap. */
  triggerPlace = new Int32Array(0);
  expiryPlace = new Int32Array(0);

  constructor(limit: number) {
    super(limit);
    this.register({
      ...BOOK_COLUMNS,
      figures: ORDER_FIGURES,
      facts: ORDER_FACTS,
      clientIds: CLIENT_ID_BYTES,
      triggerPlace: 1,
      expiryPlace: 1,
    });
  }

  /** The client order id, '' = none. */
  clientId(slot: number): string {
    if (!this.carriesId(slot)) return '';
    const at = slot * CLIENT_ID_BYTES;
    let text = '';
    for (let i = 1; i <= this.clientIds[at]; i++)
      text += String.fromCharCode(this.clientIds[at + i]);
    return text;
  }

  setClientId(slot: number, text: string): void {
    const at = slot * CLIENT_ID_BYTES;
    this.clientIds[at] = text.length;
    for (let i = 0; i < text.length; i++) this.clientIds[at + 1 + i] = text.charCodeAt(i);
  }

  hasClientId(slot: number, text: string): boolean {
    const at = slot * CLIENT_ID_BYTES;
    if (!this.carriesId(slot) || this.clientIds[at] !== text.length) return false;
    for (let i = 0; i < text.length; i++)
      if (this.clientIds[at + 1 + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  isStop(slot: number): boolean {
    return this.facts[slot * ORDER_FACTS + ORDER_WAITS] !== NONE;
  }

  private carriesId(slot: number): boolean {
    return (this.facts[slot * ORDER_FACTS + ORDER_FLAGS] & FLAG_CLIENT_ID) !== 0;
  }
}
