// The single writer. Every command gets its sequence and its time here, is executed at once and
// written with its group; only when the group is on the disk is anything acknowledged or published.
// While one group is being written the next one collects. It never drops a command, never
// acknowledges one twice and never goes on after the log has failed.

import type { SnapshotMoment } from '../journal/journal.ts';
import type { DurableLog } from '../journal/log.ts';
import type { Clock, Scheduler } from './clock.ts';
import type { CommandDriver } from './driver.ts';
import { type Answer, Group, type OnAnswer, type OnDurable, type Unavailable } from './group.ts';
import {
  COMMAND_BYTES_MAX,
  DISK_FULL_RETRY_MS,
  GROUP_BYTES_MAX,
  GROUP_COMMANDS_MAX,
} from './limits.ts';

export interface SequencerOptions<Command, Outcome> {
  readonly log: DurableLog;
  readonly driver: CommandDriver<Command, Outcome>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Time of the last durable command. */
  readonly timeMs: number;
  /** Called in order, once per journaled command, before its acknowledgement. */
  readonly publish: (sequence: number, timeMs: number, outcome: Outcome) => void;
  /** Called once, when the process must stop: nothing is acknowledged any more. */
  readonly onStop: (error: unknown) => void;
  /** The disk has become full, or has space again. */
  readonly onStorage?: ((full: boolean) => void) | undefined;
  readonly groupCommands?: number | undefined;
  readonly groupBytes?: number | undefined;
  readonly commandBytes?: number | undefined;
}

/** A copy of the state that somebody waits for. */
interface WantedCopy {
  take(): OnDurable;
  abandon(): void;
}

export class Sequencer<Command, Outcome> {
  /** The last sequence that was executed; the log knows which are durable. */
  sequence: number;
  timeMs: number;
  private readonly options: SequencerOptions<Command, Outcome>;
  private readonly groupCommands: number;
  private readonly commandBytes: number;
  private readonly digest = new Uint32Array(2);
  private open: Group<Outcome>;
  private resting: Group<Outcome>;
  private writing: Group<Outcome> | undefined;
  private scheduled = false;
  private full = false;
  private closing = false;
  private stopped = false;
  private copiesWanted: WantedCopy[] = [];
  private drained: (() => void)[] = [];

  constructor(options: SequencerOptions<Command, Outcome>) {
    this.options = options;
    this.sequence = options.log.durableSequence;
    this.timeMs = options.timeMs;
    this.groupCommands = options.groupCommands ?? GROUP_COMMANDS_MAX;
    this.commandBytes = options.commandBytes ?? COMMAND_BYTES_MAX;
    this.open = new Group(options.groupBytes ?? GROUP_BYTES_MAX);
    this.resting = new Group(options.groupBytes ?? GROUP_BYTES_MAX);
  }

  /** Why a command would not be taken now; undefined when it would. */
  get unavailable(): Unavailable | undefined {
    if (this.stopped) return 'stopped';
    if (this.closing) return 'closing';
    if (this.full) return 'storage_full';
    const { open } = this;
    const room = open.commands < this.groupCommands && open.batch.hasRoom(this.commandBytes);
    return room ? undefined : 'busy';
  }

  /** Executes a command; `onAnswer` is called once, later or, when it was refused, at once. */
  submit(command: Command, onAnswer: OnAnswer<Outcome>): void {
    const why = this.unavailable;
    if (why !== undefined) {
      onAnswer({ kind: 'refused', why });
      return;
    }
    try {
      this.run(command, onAnswer);
    } catch (error) {
      onAnswer({ kind: 'unknown' });
      this.halt(error);
    }
  }

  /** `submit` as a promise. */
  execute(command: Command): Promise<Answer<Outcome>> {
    return new Promise((resolve) => {
      this.submit(command, resolve);
    });
  }

  /**
   * Takes a copy of the machine's state at the next moment when it stands at the end of a group,
   * and resolves when that state is durable; undefined when the process stops before.
   */
  copyAtBoundary<Copy>(
    copy: () => Copy,
  ): Promise<{ copy: Copy; moment: SnapshotMoment } | undefined> {
    return new Promise((resolve) => {
      const take = (): OnDurable => {
        const taken = copy();
        return (moment) => resolve(moment && { copy: taken, moment });
      };
      const abandon = (): void => resolve(undefined);
      if (this.stopped) return abandon();
      this.copiesWanted.push({ take, abandon });
      if (this.open.commands === 0) this.takeCopies();
    });
  }

  /**
   * Takes no more commands and resolves when all that were taken are durable: true; false when that
   * is not to be had, because the disk is full or the log has failed.
   */
  async close(): Promise<boolean> {
    this.closing = true;
    if (this.full) this.halt(undefined);
    if (!this.stopped && (this.open.commands > 0 || this.writing !== undefined)) {
      await new Promise<void>((resolve) => this.drained.push(resolve));
    }
    return !this.stopped;
  }

  /**
   * The end, at once: everybody who waits learns that the outcome is unknown. With an error the
   * owner is told to stop the process.
   */
  halt(error: unknown): void {
    if (this.stopped) return;
    this.stopped = true;
    this.writing?.abandon();
    this.open.abandon();
    for (const wanted of this.copiesWanted.splice(0)) wanted.abandon();
    for (const resolve of this.drained.splice(0)) resolve();
    if (error !== undefined) this.options.onStop(error);
  }

  private run(command: Command, onAnswer: OnAnswer<Outcome>): void {
    const { driver, clock } = this.options;
    const { open } = this;
    const { batch } = open;
    const sequence = this.sequence + 1;
    const timeMs = Math.max(this.timeMs, clock.nowMs());
    const length = driver.encode(command, batch.bytes, batch.commandOffset);
    if (!(length <= this.commandBytes)) {
      onAnswer({ kind: 'refused', why: 'too_large' });
      return;
    }
    const outcome = driver.execute(command, sequence, timeMs, this.digest);
    if (driver.isJournaled(outcome)) {
      batch.push(sequence, timeMs, length, this.digest[0], this.digest[1]);
      this.sequence = sequence;
      this.timeMs = timeMs;
      open.add(sequence, timeMs, outcome, onAnswer);
      this.wake();
      return;
    }
    // It changed nothing, but it may tell of what is not durable yet, so it waits for all of that.
    const waitsFor = open.commands > 0 ? open : this.writing;
    if (waitsFor === undefined) onAnswer({ kind: 'done', outcome });
    else if (waitsFor.commands < 2 * this.groupCommands) waitsFor.add(0, timeMs, outcome, onAnswer);
    else onAnswer({ kind: 'refused', why: 'busy' });
  }

  private wake(): void {
    if (this.writing !== undefined || this.scheduled) return;
    this.scheduled = true;
    this.options.scheduler.soon(() => {
      this.scheduled = false;
      void this.write();
    });
  }

  /**
   * Writes the open group, and the next one at the end of the turn in which this one has come to
   * the disk: what that turn still brings is written along. With a disk that is faster than the
   * commands come, a write for each of them would cost more than executing it. Never rejects: what
   * goes wrong stops the process.
   */
  private async write(): Promise<void> {
    if (this.stopped || this.open.commands === 0) return;
    try {
      const group = this.open;
      this.open = this.resting;
      this.resting = group;
      this.writing = group;
      this.takeCopies();
      const { lastTimeMs: timeMs } = group.batch;
      const appended = await this.append(group);
      if (appended === undefined) return;
      this.writing = undefined;
      group.complete({ ...appended, timeMs }, this.options.publish);
    } catch (error) {
      this.halt(error);
      return;
    }
    if (this.open.commands > 0) this.wake();
    else for (const resolve of this.drained.splice(0)) resolve();
  }

  /** Undefined when the process stops before the group is durable. */
  private async append(
    group: Group<Outcome>,
  ): Promise<{ sequence: number; chain: number } | undefined> {
    for (;;) {
      const appended = await this.options.log.append(group.batch);
      if (this.stopped) return undefined;
      if (appended.kind === 'durable') {
        this.setFull(false);
        return { sequence: appended.sequence, chain: appended.chain };
      }
      // What was executed is ahead of the disk and must reach it first and in order: so the group
      // is kept, nothing new is taken, and the same bytes are written again when there is space.
      this.setFull(true);
      if (this.closing) this.halt(undefined);
      await new Promise<void>((resolve) => {
        this.options.scheduler.after(DISK_FULL_RETRY_MS, resolve);
      });
      if (this.stopped) return undefined;
    }
  }

  private setFull(full: boolean): void {
    if (this.full === full) return;
    this.full = full;
    this.options.onStorage?.(full);
  }

  private takeCopies(): void {
    if (this.copiesWanted.length === 0) return;
    const { log } = this.options;
    for (const wanted of this.copiesWanted.splice(0)) {
      const onDurable = wanted.take();
      if (this.writing !== undefined) this.writing.addCopy(onDurable);
      else onDurable({ sequence: this.sequence, chain: log.chain, timeMs: this.timeMs });
    }
  }
}
