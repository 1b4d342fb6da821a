// The golden accounts as our inputs and the values that the venue's SDK gave for them. Read by
// tests and by the bench; the file's scales are in fixtures/drift/README.md.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DriftAccount } from '../../margin/drift/types.ts';

export interface GoldenTrade {
  readonly baseSizeChange: bigint;
  readonly entryPrice: bigint;
}

export interface GoldenCase {
  readonly id: number;
  readonly tags: readonly string[];
  readonly account: DriftAccount;
  /** The trade previewed for each perp position, where there is one. */
  readonly trades: readonly (GoldenTrade | undefined)[];
  /** As in the file: whole numbers as strings, ratios and health as numbers. */
  readonly expected: unknown;
}

export const GOLDEN_FILE = fileURLToPath(
  new URL('../../../fixtures/drift/golden.json', import.meta.url),
);

type Raw = Readonly<Record<string, unknown>>;

/** All golden accounts. */
export function goldenCases(): GoldenCase[] {
  const file = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')) as { cases: Raw[] };
  return file.cases.map((raw) => {
    const positions = raw['perpPositions'] as Raw[];
    return {
      id: raw['id'] as number,
      tags: raw['tags'] as string[],
      account: accountOf(raw),
      trades: positions.map(({ tradePreview }) =>
        tradePreview === undefined
          ? undefined
          : (bigOf(tradePreview as Raw) as unknown as GoldenTrade),
      ),
      expected: raw['expected'],
    };
  });
}

/** What the file does not say, because its generator left it at the venue's usual value. */
function accountOf(raw: Raw): DriftAccount {
  const rows = (name: string): Raw[] => (raw[name] as Raw[]).map(bigOf);
  return {
    now: raw['now'],
    marginMode: raw['marginMode'],
    userMaxMarginRatio: raw['userMaxMarginRatio'],
    feeTier0: raw['feeTier0'],
    isBeingLiquidated: false,
    perpMarkets: rows('perpMarkets').map((market) => ({
      oracleMultiple: 1,
      contractType: 'perpetual',
      isInSettlement: false,
      expiryPrice: 0n,
      lastOraclePrice: market['oraclePrice'],
      ...market,
    })),
    spotMarkets: rows('spotMarkets').map((market) => ({ oracleMultiple: 1, ...market })),
    spotPositions: rows('spotPositions').map((position) => ({
      openOrders: 0,
      openBids: 0n,
      openAsks: 0n,
      ...position,
    })),
    perpPositions: rows('perpPositions').map((position) => ({
      isBeingLiquidated: false,
      ...position,
    })),
  } as unknown as DriftAccount;
}

/** Strings of digits are the venue's whole numbers. */
function bigOf(raw: Raw): Raw {
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      name,
      typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : value,
    ]),
  );
}
