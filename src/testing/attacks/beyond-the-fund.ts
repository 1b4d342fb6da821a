// A gap leaves a debt many times the fund: it goes to counterparties, in order and no further than
// it must.

import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const SIZE = 1_000;
const MONEY = 100_000;
const AFTER = 7_000;

export const beyondTheFund: Attack = {
  name: 'bad debt beyond the fund',
  story:
    'A long of 10 million dollars at leverage 10 walks away from a gap of 30 %: it owes 2 million and ' +
    'the fund has a twentieth of that. The winners have orders open and try to withdraw.',
  seen: 'October 2025, several venues: queues closed more than the debt',
  defence: 'deleveraging at the bankruptcy price of exactly what is left, nobody below maintenance',
  weakening: '',
  run,
};

function run(): Measured {
  const arena = new Arena();
  const market = arena.listed({ takerFeePpm: 0, liquidationFeePpm: 0 });
  arena.endow(MONEY);
  const winners = [5, 8, 10, 2, 1].map((leverage) =>
    arena.account(`short${leverage}`, (SIZE * 10_000) / leverage),
  );
  const walker = arena.attacker('walker', (SIZE * 10_000) / 10);
  const longs = arena.account('longs', 20_000_000);
  ok(arena.buy(longs, market, 4 * SIZE, 10_000));
  ok(arena.buy(walker, market, SIZE, 10_000));
  for (const winner of winners) ok(arena.sell(winner, market, SIZE, 10_000));
  arena.begins([10_000]);
  const answer = arena.index(market, AFTER);
  ok(answer);
  for (const winner of winners) {
    arena.cancelAll(winner);
    arena.withdraw(winner, arena.engine.account(winner).withdrawable);
  }
  const closed = answer.events
    .filter(({ name }) => name === 'deleveraged')
    .reduce((sum, event) => sum + Number(event['size']), 0);
  const hurt = winners.filter((winner) => {
    const { equity, maintenance } = arena.engine.account(winner);
    return equity < maintenance;
  }).length;
  const standing = arena.standing([AFTER]);
  // What the walker has lost is what the others have won, less what nobody can pay.
  const owed = SIZE * (10_000 - AFTER);
  const debt = SIZE * (9_000 - AFTER);
  const fund = arena.engine.account(2).equity;
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      {
        what: 'profit that others give up',
        value: owed - standing.others,
        atMost: debt + standing.fund,
      },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: MONEY },
      { what: 'fund below zero', value: 0 - fund, atMost: 0 },
      { what: 'size closed of counterparties', value: closed, atMost: SIZE },
      { what: 'counterparties below maintenance', value: hurt, atMost: 0 },
    ],
  };
}
