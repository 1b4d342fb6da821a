// `plimsoll history`: makes the history in SQL anew from the journal, and says what is in it.

import type { Command } from 'commander';
import type { Config } from '../app/config.ts';
import type { HistoryReport } from '../app/history-tools.ts';

const EXIT_FAILED = 1;

interface Options {
  readonly url?: string;
  readonly config?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const HELP = `
The exchange must be stopped for a rebuild. What the journal no longer has cannot come back.

Examples:
  $ plimsoll history status ./plimsoll-data
  $ plimsoll history rebuild ./plimsoll-data
  $ plimsoll history rebuild ./plimsoll-data --url postgres://plimsoll@localhost/plimsoll`;

/** Adds `history` to the program. */
export function historyCommand(program: Command): void {
  const history = program.command('history').description('the history in SQL of a data directory');
  history
    .command('rebuild <dir>')
    .description('empty the history and write it anew from the journal')
    .option('--url <url>', 'postgres://… or a file (default: that of the configuration)')
    .option('--config <file>', 'configuration with the limits and the history of the directory')
    .option('--force', 'also empty one that belongs to another journal')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((directory: string, options: Options) => attempt(() => rebuild(directory, options)));
  history
    .command('status <dir>')
    .description('how far the history is and what is in it; the exchange may be running')
    .option('--url <url>', 'postgres://… or a file (default: that of the configuration)')
    .option('--config <file>', 'configuration with the history of the directory')
    .option('--json', 'print JSON')
    .action((directory: string, options: Options) => attempt(() => status(directory, options)));
}

async function rebuild(directory: string, options: Options): Promise<void> {
  const { rebuildHistory } = await import('../app/history-tools.ts'); // only when it is needed
  const report = await rebuildHistory({
    config: await configOf(directory, options),
    force: options.force === true,
    onProgress: (sequence, of) => process.stderr.write(`plimsoll: ${sequence} of ${of}\n`),
  });
  const { before, milliseconds, sequence } = report;
  const was = before === undefined ? 'there was none before' : `it was at ${before} before`;
  const done = `rebuilt       up to command ${sequence} in ${milliseconds} ms; ${was}`;
  print(options, report, [done, ...linesOf(report)]);
}

async function status(directory: string, options: Options): Promise<void> {
  const { historyStatus } = await import('../app/history-tools.ts');
  const report = await historyStatus(await configOf(directory, options));
  print(options, report, linesOf(report));
}

function linesOf(report: HistoryReport): string[] {
  const { url, journal, sequence, time, prunedSequence, bytes, gaps } = report;
  const megabytes = (bytes / 1_000_000).toFixed(1);
  return [
    `history       ${url}`,
    `journal       ${journal}`,
    `sequence      ${sequence}${sequence === 0 ? '' : `, ${new Date(time).toISOString()}`}`,
    `orders        ${report.orders}`,
    `fills         ${report.fills}`,
    `trades        ${report.trades}`,
    `candles       ${report.candles}`,
    `rows          ${megabytes} MB by the count of retention`,
    `let go        ${prunedSequence === 0 ? 'nothing' : `commands up to ${prunedSequence}`}`,
    `never seen    ${gaps.map(([first, last]) => `${first} to ${last}`).join(', ') || 'nothing'}`,
  ];
}

async function configOf(data: string, { config, url }: Options): Promise<Config> {
  const { loadConfig } = await import('../app/config.ts');
  const loaded = loadConfig(config);
  const history = url === undefined ? loaded.history : { ...loaded.history, url };
  return { ...loaded, data, history };
}

function print({ json }: Options, value: object, lines: readonly string[]): void {
  process.stdout.write(`${json === true ? JSON.stringify(value) : lines.join('\n')}\n`);
}

async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    process.stderr.write(`plimsoll: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT_FAILED;
  }
}
