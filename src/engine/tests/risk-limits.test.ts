// The most that one account, and all accounts of one owner, may have in a market: position and
// resting orders together. Whoever is above it may always take back.

import { expect, test } from 'vitest';
import { World, ok } from '../../testing/engine-kit.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';

const RICH = 1_000_000;

function setUp(accountLimit: number, ownerLimit: number) {
  const w = new World();
  const m = w.perp({ risk: { ...DEFAULT_RISK, accountLimit, ownerLimit } as never });
  const maker = w.account('maker', RICH);
  const one = w.account('one', RICH, 0, 'owner');
  const two = w.account('two', RICH, 0, 'owner');
  return { w, m, maker, one, two };
}

test('an account may have position and orders up to its limit, on the worse side', () => {
  const { w, m, maker, one } = setUp(10, 0);
  ok(w.sell(maker, m, 10, 1_000));
  ok(w.buy(one, m, 6, 1_000));
  ok(w.buy(one, m, 4, 900));
  expect(w.buy(one, m, 1, 900).said).toBe('ACCOUNT_LIMIT 11 10');
  ok(w.sell(one, m, 16, 1_100)); // |6 − 16| is no more than the limit on the other side
  expect(w.sell(one, m, 1, 1_100).said).toBe('ACCOUNT_LIMIT 11 10');
});

test('the limit never stops a reducing order, nor one under a limit that came later', () => {
  const { w, m, maker, one } = setUp(0, 0);
  ok(w.sell(maker, m, 20, 1_000));
  ok(w.buy(one, m, 20, 1_000));
  const { terms } = w.engine.markets()[m];
  const limited = { ...terms, risk: { ...terms.risk, accountLimit: 5 } };
  const change = { kind: 'update_market', market: m, terms: limited, rampMs: 0 };
  ok(w.send({ ...change, operator: 'op', reason: 'tighter' }));
  expect(w.buy(one, m, 1, 900).said).toBe('ACCOUNT_LIMIT 21 5');
  ok(w.buy(maker, m, 3, 1_000));
  ok(w.sell(one, m, 3, 1_000));
  expect(w.position(one, m)).toMatchObject({ size: 17 });
});

test('accounts of one owner count together, strangers do not', () => {
  const { w, m, maker, one, two } = setUp(0, 10);
  ok(w.sell(maker, m, 10, 1_000));
  ok(w.buy(one, m, 4, 1_000));
  ok(w.buy(one, m, 2, 900));
  expect(w.buy(two, m, 5, 950).said).toBe('OWNER_LIMIT 11 10');
  ok(w.buy(two, m, 4, 950));
  ok(w.sell(two, m, 4, 1_200)); // the other side, and no worse
  expect(w.buy(one, m, 1, 900).said).toBe('OWNER_LIMIT 11 10');
  ok(w.buy(maker, m, 1, 900));
});
