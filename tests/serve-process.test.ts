// Proves the real process: what was acknowledged survives kill -9 with the same hash, SIGTERM
// leaves the marker of a clean stop, a taken port moves on, and a bad configuration is named.
// Bounded in time.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const START_MS = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-process-'));
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Served {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly line: string;
  readonly log: () => readonly Record<string, unknown>[];
  readonly ended: Promise<number | null>;
}

/** Starts `plimsoll` and resolves when it printed its line. */
function serve(args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [MAIN, 'serve', ...args], { cwd: folder });
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
  const log = (): Record<string, unknown>[] =>
    errors
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not started: ${errors}`)), START_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0];
      if (origin === undefined || !out.includes('\n')) return;
      clearTimeout(timer);
      resolve({ child, origin, line: out, log, ended });
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${errors}`)));
  });
}

async function ask(
  { origin }: Served,
  data: string,
  path: string,
  init: RequestInit = {},
): Promise<Record<string, unknown>> {
  const token = readFileSync(join(data, 'token'), 'utf8').trim();
  const headers = { ...init.headers, authorization: `Bearer ${token}` };
  const response = await fetch(origin + path, { ...init, headers });
  return (await response.json()) as Record<string, unknown>;
}

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const ORDER = { market: 'BTC-PERP', side: 'buy', price: '50000', size: '0.1' };
const FAR = { ...ORDER, price: '58500', client_order_id: 'kept' };

describe('the process', () => {
  test('kill -9 loses nothing that was acknowledged, and comes back to the same hash', async () => {
    const data = join(folder, 'killed');
    const first = await serve(['--data', data, '--port', '0', '--demo']);
    const placed = await ask(first, data, '/api/v1/orders', post(FAR));
    expect(placed).toMatchObject({ client_order_id: 'kept' });
    const state = await ask(first, data, '/api/v1/admin/state');
    first.child.kill('SIGKILL');
    await first.ended;
    expect(existsSync(join(data, 'journal', 'clean-stop'))).toBe(false);

    const second = await serve(['--data', data, '--port', '0', '--no-demo']);
    const recovered = second.log().find(({ msg }) => msg === 'recovered');
    expect(recovered?.['sequence']).toBeGreaterThanOrEqual(Number(placed['sequence']));
    const orders = await ask(second, data, '/api/v1/orders?account=demo&client_order_id=kept');
    expect(orders['orders']).toMatchObject([{ order_id: placed['order_id'], status: 'open' }]);
    const now = await ask(second, data, '/api/v1/admin/state');
    expect(now['hash']).toBe(recovered?.['hash']);
    // The demo may have gone on between the look and the kill; without that the hashes are the
    // same.
    if (now['sequence'] === state['sequence']) expect(now['hash']).toBe(state['hash']);

    // Without the demo nothing comes between the look and the kill: the hash must be the same.
    const more = { ...FAR, client_order_id: 'kept-too', account: 'demo' };
    const another = await ask(second, data, '/api/v1/orders', post(more));
    expect(another).toMatchObject({ client_order_id: 'kept-too' });
    const last = await ask(second, data, '/api/v1/admin/state');
    second.child.kill('SIGKILL');
    await second.ended;
    const third = await serve(['--data', data, '--port', '0', '--no-demo']);
    expect(await ask(third, data, '/api/v1/admin/state')).toEqual(last);
    await stopCleanly(third, data);
  });

  test('SIGTERM twice stops once, cleanly', async () => {
    const data = join(folder, 'stopped');
    const served = await serve(['--data', data, '--port', '0']);
    await ask(served, data, '/api/v1/orders', post({ ...ORDER, price: '58500' }));
    served.child.kill('SIGINT');
    await stopCleanly(served, data);
    const stops = served.log().filter(({ msg }) => msg === 'stopped');
    expect(stops).toMatchObject([{ clean: true }]);
    const again = await serve(['--data', data, '--port', '0']);
    const recovered = again.log().find(({ msg }) => msg === 'recovered');
    expect(recovered?.['hash']).toBe(stops[0]?.['hash']);
    await stopCleanly(again, data);
  });

  test('a taken port moves on and says so; a directory has one process', async () => {
    const data = join(folder, 'port');
    const first = await serve(['--data', data, '--port', '0', '--no-demo']);
    const port = Number(new URL(first.origin).port);
    await expect(serve(['--data', data, '--port', '0'])).rejects.toThrow(/verdict 13/);
    const second = await serve(['--data', `${data}2`, '--port', String(port), '--no-demo']);
    expect(Number(new URL(second.origin).port)).toBeGreaterThan(port);
    expect(second.line).toContain(`port ${port} is taken`);
    await stopCleanly(first, data);
    await stopCleanly(second, `${data}2`);
  });

  test('no token is in the log, and --fresh puts the old directory aside', async () => {
    const data = join(folder, 'fresh');
    const first = await serve(['--data', data, '--port', '0', '--no-demo']);
    const token = readFileSync(join(data, 'token'), 'utf8').trim();
    await stopCleanly(first, data);
    const second = await serve(['--data', data, '--port', '0', '--no-demo', '--fresh']);
    const text = JSON.stringify([...first.log(), ...second.log()]);
    expect(text).not.toContain(token);
    const aside = second.log().find(({ aside: name }) => name !== undefined)?.['aside'];
    expect(readFileSync(join(String(aside), 'token'), 'utf8').trim()).toBe(token);
    await stopCleanly(second, data);
  });

  test('config check names what is wrong', async () => {
    const good = join(folder, 'good.json');
    const bad = join(folder, 'bad.json');
    writeFileSync(good, '{"port": 5000, "demo": false}');
    writeFileSync(bad, '{"prot": 5000}');
    expect(await run(['config', 'check', good])).toMatchObject({ code: 0 });
    const refused = await run(['config', 'check', bad]);
    expect(refused.code).toBe(1);
    expect(refused.text).toContain('prot');
    const schema = await run(['config', 'schema']);
    expect(JSON.parse(schema.text)).toMatchObject({ title: 'Plimsoll configuration' });
  });
});

async function stopCleanly({ child, ended }: Served, data: string): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(existsSync(join(data, 'journal', 'clean-stop'))).toBe(true);
}

function run(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, text }));
  });
}
