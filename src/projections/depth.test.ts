// Proves that the depth and the tape, which know only events, stand after every command where the
// engine's own book does, that the changes they tell lead from one snapshot to the next, and that
// it makes no difference where they begin.

import { expect, test } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { Depth, type DepthChange, type DepthLevel } from './depth.ts';
import { CANDLE_SECONDS } from './fold/candles.ts';
import { makeJournal } from './journal.suite.ts';
import { NaiveHistory } from './naive.suite.ts';
import { Tape } from './tape.ts';
import type { TradeRow } from './sql/tables.ts';

const LENGTH = 3_000;
const LEVELS = 10_000;
const MARKETS = [0, 1];
const journal = makeJournal(41, LENGTH);

test('after every command the depth is the book, whether it began with it or later', () => {
  const engine = new Engine();
  const told = new Map<number, Map<number, DepthLevel>>(MARKETS.map((one) => [one, new Map()]));
  const onDepth = (market: number, _: number, changes: readonly DepthChange[]): void => {
    for (const { side, price, size, orders } of changes) {
      const levels = told.get(market);
      if (orders === 0) levels?.delete(side * price);
      else levels?.set(side * price, { price, size, orders });
    }
  };
  const depths = [new Depth(engine, 0, onDepth)];
  journal.commands.forEach((command, i) => {
    engine.execute(command);
    const { sequence, time, events } = journal.records[i];
    for (const depth of depths) depth.apply(sequence, time, { events });
    if (i % 997 === 500) depths.push(new Depth(engine, sequence));
    for (const market of engine.markets().map(({ number }) => number)) {
      const { bids, asks } = engine.book(market, LEVELS, false);
      for (const depth of depths) {
        expect(depth.snapshot(market, LEVELS)).toEqual({ market, sequence, bids, asks });
      }
      const levels = [...(told.get(market) ?? [])].sort(([a], [b]) => a - b);
      const [below, above] = [levels.filter(([key]) => key < 0), levels.filter(([key]) => key > 0)];
      expect(below.map(([, level]) => level)).toEqual(asks.toReversed());
      expect(above.map(([, level]) => level)).toEqual(bids.toReversed());
    }
  });
  expect(depths.length).toBe(4);
});

test('the tape tells every trade once and holds the candles they are in', () => {
  const told: TradeRow[] = [];
  const tape = new Tape(
    () => 100,
    (_, __, trades) => told.push(...trades),
  );
  for (const { sequence, time, events } of journal.records) tape.apply(sequence, time, { events });
  const { trades } = new NaiveHistory(journal);
  expect(told).toEqual(trades);
  for (const market of MARKETS) {
    const own = trades.filter((trade) => trade.market === market);
    expect(tape.trades(market, 50)).toEqual(own.slice(-50).toReversed());
    for (const seconds of CANDLE_SECONDS) {
      const candle = tape.candle(market, seconds);
      const inside = own.filter(({ time }) => time >= (candle?.start ?? 0));
      const prices = inside.map(({ price }) => price).sort((a, b) => (a < b ? -1 : 1));
      expect(candle).toMatchObject({
        open: inside[0].price,
        close: inside.at(-1)?.price,
        low: prices[0],
        high: prices.at(-1),
        trades: inside.length,
        size: inside.reduce((sum, { size }) => sum + size, 0n),
      });
    }
  }
});
