// `plimsoll archive`: every command that the journal still has, with what it did, one JSON object a
// line. It says on standard error how far it came.

import { archiveJournal } from '../../journal/state-at.ts';
import { EngineMachine } from '../../runtime/engine-machine.ts';
import { assert } from '../../units/assert.ts';
import { archiveLine } from './lines.ts';
import { findingText, LineWriter, say, wholeNumber } from './output.ts';
import { journalSource } from './source.ts';

export interface ArchiveCommandOptions {
  readonly config?: string;
  readonly from?: string;
  readonly to?: string;
}

export async function archive(directory: string, options: ArchiveCommandOptions): Promise<void> {
  const writer = new LineWriter();
  const report = await archiveJournal({
    ...journalSource(directory, options.config),
    ...(options.from === undefined ? {} : { from: wholeNumber('--from', options.from) }),
    ...(options.to === undefined ? {} : { to: wholeNumber('--to', options.to) }),
    onRecord: (sequence, timeMs, command, machine) => {
      assert(machine instanceof EngineMachine, 'the machine is the engine');
      writer.line(archiveLine(sequence, timeMs, command, machine.engine));
    },
  });
  writer.flush();
  if (report.kind === 'refused') return say(findingText(report.refusal, directory));
  const { firstSequence, lastSequence } = report;
  if (lastSequence === 0) return say('there is no command in that range');
  process.stderr.write(`archived: sequences ${firstSequence} to ${lastSequence}\n`);
}
