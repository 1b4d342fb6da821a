// The generated order flow is what it says it is: the same for the same seed, stationary, with live
// cancels, with the mix and the shapes of the distributions that the benchmark names.

import { describe, expect, test } from 'vitest';
import { EVENT_FILLED, EVENT_WIDTH } from '../../book/event-log.ts';
import { FastBook } from '../../book/fast-book.ts';
import { ACCEPTED, GTC, IOC, STP_NONE } from '../../book/order.ts';
import { BUY, SELL } from '../../units/brand.ts';
import { drawDistance, drawSize, SIZE_MEDIAN } from './distributions.ts';
import { FLOW_CANCEL, FLOW_IOC, FLOW_LIMIT, FLOW_MARKET, type Flow } from './flow.ts';
import { generateFlow } from './generator.ts';
import { Sfc32 } from './sfc32.ts';

const options = { seed: 7, resting: 2_000, commands: 60_000, accounts: 500 };
const generated = generateFlow(options);
const { flow } = generated;
const columns = ({ op, side, price, size, id, account }: Flow): string[] =>
  [op, side, price, size, id, account].map((column) => Buffer.from(column.buffer).toString('hex'));

describe('the order flow generator', () => {
  test('gives the same flow for the same seed, and another for another', () => {
    expect(columns(generateFlow(options).flow)).toEqual(columns(flow));
    expect(columns(generateFlow({ ...options, seed: 8 }).flow)).not.toEqual(columns(flow));
  });

  test('keeps the number of resting orders near its target, however long it runs', () => {
    for (const commands of [20_000, 60_000, 150_000]) {
      const { restingAtEnd } = generateFlow({ ...options, commands });
      expect(Math.abs(restingAtEnd / options.resting - 1)).toBeLessThan(0.15);
    }
  });

  test('has about a thousand price levels at ten thousand orders', () => {
    const { levelsAtEnd } = generateFlow({ ...options, resting: 10_000, commands: 50_000 });
    expect(levelsAtEnd).toBeGreaterThan(700);
    expect(levelsAtEnd).toBeLessThan(1_600);
  });

  test('has the mix: 64 % limit, 25 % cancels, 6 % IOC, 5 % market', () => {
    const share = (kind: number): number => {
      const rows = flow.op.subarray(flow.prefill);
      return rows.filter((op) => op === kind).length / rows.length;
    };
    expect(share(FLOW_LIMIT)).toBeCloseTo(0.64, 1);
    expect(share(FLOW_CANCEL)).toBeCloseTo(0.25, 1);
    expect(share(FLOW_IOC)).toBeCloseTo(0.06, 2);
    expect(share(FLOW_MARKET)).toBeCloseTo(0.05, 2);
  });

  test('names every account and nobody else', () => {
    expect(new Set(flow.account).size).toBe(options.accounts);
    expect(Math.max(...flow.account)).toBe(options.accounts - 1);
  });

  test('cancels only live orders, and the book trades what the generator says', () => {
    const book = new FastBook();
    let [trades, quantity] = [0, 0];
    for (let row = 0; row < flow.length; row++) {
      expect(execute(book, row)).toBe(ACCEPTED);
      const { data, count } = book.events;
      for (let at = 0; at < count * EVENT_WIDTH; at += EVENT_WIDTH) {
        if (data[at] !== EVENT_FILLED) continue;
        trades += 1;
        quantity += data[at + 4];
      }
      book.events.clear();
    }
    expect({ trades, quantity }).toMatchObject({
      trades: generated.totals.trades,
      quantity: generated.totals.quantity,
    });
    expect(book.orderCount).toBe(generated.restingAtEnd);
  });
});

describe('the distributions', () => {
  test('distances follow the power law (1 + x/20)^-1.2', () => {
    const random = new Sfc32(3);
    const draws = Array.from({ length: 40_000 }, () => drawDistance(random));
    for (const x of [5, 20, 100, 500]) {
      const beyond = draws.filter((distance) => distance > x).length / draws.length;
      expect(beyond).toBeCloseTo((1 + x / 20) ** -1.2, 1);
    }
  });

  test('sizes have a median of 20 lots, and a fifth is above 46', () => {
    const random = new Sfc32(4);
    const draws = Array.from({ length: 40_001 }, () => drawSize(random)).sort((a, b) => a - b);
    expect(Math.abs(draws[20_000] - SIZE_MEDIAN)).toBeLessThanOrEqual(1);
    expect(draws.filter((size) => size > 46).length / draws.length).toBeCloseTo(0.2, 1);
  });
});

function execute(book: FastBook, row: number): number {
  if (flow.op[row] === FLOW_CANCEL) return book.cancel(flow.id[row], flow.account[row]);
  return book.place({
    id: flow.id[row],
    owner: flow.account[row],
    group: -1,
    side: flow.side[row] > 0 ? BUY : SELL,
    price: flow.price[row],
    size: flow.size[row],
    tif: flow.op[row] === FLOW_IOC ? IOC : GTC,
    postOnly: false,
    stp: STP_NONE,
  });
}
