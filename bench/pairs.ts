// The benchmark of pairs: `npm run bench:pairs`. The full set of figures of 10,000 random pairs,
// beside the naive version that the tests compare with, in rounds that take turns, by the time of
// the processor. It fails when the two differ, never for being slow.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Draw } from '../src/units/draw.suite.ts';
import { drawOrdinaryPair, drawPair, type DrawnPair } from '../src/margin/pair-draw.suite.ts';
import { pairFigures } from '../src/margin/pair-figures.ts';
import { naivePairFigures } from '../src/margin/pair-naive.suite.ts';

const PAIRS = 10_000;
const PAIRS_QUICK = 500;
const ROUNDS = 7;
/** The goal: microseconds of a processor for all figures of one pair. */
const GOAL_US = 10;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

const KINDS = [
  ['ordinary pairs', drawOrdinaryPair],
  ['any pairs', drawPair],
] as const;

process.exitCode = main();

function main(): number {
  const count = options.quick ? PAIRS_QUICK : PAIRS;
  const results = KINDS.map(([kind, draw]) => ({ kind, ...measured(count, draw) }));
  const us = (value: number): string => value.toFixed(2).padStart(8);
  console.log(
    `${count} pairs, medians of ${options.quick ? 1 : ROUNDS} rounds, all figures of one:`,
  );
  for (const { kind, us: ours, naive_us: theirs, ratio } of results) {
    const goal = `goal ${GOAL_US} µs`;
    console.log(
      `${kind.padEnd(16)}${us(ours)} µs  ${goal}  naive ${us(theirs)} µs  ${ratio.toFixed(1)}×`,
    );
  }
  const wrong = results.reduce((sum, one) => sum + one.wrong, 0);
  console.log(wrong === 0 ? 'every figure agrees' : `${wrong} pairs DIFFER`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results)}\n`);
  return wrong === 0 ? 0 : 1;
}

function measured(
  count: number,
  draw: (draw: Draw) => DrawnPair,
): { us: number; naive_us: number; ratio: number; wrong: number } {
  const pairs = drawn(count, draw);
  const wrong = pairs.filter((pair) => !agrees(pair)).length;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < (options.quick ? 1 : ROUNDS); round += 1) {
    ours.push(microseconds(pairs, figuresOf));
    theirs.push(microseconds(pairs, ({ naive }) => naivePairFigures(naive)));
  }
  const ratio = median(theirs.map((naive, i) => naive / ours[i]!));
  return { us: median(ours), naive_us: median(theirs), ratio, wrong };
}

/** Pairs whose amounts are counted. */
function drawn(count: number, drawOne: (draw: Draw) => DrawnPair): DrawnPair[] {
  const draw = new Draw(Number(options.seed));
  const pairs: DrawnPair[] = [];
  while (pairs.length < count) {
    const pair = drawOne(draw);
    if (figuresOf(pair) !== undefined) pairs.push(pair);
  }
  return pairs;
}

function figuresOf({ terms, long, short, naive }: DrawnPair): unknown {
  return pairFigures(terms, long, short, naive.unrealised);
}

function agrees(pair: DrawnPair): boolean {
  return (
    JSON.stringify(sorted(figuresOf(pair))) === JSON.stringify(sorted(naivePairFigures(pair.naive)))
  );
}

function sorted(figures: unknown): unknown[] {
  return Object.entries(figures as object).sort(([a], [b]) => (a < b ? -1 : 1));
}

function microseconds(pairs: readonly DrawnPair[], of: (pair: DrawnPair) => unknown): number {
  let made = 0;
  const from = process.cpuUsage();
  for (const pair of pairs) if (of(pair) !== undefined) made += 1;
  const { user, system } = process.cpuUsage(from);
  if (made !== pairs.length) throw new Error('figures were left out');
  return (user + system) / made;
}

function median(values: readonly number[]): number {
  const sortedValues = [...values].sort((a, b) => a - b);
  return sortedValues[Math.floor(sortedValues.length / 2)]!;
}
