// Proves that a settlement which the step bound cuts into pieces closes everything, whatever comes
// between the pieces: another market that is settled too, a restored engine.

import { expect, test } from 'vitest';
import { World, ok } from '../../testing/engine-kit.ts';
import { STATUS_SETTLED } from '../command.ts';

test('two markets that are settled at once, one step a command', () => {
  const w = new World({ limits: { stepsPerCommand: 1 }, finishes: false });
  const markets = [w.perp(), w.perp()];
  const traders = ['a', 'b', 'c', 'd'].map((name) => w.account(name, 1_000_000));
  for (const market of markets) {
    traders.forEach((trader, i) => {
      if (i % 2 === 0) ok(w.buy(trader, market, 10 + i, 1_000));
      else ok(w.sell(trader, market, 10 + i - 1, 1_000));
    });
  }
  const settle = (market: number): void => {
    const settled = { market, status: STATUS_SETTLED, price: 1_010 };
    ok(w.send({ kind: 'set_market_status', ...settled, operator: 'op', reason: 'test' }));
  };
  // The later market is on its way when the earlier one begins.
  settle(markets[1]!);
  settle(markets[0]!);
  for (let i = 0; i < 10; i++) ok(w.tick());
  for (const market of markets) {
    expect(traders.map((trader) => w.stands(trader, market))).toEqual([
      'flat',
      'flat',
      'flat',
      'flat',
    ]);
    expect(w.engine.markets()[market]).toMatchObject({ imposed: 0, openInterest: 0 });
  }
  expect(w.engine.conservation().every(({ difference }) => difference === 0n)).toBe(true);
});
