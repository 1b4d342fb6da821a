// An open journal: its log, its snapshots and its end. It decides which files may go; it never
// removes one that a start might still need.

import type { Disk } from './disk.ts';
import { isDiskFull, isMissing } from './disk.ts';
import type { FileLog } from './file-log.ts';
import { SNAPSHOTS_KEPT } from './limits.ts';
import type { DirectoryLock } from './lock.ts';
import { LogFailed } from './log.ts';
import type { Machine, MachineSnapshot } from './machine.ts';
import { writeMarker } from './marker.ts';
import { parseName, snapshotName, snapshotTemporaryName } from './names.ts';
import { publishSnapshotFile, type SnapshotPoint, writeSnapshotFile } from './snapshot-file.ts';
import type { Survey } from './survey.ts';

export interface JournalParts {
  readonly disk: Disk;
  readonly directory: string;
  readonly lock: DirectoryLock;
  readonly log: FileLog;
  readonly machine: Machine;
  readonly salt: number;
  readonly fingerprint: string;
  /** Good ones, ascending. */
  readonly snapshots: readonly number[];
  readonly keepAll: boolean;
  readonly sequence: number;
  readonly timeMs: number;
}

/**
 * `full`: no space; `misread`: the disk gave back other bytes than it was given. Both change
 * nothing.
 */
export type SavedSnapshot =
  | { readonly kind: 'saved'; readonly sequence: number }
  | { readonly kind: 'full' | 'misread' | 'busy' };

/** Where a snapshot was taken: the end of a durable batch. */
export interface SnapshotMoment {
  readonly sequence: number;
  readonly chain: number;
  readonly timeMs: number;
}

export class Journal {
  readonly log: FileLog;
  /** The end that the start found. */
  readonly sequence: number;
  readonly timeMs: number;
  private readonly parts: JournalParts;
  private snapshots: number[];
  private saving: Promise<SavedSnapshot> | undefined;

  constructor(parts: JournalParts) {
    this.parts = parts;
    this.log = parts.log;
    this.sequence = parts.sequence;
    this.timeMs = parts.timeMs;
    this.snapshots = [...parts.snapshots];
  }

  /** The newest good snapshot; 0 = none. */
  get snapshotSequence(): number {
    return this.snapshots.at(-1) ?? 0;
  }

  /** Which journal it is: the same over restarts, another one in every other directory. */
  get identity(): string {
    return this.parts.salt.toString(16).padStart(8, '0');
  }

  /** The files as they are now, for reading them while it is being written. */
  get survey(): Survey {
    const { directory } = this.parts;
    const { segments } = this.log;
    return { directory, segments, snapshots: this.snapshots, leftovers: [], marker: undefined };
  }

  get isSavingSnapshot(): boolean {
    return this.saving !== undefined;
  }

  /**
   * Makes a copied state durable, then lets go of what is not needed any more. The copy must be of
   * a sequence that is durable, else a crash would leave a snapshot newer than the journal.
   * @throws LogFailed when the disk fails: the log is dead then too.
   */
  saveSnapshot(moment: SnapshotMoment, snapshot: MachineSnapshot): Promise<SavedSnapshot> {
    if (this.saving !== undefined) return Promise.resolve({ kind: 'busy' });
    if (moment.sequence > this.log.durableSequence) {
      throw new LogFailed(`sequence ${moment.sequence} is not durable yet`);
    }
    this.saving = this.save(moment, snapshot).finally(() => {
      this.saving = undefined;
    });
    return this.saving;
  }

  /**
   * Ends cleanly: a snapshot of the end, so that a release with other rules can start from it, and
   * the marker that says where the end is. The machine must stand at the last durable sequence, and
   * nothing may be under way. False when there was no space for it: then this was an end like a
   * crash.
   */
  async closeCleanly(timeMs: number): Promise<boolean> {
    await this.saving;
    const { disk, directory, machine } = this.parts;
    await this.log.fence();
    const { durableSequence: sequence, chain, offset } = this.log;
    const moment = { sequence, chain, timeMs };
    const saved = sequence === 0 || (await this.saveSnapshot(moment, machine.snapshot())).kind;
    await this.log.close();
    try {
      if (saved === true || saved === 'saved') {
        await writeMarker(disk, directory, this.pointOf(moment), offset, machine.stateHash());
        return true;
      }
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    } finally {
      await this.parts.lock.release();
    }
    return false;
  }

  /** Ends without a marker: after a failure, or when a clean end is not wanted. */
  async close(): Promise<void> {
    await this.saving?.catch(() => undefined); // whoever asked for the snapshot has its failure
    await this.log.close();
    await this.parts.lock.release();
  }

  private async save(moment: SnapshotMoment, snapshot: MachineSnapshot): Promise<SavedSnapshot> {
    const { disk, directory } = this.parts;
    const { sequence } = moment;
    if (sequence === this.snapshotSequence && sequence > 0) return { kind: 'saved', sequence };
    try {
      const good = await writeSnapshotFile(disk, directory, this.pointOf(moment), snapshot);
      if (!good) {
        await this.discard(sequence);
        return { kind: 'misread' };
      }
      await this.log.fence();
      await publishSnapshotFile(disk, directory, sequence);
      this.snapshots.push(sequence);
      await this.retain();
      return { kind: 'saved', sequence };
    } catch (error) {
      if (!isDiskFull(error)) throw this.log.fail(error);
      await this.discard(sequence);
      return { kind: 'full' };
    }
  }

  private async discard(sequence: number): Promise<void> {
    const { disk, directory } = this.parts;
    try {
      await disk.unlink(`${directory}/${snapshotTemporaryName(sequence)}`);
    } catch (error) {
      if (!isMissing(error)) throw this.log.fail(error);
    }
  }

  /**
   * Removes snapshots beyond the last three, then segments that end before the oldest of them. One
   * at a time, oldest first, each durably: what is left after a crash never has a gap. While there
   * are fewer than three snapshots all segments stay, because full replay is then the second way
   * back.
   */
  private async retain(): Promise<void> {
    const { disk, directory, keepAll, log } = this.parts;
    const kept = this.snapshots.slice(-SNAPSHOTS_KEPT);
    const oldest = kept[0];
    const names = (await disk.list(directory)).map(parseName);
    for (const file of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (file.kind !== 'snapshot' || file.sequence >= oldest) continue;
      await this.remove(snapshotName(file.sequence));
    }
    this.snapshots = kept;
    if (keepAll || kept.length < SNAPSHOTS_KEPT) return;
    const segments = log.segments;
    for (let i = 0; i + 1 < segments.length; i += 1) {
      if (segments[i + 1].header.sequence > oldest + 1) break;
      await this.remove(segments[i].name);
      log.forget(new Set([segments[i].name]));
    }
  }

  private async remove(name: string): Promise<void> {
    const { disk, directory } = this.parts;
    await disk.unlink(`${directory}/${name}`);
    await disk.syncDirectory(directory);
  }

  private pointOf(moment: SnapshotMoment): SnapshotPoint {
    const { machine, salt, fingerprint } = this.parts;
    return { ...moment, rulesVersion: machine.rulesVersion, salt, fingerprint };
  }
}
