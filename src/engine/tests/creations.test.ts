// Proves what assets, markets and accounts may be created: every rule of their fields, each broken
// alone, and that names and numbers are what they were given.

import { describe, expect, it, test } from 'vitest';
import { GOLD, PLAIN_TERMS, USD, World, ok, rates } from '../../testing/engine-kit.ts';
import type { AssetFields, MarketFields, Terms } from '../../testing/engine-kit.ts';
import { MARKET_SPOT } from '../command.ts';
import { TERM_RULES } from '../term-rules.ts';
import { fieldNumber } from '../reason.ts';
import type { FieldName } from '../reason.ts';

const field = (name: FieldName, value: number) => `VALUE_INVALID ${fieldNumber(name)} ${value}`;

describe('an asset', () => {
  test.each(['A', 'abc', 'US-D', 'X'.repeat(16), '', 'ÄÖ', 'US D'])(
    'may not be called %j',
    (symbol) => {
      expect(new World().asset(symbol).said).toBe('SYMBOL_INVALID');
    },
  );

  test.each<[FieldName, AssetFields, number]>([
    ['decimals', { decimals: 13 }, 13],
    ['decimals', { decimals: -1 }, -1],
    ['decimals', { decimals: 0.5 }, 0.5],
    ['weight', { weightPpm: 1_000_001 }, 1_000_001],
    ['weight', { weightPpm: -1 }, -1],
    ['liability_weight', { liabilityWeightPpm: 999_999 }, 999_999],
    ['liability_weight', { liabilityWeightPpm: 10_000_001 }, 10_000_001],
    ['price', { price: -1 }, -1],
    ['settlement', { settlement: true }, 1],
  ])('is refused for its %s %o', (name, fields, value) => {
    expect(new World().asset('SILVER', fields).said).toBe(field(name, value));
  });

  it('gets the next number, once', () => {
    const w = new World();
    expect(w.asset('X2', { decimals: 12, weightPpm: 0 })).toMatchObject({ said: 'OK', created: 2 });
    expect(w.asset('X2').said).toBe('ALREADY_EXISTS 2');
    expect(w.asset('USD').said).toBe('ALREADY_EXISTS 0');
    expect(w.asset('X'.repeat(15)).created).toBe(3);
    expect(w.engine.assetNumber('X2')).toBe(2);
  });

  it('that comes late leaves what everybody has as it is', () => {
    const w = new World();
    const accounts = Array.from({ length: 40 }, (_, i) => w.account(`a${i}`, 100 + i, 200 + i));
    for (let i = 0; i < 7; i++) ok(w.asset(`NEW${i}`));
    ok(w.deposit(accounts[7], 5, 8));
    accounts.forEach((account, i) =>
      expect([w.free(account), w.free(account, GOLD)]).toEqual([100 + i, 200 + i]),
    );
    expect(w.free(accounts[7], 8)).toBe(5);
  });

  it('that is there before any settlement asset leaves cross margin to the one that comes', () => {
    const w = new World();
    expect(w.engine.assets().map(({ settlement }) => settlement)).toEqual([true, false]);
  });
});

describe('a market', () => {
  test.each([
    'A',
    'a-PERP',
    'BTC_PERP',
    'BTC-',
    '-PERP',
    'BTC-PERP-X',
    'BTC/',
    `${'X'.repeat(16)}-PERP`,
  ])('may not be called %j', (symbol) => {
    expect(new World().market({}, { symbol }).said).toBe('SYMBOL_INVALID');
  });

  test.each(['BTC', 'BTC-PERP', 'BTC/USDT', `${'X'.repeat(15)}/${'Y'.repeat(15)}`, '12-34'])(
    'may be called %j',
    (symbol) => {
      const w = new World();
      const { created } = w.market({}, { symbol });
      expect(w.engine.marketNumber(symbol)).toBe(created);
      expect(w.market({}, { symbol }).said).toBe(`ALREADY_EXISTS ${created}`);
    },
  );

  test.each<[string, MarketFields]>([
    [field('market_kind', 2), { marketKind: 2 }],
    [field('tick_size', 0), { tickSize: 0 }],
    [field('tick_size', 0.5), { tickSize: 0.5 }],
    [field('lot_size', -1), { lotSize: -1 }],
    ['ASSET_NOT_FOUND', { quote: 2 }],
    ['ASSET_NOT_FOUND', { base: GOLD }],
    ['ASSET_NOT_FOUND', { marketKind: MARKET_SPOT, base: -1, baseMultiplier: 1 }],
    ['ASSET_NOT_FOUND', { marketKind: MARKET_SPOT, base: USD, baseMultiplier: 1 }],
    ['MULTIPLIER_NOT_WHOLE', { multiplier: 0 }],
    ['MULTIPLIER_NOT_WHOLE', { multiplier: 0.5 }],
    ['MULTIPLIER_NOT_WHOLE', { multiplier: NaN }],
    ['MULTIPLIER_NOT_WHOLE', { multiplier: 2 }],
    ['MULTIPLIER_NOT_WHOLE', { priceUnit: '2' }],
    ['MULTIPLIER_NOT_WHOLE', { sizeUnit: '0.1' }],
    ['MULTIPLIER_NOT_WHOLE', { priceUnit: '' }],
    ['MULTIPLIER_NOT_WHOLE', { priceUnit: '½' }],
    ['MULTIPLIER_NOT_WHOLE', { sizeUnit: '1e0' }],
    ['MULTIPLIER_NOT_WHOLE', { marketKind: MARKET_SPOT, base: GOLD, baseMultiplier: 2 }],
    ['MULTIPLIER_NOT_WHOLE', { baseMultiplier: -1 }],
    ['MULTIPLIER_NOT_WHOLE', { marketKind: MARKET_SPOT, base: GOLD, baseMultiplier: 0 }],
  ])('is refused: %s for %o', (said, fields) => {
    expect(new World().market({}, fields).said).toBe(said);
  });
});

describe('the terms of a market', () => {
  type Rule = (typeof TERM_RULES)[number];
  const bracket = (floorNotional: number, initialPpm = 100_000, maintenancePpm = 50_000) => ({
    floorNotional,
    initialPpm,
    maintenancePpm,
  });
  test.each<[Rule, number, Partial<Terms>]>([
    ['NO_BRACKETS', 0, { brackets: [] }],
    [
      'TOO_MANY_BRACKETS',
      32,
      { brackets: Array.from({ length: 33 }, (_, i) => bracket(i * 1_000)) },
    ],
    ['FIRST_FLOOR_NOT_ZERO', 0, { brackets: [bracket(1)] }],
    ['FLOORS_NOT_ASCENDING', 1, { brackets: [bracket(0), bracket(0)] }],
    ['FLOORS_NOT_ASCENDING', 2, { brackets: [bracket(0), bracket(9), bracket(8)] }],
    ['RATES_OUT_OF_RANGE', 0, { brackets: rates(100_000, 0) }],
    ['RATES_OUT_OF_RANGE', 0, { brackets: rates(49_999, 50_000) }],
    ['RATES_OUT_OF_RANGE', 0, { brackets: rates(1_000_001, 50_000) }],
    ['RATES_OUT_OF_RANGE', 0, { brackets: rates(1_000_000, 1_000_000) }],
    ['RATES_OUT_OF_RANGE', 0, { brackets: rates(0.5, 0.25) }],
    ['RATES_NOT_ASCENDING', 1, { brackets: [bracket(0), bracket(9, 99_999)] }],
    ['FEES_EXCEED_MAINTENANCE', 0, { takerFeePpm: 50_000 }],
    ['FEE_OUT_OF_RANGE', 0, { takerFeePpm: -1 }],
    ['FEE_OUT_OF_RANGE', 0, { makerFeePpm: 100_001 }],
    ['FEE_OUT_OF_RANGE', 0, { makerFeePpm: 0.5 }],
    ['FEE_OUT_OF_RANGE', 0, { liquidationFeePpm: -1 }],
    ['FEES_BELOW_ZERO_TOGETHER', 0, { makerFeePpm: -2, takerFeePpm: 1 }],
    ['BAND_OUT_OF_RANGE', 0, { priceBandPpm: 1_000_000 }],
    ['BAND_OUT_OF_RANGE', 0, { priceBandPpm: -1 }],
    ['SCALE_NOT_ASCENDING', 0, { openInterestScaleFrom: 5, openInterestScaleTo: 5 }],
    ['MINIMUM_OFF_STEP', 0, { minimumSize: -1 }],
    ['MINIMUM_OFF_STEP', 0, { minimumNotional: NaN }],
    ['MINIMUM_OFF_STEP', 0, { openInterestCap: 0.5 }],
    ['WEIGHT_OUT_OF_RANGE', 0, { profitWeightPpm: 1_000_001 }],
    ['WEIGHT_OUT_OF_RANGE', 0, { profitCap: -1 }],
    ['WEIGHT_OUT_OF_RANGE', 0, { markSource: 3 }],
  ])('is refused for its terms: %s at %i', (rule, at, terms) => {
    expect(new World().market(terms).said).toBe(
      `MARKET_TERMS_INVALID ${TERM_RULES.indexOf(rule)} ${at}`,
    );
  });

  it('may have a minimum in whole lots only', () => {
    const w = new World();
    expect(w.market({ minimumSize: 7 }, { lotSize: 5 }).said).toMatch(/^MARKET_TERMS_INVALID/);
    expect(w.market({ minimumSize: 10 }, { lotSize: 5 }).said).toBe('OK');
  });

  it('may have the widest terms there are', () => {
    const w = new World();
    const wide: Partial<Terms> = {
      brackets: Array.from({ length: 32 }, (_, i) => bracket(i * 1e14, 1_000_000, 999_999)),
      takerFeePpm: 100_000,
      liquidationFeePpm: 100_000,
      makerFeePpm: 100_000,
      priceBandPpm: 999_999,
      openInterestCap: 4e15,
      openInterestScaleFrom: 0,
      openInterestScaleTo: 4e15,
      minimumNotional: 4e15,
      profitCap: 4e15,
    };
    const m = w.perp(wide);
    expect(w.engine.markets()[m].terms).toEqual({ ...PLAIN_TERMS, ...wide });
  });
});

describe('an account', () => {
  test.each(['', 'a b', 'é', 'x'.repeat(37), 'a/b', '{}'])(
    'may not be called %j, nor its owner',
    (name) => {
      const w = new World();
      expect(w.send({ kind: 'create_account', name, owner: 'o' }).said).toBe('SYMBOL_INVALID');
      if (name !== '')
        expect(w.send({ kind: 'create_account', name: 'n', owner: name }).said).toBe(
          'SYMBOL_INVALID',
        );
    },
  );

  it('gets the next number after the system’s, once, and its own name as owner', () => {
    const w = new World();
    expect(['fees', 'rounding', 'insurance'].map((name) => w.engine.accountNumber(name))).toEqual([
      0, 1, 2,
    ]);
    expect(w.account('x'.repeat(36))).toBe(3);
    expect(w.account('b.c:d_e-F')).toBe(4);
    expect(w.send({ kind: 'create_account', name: 'b.c:d_e-F', owner: '' }).said).toBe(
      'ALREADY_EXISTS 4',
    );
    expect(w.send({ kind: 'create_account', name: 'fees', owner: '' }).said).toBe(
      'ALREADY_EXISTS 0',
    );
    expect(w.engine.account(4)).toMatchObject({ name: 'b.c:d_e-F', owner: 'b.c:d_e-F' });
  });

  it('shares an owner by name, whoever came first', () => {
    const w = new World();
    const m = w.perp();
    const early = w.account('early', 10_000, 0, 'late');
    const late = w.account('late', 10_000);
    ok(w.sell(early, m, 1, 1_000));
    expect(w.buy(late, m, 1, 1_000).cancels).toHaveLength(1);
    expect(w.engine.account(early).owner).toBe('late');
  });

  it('may be one of many', () => {
    const w = new World();
    const numbers = Array.from({ length: 150 }, (_, i) => w.account(`n${i}`));
    numbers.forEach((number, i) => expect(w.engine.accountNumber(`n${i}`)).toBe(number));
  });
});
