// Proves that a broken invariant stops, says what broke, and that a kept one costs nothing.

import { describe, expect, test } from 'vitest';
import { assert, AssertionError, assertSafe, unreachable } from './assert.ts';

describe('assertions', () => {
  test('a kept one does nothing', () => {
    expect(() => assert(true, 'kept')).not.toThrow();
  });

  test('a broken one stops and says what', () => {
    expect(() => assert(false, 'sizes add up')).toThrow(AssertionError);
    expect(() => assert(false, 'sizes add up')).toThrow('Invariant: sizes add up');
  });

  test.each([0, -1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER])('%d is safe', (value) => {
    expect(() => assertSafe(value, 'a size')).not.toThrow();
  });

  test.each([0.5, 2 ** 53, -(2 ** 53), NaN, Infinity])('%d is not safe', (value) => {
    expect(() => assertSafe(value, 'a size')).toThrow('Invariant: a size is not a safe integer');
  });

  test('a value that no case handles stops', () => {
    expect(() => unreachable('new' as never)).toThrow('unreachable value new');
  });
});
