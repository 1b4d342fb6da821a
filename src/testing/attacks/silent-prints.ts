// A position is handed over far from the price, to the fund and to counterparties, to have that
// price fire the stops of others and stand in the candles.

import { STOP, ok } from '../engine-kit.ts';
import type { Answer } from '../answer.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const SIZE = 100;

export const silentPrints: Attack = {
  name: 'a takeover as a print',
  story:
    'A large long is let go in an empty book, so that the fund and the counterparties take it over 5 % ' +
    'below the mark. Others have stops there that listen to the last price.',
  seen: 'BTCUSDT trade 3535191080, Binance, April 2023',
  defence:
    'what the fund and counterparties take is no trade: no last price, candle or stop sees it',
  weakening: '',
  run,
};

function run(): Measured {
  const arena = new Arena();
  const market = arena.listed({}, { insuranceCap: SIZE / 2 });
  arena.endow(1_000_000);
  const maker = arena.maker();
  const victim = arena.account('victim', 1_000_000);
  ok(arena.sell(maker, market, SIZE, 10_000));
  ok(arena.buy(victim, market, SIZE, 10_000));
  ok(
    arena.sell(victim, market, SIZE, 0, {
      ...STOP,
      triggerPrice: 9_400,
      triggerBy: 1,
      reduceOnly: true,
    }),
  );
  const long = arena.attacker('long', 100_500);
  ok(arena.sell(maker, market, SIZE, 10_000));
  ok(arena.buy(long, market, SIZE, 10_000));
  const low = arena.attacker('low', 5_000_000);
  arena.begins([9_450]);
  const last = (): number => arena.engine.markets()[market].last;
  const before = last();
  const events: Answer['events'][number][] = [];
  for (let price = 9_900; price >= 9_450; price -= 50) {
    events.push(...arena.index(market, price).events, ...arena.tick().events);
  }
  const named = (name: string): number => events.filter((event) => event.name === name).length;
  ok(arena.buy(low, market, SIZE, 9_000)); // it would buy what the stop sells
  const handed = events.filter(({ name, by }) => name === 'liquidated' && Number(by) >= 2);
  const standing = arena.standing([9_450]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
      { what: 'dollars the last price moved', value: Math.abs(last() - before), atMost: 0 },
      { what: 'trades on the tape', value: named('order_filled'), atMost: 0 },
      { what: 'stops fired', value: named('order_triggered'), atMost: 0 },
      { what: 'takeovers that did not happen', value: 2 - Math.min(2, handed.length), atMost: 0 },
    ],
  };
}
