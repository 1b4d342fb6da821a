// Proves that nobody is woken late: 200,000 random positions, long and short, in tables of 1 to 8
// brackets, against the exact liquidation price. And that nobody is woken much too early.

import { expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { AMOUNT_MAX } from './limits.ts';
import { liquidationTrigger, NO_PRICE } from './liquidation-price.ts';
import { bracketsOf, drawTerms } from './naive.suite.ts';
import { wakePrice } from './wake-price.ts';

const TABLES = 4_000;
const POSITIONS = 50;

test(`${TABLES * POSITIONS} positions are woken in time, and not much before`, () => {
  const draw = new Draw(73);
  const found = { long: 0, short: 0, none: 0 };
  for (let i = 0; i < TABLES; i += 1) {
    const brackets = bracketsOf(
      drawTerms(draw, draw.whole(1, 8), draw.pick([1e6, 1e12, AMOUNT_MAX])),
    );
    for (let j = 0; j < POSITIONS; j += 1) {
      const k = draw.pick([1, 1, 10, 1_000]);
      const held = draw.scaled(1, 1e7);
      const value = held * draw.scaled(1, Math.floor(1e15 / (held * k))) * k;
      const size = draw.oneIn(2) ? held : -held;
      const cost = size > 0 ? value : -value;
      const pool = draw.pick([draw.scaled(0, value), draw.whole(-value, 3 * value)]);
      const exact = liquidationTrigger(brackets, size, cost, k, pool, 0);
      const wakes = wakePrice(brackets, size, k, pool - cost);
      const early = 1 + exact * 2 ** -49;
      const last = Math.floor(AMOUNT_MAX / (held * k));
      if (exact === NO_PRICE) {
        found.none += 1;
        // A long may wait at the very first price, a short only beyond the last one that is
        // counted.
        const none = wakes === 0 || (size > 0 ? wakes <= 1 : wakes > last - early);
        if (!none) fail({ size, cost, k, pool, exact, wakes });
      } else if (size > 0) {
        found.long += 1;
        const late = wakes < exact;
        const soon = exact < last && wakes > exact + early;
        if (late || soon) fail({ size, cost, k, pool, exact, wakes });
      } else {
        found.short += 1;
        if (wakes === 0 || wakes > exact || wakes < exact - early)
          fail({ size, cost, k, pool, exact, wakes });
      }
    }
  }
  expect(Math.min(...Object.values(found))).toBeGreaterThan(1_000);
});

/**
 * A further table by hand: rates that rise to all but everything, where a rounding would be
 * stretched.
 */
test('a solution that lies on the end of a bracket asks the next one too', () => {
  const steep = bracketsOf([
    { floorNotional: 0, initialPpm: 20, maintenancePpm: 10 },
    { floorNotional: 1_000_003, initialPpm: 999_999, maintenancePpm: 999_999 },
  ] as never);
  for (let pool = -5; pool <= 20; pool += 1)
    for (let at = 999_990; at <= 1_000_020; at += 1) {
      const exact = liquidationTrigger(steep, 1, at, 1, pool, 0);
      expect(wakePrice(steep, 1, 1, pool - at)).toBeGreaterThanOrEqual(exact);
      const short = liquidationTrigger(steep, -1, -at, 1, pool, 0);
      expect(wakePrice(steep, -1, 1, pool + at)).toBeLessThanOrEqual(
        short === 0 ? Infinity : short,
      );
    }
});

function fail(facts: object): never {
  expect.fail(JSON.stringify(facts));
}
