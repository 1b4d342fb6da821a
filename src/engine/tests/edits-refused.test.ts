// Proves each way for an edit of an isolated position to be refused, with its numbers, and what
// each status of a market lets through. Leverage up to 10, notional = price × size, mark 1,000.

import { describe, expect, it, test } from 'vitest';
import { STOP, World, ok } from '../../testing/engine-kit.ts';
import type { Answer } from '../../testing/answer.ts';
import type { EditFields, Terms } from '../../testing/engine-kit.ts';
import {
  EDIT_ADD_COLLATERAL as ADD,
  EDIT_CLOSE as CLOSE,
  EDIT_INCREASE as INCREASE,
  EDIT_OPEN as OPEN,
  EDIT_REDUCE as REDUCE,
  EDIT_REMOVE_COLLATERAL as REMOVE,
  STATUS_CANCEL_ONLY,
  STATUS_CLOSE_ONLY,
  STATUS_HALTED,
  STATUS_POST_ONLY,
} from '../command.ts';
import { fieldNumber } from '../reason.ts';

const RICH = 1_000_000;

function setUp(terms: Partial<Terms> = {}, wealth = 10_000) {
  const w = new World();
  const m = w.perp(terms);
  const alice = w.account('alice', wealth);
  const [bob, carol] = ['bob', 'carol'].map((name) => w.account(name, RICH));
  const edit = (kind: number, fields: EditFields = {}): Answer => w.edit(alice, m, kind, fields);
  const has = () => `${w.free(alice)} ${w.held(alice)}, ${w.stands(alice, m)}`;
  return { w, m, alice, bob, carol, edit, has };
}

/** The same, and alice is long 10 at 1,000 with a pool of 1,000 at leverage 10. */
function setUpLong(terms: Partial<Terms> = {}, wealth = 10_000) {
  const world = setUp(terms, wealth);
  ok(world.w.sell(world.bob, world.m, 10, 1_000));
  ok(world.edit(OPEN, { size: 10, leverage: 10 }));
  return world;
}

const field = (name: Parameters<typeof fieldNumber>[0], value: number) =>
  `VALUE_INVALID ${fieldNumber(name)} ${value}`;

describe('an edit is refused', () => {
  test.each([
    ['without a position', INCREASE, { size: 1 }, 'POSITION_NOT_FOUND'],
    ['without a position', REDUCE, { size: 1 }, 'POSITION_NOT_FOUND'],
    ['without a position', ADD, { collateral: 1 }, 'POSITION_NOT_FOUND'],
    ['without a position', REMOVE, { collateral: 1 }, 'POSITION_NOT_FOUND'],
    ['without a direction', OPEN, { side: 0, size: 1, leverage: 1 }, field('side', 0)],
    ['with an unknown direction', OPEN, { side: 2 as 1, size: 1, leverage: 1 }, field('side', 2)],
    ['as an unknown kind', 6, {}, field('edit', 6)],
    ['with a negative collateral', OPEN, { collateral: -1, leverage: 1 }, field('collateral', -1)],
    ['with a broken size', OPEN, { size: 0.5, leverage: 1 }, field('size', 0.5)],
    ['with a broken leverage', OPEN, { size: 1, leverage: 1.5 }, field('leverage', 1.5)],
    [
      'with a broken worst price',
      OPEN,
      { size: 1, leverage: 1, worstPrice: NaN },
      field('worst_price', 0),
    ],
    ['with size and collateral', OPEN, { size: 1, collateral: 1, leverage: 1 }, 'BAD_COMBINATION'],
    ['with neither', OPEN, { leverage: 1 }, 'BAD_COMBINATION'],
    ['without leverage', OPEN, { size: 1 }, 'BAD_COMBINATION'],
    [
      'above the maximum leverage',
      OPEN,
      { size: 1, leverage: 11 },
      'ABOVE_MAX_LEVERAGE 1100000 1000000',
    ],
    ['into an empty book', OPEN, { size: 1, leverage: 10 }, 'NOT_ENOUGH_LIQUIDITY 0 0'],
    ['into an empty book', OPEN, { collateral: 1_000, leverage: 10 }, 'NOT_ENOUGH_LIQUIDITY 0 0'],
    [
      'in a market that does not exist',
      OPEN,
      { size: 1, leverage: 1, market: 9 },
      'MARKET_NOT_FOUND',
    ],
    [
      'of an account that does not exist',
      OPEN,
      { size: 1, leverage: 1, account: 99 },
      'ACCOUNT_NOT_FOUND',
    ],
  ] as const)('%s (edit %i)', (_, kind, fields, said) => {
    expect(setUp().edit(kind, fields).said).toBe(said);
  });

  test.each([
    ['against the position’s side', INCREASE, { side: -1, size: 1 }, 'SIDE_WOULD_FLIP 10'],
    ['against the position’s side', CLOSE, { side: -1 }, 'SIDE_WOULD_FLIP 10'],
    ['to reduce by more than there is', REDUCE, { size: 11 }, 'SIDE_WOULD_FLIP 10'],
    [
      'to reduce by more than there is, whatever else is wrong',
      REDUCE,
      { size: 11, leverage: 1 },
      'SIDE_WOULD_FLIP 10',
    ],
    ['to open again', OPEN, { size: 1, leverage: 1 }, 'MODE_NEEDS_FLAT 10 0'],
    ['to increase by size and leverage', INCREASE, { size: 1, leverage: 2 }, 'BAD_COMBINATION'],
    ['to increase by collateral without leverage', INCREASE, { collateral: 1 }, 'BAD_COMBINATION'],
    ['to increase by nothing', INCREASE, {}, 'BAD_COMBINATION'],
    ['to reduce by nothing', REDUCE, {}, 'BAD_COMBINATION'],
    ['to reduce with collateral', REDUCE, { size: 1, collateral: 1 }, 'BAD_COMBINATION'],
    ['to close with a size', CLOSE, { size: 1 }, 'BAD_COMBINATION'],
    ['to add nothing', ADD, {}, 'BAD_COMBINATION'],
    ['to add with a size', ADD, { collateral: 1, size: 1 }, 'BAD_COMBINATION'],
    ['to remove with leverage', REMOVE, { collateral: 1, leverage: 1 }, 'BAD_COMBINATION'],
    [
      'to increase above the maximum leverage',
      INCREASE,
      { collateral: 100, leverage: 11 },
      'ABOVE_MAX_LEVERAGE 1100000 1000000',
    ],
  ] as const)('%s', (_, kind, fields, said) => {
    expect(setUpLong().edit(kind, fields).said).toBe(said);
  });
});

describe('an edit is refused by what it meets', () => {
  it('for a balance that does not reach, with the numbers', () => {
    const { w, m, bob, edit } = setUp({}, 999);
    ok(w.sell(bob, m, 100, 1_000));
    expect(edit(OPEN, { collateral: 1_000, leverage: 10 }).said).toBe(
      'INSUFFICIENT_BALANCE 1000 999',
    );
    expect(edit(OPEN, { size: 10, leverage: 10 }).said).toBe('INSUFFICIENT_BALANCE 1000 999');
    ok(w.deposit(w.engine.accountNumber('alice'), 1));
    expect(edit(OPEN, { size: 10, leverage: 10 }).said).toBe('OK');
    expect(edit(INCREASE, { size: 1 }).said).toBe('INSUFFICIENT_BALANCE 100 0');
  });

  it('below the minimum or off the lot', () => {
    const w = new World();
    const m = w.perp({ minimumSize: 20, minimumNotional: 30_000 }, 1_000, { lotSize: 10 });
    const [alice, bob] = [w.account('alice', RICH), w.account('bob', RICH)];
    ok(w.sell(bob, m, 100, 1_000));
    expect(w.edit(alice, m, OPEN, { size: 25, leverage: 1 }).said).toBe('STEP_MISMATCH 1 10');
    expect(w.edit(alice, m, OPEN, { size: 10, leverage: 1 }).said).toBe('BELOW_MINIMUM 20 30000');
    expect(w.edit(alice, m, OPEN, { size: 20, leverage: 1 }).said).toBe('BELOW_MINIMUM 20 30000');
    expect(w.edit(alice, m, OPEN, { collateral: 999, leverage: 1 }).said).toBe(
      'BELOW_MINIMUM 20 30000',
    );
    expect(w.edit(alice, m, OPEN, { size: 40, leverage: 1 }).said).toBe('OK');
    expect(w.edit(alice, m, REDUCE, { size: 15 }).said).toBe('STEP_MISMATCH 1 10');
  });

  it('for a position that is cross, for orders in the way, and in spot', () => {
    const { w, m, alice, bob, edit } = setUp();
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(alice, m, 5, 1_000));
    for (const [kind, fields] of [
      [INCREASE, { size: 1 }],
      [CLOSE, {}],
      [ADD, { collateral: 1 }],
    ] as const) {
      expect(edit(kind, fields).said).toBe('MODE_NOT_AVAILABLE');
    }
    expect(edit(OPEN, { size: 1, leverage: 1 }).said).toBe('MODE_NEEDS_FLAT 5 0');
    const other = w.perp();
    ok(w.buy(alice, other, 1, 0, { ...STOP, triggerPrice: 1_100 }));
    expect(w.edit(alice, other, OPEN, { size: 1, leverage: 1 }).said).toBe('MODE_NEEDS_FLAT 0 1');
    expect(w.edit(alice, w.spot(), OPEN, { size: 1, leverage: 1 }).said).toBe('MODE_NOT_AVAILABLE');
  });

  it('by an order that would not be at initial margin afterwards', () => {
    const { w, m, bob, edit } = setUpLong();
    ok(w.mark(m, 950)); // pool 1,000, equity 500, initial 950
    ok(w.sell(bob, m, 10, 950));
    expect(edit(INCREASE, { size: 1 }).said).toBe('INSUFFICIENT_MARGIN 595 1045');
    expect(edit(INCREASE, { collateral: 545, leverage: 1 }).said).toBe('BELOW_MINIMUM 0 0');
    ok(edit(ADD, { collateral: 450 }));
    expect(edit(INCREASE, { collateral: 95, leverage: 10 }).said).toBe('OK');
  });

  it('before there is a mark', () => {
    const w = new World();
    const m = w.perp({}, 0);
    expect(w.edit(w.account('alice', RICH), m, OPEN, { size: 1, leverage: 1 }).said).toBe(
      'NO_MARK_PRICE',
    );
  });

  it('beyond the open-interest cap', () => {
    const { w, m, bob, edit } = setUp({ openInterestCap: 5 });
    ok(w.sell(bob, m, 10, 1_000));
    expect(edit(OPEN, { size: 6, leverage: 10 }).said).toBe('OPEN_INTEREST_CAP 6 5');
  });
});

describe('an edit', () => {
  const statuses = [
    ['post-only', STATUS_POST_ONLY, 'POST_ONLY_MARKET', 'POST_ONLY_MARKET', 'OK'],
    ['close-only', STATUS_CLOSE_ONLY, 'CLOSE_ONLY', 'OK', 'CLOSE_ONLY'],
    ['cancel-only', STATUS_CANCEL_ONLY, 'CANCEL_ONLY', 'CANCEL_ONLY', 'CANCEL_ONLY'],
    ['halted', STATUS_HALTED, 'MARKET_HALTED', 'MARKET_HALTED', 'MARKET_HALTED'],
  ] as const;
  test.each(statuses)(
    'in a %s market, but collateral may be added',
    (_, status, opening, reducing, removing) => {
      const { w, m, bob, edit } = setUpLong();
      ok(edit(ADD, { collateral: 500 }));
      ok(w.buy(bob, m, 10, 1_000));
      ok(w.sell(bob, m, 10, 1_001));
      ok(w.status(m, status));
      expect(edit(INCREASE, { size: 1 }).said).toBe(opening);
      expect(edit(INCREASE, { collateral: 500, leverage: 1 }).said).toBe(opening);
      expect(edit(ADD, { collateral: 1 }).said).toBe('OK');
      expect(edit(REMOVE, { collateral: 1 }).said).toBe(removing);
      expect(edit(REDUCE, { size: 1 }).said).toBe(reducing);
      expect(edit(CLOSE).said).toBe(reducing);
    },
  );
});
