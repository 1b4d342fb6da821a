// Remembered command ids: the same id again gives the same answer and no second effect. Each
// account remembers its latest ones, oldest forgotten first; rows are taken only as ids come, so an
// idle account costs nothing. Found through one open-addressing index over 128-bit hashes: two
// different ids that collide would need 2^64 tries.

import * as table from '../../units/table.ts';
import { Table } from '../../units/table.ts';
import type { Accounts } from './accounts.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;

const CELLS_FIRST = 1_024;
/** Words of a row: four of the id's hash, two of the content's. */
const WORDS = 6;
/** Numbers of a row: sequence, time, created, three parameters. */
const NUMBERS = 6;
export const ID_WORDS = WORDS;
export const ID_NUMBERS = NUMBERS;

/** A remembered id: who, which, what was asked, what was answered. */
export class Ids extends Table {
  /** 128-bit hash of the id, then 64 bits of the command's content. */
  words = new Uint32Array(0);
  /** sequence, created, three refusal parameters, time. */
  numbers = new Float64Array(0);
  account = new Int32Array(0);
  reason = new Int32Array(0);
  /** The account's next newer row, or NONE. */
  newer = new Int32Array(0);
  private cells = new Int32Array(CELLS_FIRST).fill(NONE);

  constructor(limit: number) {
    super(limit);
    this.register({ words: WORDS, numbers: NUMBERS, account: 1, reason: 1, newer: 1 });
  }

  /** The row of this account's id, or NONE. `hash` holds the four words. */
  find(account: number, hash: Uint32Array): number {
    const mask = this.cells.length - 1;
    for (let cell = home(account, hash[0], mask); ; cell = (cell + 1) & mask) {
      const row = this.cells[cell];
      if (row === NONE || (this.account[row] === account && this.same(row, hash))) return row;
    }
  }

  /** Whether `remember` has a row for this account: a new one, or its own oldest. */
  hasRoom(accounts: Accounts, account: number): boolean {
    return this.live < this.limit || accounts.idCount[account] > 0;
  }

  /**
   * Takes a row for a new id of the account, forgetting its oldest at the bound. The caller fills
   * the row.
   */
  remember(accounts: Accounts, account: number, hash: Uint32Array, perAccount: number): number {
    if (accounts.idCount[account] >= perAccount || this.live >= this.limit)
      this.forgetOldest(accounts, account);
    if ((this.live + 1) * 2 > this.cells.length) this.enlarge();
    const row = this.allocate();
    for (let i = 0; i < 4; i++) this.words[row * WORDS + i] = hash[i];
    this.account[row] = account;
    this.newer[row] = NONE;
    const newest = accounts.idNewest[account];
    if (newest === NONE) accounts.idOldest[account] = row;
    else this.newer[newest] = row;
    accounts.idNewest[account] = row;
    accounts.idCount[account] += 1;
    this.insert(row);
    return row;
  }

  /** Builds the index anew from the rows, after `restore`; walks the accounts' lists. */
  reindex(accounts: Accounts): void {
    let cells = CELLS_FIRST;
    while (this.live * 2 > cells) cells *= 2;
    this.cells = new Int32Array(cells).fill(NONE);
    for (let account = 0; account < accounts.rows; account++) {
      for (let row = accounts.idOldest[account]; row !== NONE; row = this.newer[row])
        this.insert(row);
    }
  }

  private same(row: number, hash: Uint32Array): boolean {
    const words = this.words;
    const at = row * WORDS;
    return (
      words[at] === hash[0] &&
      words[at + 1] === hash[1] &&
      words[at + 2] === hash[2] &&
      words[at + 3] === hash[3]
    );
  }

  private homeOf(row: number, mask: number): number {
    return home(this.account[row], this.words[row * WORDS], mask);
  }

  private insert(row: number): void {
    const mask = this.cells.length - 1;
    let cell = this.homeOf(row, mask);
    while (this.cells[cell] !== NONE) cell = (cell + 1) & mask;
    this.cells[cell] = row;
  }

  private forgetOldest(accounts: Accounts, account: number): void {
    const row = accounts.idOldest[account];
    accounts.idOldest[account] = this.newer[row];
    if (accounts.idNewest[account] === row) accounts.idNewest[account] = NONE;
    accounts.idCount[account] -= 1;
    this.removeCell(row);
    this.release(row);
  }

  /**
   * Deletion by shifting back: what follows moves into the hole unless it is at or behind its home.
   */
  private removeCell(row: number): void {
    const cells = this.cells;
    const mask = cells.length - 1;
    let hole = this.homeOf(row, mask);
    while (cells[hole] !== row) hole = (hole + 1) & mask;
    for (let cell = (hole + 1) & mask; cells[cell] !== NONE; cell = (cell + 1) & mask) {
      const distance = (cell - this.homeOf(cells[cell], mask)) & mask;
      if (distance >= ((cell - hole) & mask)) {
        cells[hole] = cells[cell];
        hole = cell;
      }
    }
    cells[hole] = NONE;
  }

  private enlarge(): void {
    const old = this.cells;
    this.cells = new Int32Array(old.length * 2).fill(NONE);
    for (const row of old) if (row !== NONE) this.insert(row);
  }
}

function home(account: number, word: number, mask: number): number {
  return (word ^ Math.imul(account, 0x9e3779b1)) & mask;
}
