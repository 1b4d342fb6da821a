// A tiny quote far from the index is left at the top of a thin book, so that funding is paid to
// whoever put it there.

import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const SIZE = 1_000;
const FAIR = 10_000;
const HOUR = 3_600_000;
/** 0.01 % of eight hours, an eighth of it in an hour, for six hours. */
const REGULAR = (SIZE * FAIR * 0.0001 * 6) / 8;

export const fundingPush: Attack = {
  name: 'a tiny quote pushes the funding',
  story:
    'A short of 10 million dollars leaves a bid of one lot far above the index whenever the premium is ' +
    'sampled. Longs are to pay it funding as if the market traded there.',
  seen: 'dYdX, unfunded quotes in the impact price',
  defence: 'the premium is what filling the impact notional costs, and the rate has a cap',
  weakening: 'no impact notional: the best price counts',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena();
  const market = arena.listed(
    {},
    { fundingIntervalMs: HOUR, impactNotional: weakened ? 0 : 200_000 },
  );
  const maker = arena.maker();
  const longs = arena.account('longs', 10_000_000);
  const short = arena.attacker('short', 2_000_000);
  ok(arena.buy(longs, market, SIZE, FAIR));
  ok(arena.sell(short, market, SIZE, FAIR));
  ok(arena.buy(maker, market, 100, FAIR - 10));
  ok(arena.sell(maker, market, 100, FAIR + 100));
  ok(arena.tick(HOUR * 10));
  arena.begins([FAIR]);
  ok(arena.buy(short, market, 1, FAIR + 99));
  for (let hour = 11; hour <= 16; hour++) {
    for (let part = 1; part <= 12; part++) ok(arena.tick((hour - 1) * HOUR + part * 300_000 - 1));
    ok(arena.tick(hour * HOUR));
  }
  ok(arena.cancelAll(short));
  // A trade of one lot settles what is owed on either side.
  for (const account of [longs, short]) {
    ok(arena.sell(maker, market, 1, FAIR + 90));
    ok(arena.buy(account, market, 1, FAIR + 90));
    ok(arena.cancelAll(maker));
    ok(arena.buy(maker, market, 1, FAIR + 80));
    ok(arena.sell(account, market, 1, FAIR + 80));
  }
  ok(arena.buy(maker, market, 1, FAIR));
  ok(arena.sell(short, market, 1, FAIR));
  const standing = arena.standing([FAIR]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: REGULAR },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
    ],
  };
}
