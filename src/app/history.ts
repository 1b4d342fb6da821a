// The history of one data directory: where it lies, what it keeps, how it is opened behind a
// journal, brought up to date and followed. It is a read model: nothing here ever holds the engine
// up once it runs.

import { join } from 'node:path';
import { HistoryRefused } from '../projections/history.ts';
import type { Retention } from '../projections/prune.ts';
import { HistoryReader } from '../projections/read/reader.ts';
import { openReader } from '../projections/sql/database.ts';
import type { EngineMachine, Result } from '../runtime/engine-machine.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Command } from '../api/exchange.ts';
import type { Config } from './config.ts';
import { HistoryThread, type HistoryTrouble } from './history-thread.ts';
import type { Logger } from './log.ts';
import { SqlHistory } from './sql-history.ts';
import { wantsDemo } from './wants-demo.ts';

const MEGABYTE = 1_000_000;
const DAY_MS = 86_400_000;
/** What the demo's history may take of its 500 MB: 80 MB of rows, and a day of seconds. */
const DEMO_RETENTION: Retention = { bytesMax: 80 * MEGABYTE, fineMsMax: DAY_MS };

/** The file of the history where no other database is named. */
export const HISTORY_FILE = 'history.sqlite';

/** The history cannot be used; the sentence says why and what to do. */
export class HistoryUnusable extends Error {
  override readonly name = 'HistoryUnusable';
}

export interface OpenedHistory {
  readonly port: SqlHistory;
  /** Writes what is durable, then lets the database go. */
  close(): Promise<void>;
}

export interface HistoryParts {
  readonly config: Config;
  readonly log: Logger;
  readonly machine: EngineMachine;
  readonly runtime: Runtime<Command, Result>;
  /** Where the journal lies. */
  readonly directory: string;
}

export function historyUrl({ data, history }: Pick<Config, 'data' | 'history'>): string {
  return history.url ?? join(data, HISTORY_FILE);
}

/** A URL without its password, for people. */
export const shownUrl = (url: string): string => url.replace(/^(\w+:\/\/[^:@/]*):[^@]*@/, '$1:…@');

/** What is kept: all of it unless said otherwise; of a demo what its bound allows. */
export function retentionOf(
  config: Config,
  engine: EngineMachine['engine'],
): Retention | undefined {
  const { retention } = config.history;
  if (retention === undefined) return wantsDemo(config, engine) ? DEMO_RETENTION : undefined;
  const { megabytes, days, fine_days: fineDays } = retention;
  return {
    ...(megabytes === undefined ? {} : { bytesMax: megabytes * MEGABYTE }),
    ...(days === undefined ? {} : { ageMsMax: days * DAY_MS }),
    ...(fineDays === undefined ? {} : { fineMsMax: fineDays * DAY_MS }),
  };
}

/**
 * Opens the history of a journal at rest in a thread of its own, which writes what it lacks and
 * follows from there. Questions are answered from here, over a connection that only reads.
 * @throws HistoryUnusable
 */
export async function openHistory(parts: HistoryParts): Promise<OpenedHistory> {
  const { config, log, machine, runtime, directory } = parts;
  const { journal, followers } = runtime;
  const url = historyUrl(config);
  const began = performance.now();
  const thread = await orUnusable(url, () =>
    HistoryThread.start({
      url,
      journal: journal.identity,
      directory,
      limits: machine.engine.limits,
      retention: retentionOf(config, machine.engine),
      sequence: journal.sequence,
      timeMs: journal.timeMs,
      engine: () => machine.engine,
      onTrouble: (trouble) => {
        if (trouble.kind === 'failed') followers.remove(follower);
        tell(log, trouble);
      },
      onProgress: (sequence) => {
        log.info({ sequence, of: journal.sequence }, 'the history is catching up');
      },
    }),
  );
  const { follower } = thread;
  const ms = Math.round(performance.now() - began);
  log.info({ sequence: follower.lag().sequence, ms }, 'history');
  followers.add(follower, journal.sequence);
  const reader = openReader(url);
  const durable = (): number => journal.log.durableSequence;
  const multiplierOf = (market: number): number => machine.engine.markets()[market].multiplier;
  const options = { reader: new HistoryReader(reader), follower, log, durable, multiplierOf };
  return {
    port: new SqlHistory(options),
    close: async () => {
      followers.remove(follower);
      await reader.destroy();
      await thread.stop();
    },
  };
}

function tell(log: Logger, { kind, sequence, error }: HistoryTrouble): void {
  if (kind === 'overflow') {
    log.warn({ sequence }, 'the history does not keep up: it goes on from the journal');
  } else if (kind === 'retry') {
    log.warn({ err: error, sequence }, 'the history could not be written: it tries again');
  } else {
    log.error({ err: error, sequence }, 'the history has ended: start again, or rebuild it');
  }
}

/** @throws HistoryUnusable in place of whatever `use` throws */
export async function orUnusable<T>(url: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const isOurs = error instanceof HistoryRefused && error.fault !== 'foreign_tables';
    const remedy = isOurs ? ' “plimsoll history rebuild DIR” makes it anew from the journal.' : '';
    const what = `The history in ${shownUrl(url)} cannot be used: ${text}${remedy}`;
    throw new HistoryUnusable(what, { cause: error });
  }
}
