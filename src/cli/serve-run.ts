// What `plimsoll serve` does: configuration, the app, its one line, and a clean end on a signal.
// Apart from serve.ts, so that no other command has to load a web server.

import { existsSync } from 'node:fs';
import { startApp, type App } from '../app/app.ts';
import { ConfigError, loadConfig, plainFeed, type Config, type FeedConfig } from '../app/config.ts';
import { StartRefused } from '../app/core.ts';
import { setAside } from '../app/data-directory.ts';
import { HistoryUnusable } from '../app/history.ts';
import { openLog, type Logger } from '../app/log.ts';

const CONFIG_FILE = 'plimsoll.json';
const EXIT_FAILED = 1;

export interface ServeOptions {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
  readonly config?: string;
  readonly tokenFile?: string;
  readonly feed?: readonly string[];
  readonly demo?: boolean;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

/** Says whether a configuration can be used. */
export function checkConfig(path: string): void {
  try {
    loadConfig(path);
    console.log(`${path}: good`);
  } catch (error) {
    fail(error);
  }
}

export async function serve(options: ServeOptions, version: string): Promise<void> {
  let app: App | undefined;
  try {
    const config = configOf(options);
    const log = openLog(config.log_level, process.stderr.isTTY && options.json !== true);
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
  const { data, port, host, tokenFile, feed, demo } = options;
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
    ...(tokenFile === undefined ? {} : { token_file: tokenFile }),
    ...(feed === undefined ? {} : { feeds: feed.map((name) => feedOf(config, name)) }),
    ...(demo === undefined ? {} : { demo }),
  };
}

/** As the file has it, or with all defaults. */
const feedOf = ({ feeds }: Config, name: string): FeedConfig =>
  feeds.find(({ feed }) => feed === name) ?? plainFeed(name);

function announce(app: App, config: Config, { json }: ServeOptions, log: Logger): void {
  const { listening, demo, prices, tokenFile } = app;
  if (listening.moved) {
    log.warn({ wanted: config.port, port: listening.port }, 'the port is taken: the next free one');
  }
  const feeds = prices.feeds.map(({ name }) => name);
  const facts = { port: listening.port, data: config.data, demo: demo !== undefined, feeds };
  log.info(facts, 'listening');
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
  const isOurs =
    error instanceof ConfigError ||
    error instanceof StartRefused ||
    error instanceof HistoryUnusable;
  const text = error instanceof Error ? error.message : String(error);
  console.error(`plimsoll: ${text}`);
  if (!isOurs && error instanceof Error && process.env['PLIMSOLL_TRACE'] !== undefined) {
    console.error(error.stack);
  }
  process.exitCode = EXIT_FAILED;
}
