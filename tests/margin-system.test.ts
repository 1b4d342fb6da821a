// The thirteen tests that the margin system was first asked for, by the names they were given, with
// real bodies: collateral, positions and their profit, requirements, risk checks, liquidation,
// settlement, persistence. Each goes through the engine as any client would; the last through a
// journal on a real disk. Amounts are whole USD, a market counts price × size.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Command } from '../src/engine/command.ts';
import type { Engine } from '../src/engine/engine.ts';
import { nodeDisk } from '../src/journal/node-disk.ts';
import { currentProcess } from '../src/journal/process-identity.ts';
import { maintenanceMargin } from '../src/margin/requirement.ts';
import { EngineMachine, type Result } from '../src/runtime/engine-machine.ts';
import { startRuntime, type Runtime } from '../src/runtime/runtime.ts';
import { World, ok, rates } from '../src/testing/engine-kit.ts';
import { price } from '../src/units/brand.ts';

const RICH = 1_000_000;

/** A market at 1,000 with the defaults of the original: initial 10 %, maintenance 5 %. */
function setUp(usd = 1_000): { w: World; m: number; alice: number; bob: number } {
  const w = new World();
  const m = w.perp();
  const alice = w.account('alice', usd);
  const bob = w.account('bob', RICH);
  return { w, m, alice, bob };
}

/** Alice long, bob short, at 1,000. */
function trade(w: World, m: number, long: number, short: number, size: number): void {
  ok(w.sell(short, m, size, 1_000));
  ok(w.buy(long, m, size, 1_000));
}

describe('margin engine', () => {
  test('test_deposit_collateral', () => {
    const { w, alice } = setUp(0);
    expect(w.engine.account(alice).equity).toBe(0);
    ok(w.deposit(alice, 1_000));
    expect(w.engine.account(alice)).toMatchObject({ equity: 1_000, withdrawable: 1_000 });
    expect(w.deposit(99, 1).said).toBe('ACCOUNT_NOT_FOUND');
  });

  test('test_withdraw_with_insufficient_margin', () => {
    const { w, m, alice, bob } = setUp(1_000);
    trade(w, m, alice, bob, 5); // notional 5,000 needs 500
    expect(w.withdraw(alice, 501).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 499 500');
    expect(w.withdraw(alice, 1_001).said).toBe('INSUFFICIENT_BALANCE 1001 1000');
    expect(w.withdraw(alice, 500).said).toBe('OK');
    expect(w.engine.account(alice)).toMatchObject({ equity: 500, initial: 500, withdrawable: 0 });
  });

  test('test_margin_requirement_calculation', () => {
    const { w, m, alice, bob } = setUp(10_000);
    trade(w, m, alice, bob, 7);
    // notional · ratio, at the mark and not at entry
    expect(w.position(alice, m)).toMatchObject({ notional: 7_000, initial: 700, maintenance: 350 });
    ok(w.mark(m, 1_100));
    expect(w.position(alice, m)).toMatchObject({ notional: 7_700, initial: 770, maintenance: 385 });
  });

  test('test_position_tracking', () => {
    const { w, m, alice, bob } = setUp(10_000);
    trade(w, m, alice, bob, 4);
    ok(w.sell(bob, m, 4, 1_100));
    ok(w.buy(alice, m, 4, 1_100));
    expect(w.position(alice, m)).toMatchObject({ size: 8, cost: 8_400, entry: 1_050 });
    expect(w.position(bob, m)).toMatchObject({ size: -8, cost: -8_400, entry: 1_050 });
    ok(w.buy(bob, m, 8, 1_200));
    ok(w.sell(alice, m, 8, 1_200));
    expect(w.engine.positions(alice)).toEqual([]);
    expect(w.engine.account(alice).equity).toBe(10_000 + 8 * 150);
  });

  test('test_account_health_check', () => {
    const { w, m, alice, bob } = setUp(1_000);
    expect(w.engine.account(alice).health).toBe(10_000); // 100.00 %: nothing is required
    trade(w, m, alice, bob, 10);
    expect(w.engine.account(alice)).toMatchObject({
      equity: 1_000,
      maintenance: 500,
      health: 5_000,
    });
    ok(w.mark(m, 948));
    // equity 480 against maintenance 474: still at or above it
    expect(w.engine.account(alice)).toMatchObject({ equity: 480, maintenance: 474, health: 125 });
    expect(w.position(alice, m)).toMatchObject({ size: 10, liquidationPrice: 947 });
  });

  test('test_leverage_limits', () => {
    const { w, m, alice, bob } = setUp(1_000);
    expect(w.leverage(alice, m, 11).said).toBe('ABOVE_MAX_LEVERAGE 1100000 1000000');
    ok(w.leverage(alice, m, 5));
    ok(w.sell(bob, m, 100, 1_000));
    expect(w.buy(alice, m, 6, 1_000).said).toBe('INSUFFICIENT_MARGIN 1000 1200');
    expect(w.buy(alice, m, 5, 1_000).said).toBe('OK');
  });
});

describe('liquidation', () => {
  test('test_liquidation_trigger', () => {
    const { w, m, alice, bob } = setUp(1_000);
    trade(w, m, alice, bob, 10);
    // equity = maintenance is safe; one unit further it is not (margin.md §4)
    const brackets = w.engine.markets()[m].brackets;
    expect(1_000 - 10 * 52).toBeGreaterThanOrEqual(maintenanceMargin(brackets, 9_480));
    const safe = w.mark(m, 948);
    expect(safe.events.map(({ name }) => name)).not.toContain('liquidation_started');
    expect(1_000 - 10 * 53).toBeLessThan(maintenanceMargin(brackets, 9_470));
    const due = w.mark(m, 947);
    expect(due.events.map(({ name }) => name)).toContain('liquidation_started');
  });

  test('test_liquidation_execution', () => {
    const { w, m, alice, bob } = setUp(1_000);
    const carol = w.account('carol', RICH);
    trade(w, m, alice, bob, 10);
    ok(w.buy(carol, m, 100, 940)); // somebody who takes liquidations
    const { events } = w.mark(m, 945);
    const done = events.filter(({ name }) => name === 'liquidated');
    // Half the maintenance rate is the furthest from the mark that the cure may sell: 921.4.
    expect(done[0]).toMatchObject({ account: alice, by: 0, size: 10, limit_price: 922 });
    expect(events.filter(({ name }) => name === 'order_filled')[0]).toMatchObject({
      maker: carol,
      price: 940,
      taker_order: 0,
    });
    const { equity, maintenance } = w.engine.account(alice);
    expect(equity).toBeGreaterThanOrEqual(maintenance);
    expect(w.engine.markets()[m].last).toBe(1_000); // a liquidation's print does not move last
  });
});

describe('orders with margin', () => {
  test('test_order_with_margin_check', () => {
    const { w, m, alice, bob } = setUp(1_000);
    ok(w.sell(bob, m, 100, 1_000));
    expect(w.buy(alice, m, 11, 1_000).said).toBe('INSUFFICIENT_MARGIN 1000 1100');
    expect(w.engine.positions(alice)).toEqual([]);
    const { fills } = w.buy(alice, m, 10, 1_000);
    expect(fills).toHaveLength(1);
    expect(w.buy(alice, m, 1, 900).said).toBe('INSUFFICIENT_MARGIN 1000 1100');
  });

  test('test_position_pnl_updates', () => {
    const { w, m, alice, bob } = setUp(10_000);
    trade(w, m, alice, bob, 10);
    ok(w.mark(m, 1_050));
    expect(w.position(alice, m)).toMatchObject({ unrealised: 500, realised: 0 });
    ok(w.buy(bob, m, 4, 1_050));
    ok(w.sell(alice, m, 4, 1_050));
    expect(w.position(alice, m)).toMatchObject({ size: 6, unrealised: 300, realised: 200 });
    expect(w.engine.account(alice).equity).toBe(10_500);
  });
});

describe('from end to end', () => {
  test('test_full_margin_workflow', () => {
    const { w, m, alice, bob } = setUp(0);
    ok(w.deposit(alice, 2_000));
    trade(w, m, alice, bob, 10);
    ok(w.mark(m, 1_080));
    ok(w.buy(bob, m, 10, 1_080));
    ok(w.sell(alice, m, 10, 1_080));
    expect(w.engine.account(alice).withdrawable).toBe(2_800);
    ok(w.withdraw(alice, 2_800));
    expect(w.engine.account(alice).equity).toBe(0);
    for (const { difference } of w.engine.conservation()) expect(difference).toBe(0n);
  });

  test('test_liquidation_cascade', () => {
    const w = new World();
    const m = w.perp({ brackets: rates(100_000, 50_000) });
    const bob = w.account('bob', RICH);
    const victims = [1_000, 1_150, 1_300, 4_000].map((usd, i) => w.account(`v${i}`, usd));
    for (const victim of victims) trade(w, m, victim, bob, 10);
    const { events } = w.mark(m, 905);
    const started = events.filter(({ name }) => name === 'liquidation_started');
    // Worst first: those with the least behind the same position. The last stays above maintenance.
    expect(started.map(({ account }) => account)).toEqual(victims.slice(0, 3));
    expect(w.position(victims[3], m)).toMatchObject({ size: 10 });
    for (const victim of victims) {
      const { equity, maintenance } = w.engine.account(victim);
      expect(equity).toBeGreaterThanOrEqual(maintenance);
    }
    for (const { difference } of w.engine.conservation()) expect(difference).toBe(0n);
  });

  test('test_margin_with_persistence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-margin-'));
    const { w, script } = recorded();
    const m = w.perp();
    const alice = w.account('alice', 1_000);
    const bob = w.account('bob', RICH);
    trade(w, m, alice, bob, 10);
    ok(w.mark(m, 960));
    try {
      const first = await start(folder);
      for (const command of script) await send(first.runtime, command);
      const before = first.machine.engine.hash();
      await first.runtime.stop();
      const second = await start(folder);
      const engine = (): Engine => second.machine.engine;
      expect(engine().hash()).toBe(before);
      expect(engine().account(alice)).toMatchObject({ equity: 600, maintenance: 480 });
      expect(engine().positions(alice)[0]).toMatchObject({ size: 10, unrealised: -400 });
      // The margin that was restored is the one that liquidates.
      const next = { kind: 'update_index', id: '', time: w.time + 1, market: m } as const;
      await send(second.runtime, { ...next, price: price(940), mark: price(940) });
      expect(engine().positions(alice)).toEqual([]);
      for (const { difference } of engine().conservation()) expect(difference).toBe(0n);
      await second.runtime.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A world, and every command that it sends. */
function recorded(): { w: World; script: Command[] } {
  const script: Command[] = [];
  class Recording extends World {
    override send(fields: Parameters<World['send']>[0]): ReturnType<World['send']> {
      const answer = super.send(fields);
      script.push({ id: '', time: this.time, ...fields } as unknown as Command);
      return answer;
    }
  }
  return { w: new Recording(), script };
}

interface Running {
  readonly machine: EngineMachine;
  readonly runtime: Runtime<Command, Result>;
}

async function start(folder: string): Promise<Running> {
  const machine = new EngineMachine({ fillsPerOrder: 100 });
  const started = await startRuntime<Command, Result>({
    disk: nodeDisk,
    directory: join(folder, 'journal'),
    identity: currentProcess(),
    machine,
    fingerprint: machine.fingerprint,
    onStop: (error) => {
      throw error;
    },
  });
  if (started.kind === 'refused') throw new Error(started.refusal.what);
  return { machine, runtime: started.runtime };
}

async function send({ sequencer }: Running['runtime'], command: Command): Promise<void> {
  const answer = await sequencer.execute(command);
  expect(answer).toMatchObject({ kind: 'done', outcome: { reason: 0 } });
}
