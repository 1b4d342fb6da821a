// Proves interest on debts in the settlement asset (spec margin §7): the index compounds by the
// hour and is the definition, a debt is charged once when it is touched, from when it began, and
// what was charged goes to the insurance fund. Figures by hand: 0.1 % an hour.

import { describe, expect, test } from 'vitest';
import { startedAccounts } from '../../testing/receipt-lines.ts';
import { GOLD, World, ok } from '../../testing/engine-kit.ts';
import type { WorldOptions } from '../../testing/engine-kit.ts';

const HOUR = 3_600_000;
const FUND = 2;
const MILLE = 1_000_000_000;

interface Scene {
  readonly world: World;
  readonly market: number;
  readonly gold: number;
  readonly debtor: number;
  readonly rich: number;
}

/** Owes 9,000 and has this much gold at 10, counted in full; an hour has begun to count. */
function owing(units: number, options: WorldOptions = {}): Scene {
  const world = new World({
    usd: { interestE12: MILLE, autoConvertLimit: 1_000_000 },
    gold: { weightPpm: 1_000_000 },
    ...options,
  });
  const market = world.perp();
  const gold = world.spot({}, 10);
  const rich = world.account('rich', 10_000_000);
  const debtor = world.account('debtor', 0, units);
  ok(world.sell(rich, market, 50, 1_000));
  ok(world.buy(debtor, market, 50, 1_000));
  ok(world.buy(rich, market, 50, 820));
  ok(world.sell(debtor, market, 50, 820));
  expect(world.free(debtor)).toBe(-9_000);
  ok(world.tick(HOUR));
  return { world, market, gold, debtor, rich };
}

/** The index after these hours: rounded up every hour. */
function indexAfter(hours: number): bigint {
  let index = 1_000_000_000_000n;
  for (let hour = 0; hour < hours; hour++)
    index = (index * 1_001_000_000_000n + 999_999_999_999n) / 1_000_000_000_000n;
  return index;
}

describe('the index', () => {
  test('three hours compound: 9,000 · 0.003003001 = 27.03, up', () => {
    const { world, debtor } = owing(10_000);
    for (const hour of [2, 3, 4]) ok(world.tick(hour * HOUR));
    expect(world.engine.account(debtor).equity).toBe(100_000 - 9_028);
    ok(world.deposit(debtor, 1));
    expect(world.free(debtor)).toBe(-9_028 + 1);
  });

  test('a tick that jumps three hours gives the same', () => {
    const { world, debtor } = owing(10_000);
    ok(world.tick(4.7 * HOUR));
    ok(world.deposit(debtor, 1));
    expect(world.free(debtor)).toBe(-9_027);
  });

  test('touches in between: each is the loop over the index since the one before', () => {
    const { world, debtor } = owing(10_000);
    let debt = 9_000n;
    let since = 1_000_000_000_000n;
    for (let hour = 1; hour <= 40; hour++) {
      ok(world.tick((1 + hour) * HOUR));
      if (hour % 7 !== 0) continue;
      ok(world.deposit(debtor, 3));
      const now = indexAfter(hour);
      debt = (debt * now + since - 1n) / since - 3n;
      since = now;
      expect(BigInt(world.free(debtor))).toBe(-debt);
    }
  });

  test('what is not owed bears none, and a debt only from when it began', () => {
    const { world, debtor, market, rich } = owing(10_000);
    ok(world.deposit(debtor, 9_500)); // no whole hour: nothing is owed
    expect(world.free(debtor)).toBe(500);
    for (const hour of [2, 3, 4]) ok(world.tick(hour * HOUR));
    // 10 % of funding on 50 at 1,000 is 5,000: a debt of 4,500 begins at the touch.
    ok(world.sell(rich, market, 50, 1_000));
    ok(world.buy(debtor, market, 50, 1_000));
    ok(world.send({ kind: 'settle_funding', market, interval: 1, rateE12: 100 * MILLE }));
    ok(world.sell(rich, market, 1, 1_000));
    ok(world.buy(debtor, market, 1, 1_000));
    expect(world.free(debtor)).toBe(-4_500);
    ok(world.tick(5 * HOUR));
    ok(world.deposit(debtor, 1));
    expect(world.free(debtor)).toBe(-4_500 - 5 + 1); // 4.5, up: one hour and not four
  });
});

describe('where it goes', () => {
  test('to the fund, at the next hour', () => {
    const { world, debtor } = owing(10_000);
    ok(world.tick(2 * HOUR));
    ok(world.deposit(debtor, 1));
    expect(world.free(FUND)).toBe(0);
    ok(world.tick(3 * HOUR));
    expect(world.free(FUND)).toBe(9);
  });

  test('the fund owes none itself', () => {
    const { world, gold } = owing(900, { usd: { interestE12: MILLE } });
    // Gold at 9: 8,100 against 9,000. The fund buys it and pays the rest: −9,000.
    ok(world.index(gold, 9));
    expect(world.free(FUND)).toBe(-9_000);
    for (const hour of [2, 3, 4]) ok(world.tick(hour * HOUR));
    ok(world.adjust(FUND, 1));
    expect(world.free(FUND)).toBe(-8_999);
  });
});

describe('what it makes due', () => {
  test('a debt without any position, when its collateral no longer covers it', () => {
    const { world, debtor } = owing(901);
    // 9,010 cover 9,009 after an hour, not 9,018.009 after two.
    expect(startedAccounts(world.tick(2 * HOUR))).toEqual([]);
    expect(startedAccounts(world.tick(3 * HOUR))).toEqual([debtor]);
    expect(world.free(debtor)).toBe(0);
    expect(world.free(debtor, GOLD)).toBe(0);
  });

  test('a debt with a position', () => {
    const { world, debtor, market, rich } = owing(1_151);
    ok(world.sell(rich, market, 24, 1_000));
    ok(world.buy(debtor, market, 24, 1_000));
    // 11,510 − 9,000 = 2,510 for 24 long at 950: −1,200 leave 1,310 against 1,140.
    expect(startedAccounts(world.mark(market, 950))).toEqual([]);
    const due: number[] = [];
    for (let hour = 2; due.length === 0 && hour < 40; hour++)
      if (startedAccounts(world.tick(hour * HOUR)).includes(debtor)) due.push(hour);
    // 170 of slack at 9.0 to 9.2 an hour: 9,000 · (1.001^n − 1) > 170 from n = 19 on.
    expect(due).toEqual([1 + 19]);
  });
});
