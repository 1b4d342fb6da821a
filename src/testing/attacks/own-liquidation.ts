// A second account of the owner rests where the first is liquidated, to buy what it loses, and to
// live on the rebate.

import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const SIZE = 100;
const CYCLES = 5;
const REBATE = -500;

export const ownLiquidation: Attack = {
  name: 'catching one’s own liquidation',
  story:
    'A long is liquidated into a bid of a second account of its owner, at the worst price that a ' +
    'liquidation accepts, again and again. What the first loses the second wins, and the maker rebate ' +
    'comes on top.',
  seen: 'perennial 2023, velar',
  defence: 'the two add up to less than nothing: the liquidation fee is more than the rebate',
  weakening: 'no liquidation fee, and a rebate as large as the taker fee',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena();
  const market = arena.listed(
    weakened
      ? { makerFeePpm: REBATE, takerFeePpm: -REBATE, liquidationFeePpm: 0 }
      : { makerFeePpm: -200 },
  );
  arena.endow(1_000_000);
  const first = arena.attacker('first', 0, 0, 'owner');
  const second = arena.attacker('second', 3_000_000, 0, 'owner');
  const other = arena.attacker('third', 3_000_000);
  arena.begins([10_000]);
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    ok(arena.deposit(first, 100_500));
    ok(arena.sell(other, market, SIZE, 10_000));
    ok(arena.buy(first, market, SIZE, 10_000));
    const free = arena.engine.account(first).withdrawable;
    if (free > 0) ok(arena.withdraw(first, free));
    for (const price of [9_100, 9_230, 9_330]) ok(arena.buy(second, market, SIZE, price));
    ok(arena.index(market, 9_450));
    ok(arena.cancelAll(second));
    ok(arena.index(market, 10_000));
    // The second closes against the third.
    ok(arena.buy(other, market, SIZE, 10_000));
    ok(arena.sell(second, market, SIZE, 10_000, { reduceOnly: true }));
    const rest = arena.engine.account(first).withdrawable;
    if (rest > 0) ok(arena.withdraw(first, rest));
  }
  const standing = arena.standing([10_000]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
      { what: 'loss of the fees account', value: 0 - standing.fees, atMost: 0 },
    ],
  };
}
