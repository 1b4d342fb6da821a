// Leverage and margin mode are changed while orders rest, to leave them with less margin than they
// would need if they were placed anew.

import { MODE_ISOLATED } from '../../engine/command.ts';
import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

export const leverageWithOrders: Attack = {
  name: 'leverage changed under open orders',
  story:
    'Orders are placed at leverage 10, and the leverage is then lowered and raised, the margin mode ' +
    'changed and the margin so freed withdrawn, in every order. The orders are filled at the end and ' +
    'the price falls.',
  seen: '',
  defence:
    'a change is checked as if everything were placed anew, or refused while orders are open',
  weakening: '',
  run,
};

function run(): Measured {
  const arena = new Arena();
  const market = arena.listed({});
  const maker = arena.maker();
  arena.endow(1_000_000);
  arena.begins([9_500]);
  const account = arena.attacker('attacker', 100_000);
  let short = 0;
  let wrongly = 0;
  const look = (): void => {
    const { equity, initial } = arena.engine.account(account);
    short = Math.max(short, initial - equity);
  };
  const refused = (said: string): void => {
    if (said === 'OK') wrongly += 1;
    look();
  };
  const mode = (): string =>
    arena.send({ kind: 'set_margin_mode', account, market, mode: MODE_ISOLATED }).said;
  ok(arena.leverage(account, market, 10));
  ok(arena.buy(account, market, 95, 10_000));
  look();
  refused(arena.leverage(account, market, 5).said);
  refused(mode());
  refused(arena.withdraw(account, 10_000).said);
  ok(arena.cancelAll(account));
  ok(arena.leverage(account, market, 5));
  ok(arena.buy(account, market, 45, 10_000));
  ok(arena.leverage(account, market, 10));
  look();
  ok(arena.withdraw(account, arena.engine.account(account).withdrawable));
  look();
  refused(arena.leverage(account, market, 5).said);
  refused(arena.buy(account, market, 5, 10_000).said);
  ok(arena.sell(maker, market, 45, 10_000));
  look();
  refused(arena.leverage(account, market, 2).said);
  refused(mode());
  // The same in a pool of its own.
  const other = arena.attacker('isolated', 100_000);
  arena.isolate(other, market, 10);
  ok(arena.buy(other, market, 40, 10_000));
  if (arena.leverage(other, market, 5).said === 'OK') wrongly += 1;
  if (arena.withdraw(other, 70_000).said === 'OK') wrongly += 1;
  ok(arena.sell(maker, market, 40, 10_000));
  if (arena.leverage(other, market, 2).said === 'OK') wrongly += 1;
  ok(arena.index(market, 9_500));
  ok(arena.tick());
  const standing = arena.standing([9_500]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
      { what: 'dollars of initial margin missing', value: short, atMost: 0 },
      { what: 'changes that should have been refused', value: wrongly, atMost: 0 },
    ],
  };
}
