// `plimsoll verify`, `state` and `archive`: looks at a data directory without serving it. Only
// `verify --cut` changes anything, and what it takes out it keeps beside the journal.

import type { Command } from 'commander';
import { cutJournal } from '../../journal/cut.ts';
import { archiveJournal, stateAt } from '../../journal/state-at.ts';
import { describe, type Finding } from '../../journal/verdict.ts';
import { verifyJournal } from '../../journal/verify.ts';
import { EngineMachine } from '../../runtime/engine-machine.ts';
import { assert } from '../../units/assert.ts';
import { archiveLine, conservationLines } from './lines.ts';
import { journalSource } from './source.ts';

const EXIT_FAILED = 1;

interface Options {
  readonly config?: string;
  readonly json?: boolean;
  readonly cut?: string;
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Adds the three commands to the program. */
export function journalCommands(program: Command): void {
  program
    .command('verify <dir>')
    .description('check every byte of a data directory: segments, snapshots, and a full replay')
    .option(
      '--cut <sequence>',
      'give up everything from this sequence on; the bytes are put away, not deleted',
    )
    .option('--config <file>', 'configuration with the limits it was written under')
    .option('--json', 'print JSON')
    .action((directory: string, options: Options) => attempt(() => verify(directory, options)));
  program
    .command('state <dir>')
    .description('the state as it was after a command: hash, clock, conservation per asset')
    .requiredOption('--at <sequence>', 'the sequence of the command')
    .option('--config <file>', 'configuration with the limits it was written under')
    .option('--json', 'print JSON')
    .action((directory: string, options: Options) => attempt(() => state(directory, options)));
  program
    .command('archive <dir>')
    .description('every command with its events, one JSON object a line')
    .option('--from <sequence>', 'first sequence')
    .option('--to <sequence>', 'last sequence')
    .option('--config <file>', 'configuration with the limits it was written under')
    .action((directory: string, options: Options) => attempt(() => archive(directory, options)));
}

async function verify(directory: string, options: Options): Promise<void> {
  const source = journalSource(directory, options.config);
  if (options.cut !== undefined) {
    const cut = await cutJournal({ ...source, sequence: wholeNumber('--cut', options.cut) });
    if (cut.kind === 'refused') return refuse(cut.refusal);
    print(
      options,
      cut,
      cut.kind === 'cut' ? `cut: sequence ${cut.lastSequence} is the last now` : 'nothing to cut',
    );
    return;
  }
  const report = await verifyJournal(source);
  if (report.kind === 'refused') return refuse(report.refusal);
  const { good, findings, segments, snapshots, firstSequence, lastSequence, stateHash } = report;
  const lines = [
    good ? 'good' : 'NOT good',
    `segments      ${segments}`,
    `sequences     ${firstSequence} to ${lastSequence}`,
    `snapshots     ${snapshots.length === 0 ? 'none' : snapshots.join(', ')}`,
    `replayed from ${report.replayedFrom}`,
    `state hash    ${stateHash ?? 'not reached'}`,
    ...findings.map(describe),
  ];
  print(options, report, lines.join('\n'));
  if (!good) process.exitCode = EXIT_FAILED;
}

async function state(directory: string, options: Options): Promise<void> {
  const sequence = wholeNumber('--at', options.at ?? '');
  const found = await stateAt({ ...journalSource(directory, options.config), sequence });
  if (found.kind === 'refused') return refuse(found.refusal);
  if (found.kind === 'absent')
    throw new Error(`sequence ${sequence} is not there: ${found.lastSequence} is the last`);
  assert(found.machine instanceof EngineMachine, 'the machine is the engine');
  const { engine } = found.machine;
  const time = new Date(found.timeMs).toISOString();
  const value = {
    sequence,
    time,
    state_hash: found.stateHash,
    accounts: engine.state.accounts.rows,
    open_orders: engine.state.orders.live,
  };
  const lines = [
    `sequence    ${sequence}`,
    `time        ${time}`,
    `state hash  ${found.stateHash}`,
    `accounts    ${value.accounts}`,
    `open orders ${value.open_orders}`,
    ...conservationLines(engine),
  ];
  print(options, value, lines.join('\n'));
}

async function archive(directory: string, options: Options): Promise<void> {
  const report = await archiveJournal({
    ...journalSource(directory, options.config),
    ...(options.from === undefined ? {} : { from: wholeNumber('--from', options.from) }),
    ...(options.to === undefined ? {} : { to: wholeNumber('--to', options.to) }),
    onRecord: (sequence, timeMs, command, machine) => {
      assert(machine instanceof EngineMachine, 'the machine is the engine');
      process.stdout.write(`${archiveLine(sequence, timeMs, command, machine.engine)}\n`);
    },
  });
  if (report.kind === 'refused') refuse(report.refusal);
}

function print({ json }: Options, value: object, text: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${text}\n`);
}

function refuse(found: Finding): void {
  process.stderr.write(`plimsoll: ${describe(found)}\n`);
  process.exitCode = EXIT_FAILED;
}

async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    process.stderr.write(`plimsoll: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT_FAILED;
  }
}

/** @throws Error */
function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new Error(`${option} is a sequence, a whole number: ${text} is not`);
  return Number(text);
}
