// While the sources of a market are silent its mark stands still. Who knows the price elsewhere
// takes margin out before the mark moves again.

import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const SIZE = 100;
const MONEY = 5_000_000;

export const staleWithdrawal: Attack = {
  name: 'margin withdrawn on a stale price',
  story:
    'A long with twice the margin it needs knows that the price has fallen by 15 % while the sources ' +
    'are silent. It withdraws all that the old mark allows and leaves the loss to the fund.',
  seen: 'venues with one price source',
  defence: 'money stays while the price of a position is not known',
  weakening: '',
  run,
};

function run(): Measured {
  const arena = new Arena();
  const market = arena.listed({}, { sourcesRequired: 2, sourceMaxAgeMs: 5_000 }, 0);
  const say = (price: number): void => {
    const sources = [0, 1].map((source) => ({ source, price, at: arena.time }));
    ok(arena.send({ kind: 'update_index', market, price: 0, mark: 0, sources }));
  };
  say(10_000);
  const maker = arena.maker();
  arena.endow(MONEY);
  arena.begins([10_000]);
  const account = arena.attacker('attacker', 200_500);
  ok(arena.sell(maker, market, SIZE, 10_000));
  ok(arena.buy(account, market, SIZE, 10_000));
  ok(arena.tick(arena.time + 10_000));
  const before = arena.free(account);
  arena.withdraw(account, 100_000);
  arena.transfer(account, arena.attacker('friend', 0), 100_000);
  const taken = before - arena.free(account);
  say(8_500);
  ok(arena.tick());
  const standing = arena.standing([8_500]);
  return {
    ...standing,
    bounds: [
      { what: 'money that left on the old price', value: taken, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
    ],
  };
}
