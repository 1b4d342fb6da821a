// The scopes that are in liquidation: an account's cross scope, or one isolated position. A scope
// is one whole number, so that lists and queues of them are plain: a position row for an isolated
// one, and the complement of the account's number for a cross one. It decides nothing.

import { assert } from '../../units/assert.ts';
import * as table from '../../units/table.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;

/** The cross scope of an account. */
export const crossScope = (account: number): number => ~account;
/** Whether a scope is an account's cross scope; else it is a position row. */
export const isCross = (scope: number): boolean => scope < 0;
/** The account of a cross scope. */
export const accountOfCross = (scope: number): number => ~scope;

/** A growing list of scopes. */
export class ScopeList {
  count = 0;
  items = new Int32Array(16);

  push(scope: number): void {
    if (this.count === this.items.length) {
      const longer = new Int32Array(this.count * 2);
      longer.set(this.items);
      this.items = longer;
    }
    this.items[this.count] = scope;
    this.count += 1;
  }

  has(scope: number): boolean {
    return this.items.lastIndexOf(scope, this.count - 1) !== NONE && this.count > 0;
  }

  /** Takes a scope out; the others keep their order. */
  remove(scope: number): void {
    const at = this.items.indexOf(scope);
    assert(at >= 0 && at < this.count, 'a scope is taken out that is not in the list');
    this.items.copyWithin(at, at + 1, this.count);
    this.count -= 1;
  }

  clear(): void {
    this.count = 0;
  }

  /** The used part, for a snapshot. */
  parts(): Int32Array {
    return this.items.subarray(0, this.count);
  }

  restore(items: Int32Array): void {
    for (const scope of items) this.push(scope);
  }
}
