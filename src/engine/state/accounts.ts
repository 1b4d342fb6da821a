// One row per account. Names and owner groups are interned strings; everything that a command needs
// is a number.

import { NONE, Table } from '../../units/table.ts';

export class Accounts extends Table {
  /** Owner group, then the first position row or NONE: read together by every command. */
  private facts = new Int32Array(0);
  /** When the dead-man switch cancels the account's orders, ms; 0 = off. */
  deadManAt = new Float64Array(0);
  deadManPlace = new Int32Array(0);
  /** Remembered command ids: the oldest, the newest, how many; a fourth keeps them in one line. */
  idChain = new Int32Array(0);

  constructor(limit: number) {
    super(limit);
    this.register({
      facts: 2,
      deadManAt: 1,
      deadManPlace: 1,
      idChain: 4,
    });
  }

  create(group: number): number {
    const account = this.allocate();
    this.facts[account * 2] = group;
    this.facts[account * 2 + 1] = NONE;
    this.deadManAt[account] = 0;
    this.deadManPlace[account] = NONE;
    this.idChain[account * 4] = NONE;
    this.idChain[account * 4 + 1] = NONE;
    this.idChain[account * 4 + 2] = 0;
    return account;
  }

  /** Orders of one owner group do not trade with each other. */
  groupOf(account: number): number {
    return this.facts[account * 2];
  }

  /** The account's first position row, or NONE. */
  positionsOf(account: number): number {
    return this.facts[account * 2 + 1];
  }

  setPositions(account: number, row: number): void {
    this.facts[account * 2 + 1] = row;
  }
}
