// Where an account comes from: a recorded file, or the node that was named.

import { existsSync } from 'node:fs';
import type { Config } from '../../app/config.ts';
import type { DriftWish } from '../../brokers/drift/capture.ts';
import type { Recording } from '../../brokers/drift/recording.ts';
import type { DriftMarketSource } from '../../brokers/drift/source.ts';
import type { ReadAccount } from '../../brokers/drift/snapshot.ts';

const SUB_ACCOUNT_MAX = 65_535;

export interface WhereOptions {
  readonly rpc?: string;
  readonly config?: string;
  readonly user?: string;
  readonly subAccount?: string;
}

export interface LoadedAccount extends ReadAccount {
  readonly source: string;
  readonly programId: string;
  readonly settlementAsset: string;
  readonly slot: number;
  /** Milliseconds, by the clock of the machine that asked. */
  readonly timeMs: number;
  /** Why it must not be relied upon, in words. A file is as old as it is and says so elsewhere. */
  readonly stale: readonly string[];
}

/** An account of a file or of a node. Throws a sentence when there is none. */
export async function loadAccount(what: string, options: WhereOptions): Promise<LoadedAccount> {
  const config = await configOf(options);
  const isFile = existsSync(what);
  const { recording, user, source } = isFile
    ? await fromFile(what, options)
    : await fromNode(what, options, config);
  return loadedOf(await sourceOfOne(recording, config, isFile), user, source, config);
}

function loadedOf(
  from: DriftMarketSource,
  user: string,
  source: string,
  { settlement_asset: settlementAsset }: Config['drift'],
): LoadedAccount {
  const { programId, slot, timeMs } = from.snapshot.recording;
  return { ...from.account(user), source, programId, settlementAsset, slot, timeMs };
}

/** An account that is asked for again and again. */
export interface WatchedAccount {
  readonly source: DriftMarketSource;
  readonly everyMs: number;
  /** What is known now. */
  readonly account: () => LoadedAccount;
}

/** An account of a node, not asked for yet. */
export async function openWatched(address: string, options: WhereOptions): Promise<WatchedAccount> {
  if (existsSync(address)) {
    throw new Error(`--watch asks a node again and again, and ${address} is a file`);
  }
  const config = await configOf(options);
  const { driftSource } = await import('../../app/drift.ts');
  const user = await userOf(address, options, config);
  const source = driftSource({ ...config, users: [user], perp_markets: [], spot_markets: [] });
  const account = (): LoadedAccount => loadedOf(source, user, nodeOf(config), config);
  return { source, everyMs: config.refresh_ms, account };
}

/** What the node says about an account, and the text of the file that holds it. */
export async function loadRecording(
  address: string,
  options: WhereOptions,
): Promise<{ readonly recording: Recording; readonly text: string }> {
  const config = await configOf(options);
  const { recording } = await fromNode(address, options, config);
  const { recordingText } = await import('../../brokers/drift/recording.ts');
  return { recording, text: recordingText(recording) };
}

/** A source that has been renewed once: of a file, or of the node with the configured markets. */
export async function loadMarkets(
  file: string | undefined,
  options: WhereOptions,
): Promise<DriftMarketSource> {
  const config = await configOf(options);
  if (file !== undefined) {
    const { readRecording } = await import('../../brokers/drift/recording.ts');
    return sourceOfOne(readRecording(file), config, true);
  }
  const { driftSource } = await import('../../app/drift.ts');
  const source = driftSource(config);
  await source.renew();
  return source;
}

/** A source that knows one recording; a file is looked at as of the moment that it was made. */
async function sourceOfOne(
  recording: Recording,
  config: Config['drift'],
  isFile: boolean,
): Promise<DriftMarketSource> {
  const { driftSettings } = await import('../../app/drift.ts');
  const { DriftMarketSource: Source } = await import('../../brokers/drift/source.ts');
  const source = new Source({
    load: () => Promise.resolve(recording),
    settings: driftSettings(config),
    nowMs: () => (isFile ? recording.timeMs : Date.now()),
  });
  await source.renew();
  return source;
}

interface Found {
  readonly recording: Recording;
  readonly user: string;
  readonly source: string;
}

async function fromFile(path: string, { user }: WhereOptions): Promise<Found> {
  const { readRecording } = await import('../../brokers/drift/recording.ts');
  const { isKind } = await import('../../brokers/drift/layout/kinds.ts');
  const { USER } = await import('../../brokers/drift/layout/user.ts');
  const recording = readRecording(path);
  if (user !== undefined) return { recording, user, source: path };
  const users = recording.accounts.filter((one) => isKind(USER, one));
  const [first] = users;
  if (first === undefined) throw new Error(`${path} holds no account of a user`);
  if (users.length > 1) {
    const listed = users.map(({ address }) => address).join(', ');
    throw new Error(`${path} holds several accounts; name one with --user: ${listed}`);
  }
  return { recording, user: first.address, source: path };
}

async function fromNode(
  address: string,
  options: WhereOptions,
  config: Config['drift'],
): Promise<Found> {
  const { driftCapture } = await import('../../app/drift.ts');
  const user = await userOf(address, options, config);
  const wish: DriftWish = { users: [user], perpMarkets: [], spotMarkets: [] };
  const recording = await driftCapture(config, wish).take();
  return { recording, user, source: nodeOf(config) };
}

/** The account that is meant by an address: itself, or that of a wallet by its number. */
async function userOf(
  address: string,
  { subAccount }: WhereOptions,
  { program_id: programId }: Config['drift'],
): Promise<string> {
  const { addressBytes, isAddress, userAddress } = await import('../../brokers/drift/address.ts');
  if (!isAddress(address) && /[./\\]/.test(address)) throw new Error(`${address} is not there`);
  addressBytes(address, 'what is neither a file nor an address');
  if (subAccount === undefined) return address;
  return userAddress(programId, address, subAccountOf(subAccount));
}

/** Where the node is, without what may be a key. */
function nodeOf({ rpc = '' }: Config['drift']): string {
  return URL.canParse(rpc) ? new URL(rpc).origin : 'no node';
}

function subAccountOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= SUB_ACCOUNT_MAX) return Number(text);
  throw new Error(`--sub-account is a whole number from 0 to ${SUB_ACCOUNT_MAX}: ${text} is not`);
}

async function configOf({ config, rpc }: WhereOptions): Promise<Config['drift']> {
  const { loadConfig } = await import('../../app/config.ts');
  const { drift } = loadConfig(config);
  return rpc === undefined ? drift : { ...drift, rpc };
}
