// A collateral asset is sold down on the exchange's own thin book, to make everybody who is backed
// by it liquidatable.

import { IOC, GOLD, ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const WORTH = 1_000;
const SIZE = 890;

export const thinCollateral: Attack = {
  name: 'collateral priced on the own thin book',
  story:
    'A collateral asset is sold from 1,000 down to 650 in a book that takes little, while it costs ' +
    '1,000 everywhere else. Whoever is backed by it is to be liquidated and sold out below value.',
  seen: 'October 2025, Binance, USDe at 0.65: 283 million dollars paid back',
  defence: 'collateral counts at the index from outside; no trade of the own book moves it',
  weakening: 'the operator feeds the own last price as the index',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena();
  const spot = arena.spot({}, WORTH);
  const market = arena.listed({});
  const maker = arena.maker();
  arena.endow(1_000_000);
  const victim = arena.account('victim', 1_000, 1_000);
  ok(arena.sell(maker, market, SIZE, 10_000));
  ok(arena.buy(victim, market, SIZE, 10_000));
  ok(arena.index(market, 9_800));
  for (const price of [900, 800, 700, 660, 650]) ok(arena.buy(maker, spot, 10, price));
  const fair = [WORTH, 9_800];
  arena.begins(fair, WORTH);

  const seller = arena.attacker('seller', 0, 100);
  const buyer = arena.attacker('buyer', 5_000_000);
  ok(arena.buy(buyer, market, SIZE, 9_500));
  ok(arena.sell(seller, spot, 50, 650, IOC));
  ok(arena.buy(buyer, spot, 1_000, 640));
  const last = arena.engine.markets()[spot].last;
  if (weakened) ok(arena.index(spot, last));
  ok(arena.tick(arena.time + 1_000));
  const counted = arena.engine.assets()[GOLD].price;
  ok(arena.index(spot, WORTH));
  const standing = arena.standing(fair, WORTH);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
      { what: 'dollars the collateral price moved', value: WORTH - counted, atMost: 0 },
    ],
  };
}
