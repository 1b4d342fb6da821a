// How long all figures of a Drift account take: `node bench/drift.ts [--quick]`. Ours against the
// plain way to an exact liquidation price and, where it has been installed, against Drift's own
// SDK, in interleaved rounds of one run. What counts is processor time. It
// fails when ours and the plain way differ, never for
// being slow.

import { parseArgs } from 'node:util';
import { isSdkInstalled, loadSdk } from '../src/testing/drift/sdk.ts';
import { drawAccount } from '../src/margin/drift/draw-account.suite.ts';
import { driftFigures } from '../src/margin/drift/figures.ts';
import { driftLiquidationPrices } from '../src/margin/drift/liquidation-price.ts';
import { openAccount } from '../src/margin/drift/margin.ts';
import { naiveCrossing, naivePredicate } from '../src/margin/drift/naive.suite.ts';
import type { DriftAccount } from '../src/margin/drift/types.ts';
import { goldenCases } from '../src/testing/drift/golden.ts';
import { Draw } from '../src/units/draw.suite.ts';

/** What the project holds itself to, per position. */
const TARGET_MICROS = 10;
const SDK_MAX = BigInt(Number.MAX_SAFE_INTEGER);

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});
const ROUNDS = options.quick ? 3 : 9;
const RANDOM = options.quick ? 50 : 400;

interface Contender {
  readonly name: string;
  /** Passes over all accounts in a round: enough for the clock, and for the compiler. */
  readonly passes: number;
  readonly run: (account: DriftAccount) => unknown;
}

const CONTENDERS: readonly Contender[] = [
  { name: 'all figures, chain', passes: 30, run: (account) => driftFigures(account) },
  { name: 'all figures, sdk', passes: 30, run: (account) => driftFigures(account, 'sdk') },
  { name: 'exact prices alone', passes: 30, run: exactPrices },
  { name: 'exact prices, plain', passes: 2, run: plainPrices },
  ...sdkContender(),
];

const draw = new Draw(Number(options.seed));
measure(
  'golden accounts',
  goldenCases().map(({ account }) => account),
);
measure(
  'random accounts',
  Array.from({ length: RANDOM }, () => drawAccount(draw)),
);

function sdkContender(): Contender[] {
  if (!isSdkInstalled()) {
    console.log("Drift's SDK is not installed; `node scripts/drift-golden.ts` does that.");
    return [];
  }
  const { expected } = loadSdk();
  return [{ name: "Drift's SDK", passes: 1, run: (account) => expected(account, []) }];
}

/** The SDK's health is computed in doubles and throws for amounts above 2^53. */
function isWithinSdk(account: DriftAccount): boolean {
  const figures = driftFigures(account, 'sdk');
  const amounts = [figures, ...figures.markets.map(({ isolated }) => isolated)].flatMap((scope) =>
    scope === undefined
      ? []
      : [scope.totalCollateralMaintenance, scope.maintenanceMarginRequirement],
  );
  return amounts.every((amount) => -SDK_MAX <= amount && amount <= SDK_MAX);
}

function exactPrices(account: DriftAccount): unknown {
  const open = openAccount(account, 'chain');
  return open.perps.map((leg) => driftLiquidationPrices(open, leg));
}

/** The nearest prices by halves, for the positions that are safe now. */
function plainPrices(account: DriftAccount): unknown {
  const open = openAccount(account, 'chain');
  return open.perps.map((leg) => {
    const mark = leg.market.oraclePrice;
    const isBad = naivePredicate(account, 'chain', leg);
    if (isBad(mark)) return undefined;
    return {
      below: naiveCrossing(isBad, mark, 'below'),
      above: naiveCrossing(isBad, mark, 'above'),
    };
  });
}

function measure(what: string, all: readonly DriftAccount[]): void {
  const accounts = all.filter(checkAgainstPlain).filter(isWithinSdk);
  const positions = accounts.reduce((sum, { perpPositions }) => sum + perpPositions.length, 0);
  const micros = new Map<string, number[]>(CONTENDERS.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, passes, run } of CONTENDERS) {
      const start = process.cpuUsage();
      for (let pass = 0; pass < passes; pass += 1) for (const account of accounts) run(account);
      const { user, system } = process.cpuUsage(start);
      const spent = user + system;
      if (round > 0) micros.get(name)?.push(spent / passes / positions); // the first one warms up
    }
  }
  console.log(`\n${what}: ${accounts.length} with ${positions} positions, ${ROUNDS} rounds\n`);
  const [first] = CONTENDERS;
  const peer = median(micros.get(first!.name)!);
  for (const { name } of CONTENDERS) {
    const own = median(micros.get(name)!);
    const ratio = (own / peer).toFixed(own / peer < 10 ? 2 : 0);
    console.log(
      `${name.padEnd(20)} ${own.toFixed(1).padStart(8)} µs/position ${ratio.padStart(6)} ×`,
    );
  }
  const met = peer <= TARGET_MICROS ? 'met' : 'not met';
  console.log(`target ${TARGET_MICROS} µs a position: ${met}`);
}

/** Ours and the plain way find a crossing at the same place, or one that rounding put beside it. */
function checkAgainstPlain(account: DriftAccount): boolean {
  const open = openAccount(account, 'chain');
  for (const leg of open.perps) {
    const mark = leg.market.oraclePrice;
    const isBad = naivePredicate(account, 'chain', leg);
    if (isBad(mark)) continue;
    const ours = driftLiquidationPrices(open, leg);
    for (const side of ['below', 'above'] as const) {
      const plain = naiveCrossing(isBad, mark, side);
      const own = ours[side];
      const price = own.kind === 'price' ? own.price : undefined;
      const step = side === 'below' ? 1n : -1n;
      const isRight =
        price === undefined ? plain === undefined : isBad(price) && !isBad(price + step);
      if (!isRight || (plain === undefined) !== (price === undefined)) {
        console.error(`${side} is ${String(price)}, the plain way says ${String(plain)}`);
        process.exitCode = 1;
        return false;
      }
    }
  }
  return true;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
