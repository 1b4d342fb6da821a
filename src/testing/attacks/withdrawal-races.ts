// Withdrawals are sent twice, at once, between a fill and a mark, and just before a funding that is
// owed: together they must not take more than what is free of risk.

import { ok } from '../engine-kit.ts';
import { Arena, GIVEN } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const SIZE = 50;
/** 1 % of an interval. */
const RATE = 10_000_000_000;

export const withdrawalRaces: Attack = {
  name: 'withdrawals race with fills, marks and funding',
  story:
    'The same money is withdrawn and transferred several times at once, between a fill and the mark ' +
    'that follows it, and in the moment when a funding is due but not yet paid. What stays behind ' +
    'is to be less than the position needs.',
  seen: '',
  defence: 'one stream of commands; what is owed is counted before every check; an id counts once',
  weakening: '',
  run,
};

function run(): Measured {
  const arena = new Arena();
  const market = arena.listed(GIVEN, {}, 0);
  ok(arena.mark(market, 10_000));
  const maker = arena.maker();
  arena.endow(1_000_000);
  arena.begins([10_000]);
  const account = arena.attacker('attacker', 100_000);
  const friend = arena.attacker('friend', 0);
  let short = 0;
  let overdrawn = 0;
  const take = (amount: number, id = ''): void => {
    const { withdrawable } = arena.engine.account(account);
    const answer = arena.send({ kind: 'withdraw', account, asset: 0, amount, id });
    if (answer.said !== 'OK' || answer.repeated) return;
    if (amount > withdrawable) overdrawn += 1;
    const { equity, initial } = arena.engine.account(account);
    short = Math.max(short, initial - equity);
  };
  ok(arena.sell(maker, market, SIZE, 10_000));
  ok(arena.buy(account, market, SIZE, 10_000));
  const most = arena.engine.account(account).withdrawable;
  take(most - 10_000, 'once');
  take(most - 10_000, 'once');
  take(most);
  take(most - 9_999);
  if (arena.transfer(account, friend, 10_001).said === 'OK') overdrawn += 1;
  ok(arena.transfer(account, friend, 5_000));
  take(5_001);
  // An order that rests holds margin; a fill and a worse mark take it.
  ok(arena.buy(account, market, 2, 10_000));
  take(5_000);
  ok(arena.sell(maker, market, 2, 10_000));
  ok(arena.mark(market, 9_950));
  take(5_000);
  take(arena.engine.account(account).withdrawable + 1);
  // The longs owe 1 %, and nobody has touched the position since.
  ok(arena.send({ kind: 'settle_funding', market, interval: 1, rateE12: RATE }));
  take(2_000);
  take(arena.engine.account(account).withdrawable + 1);
  ok(arena.mark(market, 10_000));
  ok(arena.sell(maker, market, 1, 10_000));
  arena.buy(account, market, 1, 10_000);
  ok(arena.buy(maker, market, 60, 10_000));
  ok(arena.sell(account, market, 53, 10_000, { reduceOnly: true }));
  const standing = arena.standing([10_000]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
      { what: 'dollars of initial margin missing', value: short, atMost: 0 },
      { what: 'withdrawals of more than was free', value: overdrawn, atMost: 0 },
    ],
  };
}
