// Candles that were never traded: a coin that drifts down for two days, loses nearly everything
// within one candle and is bought back in leaps, with the funding of those days. Small enough to be
// committed, and violent enough that a replay of it comes to every kind of liquidation.

import { Sfc32 } from './sfc32.ts';

export const CRASH_SEED = 22;

const HEADER = 'date,open,high,low,close,volume';
/** 2025-01-01T00:00:00Z */
const START = 1_735_689_600_000;
const CANDLE_MS = 3_600_000;
const CANDLES = 168;
const FUNDING_EVERY = 8;
/** Prices count this many to one. */
const SCALE = 10_000;
const FIRST = 10_000;
/** Candles of the climb, and of the slide that follows until the crash. */
const CLIMB = 80;
const SLIDE = 96;
/** Where the close leaps to, as a share of the open, by the number of the candle. */
const LEAPS: ReadonlyMap<number, number> = new Map([
  [60, 0.92],
  [96, 0.03],
  [112, 1.6],
  [132, 0.7],
  [148, 1.35],
]);

export interface CrashFiles {
  readonly candles: string;
  readonly funding: string;
}

/** Both files as they are committed. */
export function crashFiles(seed = CRASH_SEED): CrashFiles {
  const dice = new Sfc32(seed);
  const candles = [HEADER];
  const funding = [HEADER];
  let open = FIRST;
  for (let i = 0; i < CANDLES; i++) {
    const time = START + i * CANDLE_MS;
    const close = closeOf(i, open, dice);
    const reach = Math.ceil(Math.max(open, close) / 200);
    const high = Math.max(open, close) + dice.below(reach + 1);
    const low = Math.max(1, Math.min(open, close) - dice.below(Math.ceil(reach / 2) + 1));
    const prices = [open, high, low, close].map((price) => (price / SCALE).toFixed(4));
    candles.push(`${time},${prices.join(',')},${dice.below(1_000_000)}`);
    if (i > 0 && i % FUNDING_EVERY === 0) funding.push(`${time},${rate(i, dice)},0,0,0,0`);
    open = close;
  }
  return { candles: `${candles.join('\n')}\n`, funding: `${funding.join('\n')}\n` };
}

/** Up, then down, then neither, each candle give or take one percent; and the leaps. */
function closeOf(i: number, open: number, dice: Sfc32): number {
  const trend = i < CLIMB ? 0 : i < SLIDE ? -4_000 : 0;
  const share = LEAPS.get(i) ?? (990_000 + trend + dice.below(20_001)) / 1_000_000;
  return Math.max(100, Math.round(open * share));
}

/** A hundredth of a percent in calm times, paid by the shorts after a leap. */
function rate(i: number, dice: Sfc32): string {
  const after = [...LEAPS.keys()].some((leap) => i > leap && i <= leap + FUNDING_EVERY);
  const millionths = after ? -(500 + dice.below(2_000)) : 50 + dice.below(100);
  return (millionths / 1_000_000).toFixed(6);
}
