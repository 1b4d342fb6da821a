// Proves that a command survives its bytes: whatever its fields hold, the decoded command is
// answered as the original is and leaves the same state behind, so a replay of the journal cannot
// differ. And that what makes two commands the same is their content, not how they were written
// down.

import { describe, expect, it, test } from 'vitest';
import { price } from '../../units/brand.ts';
import { PLAIN_TERMS, World, ok, placing, rates } from '../../testing/engine-kit.ts';
import { decodeCommand, encodeCommand } from '../codec.ts';
import type { Command, CommandKind } from '../command.ts';
import { Engine } from '../engine.ts';

const RICH = 1_000_000;
type Fields = Readonly<Record<string, unknown>>;

/** A market with positions, orders and stops, for commands to meet; both engines get the same. */
function world(): World {
  const w = new World();
  const m = w.perp({ selfTradeAllowed: true });
  w.spot();
  const [alice, bob] = ['alice', 'bob'].map((name) => w.account(name, RICH, 100));
  w.isolate(alice, m, 5);
  ok(w.sell(bob, m, 50, 1_000));
  ok(w.buy(alice, m, 10, 1_000));
  ok(w.buy(alice, m, 5, 990, { clientOrderId: 'mine' }));
  return w;
}

const create = {
  priceUnit: '1',
  sizeUnit: '1',
  multiplier: 1,
  tickSize: 1,
  lotSize: 1,
  terms: PLAIN_TERMS,
};

/**
 * One valid command of every kind in that world: market 0 perpetual, 1 spot, account 3 alice, 4
 * bob, order 3 hers.
 */
const SAMPLES: Readonly<Record<CommandKind, Fields>> = {
  create_asset: {
    symbol: 'SILVER',
    decimals: 3,
    settlement: false,
    weightPpm: 1,
    liabilityWeightPpm: 1_000_000,
    interestE12: 0,
    autoConvertLimit: 0,
    price: 7,
  },
  create_market: {
    symbol: 'X-PERP',
    marketKind: 1,
    base: -1,
    quote: 0,
    baseMultiplier: 0,
    ...create,
  },
  update_market: { market: 1, terms: PLAIN_TERMS, rampMs: 0, operator: 'op', reason: 'why' },
  set_market_status: { market: 1, status: 1, price: 0, operator: 'op', reason: 'why "not"\\' },
  create_account: { name: 'carol', owner: 'bob' },
  deposit: { account: 3, asset: 0, amount: 5 },
  withdraw: { account: 3, asset: 0, amount: 5 },
  transfer: { account: 3, to: 4, asset: 0, amount: 5 },
  adjust: { account: 3, asset: 0, amount: -5, operator: 'op', reason: 'because' },
  set_leverage: { account: 4, market: 0, leverage: 5 },
  set_margin_mode: { account: 4, market: 0, mode: 0 },
  place_order: placing(4, 0, 1, 5, 900),
  amend_order: { account: 3, order: 3, clientOrderId: '', price: 980, size: 6 },
  cancel_order: { account: 3, order: 3, clientOrderId: '' },
  cancel_all: { account: 3, market: -1, side: 0 },
  set_dead_man: { account: 3, timeoutMs: 1_000 },
  edit_position: {
    account: 3,
    market: 0,
    edit: 4,
    side: 0,
    collateral: 100,
    leverage: 0,
    size: 0,
    worstPrice: 0,
  },
  update_index: { market: 0, price: 1_001, mark: 1_002 },
  settle_funding: { market: 0, interval: 7, rateE12: -100_000_000 },
  tick: {},
};

const KINDS = Object.keys(SAMPLES) as CommandKind[];
const ODD_NUMBERS = [0, -0, 0.5, -1, NaN, Infinity, -Infinity, 1e300, 2 ** 53, 2 ** 32, 65_536];
/** What a careless edge might let through in a number's place. */
const NO_NUMBERS = ['0', '1', '', null, true, []];
const NUMBERS = [...ODD_NUMBERS, ...NO_NUMBERS];
const TEXTS = [
  '',
  'é🙂',
  '\ud800',
  'x'.repeat(300),
  '"',
  '\\',
  '\u0000\u007f',
  '-0 ',
  'NaN ',
  '__proto__',
  '{"number":"-0"}',
];
const BOOLEANS = [true, false];

/** The values that take the place of a field's own. */
function oddValues(value: unknown): readonly unknown[] {
  if (typeof value === 'number') return NUMBERS;
  return typeof value === 'string' ? TEXTS : BOOLEANS;
}

/** Every field of the command, those of its terms and brackets too, replaced by every odd value. */
function* mutations(fields: Fields): Generator<Fields> {
  for (const [field, value] of Object.entries(fields)) {
    if (field === 'kind') continue;
    if (Array.isArray(value)) {
      const rows = value as Fields[];
      yield { ...fields, [field]: [] };
      for (const row of mutations(rows[0])) yield { ...fields, [field]: [row] };
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of mutations(value as Fields)) yield { ...fields, [field]: inner };
    } else {
      for (const odd of oddValues(value)) yield { ...fields, [field]: odd };
    }
  }
}

const bytes = new Uint8Array(65_536);
const throughBytes = (command: Command): Command =>
  decodeCommand(bytes, 0, encodeCommand(command, bytes, 0));

describe.each(KINDS)('%s', (kind) => {
  it('comes back as it was', () => {
    const command = {
      id: 'one',
      time: 1_234_567_890_123,
      ...SAMPLES[kind],
      kind,
    } as unknown as Command;
    expect(throughBytes(command)).toEqual(command);
    expect(throughBytes({ ...command, id: '' })).toEqual({ ...command, id: '' });
  });

  it('with any odd value is answered the same by whoever reads it from its bytes', () => {
    const w = world();
    const [live, replayed] = [w.restored(), w.restored()];
    let count = 0;
    for (const fields of mutations({ ...SAMPLES[kind] })) {
      const command = { time: 5_000, ...fields, kind, id: `i${count}` } as unknown as Command;
      const { reason, params, created, taken } = live.execute(command);
      const other = replayed.execute(throughBytes(command));
      const what = JSON.stringify(command);
      expect([other.reason, ...other.params, other.created, other.taken], what).toEqual([
        reason,
        ...params,
        created,
        taken,
      ]);
      expect(replayed.eventDigest(), what).toBe(live.eventDigest());
      if (count % 10 === 0) expect(replayed.hash(), what).toBe(live.hash());
      count += 1;
    }
    expect(replayed.hash()).toBe(live.hash());
  });
});

describe('the time and the id of a command', () => {
  test.each([0, -0, -5, 0.5, NaN, Infinity, 1e300, 2 ** 53])('may be odd: time %d', (time) => {
    const w = world();
    const [live, replayed] = [w.restored(), w.restored()];
    for (const kind of KINDS) {
      const command = { ...SAMPLES[kind], kind, id: kind, time } as unknown as Command;
      const { reason, sequence, time: now } = live.execute(command);
      const other = replayed.execute(throughBytes(command));
      expect([other.reason, other.sequence, other.time]).toEqual([reason, sequence, now]);
    }
    expect(replayed.hash()).toBe(live.hash());
  });

  test.each([...TEXTS, 'x'.repeat(36), 'x'.repeat(37)])('may be odd: id %j', (id) => {
    for (const kind of KINDS) {
      const command = { ...SAMPLES[kind], kind, id, time: 7 } as unknown as Command;
      expect(throughBytes(command)).toEqual(command);
    }
  });
});

describe('bytes', () => {
  it('may begin anywhere in a larger buffer', () => {
    const larger = new Uint8Array(new ArrayBuffer(70_000), 13, 60_000);
    for (const kind of KINDS) {
      const command = { id: 'one', time: 99, ...SAMPLES[kind], kind } as unknown as Command;
      const length = encodeCommand(command, larger, 1_001);
      expect(decodeCommand(larger.slice(), 1_001, length)).toEqual(command);
    }
  });

  it('of a text that is longer than its buffer say how much they would take', () => {
    const command = {
      ...SAMPLES.adjust,
      kind: 'adjust',
      id: '',
      time: 1,
      reason: 'x'.repeat(500),
    } as unknown as Command;
    expect(encodeCommand(command, new Uint8Array(300), 0)).toBeGreaterThan(500);
  });
});

describe('the content of an id', () => {
  it('does not depend on the order in which a command’s fields were written', () => {
    const w = world();
    for (const kind of KINDS) {
      const { engine } = w;
      const command = {
        kind,
        id: `k-${kind}`,
        time: 9_000,
        ...SAMPLES[kind],
      } as unknown as Command;
      const other = Object.fromEntries(Object.entries(command).toReversed()) as unknown as Command;
      const first = engine.execute(command).reason;
      const again = engine.execute(other);
      expect([kind, again.repeated, again.reason]).toEqual([kind, true, first]);
    }
  });

  it('holds everything that the command says', () => {
    const w = world();
    for (const kind of KINDS) {
      const engine = w.restored();
      const command = { kind, id: 'one', time: 9_000, ...SAMPLES[kind] } as unknown as Command;
      engine.execute(command);
      for (const fields of mutations({ ...SAMPLES[kind] })) {
        if (JSON.stringify({ ...SAMPLES[kind], ...fields }) === JSON.stringify(SAMPLES[kind]))
          continue;
        const { repeated } = engine.execute({
          ...fields,
          kind,
          id: 'one',
          time: 9_000,
        } as unknown as Command);
        expect(repeated, JSON.stringify([kind, fields])).toBe(false);
      }
    }
  });

  it('of a kind that does not exist is refused like any other mistake', () => {
    const { engine } = new World();
    const command = { kind: 'nonsense', id: 'one', time: 1, amount: 5 } as unknown as Command;
    expect(engine.execute(throughBytes(command))).toMatchObject({ reason: 110, repeated: false });
    expect(engine.execute(command)).toMatchObject({ reason: 110, repeated: true });
  });

  it('may be very long', () => {
    const engine = new Engine();
    const long = (reason: string) =>
      engine.execute({
        kind: 'set_market_status',
        id: 'one',
        time: 1,
        market: 0,
        status: 1,
        price: price(0),
        operator: 'op',
        reason,
      });
    const first = long('x'.repeat(200_000)).reason;
    expect(first).not.toBe(0);
    expect(long('x'.repeat(200_000))).toMatchObject({ repeated: true, reason: first });
    const terms = {
      ...PLAIN_TERMS,
      brackets: Array.from({ length: 5_000 }, () => rates(100_000, 50_000)[0]),
    };
    const market = {
      ...SAMPLES.update_market,
      kind: 'update_market',
      id: 'two',
      time: 1,
      terms,
    } as unknown as Command;
    expect(engine.execute(market).reason).not.toBe(0);
  });
});
