// Proves that only plain decimals are read, exactly, and that what is printed is canonical and
// reads back as the same number.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatDecimal,
  formatInUnit,
  parseDecimal,
  parseInUnit,
  parseSignedDecimal,
  parseSignedInUnit,
  parseUnit,
  powerOfTen,
  type DecimalUnit,
} from './decimal.ts';

const MAX = Number.MAX_SAFE_INTEGER;
const safe = fc.maxSafeInteger();
const decimals = fc.integer({ min: 0, max: 12 });

function unit(text: string): DecimalUnit {
  const read = parseUnit(text);
  if (!read.ok) throw new Error(`${text}: ${read.code}`);
  return read.unit;
}

describe('reading a decimal', () => {
  test.each([
    ['0', 6, 0],
    ['0.0', 6, 0],
    ['1', 0, 1],
    ['1.000000', 6, 1_000_000],
    ['1.5', 6, 1_500_000],
    ['1.5000000', 6, 1_500_000],
    ['0.000001', 6, 1],
    ['60000.25', 2, 6_000_025],
    ['0.000000000001', 12, 1],
    ['9007199254740991', 0, MAX],
    ['9007199254.740991', 6, MAX],
    ['9007.199254740991', 12, MAX],
  ])('%s with %d decimals is %d', (text, places, value) => {
    expect(parseDecimal(text, places)).toEqual({ ok: true, value });
    expect(parseSignedDecimal(text, places)).toEqual({ ok: true, value });
  });

  test.each(
    [
      '',
      ' ',
      '01',
      '00',
      '1.',
      '.5',
      '.',
      '+1',
      '-1',
      '-0',
      '1e3',
      '1E3',
      '0x10',
      ' 1',
      '1 ',
      '1\n',
    ]
      .concat(['１２', '٣', '1,5', '1_000', '1 000', 'NaN', 'Infinity', '1.1.1', '0.', '--1', '1n'])
      .concat([
        '1'.repeat(40),
        '1'.repeat(17),
        `0.${'1'.repeat(13)}`,
        '0.0000000000000',
        '\u22121',
      ]),
  )('refuses %j', (text) => {
    expect(parseDecimal(text, 6)).toEqual({ ok: false, code: 'NOT_A_DECIMAL' });
    expect(parseInUnit(text, unit('0.25'))).toEqual({ ok: false, code: 'NOT_A_DECIMAL' });
  });

  test.each([
    ['0.0000001', 6, '0', '0.000001'],
    ['1.2345678', 6, '1.234567', '1.234568'],
    ['0.9999999', 6, '0.999999', '1'],
    ['1.5', 0, '1', '2'],
    ['9007199254740990.5', 0, '9007199254740990', '9007199254740991'],
  ])('%s with %d decimals names its neighbours', (text, places, below, above) => {
    expect(parseDecimal(text, places)).toEqual({ ok: false, code: 'STEP_MISMATCH', below, above });
  });

  test.each([
    ['9007199254740992', 0],
    ['9999999999999999', 0],
    ['9007199254740991.1', 0],
    ['9007199254.740992', 6],
    ['10000', 12],
  ])('%s with %d decimals is out of range', (text, places) => {
    expect(parseDecimal(text, places)).toEqual({ ok: false, code: 'OUT_OF_RANGE' });
    expect(parseSignedDecimal(`-${text}`, places)).toEqual({ ok: false, code: 'OUT_OF_RANGE' });
  });

  test('a sign is read only where one is expected', () => {
    expect(parseSignedDecimal('-1.5', 6)).toEqual({ ok: true, value: -1_500_000 });
    expect(parseSignedInUnit('-1.5', unit('0.25'))).toEqual({ ok: true, value: -6 });
    const [below, above] = ['-1.000001', '-1'];
    expect(parseSignedDecimal('-1.0000005', 6)).toMatchObject({ below, above });
    expect(parseSignedDecimal('-0.0000005', 6)).toMatchObject({ below: '-0.000001', above: '0' });
  });

  test.each(['-0', '-0.0', '-0.000', '--1', '-', '-01', '- 1', '+1', '-.5', '\u22121'])(
    'with a sign, refuses %j',
    (text) => {
      expect(parseSignedDecimal(text, 6)).toEqual({ ok: false, code: 'NOT_A_DECIMAL' });
      expect(parseSignedInUnit(text, unit('0.1'))).toMatchObject({ code: 'NOT_A_DECIMAL' });
    },
  );

  test('more decimals than a unit may have are our mistake', () => {
    expect(() => parseDecimal('1', 13)).toThrow('Invariant');
    expect(() => powerOfTen(-1)).toThrow('Invariant');
    expect(powerOfTen(12)).toBe(1e12);
  });
});

describe('printing a decimal', () => {
  test.each([
    [0, 6, '0'],
    [-0, 6, '0'],
    [1, 6, '0.000001'],
    [-1, 6, '-0.000001'],
    [1_500_000, 6, '1.5'],
    [10, 0, '10'],
    [MAX, 12, '9007.199254740991'],
    [-MAX, 0, '-9007199254740991'],
    [1e15, 12, '1000'],
  ])('%d with %d decimals is %s', (value, places, text) => {
    expect(formatDecimal(value, places)).toBe(text);
  });

  test('only whole numbers are printed', () => {
    expect(() => formatDecimal(0.5, 6)).toThrow('Invariant');
    expect(() => formatInUnit(0.5, unit('0.25'))).toThrow('Invariant');
  });

  test('reads back as the same number, and is canonical', () => {
    fc.assert(
      fc.property(safe, decimals, (value, places) => {
        const text = formatDecimal(value, places);
        expect(parseSignedDecimal(text, places)).toEqual({ ok: true, value });
        expect(text).toMatch(/^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/);
        expect(text).not.toBe('-0');
      }),
    );
  });

  test('what was read prints as what was written, without idle zeros', () => {
    const text = fc.tuple(fc.nat({ max: 9_000 }), fc.stringMatching(/^\d{0,12}$/));
    fc.assert(
      fc.property(text, ([whole, digits]) => {
        const given = digits === '' ? `${whole}` : `${whole}.${digits}`;
        const read = parseDecimal(given, 12);
        const bare = given.includes('.') ? given.replace(/\.?0+$/, '') : given;
        expect(read.ok && formatDecimal(read.value, 12)).toBe(bare);
      }),
    );
  });
});

describe('units that are not powers of ten', () => {
  test.each([
    ['0.1', 1, 1],
    ['0.00001', 1, 5],
    ['0.25', 25, 2],
    ['0.2500', 25, 2],
    ['5', 5, 0],
    ['100', 100, 0],
  ])('%s is %d × 10^−%d', (text, numerator, places) => {
    expect(unit(text)).toMatchObject({ numerator, decimals: places });
  });

  test.each(['0', '0.0', '', '-1', '1e-5', '01'])('%j is no unit', (text) => {
    expect(parseUnit(text)).toEqual({ ok: false, code: 'NOT_A_DECIMAL' });
  });

  test('a unit prints canonically', () => {
    expect(unit('0.2500').text).toBe('0.25');
  });

  test.each([
    ['60000.1', '0.1', 600_001],
    ['0.00003', '0.00001', 3],
    ['10.75', '0.25', 43],
    ['7500', '25', 300],
    ['9007199254740991', '0.25', undefined],
  ])('%s in units of %s is %s', (text, of, count) => {
    const read = parseInUnit(text, unit(of));
    expect(read).toEqual(
      count === undefined ? { ok: false, code: 'OUT_OF_RANGE' } : { ok: true, value: count },
    );
  });

  test('a value between two multiples names both', () => {
    expect(parseInUnit('10.8', unit('0.25'))).toMatchObject({ below: '10.75', above: '11' });
    expect(parseInUnit('60', unit('25'))).toMatchObject({ below: '50', above: '75' });
    expect(parseSignedInUnit('-10.8', unit('0.25'))).toMatchObject({
      below: '-11',
      above: '-10.75',
    });
  });

  test('counts read back as themselves, over the whole range', () => {
    const units = fc.tuple(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 0, max: 12 }));
    const count = fc.integer({ min: -900_719_925_474, max: 900_719_925_474 });
    fc.assert(
      fc.property(units, count, ([numerator, places], value) => {
        const of = unit(formatDecimal(numerator, places));
        expect(parseSignedInUnit(formatInUnit(value, of), of)).toEqual({ ok: true, value });
      }),
    );
    expect(formatInUnit(MAX, unit('0.25'))).toBe('2251799813685247.75');
    expect(formatInUnit(-MAX, unit('2500'))).toBe('-22517998136852477500');
  });
});
