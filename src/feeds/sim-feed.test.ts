// Proves that simulated prices move one market at a time, stay in their range, do not hurry after a
// pause, and are the same for the same seeds.

import { expect, it } from 'vitest';
import { parseInUnit, parseUnit, type DecimalUnit } from '../units/decimal.ts';
import { SIM_STEP_MS, SimFeed } from './sim-feed.ts';

const unit = unitOf('0.5');
const NOW = 1_000_000;
const START = 2_000;

function unitOf(text: string): DecimalUnit {
  const read = parseUnit(text);
  if (!read.ok) throw new Error(text);
  return read.unit;
}

function feedOf(seed: number): SimFeed {
  const walk = { priceUnit: unit, start: START, stepPpm: 5_000, rangePpm: 30_000 };
  const markets = ['A', 'B', 'C'].map((market, i) => ({ market, seed: seed + i, ...walk }));
  const feed = new SimFeed(markets, 10_000);
  feed.start(NOW);
  return feed;
}

const pricesAt = (feed: SimFeed, ms: number): string[] =>
  feed.quotes(NOW + ms).map(({ price }) => price);

it('begins where it is told and moves one market a step', () => {
  const feed = feedOf(7);
  expect(feed.quotes(NOW)[0]).toEqual({ market: 'A', price: '1000', timeMs: NOW });
  let before = pricesAt(feed, SIM_STEP_MS - 1);
  expect(before).toEqual(['1000', '1000', '1000']);
  for (let step = 1; step <= 60; step += 1) {
    const now = pricesAt(feed, step * SIM_STEP_MS);
    const moved = now.flatMap((price, i) => (price === before[i] ? [] : [i]));
    expect(moved.every((i) => i === (step - 1) % 3)).toBe(true);
    before = now;
  }
});

it('stays in its range and on the price unit', () => {
  const feed = feedOf(11);
  const seen = new Set<string>();
  for (let step = 1; step <= 5_000; step += 1) {
    for (const price of pricesAt(feed, step * SIM_STEP_MS)) seen.add(price);
  }
  expect(seen.size).toBeGreaterThan(50);
  for (const price of seen) {
    const read = parseInUnit(price, unit);
    expect(read.ok && Math.abs(read.value - START) <= START * 0.03, price).toBe(true);
  }
});

it('does not make up for a long pause', () => {
  const quick = feedOf(3);
  const slept = feedOf(3);
  pricesAt(slept, 3_600_000);
  const after = pricesAt(slept, 3_600_000);
  const four = [1, 2, 3, 4].map((step) => pricesAt(quick, step * SIM_STEP_MS)).at(-1);
  expect(after).toEqual(four);
});

it('is the same for the same seed only', () => {
  const run = (seed: number): string[] => {
    const feed = feedOf(seed);
    return Array.from({ length: 30 }, (_, i) => pricesAt(feed, (i + 1) * SIM_STEP_MS).join());
  };
  expect(run(5)).toEqual(run(5));
  expect(run(5)).not.toEqual(run(6));
});
