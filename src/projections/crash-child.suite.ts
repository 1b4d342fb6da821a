// The process that is killed: opens the history and writes records on from where it is, saying
// after each write how far it is. Its arguments are the database, the file of records and its dice.

import { readFileSync, writeFileSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import { History } from './history.ts';
import type { HistoryRecord } from './record.ts';

type Plain = Omit<HistoryRecord, 'events'> & { readonly events: readonly number[] };

if (import.meta.main) await writeOn(argv.slice(2));

/** Records as a file, so that no child has to make them again. */
export function saveRecords(file: string, records: readonly HistoryRecord[]): void {
  const plain: Plain[] = records.map((record) => ({ ...record, events: [...record.events] }));
  writeFileSync(file, JSON.stringify(plain));
}

function loadRecords(file: string): HistoryRecord[] {
  const plain = JSON.parse(readFileSync(file, 'utf8')) as readonly Plain[];
  return plain.map((one) => ({ ...one, events: Float64Array.from(one.events) }));
}

async function writeOn([url, file, dice]: readonly string[]): Promise<void> {
  const records = loadRecords(file);
  const random = new Sfc32(Number(dice));
  const history = await History.open({ url, journal: 'crash' });
  stdout.write(`${history.sequence()}\n`);
  while (history.sequence() < records.length) {
    const from = history.sequence();
    await history.apply(records.slice(from, from + 1 + random.below(40)));
    stdout.write(`${history.sequence()}\n`);
  }
  await history.close();
  stdout.write('done\n');
}
