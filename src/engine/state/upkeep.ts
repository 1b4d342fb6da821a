// Position rows that a change left with something to put right: reduce-only orders larger than the
// position, an attached pair without one, holds that no longer fit. A first-in first-out queue that
// outlives a command when the step bound cuts it short. Never holds the same row twice.

import * as table from '../../units/table.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;

export class Upkeep {
  private rows = new Int32Array(64);
  private queued = new Uint8Array(64);
  private head = 0;
  private tail = 0;

  get length(): number {
    return this.tail - this.head;
  }

  /** Adds a position row; nothing happens when it waits already. */
  push(row: number): void {
    if (row >= this.queued.length) this.widen(row + 1);
    if (this.queued[row] === 1) return;
    this.queued[row] = 1;
    if (this.tail === this.rows.length) this.compact();
    this.rows[this.tail] = row;
    this.tail += 1;
  }

  /** Takes the oldest row, or NONE. */
  shift(): number {
    if (this.head === this.tail) return NONE;
    const row = this.rows[this.head];
    this.head += 1;
    this.queued[row] = 0;
    if (this.head === this.tail) {
      this.head = 0;
      this.tail = 0;
    }
    return row;
  }

  /** The rows that wait, oldest first. */
  parts(): Int32Array {
    return this.rows.subarray(this.head, this.tail);
  }

  restore(rows: Int32Array): void {
    for (const row of rows) this.push(row);
  }

  private widen(rows: number): void {
    let length = this.queued.length;
    while (length < rows) length *= 2;
    const wider = new Uint8Array(length);
    wider.set(this.queued);
    this.queued = wider;
  }

  private compact(): void {
    const waiting = this.rows.slice(this.head, this.tail);
    if (waiting.length * 2 > this.rows.length) this.rows = new Int32Array(this.rows.length * 2);
    this.rows.set(waiting);
    this.head = 0;
    this.tail = waiting.length;
  }
}
