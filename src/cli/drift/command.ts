// `plimsoll drift`: looks at accounts of Drift, on the chain or in a recorded file. It only reads.

import { InvalidArgumentError, Option, type Command } from 'commander';
import { writeFileSync } from 'node:fs';
import type { DriftMode } from '../../margin/drift/types.ts';
import { accountReport } from './account-report.ts';
import { accountText, marketsText } from './text.ts';
import {
  loadAccount,
  loadMarkets,
  loadRecording,
  openWatched,
  type LoadedAccount,
  type WhereOptions,
} from './load.ts';
import { marketRows } from './market-rows.ts';
import { say } from './say.ts';
import { watchAccount } from './watch.ts';

const EXIT_FAILED = 1;

interface ShowOptions extends WhereOptions {
  readonly json?: boolean;
}

interface AccountOptions extends ShowOptions {
  readonly mode: DriftMode;
  readonly watch?: boolean;
  /** Seconds. */
  readonly for?: number;
}

const HELP = `
FILE is a recording made by \`plimsoll drift record\`; it needs no network. An ADDRESS is looked
up at the node of --rpc; no node is asked that was not named.

Examples:
  $ plimsoll drift account fixtures/drift/account.json
  $ plimsoll drift account fixtures/drift/account.json --mode sdk --json
  $ plimsoll drift account ADDRESS --rpc https://node.example
  $ plimsoll drift account ADDRESS --rpc https://node.example --watch
  $ plimsoll drift record ADDRESS account.json --rpc https://node.example
  $ plimsoll drift markets fixtures/drift/account.json`;

/** Adds `drift` to the program. */
export function driftCommand(program: Command): void {
  const drift = program.command('drift').description('look at accounts and markets of Drift');
  whereOptions(drift.command('account <file|address>'))
    .description('positions, collateral, requirements, health and liquidation prices')
    .addOption(
      new Option('--mode <mode>', 'by the program on the chain, or as its SDK shows it')
        .choices(['chain', 'sdk'])
        .default('chain'),
    )
    .option('--watch', 'ask the node again every drift.refresh_ms of the configuration')
    .option('--for <seconds>', 'with --watch: end after so long', wholeSeconds)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((what: string, options: AccountOptions) => attempt(() => account(what, options)));
  whereOptions(drift.command('record <address> <file>'))
    .description('write what a node says about an account into a file')
    .action((address: string, file: string, options: WhereOptions) =>
      attempt(() => record(address, file, options)),
    );
  whereOptions(drift.command('markets [file]'))
    .description('prices and margin ratios of perp markets, of a file or of the node')
    .option('--json', 'print JSON')
    .action((file: string | undefined, options: ShowOptions) =>
      attempt(() => markets(file, options)),
    );
}

function whereOptions(command: Command): Command {
  return command
    .option('--rpc <url>', 'JSON-RPC of a Solana node (default: drift.rpc of the configuration)')
    .option('--config <file>', 'configuration with the program, the node and the limits of age')
    .option('--user <address>', 'which account of a file with several')
    .option('--sub-account <number>', 'the address is a wallet: its account with this number');
}

function wholeSeconds(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number from 1 to 99999.');
}

async function account(what: string, options: AccountOptions): Promise<void> {
  const { mode, json } = options;
  const textOf = (loaded: LoadedAccount): string => {
    const report = accountReport(loaded, mode);
    return json === true ? JSON.stringify(report) : accountText(report);
  };
  if (options.watch === true) {
    const terms = { seconds: options.for, isJson: json === true };
    return watchAccount(await openWatched(what, options), terms, textOf);
  }
  process.stdout.write(`${textOf(await loadAccount(what, options))}\n`);
}

async function record(address: string, file: string, options: WhereOptions): Promise<void> {
  const { recording, text } = await loadRecording(address, options);
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(`${file} is there already; give another name or delete it first`, {
      cause: error,
    });
  }
  const { accounts, slot } = recording;
  process.stdout.write(`${file}: ${accounts.length} accounts at slot ${slot}\n`);
}

async function markets(file: string | undefined, options: ShowOptions): Promise<void> {
  const rows = marketRows(await loadMarkets(file, options));
  const json = options.json === true;
  process.stdout.write(json ? `${JSON.stringify({ markets: rows })}\n` : `${marketsText(rows)}\n`);
}

async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    say(error);
    process.exitCode = EXIT_FAILED;
  }
}
