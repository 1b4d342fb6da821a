// Proves that a tick which is not due would have changed nothing, and that a market at rest comes
// to rest: otherwise a quiet exchange would write for ever, or miss what time brings.

import { describe, expect, test } from 'vitest';
import { MARK_GIVEN, MARK_INDEX, MARK_MEDIAN } from '../engine/command.ts';
import { DEFAULT_RISK } from '../engine/risk-terms.ts';
import { type Terms, World, ok } from '../testing/engine-kit.ts';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import { isRiskDue } from './risk-due.ts';

const HOUR_MS = 3_600_000;
const STARTED_MS = 490_000 * HOUR_MS;

const MARKET = 0;

const risk = (terms: Partial<Record<keyof typeof DEFAULT_RISK, number>>): typeof DEFAULT_RISK =>
  ({ ...DEFAULT_RISK, ...terms }) as typeof DEFAULT_RISK;

const MARKETS = [
  { markSource: MARK_GIVEN },
  { markSource: MARK_INDEX, risk: risk({ fundingIntervalMs: HOUR_MS }) },
  { markSource: MARK_INDEX, risk: risk({ sourceMaxAgeMs: 5_000 }) },
  { markSource: MARK_MEDIAN, risk: risk({}) },
  {
    markSource: MARK_MEDIAN,
    risk: risk({ fundingIntervalMs: 60_000, sourcesRequired: 2, sourceMaxAgeMs: 3_000 }),
  },
];

/** A world with one market whose index is 1,000. */
function worldOf(terms: Partial<Terms>, time = STARTED_MS): World {
  const w = new World();
  w.time = time;
  ok(w.market(terms));
  ok(w.index(MARKET, 1_000));
  return w;
}

interface Lived {
  /** Steps whose tick was not due and changed something. */
  readonly missed: readonly number[];
  /** How many were not due. */
  readonly silent: number;
}

/** Lets time pass in steps of all sizes; prices and orders come between. */
function live(w: World, random: Sfc32, steps: number): Lived {
  const missed: number[] = [];
  let silent = 0;
  let ticked = 0;
  const trader = w.account('trader', 1_000_000);
  for (let i = 0; i < steps; i += 1) {
    w.time += [90, 250, 1_000, 3_100, 61_000, HOUR_MS][random.below(6)];
    if (random.below(4) === 0) {
      const said = [0, 1].map((source) => ({ source, price: 990 + random.below(20), at: w.time }));
      ok(w.send({ kind: 'update_index', market: MARKET, price: 0, mark: 0, sources: said }));
    } else if (random.below(6) === 0) w.buy(trader, MARKET, 1, 980 + random.below(8));
    const due = isRiskDue(w.engine, w.time, { timeMs: ticked, isBusy: true });
    w.tick(w.time);
    ticked = w.engine.state.clock;
    if (due) continue;
    silent += 1;
    if (w.engine.events.count > 0) missed.push(i);
  }
  return { missed, silent };
}

describe('a tick that is not due', () => {
  test.each(MARKETS.map((terms, i) => [i, terms] as const))('changes nothing: %i', (i, terms) => {
    expect(live(worldOf(terms), new Sfc32(i), 400).missed).toEqual([]);
  });

  test('is the usual case where nothing is computed', () => {
    expect(live(worldOf({ markSource: MARK_INDEX }), new Sfc32(7), 100)).toEqual({
      missed: [],
      silent: 100,
    });
  });
});

describe('a tick is due', () => {
  /** So many ms after the last command, which was a tick. */
  const dueAfter = (w: World, ms: number, isBusy = false): boolean => {
    const { clock } = w.engine.state;
    return isRiskDue(w.engine, clock + ms, { timeMs: clock, isBusy });
  };

  test('once a second for samples, at the end of an interval, and not in between', () => {
    const terms = { markSource: MARK_INDEX, risk: risk({ fundingIntervalMs: HOUR_MS }) };
    const w = worldOf(terms, STARTED_MS + 1);
    w.tick();
    expect([999, 1_000].map((ms) => dueAfter(w, ms))).toEqual([false, true]);
    w.tick(STARTED_MS + HOUR_MS - 10);
    expect([9, 10].map((ms) => dueAfter(w, ms))).toEqual([false, true]);
  });

  test('when a source has just grown old, and then no more', () => {
    const w = worldOf({ markSource: MARK_INDEX, risk: risk({ sourceMaxAgeMs: 5_000 }) });
    expect([5_000, 5_001].map((ms) => dueAfter(w, ms))).toEqual([false, true]);
    w.tick(w.engine.state.clock + 5_001);
    expect(dueAfter(w, 60_000, true)).toBe(false);
  });

  test('at every look while a median mark may move, else once a second', () => {
    const w = worldOf({ markSource: MARK_MEDIAN });
    w.tick();
    expect(dueAfter(w, 250, true)).toBe(true);
    expect([250, 1_000].map((ms) => dueAfter(w, ms))).toEqual([false, true]);
  });
});
