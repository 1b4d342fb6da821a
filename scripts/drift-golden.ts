// Keeps fixtures/drift/golden.json honest: asks Drift's own SDK for every golden account again and
// compares, then does the same for accounts drawn at random, and says how long each takes.
//
//   node scripts/drift-golden.ts                 compare; installs the SDK into a temporary folder
//   node scripts/drift-golden.ts --accounts 2000 that many random accounts (default 500)
//   node scripts/drift-golden.ts --seed 7        other random accounts
//   node scripts/drift-golden.ts --write         write what the SDK says into the file
//   node scripts/drift-golden.ts --from <file>   take the cases of another file in the same format

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs, isDeepStrictEqual } from 'node:util';
import { drawAccount } from '../src/margin/drift/draw-account.suite.ts';
import { driftFigures } from '../src/margin/drift/figures.ts';
import { inSdkShape, type TradesShown } from '../src/margin/drift/sdk-shape.suite.ts';
import type { DriftAccount } from '../src/margin/drift/types.ts';
import { GOLDEN_FILE, goldenCases } from '../src/testing/drift/golden.ts';
import { Draw } from '../src/units/draw.suite.ts';
import { loadSdk, SDK_VERSION, type SdkOracle } from '../src/testing/drift/sdk.ts';

const FAULTS_SHOWN = 5;
const ROUNDS = 4;

const { values: options } = parseArgs({
  options: {
    accounts: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    from: { type: 'string' },
  },
});

if (options.from !== undefined) copyFileSync(options.from, GOLDEN_FILE);
const sdk = loadSdk();
if (options.write) writeExpected(sdk);
process.exitCode = compareGolden(sdk) + compareRandom(sdk) === 0 ? 0 : 1;

/** Writes what the SDK says now into the file; inputs stay as they are. */
function writeExpected({ expected }: SdkOracle): void {
  const file = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')) as { cases: object[] };
  const cases = goldenCases().map(({ account, trades }, i) => ({
    ...file.cases[i],
    expected: expected(account, trades),
  }));
  writeFileSync(GOLDEN_FILE, JSON.stringify({ ...file, cases }));
}

/**
 * The SDK against the file, and ours against the SDK. Returns the number of accounts that differ.
 */
function compareGolden(oracle: SdkOracle): number {
  const cases = goldenCases();
  const stale = cases.filter(
    ({ account, trades, expected }) =>
      !isDeepStrictEqual(oracle.expected(account, trades), expected),
  );
  console.log(`golden file: ${cases.length} accounts, ${stale.length} differ from ${SDK_VERSION}`);
  return stale.length + compare('golden accounts', cases, oracle);
}

function compareRandom(oracle: SdkOracle): number {
  const draw = new Draw(whole(options.seed));
  const count = whole(options.accounts);
  if (count === 0) return 0;
  const accounts = Array.from({ length: count }, () => {
    const account = drawAccount(draw);
    const trades = account.perpPositions.map(({ baseAssetAmount, isolated }, i) => {
      if (isolated || !draw.oneIn(3)) return undefined;
      const baseSizeChange = (baseAssetAmount * BigInt(draw.whole(-150, 150))) / 100n;
      const entry = account.perpMarkets[i]!.oraclePrice * BigInt(draw.whole(95, 105));
      return { baseSizeChange, entryPrice: entry / 100n };
    });
    return { account, trades };
  });
  const held = accounts.filter(({ account, trades }) => canHold(oracle, account, trades));
  const left = accounts.length - held.length;
  if (left > 0) console.log(`${left} random accounts are left out: too large for the SDK's health`);
  return compare('random accounts', held, oracle);
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${text}: --accounts and --seed take a whole number of up to nine digits`);
}

/** The SDK computes health in doubles and throws for amounts above 2^53, nine billion dollars. */
function canHold({ expected }: SdkOracle, account: DriftAccount, trades: TradesShown): boolean {
  try {
    expected(account, trades);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes('53 bits')) return false;
    throw error;
  }
}

interface Asked {
  readonly account: DriftAccount;
  readonly trades: TradesShown;
}

/** Ours against the SDK's, and the time of each. Returns the number of accounts that differ. */
function compare(what: string, asked: readonly Asked[], { expected }: SdkOracle): number {
  const ours = asked.map(({ account, trades }) => inSdkShape(account, trades));
  const theirs = asked.map(({ account, trades }) => expected(account, trades));
  const faults = asked.flatMap((_, i) =>
    differences(ours[i], theirs[i]).map((fault) => `  account ${i}: ${fault}`),
  );
  for (const fault of faults.slice(0, FAULTS_SHOWN)) console.log(fault);
  const differing = asked.filter((_, i) => !isDeepStrictEqual(ours[i], theirs[i])).length;
  const ourMicros = microsOf(asked, ({ account }) => driftFigures(account, 'sdk'));
  const theirMicros = microsOf(asked, ({ account, trades }) => expected(account, trades));
  console.log(
    `${what}: ${asked.length}, ${differing} differ; all figures of an account take the SDK ` +
      `${theirMicros.toFixed(0)} µs and us ${ourMicros.toFixed(0)} µs, ` +
      `${(theirMicros / ourMicros).toFixed(0)} times less`,
  );
  return differing;
}

/** Time per account in the fastest of some rounds, when the code is warm. */
function microsOf(asked: readonly Asked[], ask: (one: Asked) => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    for (const one of asked) ask(one);
    return performance.now() - start;
  });
  return (Math.min(...rounds) * 1_000) / asked.length;
}

/** Every value that differs, with its path. */
function differences(ours: unknown, theirs: unknown, path = ''): string[] {
  if (isDeepStrictEqual(ours, theirs)) return [];
  if (typeof ours !== 'object' || typeof theirs !== 'object' || !ours || !theirs) {
    return [`${path} is ${String(theirs)} in the SDK, ours ${String(ours)}`];
  }
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names].flatMap((name) =>
    differences(
      (ours as Record<string, unknown>)[name],
      (theirs as Record<string, unknown>)[name],
      `${path}.${name}`,
    ),
  );
}
