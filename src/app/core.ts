// The exchange core on a data directory: machine, journal, sequencer, and the history that follows
// them. It recovers before it takes a command; what it cannot decide it refuses to start on.

import { Exchange, type Command } from '../api/exchange.ts';
import { nodeDisk } from '../journal/node-disk.ts';
import { currentProcess } from '../journal/process-identity.ts';
import { describe } from '../journal/verdict.ts';
import { EngineMachine, type Result } from '../runtime/engine-machine.ts';
import { type Runtime, startRuntime } from '../runtime/runtime.ts';
import type { Config } from './config.ts';
import { openHistory } from './history.ts';
import type { Logger } from './log.ts';
import type { SqlHistory } from './sql-history.ts';

export interface Core {
  readonly machine: EngineMachine;
  readonly runtime: Runtime<Command, Result>;
  readonly exchange: Exchange;
  readonly history: SqlHistory;
  /** Ends the journal, then the history of it. True when the journal's end was clean. */
  stop(): Promise<boolean>;
}

/** The directory was refused; the sentence says why and what to do. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** Commands between snapshots: 25 MB of a demo's journal, a second of replay. */
const SNAPSHOT_EVERY = 250_000;

/** @throws StartRefused, HistoryUnusable */
export async function startCore(
  directory: string,
  config: Config,
  log: Logger,
  onStop: (error: unknown) => void,
  nowMs?: () => number,
): Promise<Core> {
  const machine = new EngineMachine(engineLimits(config));
  const began = performance.now();
  const started = await startRuntime<Command, Result>({
    disk: nodeDisk,
    directory,
    identity: currentProcess(),
    machine,
    fingerprint: machine.fingerprint,
    snapshotEvery: config.limits.snapshot_every ?? SNAPSHOT_EVERY,
    onStop,
    ...(nowMs === undefined ? {} : { clock: { nowMs } }),
    onFollowerFailed: (name, sequence, error) => {
      log.error({ err: error, follower: name, sequence }, 'a read model was taken off');
    },
    onStorage: (full) => log.warn({ full }, full ? 'the disk is full' : 'the disk has space again'),
    onSnapshot: ({ saved, pauseMs }) => log.info({ saved, pause_ms: pauseMs }, 'snapshot'),
  });
  if (started.kind === 'refused') throw new StartRefused(describe(started.refusal));
  const { runtime, findings } = started;
  log.info(
    {
      sequence: runtime.journal.sequence,
      hash: machine.engine.hash(),
      ms: Math.round(performance.now() - began),
      findings: findings.map(describe),
    },
    'recovered',
  );
  const history = await openHistory({ config, log, machine, runtime, directory }).catch(
    async (error: unknown) => {
      await runtime.stop();
      throw error;
    },
  );
  const exchange = new Exchange(machine, runtime);
  const stop = async (): Promise<boolean> => {
    const clean = await runtime.stop();
    await history.close();
    return clean;
  };
  return { machine, runtime, exchange, history: history.port, stop };
}

/** The engine's bounds as configured; what is not set is the engine's own default. */
export function engineLimits({ limits }: Config): ConstructorParameters<typeof EngineMachine>[0] {
  const {
    accounts,
    orders,
    open_orders_per_market: ordersPerPosition,
    remembered_ids_per_account: idsPerAccount,
  } = limits;
  return {
    ...(accounts === undefined ? {} : { accounts }),
    ...(orders === undefined ? {} : { orders }),
    ...(ordersPerPosition === undefined ? {} : { ordersPerPosition }),
    ...(idsPerAccount === undefined ? {} : { idsPerAccount }),
  };
}
