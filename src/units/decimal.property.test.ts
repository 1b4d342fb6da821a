// Proves that short texts, which are read digit by digit, come to what exact arithmetic makes of
// them, and that what is printed is what exact arithmetic prints.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DECIMALS_MAX, formatDecimal, parseDecimal } from './decimal.ts';

/** The count as a bigint; undefined for a text that is no decimal or not on the step. */
function exactCount(text: string, decimals: number): bigint | undefined {
  const match = /^(0|[1-9]\d{0,15})(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) return undefined;
  const all = BigInt(match[1] + (match[2] ?? '').padEnd(DECIMALS_MAX, '0'));
  const step = 10n ** BigInt(DECIMALS_MAX - decimals);
  return all % step === 0n ? all / step : undefined;
}

const decimals = fc.integer({ min: 0, max: DECIMALS_MAX });
const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 17 });
const nearly = fc.string({ unit: fc.constantFrom(...'00123459..- e+'), maxLength: 18 });
const plain = fc.tuple(digits, digits).map(([whole, fraction]) => `${whole}.${fraction}`);

test('a text is read as exact arithmetic reads it', () => {
  const text = fc.oneof(digits, nearly, plain);
  const isExact = fc.property(text, decimals, (given, places) => {
    const read = parseDecimal(given, places);
    const exact = exactCount(given, places);
    const isCount = exact !== undefined && exact <= BigInt(Number.MAX_SAFE_INTEGER);
    expect(read.ok).toBe(isCount);
    if (read.ok) expect(read.value).toBe(Number(exact));
  });
  fc.assert(isExact, { numRuns: 20_000 });
});

test('what is printed is read again, and has no zero at its end', () => {
  const value = fc.oneof(
    fc.maxSafeNat(),
    fc.nat(100_000),
    fc.nat(1_000).map((n) => n * 1_000),
  );
  const isSame = fc.property(value, decimals, (count, places) => {
    const text = formatDecimal(count, places);
    expect(exactCount(text, places)).toBe(BigInt(count));
    expect(text).not.toMatch(/\.\d*0$/);
  });
  fc.assert(isSame, { numRuns: 5_000 });
});
