// What a book did, as numbers: records of one width in one array that is written again and again,
// so that an event allocates nothing. The reader takes them and calls `clear`. Never text, and
// never anything that is not a fact.

/** Numbers of one record: its kind and five values. Values a kind does not name are 0. */
export const EVENT_WIDTH = 6;

export type EventKind = 1 | 2 | 3 | 4 | 5 | 6;
/** id, owner, side, price (0: market), size. */
export const EVENT_ACCEPTED: EventKind = 1;
/** maker id, taker id, price, size, what the maker has left. */
export const EVENT_FILLED: EventKind = 2;
/** id, price, what is open. The order is now the last of its level. */
export const EVENT_RESTED: EventKind = 3;
/** id, price, size (the total), what is open before it trades. */
export const EVENT_AMENDED: EventKind = 4;
/** id, what was open, why (`CancelWhy`). */
export const EVENT_CANCELLED: EventKind = 5;
/** id, code (`Refusal`). */
export const EVENT_REFUSED: EventKind = 6;

const RECORDS_FIRST = 1024;

/**
 * A growing array of records. One command adds at most two per maker it touches and three of its
 * own.
 */
export class EventLog {
  /** Event i begins at i × EVENT_WIDTH. Replaced when it grows: do not keep it across a command. */
  data = new Float64Array(RECORDS_FIRST * EVENT_WIDTH);
  /** How many events there are. */
  count = 0;

  /** Forgets the events and keeps the memory. */
  clear(): void {
    this.count = 0;
  }

  /** Adds one event. */
  add(kind: EventKind, a: number, b: number, c: number, d: number, e: number): void {
    const at = this.count * EVENT_WIDTH;
    if (at === this.data.length) this.enlarge();
    const data = this.data;
    data[at] = kind;
    data[at + 1] = a;
    data[at + 2] = b;
    data[at + 3] = c;
    data[at + 4] = d;
    data[at + 5] = e;
    this.count += 1;
  }

  private enlarge(): void {
    const larger = new Float64Array(this.data.length * 2);
    larger.set(this.data);
    this.data = larger;
  }
}
