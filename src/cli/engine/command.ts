// `plimsoll engine`: an engine of its own in this process, spoken to over standard input and
// output. Nothing is kept: the state ends with the process.

import type { Command } from 'commander';
import { Engine } from '../../engine/engine.ts';
import { converse } from './converse.ts';
import { Malformed } from './json.ts';
import { limitsFrom } from './limits-option.ts';
import { Session } from './session.ts';

const EXIT_FAILED = 1;

interface EngineOptions {
  readonly limits?: string;
  readonly compact?: boolean;
}

const HELP = `
One JSON object per line in, one per line out, in order.
Reference: docs/reference/engine-protocol.md

Examples:
  $ plimsoll engine < session.jsonl
  $ echo '{"query":"info"}' | plimsoll engine
  $ plimsoll engine --limits '{"accounts":1000,"orders_per_position":500}' < session.jsonl
  $ sh examples/engine/trade.sh

It ends with its input. Refused and malformed lines are answered and change nothing; the exit
code is 0 all the same.`;

/** Adds `engine` to the program. */
export function engineCommand(program: Command): void {
  program
    .command('engine')
    .description('speak to an exchange core over standard input and output, as JSON lines')
    .option('--limits <json|file>', 'bounds of the engine that differ from the defaults')
    .option('--compact', 'leave out what is null or false in events')
    .addHelpText('after', HELP)
    .action(async (options: EngineOptions, command: Command) => {
      await run(engineOf(options, command), options);
    });
}

function engineOf({ limits }: EngineOptions, command: Command): Engine {
  try {
    return new Engine(limits === undefined ? {} : limitsFrom(limits));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return command.error(`error: option '--limits': ${error.message}`);
  }
}

async function run(engine: Engine, { compact = false }: EngineOptions): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const fail = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') console.error(`plimsoll engine: ${error.message}`);
    // answers that nobody takes: the commands behind them must not run
    process.exitCode = EXIT_FAILED;
    stop.abort();
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  process.stdout.on('error', fail);
  const session = new Session(engine, { compact });
  await converse(session, { input: process.stdin, output: process.stdout, stop: stop.signal });
  process.off('SIGINT', end);
  process.off('SIGTERM', end);
}
