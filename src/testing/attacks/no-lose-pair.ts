// A long and a short of one owner at full leverage over a price gap: one wins more than the other
// can lose.

import { ok, rates } from '../engine-kit.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const SIZE = 1_000;
const FAIR = 10_000;
const MONEY = 5_000_000;

export interface PairShape {
  readonly leverage: number;
  readonly gapPpm: number;
  /** Whether the exchange knows that both belong together. */
  readonly isKnown: boolean;
}

/** What a gap takes beyond the margin of a pair: its profit, and the loss of all others. */
export const beyondMargin = ({ leverage, gapPpm }: PairShape): number =>
  Math.max(0, (SIZE * FAIR * (gapPpm - 1e6 / leverage)) / 1e6);

export const noLosePair: Attack = {
  name: 'a no-lose pair over a gap',
  story:
    'Two accounts that nobody knows to belong together hold 10 million dollars long and short, each ' +
    'on the least margin, over news. After a gap of 15 % the winner closes and withdraws, the loser ' +
    'is left behind.',
  seen: 'every venue',
  defence:
    'the leverage table: nobody can win more than the gap beyond the initial margin, 5 % here',
  weakening: 'leverage 50 in place of 10',
  run: (weakened) => {
    const isKnown = false;
    const shape = { leverage: 10, gapPpm: 150_000, isKnown };
    return runPair(weakened ? { ...shape, leverage: 50 } : shape, beyondMargin(shape));
  },
};

export const ownPair: Attack = {
  name: 'a no-lose pair in one owner group',
  story:
    'The same long and short, but the exchange knows their owner. The fund is empty, so that what ' +
    'the loser owes has to come from the other side.',
  seen: '',
  defence: 'the own other side is closed first, at the price at which the loser has nothing left',
  weakening: '',
  run: () => runPair({ leverage: 10, gapPpm: 150_000, isKnown: true }, 0, 0),
};

/** Runs a pair; `bound` is the most that it may win. */
export function runPair(shape: PairShape, bound: number, money = MONEY): Measured {
  const arena = new Arena();
  const initialPpm = 1e6 / shape.leverage;
  const market = arena.listed({
    brackets: rates(initialPpm, initialPpm / 2),
    takerFeePpm: 0,
    liquidationFeePpm: 0,
  });
  const maker = arena.maker();
  if (money > 0) arena.endow(money);
  // Somebody else on either side, of moderate leverage.
  const longs = arena.account('longs', 5_000_000);
  const shorts = arena.account('shorts', 5_000_000);
  ok(arena.buy(longs, market, SIZE, FAIR));
  ok(arena.sell(shorts, market, SIZE, FAIR));
  const owner = shape.isKnown ? 'owner' : '';
  const margin = (SIZE * FAIR * initialPpm) / 1e6;
  const long = arena.attacker('long', margin, 0, owner);
  const short = arena.attacker('short', margin, 0, owner);
  // Each against the maker: own orders would not trade with each other.
  ok(arena.sell(maker, market, SIZE, FAIR));
  ok(arena.buy(long, market, SIZE, FAIR));
  ok(arena.buy(maker, market, SIZE, FAIR));
  ok(arena.sell(short, market, SIZE, FAIR));
  arena.begins([FAIR]);

  const after = Math.round(FAIR * (1 - shape.gapPpm / 1e6));
  ok(arena.index(market, after));
  ok(arena.sell(maker, market, SIZE, after));
  arena.buy(short, market, SIZE, after, { reduceOnly: true });
  ok(arena.tick());
  arena.withdraw(short, arena.engine.account(short).withdrawable);
  const standing = arena.standing([after]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: bound },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: Math.min(bound, money) },
    ],
  };
}
