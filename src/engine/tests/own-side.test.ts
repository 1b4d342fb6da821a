// A bankrupt position is closed against what its owner holds on the other side before the fund pays
// or a stranger gives anything up; not while it can still pay itself, and never below maintenance.

import { describe, expect, test } from 'vitest';
import { World, ok } from '../../testing/engine-kit.ts';
import type { Answer } from '../../testing/answer.ts';
import { ACCOUNT_INSURANCE } from '../command.ts';
import { LIQUIDATION_BYS } from '../event.ts';

const FUND = 10_000;

/** A long of 100 at 1,000 on 10,000, and who is short against it. */
function world(
  owner: string,
  shorts: readonly (readonly [size: number, owner: string, usd: number])[],
) {
  const w = new World();
  const market = w.perp();
  ok(
    w.send({
      kind: 'adjust',
      account: ACCOUNT_INSURANCE,
      asset: 0,
      amount: FUND,
      operator: 'op',
      reason: 'capital',
    }),
  );
  const between = w.account('between', 1_000_000);
  const long = w.account('long', 10_000, 0, owner);
  ok(w.sell(between, market, 100, 1_000));
  ok(w.buy(long, market, 100, 1_000));
  ok(w.buy(between, market, 100, 1_000));
  const accounts = shorts.map(([size, group, usd], i) => {
    const account = w.account(`short${i}`, usd, 0, group);
    ok(w.sell(account, market, size, 1_000));
    return account;
  });
  return { w, market, long, accounts };
}

/** Who took what at which price, books left out. */
function taken({ events }: Answer): string[] {
  return events
    .filter(({ name, closed }) => name === 'liquidated' && Number(closed) > 0)
    .map(
      (e) =>
        `${LIQUIDATION_BYS[Number(e['by'])]} ${e['counterparty']} ${e['closed']} @ ${e['limit_price']}`,
    );
}

describe('the owner’s other side', () => {
  test('pays before the fund does and before strangers', () => {
    const { w, market, accounts } = world('o', [
      [50, '', 10_000],
      [50, 'o', 10_000],
    ]);
    const said = taken(w.mark(market, 850));
    expect(said[0]).toBe(`counterparty ${accounts[1]} 50 @ 900`);
    expect(said[1]).toMatch(/^fund 2 \d+ @ 900$/);
    expect(w.stands(accounts[1], market)).toBe('flat');
    // Sold at 1,000, bought at 900: it has no more of the gap than what the loser could pay.
    expect(w.free(accounts[1])).toBe(15_000);
  });

  test('several accounts of the owner give one after the other', () => {
    const { w, market, accounts } = world('o', [
      [60, 'o', 10_000],
      [40, 'o', 10_000],
    ]);
    expect(taken(w.mark(market, 850))).toEqual([
      `counterparty ${accounts[0]} 60 @ 900`,
      `counterparty ${accounts[1]} 40 @ 900`,
    ]);
    expect(w.free(ACCOUNT_INSURANCE)).toBe(FUND);
  });

  test('is left alone while the long still has something', () => {
    const { w, market } = world('o', [[100, 'o', 20_000]]);
    expect(taken(w.mark(market, 940))[0]).toMatch(/^fund/);
  });

  test('is left alone when it belongs to somebody else', () => {
    const { w, market } = world('o', [[100, 'p', 20_000]]);
    expect(taken(w.mark(market, 850))[0]).toMatch(/^fund/);
  });

  test('is closed no further than maintenance allows', () => {
    // A short that took its profit out: at 850 it has 5 % of what it holds and nothing to give.
    const { w, market, accounts } = world('o', [[100, 'o', 10_000]]);
    ok(w.mark(market, 950));
    ok(w.withdraw(accounts[0], 5_500));
    const said = taken(w.mark(market, 850));
    expect(said[0]).toMatch(/^counterparty/);
    const { equity, maintenance } = w.engine.account(accounts[0]);
    expect(equity).toBeGreaterThanOrEqual(maintenance);
  });
});
