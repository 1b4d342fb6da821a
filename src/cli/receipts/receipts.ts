// `plimsoll receipts`: every liquidation step that a data directory's journal still has, with all
// inputs of its decision, one JSON object a line.

import { receiptsOf } from '../../engine/receipts.ts';
import { archiveJournal } from '../../journal/state-at.ts';
import { EngineMachine } from '../../runtime/engine-machine.ts';
import { assert } from '../../units/assert.ts';
import { findingText, LineWriter, say, wholeNumber } from '../journal/output.ts';
import { journalSource } from '../journal/source.ts';

export interface ReceiptsOptions {
  readonly config?: string;
  readonly account?: string;
  readonly from?: string;
  readonly to?: string;
}

export async function receipts(directory: string, options: ReceiptsOptions): Promise<void> {
  const writer = new LineWriter();
  let count = 0;
  const report = await archiveJournal({
    ...journalSource(directory, options.config),
    ...(options.from === undefined ? {} : { from: wholeNumber('--from', options.from) }),
    ...(options.to === undefined ? {} : { to: wholeNumber('--to', options.to) }),
    onRecord: (sequence, timeMs, _, machine) => {
      assert(machine instanceof EngineMachine, 'the machine is the engine');
      for (const receipt of receiptsOf(machine.engine)) {
        if (options.account !== undefined && receipt.account !== options.account) continue;
        writer.line(JSON.stringify({ sequence, at: new Date(timeMs).toISOString(), ...receipt }));
        count += 1;
      }
    },
  });
  writer.flush();
  if (report.kind === 'refused') return say(findingText(report.refusal, directory));
  process.stderr.write(
    `receipts: ${count} in sequences ${report.firstSequence} to ${report.lastSequence}\n`,
  );
}
