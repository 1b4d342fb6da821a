// Open orders: resting ones, which also stand in a book, and stops, which wait in a trigger heap. A
// row adds to the book's columns what margin and the account need to know. Never decides anything
// about an order.

import * as bookRows from '../../book/rows.ts';
import { BookRows } from '../../book/rows.ts';
import * as table from '../../units/table.ts';
import * as events from '../event.ts';
import * as fields from './order-fields.ts';

export * from './order-fields.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { BOOK_COLUMNS } = bookRows;
const { NONE } = table;
const { FLAG_CLIENT_ID } = events;
const { ORDER_FIGURES, ORDER_FACTS, ORDER_FLAGS, ORDER_WAITS, CLIENT_ID_BYTES } = fields;

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
