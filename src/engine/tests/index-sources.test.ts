// Proves an index of several sources in the engine (spec margin §7): which of them count, what too
// few of them impose, that nobody is liquidated then, and that all is caught up with afterwards.

import { describe, expect, test } from 'vitest';
import type { Answer } from '../../testing/answer.ts';
import { startedAccounts } from '../../testing/receipt-lines.ts';
import { STOP, World, ok } from '../../testing/engine-kit.ts';
import { STATUS_ACTIVE, STATUS_HALTED } from '../command.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';

/** Two of three sources needed, none older than ten seconds, none further than 3 % off. */
class Sources {
  readonly world = new World();
  readonly market: number;

  constructor() {
    const risk = {
      ...DEFAULT_RISK,
      sourcesRequired: 2,
      sourceMaxAgeMs: 10_000,
      sourceDeviationPpm: 30_000,
    };
    this.market = this.world.perp({ markSource: 1, risk }, 0);
    this.world.time = 100_000;
  }

  /** Each source's price, said now or so many milliseconds ago; 0 = it says nothing. */
  say(prices: readonly number[], age = 0): Answer {
    const said = prices.map((price, source) => ({ source, price, at: this.world.time - age }));
    return this.world.send({
      kind: 'update_index',
      market: this.market,
      price: 0,
      mark: 0,
      sources: said.filter(({ price }) => price !== 0),
    });
  }

  get index(): number {
    return this.world.engine.markets()[this.market].index;
  }

  get imposed(): number {
    return this.world.engine.markets()[this.market].imposed;
  }

  /** Long 100 at 1,000 on 10,000. */
  trader(): number {
    const { world, market } = this;
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 20_000);
    world.isolate(trader, market, 10);
    ok(world.sell(rich, market, 100, 1_000));
    ok(world.buy(trader, market, 100, 1_000));
    return trader;
  }
}

describe('which count', () => {
  test.each([
    ['three: the middle one', [1_000, 1_004, 1_001], 1_001],
    ['two: their mean, down', [1_000, 1_003, 0], 1_001],
    ['one that is 3 % off', [1_000, 1_000, 1_030], 1_000],
    ['one that is further: only two are left', [1_000, 1_002, 1_100], 1_001],
  ])('%s', (_, prices, index) => {
    const sources = new Sources();
    ok(sources.say(prices));
    expect(sources.index).toBe(index);
    expect(sources.imposed).toBe(0);
  });

  test('what a source said before counts until it is too old', () => {
    const sources = new Sources();
    const start = sources.world.time;
    ok(sources.say([1_000, 1_002, 1_004]));
    sources.world.time += 5_000;
    ok(sources.say([1_010, 0, 0]));
    expect(sources.index).toBe(1_004);
    ok(sources.world.tick(start + 10_000)); // ten seconds old: still counted
    expect(sources.imposed).toBe(0);
    ok(sources.world.tick(start + 10_001));
    expect(sources.imposed).toBe(1);
    expect(sources.index).toBe(1_004);
  });

  test('a source cannot take back what it said later', () => {
    const sources = new Sources();
    ok(sources.say([1_000, 1_000, 1_000]));
    ok(sources.say([1_020, 1_020, 1_020], 5_000));
    expect(sources.index).toBe(1_000);
    expect(sources.say([1_000], -1_000).said).toMatch(/^VALUE_INVALID/); // nor speak from tomorrow
  });
});

describe('too few', () => {
  test('close-only, and stops by mark wait', () => {
    const sources = new Sources();
    const { world, market } = sources;
    ok(sources.say([1_000, 1_000, 1_000]));
    const trader = sources.trader();
    const stop = ok(world.order(trader, market, -1, 1, 0, { ...STOP, triggerPrice: 960 }));
    ok(world.tick(world.time + 20_000));
    expect(world.buy(trader, market, 1, 900).said).toBe('CLOSE_ONLY');
    ok(world.sell(trader, market, 1, 1_100));
    ok(sources.say([940, 0, 0]));
    expect(sources.index).toBe(1_000);
    expect(world.open(trader)).toContain(stop);
  });

  test('nobody is liquidated; with the second source it is caught up with', () => {
    const sources = new Sources();
    ok(sources.say([1_000, 1_000, 1_000]));
    const trader = sources.trader();
    ok(sources.world.tick(sources.world.time + 20_000));
    expect(startedAccounts(sources.say([900, 0, 0]))).toEqual([]);
    expect(startedAccounts(sources.say([0, 900, 0]))).toEqual([trader]);
    expect(sources.imposed).toBe(0);
  });

  test('a cross account waits with what it has there, not with the rest', () => {
    const sources = new Sources();
    const { world } = sources;
    const other = world.perp();
    ok(sources.say([1_000, 1_000, 1_000]));
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 20_000);
    for (const market of [sources.market, other]) {
      ok(world.sell(rich, market, 100, 1_000));
      ok(world.buy(trader, market, 100, 1_000));
    }
    ok(world.tick(world.time + 20_000));
    expect(startedAccounts(world.mark(other, 850))).toEqual([trader]);
    expect(world.stands(trader, other)).toBe('flat');
    expect(world.stands(trader, sources.market)).toBe('100 100000 0');
    expect(startedAccounts(sources.say([1_000, 1_000, 0]))).toEqual([trader]);
  });
});

describe('a halt', () => {
  test('holds liquidations back, and opening catches up', () => {
    const world = new World();
    const market = world.perp();
    const rich = world.account('rich', 10_000_000);
    const traders = [11_000, 10_000].map((wealth, i) => {
      const trader = world.account(`t${i}`, wealth);
      ok(world.sell(rich, market, 100, 1_000));
      ok(world.buy(trader, market, 100, 1_000));
      return trader;
    });
    ok(world.status(market, STATUS_HALTED));
    expect(startedAccounts(world.mark(market, 900))).toEqual([]);
    expect(startedAccounts(world.tick())).toEqual([]);
    expect(startedAccounts(world.status(market, STATUS_ACTIVE))).toEqual(traders.toReversed());
  });
});
