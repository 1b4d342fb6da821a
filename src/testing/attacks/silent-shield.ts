// One lot in a market that has lost its sources is to keep a large losing position in another from
// being liquidated, until the loss is more than its margin and the other hand has won it.

import { STATUS_ACTIVE, STATUS_HALTED } from '../../engine/command.ts';
import { ok } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const SIZE = 1_000;
const FAIR = 10_000;
const LAST = 8_000;
const STEP = 100;
const MONEY = 5_000_000;
/** A tenth of 10 million and of one lot, and what buying them costs. */
const MARGIN = 1_010_000;

export const silentShield: Attack = {
  name: 'one lot in a silent market as a shield',
  story:
    'A long of 10 million dollars at leverage 10, against a short of its owner, has one lot in ' +
    'a small market whose sources fall silent. The price falls by 20 % in steps of 1 %, while ' +
    'the owner keeps of the short what the long still is.',
  seen: '',
  defence:
    'a market without a price keeps its own positions from being liquidated, and no others; what ' +
    'they are worth pays for nothing until then',
  weakening: 'everything is halted while one market is silent',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena();
  const market = arena.listed({}, {}, FAIR);
  const silent = arena.listed({}, { sourcesRequired: 2, sourceMaxAgeMs: 5_000 }, 0);
  const say = (price: number): void => {
    const sources = [0, 1].map((source) => ({ source, price, at: arena.time }));
    ok(arena.send({ kind: 'update_index', market: silent, price: 0, mark: 0, sources }));
  };
  say(FAIR);
  const sizeOf = (account: number, of: number): number => arena.position(account, of)?.size ?? 0;
  const maker = arena.maker();
  arena.endow(MONEY);
  const long = arena.attacker('long', MARGIN);
  const short = arena.attacker('short', MARGIN);
  ok(arena.sell(maker, market, SIZE, FAIR));
  ok(arena.buy(long, market, SIZE, FAIR));
  ok(arena.buy(maker, market, SIZE, FAIR));
  ok(arena.sell(short, market, SIZE, FAIR));
  arena.begins([FAIR, FAIR]);

  ok(arena.sell(maker, silent, 1, FAIR));
  ok(arena.buy(long, silent, 1, FAIR));
  ok(arena.tick(arena.time + 6_000)); // nobody speaks for six seconds
  if (weakened) ok(arena.status(market, STATUS_HALTED));
  for (let price = FAIR - STEP; price >= LAST; price -= STEP) {
    if (!weakened) ok(arena.buy(maker, market, SIZE, price));
    ok(arena.index(market, price));
    ok(arena.tick(arena.time + 1_000));
    if (weakened) continue;
    // The owner bets on no fall: of the short it keeps what the long still is.
    ok(arena.cancelAll(maker, market));
    const over = 0 - sizeOf(short, market) - sizeOf(long, market);
    if (over > 0) ok(arena.sell(maker, market, over, price));
    if (over > 0) ok(arena.buy(short, market, over, price, { reduceOnly: true }));
  }
  const kept = sizeOf(long, silent);
  if (weakened) ok(arena.status(market, STATUS_ACTIVE));
  say(FAIR);
  ok(arena.tick());
  ok(arena.sell(maker, market, SIZE, LAST));
  arena.buy(short, market, SIZE, LAST, { reduceOnly: true });
  arena.withdraw(short, arena.engine.account(short).withdrawable);
  const standing = arena.standing([LAST, FAIR]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
      { what: 'lots closed without a price', value: 1 - kept, atMost: 0 },
    ],
  };
}
