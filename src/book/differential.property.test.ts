// Proves that the fast book does, event for event, what the naive one does, over more than a
// million commands of every kind in books that are small enough to be full, empty and crossed all
// the time, and that neither is ever crossed nor loses count. A failure prints its seed and
// command.

import { describe, expect, test } from 'vitest';
import { BUY, SELL, type Side } from '../units/brand.ts';
import { Draw } from '../units/draw.suite.ts';
import type { Book, BookLimits } from './book.ts';
import { eventsOf, tell, type Command } from './book-words.suite.ts';
import { EVENT_FILLED, EVENT_WIDTH } from './event-log.ts';
import { FastBook } from './fast-book.ts';
import { NaiveBook } from './naive-book.ts';
import { FOK, GTC, IOC, type OrderView, type StpMode, type Tif } from './order.ts';

interface Flow {
  readonly name: string;
  readonly commands: number;
  readonly limits: BookLimits;
  /** Prices lie within this distance of the middle. */
  readonly reach: number;
  readonly sizeMax: number;
  /** Groups orders belong to, −1 included as often as any. */
  readonly groups: number;
  /** Ids are drawn from 1 … this. */
  readonly ids: number;
  /** Of ten commands, how many are cancels and how many amendments. */
  readonly cancels: number;
  readonly amends: number;
}

const PLAIN: Omit<Flow, 'name'> = {
  commands: 150_000,
  limits: { ordersMax: 40 },
  reach: 12,
  sizeMax: 9,
  groups: 4,
  ids: 90,
  cancels: 2,
  amends: 2,
};

const FLOWS: readonly Flow[] = [
  { ...PLAIN, name: 'everything' },
  { ...PLAIN, name: 'one price', reach: 1, ids: 30, limits: { ordersMax: 12 } },
  { ...PLAIN, name: 'amendments', amends: 6, cancels: 1 },
  { ...PLAIN, name: 'one group', groups: 1, ids: 60 },
  { ...PLAIN, name: 'tight limits', limits: { ordersMax: 9, levelsMax: 3, fillsMax: 2 }, ids: 40 },
  { ...PLAIN, name: 'sizes up to 2^53', sizeMax: Number.MAX_SAFE_INTEGER, groups: 2 },
  { ...PLAIN, name: 'many levels', reach: 60, limits: { ordersMax: 60 }, cancels: 4 },
];

const SEEDS = [1, 2];
const MIDDLE = 1000;
const LOOK_EVERY = 64;
const TIFS: readonly Tif[] = [GTC, GTC, GTC, GTC, IOC, FOK];
const MODES: readonly StpMode[] = [0, 1, 2, 3];
/** Ids are multiples of this, so that some lie above 2^32 and share their low bits. */
const ID_STEPS = [1, 2 ** 27 + 1, 2 ** 32];

describe.each(FLOWS)('$name', (flow) => {
  test.each(SEEDS)('seed %i', (seed) => {
    expect(firstDifference(flow, seed)).toBeUndefined();
  });
});

test('the flows reach every kind of event, every refusal and every reason to cancel', () => {
  const reached = new Set<string>();
  for (const flow of FLOWS) {
    const draw = new Draw(3);
    const book = new FastBook(flow.limits);
    for (let i = 0; i < 20_000; i++) tell(book, nextCommand(draw, flow, book, 1));
    for (const sentence of eventsOf(book)) reached.add(sentence.replaceAll(/[\d.-]+/g, '#'));
  }
  const refused = ['bad id', 'bad size', 'bad price', 'bad post-only', 'unknown order'];
  refused.push('not the owner', 'duplicate id', 'would cross', 'not fillable', 'levels full');
  refused.push('size full', 'orders full');
  const cancelled = ['user', 'amended', 'unfilled', 'self-trade', 'fill limit'];
  const expected = ['accepted #', 'filled # by #: # @ #, # left', 'rested #: # @ #'];
  expected.push('amended #: # @ #, # open');
  expected.push(...cancelled.map((why) => `cancelled #: #, ${why}`));
  expected.push(...refused.map((code) => `refused #: ${code}`));
  expect([...reached].toSorted()).toEqual(expected.map((s) => s.replaceAll('-', '#')).toSorted());
});

/** Where the two books part, or where one breaks an invariant. */
function firstDifference(flow: Flow, seed: number): string | undefined {
  const draw = new Draw(seed);
  const idStep = ID_STEPS[(seed + FLOWS.indexOf(flow)) % ID_STEPS.length];
  const fast = new FastBook(flow.limits);
  const naive = new NaiveBook(flow.limits);
  let filled = 0;
  for (let i = 0; i < flow.commands; i++) {
    const command = nextCommand(draw, flow, fast, idStep);
    const refusals = [tell(fast, command), tell(naive, command)];
    const fault =
      refusals[0] !== refusals[1] || !sameEvents(fast, naive)
        ? `fast ${said(fast)}; naive ${said(naive)}`
        : i % LOOK_EVERY === 0 && faultOf(fast, naive);
    if (fault)
      return `${flow.name}, seed ${seed}, command ${i} ${JSON.stringify(command)}: ${fault}`;
    filled += countFills(fast);
    fast.events.clear();
    naive.events.clear();
  }
  return filled * 20 > flow.commands ? undefined : `only ${filled} fills: this flow proves nothing`;
}

function nextCommand(draw: Draw, flow: Flow, book: FastBook, idStep: number): Command {
  const kind = draw.whole(0, 9);
  const id = draw.whole(1, flow.ids) * idStep;
  const known = book.query(id);
  // Mostly the right owner, because a stranger is refused before anything else is looked at.
  const owner = draw.oneIn(10) ? 99 : (known?.owner ?? 1);
  if (kind < flow.cancels) return { call: 'cancel', id, owner };
  const side = draw.oneIn(2) ? BUY : SELL;
  if (kind < flow.cancels + flow.amends) {
    const price = draw.oneIn(3) ? (known?.price ?? MIDDLE) : nextPrice(draw, flow, book, side);
    return { call: 'amend', id, owner, price, size: amendedSize(draw, flow, known) };
  }
  const order = {
    id: draw.oneIn(200) ? draw.pick([0, -1, 0.5]) : id,
    owner: draw.whole(1, 3),
    group: draw.whole(-1, flow.groups - 1),
    side,
    price: nextPrice(draw, flow, book, side),
    size: nextSize(draw, flow),
    tif: draw.pick(TIFS),
    postOnly: draw.oneIn(5),
    stp: draw.pick(MODES),
  };
  if (draw.oneIn(100)) order.price = draw.pick([0, -1, 0.5, MIDDLE]);
  return { call: 'place', order };
}

/** At, one before and one through the touch as often as anywhere else; 0 at times. */
function nextPrice(draw: Draw, { reach }: Flow, book: Book, side: Side): number {
  const touch = book.depth(draw.oneIn(2) ? BUY : SELL, 1)[0]?.price ?? MIDDLE;
  if (draw.oneIn(3)) return touch + draw.whole(-1, 1);
  if (draw.oneIn(8)) return 0;
  return MIDDLE - side * draw.whole(-(reach >> 2), reach);
}

function nextSize(draw: Draw, { sizeMax }: Flow): number {
  if (draw.oneIn(50)) return draw.pick([0, 1.5, 1, sizeMax]);
  return sizeMax > 100 ? draw.scaled(1, sizeMax) : draw.whole(1, sizeMax);
}

/** Around what is filled and around what it was, where the rules change. */
function amendedSize(draw: Draw, flow: Flow, known: OrderView | undefined): number {
  if (known === undefined || draw.oneIn(3)) return nextSize(draw, flow);
  return (draw.oneIn(2) ? known.filled : known.size) + draw.whole(-1, 1);
}

function sameEvents(a: Book, b: Book): boolean {
  const length = a.events.count * EVENT_WIDTH;
  if (a.events.count !== b.events.count) return false;
  for (let i = 0; i < length; i++) {
    if (!Object.is(a.events.data[i], b.events.data[i])) return false;
  }
  return true;
}

function faultOf(fast: FastBook, naive: NaiveBook): string | undefined {
  const [shown, right] = [look(fast), look(naive)];
  if (shown !== right) return `fast shows\n${shown}\nand naive\n${right}`;
  return invariantFault(fast);
}

/** All that a book shows of itself, a line for each side's levels and for each order. */
function look(book: Book): string {
  const lines: string[] = [];
  for (const side of [BUY, SELL]) {
    lines.push(
      book
        .depth(side, 1000)
        .map((l) => `${l.orders}: ${l.size} @ ${l.price}`)
        .join(', '),
    );
    for (const id of book.ids(side)) lines.push(lineOf(book.query(id)));
  }
  return lines.join('\n');
}

function lineOf(order: OrderView | undefined): string {
  if (order === undefined) return 'an order that is not there';
  const { id, owner, group, side, price, size, filled, open, postOnly, stp } = order;
  return [id, owner, group, side, price, size, filled, open, postOnly, stp].join(' ');
}

function invariantFault(book: Book): string | undefined {
  const [bid] = book.depth(BUY, 1);
  const [ask] = book.depth(SELL, 1);
  if (bid && ask && bid.price >= ask.price) return `crossed: ${bid.price} ≥ ${ask.price}`;
  let orders = 0;
  for (const side of [BUY, SELL]) {
    const levels = book.depth(side, 1000);
    const resting = book.ids(side).map((id) => book.query(id));
    orders += resting.length;
    for (const level of levels) {
      const here = resting.filter((order) => order?.price === level.price);
      const size = here.reduce((sum, order) => sum + (order?.open ?? NaN), 0);
      if (size !== level.size) return `level ${level.price} has ${level.size}, its orders ${size}`;
      if (here.length !== level.orders) return `level ${level.price} counts ${level.orders}`;
    }
    const lost = resting.find((order) => !order || order.side !== side || !(order.open > 0));
    if (resting.includes(undefined) || lost)
      return `an order without life: ${JSON.stringify(lost)}`;
  }
  return orders === book.orderCount ? undefined : `${orders} orders, ${book.orderCount} counted`;
}

function countFills(book: Book): number {
  const { data, count } = book.events;
  let fills = 0;
  for (let i = 0; i < count; i++) if (data[i * EVENT_WIDTH] === EVENT_FILLED) fills += 1;
  return fills;
}

function said(book: Book): string {
  return JSON.stringify(eventsOf(book));
}
