// Proves command ids: the same id gives the same answer and nothing twice, another body under it is
// refused, a refusal is replayed, and the table of ids forgets or refuses at its bounds.

import { describe, expect, it, test } from 'vitest';
import { World, ok, placing } from '../../testing/engine-kit.ts';
import type { EngineLimits } from '../limits.ts';
import { ID_INVALID, ID_REUSED } from '../reason.ts';

const RICH = 1_000_000;

function setUp(limits: Partial<EngineLimits> = {}) {
  const w = new World({ limits });
  const m = w.perp();
  const [alice, bob] = ['alice', 'bob'].map((name) => w.account(name, RICH));
  const pay = (id: string, account = alice, amount = 1) =>
    w.send({ kind: 'deposit', id, account, asset: 0, amount });
  return { w, m, alice, bob, pay };
}

describe('the same id again', () => {
  it('gives the same answer, no event and no second effect', () => {
    const { w, m, alice } = setUp();
    const command = { ...placing(alice, m, 1, 5, 990), id: 'one' };
    const first = w.send(command);
    const again = w.send(command);
    expect(again).toMatchObject({ said: 'OK', repeated: true, taken: false, events: [] });
    expect([again.created, again.sequence, again.time]).toEqual([
      first.created,
      first.sequence,
      first.time,
    ]);
    expect(w.open(alice)).toEqual([first.created]);
  });

  it('does so whatever happened since, and whatever the time is', () => {
    const { w, m, alice, bob } = setUp();
    const command = { ...placing(alice, m, 1, 5, 1_000), id: 'one' };
    ok(w.send(command));
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.status(m, 4));
    expect(w.send({ ...command, time: w.time + 10_000 })).toMatchObject({
      said: 'OK',
      repeated: true,
    });
  });

  it('replays a refusal with its numbers, also where it would be accepted now', () => {
    const { w, m } = setUp();
    const poor = w.account('poor', 99);
    const command = { ...placing(poor, m, 1, 1, 1_000), id: 'one' };
    const first = w.send(command);
    expect(first).toMatchObject({ said: 'INSUFFICIENT_MARGIN 99 100', taken: true });
    ok(w.deposit(poor, 1));
    expect(w.send(command)).toMatchObject({
      said: 'INSUFFICIENT_MARGIN 99 100',
      repeated: true,
      sequence: first.sequence,
    });
    expect(w.send({ ...command, id: 'two' }).said).toBe('OK');
  });

  it('is no repeat for another account, and none without an id', () => {
    const { w, alice, bob, pay } = setUp();
    ok(pay('one'));
    expect(pay('one', bob)).toMatchObject({ said: 'OK', repeated: false });
    ok(pay(''));
    expect(pay('')).toMatchObject({ said: 'OK', repeated: false });
    expect([w.free(alice), w.free(bob)]).toEqual([RICH + 3, RICH + 1]);
  });

  it('works for commands that belong to nobody', () => {
    const { w } = setUp();
    const create = { kind: 'create_account', id: 'make', name: 'carol', owner: '' };
    const first = w.send(create);
    expect(w.send(create)).toMatchObject({ said: 'OK', repeated: true, created: first.created });
    expect(w.send({ kind: 'tick', id: 'make' }).said).toBe(`ID_REUSED ${first.sequence}`);
  });
});

describe('another body under the same id', () => {
  const changes = {
    market: 1,
    side: -1,
    type: 1,
    price: 991,
    size: 6,
    timeInForce: 1,
    expiresAt: 9_999,
    postOnly: true,
    reduceOnly: true,
    selfTrade: 1,
    triggerPrice: 5,
    triggerBy: 1,
    takeProfit: 1_100,
    stopLoss: 900,
    clientOrderId: 'c',
  };
  test.each(Object.entries(changes))('is seen in %s', (field, value) => {
    const { w, m, alice } = setUp();
    const command = { ...placing(alice, m, 1, 5, 990), id: 'one' };
    const { sequence } = w.send(command);
    const other = w.send({ ...command, [field]: value });
    expect(other).toMatchObject({ said: `ID_REUSED ${sequence}`, taken: false, events: [] });
    expect(w.send(command).repeated).toBe(true);
  });

  it('is seen in the kind', () => {
    const { w, alice, pay } = setUp();
    const { sequence } = pay('one');
    expect(w.send({ kind: 'withdraw', id: 'one', account: alice, asset: 0, amount: 1 }).said).toBe(
      `ID_REUSED ${sequence}`,
    );
  });
});

describe('the numbers of an answer', () => {
  it('are its own, whatever was refused before it', () => {
    const { w, alice, pay } = setUp();
    const { sequence } = pay('one');
    const engine = w.restored();
    const common = { time: 0, account: alice, asset: 0, amount: 1 as never };
    const after = (kind: 'deposit' | 'withdraw', id: string) => {
      engine.execute({ kind: 'withdraw', ...common, id: '', amount: 2_000_001 as never });
      expect(engine.lastOutcome.params).toEqual([2_000_001, RICH + 1, 0]);
      const { reason, params } = engine.execute({ kind, ...common, id });
      return [reason, ...params];
    };
    expect(after('deposit', 'one')).toEqual([0, 0, 0, 0]);
    expect(after('withdraw', 'one')).toEqual([ID_REUSED, sequence, 0, 0]);
    expect(after('deposit', 'a b')).toEqual([ID_INVALID, 0, 0, 0]);
    expect(after('deposit', 'two')).toEqual([0, 0, 0, 0]);
  });
});

describe('an id', () => {
  test.each(['a', 'A0._:-', 'x'.repeat(36), '-', '...'])('may be %s', (id) => {
    expect(setUp().pay(id)).toMatchObject({ said: 'OK', taken: true });
  });

  test.each(['x'.repeat(37), 'x'.repeat(300), 'a b', 'é', 'a/b', 'a\n', '\u0000', '🙂', '{}'])(
    'may not be %j',
    (id) => {
      expect(setUp().pay(id)).toMatchObject({ said: 'ID_INVALID', taken: false });
    },
  );
});

describe('the table of ids', () => {
  it('forgets the oldest of an account at its bound, and only that', () => {
    const { w, alice, bob, pay } = setUp({ idsPerAccount: 3 });
    for (const id of ['a', 'b', 'c']) ok(pay(id));
    ok(pay('a', bob));
    expect(pay('a').repeated).toBe(true);
    ok(pay('d')); // forgets a
    expect(pay('b').repeated).toBe(true);
    expect(pay('a')).toMatchObject({ said: 'OK', repeated: false }); // forgets b
    expect(pay('c').repeated).toBe(true);
    expect(pay('b').repeated).toBe(false);
    expect(pay('a', bob).repeated).toBe(true);
    expect(w.free(alice)).toBe(RICH + 6);
  });

  it('holds exactly 1,024 per account by default', () => {
    const { w, alice } = setUp();
    const engine = w.restored(); // without the kit’s checks: they are slow
    const send = (i: number) => {
      return engine.execute({
        kind: 'withdraw',
        id: `i${i}`,
        time: 0,
        account: alice,
        asset: 0,
        amount: 1 as never,
      }).repeated;
    };
    for (let i = 0; i < 1_024; i++) expect(send(i)).toBe(false);
    expect(send(0)).toBe(true);
    expect(send(1_024)).toBe(false);
    expect(send(0)).toBe(false); // forgotten
    expect(send(2)).toBe(true);
    expect(send(1)).toBe(false);
  });

  it('refuses whoever has none yet when it is full, and others go on with their own', () => {
    const { w, bob, pay } = setUp({ ids: 2 });
    ok(pay('a'));
    ok(pay('b'));
    expect(pay('c', bob)).toMatchObject({ said: 'ID_TABLE_FULL 2', taken: false });
    expect(pay('', bob).said).toBe('OK');
    expect(pay('c').said).toBe('OK'); // instead of a
    expect(pay('a').repeated).toBe(false);
    expect(w.free(bob)).toBe(RICH + 1);
  });

  it('finds its rows after many came and went', () => {
    const { w, alice, bob } = setUp({ idsPerAccount: 50 });
    const engine = w.restored();
    const send = (id: string, account: number) =>
      engine.execute({ kind: 'deposit', id, time: 0, account, asset: 0, amount: 1 as never })
        .repeated;
    for (let i = 0; i < 3_000; i++) {
      const account = i % 3 === 0 ? bob : alice;
      expect(send(`k${i}`, account)).toBe(false);
      const back = i - 30;
      if (back >= 0) expect(send(`k${back}`, back % 3 === 0 ? bob : alice)).toBe(true);
    }
  });
});

describe('a refused command', () => {
  it('with an id takes a sequence, without one it leaves no trace at all', () => {
    const { w, alice } = setUp();
    const [hash, ledger] = [w.engine.hash(), w.engine.ledgerHash()];
    const silent = w.withdraw(alice, RICH * 2);
    expect(silent.taken).toBe(false);
    expect(w.engine.hash()).toBe(hash);
    const traced = w.send({
      kind: 'withdraw',
      id: 'w',
      account: alice,
      asset: 0,
      amount: RICH * 2,
    });
    expect(traced).toMatchObject({ taken: true, sequence: silent.sequence + 1 });
    expect(w.engine.hash()).not.toBe(hash);
    expect(w.engine.ledgerHash()).toBe(ledger);
  });

  it('does not move the clock', () => {
    const { w, m, alice } = setUp();
    const end = w.time + 1_000;
    const order = ok(w.buy(alice, m, 1, 900, { timeInForce: 3, expiresAt: end }));
    w.send({ kind: 'withdraw', id: 'w', account: alice, asset: 0, amount: RICH * 2, time: end });
    const { engine } = w;
    expect(
      engine.preview({
        kind: 'cancel_order',
        id: '',
        time: 0,
        account: alice,
        order,
        clientOrderId: '',
      }).time,
    ).toBeLessThan(end);
  });
});
