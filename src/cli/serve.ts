// `plimsoll serve` and `plimsoll config`: the exchange with its API on a data directory. One line
// on standard output says where it is; everything else is structured log on standard error.

import type { Command } from 'commander';
import { PORT_DEFAULT } from '../app/listen.ts';
import type { ServeOptions } from './serve-run.ts';

const CONFIG_FILE = 'plimsoll.json';

const FEED = 'outside prices: sim, replay:FILE or ccxt:EXCHANGE; repeatable';

const HELP = `
It prints a link that signs you in once. For curl: -H "Authorization: Bearer $(cat DATA/token)"
The demo is on until the directory has real markets; --no-demo keeps it off.

Examples:
  $ plimsoll serve
  $ plimsoll serve --data ./exchange --no-demo --port 8080
  $ plimsoll serve --feed ccxt:kucoin
  $ plimsoll config check plimsoll.json

Signals: SIGINT and SIGTERM stop cleanly: the last group is written, then a snapshot and a marker.`;

/** Adds `serve` and `config` to the program. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('run the exchange with its HTTP API on a data directory')
    .option('--data <dir>', 'where everything is kept (default: ./plimsoll-data)')
    .option('--port <number>', `port, or the next free one (default: ${PORT_DEFAULT})`)
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--config <file>', `configuration (default: ./${CONFIG_FILE} when there is one)`)
    .option(
      '--token-file <file>',
      'the operator’s token, needed beyond loopback (default: DATA/token)',
    )
    .option('--feed <name>', FEED, collected)
    .option('--demo', 'insist on the demo')
    .option('--no-demo', 'no simulated makers and takers')
    .option('--fresh', 'put the old data directory aside and begin anew')
    .option('--json', 'print the line as JSON')
    .addHelpText('after', HELP)
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./serve-run.ts'); // so that other commands start without it
      await serve(options, program.version() ?? '');
    });
  configCommand(program);
}

/** An option that may be given several times. */
const collected = (one: string, more: string[] | undefined): string[] => [...(more ?? []), one];

function configCommand(program: Command): void {
  const config = program.command('config').description('look at the configuration file');
  config
    .command('check [file]')
    .description('say whether a configuration can be used')
    .action(async (file: string | undefined) => {
      const { checkConfig } = await import('./serve-run.ts');
      checkConfig(file ?? CONFIG_FILE);
    });
  config
    .command('schema')
    .description('print the JSON Schema of the configuration')
    .action(async () => {
      const { configJsonSchema } = await import('../app/config.ts');
      console.log(JSON.stringify(configJsonSchema(), undefined, 2));
    });
}
