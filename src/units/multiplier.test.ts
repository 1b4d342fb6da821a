// Proves that a market gets a whole multiplier or the decimals with which it would be whole.

import { expect, test } from 'vitest';
import { parseUnit, type DecimalUnit } from './decimal.ts';
import { baseMultiplier, quoteMultiplier } from './multiplier.ts';

function unit(text: string): DecimalUnit {
  const read = parseUnit(text);
  if (!read.ok) throw new Error(read.code);
  return read.unit;
}

test.each([
  ['0.1', '0.00001', 6, 1],
  ['0.01', '0.00001', 6, undefined, 7],
  ['0.01', '0.00001', 7, 1],
  ['0.01', '0.001', 6, 10],
  ['0.25', '0.5', 3, 125],
  ['0.25', '0.5', 2, undefined, 3],
  ['1', '1', 0, 1],
  ['0.0000001', '0.0000001', 6, undefined],
])('%s × %s with %d quote decimals', (price, size, decimals, value, needed?: number) => {
  expect(quoteMultiplier(unit(price), unit(size), decimals)).toEqual(
    value === undefined
      ? { ok: false, code: 'UNIT_TOO_FINE', ...(needed && { decimalsNeeded: needed }) }
      : { ok: true, value },
  );
});

test('a multiplier beyond 2^53 is out of range', () => {
  expect(quoteMultiplier(unit('1000000'), unit('1000000'), 12)).toEqual({
    ok: false,
    code: 'OUT_OF_RANGE',
  });
});

test('the base multiplier', () => {
  expect(baseMultiplier(unit('0.00001'), 8)).toEqual({ ok: true, value: 1_000 });
  expect(baseMultiplier(unit('0.00001'), 4)).toMatchObject({ decimalsNeeded: 5 });
});
