// Proves who may do what: every operation against no credentials, every single scope, and another
// account; the one-time link; Host and Origin; the token's file; and that the server does not
// listen beyond loopback without configured credentials.

import { statSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../src/app/app.ts';
import { parseConfig } from '../src/app/config.ts';
import { keyOf, openLab, type Answered, type Lab } from '../src/app/lab.suite.ts';
import { noLog } from '../src/app/log.ts';
import type { Operation } from '../src/contract/operation.ts';
import { OPERATIONS } from '../src/contract/operations.ts';

const SCOPES = ['read', 'trade', 'transfer', 'withdraw', 'admin'] as const;

let lab: Lab;
const keys: Record<string, string> = {};

beforeAll(async () => {
  let now = Date.now();
  // A clock that runs fast, so that the bound on wrong tokens is not what is met.
  lab = await openLab({ nowMs: () => (now += 10_000) });
  for (const scope of SCOPES) keys[scope] = await keyOf(lab, 'alice', [scope]);
});
afterAll(() => lab.stop());

/**
 * The operation asked in a way that reaches its permission check; what it then says does not
 * matter.
 */
function askAs(operation: Operation, token: string, account?: string): Promise<Answered> {
  const { method, example, shapes } = operation;
  const path = operation.path.replace('{market}', 'BTC-PERP').replace('{order_id}', '999999');
  const own = account === undefined ? {} : { account };
  const inBody = shapes.body !== undefined;
  const asked = { ...example.query, ...(inBody ? {} : own) };
  const query = Object.keys(asked).length === 0 ? '' : `?${new URLSearchParams(asked).toString()}`;
  const body = inBody ? { body: { ...(example.body as object), ...own } } : {};
  return lab.ask(path.replace('{id}', 'none') + query, { method, token, ...body });
}

describe('every operation', () => {
  test.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
    '%s',
    async (_, operation) => {
      const isOpen = operation.access === 'none';
      const anonymous = await askAs(operation, '');
      expect(anonymous.status === 401, anonymous.text).toBe(!isOpen);
      expect((await askAs(operation, 'wrong-token-wrong-token-wrong')).status).toBe(401);
      for (const scope of SCOPES) {
        const answer = await askAs(operation, keys[scope] ?? '');
        const isRefused = !isOpen && operation.access !== scope;
        expect(answer.json?.['code'] === 'FORBIDDEN', `${scope}: ${answer.text}`).toBe(isRefused);
      }
    },
    60_000,
  );
});

describe('another account', () => {
  const own = OPERATIONS.filter(({ access }) => access !== 'none' && access !== 'admin').filter(
    ({ id }) => !['get_metrics', 'preview', 'place_batch', 'use_faucet'].includes(id),
  );

  test.each(own.map((operation) => [operation.id, operation] as const))(
    '%s is refused, also when there is no such account',
    async (_, operation) => {
      const key = keys[operation.access] ?? '';
      for (const account of ['bob', 'fees', 'nobody']) {
        const answer = await askAs(operation, key, account);
        expect(answer, answer.text).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
      }
    },
  );

  test('in a preview and in a batch', async () => {
    const order = { account: 'bob', market: 'BTC-PERP', side: 'buy', price: '1', size: '1' };
    const token = keys['read'] ?? '';
    const seen = await lab.post('/api/v1/preview', { command: 'place_order', order }, { token });
    expect(seen.status).toBe(403);
    const trade = keys['trade'] ?? '';
    const batch = await lab.post('/api/v1/orders/batch', { orders: [order] }, { token: trade });
    expect(batch.json).toMatchObject({ results: [{ problem: { code: 'FORBIDDEN' } }] });
  });
});

describe('signing in', () => {
  test('a link opens once, and its cookie is kept from scripts and other sites', async () => {
    const link = new URL(lab.app.signInLink());
    const first = await lab.ask(link.pathname + link.search, { token: '' });
    expect(first).toMatchObject({ status: 303 });
    expect(first.headers.get('location')).toBe('/');
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^plimsoll_\d+=\S+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const second = await lab.ask(link.pathname + link.search, { token: '' });
    expect(second.status).toBe(401);
    const [pair = ''] = cookie.split(';');
    const account = await lab.ask('/api/v1/account', { token: '', headers: { cookie: pair } });
    expect(account.json).toMatchObject({ account: 'alice' });
    await changesNeedOrigin(pair);
  });

  test('the token’s file is for its owner only; a revoked key opens nothing', async () => {
    expect(statSync(lab.app.tokenFile).mode & 0o777).toBe(0o600);
    const made = await lab.post('/api/v1/admin/credentials', { account: 'bob', kind: 'key' });
    const token = String(made.json['secret']);
    expect((await lab.ask('/api/v1/account', { token })).json).toMatchObject({ account: 'bob' });
    const path = `/api/v1/admin/credentials/${String(made.json['id'])}`;
    await lab.ask(path, { method: 'DELETE' });
    expect((await lab.ask('/api/v1/account', { token })).status).toBe(401);
  });
});

async function changesNeedOrigin(cookie: string): Promise<void> {
  const { origin } = lab.app;
  const cases: [origin: string | undefined, isTaken: boolean][] = [
    [origin, true],
    [undefined, false],
    ['null', false],
    ['https://evil.example', false],
    [`${origin}.evil.example`, false],
  ];
  for (const [given, isTaken] of cases) {
    const headers = { cookie, ...(given === undefined ? {} : { origin: given }) };
    const answer = await lab.ask('/api/v1/orders', { method: 'DELETE', token: '', headers });
    expect(answer.status, given).toBe(isTaken ? 200 : 403);
  }
}

describe('Host', () => {
  test.each([
    ['evil.example', 403],
    ['127.0.0.1', 403],
    ['', 400],
  ])('%s', async (host, status) => {
    expect(await statusWithHost(host)).toBe(status);
  });

  test('localhost with the port', async () => {
    expect(await statusWithHost(`localhost:${lab.app.listening.port}`)).toBe(200);
  });
});

function statusWithHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { port } = lab.app.listening;
    const headers = host === '' ? {} : { host };
    const path = '/api/v1/markets';
    const asked = request({ port, path, headers, setHost: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('listening', () => {
  test.each(['0.0.0.0', '::', '192.168.1.1', 'example.org'])('%s needs a token', async (host) => {
    const config = parseConfig(JSON.stringify({ host, data: lab.data }), 'test');
    const starting = startApp({ config, log: noLog(), version: '0', onFatal: () => undefined });
    await expect(starting).rejects.toThrow(/without configured credentials/);
  });
});
