// Reads records back from segments, while the last of them may be growing: what lies before a
// sequence that is known to be durable is complete and does not change. Reads only.

import { type BatchHeader, RecordCursor } from './batch.ts';
import { HistoryGone, LogFailed, type RecordView } from './log.ts';
import { segmentIndexOf } from './replay.ts';
import type { SegmentBytes } from './segment-load.ts';
import { scanSegment } from './segment-scan.ts';
import type { SegmentEntry } from './survey.ts';

export interface RecordRange {
  /** Oldest first. */
  readonly segments: readonly SegmentEntry[];
  readonly from: number;
  /** The last one; durable. */
  readonly until: number;
  readonly load: (entry: SegmentEntry) => Promise<SegmentBytes>;
}

/**
 * The records of a range, batch by batch. @throws HistoryGone when its beginning was removed,
 * LogFailed when its end cannot be read.
 */
export async function* readRecords(range: RecordRange): AsyncGenerator<Iterable<RecordView>> {
  const { segments, from, until, load } = range;
  if (from > until) return;
  const first = segmentIndexOf({ segments }, from);
  if (first < 0) throw new HistoryGone(`the journal no longer holds sequence ${from}`);
  for (let index = first; index < segments.length; index += 1) {
    const entry = segments[index];
    const bytes = await load(entry);
    const found: [offset: number, header: BatchHeader][] = [];
    const before = { sequence: entry.header.sequence - 1, chain: entry.header.chain };
    scanSegment(bytes, entry.header, before, (offset, header) => {
      if (header.lastSequence >= from) found.push([offset, header]);
      return header.lastSequence < until;
    });
    for (const [offset, header] of found) yield records(bytes, offset, header, range);
    if ((found.at(-1)?.[1].lastSequence ?? 0) >= until) return;
  }
  throw new LogFailed(`the journal no longer reads back as far as sequence ${until}`);
}

function records(
  bytes: SegmentBytes,
  offset: number,
  header: BatchHeader,
  { from, until }: RecordRange,
): Iterable<RecordView> {
  return {
    *[Symbol.iterator](): Generator<RecordView> {
      const cursor = new RecordCursor();
      cursor.open(bytes, offset, header);
      while (cursor.next()) {
        if (cursor.sequence < from) continue;
        if (cursor.sequence > until) return;
        yield { sequence: cursor.sequence, timeMs: cursor.timeMs, command: cursor.command() };
      }
    },
  };
}
