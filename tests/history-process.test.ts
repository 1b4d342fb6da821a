// Proves the history of the real process: kill -9 in the middle of trading leaves no gap and
// nothing twice, what was seen before is there afterwards, and a rebuild beside it comes to the
// same rows. Bounded in time.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { dump } from '../src/projections/fixture.suite.ts';
import { findOrInstallPostgres, TestPostgres } from '../src/testing/postgres/postgres.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const START_MS = 30_000;
const TEST_MS = 90_000;
const KILLS = 3;
const TRADING_MS = 1_500;

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-killed-'));
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Served {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly ended: Promise<number | null>;
}

function serve(args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', ...args], { cwd: folder });
  running.add(child);
  let out = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not started: ${errors}`)), START_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0];
      if (origin === undefined || !out.includes('\n')) return;
      clearTimeout(timer);
      resolve({ child, origin, ended });
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${errors}`)));
  });
}

async function ask(
  { origin }: Served,
  data: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const token = readFileSync(join(data, 'token'), 'utf8').trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(origin + path, { headers, ...init });
  return (await response.json()) as Record<string, unknown>;
}

function plimsoll(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const options = { cwd: folder, encoding: 'utf8', timeout: START_MS } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], options);
  return { status, stdout, stderr };
}

const idsOf = (answer: Record<string, unknown>, list: string, name: string): unknown[] =>
  (answer[list] as Record<string, unknown>[]).map((row) => row[name]);

interface Seen {
  readonly trades: unknown[];
  readonly orders: unknown[];
}

/** Starts, holds what is there against what was seen before, trades, and is killed. */
async function liveAndDie(data: string, more: readonly string[], before: Seen): Promise<Seen> {
  const served = await serve(['--data', data, '--demo', ...more]);
  const look = async (): Promise<Seen> => {
    const trades = await ask(served, data, '/api/v1/markets/BTC-PERP/trades?limit=1000');
    const orders = await ask(served, data, '/api/v1/orders/closed?account=demo&limit=1000');
    return { trades: idsOf(trades, 'trades', 'id'), orders: idsOf(orders, 'orders', 'order_id') };
  };
  const { trades, orders } = await look();
  expect(trades).toEqual(expect.arrayContaining(before.trades));
  expect(orders).toEqual(before.orders);
  const bought = { market: 'BTC-PERP', side: 'buy', type: 'market', size: '0.01' };
  expect(await ask(served, data, '/api/v1/orders', bought)).toHaveProperty('order_id');
  await sleep(TRADING_MS + orders.length * 400);
  const after = await look();
  expect(after.orders).toHaveLength(orders.length + 1);
  served.child.kill('SIGKILL');
  await served.ended;
  return after;
}

/** Kills it a few times; then what it has must be what a rebuild of the journal in SQLite has. */
async function proveKills(data: string, more: readonly string[], live: string): Promise<void> {
  let seen: Seen = { trades: [], orders: [] };
  for (let i = 0; i < KILLS; i += 1) seen = await liveAndDie(data, more, seen);
  const last = await serve(['--data', data, '--no-demo', ...more]); // writes what it lacked
  last.child.kill('SIGTERM');
  expect(await last.ended).toBe(0);
  const anew = `${data}-anew.sqlite`;
  const rebuilt = plimsoll('history', 'rebuild', data, '--url', anew);
  expect(rebuilt.stderr).toBe('');
  expect(rebuilt.stdout).toMatch(/^rebuilt {7}up to command \d+ in \d+ ms; /);
  expect(await dump(anew)).toEqual(await dump(live));
}

describe('the history of a process', () => {
  const limit = { timeout: TEST_MS };

  test(`${KILLS} kills -9 while it trades: nothing is lost or twice`, limit, async () => {
    const data = join(folder, 'killed');
    const live = join(data, 'history.sqlite');
    await proveKills(data, [], live);
    const status = plimsoll('history', 'status', data, '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({ url: live, gaps: [], prunedSequence: 0 });
  });

  const found = findOrInstallPostgres();
  const why = found.kind === 'absent' ? ` [${found.reason}]` : '';
  test.skipIf(found.kind === 'absent')(`the same with PostgreSQL${why}`, limit, async () => {
    if (found.kind !== 'found') return;
    const server = await TestPostgres.start(found);
    try {
      const url = server.create('killed');
      const config = join(folder, 'postgres.json');
      writeFileSync(config, JSON.stringify({ history: { url } }));
      await proveKills(join(folder, 'killed-postgres'), ['--config', config], url);
    } finally {
      await server.stop();
    }
  });

  test('a history that cannot be opened is named, and its password is not', async () => {
    const config = join(folder, 'away.json');
    const url = 'postgres://plimsoll:secret@127.0.0.1:1/nothing';
    writeFileSync(config, JSON.stringify({ history: { url } }));
    const refused = serve(['--data', join(folder, 'away'), '--config', config]);
    await expect(refused).rejects.toThrow('postgres://plimsoll:…@127.0.0.1:1/nothing');
    await expect(refused).rejects.not.toThrow('secret');
    const status = plimsoll('history', 'status', join(folder, 'nowhere'));
    expect(status).toMatchObject({ status: 1, stdout: '' });
    expect(status.stderr).toContain('there is no history');
    writeFileSync(config, JSON.stringify({ history: { url: 'mysql://localhost/x' } }));
    expect(plimsoll('config', 'check', config).status).toBe(1);
  });

  test('no rebuild while the exchange runs; a look is possible', async () => {
    const data = join(folder, 'busy');
    const served = await serve(['--data', data, '--demo']);
    const refused = plimsoll('history', 'rebuild', data);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('verdict 13');
    expect(plimsoll('history', 'status', data).stdout).toMatch(/sequence +\d/);
    served.child.kill('SIGTERM');
    expect(await served.ended).toBe(0);
  });
});
