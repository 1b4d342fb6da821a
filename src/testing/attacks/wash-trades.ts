// Two accounts trade with each other far from the price, for ten minutes, to carry the mark there
// and have a stranger liquidated into their own order.

import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const FAIR = 10_400;
const LIMIT_PPM = 5_000;
/** As far as the price band lets anybody print. */
const PRINT = 10_919;

export const washTrades: Attack = {
  name: 'wash trades move the mark',
  story:
    'Two accounts empty a thin book and trade with each other 5 % above the price for ten minutes. ' +
    'A stranger whose short is liquidated at 10,477 is to be closed out into their offer.',
  seen: 'many venues',
  defence: 'the mark is a median of index, clamped basis and clamped book: at most 0.5 % away',
  weakening: 'basis and mark limit at 10 %',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena();
  const limit = weakened ? 100_000 : LIMIT_PPM;
  const market = arena.listed({}, { basisLimitPpm: limit, markLimitPpm: limit });
  const maker = arena.maker();
  const victim = arena.account('victim', 100_500);
  ok(arena.buy(maker, market, 100, 10_000));
  ok(arena.sell(victim, market, 100, 10_000));
  ok(arena.index(market, FAIR));
  ok(arena.sell(maker, market, 5, 10_410));
  arena.begins([FAIR]);

  const [one, other] = [arena.attacker('one', 1_000_000), arena.attacker('other', 1_000_000)];
  ok(arena.buy(one, market, 5, 10_410));
  ok(arena.buy(one, market, 50, PRINT));
  ok(arena.sell(other, market, 50, PRINT));
  ok(arena.buy(one, market, 1, PRINT - 1));
  ok(arena.sell(other, market, 100, PRINT));
  let highest = arena.markOf(market);
  for (let second = 0; second < 600; second += 10) {
    ok(arena.tick(arena.time + 10_000));
    highest = Math.max(highest, arena.markOf(market));
  }
  const standing = arena.standing([FAIR]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
      {
        what: 'mark above index, ppm',
        value: Math.floor(((highest - FAIR) * 1e6) / FAIR),
        atMost: LIMIT_PPM,
      },
    ],
  };
}
