// The durable log in files: appends batches to preallocated segments, one durable write per batch.
// A batch counts only when the disk has said so; after any failure but a full disk the log is dead.

import { assert } from '../units/assert.ts';
import { sealBatch, sealedLength } from './batch.ts';
import { type Disk, type DiskFile, isDiskFull, writeFully } from './disk.ts';
import type { HeaderSector } from './header-sector.ts';
import { loadSegment } from './segment-load.ts';
import { SECTOR_BYTES, SEGMENT_MAGIC } from './layout.ts';
import type { DirectoryLock } from './lock.ts';
import { type Appended, type DurableLog, HistoryGone, LogFailed, type RecordView } from './log.ts';
import { segmentName } from './names.ts';
import type { RecordBatch } from './record-batch.ts';
import { readRecords } from './read-records.ts';
import type { JournalEnd } from './replay.ts';
import { SpareSegment } from './segment-files.ts';
import type { SegmentEntry } from './survey.ts';

export interface FileLogOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly lock: DirectoryLock;
  readonly rulesVersion: number;
  readonly salt: number;
  readonly fingerprint: string;
  readonly segmentBytes: number;
  readonly segments: readonly SegmentEntry[];
  readonly end: JournalEnd;
}

const FULL: Appended = { kind: 'full' };

/** Appends and reads back. Made by `openJournal` only, with the lock held. */
export class FileLog implements DurableLog {
  durableSequence: number;
  chain: number;
  /** Where the next batch goes in the last segment. */
  offset: number;
  private entries: SegmentEntry[];
  private readonly options: FileLogOptions;
  private readonly spare: SpareSegment;
  private file: DiskFile | undefined;
  private failure: LogFailed | undefined;
  private appending: Promise<Appended> | undefined;
  private lastTimeMs: number;

  constructor(options: FileLogOptions, file: DiskFile | undefined) {
    this.options = options;
    this.file = file;
    this.durableSequence = options.end.sequence;
    this.chain = options.end.chain;
    this.offset = options.end.offset;
    this.lastTimeMs = options.end.timeMs;
    this.entries = [...options.segments];
    this.spare = new SpareSegment(options.disk, options.directory, options.segmentBytes);
  }

  /** The segments, oldest first; the last one may be growing. */
  get segments(): readonly SegmentEntry[] {
    return this.entries;
  }

  async append(batch: RecordBatch): Promise<Appended> {
    if (this.failure !== undefined) throw this.failure;
    assert(this.appending === undefined, 'one append at a time');
    assert(batch.firstSequence === this.durableSequence + 1, 'batches follow one another');
    this.appending = this.appendBatch(batch);
    try {
      return await this.appending;
    } catch (error) {
      throw this.fail(error);
    } finally {
      this.appending = undefined;
    }
  }

  read(from: number): AsyncGenerator<Iterable<RecordView>> {
    const { segments, durableSequence: until } = this;
    return readRecords({ segments, from, until, load: (entry) => this.load(entry) });
  }

  async fence(): Promise<void> {
    try {
      await this.options.lock.prove();
    } catch (error) {
      throw this.fail(error);
    }
  }

  /** Forgets segments that retention has removed. */
  forget(names: ReadonlySet<string>): void {
    this.entries = this.entries.filter((entry) => !names.has(entry.name));
  }

  /** From here on every call throws. */
  fail(error: unknown): LogFailed {
    this.failure ??=
      error instanceof LogFailed
        ? error
        : new LogFailed('the journal cannot go on; stop the process', { cause: error });
    return this.failure;
  }

  async close(): Promise<void> {
    this.failure ??= new LogFailed('the journal is closed');
    // A descriptor must not be closed under a write: its number may be another file's by then.
    await this.appending?.catch(() => undefined); // whoever appended has its failure
    await this.spare.close();
    await this.file?.close();
    this.file = undefined;
  }

  private async load(entry: SegmentEntry): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await loadSegment(this.options.disk, this.options.directory, entry);
    } catch (error) {
      if (this.entries.includes(entry)) throw error;
      throw new HistoryGone(`${entry.name} was removed while it was read`, { cause: error });
    }
  }

  private async appendBatch(batch: RecordBatch): Promise<Appended> {
    const length = sealedLength(batch);
    const { options } = this;
    assert(length + SECTOR_BYTES <= options.segmentBytes, 'a batch fits into a segment');
    assert(batch.lastTimeMs >= this.lastTimeMs, 'time does not run backwards');
    if (this.file === undefined || this.offset + length > this.segmentBytes()) {
      if (!(await this.beginSegment())) return FULL;
    }
    const sealed = sealBatch(batch, {
      salt: options.salt,
      previousCrc: this.chain,
      rulesVersion: options.rulesVersion,
      durableSequence: this.durableSequence,
    });
    try {
      await writeFully(this.file!, batch.bytes.subarray(0, length), this.offset);
    } catch (error) {
      // The next try writes the whole batch again from memory, to the same place: nothing of what
      // the disk made of this try is relied upon.
      if (isDiskFull(error)) return FULL;
      throw error;
    }
    this.offset += length;
    this.chain = sealed;
    this.durableSequence = batch.lastSequence;
    this.lastTimeMs = batch.lastTimeMs;
    this.prepareNext();
    return { kind: 'durable', sequence: this.durableSequence, chain: sealed };
  }

  private segmentBytes(): number {
    return this.entries.at(-1)?.header.bytes ?? 0;
  }

  /** Fills the next segment with zeros while the second half of this one is being used. */
  private prepareNext(): void {
    if (this.spare.isReady || this.offset * 2 < this.segmentBytes()) return;
    // A full disk is met again, and answered, when the segment is needed; anything else is a
    // failure.
    this.spare.fill().catch((error: unknown) => this.fail(error));
  }

  private async beginSegment(): Promise<boolean> {
    await this.fence();
    if ((await this.spare.fill()) === 'full') return false;
    const { options } = this;
    const header: HeaderSector = {
      magic: SEGMENT_MAGIC,
      rulesVersion: options.rulesVersion,
      sequence: this.durableSequence + 1,
      timeMs: this.lastTimeMs,
      durableSequence: this.durableSequence,
      chain: this.chain,
      salt: options.salt,
      bytes: options.segmentBytes,
      parts: 0,
      partsCrc: 0,
      fingerprint: options.fingerprint,
      stateHash: '',
    };
    const file = await this.spare.promote(header);
    if (file === 'full') return false;
    await this.file?.close();
    this.file = file;
    this.offset = SECTOR_BYTES;
    const name = segmentName(header.sequence);
    const others = this.entries.filter((entry) => entry.name !== name);
    this.entries = [...others, { name, header, fileBytes: header.bytes }];
    return true;
  }
}
