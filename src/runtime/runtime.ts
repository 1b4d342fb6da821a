// A running exchange core: journal, sequencer, followers and snapshots of one machine in one
// directory. Recovers before it takes a command, and stops cleanly. Whatever it cannot decide it
// refuses to start on.

import type { Journal, SavedSnapshot, SnapshotMoment } from '../journal/journal.ts';
import type { Machine, MachineSnapshot } from '../journal/machine.ts';
import { type JournalOptions, openJournal } from '../journal/open.ts';
import type { Finding } from '../journal/verdict.ts';
import { type Clock, type Scheduler, systemClock, systemScheduler } from './clock.ts';
import type { CommandDriver } from './driver.ts';
import { Followers, type OnFollowerFailed } from './followers.ts';
import { SNAPSHOT_EVERY_RECORDS } from './limits.ts';
import { Sequencer } from './sequencer.ts';

export interface RuntimeOptions<Command, Outcome> extends Omit<JournalOptions, 'machine'> {
  readonly machine: Machine & CommandDriver<Command, Outcome>;
  /** The process must stop now. Called once; answers that are still open become `unknown`. */
  readonly onStop: (error: unknown) => void;
  readonly onFollowerFailed?: OnFollowerFailed;
  readonly onStorage?: (full: boolean) => void;
  /** Told about every snapshot that was tried. */
  readonly onSnapshot?: (report: SnapshotReport) => void;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
  /** Records between two automatic snapshots; 0 = only when asked. */
  readonly snapshotEvery?: number;
  readonly groupCommands?: number;
  readonly groupBytes?: number;
  readonly commandBytes?: number;
}

export interface SnapshotReport {
  readonly saved: SavedSnapshot;
  /** How long commands had to wait for the copy. */
  readonly pauseMs: number;
}

export type Started<Command, Outcome> =
  | {
      readonly kind: 'started';
      readonly runtime: Runtime<Command, Outcome>;
      readonly findings: readonly Finding[];
    }
  | { readonly kind: 'refused'; readonly refusal: Finding };

/** Recovers the directory and starts the single writer on it. */
export async function startRuntime<Command, Outcome>(
  options: RuntimeOptions<Command, Outcome>,
): Promise<Started<Command, Outcome>> {
  const opened = await openJournal(options);
  if (opened.kind === 'refused') return opened;
  const runtime = new Runtime(options, opened.journal);
  return { kind: 'started', runtime, findings: opened.findings };
}

export class Runtime<Command, Outcome> {
  readonly sequencer: Sequencer<Command, Outcome>;
  readonly followers: Followers<Outcome>;
  readonly journal: Journal;
  private readonly options: RuntimeOptions<Command, Outcome>;
  private readonly snapshotEvery: number;
  private nextSnapshotAt: number;
  private snapshotting: Promise<SnapshotReport | undefined> | undefined;

  constructor(options: RuntimeOptions<Command, Outcome>, journal: Journal) {
    this.options = options;
    this.journal = journal;
    this.snapshotEvery = options.snapshotEvery ?? SNAPSHOT_EVERY_RECORDS;
    this.nextSnapshotAt = journal.snapshotSequence + this.snapshotEvery;
    this.followers = new Followers(journal.sequence, options.onFollowerFailed ?? (() => undefined));
    this.sequencer = new Sequencer({
      log: journal.log,
      driver: options.machine,
      clock: options.clock ?? systemClock,
      scheduler: options.scheduler ?? systemScheduler,
      timeMs: journal.timeMs,
      publish: (sequence, timeMs, outcome) => this.publish(sequence, timeMs, outcome),
      onStop: options.onStop,
      onStorage: options.onStorage,
      groupCommands: options.groupCommands,
      groupBytes: options.groupBytes,
      commandBytes: options.commandBytes,
    });
  }

  /**
   * Writes a snapshot; the one that is under way when there is one. Undefined when the process
   * stops.
   */
  snapshot(): Promise<SnapshotReport | undefined> {
    this.snapshotting ??= this.takeSnapshot().finally(() => {
      this.snapshotting = undefined;
    });
    return this.snapshotting;
  }

  /**
   * Takes no more commands, makes durable what was taken, writes the last snapshot and the marker
   * of a clean stop. False when this was not possible: then the next start recovers as after a
   * crash.
   */
  async stop(): Promise<boolean> {
    const drained = await this.sequencer.close();
    await this.snapshotting?.catch(() => undefined); // whoever asked for it has its failure
    if (!drained) {
      await this.journal.close();
      return false;
    }
    return this.journal.closeCleanly(this.sequencer.timeMs);
  }

  private publish(sequence: number, timeMs: number, outcome: Outcome): void {
    this.followers.publish(sequence, timeMs, outcome);
    if (this.snapshotEvery === 0 || sequence < this.nextSnapshotAt) return;
    this.nextSnapshotAt = sequence + this.snapshotEvery;
    this.snapshot().catch(() => undefined); // `takeSnapshot` has told the owner
  }

  private async takeSnapshot(): Promise<SnapshotReport | undefined> {
    let pauseMs = 0;
    const taken = await this.sequencer.copyAtBoundary(() => {
      const before = performance.now();
      const copy = this.options.machine.snapshot();
      pauseMs = performance.now() - before;
      return copy;
    });
    if (taken === undefined) return undefined;
    const saved = await this.save(taken.moment, taken.copy);
    const report = { saved, pauseMs };
    this.options.onSnapshot?.(report);
    return report;
  }

  /** A disk that fails under a snapshot fails for everything: the process stops. */
  private async save(moment: SnapshotMoment, copy: MachineSnapshot): Promise<SavedSnapshot> {
    try {
      return await this.journal.saveSnapshot(moment, copy);
    } catch (error) {
      this.sequencer.halt(error);
      throw error;
    }
  }
}
