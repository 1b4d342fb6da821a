// The one place that puts everything together: configuration, core, history, API, demo. It starts
// in the order in which things depend on each other and stops in the reverse order, once.

import { Answers } from '../api/answers.ts';
import type { ApiContext } from '../api/context.ts';
import { Credentials } from '../api/credentials.ts';
import { Gate } from '../api/gate.ts';
import { Metrics } from '../api/metrics.ts';
import type { FeedsFigures } from '../api/metrics-feeds.ts';
import type { Pairs } from '../api/pairs.ts';
import { buildServer, type Server } from '../api/server.ts';
import { Submitter } from '../api/submit.ts';
import { ConfigError, type Config } from './config.ts';
import { startCore, type Core } from './core.ts';
import { openDataDirectory, operatorToken, type DataDirectory } from './data-directory.ts';
import { Demo } from './demo.ts';
import { DEMO_ACCOUNT, DEMO_BEGINNING, DEMO_FAUCET } from './demo-markets.ts';
import type { Logger } from './log.ts';
import { hostNames, isLoopback, listenOn, type Listening } from './listen.ts';
import { IndexWriter } from './index-writer.ts';
import { makeFeeds } from './make-feeds.ts';
import { openPairs, type OpenedPairs } from './pair-store.ts';
import { Presence } from './presence.ts';
import { setUp } from './set-up.ts';
import { Ticker } from './ticker.ts';
import { wantsDemo } from './wants-demo.ts';

/** How long a stop waits for requests that are being answered. */
const ANSWER_WAIT_MS = 3_000;

export interface AppOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly version: string;
  /** The process must stop now: the disk has failed. */
  readonly onFatal: (error: unknown) => void;
  /** For tests: holds answers against their schemas. */
  readonly checkAnswers?: boolean;
  readonly nowMs?: () => number;
}

export interface App {
  readonly listening: Listening;
  /** `http://127.0.0.1:4747` */
  readonly origin: string;
  readonly tokenFile: string;
  readonly server: Server;
  readonly core: Core;
  readonly pairs: Pairs;
  readonly demo: Demo | undefined;
  readonly prices: IndexWriter;
  readonly credentials: Credentials;
  /** A link that signs the operator in, once. */
  signInLink(): string;
  /** Stops cleanly; the same promise however often it is asked. True when the stop was clean. */
  stop(): Promise<boolean>;
}

/** @throws ConfigError, StartRefused, HistoryUnusable, Error */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log } = options;
  checkBinding(config);
  const data = openDataDirectory(config.data, config.token_file);
  const token = operatorToken(data, config.token_file === undefined);
  const core = await startCore(data.journal, config, log, options.onFatal, options.nowMs);
  try {
    return await serveCore(options, data, token, core);
  } catch (error) {
    await core.stop();
    throw error;
  }
}

function checkBinding({ host, token_file: tokenFile }: Config): void {
  if (isLoopback(host) || tokenFile !== undefined) return;
  const remedy = 'Set token_file to a file with the operator’s token, and put TLS in front.';
  throw new ConfigError(`refused to listen on ${host} without configured credentials. ${remedy}`);
}

async function serveCore(
  options: AppOptions,
  data: DataDirectory,
  token: string,
  core: Core,
): Promise<App> {
  const { config, log, nowMs = Date.now } = options;
  const { exchange } = core;
  const presence = new Presence(nowMs);
  const isDemo = wantsDemo(config, exchange.engine);
  await setUp(exchange, { assets: config.assets, markets: config.markets, accounts: [] });
  if (isDemo) await setUp(exchange, DEMO_BEGINNING);
  const operatorAccount = config.operator_account ?? (isDemo ? DEMO_ACCOUNT : '');
  const credentials = new Credentials({ path: data.credentials, token, operatorAccount, nowMs });
  const demo = isDemo ? demoOf(core, data, options, presence) : undefined;
  const feeds = makeFeeds(config, exchange, isDemo);
  const mayWrite = (): boolean => demo?.isAwake() ?? true;
  const prices = new IndexWriter({ exchange, feeds, log, mayWrite });
  const tracked = await openPairs(config, core, log);
  const parts = { core, tracked, credentials, presence, prices, demo };
  try {
    await prices.begin(nowMs());
    await demo?.begin();
    return await openDoors(options, data, parts);
  } catch (error) {
    await prices.stop();
    await tracked.stop();
    throw error;
  }
}

interface Parts {
  readonly core: Core;
  readonly tracked: OpenedPairs;
  readonly credentials: Credentials;
  readonly presence: Presence;
  readonly prices: IndexWriter;
  readonly demo: Demo | undefined;
}

async function openDoors(options: AppOptions, data: DataDirectory, parts: Parts): Promise<App> {
  const { config, log, nowMs = Date.now } = options;
  const { core, tracked, credentials, prices, demo } = parts;
  const place = new Place();
  const context = contextOf(options, parts, place);
  if (prices.feeds.length > 0) context.metrics.watchFeeds(() => feedsFigures(prices, nowMs()));
  const server = await buildServer(context);
  const listening = await listenOn(server, config.host, config.port);
  place.set(listening, config.hosts);
  const ticker = new Ticker(core.exchange, () => void prices.write(nowMs()), nowMs);
  ticker.start();
  demo?.start();
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const origin = `http://${host}:${listening.port}`;
  let stopping: Promise<boolean> | undefined;
  return {
    listening,
    origin,
    tokenFile: data.tokenFile,
    server,
    core,
    pairs: tracked.pairs,
    demo,
    prices,
    credentials,
    signInLink: () => `${origin}/?token=${credentials.newLink(credentials.operatorGrant).secret}`,
    stop: () => (stopping ??= stopAll({ server, core, tracked, demo, ticker, prices, log })),
  };
}

function feedsFigures(prices: IndexWriter, nowMs: number): FeedsFigures {
  const { feeds, refused } = prices;
  return {
    feeds: feeds.map((feed) => {
      const { state, errors } = feed.health();
      return { feed: feed.name, isLive: state === 'live', errors };
    }),
    prices: prices.figures(nowMs),
    refused,
  };
}

/** Where the server is reached; known only when it listens. */
class Place {
  private names: ReadonlySet<string> = new Set();
  private port = 0;

  set(listening: Listening, hosts: readonly string[]): void {
    this.names = hostNames(listening, hosts);
    this.port = listening.port;
  }

  readonly hosts = (): ReadonlySet<string> => this.names;
  readonly cookieName = (): string => `plimsoll_${this.port}`;
}

function contextOf(options: AppOptions, parts: Parts, place: Place): ApiContext {
  const { config, log, version, checkAnswers = false, nowMs = Date.now } = options;
  const { core, tracked, credentials, presence, demo } = parts;
  const { exchange, history } = core;
  const { rates, body_bytes: bodyBytes } = config.limits;
  const { hosts, cookieName } = place;
  return {
    exchange,
    history,
    pairs: tracked.pairs,
    credentials,
    gate: new Gate({ credentials, rates, hosts, cookieName, nowMs }),
    submitter: new Submitter(exchange, new Answers()),
    settings: { version, rates, bodyBytes, checkAnswers },
    metrics: new Metrics(exchange, history),
    log,
    faucet: () => (demo === undefined ? undefined : DEMO_FAUCET),
    onPresence: presence.touch,
    onBroken: options.onFatal,
    nowMs,
    cookieName,
  };
}

function demoOf(core: Core, data: DataDirectory, { log }: AppOptions, presence: Presence): Demo {
  const { exchange } = core;
  const isSomebodyThere = (): boolean => presence.isSomebodyThere;
  const { path, journal } = data;
  return new Demo({ exchange, path, journal, log, isSomebodyThere });
}

interface Running {
  readonly server: Server;
  readonly core: Core;
  readonly tracked: OpenedPairs;
  readonly demo: Demo | undefined;
  readonly ticker: Ticker;
  readonly prices: IndexWriter;
  readonly log: Logger;
}

/** Nobody new, then nothing new, then the ends of the journal and the history. */
async function stopAll(running: Running): Promise<boolean> {
  const { server, core, tracked, demo, ticker, prices, log } = running;
  demo?.stop();
  ticker.stop();
  await prices.stop();
  const cut = setTimeout(() => server.server.closeAllConnections(), ANSWER_WAIT_MS);
  await server.close();
  clearTimeout(cut);
  await tracked.stop();
  const clean = await core.stop();
  const { sequence } = core.runtime.sequencer;
  log.info({ sequence, clean, hash: core.machine.engine.hash() }, 'stopped');
  return clean;
}
