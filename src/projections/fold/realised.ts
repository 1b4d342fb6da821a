// The profit that each single fill realised. The engine says what a position was before a step and
// after it; the fills between are applied one by one with the engine's own formula, and must lead
// from the one to the other.

import { FilledPosition, applyFill } from '../../margin/position.ts';
import { assert } from '../../units/assert.ts';
import type { FillRow } from '../sql/tables.ts';

interface Pending {
  readonly row: FillRow;
  /** Signed size and price, as the event has them. */
  readonly signed: number;
  readonly price: number;
}

/** A position before and after a step, in the order of the event's fields. */
export interface PositionStep {
  readonly account: number;
  readonly sizeBefore: number;
  readonly costBefore: number;
  readonly size: number;
  readonly cost: number;
  readonly realised: number;
}

export class Realised {
  private readonly pending = new Map<number, Pending[]>();
  private readonly filled = new FilledPosition();

  /** A fill of a perpetual: what it realised is known when the step's position is. */
  add(row: FillRow, signed: number, price: number): void {
    const list = this.pending.get(row.account);
    if (list === undefined) this.pending.set(row.account, [{ row, signed, price }]);
    else list.push({ row, signed, price });
  }

  /** Settles the fills that led to this position; false when there were none. */
  settle(step: PositionStep, multiplier: number): boolean {
    const list = this.pending.get(step.account);
    if (list === undefined) return false;
    this.pending.delete(step.account);
    const { filled } = this;
    let { sizeBefore: size, costBefore: cost } = step;
    let realised = 0;
    for (const { row, signed, price } of list) {
      applyFill(filled, size, cost, signed, price, multiplier);
      ({ size, cost } = filled);
      realised += filled.realised;
      row.realised = BigInt(filled.realised);
    }
    const agrees = size === step.size && cost === step.cost && realised === step.realised;
    assert(agrees, 'fills do not lead from one position to the next');
    return true;
  }

  /** The end of a command. Fills that changed nothing, in all, realised nothing. */
  end(): void {
    if (this.pending.size > 0) this.pending.clear();
  }
}
