// Proves that a million ids have a million hashes, by their first two lanes alone.

import { expect, test } from 'vitest';
import { hashAscii } from './digest.ts';
import { Draw } from './draw.suite.ts';

test('tells a million ids apart', () => {
  const draw = new Draw(12);
  const out = new Uint32Array(4);
  const seen = new Set<bigint>();
  const count = 1_000_000;
  for (let i = 0; i < count; i += 1) {
    hashAscii(`${draw.bits().toString(36)}-${i}`, out);
    // The first two lanes alone must do: 64 bits, one chance in 37 million for a million ids.
    seen.add((BigInt(out[0]) << 32n) | BigInt(out[1]));
  }
  expect(seen.size).toBe(count);
});
