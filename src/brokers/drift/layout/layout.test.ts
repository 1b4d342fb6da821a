// Proves that every field is read from its place: against accounts that were on the chain, as
// Anchor reads them with the program's own interface description.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { perpMarketAddress, spotMarketAddress } from '../address.ts';
import { fromBase64 } from '../recording.ts';
import { DRIFT_V2 } from '../settings.ts';
import { decodeAccount } from './kinds.ts';
import { PRICE_UPDATE } from './oracle.ts';
import { PERP_MARKET } from './perp-market.ts';
import { SPOT_MARKET } from './spot-market.ts';
import { USER } from './user.ts';

interface Captured {
  readonly kind: 'PerpMarket' | 'SpotMarket' | 'User';
  readonly data: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const FILE = new URL('../../../../fixtures/drift/captured.json', import.meta.url);
const { accounts } = JSON.parse(readFileSync(FILE, 'utf8')) as { accounts: Captured[] };
const KINDS = { PerpMarket: PERP_MARKET, SpotMarket: SPOT_MARKET, User: USER };
const OWNER = DRIFT_V2.programId;

function decoded({ kind, data }: Captured): unknown {
  const raw = { address: 'a', owner: OWNER, data: fromBase64(data, kind) };
  return decodeAccount<unknown>(KINDS[kind], raw, OWNER);
}

/** Pairs of what we read and what Anchor read, for every field that we look into. */
function pairs(ours: unknown, theirs: unknown, path: string): [string, string, string][] {
  if (ours instanceof Uint8Array) return [];
  if (typeof ours !== 'object' || ours === null) return [[path, String(ours), String(theirs)]];
  const other = (theirs ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(ours).flatMap(([name, value]) =>
    pairs(value, other[name], `${path}.${name}`),
  );
}

describe('accounts that were on the chain', () => {
  test.each([
    ['PerpMarket', 122],
    ['SpotMarket', 74],
    ['User', 1],
  ] as const)('%s is read field by field as Anchor reads it', (kind, fieldsMin) => {
    const found = accounts.filter((one) => one.kind === kind);
    expect(found.length).toBeGreaterThan(0);
    for (const one of found) {
      const all = pairs(decoded(one), one.fields, kind);
      expect(all.length).toBeGreaterThanOrEqual(fieldsMin);
      expect(all.map(([path, ours]) => [path, ours])).toEqual(
        all.map(([path, , theirs]) => [path, theirs]),
      );
    }
  });

  test('are found at the addresses that we derive', () => {
    const at = (kind: string): unknown =>
      accounts.find((one) => one.kind === kind)?.fields['pubkey'];
    expect(perpMarketAddress(OWNER, 0)).toBe(at('PerpMarket'));
    expect(spotMarketAddress(OWNER, 0)).toBe(at('SpotMarket'));
  });

  test('a pulled price of Pyth', () => {
    // BONK on the main network, of the oracle tests of the program.
    const data = fromBase64(
      'IvEjY51+9M206svkAq6RZcKrffzb5QRNJ/KEEG+IqQv93vpfv/YMoAFysCEhfKP+aJIqGar5kBCcudhOmtAEtNICWtb1KTFEGbZFBQAAAAAABQIAAAAAAAD2////xXhYZgAAAADFeFhmAAAAAJMfBQAAAAAAnwEAAAAAAAAFMwYQAAAAAAA=',
      'BONK',
    );
    const said = decodeAccount(PRICE_UPDATE, { address: 'a', owner: 'p', data }, 'p');
    expect(said).toMatchObject({
      verification: 1,
      price: 345_526n,
      conf: 517n,
      exponent: -10,
      publishTime: 1_717_074_117n,
      emaPrice: 335_763n,
      postedSlot: 268_841_733n,
    });
  });
});
