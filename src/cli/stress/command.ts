// The command `plimsoll stress` as commander sees it: arguments, options, help. What it does is in
// run.ts.

import type { Command } from 'commander';
import { attempt } from '../journal/output.ts';
import { runStress, type StressOptions } from './run.ts';

const HELP = `
DIR is a data directory or the journal in it, read to its end, also while a server writes
it; nothing in it is changed. FILE is a file of engine commands, one JSON object a line, as
"plimsoll engine" takes them.

The state is copied. On the copy the marks are moved, one market after the other in the
order given, and everything that follows happens by the exchange's own rules: liquidations
fill in the book, move who is due next, and go on to the insurance fund and to
counterparties. In one round everybody who is due gets one step: its orders cancelled, the
smallest cure, all of it, the fund, a counterparty. A round ends where somebody would get a
second step. A spot market moves the price of its base as collateral.

A shocked mark stays where it is put. The marks of other markets follow their own rules.

Examples:
  $ plimsoll stress ./exchange --market BTC-PERP --shock -10
  $ plimsoll stress ./exchange --market BTC-PERP --shock -10 --market ETH-PERP --shock -15
  $ plimsoll stress ./exchange --ladder
  $ plimsoll stress session.jsonl --market BTC-PERP --ladder --json

Exit codes: 0 done; 1 it could not be read or followed; 2 the command line was wrong.`;

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** Adds `stress` to the program. */
export function stressCommand(program: Command): void {
  program
    .command('stress <path>')
    .summary('what a price shock would lead to, round by round, on a copy of the state')
    .description(
      'Move prices on a copy of the real state and follow it by the true rules: liquidations, ' +
        'book impact, the insurance fund, deleveraging.',
    )
    .option(
      '--market <symbol>',
      'a market to shock; again for more (default: all perpetuals)',
      collect,
      [],
    )
    .option(
      '--shock <percent>',
      'by how much, of the mark; one for all, or one for each',
      collect,
      [],
    )
    .option('--ladder', 'a table of shocks from -1 to -20 %')
    .option('--config <file>', 'configuration with the limits it was written under')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((path: string, options: StressOptions, command: Command) =>
      attempt(() => runStress(path, options, (message) => command.error(`error: ${message}`))),
    );
}
