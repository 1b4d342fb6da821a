// Proves the engine's promises where they are hardest: liquidations, takeovers, closings against
// counterparties, deficits, with every invariant after every command, and a second ledger in bigint
// that must agree with every receipt. A failure prints its seed.

import { expect, test } from 'vitest';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import { auditOf } from '../testing/sim/risk-audit.ts';
import { RiskCommands } from '../testing/sim/risk-commands.ts';
import { runCrowd } from '../testing/sim/risk-crowd.ts';
import { riskVariant, riskWorld } from '../testing/sim/risk-world.ts';
import { replayScript, runSim } from '../testing/sim/run.ts';
import type { SimReport } from '../testing/sim/run.ts';
import type { EngineLimits } from './limits.ts';

const LONG = process.env['PLIMSOLL_LONG'] === '1';
/** What one test runs: a batch each, so that none comes near the time limit of a test. */
const BATCHES = LONG ? Array.from({ length: 60 }, (_, i) => i) : [0, 1, 2, 3];
const SEEDS = 11;
const BOUNDED_SEEDS = LONG ? 40 : 12;
const CROWDS = 65;
const COMMANDS = 3_000;
const CROWD = 400;

/** Runs a seed and adds what it has reached to `totals`. */
function run(
  seed: number,
  commands: number,
  totals: Map<string, number>,
  limits?: Partial<EngineLimits>,
): SimReport {
  const traders = 5 + (seed % 8);
  const { audit, inspect } = auditOf(limits !== undefined);
  const report = runSim({
    seed,
    commands,
    accounts: traders,
    checkEvery: 1,
    hashEvery: 41,
    restoreEvery: 97,
    ...(limits === undefined ? {} : { limits }),
    inspect,
    source: (engine, random) => {
      const world = riskWorld(riskVariant(random), traders, random);
      const flow = new RiskCommands(engine, random, traders);
      return { world, next: () => flow.next() };
    },
  });
  for (const [what, count] of audit().counts) totals.set(what, (totals.get(what) ?? 0) + count);
  return report;
}

/** The flow must reach the rules it is meant to test, or it proves nothing. */
function expectReached(totals: ReadonlyMap<string, number>, least: Record<string, number>): void {
  for (const [what, count] of Object.entries(least))
    expect(totals.get(what) ?? 0, what).toBeGreaterThanOrEqual(count);
}

const totals = new Map<string, number>();

test.each(BATCHES)(
  'every invariant, preview, restore and receipt holds over 33,000 violent commands: batch %d',
  (batch) => {
    let previews = 0;
    for (let seed = 1; seed <= SEEDS; seed++)
      previews += run(batch * SEEDS + seed, COMMANDS, totals).previews;
    expect(previews).toBeGreaterThan(25_000);
  },
);

test('they have reached every rule', () => {
  expectReached(totals, {
    started: 1_000,
    cure_closed: 400,
    cure_in_part: 100,
    close: 500,
    close_closed: 5,
    fund_closed: 300,
    fund_in_part: 100,
    counterparty_closed: 600,
    counterparty_in_part: 200,
    mark_closed: 4,
    fee: 150,
    converted: 200, // collateral that the fund bought
    residual: 100, // of accounts that had nothing else left
    fund_2: 50, // deficits
    fund_below_zero: 1_000,
    held_back: 10_000,
    imposed_1: 300, // too few sources
    imposed_2: 1, // a deficit of positions that were closed
    partly_cure: 100, // of accounts of which another part waits
    partly_fund: 50,
    partly_counterparty: 80,
    waits: 20, // the rest was closed, and they are still below maintenance
    terms: 100, // other brackets
    status_5: 20, // settled
  });
});

test.each([1, 2, 3, 7])('the same with %d steps a command', (stepsPerCommand) => {
  const reached = new Map<string, number>();
  const first = 1_000 * stepsPerCommand;
  for (let i = 0; i < BOUNDED_SEEDS; i++) run(first + i, 1_500, reached, { stepsPerCommand });
  expectReached(reached, { started: 50, bounded: 100, imposed_4: 20 });
});

/**
 * A fund that is itself a counterparty whose pool is not enough: its loss is no part of the
 * receipt.
 */
test.each([100_094, 100_346])(
  'seed %d, which has found a fault, with one step a command',
  (seed) => {
    expect(run(seed, 2_000, new Map(), { stepsPerCommand: 1 }).accepted).toBeGreaterThan(500);
  },
);

test('a replay from bytes ends in the same state', () => {
  for (let seed = 501; seed <= 504; seed++) {
    const { engine, script } = run(seed, 1_500, new Map());
    const replayed = replayScript(script);
    expect(replayed.hash(), `seed ${seed}`).toBe(engine.hash());
    expect(replayed.eventDigest(), `seed ${seed}`).toBe(engine.eventDigest());
  }
});

test.each(BATCHES)(
  '26,000 random accounts: due is whom a naive predicate names: batch %d',
  (batch) => {
    let accounts = 0;
    let liquidated = 0;
    let silent = 0;
    for (let seed = 1; seed <= CROWDS; seed++) {
      const report = runCrowd(new Sfc32(batch * CROWDS + seed), CROWD, 12);
      accounts += report.accounts;
      liquidated += report.liquidated;
      silent += report.silent;
    }
    expect(accounts).toBe(26_000);
    expect(liquidated).toBeGreaterThan(1_500);
    expect(silent).toBeGreaterThan(500);
  },
);
