// `plimsoll history`: makes the history of a stopped exchange anew, or says what is in one.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../journal/disk.ts';
import type { Journal } from '../journal/journal.ts';
import { nodeDisk } from '../journal/node-disk.ts';
import { openJournal } from '../journal/open.ts';
import { currentProcess } from '../journal/process-identity.ts';
import { describe } from '../journal/verdict.ts';
import { History, HistoryRefused } from '../projections/history.ts';
import { type HistoryCounts, readStatus } from '../projections/read/status.ts';
import { EngineMachine } from '../runtime/engine-machine.ts';
import type { Config } from './config.ts';
import { engineLimits } from './core.ts';
import { historyUrl, orUnusable, retentionOf, shownUrl } from './history.ts';
import { historySource } from './history-source.ts';

export interface RebuildOptions {
  readonly config: Config;
  /** Also when what is there belongs to another journal. */
  readonly force: boolean;
  readonly onProgress?: (sequence: number, of: number) => void;
  readonly disk?: Disk;
}

export interface HistoryReport extends HistoryCounts {
  readonly url: string;
}

export interface RebuildReport extends HistoryReport {
  /** Where it stood before; undefined when there was none, or none that could be read. */
  readonly before: number | undefined;
  readonly milliseconds: number;
}

const PROGRESS_MS = 1_000;

/** Empties the history of a data directory and writes all that its journal has. @throws Error */
export async function rebuildHistory(options: RebuildOptions): Promise<RebuildReport> {
  const { config, disk = nodeDisk } = options;
  const directory = join(config.data, 'journal');
  if (!existsSync(directory)) throw new Error(`${config.data} is no data directory`);
  const createMachine = (): EngineMachine => new EngineMachine(engineLimits(config));
  const machine = createMachine();
  const { fingerprint } = machine;
  const identity = currentProcess();
  const opened = await openJournal({ disk, directory, identity, machine, fingerprint });
  if (opened.kind === 'refused') throw new Error(describe(opened.refusal));
  const { journal } = opened;
  try {
    const retention = retentionOf(config, machine.engine);
    return await rebuild({ ...options, retention }, journal, createMachine);
  } finally {
    await journal.closeCleanly(journal.timeMs);
  }
}

interface Keeping {
  readonly retention: ReturnType<typeof retentionOf>;
}

async function rebuild(
  { config, force, retention, onProgress, disk = nodeDisk }: RebuildOptions & Keeping,
  journal: Journal,
  createMachine: () => EngineMachine,
): Promise<RebuildReport> {
  const url = historyUrl(config);
  const named = { url, journal: journal.identity };
  const directory = join(config.data, 'journal');
  const sequence = (): number => journal.log.durableSequence;
  const source = historySource({ disk, directory, createMachine, sequence });
  const began = performance.now();
  const before = await orUnusable(url, () => standing(named, force));
  return orUnusable(url, async () => {
    const history = await History.open(retention ? { ...named, retention } : named, true);
    const timer = setInterval(() => {
      onProgress?.(history.sequence(), source.sequence());
    }, PROGRESS_MS);
    try {
      await history.catchUp(source);
    } finally {
      clearInterval(timer);
      await history.close();
    }
    const milliseconds = Math.round(performance.now() - began);
    return { ...(await readStatus(url)), url: shownUrl(url), before, milliseconds };
  });
}

/** How far the old one was. @throws HistoryRefused when it is not ours to empty */
async function standing(
  options: { readonly url: string; readonly journal: string },
  force: boolean,
): Promise<number | undefined> {
  try {
    const history = await History.open(options);
    const sequence = history.sequence();
    await history.close();
    return sequence;
  } catch (error) {
    if (!(error instanceof HistoryRefused) || error.fault === 'foreign_tables') throw error;
    if (error.fault !== 'other_journal' || force) return undefined;
    throw new Error(`${error.message} --force empties it all the same.`, { cause: error });
  }
}

/** What is in the history of a data directory; the exchange may be running. @throws Error */
export async function historyStatus(config: Config): Promise<HistoryReport> {
  const url = historyUrl(config);
  if (config.history.url === undefined && !existsSync(url)) {
    throw new Error(`there is no history in ${url} yet`);
  }
  return { ...(await orUnusable(url, () => readStatus(url))), url: shownUrl(url) };
}
