// The world around a journal in a test: a virtual machine with processes that die, a clock that is
// set by hand and timers that run when told. Nothing here knows what the journal writes.

import type { ProcessIdentity } from '../../journal/process-identity.ts';
import type { SystemLock } from '../../journal/system-lock.ts';
import type { Clock, Scheduler } from '../../runtime/clock.ts';
import {
  type Runtime,
  type RuntimeOptions,
  type Started,
  startRuntime,
} from '../../runtime/runtime.ts';
import { Ledger, type LedgerCommand, type LedgerOutcome } from './ledger.ts';
import type { VirtualDisk } from './virtual-disk.ts';

export const DIRECTORY = '/data';
export const SALT = 0x5eed5a17;
export const SEGMENT_BYTES = 12 * 1024;

let lastPid = 100;
let tokens = 0;

/**
 * One boot of a machine: a process that another one of these started is dead. Pids are never used
 * twice.
 */
export class VirtualHost {
  private readonly running = new Set<number>();
  /** Who holds which file; undefined on a machine whose disk gives no locks. */
  private readonly holders: Map<string, number> | undefined;

  constructor(options: { readonly locks?: boolean } = {}) {
    this.holders = options.locks === true ? new Map() : undefined;
  }

  startProcess(): ProcessIdentity {
    lastPid += 1;
    const self = {
      pid: lastPid,
      started: String(lastPid),
      boot: 'b',
      namespace: 'n',
      host: 'h',
    };
    this.running.add(self.pid);
    return {
      self,
      token: () => String((tokens += 1)).padStart(8, '0'),
      hold: (path) => this.hold(path, self.pid),
      liveness: (other) => (this.running.has(other.pid) ? 'alive' : 'gone'),
    };
  }

  killAll(): void {
    this.running.clear();
    this.holders?.clear();
  }

  private hold(path: string, pid: number): SystemLock | 'busy' | 'none' {
    const { holders } = this;
    if (holders === undefined) return 'none';
    if (holders.has(path)) return 'busy';
    holders.set(path, pid);
    return { file: path, release: () => holders.delete(path) };
  }
}

export class ManualClock implements Clock {
  now = 1_700_000_000_000;

  nowMs(): number {
    return this.now;
  }
}

/** `soon` is the end of the current turn; `after` waits until the test says so. */
export class ManualScheduler implements Scheduler {
  private timers: (() => void)[] = [];

  get waiting(): number {
    return this.timers.length;
  }

  soon(run: () => void): void {
    queueMicrotask(run);
  }

  after(_delayMs: number, run: () => void): void {
    this.timers.push(run);
  }

  runTimers(): void {
    for (const run of this.timers.splice(0)) run();
  }
}

export type LedgerRuntime = Runtime<LedgerCommand, LedgerOutcome>;
type Options = RuntimeOptions<LedgerCommand, LedgerOutcome>;

export interface World {
  readonly ledger: Ledger;
  readonly clock: ManualClock;
  readonly scheduler: ManualScheduler;
  readonly host: VirtualHost;
  /** What `onStop` was called with. */
  readonly stops: unknown[];
  readonly started: Started<LedgerCommand, LedgerOutcome>;
}

/** Starts a ledger on the disk; `change` replaces what a test is about. */
export async function startWorld(
  disk: VirtualDisk,
  change: Partial<Options> & { ledger?: Ledger; host?: VirtualHost } = {},
): Promise<World> {
  const { ledger = new Ledger(), host = new VirtualHost(), ...rest } = change;
  const clock = new ManualClock();
  const scheduler = new ManualScheduler();
  const stops: unknown[] = [];
  const started = await startRuntime<LedgerCommand, LedgerOutcome>({
    disk,
    directory: DIRECTORY,
    identity: host.startProcess(),
    machine: ledger,
    salt: SALT,
    segmentBytes: SEGMENT_BYTES,
    groupBytes: 8 * 1024,
    commandBytes: 1024,
    snapshotEvery: 0,
    clock,
    scheduler,
    onStop: (error) => stops.push(error),
    ...rest,
  });
  return { ledger, clock, scheduler, host, stops, started };
}

/** The runtime of a world that must have started. */
export function runtimeOf(world: World): LedgerRuntime {
  if (world.started.kind === 'refused') {
    throw new Error(`refused: ${JSON.stringify(world.started.refusal)}`);
  }
  return world.started.runtime;
}

/** Which verdicts the start reported, ascending. */
export function verdictsOf(world: World): number[] {
  const { started } = world;
  return started.kind === 'refused'
    ? [started.refusal.verdict]
    : started.findings.map((one) => one.verdict);
}
