// The journal as the history reads it, from its files: a second engine that starts from a snapshot,
// and the commands after it executed once more. The journal may be growing meanwhile, and may let
// go of its beginning; it is only looked at.

import { setImmediate as breathe } from 'node:timers/promises';
import type { Disk } from '../journal/disk.ts';
import { restoreNear } from '../journal/inspect.ts';
import type { RecordView } from '../journal/log.ts';
import { readRecords } from '../journal/read-records.ts';
import { loadSegment } from '../journal/segment-load.ts';
import { surveyDirectory, type Survey } from '../journal/survey.ts';
import { describe } from '../journal/verdict.ts';
import type { HistorySource, HistoryStart } from '../projections/history.ts';
import { type HistoryRecord, recordOfLast } from '../projections/record.ts';
import { EngineMachine } from '../runtime/engine-machine.ts';
import { assert } from '../units/assert.ts';

/** How long commands are executed before others on this thread have their turn. */
const TURN_MS = 5;
const RECORDS_AT_ONCE = 128;

export interface HistorySourceOptions {
  readonly disk: Disk;
  readonly directory: string;
  /** Makes a machine in its empty state, under the limits of the journal. */
  readonly createMachine: () => EngineMachine;
  /** The last durable sequence, as the writer of the journal says. */
  readonly sequence: () => number;
}

export function historySource(options: HistorySourceOptions): HistorySource {
  const { sequence } = options;
  return { sequence, open: (wanted, until) => open(options, wanted, until) };
}

async function open(
  { disk, directory, createMachine }: HistorySourceOptions,
  wanted: number,
  until: number,
): Promise<HistoryStart> {
  const { fingerprint, rulesVersion } = createMachine();
  const surveyed = await surveyDirectory(disk, directory, { fingerprint, rulesVersion });
  if (surveyed.kind === 'refused') throw new Error(describe(surveyed.refusal));
  const { survey } = surveyed;
  const options = { disk, createMachine, fingerprint };
  const { machine, chosen } = await restoreNear(options, survey, wanted);
  if (chosen.kind === 'refused') throw new Error(describe(chosen.refusal));
  assert(machine instanceof EngineMachine, 'the machine is the engine');
  let { sequence, timeMs: time } = chosen.start;
  const commands = eachCommand(disk, survey, sequence + 1, until);
  const digest = new Uint32Array(2);
  while (sequence < wanted) {
    const next = await commands.next();
    if (next.done === true) break;
    const { command, ...record } = next.value;
    ({ sequence, timeMs: time } = record);
    machine.apply(sequence, time, command, digest);
  }
  return { sequence, time, engine: machine.engine, records: executed(machine, commands) };
}

/** The commands of a range, with a turn for others now and then. */
async function* eachCommand(
  disk: Disk,
  { directory, segments }: Survey,
  from: number,
  until: number,
): AsyncGenerator<RecordView, void> {
  let turnEnds = performance.now() + TURN_MS;
  const load = (entry: Survey['segments'][number]): ReturnType<typeof loadSegment> =>
    loadSegment(disk, directory, entry);
  for await (const batch of readRecords({ segments, from, until, load })) {
    for (const record of batch) {
      yield record;
      if (performance.now() < turnEnds) continue;
      await breathe();
      turnEnds = performance.now() + TURN_MS;
    }
  }
}

async function* executed(
  machine: EngineMachine,
  commands: AsyncIterable<RecordView>,
): AsyncGenerator<readonly HistoryRecord[]> {
  const digest = new Uint32Array(2);
  let records: HistoryRecord[] = [];
  for await (const { sequence, timeMs, command } of commands) {
    machine.apply(sequence, timeMs, command, digest);
    records.push(recordOfLast(sequence, timeMs, machine.engine));
    if (records.length < RECORDS_AT_ONCE) continue;
    yield records;
    records = [];
  }
  if (records.length > 0) yield records;
}
