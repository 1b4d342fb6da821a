// Proves the step bound of a command (spec margin §8.7, decision 0006): what is left waits for the
// next price or tick, in the same order; meanwhile the market takes cancels only, money stays, a
// deposit rescues, and nothing else goes on with it.

import { describe, expect, test } from 'vitest';
import type { Answer } from '../../testing/answer.ts';
import { receiptLines, startedAccounts } from '../../testing/receipt-lines.ts';
import { World, ok } from '../../testing/engine-kit.ts';
import { IMPOSED_BOUND } from '../state/market.ts';

interface Scene {
  readonly world: World;
  readonly market: number;
  readonly traders: readonly number[];
  readonly rich: number;
}

/** Three long 100 at 1,000, isolated on ever more than 10,000; a command takes so many steps. */
function three(stepsPerCommand: number): Scene {
  const world = new World({ limits: { stepsPerCommand }, finishes: false });
  const market = world.perp();
  const rich = world.account('rich', 10_000_000);
  const traders = [0, 1, 2].map((i) => {
    const trader = world.account(`t${i}`, 20_000);
    world.isolate(trader, market, 10);
    ok(world.sell(rich, market, 100, 1_000));
    ok(world.buy(trader, market, 100, 1_000));
    if (i > 0) ok(world.edit(trader, market, 4, { collateral: i * 100 }));
    return trader;
  });
  return { world, market, traders, rich };
}

const imposed = ({ world, market }: Scene): number => world.engine.markets()[market].imposed;

/** Ticks until nothing waits; everything that was done, in order. */
function finish(scene: Scene): string[] {
  const lines: string[] = [];
  for (let i = 0; imposed(scene) !== 0 || scene.world.engine.state.liquidating.count > 0; i++) {
    expect(i).toBeLessThan(100);
    lines.push(...receiptLines(scene.world.tick()));
  }
  return lines;
}

describe('at the bound', () => {
  test('the market takes cancels only until the rest is done, one tick after the other', () => {
    const scene = three(2);
    const { world, market, rich } = scene;
    const resting = ok(world.sell(rich, market, 1, 1_100));
    const said = world.mark(market, 900);
    expect(startedAccounts(said)).toHaveLength(2);
    expect(imposed(scene)).toBe(IMPOSED_BOUND);
    expect(world.buy(rich, market, 1, 800).said).toBe('CANCEL_ONLY');
    ok(world.cancel(rich, resting));
    finish(scene);
    expect(imposed(scene)).toBe(0);
    for (const trader of scene.traders) expect(world.stands(trader, market)).toBe('flat');
    ok(world.buy(rich, market, 1, 800));
  });

  test('the worst is first, whatever the bound is', () => {
    const scene = three(1);
    const { world, market, traders } = scene;
    const order: number[] = [];
    let said: Answer = world.mark(market, 900);
    for (let i = 0; i < 50 && order.length < 3; i++) {
      order.push(...startedAccounts(said));
      said = world.tick();
    }
    expect(order).toEqual(traders);
  });

  test('a deposit and a withdrawal elsewhere go on with nothing', () => {
    const scene = three(2);
    const { world, market, traders } = scene;
    ok(world.mark(market, 900));
    const stranger = world.account('stranger', 1_000);
    for (const said of [world.deposit(stranger, 5), world.withdraw(stranger, 5)])
      expect(said.events.map(({ name }) => name)).toEqual(['balance_changed']);
    expect(world.stands(traders[0], market)).toBe('100 100000 10000');
  });

  test('a price goes on with it', () => {
    const scene = three(2);
    ok(scene.world.mark(scene.market, 900));
    expect(receiptLines(scene.world.mark(scene.market, 899))).not.toEqual([]);
  });

  test('nothing but deposits for who is in liquidation; money stays for who has a position', () => {
    const world = new World({ limits: { stepsPerCommand: 1 }, finishes: false });
    const market = world.perp();
    const other = world.perp();
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 10_000);
    ok(world.sell(rich, market, 100, 1_000));
    ok(world.buy(trader, market, 100, 1_000));
    ok(world.mark(market, 940));
    expect(world.withdraw(trader, 1).said).toBe('IN_LIQUIDATION');
    expect(world.buy(trader, other, 1, 900).said).toBe('IN_LIQUIDATION');
    expect(world.withdraw(rich, 1).said).toBe('LIQUIDATIONS_PENDING');
    expect(world.transfer(rich, trader, 1).said).toBe('LIQUIDATIONS_PENDING');
    ok(world.deposit(rich, 1));
  });

  test('a deposit rescues: the scope leaves with its position', () => {
    const world = new World({ limits: { stepsPerCommand: 1 }, finishes: false });
    const market = world.perp();
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 10_000);
    ok(world.sell(rich, market, 100, 1_000));
    ok(world.buy(trader, market, 100, 1_000));
    expect(startedAccounts(world.mark(market, 940))).toEqual([trader]);
    ok(world.deposit(trader, 700)); // 4,700 is exactly maintenance
    const said = world.tick();
    expect(said.events.map(({ name }) => name)).toContain('liquidation_ended');
    expect(receiptLines(said)).toEqual([]);
    expect(world.stands(trader, market)).toBe('100 100000 0');
    ok(world.tick());
    expect(world.engine.markets()[market].imposed).toBe(0);
    expect(world.sell(trader, market, 1, 950).said).toBe('OK');
  });

  test('the end is a healthy one under every bound, and conservation holds', () => {
    for (const steps of [1, 2, 3, 5, 8, 13, 10_000]) {
      const scene = three(steps);
      const { world, market } = scene;
      ok(world.mark(market, 880));
      finish(scene);
      for (const trader of scene.traders) expect(world.stands(trader, market)).toBe('flat');
      expect(world.engine.conservation().every(({ difference }) => difference === 0n)).toBe(true);
    }
  });
});

test('what is held back is no reason to close a market at the bound, restored or not', () => {
  const world = new World({ limits: { stepsPerCommand: 1 }, finishes: false });
  const market = world.perp();
  const rich = world.account('rich', 10_000_000);
  const trader = world.account('trader', 20_000);
  world.isolate(trader, market, 10);
  ok(world.sell(rich, market, 100, 1_000));
  ok(world.buy(trader, market, 100, 1_000));
  ok(world.status(market, 4)); // halted
  ok(world.mark(market, 900));
  const other = world.perp();
  ok(world.sell(rich, other, 5, 1_000));
  ok(world.buy(trader, other, 5, 1_000));
  // One step of upkeep meets the bound: the reduce-only order no longer has a position.
  ok(world.sell(trader, other, 5, 1_100, { reduceOnly: true }));
  ok(world.buy(rich, other, 5, 990));
  ok(world.sell(trader, other, 5, 990));
  expect(world.engine.markets().map(({ imposed: bits }) => bits)).toEqual([0, 0]);
});
