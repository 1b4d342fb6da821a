// A position's paper profit on a pumped index pays for losses that a second account of the same
// owner takes out as cash.

import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const ROUNDS = 10;
const SIZE = 900;

export const profitAsCollateral: Attack = {
  name: 'paper profit as collateral',
  story:
    'A long in a thin market is pumped to three times its price; on its paper profit it buys from a ' +
    'second account of its owner above the price, again and again, and that account withdraws. ' +
    'When the index is back the first account has nothing.',
  seen: '2022, Mango Markets, 116 million dollars',
  defence: 'profit_weight 0: unrealised profit pays for no new risk; it never leaves by itself',
  weakening: 'profit_weight 1',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena();
  const profitWeightPpm = weakened ? 1_000_000 : 0;
  const thin = arena.listed({ profitWeightPpm });
  const deep = arena.listed({ profitWeightPpm });
  const maker = arena.maker();
  arena.endow(1_000_000);
  arena.begins([10_000, 10_000]);

  const first = arena.attacker('first', 1_000_000);
  const second = arena.attacker('second', 1_500_000);
  ok(arena.sell(maker, thin, SIZE, 10_000));
  ok(arena.buy(first, thin, SIZE, 10_000));
  for (let price = 12_000; price <= 30_000; price += 2_000) ok(arena.index(thin, price));
  let withdrawn = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const above = Math.floor(arena.markOf(deep) * 1.05);
    const offered = arena.sell(second, deep, SIZE, above);
    arena.buy(first, deep, SIZE, above); // refused, or paid with paper
    if (offered.said === 'OK') arena.cancelAll(second);
    ok(arena.buy(maker, deep, SIZE, 10_000));
    ok(arena.sell(maker, deep, SIZE, 10_001));
    arena.sell(first, deep, SIZE, 10_000, { reduceOnly: true });
    arena.buy(second, deep, SIZE, 10_001, { reduceOnly: true });
    ok(arena.cancelAll(maker));
    const free = arena.engine.account(second).withdrawable;
    if (free > 0) withdrawn += arena.withdraw(second, free).said === 'OK' ? free : 0;
    if (free > 0) ok(arena.deposit(second, Math.min(1_500_000, free)));
  }
  arena.withdraw(first, 1_000_000);
  ok(arena.index(thin, 10_000));
  ok(arena.tick());
  const standing = arena.standing([10_000, 10_000]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
    ],
  };
}
