// Proves money in, out and between accounts: every refusal with its numbers, that open positions
// and orders keep what they need, that unrealised profit never leaves, and what is counted as come
// in.

import { describe, expect, it, test } from 'vitest';
import { GOLD, USD, World, ok } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import { fieldNumber } from '../reason.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';
import type { FieldName } from '../reason.ts';

const RICH = 1_000_000;
const field = (name: FieldName, value: number) => `VALUE_INVALID ${fieldNumber(name)} ${value}`;

function setUp(usd = 1_000) {
  const w = new World();
  return { w, alice: w.account('alice', usd), bob: w.account('bob', RICH) };
}

/** Alice is long 10 at 1,000, which requires 1,000. */
function setUpLong(usd: number, terms: Partial<Terms> = {}) {
  const world = setUp(usd);
  const m = world.w.perp(terms);
  ok(world.w.sell(world.bob, m, 10, 1_000));
  ok(world.w.buy(world.alice, m, 10, 1_000));
  return { ...world, m };
}

const adjusting = (account: number, amount: number) =>
  ({
    kind: 'adjust',
    account,
    asset: USD,
    amount,
    operator: 'op',
    reason: 'a correction',
  }) as const;

describe('every movement of money', () => {
  const kinds = ['deposit', 'withdraw', 'transfer', 'adjust'] as const;
  const fields = { asset: USD, amount: 1, to: 4, operator: 'op', reason: 'why' };
  test.each(kinds)('%s: names the account, the asset or the amount that cannot be', (kind) => {
    const { w, alice } = setUp();
    const say = (change: object) => w.send({ kind, account: alice, ...fields, ...change }).said;
    expect(say({ account: 99 })).toBe('ACCOUNT_NOT_FOUND');
    // An operator may correct the insurance fund; nobody else's hand reaches it.
    const reserved = kind === 'adjust' ? [0, 1] : [0, 1, 2];
    for (const system of reserved) expect(say({ account: system })).toBe('ACCOUNT_RESERVED');
    for (const asset of [2, -1, 0.5, NaN]) expect(say({ asset })).toBe('ASSET_NOT_FOUND');
    for (const amount of [0, 0.5, 4e15 + 2, 1e300])
      expect(say({ amount })).toBe(field('amount', amount));
    for (const amount of [NaN, Infinity]) expect(say({ amount })).toBe(field('amount', 0));
    if (kind !== 'adjust') expect(say({ amount: -1 })).toBe(field('amount', -1));
  });
});

describe('a deposit', () => {
  it('is free at once and counted as come in', () => {
    const { w, alice } = setUp();
    const answer = w.deposit(alice, 500);
    expect(answer.events).toEqual([
      {
        name: 'balance_changed',
        account: alice,
        asset: USD,
        why: 1,
        change: 500,
        held_change: 0,
        free: 1_500,
        held: 0,
      },
    ]);
    expect(w.engine.conservation()[USD]).toMatchObject({
      deposited: 1_001_500n,
      withdrawn: 0n,
      difference: 0n,
    });
  });

  it('is refused where the balance would pass what is counted, held money included', () => {
    const { w } = setUp();
    const spot = w.spot();
    const rich = w.account('rich', 4e15);
    expect(w.deposit(rich, 1).said).toBe('AMOUNT_OUT_OF_RANGE 4000000000000001 4000000000000000');
    ok(w.buy(rich, spot, 1, 1e15));
    expect(w.deposit(rich, 1).said).toBe('AMOUNT_OUT_OF_RANGE 4000000000000001 4000000000000000');
  });
});

describe('a withdrawal', () => {
  it('takes what is free, and no more', () => {
    const { w, alice } = setUp();
    expect(w.withdraw(alice, 1_001).said).toBe('INSUFFICIENT_BALANCE 1001 1000');
    expect(w.withdraw(alice, 1_000).said).toBe('OK');
    expect(w.withdraw(alice, 1).said).toBe('NO_DEPOSITS_FOR_ASSET');
    expect(w.withdraw(alice, 1, GOLD).said).toBe('NO_DEPOSITS_FOR_ASSET');
    expect(w.engine.conservation()[USD]).toMatchObject({
      deposited: 1_001_000n,
      withdrawn: 1_000n,
    });
  });

  it('does not take what orders hold', () => {
    const { w, alice } = setUp();
    const spot = w.spot();
    ok(w.buy(alice, spot, 1, 600));
    expect(w.withdraw(alice, 401).said).toBe('INSUFFICIENT_BALANCE 401 400');
    ok(w.withdraw(alice, 400));
    // there are deposits, but held
    expect(w.withdraw(alice, 1).said).toBe('INSUFFICIENT_BALANCE 1 0');
  });

  it('leaves what positions require', () => {
    const { w, alice } = setUpLong(1_500);
    expect(w.withdraw(alice, 501).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 999 1000');
    expect(w.engine.account(alice).withdrawable).toBe(500);
    expect(w.withdraw(alice, 500).said).toBe('OK');
    expect(w.withdraw(alice, 1).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 999 1000');
  });

  it('leaves what resting orders require', () => {
    const { w, m, alice } = setUpLong(2_500);
    ok(w.buy(alice, m, 10, 900));
    expect(w.withdraw(alice, 501).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 1999 2000');
    ok(w.cancelAll(alice));
    expect(w.withdraw(alice, 1_500).said).toBe('OK');
  });

  it('never takes unrealised profit', () => {
    const { w, m, alice } = setUpLong(1_000);
    ok(w.mark(m, 1_200)); // +2,000, 1,200 required
    expect(w.withdraw(alice, 1_001).said).toBe('INSUFFICIENT_BALANCE 1001 1000');
    expect(w.withdraw(alice, 1_000).said).toBe('OK');
    expect(w.withdraw(alice, 1).said).toBe('NO_DEPOSITS_FOR_ASSET');
  });

  it('does not count profit that may not back new risk', () => {
    const { w, m, alice } = setUpLong(1_300, { profitWeightPpm: 0 });
    ok(w.mark(m, 1_200));
    expect(w.withdraw(alice, 101).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 1199 1200');
    expect(w.withdraw(alice, 100).said).toBe('OK');
  });

  it('sees unrealised loss', () => {
    const { w, m, alice } = setUpLong(2_000);
    ok(w.mark(m, 950)); // −500, 950 required
    expect(w.withdraw(alice, 551).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 949 950');
    expect(w.withdraw(alice, 550).said).toBe('OK');
  });

  it('is free to an account that never used margin', () => {
    const { w, alice, bob } = setUp();
    const spot = w.spot();
    ok(w.deposit(bob, 10, GOLD));
    ok(w.sell(bob, spot, 1, 300));
    ok(w.buy(alice, spot, 1, 300));
    expect(w.withdraw(alice, 1, GOLD).said).toBe('OK');
    expect(w.withdraw(alice, 700).said).toBe('OK');
  });
});

describe('a transfer', () => {
  it('moves money and is no deposit', () => {
    const { w, alice, bob } = setUp();
    ok(w.transfer(alice, bob, 400));
    expect([w.free(alice), w.free(bob)]).toEqual([600, RICH + 400]);
    expect(w.engine.conservation()[USD]).toMatchObject({
      deposited: 1_001_000n,
      withdrawn: 0n,
      difference: 0n,
    });
  });

  it('asks of the sender what a withdrawal asks', () => {
    const { w, alice, bob } = setUpLong(1_500);
    expect(w.transfer(alice, bob, 1_501).said).toBe('INSUFFICIENT_BALANCE 1501 1500');
    expect(w.transfer(alice, bob, 501).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 999 1000');
    expect(w.transfer(alice, bob, 1, GOLD).said).toBe('NO_DEPOSITS_FOR_ASSET');
    expect(w.transfer(alice, bob, 500).said).toBe('OK');
  });

  it('needs another account that may have money', () => {
    const { w, alice } = setUp();
    expect(w.transfer(alice, alice, 1).said).toBe(field('to', alice));
    expect(w.transfer(alice, 99, 1).said).toBe('ACCOUNT_NOT_FOUND');
    expect(w.transfer(alice, 0, 1).said).toBe('ACCOUNT_RESERVED');
  });

  it('does not bring the receiver beyond what is counted', () => {
    const { w, alice } = setUp();
    const rich = w.account('rich', 4e15);
    expect(w.transfer(alice, rich, 1).said).toBe(
      'AMOUNT_OUT_OF_RANGE 4000000000000001 4000000000000000',
    );
  });
});

describe('an adjustment', () => {
  it('gives and takes, and is counted with deposits and withdrawals', () => {
    const { w, alice } = setUp();
    ok(w.send(adjusting(alice, 50)));
    ok(w.send(adjusting(alice, -70)));
    expect(w.free(alice)).toBe(980);
    expect(w.engine.conservation()[USD]).toMatchObject({
      deposited: 1_001_050n,
      withdrawn: 70n,
      difference: 0n,
    });
  });

  it('takes no more than is free', () => {
    const { w, alice } = setUp();
    expect(w.send(adjusting(alice, -1_001)).said).toBe('INSUFFICIENT_BALANCE 1001 1000');
    expect(w.send(adjusting(alice, -1_000)).said).toBe('OK');
  });

  it('says who and why', () => {
    const { w, alice } = setUp();
    const say = (change: object) => w.send({ ...adjusting(alice, 1), ...change }).said;
    expect(say({ operator: '' })).toBe(field('operator', 0));
    expect(say({ operator: 'a b' })).toBe(field('operator', 3));
    expect(say({ reason: '' })).toBe(field('reason', 0));
    expect(say({ reason: 'ä' })).toBe(field('reason', 1));
    expect(say({ reason: 'x'.repeat(201) })).toBe(field('reason', 201));
    expect(say({ reason: 'x'.repeat(200) })).toBe('OK');
  });
});

describe('while the price of a position is not known', () => {
  /** Alice is long 10 at 1,000 in a market of two sources, one of which is enough no more. */
  function setUpSilent() {
    const { w, alice, bob } = setUp(5_000);
    const risk = { ...DEFAULT_RISK, sourcesRequired: 2, sourceMaxAgeMs: 5_000 };
    const m = w.perp({ risk, markSource: 1 }, 0);
    const say = () => {
      const sources = [0, 1].map((source) => ({ source, price: 1_000, at: w.time }));
      ok(w.send({ kind: 'update_index', market: m, price: 0, mark: 0, sources }));
    };
    say();
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(alice, m, 10, 1_000));
    ok(w.tick(w.time + 10_000));
    return { w, alice, bob, m, say };
  }

  it('stays, and may leave again once it is', () => {
    const { w, alice, bob, say } = setUpSilent();
    expect(w.withdraw(alice, 1).said).toBe('LIQUIDATIONS_PENDING');
    expect(w.transfer(alice, bob, 1).said).toBe('LIQUIDATIONS_PENDING');
    say();
    expect(w.withdraw(alice, 1).said).toBe('OK');
  });

  it('may leave whoever has no position there', () => {
    const { w, alice } = setUpSilent();
    const carol = w.account('carol', 10);
    expect(w.withdraw(carol, 10).said).toBe('OK');
    expect(w.deposit(alice, 10).said).toBe('OK');
  });
});
