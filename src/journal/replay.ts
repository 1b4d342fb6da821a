// Follows the journal from a known state to its end: checks every batch, gives every command to the
// machine and compares the digests. Reads only; whatever it finds, the files stay as they are.

import { type BatchHeader, RecordCursor } from './batch.ts';
import type { Disk } from './disk.ts';
import {
  digestRefusal,
  evidenceBehind,
  judgeLength,
  judgeSeam,
  judgeTail,
  rulesRefusal,
} from './judge.ts';
import type { Machine } from './machine.ts';
import { SegmentReader } from './segment-load.ts';
import { type ChainPoint, scanSegment, type SegmentScan } from './segment-scan.ts';
import type { SegmentEntry, Survey } from './survey.ts';
import { type Finding, finding, REMEDY_RESTORE } from './verdict.ts';

/** A state that is known: of a snapshot, or the empty one. */
export interface ReplayStart extends ChainPoint {
  readonly timeMs: number;
  /** The snapshot's name, '' for the empty state. */
  readonly file: string;
}

export const EMPTY_START: ReplayStart = { sequence: 0, chain: 0, timeMs: 0, file: '' };

export interface ReplayOptions {
  readonly disk: Disk;
  readonly survey: Survey;
  readonly start: ReplayStart;
  /** Stands at `start`. Without one, only the bytes are checked. */
  readonly machine?: Machine | undefined;
  /** Stops after this sequence. */
  readonly until?: number;
  /** Called after each command: the machine's events can be taken here. */
  readonly onApplied?:
    | ((sequence: number, timeMs: number, command: Uint8Array) => void)
    | undefined;
  /** Called after each batch; a finding stops the replay. */
  readonly onBatch?: (point: ChainPoint) => Finding | undefined;
}

/** Where the next batch goes. */
export interface JournalEnd extends ChainPoint {
  readonly timeMs: number;
  readonly segment: SegmentEntry | undefined;
  readonly offset: number;
}

export type Replayed =
  | {
      readonly kind: 'ok';
      readonly end: JournalEnd;
      /** A torn tail: bytes from `end.offset` to here are to be zeroed before the next append. */
      readonly torn: { readonly finding: Finding; readonly residueEnd: number } | undefined;
    }
  | { readonly kind: 'refused'; readonly refusal: Finding };

/** Replays everything behind `start`. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  return new Replay(options).run();
}

/**
 * Index of the segment that holds, or will hold, `sequence`; −1 when the journal does not reach
 * back.
 */
export function segmentIndexOf(survey: Pick<Survey, 'segments'>, sequence: number): number {
  let index = survey.segments.length - 1;
  while (index >= 0 && survey.segments[index].header.sequence > sequence) index -= 1;
  return index;
}

/** How the walk over the records of a batch ended. */
const WALKED = 0;
const STOPPED = 1;
const WRONG_TIME = 2;
const WRONG_DIGEST = 3;

class Replay {
  private readonly options: ReplayOptions;
  private readonly cursor = new RecordCursor();
  private readonly digest = new Uint32Array(2);
  private timeMs: number;
  private refusal: Finding | undefined;
  private stopped = false;

  constructor(options: ReplayOptions) {
    this.options = options;
    this.timeMs = options.start.timeMs;
  }

  async run(): Promise<Replayed> {
    const { disk, survey, start } = this.options;
    const first = segmentIndexOf(survey, start.sequence + 1);
    if (first < 0) return this.withoutSegment();
    const reader = new SegmentReader(disk, survey.directory);
    try {
      await reader.begin(survey.segments[first]);
      return await this.follow(first, reader);
    } finally {
      await reader.finish();
    }
  }

  private async follow(first: number, reader: SegmentReader): Promise<Replayed> {
    const { survey } = this.options;
    let point: ChainPoint = chainBefore(survey.segments[first]);
    for (let index = first; ; index += 1) {
      const entry = survey.segments[index];
      const next = survey.segments[index + 1];
      const bytes = await reader.take();
      if (next !== undefined) await reader.begin(next);
      this.checkStart(entry, point);
      const scan = this.scan(entry, bytes, point);
      reader.giveBack(bytes);
      if (this.refusal !== undefined) return { kind: 'refused', refusal: this.refusal };
      if (this.stopped) return this.ended(entry, scan);
      const short = judgeLength(entry, scan);
      if (short !== undefined) return { kind: 'refused', refusal: short };
      if (scan.tail.kind !== 'end') return this.atTail(index, entry, scan);
      if (next === undefined) return this.ended(entry, scan);
      const seam = judgeSeam(entry, scan, next);
      if (seam !== undefined) return { kind: 'refused', refusal: seam };
      point = scan;
    }
  }

  private withoutSegment(): Replayed {
    const { survey, start } = this.options;
    const oldest = survey.segments[0];
    if (oldest === undefined && start.sequence === 0) {
      return { kind: 'ok', end: { ...start, segment: undefined, offset: 0 }, torn: undefined };
    }
    const have =
      oldest === undefined ? 'There is no segment' : `The oldest segment is ${oldest.name}`;
    const what = `${have}, and no good snapshot stands at or behind its beginning.`;
    const place = { file: oldest?.name ?? '', sequence: start.sequence + 1 };
    return { kind: 'refused', refusal: finding(5, place, what, REMEDY_RESTORE) };
  }

  private scan(
    entry: SegmentEntry,
    bytes: Uint8Array<ArrayBuffer>,
    point: ChainPoint,
  ): SegmentScan {
    return scanSegment(bytes, entry.header, point, (offset, header) => {
      this.refusal ??= this.takeBatch(entry, bytes, offset, header);
      return this.refusal === undefined && !this.stopped;
    });
  }

  private takeBatch(
    entry: SegmentEntry,
    bytes: Uint8Array<ArrayBuffer>,
    offset: number,
    header: BatchHeader,
  ): Finding | undefined {
    const { start, machine } = this.options;
    const point = { sequence: header.lastSequence, chain: header.headerCrc };
    const place = { file: entry.name, offset, sequence: header.firstSequence };
    if (header.firstSequence <= start.sequence) {
      this.checkStart(entry, point);
      if (header.lastSequence <= start.sequence) return this.refusal;
      const what = `${start.file} ends within a batch, which no snapshot of this journal does.`;
      return finding(5, place, what, REMEDY_RESTORE);
    }
    if (machine !== undefined && header.rulesVersion !== machine.rulesVersion) {
      return rulesRefusal(place, header.rulesVersion, machine.rulesVersion);
    }
    const refusal = this.applyBatch(entry, bytes, offset, header);
    if (refusal !== undefined || this.stopped) return refusal;
    return this.options.onBatch?.(point);
  }

  private applyBatch(
    entry: SegmentEntry,
    bytes: Uint8Array<ArrayBuffer>,
    offset: number,
    header: BatchHeader,
  ): Finding | undefined {
    const { cursor } = this;
    cursor.open(bytes, offset, header);
    const walked = this.walk();
    const place = { file: entry.name, offset, sequence: cursor.sequence };
    if (walked === WRONG_TIME) {
      return finding(5, place, `Time runs back to ${cursor.timeMs}.`, REMEDY_RESTORE);
    }
    if (walked === WRONG_DIGEST) return digestRefusal(place);
    if (walked === STOPPED || cursor.sequence === header.lastSequence) return undefined;
    return finding(5, place, 'The batch holds fewer records than it says.', REMEDY_RESTORE);
  }

  /** The hot loop. It makes no findings: V8 then compiles it once and keeps what it compiled. */
  private walk(): typeof WALKED | typeof STOPPED | typeof WRONG_TIME | typeof WRONG_DIGEST {
    const { machine, until, onApplied } = this.options;
    const { cursor, digest } = this;
    let before = this.timeMs;
    while (cursor.next()) {
      const { sequence, timeMs } = cursor;
      if (timeMs < before) return WRONG_TIME;
      before = timeMs;
      const command = cursor.command();
      if (machine !== undefined) {
        machine.apply(sequence, timeMs, command, digest);
        if (digest[0] !== cursor.digest0 || digest[1] !== cursor.digest1) return WRONG_DIGEST;
      }
      if (onApplied !== undefined) onApplied(sequence, timeMs, command);
      if (sequence === until) {
        this.stopped = true;
        break;
      }
    }
    this.timeMs = before;
    return this.stopped ? STOPPED : WALKED;
  }

  /** A snapshot names the batch it was taken after: here is that batch. */
  private checkStart(entry: SegmentEntry, point: ChainPoint): void {
    const { start } = this.options;
    if (point.sequence !== start.sequence || point.chain === start.chain) return;
    const what = `${start.file || 'The empty journal'} belongs to another history than this.`;
    this.refusal ??= finding(
      5,
      { file: entry.name, sequence: start.sequence },
      what,
      REMEDY_RESTORE,
    );
  }

  private async atTail(index: number, entry: SegmentEntry, scan: SegmentScan): Promise<Replayed> {
    const { disk, survey, start } = this.options;
    const evidence = await evidenceBehind(disk, survey, index, start.sequence);
    const found = judgeTail(entry, scan, evidence, survey.marker !== undefined);
    if (!found.starts) return { kind: 'refused', refusal: found };
    const residueEnd = scan.tail.kind === 'torn' ? scan.tail.residueEnd : scan.offset;
    return this.ended(entry, scan, { finding: found, residueEnd });
  }

  private ended(
    entry: SegmentEntry,
    scan: SegmentScan,
    torn?: { finding: Finding; residueEnd: number },
  ): Replayed {
    const { start } = this.options;
    if (scan.sequence < start.sequence) {
      const place = { file: start.file, sequence: start.sequence };
      const what = `The journal ends with sequence ${scan.sequence} in ${entry.name}.`;
      return { kind: 'refused', refusal: finding(9, place, what, REMEDY_RESTORE) };
    }
    const { chain, offset } = scan;
    const sequence = this.stopped ? this.cursor.sequence : scan.sequence;
    const end = { sequence, chain, offset, timeMs: this.timeMs, segment: entry };
    return { kind: 'ok', end, torn };
  }
}

const chainBefore = (entry: SegmentEntry): ChainPoint => ({
  sequence: entry.header.sequence - 1,
  chain: entry.header.chain,
});
