// One row per account. Names and owner groups are interned strings; everything that a command needs
// is a number.

import { NONE, Table } from '../../units/table.ts';

export class Accounts extends Table {
  /** Owner group: orders of one group do not trade with each other. */
  group = new Int32Array(0);
  /** First position row, or NONE. */
  positions = new Int32Array(0);
  /** When the dead-man switch cancels the account's orders, ms; 0 = off. */
  deadManAt = new Float64Array(0);
  deadManPlace = new Int32Array(0);
  /** Remembered command ids: the oldest, the newest, how many. */
  idOldest = new Int32Array(0);
  idNewest = new Int32Array(0);
  idCount = new Int32Array(0);

  constructor(limit: number) {
    super(limit);
    this.register({
      group: 1, positions: 1, deadManAt: 1, deadManPlace: 1, idOldest: 1, idNewest: 1, idCount: 1,
    });
  }

  create(group: number): number {
    const account = this.allocate();
    this.group[account] = group;
    this.positions[account] = NONE;
    this.deadManAt[account] = 0;
    this.deadManPlace[account] = NONE;
    this.idOldest[account] = NONE;
    this.idNewest[account] = NONE;
    this.idCount[account] = 0;
    return account;
  }
}
