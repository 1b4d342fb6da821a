// Proves which price is taken and what is said about it: the oracle's when its account is right,
// else the one that the market kept, never one that looks fresher than it is.

import { describe, expect, test } from 'vitest';
import {
  clockBytes,
  prelaunchBytes,
  priceUpdateBytes,
  pythLazerBytes,
  type Published,
} from '../../testing/drift/account-bytes.ts';
import type { RawAccount } from './layout/kinds.ts';
import {
  CLOCK_ADDRESS,
  isOldPrice,
  momentOf,
  priceOf,
  type OracleSource,
  type PriceOrigin,
} from './price.ts';
import { fromBase64 } from './recording.ts';
import { DRIFT_V2 } from './settings.ts';

const OWNER = DRIFT_V2.programId;
const PYTH = DRIFT_V2.pythPrograms[0]!;
const ORACLE = 'oracle';
const MOMENT = { slot: 1_000, time: 5_000 };
const KEPT = { lastOraclePrice: 77_000_000n, lastOraclePriceTwapTs: 4_000n };

const said = (change: Partial<Published> = {}): Published => ({
  price: 12_345_678_999n,
  exponent: -8,
  confidence: 1_000n,
  slot: 990,
  time: 4_996,
  ...change,
});

function ask(
  source: OracleSource,
  account: Omit<RawAccount, 'address'> | undefined,
  kept = KEPT,
): PriceOrigin {
  const raw = account === undefined ? [] : [{ ...account, address: ORACLE }];
  return priceOf({
    oracle: ORACLE,
    source,
    kept,
    accounts: new Map(raw.map((one) => [one.address, one])),
    settings: DRIFT_V2,
    moment: MOMENT,
  });
}

const lazer = (change?: Partial<Published>): Omit<RawAccount, 'address'> => ({
  owner: OWNER,
  data: pythLazerBytes(said(change)).data,
});
const pull = (change?: Partial<Published>): Omit<RawAccount, 'address'> => ({
  owner: PYTH,
  data: priceUpdateBytes(said(change)).data,
});

describe('the oracle’s own price', () => {
  test.each([
    ['PythLazer', lazer(), 123_456_789n],
    ['PythLazer1K', lazer(), 123_456_789_990n],
    ['PythLazer1M', lazer({ exponent: -10 }), 1_234_567_899_900n],
    ['PythLazer', lazer({ price: 5n, exponent: -4 }), 500n],
    ['PythPull', pull(), 123_456_789n],
    ['Pyth1KPull', pull(), 123_456_789_990n],
    ['Prelaunch', { owner: OWNER, data: prelaunchBytes(said()).data }, 12_345_678_999n],
  ] as const)('of %s', (source, account, price) => {
    expect(ask(source, account)).toEqual({
      price,
      from: 'oracle',
      source,
      oracle: ORACLE,
      slot: 990,
      ageSlots: 10,
      ageMs: source === 'Prelaunch' ? undefined : 4_000,
      because: undefined,
    });
  });

  test('of BONK as the program’s own test has it', () => {
    const data = fromBase64(
      'IvEjY51+9M206svkAq6RZcKrffzb5QRNJ/KEEG+IqQv93vpfv/YMoAFysCEhfKP+aJIqGar5kBCcudhOmtAEtNICWtb1KTFEGbZFBQAAAAAABQIAAAAAAAD2////xXhYZgAAAADFeFhmAAAAAJMfBQAAAAAAnwEAAAAAAAAFMwYQAAAAAAA=',
      'BONK',
    );
    expect(ask('Pyth1MPull', { owner: PYTH, data }).price).toBe(34_552_600n);
  });

  test('of the quote is one', () => {
    const { price, from } = ask('QuoteAsset', undefined);
    expect({ price, from }).toEqual({ price: 1_000_000n, from: 'fixed' });
  });

  test.each([
    [100_050_000n, 60_000n, 1_000_000n], // within 5 bp and the confidence
    [100_050_000n, 50_000n, 1_000_000n], // at the confidence
    [100_050_000n, 49_900n, 1_000_500n], // beyond the confidence
    [100_050_100n, 90_000n, 1_000_501n], // beyond 5 bp
    [99_950_000n, 90_000n, 1_000_000n],
    [99_949_900n, 90_000n, 999_499n],
  ])('of a stable coin at %d ± %d is %d', (price, confidence, shown) => {
    expect(ask('PythLazerStableCoin', lazer({ price, confidence })).price).toBe(shown);
    expect(ask('PythStableCoinPull', pull({ price, confidence })).price).toBe(shown);
  });

  test('is as old as its slot says', () => {
    const atLimit = lazer({ slot: MOMENT.slot - DRIFT_V2.priceAgeSlotsMax });
    expect(isOldPrice(ask('PythLazer', atLimit), DRIFT_V2)).toBe(false);
    const beyond = lazer({ slot: MOMENT.slot - DRIFT_V2.priceAgeSlotsMax - 1 });
    expect(isOldPrice(ask('PythLazer', beyond), DRIFT_V2)).toBe(true);
    expect(ask('PythLazer', lazer({ slot: MOMENT.slot + 5 })).ageSlots).toBe(0);
  });
});

describe('the price that the market kept', () => {
  const partly = pull();
  partly.data[40] = 0;
  test.each([
    ['Pyth', lazer(), 'accounts of Pyth are not read'],
    ['SwitchboardOnDemand', undefined, 'accounts of SwitchboardOnDemand are not read'],
    ['PythLazer', undefined, 'the oracle account is not there'],
    ['PythLazer', { ...lazer(), owner: PYTH }, `owned by ${PYTH}, not by ${OWNER}`],
    ['PythPull', { ...pull(), owner: OWNER }, `owned by ${OWNER}, not by ${PYTH} or rec5EKMGg6`],
    ['PythPull', { owner: PYTH, data: lazer().data }, 'a PriceUpdateV2 begins with'],
    ['PythLazer', { owner: OWNER, data: lazer().data.subarray(1) }, 'begins with'],
    ['PythLazer', { owner: OWNER, data: lazer().data.subarray(0, 47) }, 'has 47 bytes'],
    ['PythPull', partly, 'only partly verified'],
    ['PythLazer', lazer({ price: 0n }), 'the oracle says 0'],
    ['PythLazer', lazer({ price: -5_000_000_000n }), 'the oracle says -50000000'],
    ['PythLazer', lazer({ price: 99n }), 'the oracle says 0'],
    ['PythLazer', lazer({ exponent: 1 }), 'has the exponent 1'],
    ['PythLazer', lazer({ exponent: -19 }), 'has the exponent -19'],
    ['PythLazer1M', lazer({ exponent: -6 }), 'has the exponent -6, times 1000000'],
  ] as const)('of %s %#', (source, account, because) => {
    expect(ask(source, account)).toMatchObject({
      price: KEPT.lastOraclePrice,
      from: 'market',
      slot: undefined,
      ageSlots: undefined,
      ageMs: 1_000_000,
      because: expect.stringContaining(because) as string,
    });
  });

  test('is as old as its time says', () => {
    const kept = (ageMs: number): PriceOrigin => {
      const seconds = BigInt(MOMENT.time - ageMs / 1_000);
      return ask('Pyth', undefined, { ...KEPT, lastOraclePriceTwapTs: seconds });
    };
    expect(isOldPrice(kept(DRIFT_V2.priceAgeMsMax), DRIFT_V2)).toBe(false);
    expect(isOldPrice(kept(DRIFT_V2.priceAgeMsMax + 1_000), DRIFT_V2)).toBe(true);
  });

  test.each([0n, -1n])('is refused when it is %d', (lastOraclePrice) => {
    expect(() => ask('Pyth', undefined, { ...KEPT, lastOraclePrice })).toThrow(
      `the market account kept ${lastOraclePrice}`,
    );
  });
});

describe('the moment of a snapshot', () => {
  const clockOwner = 'Sysvar1111111111111111111111111111111111111';
  const otherwise = { slot: 1, time: 2 };
  const momentBy = (account: Omit<RawAccount, 'address'>): unknown =>
    momentOf(new Map([[CLOCK_ADDRESS, { ...account, address: CLOCK_ADDRESS }]]), otherwise);

  test('is that of the chain, or else of the answer', () => {
    const moment = { slot: 400_000_000, time: 1_767_225_600 };
    const data = clockBytes(moment.slot, moment.time);
    expect(momentBy({ owner: clockOwner, data })).toEqual(moment);
    expect(momentOf(new Map(), otherwise)).toBe(otherwise);
  });

  test('is refused when the clock is none', () => {
    expect(() => momentBy({ owner: OWNER, data: clockBytes(1, 1) })).toThrow('it is no clock');
    expect(() => momentBy({ owner: clockOwner, data: new Uint8Array(39) })).toThrow('39 bytes');
  });
});
