// One row per account and market that was ever used together: the position, the running sums of its
// resting orders, and the account's choices there. Fields of a row lie side by side, because a
// margin check reads most of them and at many accounts the cost is the cache line, not the
// arithmetic. Never computes a risk figure.

import * as table from '../../units/table.ts';
import { Table } from '../../units/table.ts';
import * as fields from './position-fields.ts';

export * from './position-fields.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const {
  NUMBERS,
  LINKS,
  ACCOUNT,
  MARKET,
  NEXT_ROW,
  ORDER_HEAD,
  ORDER_TAIL,
  TAKE_PROFIT,
  STOP_LOSS,
} = fields;

export class Positions extends Table {
  numbers = new Float64Array(0);
  links = new Int32Array(0);

  constructor(limit: number) {
    super(limit);
    this.register({ numbers: NUMBERS, links: LINKS });
  }

  /** The row in the list that starts at `head`, or NONE. */
  find(head: number, market: number): number {
    const links = this.links;
    for (let row = head; row !== NONE; row = links[row * LINKS + NEXT_ROW]) {
      if (links[row * LINKS + MARKET] === market) return row;
    }
    return NONE;
  }

  /** A new flat row in front of the list that starts at `head`. */
  create(head: number, account: number, market: number): number {
    const row = this.allocate();
    this.numbers.fill(0, row * NUMBERS, (row + 1) * NUMBERS);
    const links = this.links;
    const at = row * LINKS;
    links.fill(0, at, at + LINKS);
    links[at + ACCOUNT] = account;
    links[at + MARKET] = market;
    links[at + NEXT_ROW] = head;
    links[at + ORDER_HEAD] = NONE;
    links[at + ORDER_TAIL] = NONE;
    links[at + TAKE_PROFIT] = NONE;
    links[at + STOP_LOSS] = NONE;
    return row;
  }
}
