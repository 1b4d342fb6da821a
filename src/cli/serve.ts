// `plimsoll serve` and `plimsoll config`: the exchange with its API on a data directory. One line
// on standard output says where it is; everything else is structured log on standard error.

import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { startApp, type App } from '../app/app.ts';
import {
  ConfigError,
  configJsonSchema,
  loadConfig,
  PORT_DEFAULT,
  type Config,
} from '../app/config.ts';
import { StartRefused } from '../app/core.ts';
import { setAside } from '../app/data-directory.ts';
import { openLog, type Logger } from '../app/log.ts';

const CONFIG_FILE = 'plimsoll.json';
const EXIT_FAILED = 1;

interface ServeOptions {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
  readonly config?: string;
  readonly demo?: boolean;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

const HELP = `
It prints a link that signs you in once. For curl: -H "Authorization: Bearer $(cat DATA/token)"
The demo is on until the directory has real markets; --no-demo keeps it off.

Examples:
  $ plimsoll serve
  $ plimsoll serve --data ./exchange --no-demo --port 8080
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
    .option('--demo', 'insist on the demo')
    .option('--no-demo', 'no simulated makers and takers')
    .option('--fresh', 'put the old data directory aside and begin anew')
    .option('--json', 'print the line as JSON')
    .addHelpText('after', HELP)
    .action((options: ServeOptions) => serve(options, program.version() ?? ''));
  configCommand(program);
}

function configCommand(program: Command): void {
  const config = program.command('config').description('look at the configuration file');
  config
    .command('check [file]')
    .description('say whether a configuration can be used')
    .action((file: string | undefined) => {
      try {
        loadConfig(file ?? CONFIG_FILE);
        console.log(`${file ?? CONFIG_FILE}: good`);
      } catch (error) {
        fail(error);
      }
    });
  config
    .command('schema')
    .description('print the JSON Schema of the configuration')
    .action(() => {
      console.log(JSON.stringify(configJsonSchema(), undefined, 2));
    });
}

async function serve(options: ServeOptions, version: string): Promise<void> {
  let app: App | undefined;
  try {
    const config = configOf(options);
    const log = openLog(config.log_level);
    if (options.fresh === true) {
      const aside = setAside(config.data, Date.now());
      if (aside !== undefined) log.warn({ aside }, 'the old data directory was put aside');
    }
    app = await startApp({ config, log, version, onFatal: (error) => stopAtOnce(error, log) });
    stopOnSignals(app, log); // before the line is out: whoever reads it may send one at once
    announce(app, config, options, log);
  } catch (error) {
    await app?.stop();
    fail(error);
  }
}

/** The file, with what the command line says over it. @throws ConfigError */
function configOf(options: ServeOptions): Config {
  const { data, port, host, demo } = options;
  const path = options.config ?? (existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined);
  const config = loadConfig(path);
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw new ConfigError(`--port is a number from 0 to 65535: ${port} is not`);
  }
  return {
    ...config,
    ...(data === undefined ? {} : { data }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(demo === undefined ? {} : { demo }),
  };
}

function announce(app: App, config: Config, { json }: ServeOptions, log: Logger): void {
  const { listening, demo, tokenFile } = app;
  if (listening.moved) {
    log.warn({ wanted: config.port, port: listening.port }, 'the port is taken: the next free one');
  }
  log.info({ port: listening.port, data: config.data, demo: demo !== undefined }, 'listening');
  const url = app.signInLink();
  if (json === true) console.log(JSON.stringify({ url, port: listening.port, token: tokenFile }));
  else console.log(`plimsoll: open ${url}${movedText(app, config)}`);
}

const movedText = ({ listening }: App, { port }: Config): string =>
  listening.moved ? ` (port ${port} is taken)` : '';

/** Once, however many signals come. */
function stopOnSignals(app: App, log: Logger): void {
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'stopping');
    app.stop().then(
      (clean) => process.exit(clean ? 0 : EXIT_FAILED),
      (error: unknown) => stopAtOnce(error, log),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** The disk or an invariant has failed: what the disk holds is read again at the next start. */
function stopAtOnce(error: unknown, log: Logger): never {
  log.fatal({ err: error }, 'stopped at once: start again to recover');
  process.exit(EXIT_FAILED);
}

function fail(error: unknown): void {
  const isOurs = error instanceof ConfigError || error instanceof StartRefused;
  const text = error instanceof Error ? error.message : String(error);
  console.error(`plimsoll: ${text}`);
  if (!isOurs && error instanceof Error && process.env['PLIMSOLL_TRACE'] !== undefined) {
    console.error(error.stack);
  }
  process.exitCode = EXIT_FAILED;
}
