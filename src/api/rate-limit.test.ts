// Proves the arithmetic of a bucket: it begins full, empties by cost, fills with time, never beyond
// its burst, and a clock that runs backwards gives nothing.

import { expect, test } from 'vitest';
import { RATE_KEYS_MAX } from './limits.ts';
import { RateLimiter } from './rate-limit.ts';

test('a bucket', () => {
  const limiter = new RateLimiter({ per_second: 2, burst: 4 });
  const take = (ms: number, cost = 1): [boolean, number, number] => {
    const { allowed, remaining, resetSeconds } = limiter.take('a', ms, cost);
    return [allowed, remaining, resetSeconds];
  };
  expect(take(1000, 3)).toEqual([true, 1, 0]);
  expect(take(1000, 2)).toEqual([false, 1, 1]);
  expect(take(1500, 2)).toEqual([true, 0, 0]);
  expect(take(500)).toEqual([false, 0, 1]);
  expect(take(60_000, 4)).toEqual([true, 0, 0]);
});

test('callers do not share, and the oldest is forgotten', () => {
  const limiter = new RateLimiter({ per_second: 1, burst: 1 });
  expect(limiter.take('a', 0).allowed).toBe(true);
  expect(limiter.take('b', 0).allowed).toBe(true);
  expect(limiter.take('a', 0).allowed).toBe(false);
  for (let i = 0; i < RATE_KEYS_MAX; i += 1) limiter.take(`x${i}`, 0);
  expect(limiter.take('a', 0).allowed).toBe(true);
});
