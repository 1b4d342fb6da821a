// How the book's tests speak: commands as small objects, events as sentences. Never imported by
// code that is not a test.

import { BUY, SELL } from '../units/brand.ts';
import type { Book, BookLimits } from './book.ts';
import * as event from './event-log.ts';
import * as words from './order.ts';
import type { NewOrder, Refusal } from './order.ts';

/** One call of a book. */
export type Command =
  | { readonly call: 'place'; readonly order: NewOrder }
  | {
      readonly call: 'amend';
      readonly id: number;
      readonly owner: number;
      readonly price: number;
      readonly size: number;
    }
  | { readonly call: 'cancel'; readonly id: number; readonly owner: number };

/** A command and the events it must give. */
export type Step = readonly [Command, ...string[]];

/** One rule, proved by one story. */
export interface Rule {
  readonly rule: string;
  readonly limits?: BookLimits;
  /** Commands that prepare the book; their events are not looked at. */
  readonly given?: readonly Command[];
  readonly steps: readonly Step[];
  /** Ids in price-time order at the end. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

type Options = Partial<Pick<NewOrder, 'owner' | 'group' | 'tif' | 'postOnly' | 'stp'>>;

/** The account that places everything unless a test says otherwise; it has no group. */
export const OWNER = 7;
export const STRANGER = 8;
const USUAL = { owner: OWNER, group: -1, tif: words.GTC, postOnly: false, stp: words.EXPIRE_MAKER };

export function buy(id: number, price: number, size: number, options: Options = {}): Command {
  return { call: 'place', order: { ...USUAL, id, side: BUY, price, size, ...options } };
}

export function sell(id: number, price: number, size: number, options: Options = {}): Command {
  return { call: 'place', order: { ...USUAL, id, side: SELL, price, size, ...options } };
}

export function amend(id: number, price: number, size: number, owner = OWNER): Command {
  return { call: 'amend', id, owner, price, size };
}

export function cancel(id: number, owner = OWNER): Command {
  return { call: 'cancel', id, owner };
}

/** Gives a command to a book. */
export function tell(book: Book, command: Command): Refusal {
  switch (command.call) {
    case 'place':
      return book.place(command.order);
    case 'amend':
      return book.amend(command.id, command.owner, command.price, command.size);
    case 'cancel':
      return book.cancel(command.id, command.owner);
  }
}

const REFUSALS: readonly (readonly [Refusal, string])[] = [
  [words.BAD_ID, 'bad id'],
  [words.BAD_SIZE, 'bad size'],
  [words.BAD_PRICE, 'bad price'],
  [words.BAD_POST_ONLY, 'bad post-only'],
  [words.UNKNOWN_ORDER, 'unknown order'],
  [words.NOT_OWNER, 'not the owner'],
  [words.DUPLICATE_ID, 'duplicate id'],
  [words.WOULD_CROSS, 'would cross'],
  [words.NOT_FILLABLE, 'not fillable'],
  [words.LEVELS_FULL, 'levels full'],
  [words.SIZE_FULL, 'size full'],
  [words.ORDERS_FULL, 'orders full'],
];

const WHYS: readonly (readonly [words.CancelWhy, string])[] = [
  [words.WHY_USER, 'user'],
  [words.WHY_AMENDED, 'amended'],
  [words.WHY_UNFILLED, 'unfilled'],
  [words.WHY_SELF_TRADE, 'self-trade'],
  [words.WHY_FILL_LIMIT, 'fill limit'],
];

/** The events since the log was cleared, one sentence each. */
export function eventsOf(book: Book): string[] {
  const { data, count } = book.events;
  const sentences: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = i * event.EVENT_WIDTH;
    sentences.push(sentence([...data.subarray(at, at + event.EVENT_WIDTH)]));
  }
  return sentences;
}

function sentence([kind, a, b, c, d, e]: number[]): string {
  switch (kind) {
    case event.EVENT_ACCEPTED:
      return `accepted ${a}`;
    case event.EVENT_FILLED:
      return `filled ${a} by ${b}: ${d} @ ${c}, ${e} left`;
    case event.EVENT_RESTED:
      return `rested ${a}: ${c} @ ${b}`;
    case event.EVENT_AMENDED:
      return `amended ${a}: ${c} @ ${b}, ${d} open`;
    case event.EVENT_CANCELLED:
      return `cancelled ${a}: ${b}, ${nameIn(WHYS, c)}`;
    case event.EVENT_REFUSED:
      return `refused ${a}: ${nameIn(REFUSALS, b)}`;
    default:
      return `event of no kind ${kind}`;
  }
}

function nameIn(names: readonly (readonly [number, string])[], value: number | undefined): string {
  return names.find(([known]) => known === value)?.[1] ?? `no word for ${value}`;
}
