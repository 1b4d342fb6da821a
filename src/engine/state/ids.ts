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
  /**
   * Two numbers a cell: the row or NONE, and the hash that led there. Without the hash every cell
   * on the way would cost a look at its row, somewhere in a large memory.
   */
  private cells = new Int32Array(CELLS_FIRST * 2).fill(NONE);

  constructor(limit: number) {
    super(limit);
    this.register({ words: WORDS, numbers: NUMBERS, account: 1, reason: 1, newer: 1 });
  }

  /** The row of this account's id, or NONE. `hash` holds the four words. */
  find(account: number, hash: Uint32Array): number {
    const { cells } = this;
    const mask = cells.length - 1;
    const key = keyOf(account, hash[0]);
    for (let cell = (key << 1) & mask; ; cell = (cell + 2) & mask) {
      const row = cells[cell];
      if (row === NONE) return row;
      if (cells[cell + 1] === key && this.account[row] === account && this.same(row, hash))
        return row;
    }
  }

  /** Whether `remember` has a row for this account: a new one, or its own oldest. */
  hasRoom(accounts: Accounts, account: number): boolean {
    return this.live < this.limit || accounts.idChain[account * 4 + 2] > 0;
  }

  /**
   * Takes a row for a new id of the account, forgetting its oldest at the bound. The caller fills
   * the row.
   */
  remember(accounts: Accounts, account: number, hash: Uint32Array, perAccount: number): number {
    const { idChain } = accounts;
    const chain = account * 4;
    if (idChain[chain + 2] >= perAccount || this.live >= this.limit)
      this.forgetOldest(idChain, chain);
    if ((this.live + 1) * 4 > this.cells.length) this.enlarge();
    const row = this.allocate();
    const { words, newer } = this;
    const at = row * WORDS;
    words[at] = hash[0];
    words[at + 1] = hash[1];
    words[at + 2] = hash[2];
    words[at + 3] = hash[3];
    this.account[row] = account;
    newer[row] = NONE;
    const newest = idChain[chain + 1];
    if (newest === NONE) idChain[chain] = row;
    else newer[newest] = row;
    idChain[chain + 1] = row;
    idChain[chain + 2] += 1;
    insert(this.cells, row, keyOf(account, hash[0]));
    return row;
  }

  /** Builds the index anew from the rows, after `restore`; walks the accounts' lists. */
  reindex(accounts: Accounts): void {
    let cells = CELLS_FIRST * 2;
    while (this.live * 4 > cells) cells *= 2;
    this.cells = new Int32Array(cells).fill(NONE);
    for (let account = 0; account < accounts.rows; account++) {
      for (let row = accounts.idChain[account * 4]; row !== NONE; row = this.newer[row])
        insert(this.cells, row, this.keyOfRow(row));
    }
  }

  private same(row: number, hash: Uint32Array): boolean {
    const { words } = this;
    const at = row * WORDS;
    return (
      words[at] === hash[0] &&
      words[at + 1] === hash[1] &&
      words[at + 2] === hash[2] &&
      words[at + 3] === hash[3]
    );
  }

  private keyOfRow(row: number): number {
    return keyOf(this.account[row], this.words[row * WORDS]);
  }

  private forgetOldest(idChain: Int32Array, chain: number): void {
    const row = idChain[chain];
    idChain[chain] = this.newer[row];
    if (idChain[chain + 1] === row) idChain[chain + 1] = NONE;
    idChain[chain + 2] -= 1;
    this.removeCell(row);
    this.release(row);
  }

  /**
   * Deletion by shifting back: what follows moves into the hole unless it is at or behind its home.
   */
  private removeCell(row: number): void {
    const { cells } = this;
    const mask = cells.length - 1;
    let hole = (this.keyOfRow(row) << 1) & mask;
    while (cells[hole] !== row) hole = (hole + 2) & mask;
    for (let cell = (hole + 2) & mask; cells[cell] !== NONE; cell = (cell + 2) & mask) {
      const distance = (cell - (cells[cell + 1] << 1)) & mask;
      if (distance >= ((cell - hole) & mask)) {
        cells[hole] = cells[cell];
        cells[hole + 1] = cells[cell + 1];
        hole = cell;
      }
    }
    cells[hole] = NONE;
  }

  private enlarge(): void {
    const old = this.cells;
    const cells = new Int32Array(old.length * 2).fill(NONE);
    for (let cell = 0; cell < old.length; cell += 2)
      if (old[cell] !== NONE) insert(cells, old[cell], old[cell + 1]);
    this.cells = cells;
  }
}

function insert(cells: Int32Array, row: number, key: number): void {
  const mask = cells.length - 1;
  let cell = (key << 1) & mask;
  while (cells[cell] !== NONE) cell = (cell + 2) & mask;
  cells[cell] = row;
  cells[cell + 1] = key;
}

/** 32 bits that say where an account's id begins to be looked for. */
function keyOf(account: number, word: number): number {
  return word ^ Math.imul(account, 0x9e3779b1);
}
