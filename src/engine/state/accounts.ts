// One row per account. Names and owner groups are interned strings; everything that a command needs
// is a number.

import * as table from '../../units/table.ts';
import { Table } from '../../units/table.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;

const FACTS = 4;

export class Accounts extends Table {
  /**
   * Owner group, the first position row or NONE, how many rows have a position, and the stage of
   * the cross scope's liquidation: read together by every command.
   */
  private facts = new Int32Array(0);
  /** The settlement asset's interest index when the account's debt was last charged, 10^−12. */
  interestIndex = new Float64Array(0);
  /** 1 while its cross scope is warned: see src/margin/margin-call.ts. */
  called = new Uint8Array(0);
  /** When the dead-man switch cancels the account's orders, ms; 0 = off. */
  deadManAt = new Float64Array(0);
  deadManPlace = new Int32Array(0);
  /** Remembered command ids: the oldest, the newest, how many; a fourth keeps them in one line. */
  idChain = new Int32Array(0);

  constructor(limit: number) {
    super(limit);
    this.register({
      facts: FACTS,
      interestIndex: 1,
      called: 1,
      deadManAt: 1,
      deadManPlace: 1,
      idChain: 4,
    });
  }

  create(group: number): number {
    const account = this.allocate();
    this.facts[account * FACTS] = group;
    this.facts[account * FACTS + 1] = NONE;
    this.facts[account * FACTS + 2] = 0;
    this.facts[account * FACTS + 3] = 0;
    this.interestIndex[account] = 0;
    this.called[account] = 0;
    this.deadManAt[account] = 0;
    this.deadManPlace[account] = NONE;
    this.idChain[account * 4] = NONE;
    this.idChain[account * 4 + 1] = NONE;
    this.idChain[account * 4 + 2] = 0;
    return account;
  }

  /** Orders of one owner group do not trade with each other. */
  groupOf(account: number): number {
    return this.facts[account * FACTS];
  }

  /** The account's first position row, or NONE. */
  positionsOf(account: number): number {
    return this.facts[account * FACTS + 1];
  }

  setPositions(account: number, row: number): void {
    this.facts[account * FACTS + 1] = row;
  }

  /** How many of its rows have a position, isolated ones included. */
  openPositions(account: number): number {
    return this.facts[account * FACTS + 2];
  }

  countPositions(account: number, change: number): void {
    this.facts[account * FACTS + 2] += change;
  }

  /** How far the liquidation of its cross scope has come; 0 = it is not in liquidation. */
  stageOf(account: number): number {
    return this.facts[account * FACTS + 3];
  }

  setStage(account: number, stage: number): void {
    this.facts[account * FACTS + 3] = stage;
  }
}
