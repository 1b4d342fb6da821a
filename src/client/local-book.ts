// An order book as a reader of the stream keeps it: the snapshot with every delta after it, each
// side best first.

import type { DeltaData, SnapshotData } from '../contract/stream/channels.ts';

export type Level = SnapshotData<'book'>['bids'][number];

/** −1, 0 or 1 for two decimals ≥ 0, exact at any number of digits. */
export function compareDecimals(a: string, b: string): number {
  const [wholeA = '', fractionA = ''] = a.split('.');
  const [wholeB = '', fractionB = ''] = b.split('.');
  if (wholeA.length !== wholeB.length) return wholeA.length < wholeB.length ? -1 : 1;
  if (wholeA !== wholeB) return wholeA < wholeB ? -1 : 1;
  if (fractionA === fractionB) return 0;
  const length = Math.max(fractionA.length, fractionB.length);
  const left = fractionA.padEnd(length, '0');
  const right = fractionB.padEnd(length, '0');
  return left === right ? 0 : left < right ? -1 : 1;
}

export class LocalBook {
  readonly market: string;
  /** The last command that is in it; 0 before the first snapshot. */
  sequence = 0;
  /** False: only the best levels are known. */
  isComplete = false;
  private buying: Level[] = [];
  private selling: Level[] = [];

  constructor(market: string) {
    this.market = market;
  }

  get bids(): readonly Level[] {
    return this.buying;
  }

  get asks(): readonly Level[] {
    return this.selling;
  }

  get bestBid(): Level | undefined {
    return this.buying[0];
  }

  get bestAsk(): Level | undefined {
    return this.selling[0];
  }

  reset({ bids, asks, complete }: SnapshotData<'book'>, sequence: number): void {
    this.sequence = sequence;
    this.isComplete = complete;
    this.buying = [...bids];
    this.selling = [...asks];
  }

  /** What is not newer than the book is left out. */
  apply({ bids, asks }: DeltaData<'book'>, sequence: number): void {
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    for (const level of bids) put(this.buying, level, -1);
    for (const level of asks) put(this.selling, level, 1);
  }
}

/** Changes, adds or removes one level of a side that is in order. */
function put(side: Level[], level: Level, direction: 1 | -1): void {
  let low = 0;
  let high = side.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareDecimals(side[middle].price, level.price) * direction < 0) low = middle + 1;
    else high = middle;
  }
  const isThere = side[low]?.price === level.price;
  if (level.orders === 0) {
    if (isThere) side.splice(low, 1);
  } else side.splice(low, isThere ? 1 : 0, level);
}
