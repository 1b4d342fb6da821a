// Proves that an engine may be stopped anywhere: the snapshot has the hash of the state, a restored
// engine goes on as if nothing had happened, and work that waits (stops, expiries, dead-man
// switches, due stops, orders to be trimmed, holds, remembered ids) waits in it too.

import { describe, expect, it, test } from 'vitest';
import {
  GOLD,
  PLAIN_TERMS,
  STOP,
  STOP_LIMIT,
  World,
  ok,
  placing,
  until,
} from '../../testing/engine-kit.ts';
import type { Command } from '../command.ts';
import { Engine } from '../engine.ts';
import type { EngineLimits } from '../limits.ts';
import { hashSnapshot } from '../snapshot.ts';

const RICH = 1_000_000;
type Fields = { readonly kind: string; readonly [field: string]: unknown };

const asset = (symbol: string, settlement: boolean): Fields => ({
  kind: 'create_asset',
  symbol,
  decimals: 0,
  settlement,
  weightPpm: settlement ? 1_000_000 : 900_000,
  liabilityWeightPpm: 1_000_000,
  interestE12: 0,
  autoConvertLimit: 0,
  price: 0,
});
const market = (symbol: string, marketKind: number, fields: object): Fields => ({
  kind: 'create_market',
  symbol,
  marketKind,
  base: marketKind === 0 ? GOLD : -1,
  quote: 0,
  priceUnit: '1',
  sizeUnit: '1',
  multiplier: 1,
  baseMultiplier: marketKind === 0 ? 1 : 0,
  tickSize: 1,
  lotSize: 1,
  terms: { ...PLAIN_TERMS, makerFeePpm: -100, takerFeePpm: 500, ...fields },
});
const money = (account: number, amount: number, of = 0): Fields => ({
  kind: 'deposit',
  account,
  asset: of,
  amount,
});
const order = (...given: Parameters<typeof placing>): Fields => placing(...given);

/** A story that uses everything the state can hold; account 3 is alice, 4 bob, 5 carol. */
function story(): Command[] {
  const commands: Fields[] = [
    asset('USD', true),
    asset('GOLD', false),
    market('AA-PERP', 1, { profitWeightPpm: 500_000 }),
    market('GOLD/USD', 0, { markSource: 1 }),
    market('BB-PERP', 1, {}),
    ...['alice', 'bob', 'carol'].map((name) => ({
      kind: 'create_account',
      name,
      owner: name === 'carol' ? 'alice' : '',
    })),
    ...[3, 4, 5].flatMap((account) => [money(account, RICH), money(account, 500, GOLD)]),
    { kind: 'update_index', market: 0, price: 1_000, mark: 1_000 },
    { kind: 'update_index', market: 1, price: 1_000, mark: 0 },
    { kind: 'update_index', market: 2, price: 500, mark: 501 },
    { kind: 'set_margin_mode', account: 3, market: 2, mode: 1 },
    { kind: 'set_leverage', account: 3, market: 2, leverage: 5 },
    order(4, 0, -1, 40, 1_000, { clientOrderId: 'wall' }),
    order(3, 0, 1, 10, 1_000, { takeProfit: 1_050, stopLoss: 950, id: 'first' }),
    order(3, 0, -1, 10, 1_020, { reduceOnly: true }),
    order(5, 0, 1, 5, 0, { ...STOP, triggerPrice: 1_040 }),
    order(4, 0, -1, 5, 930, { ...STOP_LIMIT, triggerPrice: 940, triggerBy: 1 }),
    order(4, 1, -1, 20, 1_001, until(1_400)),
    order(3, 1, 1, 30, 1_001),
    order(4, 2, -1, 20, 500),
    order(3, 2, 1, 8, 500),
    order(3, 2, -1, 14, 510),
    { kind: 'set_dead_man', account: 3, timeoutMs: 300 },
    {
      kind: 'edit_position',
      account: 3,
      market: 2,
      edit: 4,
      side: 0,
      collateral: 77,
      leverage: 0,
      size: 0,
      worstPrice: 0,
    },
    order(5, 2, 1, 6, 505, { timeInForce: 2 }),
    { kind: 'amend_order', account: 4, order: 0, clientOrderId: 'wall', price: 1_001, size: 50 },
    order(5, 0, 1, 3, 1_001),
    { kind: 'withdraw', account: 4, asset: 0, amount: 9e9, id: 'refused' },
    order(3, 0, -1, 1, 990, { id: 'first' }),
    { ...money(3, 1), id: 'x1' },
    { ...money(3, 1), id: 'x2' },
    { kind: 'update_index', market: 0, price: 1_041, mark: 1_041 },
    { kind: 'tick', time: 1_450 },
    { kind: 'transfer', account: 4, to: 5, asset: GOLD, amount: 5 },
    order(4, 0, 1, 20, 945, { postOnly: true }),
    { kind: 'update_index', market: 0, price: 949, mark: 949 },
    { kind: 'adjust', account: 5, asset: 0, amount: -3, operator: 'op', reason: 'fees' },
    order(3, 0, 1, 10, 1_000, { takeProfit: 1_050, stopLoss: 950, id: 'first' }),
    { kind: 'cancel_all', account: 4, market: -1, side: -1 },
    { kind: 'set_market_status', market: 1, status: 4, price: 0, operator: 'op', reason: 'night' },
    { kind: 'create_account', name: 'dave', owner: 'bob' },
    { kind: 'tick', time: 9_000 },
  ];
  return commands.map(
    (command, i) => ({ id: '', time: 1_000 + i * 10, ...command }) as unknown as Command,
  );
}

const bytesOf = (engine: Engine): Uint8Array[] => engine.snapshot().map((part) => part.slice());

/** Runs the story and keeps, for each place, hash, digest and snapshot. */
function run(limits: Partial<EngineLimits>) {
  const engine = new Engine(limits);
  const commands = story();
  const places = commands.map((command) => {
    const { reason, repeated } = engine.execute(command);
    return {
      reason,
      repeated,
      hash: engine.hash(),
      digest: engine.eventDigest(),
      parts: bytesOf(engine),
    };
  });
  return { engine, commands, places };
}

describe.each<[string, Partial<EngineLimits>]>([
  ['without bounds in the way', {}],
  ['with one step per command, so that work waits between commands', { stepsPerCommand: 1 }],
  ['with a ring of two ids', { idsPerAccount: 2 }],
])('a run %s', (_, limits) => {
  const { engine, commands, places } = run(limits);

  it('is the story it is meant to be', () => {
    const refused = places.flatMap(({ reason }, i) =>
      reason === 0 ? [] : [`${commands[i].kind} ${reason}`],
    );
    expect(refused).toEqual(['withdraw 301', 'place_order 101']);
    expect(places.filter(({ repeated }) => repeated)).toHaveLength(
      limits.idsPerAccount === 2 ? 0 : 1,
    );
  });

  it('gives the same hash and digest each time', () => {
    const again = run(limits).places;
    expect(again.map(({ hash, digest }) => [hash, digest])).toEqual(
      places.map(({ hash, digest }) => [hash, digest]),
    );
  });

  it('has a snapshot with the hash of the state at every place', () => {
    for (const { parts, hash } of places) expect(hashOf(parts)).toBe(hash);
  });

  it('goes on from the snapshot of every place as if nothing had happened', () => {
    for (let at = 0; at < places.length; at++) {
      const restored = Engine.restore(places[at].parts, limits);
      expect(restored.hash()).toBe(places[at].hash);
      expect(restored.eventDigest()).toBe(places[at].digest);
      for (let i = at + 1; i < commands.length; i++) {
        const { reason, repeated } = restored.execute(commands[i]);
        expect([reason, repeated]).toEqual([places[i].reason, places[i].repeated]);
        expect(restored.eventDigest()).toBe(places[i].digest);
      }
      expect(restored.hash()).toBe(engine.hash());
    }
  });

  it('can be restored again and again without drifting', () => {
    let one = new Engine(limits);
    commands.forEach((command, i) => {
      one.execute(command);
      one = Engine.restore(bytesOf(one), limits);
      expect(one.hash()).toBe(places[i].hash);
    });
  });

  it('answers readers the same after a restore', () => {
    for (const place of [20, 25, 33, places.length - 1]) {
      const restored = Engine.restore(places[place].parts, limits);
      const twice = Engine.restore(bytesOf(restored), limits);
      for (const account of [0, 3, 4, 5]) {
        expect(twice.account(account)).toEqual(restored.account(account));
        expect(twice.orders(account)).toEqual(restored.orders(account));
        expect(twice.positions(account)).toEqual(restored.positions(account));
      }
      for (const market of [0, 1, 2])
        expect(twice.book(market, 9, true)).toEqual(restored.book(market, 9, true));
      expect(twice.conservation()).toEqual(restored.conservation());
    }
  });
});

describe('a restored engine', () => {
  it('is not tied to the one it came from', () => {
    const w = new World();
    const m = w.perp();
    const alice = w.account('alice', RICH);
    ok(w.buy(alice, m, 5, 990));
    const restored = w.restored();
    const hash = restored.hash();
    ok(w.status(m, 4));
    ok(w.cancelAll(alice));
    expect(restored.hash()).toBe(hash);
    expect(restored.markets()[m].status).toBe(0);
  });

  it('knows names, client order ids and remembered ids', () => {
    const w = new World();
    const m = w.perp();
    const alice = w.account('alice', RICH, 0, 'group');
    ok(w.send({ ...placing(alice, m, 1, 5, 990, { clientOrderId: 'mine' }), id: 'one' }));
    const restored = w.restored();
    expect(restored.accountNumber('alice')).toBe(alice);
    expect(restored.accountName(alice)).toBe('alice');
    expect(restored.account(alice).owner).toBe('group');
    expect([restored.marketNumber('M0-PERP'), restored.assetNumber('GOLD')]).toEqual([m, 1]);
    const again = {
      ...placing(alice, m, 1, 5, 990, { clientOrderId: 'mine' }),
      id: 'one',
      time: 5,
    } as unknown as Command;
    expect(restored.execute(again).repeated).toBe(true);
    expect(restored.execute({ ...again, id: 'two' }).reason).toBe(234);
    const create = { kind: 'create_account', id: '', time: 5, owner: '' } as const;
    expect(restored.execute({ ...create, name: 'alice' }).reason).toBe(121);
    // a group is no account
    expect(restored.execute({ ...create, name: 'group' }).accepted).toBe(true);
  });

  test.each([
    ['lacks a part', (parts: Uint8Array[]) => parts.slice(0, -1)],
    [
      'has a part of another length',
      (parts: Uint8Array[]) => parts.map((part, i) => (i === 2 ? part.slice(8) : part)),
    ],
    [
      'was written under other rules',
      (parts: Uint8Array[]) =>
        parts.map((part, i) => {
          const text = Buffer.from(part).toString('latin1');
          return i === 0
            ? Uint8Array.from(Buffer.from(text.replace(/"rules":\d+/, '"rules":0'), 'latin1'))
            : part;
        }),
    ],
  ])('cannot be had from a snapshot that %s', (_, damage) => {
    const w = new World();
    ok(w.buy(w.account('alice', RICH), w.perp(), 5, 990));
    expect(() => Engine.restore(damage(bytesOf(w.engine)), w.limits)).toThrow(/^Invariant/);
  });

  it('comes from an engine that holds nothing, too', () => {
    const engine = new Engine();
    expect(Engine.restore(engine.snapshot()).hash()).toBe(engine.hash());
  });

  it('has grown tables and goes on growing', () => {
    const w = new World();
    const m = w.perp();
    const alice = w.account('alice', 1e9);
    const engine = w.restored();
    const place = (of: Engine, i: number) =>
      of.execute(
        placing(alice, m, 1, 1, 1 + (i % 90), { id: `i${i}`, time: i }) as unknown as Command,
      );
    for (let i = 0; i < 190; i++) expect(place(engine, i).accepted).toBe(true);
    const restored = Engine.restore(bytesOf(engine), w.limits);
    for (let i = 190; i < 205; i++) expect(place(restored, i).reason).toBe(place(engine, i).reason);
    expect(restored.hash()).toBe(engine.hash());
  });
});

function hashOf(parts: readonly Uint8Array[]): string {
  const steps = hashSnapshot(parts);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
