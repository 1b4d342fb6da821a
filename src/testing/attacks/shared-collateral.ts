// The fund is made to inherit a short in a small market whose price is then driven up: what it has
// in other places must not keep that position open.

import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const CAP = 100;
const SIZE = 400;

export const sharedCollateral: Attack = {
  name: 'the fund inherits a short that is squeezed',
  story:
    'A short of 4 million dollars against an own long is let go in a small market, so that the fund ' +
    'takes it. Then the price is driven to four times while nobody offers anything.',
  seen: 'March 2025, Hyperliquid, JELLY: the vault shared its collateral, 12 million dollars on paper',
  defence:
    'the fund has a cap in each market and an isolated pool; below maintenance it is deleveraged',
  weakening: 'no cap',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena();
  const market = arena.listed({}, { insuranceCap: weakened ? 0 : CAP });
  arena.endow(20_000_000);
  arena.begins([10_000]);

  const short = arena.attacker('short', 402_000);
  const long = arena.attacker('long', 2_000_000);
  ok(arena.buy(long, market, SIZE, 10_000));
  ok(arena.sell(short, market, SIZE, 10_000));
  arena.withdraw(short, arena.engine.account(short).withdrawable);
  for (let price = 10_200; price <= 40_000; price += 200) {
    ok(arena.index(market, price));
    ok(arena.tick());
  }
  // The squeeze is over.
  ok(arena.index(market, 10_000));
  ok(arena.tick());
  const standing = arena.standing([10_000]);
  const pool = CAP * 10_800 * 0.1;
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: pool },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: pool },
    ],
  };
}
