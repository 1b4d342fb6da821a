// The command `plimsoll replay` as commander sees it: arguments, options, exit code. What it does
// is in run-replay.ts.

import { InvalidArgumentError, type Command } from 'commander';
import {
  ACCOUNTS_MAX,
  FUND_MAX,
  runReplay,
  SEED_DEFAULT,
  type ReplayOptions,
} from './run-replay.ts';

/** Adds `replay` to the program. */
export function replayCommand(program: Command): void {
  const anyWhole = wholeUpTo(Number.MAX_SAFE_INTEGER);
  program
    .command('replay')
    .summary('run recorded or generated trading through a new engine')
    .description(
      'Run recorded or generated trading through a new engine and print what came of it: fills, ' +
        'refusals, throughput, conservation to the unit, state hash and event digest.\n\n' +
        'PATH is an order flow, a Plimsoll flow or a file of candles (CSV, told apart by their ' +
        'headers), or a folder with btcusdt-trades.csv, btcusdt-bbo.csv and btcusdt-mark.csv. ' +
        'Candles are prices alone: generated accounts trade at them on margin, and the report ' +
        'says who was liquidated and who took it.\n\n' +
        'Exit codes: 0 done; 1 a file or row cannot be read, an asset is not conserved, an ' +
        'invariant does not hold, or two runs differ; 130 interrupted.',
    )
    .argument('<path>', 'a CSV file or a folder')
    .option(
      '--accounts <n>',
      'how many accounts to generate (default 1000; candles 10000)',
      wholeUpTo(ACCOUNTS_MAX),
    )
    .option('--seed <n>', 'seed of everything that is generated', anyWhole, SEED_DEFAULT)
    .option('--limit <n>', 'stop after this many rows', anyWhole)
    .option('--twice', 'run it a second time and compare state hash and event digest')
    .option(
      '--resume-at <n>',
      'run it again, after n commands in an engine restored from a snapshot, and compare',
      anyWhole,
    )
    .option(
      '--check <n>',
      'recompute every invariant from scratch after every n commands',
      anyWhole,
    )
    .option('--funding <file>', 'candles: real funding rates, settled at their times')
    .option('--brackets <file>', 'candles: a table of leverage tiers; needs --symbol')
    .option('--symbol <name>', 'candles: whose tiers those are, as XRP/USDT:USDT')
    .option(
      '--fund <usdt>',
      'candles: what the insurance fund begins with (default 250000)',
      wholeUpTo(FUND_MAX),
    )
    .option(
      '--coins <percent>',
      'candles: how many accounts put up the coin itself (default 20)',
      wholeUpTo(100),
    )
    .option(
      '--calm',
      'candles: run it again with positions too small to be liquidated, and compare the speed',
    )
    .option('--json', 'print one JSON object')
    .action(async (path: string, options: ReplayOptions) => {
      process.stdout.on('error', ignoreBrokenPipe);
      process.exitCode = await runReplay(path, options);
    });
}

/** Whoever reads the output may stop reading, as `head` does. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function wholeUpTo(max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number up to ${max}.`);
  };
}
