// The commands of `plimsoll` as one program, not yet run, so that the reference page can be made
// from the same help that a user sees.

import { Command, type CommanderError } from 'commander';
import { clientCommands } from './client/command.ts';
import { driftCommand } from './drift/command.ts';
import { engineCommand } from './engine/command.ts';
import { historyCommand } from './history.ts';
import { journalCommands } from './journal/command.ts';
import { pairCommands } from './pair/command.ts';
import { receiptCommands } from './receipts/command.ts';
import { replayCommand } from './replay/command.ts';
import { serveCommand } from './serve.ts';
import { stressCommand } from './stress/command.ts';

const EXIT_USAGE = 2;

const HELP = `
Examples:
  $ echo '{"query":"info"}' | plimsoll engine
  $ plimsoll replay trades.csv
  $ plimsoll help engine

Exit codes:
  0    done
  1    refused or failed; the reason is on standard error
  2    the command line was wrong
  130  interrupted`;

/** All commands. A wrong command line ends the process with 2. */
export function buildProgram(version: string): Command {
  const program = new Command('plimsoll')
    .description('A margin-trading exchange you run yourself.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride(exit)
    .showHelpAfterError('(plimsoll --help shows what there is)')
    .addHelpText('after', HELP);
  engineCommand(program);
  replayCommand(program);
  serveCommand(program);
  journalCommands(program);
  stressCommand(program);
  receiptCommands(program);
  clientCommands(program);
  pairCommands(program);
  historyCommand(program);
  driftCommand(program);
  return program;
}

/** Commander has said what is wrong; what is left is the exit code. */
function exit(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
}
