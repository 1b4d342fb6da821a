// Proves funding in the engine (spec margin §7): who pays whom and when, what is rounded and where
// the rest goes, how an hourly rate is made of the book, and intervals that come late, twice or not
// at all. Figures by hand; a loop over every interval is the oracle of the index.

import { describe, expect, test } from 'vitest';
import type { Answer } from '../../testing/answer.ts';
import { Sfc32 } from '../../testing/flow/sfc32.ts';
import { startedAccounts } from '../../testing/receipt-lines.ts';
import { USD, World, ok } from '../../testing/engine-kit.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';

const HOUR = 3_600_000;
/** 0.1 %. */
const MILLE = 1_000_000_000;

interface Scene {
  readonly world: World;
  readonly market: number;
  readonly long: number;
  readonly short: number;
}

/** Long and short `size` at 1,000, with 100,000 each. */
function pair(size: number, world = new World(), market = world.perp()): Scene {
  const long = world.account('long', 100_000);
  const short = world.account('short', 100_000);
  ok(world.sell(short, market, size, 1_000));
  ok(world.buy(long, market, size, 1_000));
  return { world, market, long, short };
}

function settle(world: World, market: number, interval: number, rateE12: number): Answer {
  return world.send({ kind: 'settle_funding', market, interval, rateE12 });
}

/** Closes the position of both: their cash is then all they have. */
function close({ world, market, long, short }: Scene, size: number): void {
  ok(world.sell(long, market, size, 1_000));
  ok(world.buy(short, market, size, 1_000));
}

const rounding = (world: World): number => Number(world.engine.conservation()[USD].rounding);

describe('who pays', () => {
  test.each([
    ['the long at a positive rate', MILLE, -10, 10],
    ['the short at a negative one', -MILLE, 10, -10],
    ['nobody at none', 0, 0, 0],
  ])('%s', (_, rate, ofLong, ofShort) => {
    const scene = pair(10);
    const { world, market, long, short } = scene;
    ok(settle(world, market, 1, rate));
    // It counts at once, though it is settled only when the position is touched.
    expect(world.engine.account(long).equity).toBe(100_000 + ofLong);
    expect(world.free(long)).toBe(100_000);
    close(scene, 10);
    expect([world.free(long), world.free(short)]).toEqual([100_000 + ofLong, 100_000 + ofShort]);
    expect(rounding(world)).toBe(0);
  });

  test('the payer rounds up, the receiver down, and rounding keeps the rest', () => {
    const world = new World();
    const market = world.perp();
    const short = world.account('short', 100_000);
    const longs = ['a', 'b', 'c'].map((name) => world.account(name, 10_000));
    for (const long of longs) {
      ok(world.sell(short, market, 1, 1_000));
      ok(world.buy(long, market, 1, 1_000));
    }
    ok(settle(world, market, 1, MILLE / 2)); // half a unit each
    for (const long of longs) {
      ok(world.sell(long, market, 1, 1_000));
      ok(world.buy(short, market, 1, 1_000));
      expect(world.free(long)).toBe(9_999);
    }
    // Touched three times, with 3, 2 and 1: 1.5 down at the first, nothing later.
    expect(world.free(short)).toBe(100_001);
    expect(rounding(world)).toBe(2);
  });

  test('from an isolated pool, not from the balance', () => {
    const world = new World();
    const market = world.perp();
    const short = world.account('short', 100_000);
    const long = world.account('long', 20_000);
    world.isolate(long, market, 10);
    ok(world.sell(short, market, 10, 1_000));
    ok(world.buy(long, market, 10, 1_000));
    ok(settle(world, market, 1, MILLE));
    ok(world.buy(short, market, 1, 1_000));
    ok(world.sell(long, market, 1, 1_000));
    // 1,000 − 10; a pool below initial margin releases nothing.
    expect(world.stands(long, market)).toBe('9 9000 990');
    expect(world.free(long)).toBe(19_000);
  });

  test('only what is open at the instant', () => {
    const early = pair(10);
    close(early, 10);
    ok(settle(early.world, early.market, 1, MILLE));
    expect(early.world.free(early.long)).toBe(100_000);
    const late = pair(10);
    ok(settle(late.world, late.market, 1, MILLE));
    ok(settle(late.world, late.market, 2, MILLE));
    const after = late.world.account('after', 100_000);
    ok(late.world.sell(late.short, late.market, 5, 1_000));
    ok(late.world.buy(after, late.market, 5, 1_000));
    ok(settle(late.world, late.market, 3, MILLE));
    expect(late.world.engine.account(after).equity).toBe(99_995);
    expect(late.world.engine.account(late.long).equity).toBe(99_970);
  });
});

describe('intervals', () => {
  test('twice or older is nothing, missed ones are told', () => {
    const { world, market, long } = pair(10);
    ok(settle(world, market, 5, MILLE));
    expect(settle(world, market, 5, MILLE).events).toEqual([]);
    expect(settle(world, market, 4, MILLE).events).toEqual([]);
    expect(world.engine.account(long).equity).toBe(99_990);
    expect(settle(world, market, 9, MILLE).events[0]).toMatchObject({ interval: 9, missed: 3 });
    expect(world.engine.account(long).equity).toBe(99_980);
  });

  /** A market whose index says 1,000 and whose book says `bid` and the next price up. */
  function computed(bid: number, impactNotional: number): Scene {
    const world = new World();
    const risk = { ...DEFAULT_RISK, fundingIntervalMs: HOUR, impactNotional };
    const market = world.perp({ markSource: 1, risk }, 0);
    ok(world.index(market, 1_000));
    const scene = pair(100, world, market);
    const maker = world.account('maker', 1_000_000);
    ok(world.buy(maker, market, 10, bid));
    ok(world.sell(maker, market, 10, bid + 1));
    ok(world.tick(HOUR)); // the first interval only begins to count
    return scene;
  }

  const rates: [string, number, number, number][] = [
    // 1 % premium, drawn 0.05 % toward the interest of 0.01 %, an eighth.
    ['a book above the index', 1_010, 0, 1_187_500_000],
    // −1.1 % by the ask at 989, drawn up by 0.05 %.
    ['a book below it', 988, 0, -1_312_500_000],
    ['capped at 4 %', 1_100, 0, 5_000_000_000],
    // 10 at 1,010 are 10,100: the impact notional just fits, or it does not and its term is 0.
    ['the impact notional just filled', 1_010, 10_100, 1_187_500_000],
    ['the impact notional not filled', 1_010, 10_101, 12_500_000],
  ];
  test.each(rates)('%s', (_, bid, impact, rate) => {
    const { world, market } = computed(bid, impact);
    const settled = world.tick(2 * HOUR).events.filter(({ name }) => name === 'funding_settled');
    expect(settled).toMatchObject([{ market, interval: 2, rate, missed: 0 }]);
  });

  test('a late tick settles the newest alone and tells of the missed', () => {
    const { world, market, long } = computed(1_010, 0);
    const settled = world.tick(4.5 * HOUR).events.filter(({ name }) => name === 'funding_settled');
    expect(settled).toMatchObject([{ market, interval: 4, missed: 2, rate: 1_187_500_000 }]);
    expect(world.tick(4.9 * HOUR).events.map(({ name }) => name)).not.toContain('funding_settled');
    expect(world.engine.account(long).equity).toBe(100_000 - 119); // 118.75, up
  });

  test('samples are taken once a second and averaged', () => {
    const { world, market } = computed(1_010, 0);
    // One sample of 1 % so far; then the book falls to 988 and 989: two of −1.1 %.
    for (const { order } of world.engine.orders(5)) ok(world.cancel(5, order));
    ok(world.buy(5, market, 10, 988));
    ok(world.sell(5, market, 10, 989));
    for (const passed of [1_000, 1_999, 2_500]) ok(world.tick(HOUR + passed));
    const [settled] = world.tick(2 * HOUR).events.filter(({ name }) => name === 'funding_settled');
    // (1 − 1.1 − 1.1) % ÷ 3 = −0.4 %, drawn up 0.05 %, an eighth.
    expect(settled).toMatchObject({ rate: -437_500_000 });
  });
});

describe('what it makes due', () => {
  test.each([
    ['an isolated position', true],
    ['a cross account', false],
  ])('%s is liquidated by a rate beyond any cap', (_, isolated) => {
    const world = new World();
    const market = world.perp();
    const rich = world.account('rich', 10_000_000);
    const long = world.account('long', 10_000);
    if (isolated) world.isolate(long, market, 10);
    ok(world.sell(rich, market, 100, 1_000));
    ok(world.buy(long, market, 100, 1_000));
    // 10,000 − 5,000 = 5,000 is enough, one unit less is not.
    expect(startedAccounts(settle(world, market, 1, 50 * MILLE))).toEqual([]);
    expect(startedAccounts(settle(world, market, 2, MILLE / 100))).toEqual([long]);
  });
});

test('the index is the loop over all intervals, to the unit at every touch', () => {
  let touches = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const random = new Sfc32(seed);
    const world = new World();
    const market = world.perp();
    const people = [0, 1, 2].map((i) => world.account(`p${i}`, 1_000_000_000));
    // By account: Σ mark · rate of the intervals since its last touch, one after the other.
    const unpaid = people.map(() => 0n);
    let interval = 0;
    const check = (answer: Answer): void => {
      for (const event of answer.events) {
        if (event.name === 'position_changed' || event.name === 'funding_paid') {
          const i = people.indexOf(Number(event['account']));
          if (event.name === 'funding_paid') {
            const exact = BigInt(event['size']) * unpaid[i];
            const up = exact > 0n && exact % 1_000_000_000_000n !== 0n ? 1n : 0n;
            expect(BigInt(event['amount'])).toBe(exact / 1_000_000_000_000n + up);
            touches += 1;
          }
          unpaid[i] = 0n;
        }
      }
    };
    for (let i = 0; i < 120; i++) {
      const roll = random.below(10);
      if (roll < 5) {
        const rate = random.below(2 * MILLE) - MILLE;
        ok(settle(world, market, (interval += 1), rate));
        const { mark } = world.engine.markets()[market];
        unpaid.forEach((sum, of) => (unpaid[of] = sum + BigInt(mark) * BigInt(rate)));
      } else if (roll < 7) ok(world.mark(market, 900 + random.below(200)));
      else {
        const seller = random.below(3);
        const buyer = (seller + 1 + random.below(2)) % 3;
        const size = 1 + random.below(500);
        check(world.sell(people[seller], market, size, 1_000));
        check(world.buy(people[buyer], market, size, 1_000));
      }
    }
  }
  expect(touches).toBeGreaterThan(150);
});
