// The margin call: told once when health falls below 25 %, taken back when something happens to the
// account and it has recovered, found without a scan like a liquidation.

import { expect, test } from 'vitest';
import { World, ok } from '../../testing/engine-kit.ts';

const RICH = 1_000_000;
const named = (events: readonly { readonly name: string }[]) =>
  events.map(({ name }) => name).filter((name) => name.startsWith('margin_call'));

/** Alice is long 10 at 1,000 with 1,000; bob short. Maintenance 5 %. */
function setUp(isolated = false) {
  const w = new World();
  const m = w.perp();
  const alice = w.account('alice', 1_000);
  const bob = w.account('bob', RICH);
  if (isolated) w.isolate(alice, m, 10);
  ok(w.sell(bob, m, 10, 1_000));
  ok(w.buy(alice, m, 10, 1_000));
  return { w, m, alice, bob };
}

test.each([false, true])('is told once, below 25 %% of health; isolated: %s', (isolated) => {
  const { w, m, alice } = setUp(isolated);
  // equity 1,000 − 10 · d against (1,000 − d) / 2: health is 25 % at d ≈ 35.7
  expect(named(w.mark(m, 965).events)).toEqual([]);
  const { events } = w.mark(m, 964);
  expect(events.filter(({ name }) => name === 'margin_called')).toEqual([
    {
      name: 'margin_called',
      account: alice,
      market: isolated ? m : -1,
      equity: 640,
      maintenance: 482,
    },
  ]);
  expect(named(w.mark(m, 960).events)).toEqual([]);
  const liquidated = w.mark(m, 947).events.map(({ name }) => name);
  expect(liquidated).toContain('liquidation_started');
});

test('is taken back by what the account does, not by the price alone', () => {
  const { w, m, alice } = setUp();
  ok(w.mark(m, 960));
  expect(named(w.mark(m, 1_000).events)).toEqual([]);
  expect(named(w.deposit(alice, 1).events)).toEqual(['margin_call_ended']);
  expect(named(w.mark(m, 960).events)).toEqual(['margin_called']);
  expect(named(w.deposit(alice, 10).events)).toEqual([]);
  expect(named(w.deposit(alice, 500).events)).toEqual(['margin_call_ended']);
});

test('comes with the order that leads there', () => {
  const { w, m, bob } = setUp();
  const carol = w.account('carol', 1_000);
  ok(w.buy(carol, m, 10, 1_000));
  ok(w.sell(bob, m, 10, 1_000));
  ok(w.buy(bob, m, 2, 700));
  // Selling two far below the mark leaves 400 behind eight, whose maintenance is 400.
  expect(named(w.sell(carol, m, 2, 700).events)).toEqual(['margin_called']);
  expect(w.engine.account(carol)).toMatchObject({ equity: 400, maintenance: 400 });
});
