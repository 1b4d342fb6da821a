// One source of the index lies, others fall silent: a stranger is to be liquidated at a price that
// nobody trades at.

import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const FAIR = 10_000;

export const indexSources: Attack = {
  name: 'an index source lies, is frozen, is stale',
  story:
    'One of three sources jumps to half and to double the price; then the other two fall silent and ' +
    'it is heard alone. The attacker bids low for whoever is liquidated by it.',
  seen: 'many venues',
  defence:
    'median of the fresh sources near it; with fewer than required no liquidation, only closing',
  weakening: 'one source is enough, however far off',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena();
  const market = arena.listed(
    {},
    {
      sourcesRequired: weakened ? 1 : 2,
      sourceMaxAgeMs: 5_000,
      sourceDeviationPpm: weakened ? 0 : 20_000,
    },
    0,
  );
  let lowest = FAIR;
  const say = (...said: (readonly [source: number, price: number])[]): void => {
    const at = arena.time;
    const sources = said.map(([source, price]) => ({ source, price, at }));
    ok(arena.send({ kind: 'update_index', market, price: 0, mark: 0, sources }));
    lowest = Math.min(lowest, arena.markOf(market));
  };
  say([0, FAIR], [1, FAIR], [2, FAIR]);
  const maker = arena.maker();
  const victim = arena.account('victim', 110_500);
  ok(arena.sell(maker, market, 100, FAIR));
  ok(arena.buy(victim, market, 100, FAIR));
  arena.begins([FAIR]);

  const attacker = arena.attacker('attacker', 10_000_000);
  for (const low of [8_900, 9_200, 9_500]) ok(arena.buy(attacker, market, 100, low));
  say([2, FAIR / 2]);
  say([2, FAIR * 2]);
  say([0, FAIR], [1, FAIR], [2, FAIR / 2]);
  arena.tick(arena.time + 6_000); // nobody speaks for six seconds: all are stale
  say([2, 9_300]);
  for (let second = 0; second < 20; second++) {
    ok(arena.tick(arena.time + 1_000));
    say([2, 9_300]);
  }
  // A frozen source says its old price with its old time: that is no fresh word.
  const old = arena.time - 6_000;
  const frozen = [0, 1].map((source) => ({ source, price: FAIR, at: old }));
  ok(arena.send({ kind: 'update_index', market, price: 0, mark: 0, sources: frozen }));
  say([2, 9_300]);
  say([0, FAIR], [1, FAIR], [2, FAIR]);
  const standing = arena.standing([FAIR]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
      { what: 'dollars the mark moved', value: FAIR - lowest, atMost: 0 },
    ],
  };
}
