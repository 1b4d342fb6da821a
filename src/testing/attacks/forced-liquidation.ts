// A position too large for the book is made liquidatable on purpose, by taking its margin out, so
// that the fund has to take what the book would not.

import { rates, ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const CAP = 1_000;
const INITIAL_PPM = 40_000;
const TOP = 10_800;
const MONEY = 10_000_000;

export const forcedLiquidation: Attack = {
  name: 'margin withdrawn to be liquidated onto the fund',
  story:
    'A long of 300 million dollars is 8 % in profit in a book that takes a tenth of it; its owner ' +
    'withdraws all that the rules allow and waits for the liquidation. The price goes on falling ' +
    'while the fund holds the position.',
  seen: 'March 2025, Hyperliquid, ETH, 4 million dollars',
  defence:
    'profit never leaves by itself, and the fund takes no more than its cap in the market, isolated',
  weakening: 'no cap, and profit counts for withdrawals',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena();
  const market = arena.listed(
    { brackets: rates(INITIAL_PPM, 20_000), profitWeightPpm: weakened ? 1_000_000 : 0 },
    { insuranceCap: weakened ? 0 : CAP },
  );
  const maker = arena.maker();
  arena.endow(MONEY);
  arena.begins([10_000]);

  const whale = arena.attacker('whale', 16_000_000);
  ok(arena.sell(maker, market, 30_000, 10_000));
  ok(arena.buy(whale, market, 30_000, 10_000));
  for (let price = 10_200; price <= TOP; price += 200) ok(arena.index(market, price));
  const most = arena.engine.account(whale).withdrawable;
  ok(arena.withdraw(whale, most));
  for (let price = TOP - 50; price >= 9_000; price -= 50) {
    ok(arena.cancelAll(maker));
    arena.buy(maker, market, 100, price - 5);
    ok(arena.index(market, price));
    ok(arena.tick());
  }
  ok(arena.index(market, 8_000));
  ok(arena.tick());
  const standing = arena.standing([8_000]);
  // What the fund puts up for its largest position, and the gap of one step on top of it.
  const pool = (CAP * TOP * INITIAL_PPM) / 1e6;
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: pool },
    ],
  };
}
