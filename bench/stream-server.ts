// The server side of bench/stream.ts, in a process of its own: a whole exchange on a real journal,
// or an echo with nothing behind it.

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Session } from 'node:inspector/promises';
import { WebSocketServer } from 'ws';
import { ONLY_LOAD } from './as-served.ts';
import { startApp, type App } from '../src/app/app.ts';
import { parseConfig } from '../src/app/config.ts';
import { noLog } from '../src/app/log.ts';
import { setUp } from '../src/app/set-up.ts';
import { tuneCollector, tuneCompiler } from '../src/runtime/tuning.ts';

const WIDE = { per_second: 1_000_000, burst: 1_000_000 };
const MARKET = {
  market: 'BTC-PERP',
  kind: 'perp',
  quote: 'USDT',
  price_unit: '0.1',
  size_unit: '0.001',
  maker_fee: '0',
  taker_fee: '0.0005',
  mark_source: 'index',
  brackets: [{ floor_notional: '0', initial: '0.02', maintenance: '0.01' }],
};

tuneCompiler();
tuneCollector();
const [kind = '', data = '', connections = '8', profile = ''] = process.argv.slice(2);
if (kind === ONLY_LOAD) process.exit();
let session: Session | undefined;
const stop = kind === 'echo' ? await echo() : await exchange(data, Number(connections));

process.on('message', (message) => {
  if (message === 'cpu') {
    const [all, main] = [process.cpuUsage(), process.threadCpuUsage()];
    process.send?.([all.user + all.system, main.user + main.system]);
    if (profile !== '') void profiled();
  } else void stop().then(() => process.exit(0));
});

/** A profile of what lies between the first question and the second. */
async function profiled(): Promise<void> {
  if (session === undefined) {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    return;
  }
  const taken = await session.post('Profiler.stop');
  writeFileSync(profile, JSON.stringify(taken.profile));
}

async function echo(): Promise<() => Promise<void>> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, path: '/ws', perMessageDeflate: false });
  sockets.on('connection', (ws) =>
    ws.on('message', (text, isBinary) => ws.send(text, { binary: isBinary })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.send?.({ port: (server.address() as AddressInfo).port, tokens: [] });
  return () => Promise.resolve();
}

async function exchange(directory: string, count: number): Promise<() => Promise<void>> {
  const settings = {
    data: directory,
    port: 0,
    demo: false,
    limits: { rates: { read: WIDE, trade: WIDE, cancel: WIDE } },
    assets: [{ asset: 'USDT', decimals: 6, settlement: true }],
    markets: [MARKET],
  };
  const app = await startApp({
    config: parseConfig(JSON.stringify(settings), 'bench'),
    log: noLog(),
    version: 'bench',
    onFatal: (error) => {
      throw error;
    },
  });
  if (kind === 'core') withoutHistory(app);
  const names = Array.from({ length: count }, (_, i) => `bench-${i}`);
  const deposits = [{ asset: 'USDT', amount: '100000000' }];
  const accounts = names.map((account) => ({ account, deposits }));
  await setUp(app.core.exchange, { assets: [], markets: [], accounts });
  const headers = {
    authorization: `Bearer ${readFileSync(app.tokenFile, 'utf8').trim()}`,
    'content-type': 'application/json',
  };
  await fetch(`${app.origin}/api/v1/admin/markets/BTC-PERP/index`, {
    method: 'POST',
    headers,
    body: '{"price":"60000"}',
  });
  const tokens = names.map(
    (account) => app.credentials.newKey({ account, scopes: ['read', 'trade'] }).secret,
  );
  process.send?.({ port: app.listening.port, tokens });
  return async () => {
    await app.stop();
  };
}

/** Takes the SQL history off, to see what the rest costs: it shares the writer's thread. */
function withoutHistory({ core }: App): void {
  const followers = core.runtime.followers as unknown as { list: readonly { name: string }[] };
  followers.list = followers.list.filter(({ name }) => name === 'stream');
}
