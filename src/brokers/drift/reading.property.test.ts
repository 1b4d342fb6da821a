// Proves that no bytes crash the reading: whatever accounts say, they are read, or refused with a
// fault of our own.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goldenCases } from '../../testing/drift/golden.ts';
import { encoded } from './encoded.suite.ts';
import { DriftFault } from './fault.ts';
import { parseRecording, recordingText } from './recording.ts';
import { DRIFT_V2 } from './settings.ts';
import { accountOf, readSnapshot } from './snapshot.ts';

const { recording, user } = encoded(goldenCases().find(({ id }) => id === 228)!.account);

/** A change of the bytes behind the first eight, which say what an account is. */
const change = fc.record({
  account: fc.nat(recording.accounts.length - 1),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 32 }),
});

test('changed bytes are read or refused, never a crash', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const accounts = recording.accounts.map((one) => ({ ...one, data: one.data.slice() }));
      for (const { account, at, bytes } of changes) {
        const { data } = accounts[account]!;
        const offset = 8 + Math.floor(at * (data.length - 8));
        data.set(bytes.subarray(0, data.length - offset), offset);
      }
      try {
        const read = accountOf(readSnapshot({ ...recording, accounts }, DRIFT_V2), user);
        expect(read.account.perpMarkets.every(({ oraclePrice }) => oraclePrice > 0n)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(DriftFault);
      }
    }),
    { numRuns: 500 },
  );
});

test('a changed file is read or refused, never a crash', () => {
  const text = recordingText({ ...recording, accounts: recording.accounts.slice(0, 2) });
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), (at, inserted) => {
      try {
        parseRecording(text.slice(0, at) + inserted + text.slice(at + 1), 'the file');
      } catch (error) {
        expect(error).toBeInstanceOf(DriftFault);
      }
    }),
    { numRuns: 500 },
  );
});
