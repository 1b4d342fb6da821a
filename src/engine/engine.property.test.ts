// Proves the engine's promises on random flow: every invariant after every command, a preview that
// is what happens, refusals that change nothing, replay and snapshot with tail that end in the same
// state. A failure prints its seed.

import { expect, test } from 'vitest';
import { replayScript, runSim } from '../testing/sim/run.ts';
import { Engine } from './engine.ts';
import { violations } from './invariants.ts';
import type { EngineLimits } from './limits.ts';

const LONG = process.env['PLIMSOLL_LONG'] === '1';
const SEEDS = LONG ? 400 : 36;
const COMMANDS = 3_000;

test('previews equal execution and every invariant holds, over more than 100,000 commands', () => {
  let previews = 0;
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = runSim({
      seed,
      commands: COMMANDS,
      accounts: 3 + (seed % 6),
      checkEvery: 1,
      hashEvery: 11,
    });
    previews += run.previews;
    for (const [event, count] of run.events) seen.set(event, (seen.get(event) ?? 0) + count);
  }
  expect(previews).toBeGreaterThan(100_000);
  // The flow must reach the rules it is meant to test, or it proves nothing.
  for (const event of [
    'order_filled',
    'order_triggered',
    'order_amended',
    'order_hold_changed',
    'attached_changed',
  ]) {
    expect(seen.get(event) ?? 0, event).toBeGreaterThan(20);
  }
});

test('a replay from bytes, and a snapshot with its tail, end in the same state', () => {
  for (let seed = 1_001; seed <= 1_006; seed++) {
    const { engine, script } = runSim({
      seed,
      commands: 2_000,
      accounts: 5,
      checkEvery: 500,
      hashEvery: 500,
    });
    const replayed = replayScript(script);
    expect(replayed.hash(), `seed ${seed}`).toBe(engine.hash());
    expect(replayed.eventDigest(), `seed ${seed}`).toBe(engine.eventDigest());
    for (const cut of [100, 777, 1_500]) {
      const head = replayScript(script.slice(0, cut));
      const resumed = Engine.restore(head.snapshot());
      expect(resumed.hash(), `seed ${seed}, cut ${cut}`).toBe(head.hash());
      for (const command of script.slice(cut)) resumed.execute(command);
      expect(resumed.hash(), `seed ${seed}, cut ${cut}`).toBe(engine.hash());
      expect(resumed.eventDigest(), `seed ${seed}, cut ${cut}`).toBe(engine.eventDigest());
    }
  }
});

test('every limit holds under flow that runs into all of them', () => {
  const limits: Partial<EngineLimits> = {
    ordersPerPosition: 3,
    orders: 14,
    levelsPerSide: 4,
    fillsPerOrder: 3,
    stepsPerCommand: 2,
    idsPerAccount: 4,
    ids: 12,
    positions: 9,
  };
  const refused = new Set<number>();
  for (let seed = 2_001; seed <= 2_012; seed++) {
    const run = runSim({
      seed,
      commands: 2_000,
      accounts: 5,
      checkEvery: 1,
      hashEvery: 50,
      limits,
    });
    expect(violations(run.engine.state), `seed ${seed}`).toEqual([]);
    expect(replayScript(run.script, limits).hash(), `seed ${seed}`).toBe(run.engine.hash());
    for (const reason of run.refused.keys()) refused.add(reason);
  }
  for (const reason of [102, 140, 235, 236]) expect(refused, `refusal ${reason}`).toContain(reason);
});
