// The journal as the history reads it: a second engine that starts from a snapshot, and the
// commands after it executed once more. The running engine and its journal are only looked at.

import { setImmediate as breathe } from 'node:timers/promises';
import type { Disk } from '../journal/disk.ts';
import { restoreNear } from '../journal/inspect.ts';
import type { Journal } from '../journal/journal.ts';
import type { RecordView } from '../journal/log.ts';
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
  readonly journal: Journal;
  /** Makes a machine in its empty state, under the limits of the journal. */
  readonly createMachine: () => EngineMachine;
}

export function historySource(options: HistorySourceOptions): HistorySource {
  const { log } = options.journal;
  return {
    sequence: () => log.durableSequence,
    open: (sequence) => open(options, sequence),
  };
}

async function open(
  { disk, journal, createMachine }: HistorySourceOptions,
  wanted: number,
): Promise<HistoryStart> {
  const { fingerprint } = createMachine();
  const options = { disk, createMachine, fingerprint };
  const { machine, chosen } = await restoreNear(options, journal.survey, wanted);
  if (chosen.kind === 'refused') throw new Error(describe(chosen.refusal));
  assert(machine instanceof EngineMachine, 'the machine is the engine');
  let { sequence, timeMs: time } = chosen.start;
  const commands = eachCommand(journal, sequence + 1);
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

/** The commands from `from` on, with a turn for others now and then. */
async function* eachCommand(journal: Journal, from: number): AsyncGenerator<RecordView, void> {
  let until = performance.now() + TURN_MS;
  for await (const batch of journal.log.read(from)) {
    for (const record of batch) {
      yield record;
      if (performance.now() < until) continue;
      await breathe();
      until = performance.now() + TURN_MS;
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
