// Proves the mark in the engine (spec margin §7): the median of the index, the averaged basis and
// the own book, clamped; it changes by prices from outside and by ticks, never by a trade. The
// formula has its own tests in src/margin; here is what feeds it and when.

import { describe, expect, test } from 'vitest';
import { World, ok } from '../../testing/engine-kit.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';

interface Scene {
  readonly world: World;
  readonly market: number;
  readonly maker: number;
}

/** A market whose mark is the median, within 2 % of the basis and 1 % of the index, at 1,000. */
function median(): Scene {
  const world = new World();
  const risk = { ...DEFAULT_RISK, basisLimitPpm: 20_000, markLimitPpm: 10_000 };
  const market = world.perp({ markSource: 2, risk }, 0);
  const maker = world.account('maker', 10_000_000);
  ok(world.index(market, 1_000));
  return { world, market, maker };
}

const markOf = ({ world, market }: Scene): number => world.engine.markets()[market].mark;

describe('the voices', () => {
  test('without a book the mark is the index', () => {
    const scene = median();
    expect(markOf(scene)).toBe(1_000);
    ok(scene.world.index(scene.market, 1_050));
    expect(markOf(scene)).toBe(1_050);
  });

  test('a book alone moves nothing: the average has not followed yet', () => {
    const scene = median();
    const { world, market, maker } = scene;
    ok(world.buy(maker, market, 1, 1_005));
    ok(world.sell(maker, market, 1, 1_007));
    ok(world.tick(world.time + 1));
    // Index 1,000, average 1,000, book 1,005 (last counts as the index): the median is 1,000.
    expect(markOf(scene)).toBe(1_000);
  });

  test('the average follows: 6 · 30 ÷ 60 after half a minute, then further', () => {
    const scene = median();
    const { world, market, maker } = scene;
    world.print(market, 1_006);
    ok(world.buy(maker, market, 1, 1_005));
    ok(world.sell(maker, market, 1, 1_007));
    ok(world.tick());
    const start = world.time;
    ok(world.tick(start + 30_000));
    // Middle 1,006: the average is 3 above, the book says 1,006, the index 1,000.
    expect(markOf(scene)).toBe(1_003);
    ok(world.tick(start + 60_000)); // 3 + 3 · ½ = 4.5, cut
    expect(markOf(scene)).toBe(1_004);
  });

  test('the mark stays within its limit, whatever the book says', () => {
    const scene = median();
    const { world, market, maker } = scene;
    world.print(market, 1_500);
    ok(world.buy(maker, market, 1, 1_400));
    ok(world.sell(maker, market, 1, 1_600));
    ok(world.tick());
    for (let i = 0; i < 20; i++) ok(world.tick(world.time + 60_000));
    // Both own voices are 2 % above at most; the mark 1 %.
    expect(markOf(scene)).toBe(1_010);
  });

  test('a side that is empty has no middle: the average goes back', () => {
    const scene = median();
    const { world, market, maker } = scene;
    world.print(market, 1_006);
    ok(world.buy(maker, market, 1, 1_005));
    const ask = ok(world.sell(maker, market, 1, 1_007));
    ok(world.tick());
    ok(world.tick(world.time + 30_000));
    expect(markOf(scene)).toBe(1_003);
    ok(world.cancel(maker, ask));
    ok(world.tick(world.time + 30_000)); // 3 · ½
    expect(markOf(scene)).toBe(1_001);
  });
});

test('a trade moves no mark', () => {
  for (const markSource of [0, 1, 2] as const) {
    const world = new World();
    const market = world.perp({ markSource }, 0);
    ok(markSource === 0 ? world.mark(market, 1_000) : world.index(market, 1_000));
    world.print(market, 1_300);
    expect(world.engine.markets()[market].mark).toBe(1_000);
    expect(world.engine.markets()[market].last).toBe(1_300);
  }
});

test.each([
  ['given', 0, 'OK'],
  ['index', 1, 'MARK_NOT_ACCEPTED'],
  ['median', 2, 'MARK_NOT_ACCEPTED'],
] as const)('a mark of its own is accepted only where it is given: %s', (_, markSource, said) => {
  const world = new World();
  const market = world.perp({ markSource }, 0);
  expect(world.mark(market, 1_000).said).toBe(said);
});

test('a mark that the book makes at a tick liquidates', () => {
  const { world, market, maker } = median();
  const trader = world.account('trader', 20_000);
  world.isolate(trader, market, 10);
  ok(world.sell(maker, market, 100, 1_000));
  ok(world.buy(trader, market, 100, 1_000));
  ok(world.index(market, 950)); // 5,000 against 4,750
  world.print(market, 940);
  ok(world.buy(maker, market, 100, 938));
  ok(world.sell(maker, market, 100, 942));
  ok(world.tick());
  let names: string[] = [];
  for (let i = 0; i < 5 && !names.includes('liquidation_started'); i++)
    names = world.tick(world.time + 30_000).events.map(({ name }) => name);
  expect(names).toContain('liquidation_started');
  expect(world.engine.markets()[market].index).toBe(950);
});
