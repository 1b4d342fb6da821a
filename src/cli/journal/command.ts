// `plimsoll verify`, `state` and `archive`: looks at a data directory without serving it. Only
// `verify --cut` changes anything, and what it takes out it keeps beside the journal.

import type { Command } from 'commander';
import { archive, type ArchiveCommandOptions } from './archive.ts';
import { attempt } from './output.ts';
import { state, type StateOptions } from './state.ts';
import { verify, type VerifyOptions } from './verify.ts';

const CONFIG = ['--config <file>', 'configuration with the limits it was written under'] as const;

/** Adds the three commands to the program. */
export function journalCommands(program: Command): void {
  program
    .command('verify <dir>')
    .description('check every byte of a data directory: segments, snapshots, and a full replay')
    .option(
      '--cut <sequence>',
      'give up everything from this sequence on; the bytes are put away, not deleted',
    )
    .option(...CONFIG)
    .option('--json', 'print JSON')
    .action((directory: string, options: VerifyOptions) =>
      attempt(() => verify(directory, options)),
    );
  program
    .command('state <dir>')
    .description('the state as it was after a command: hash, clock, conservation per asset')
    .requiredOption('--at <sequence>', 'the sequence of the command')
    .option(...CONFIG)
    .option('--json', 'print JSON')
    .action((directory: string, options: StateOptions) => attempt(() => state(directory, options)));
  program
    .command('archive <dir>')
    .description('every command with its events, one JSON object a line')
    .option('--from <sequence>', 'first sequence')
    .option('--to <sequence>', 'last sequence')
    .option(...CONFIG)
    .action((directory: string, options: ArchiveCommandOptions) =>
      attempt(() => archive(directory, options)),
    );
}
