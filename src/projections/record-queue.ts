// The bounded queue between the engine's thread and the history's, in memory that both see. One
// thread pushes and one takes; neither ever waits for the other and nothing is allocated to push.
// What does not fit is not taken at all: the journal has it.

import { assert } from '../units/assert.ts';
import { QUEUE_BYTES } from './limits.ts';
import type { Fact, HistoryOutcome, HistoryRecord } from './record.ts';

/** What two threads share. It can be given to another thread as it is. */
export interface QueueMemory {
  readonly slots: SharedArrayBuffer;
  /** Where the next record is taken and where the next one goes. */
  readonly places: SharedArrayBuffer;
}

const BYTES_PER_SLOT = 8;
const CHARACTERS_PER_SLOT = 4;
/** Slots of a record before its events: length, sequence, time, events, and two texts. */
const HEAD = 6;
const TAKE = 0;
const PUT = 1;
/** Where a record would begin: the rest up to the end is empty, go on at the beginning. */
const TURN = 0;

export function queueMemory(bytes = QUEUE_BYTES): QueueMemory {
  assert(bytes % BYTES_PER_SLOT === 0 && bytes < 2 ** 31, 'a queue has whole slots');
  const places = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  return { slots: new SharedArrayBuffer(bytes), places };
}

/** One end of a queue. */
export class RecordQueue {
  private readonly slots: Float64Array;
  /** The same memory, for texts. */
  private readonly characters: Uint16Array;
  private readonly places: Int32Array;

  constructor({ slots, places }: QueueMemory) {
    this.slots = new Float64Array(slots);
    this.characters = new Uint16Array(slots);
    this.places = new Int32Array(places);
  }

  get isEmpty(): boolean {
    return Atomics.load(this.places, TAKE) === Atomics.load(this.places, PUT);
  }

  /** False when there is no room; then nothing has changed. */
  push(sequence: number, time: number, outcome: HistoryOutcome, facts: readonly Fact[]): boolean {
    const { slots, places } = this;
    const { events, clientOrderId } = outcome;
    const told = facts.length === 0 ? '' : JSON.stringify(facts);
    const textSlots = slotsOf(clientOrderId) + slotsOf(told);
    const length = HEAD + events.length + textSlots;
    const put = Atomics.load(places, PUT);
    const at = this.room(put, length);
    if (at < 0) return false;
    if (at !== put) slots[put] = TURN;
    slots[at] = length;
    slots[at + 1] = sequence;
    slots[at + 2] = time;
    slots[at + 3] = events.length;
    slots[at + 4] = clientOrderId.length;
    slots[at + 5] = told.length;
    const first = at + HEAD;
    for (let i = 0; i < events.length; i += 1) slots[first + i] = events[i];
    if (textSlots > 0) {
      this.write(clientOrderId, first + events.length);
      this.write(told, first + events.length + slotsOf(clientOrderId));
    }
    const end = at + length;
    Atomics.store(places, PUT, end === slots.length ? 0 : end);
    return true;
  }

  /** The sequence of the oldest record; undefined when there is none. */
  first(): number | undefined {
    const at = this.firstAt(Atomics.load(this.places, TAKE));
    return at < 0 ? undefined : this.slots[at + 1];
  }

  /**
   * The oldest records, at most so many, and no more once their events have so many values. Their
   * events are the queue's own memory: they are good until the records are dropped.
   */
  peek(recordsMax: number, valuesMax: number): HistoryRecord[] {
    const { slots } = this;
    const records: HistoryRecord[] = [];
    let values = 0;
    let at = this.firstAt(Atomics.load(this.places, TAKE));
    while (at >= 0 && records.length < recordsMax && values < valuesMax) {
      records.push(this.recordAt(at));
      values += slots[at + 3];
      at = this.firstAt(this.behind(at));
    }
    return records;
  }

  /** Lets go of the records up to a sequence. */
  dropTo(sequence: number): void {
    let take = Atomics.load(this.places, TAKE);
    for (;;) {
      const at = this.firstAt(take);
      if (at < 0 || this.slots[at + 1] > sequence) break;
      take = this.behind(at);
    }
    Atomics.store(this.places, TAKE, take);
  }

  /** Where a record of that length can be put; −1 when nowhere. Empty and full must differ. */
  private room(put: number, length: number): number {
    const take = Atomics.load(this.places, TAKE);
    if (put < take) return length < take - put ? put : -1;
    const toEnd = this.slots.length - put;
    if (length < toEnd || (length === toEnd && take > 0)) return put;
    return length < take ? 0 : -1;
  }

  /** The record at a place, over the turn where there is one; −1 when the queue ends there. */
  private firstAt(place: number): number {
    if (place === Atomics.load(this.places, PUT)) return -1;
    return this.slots[place] === TURN ? 0 : place;
  }

  private behind(at: number): number {
    const end = at + this.slots[at];
    return end === this.slots.length ? 0 : end;
  }

  private recordAt(at: number): HistoryRecord {
    const { slots } = this;
    const events = slots.subarray(at + HEAD, at + HEAD + slots[at + 3]);
    const text = at + HEAD + slots[at + 3];
    const clientOrderId = this.read(text, slots[at + 4]);
    const told = this.read(text + slotsOf(clientOrderId), slots[at + 5]);
    const facts = told === '' ? [] : (JSON.parse(told) as Fact[]);
    return { sequence: slots[at + 1], time: slots[at + 2], events, clientOrderId, facts };
  }

  private write(text: string, slot: number): void {
    const at = slot * CHARACTERS_PER_SLOT;
    for (let i = 0; i < text.length; i += 1) this.characters[at + i] = text.charCodeAt(i);
  }

  private read(slot: number, length: number): string {
    const at = slot * CHARACTERS_PER_SLOT;
    let text = '';
    for (let i = 0; i < length; i += 1) text += String.fromCharCode(this.characters[at + i]);
    return text;
  }
}

/** Slots that a text takes. */
const slotsOf = (text: string): number => (text.length + CHARACTERS_PER_SLOT - 1) >> 2;
