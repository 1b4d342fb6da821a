// Proves that whatever a node does, the answer is either right or a fault that says what happened,
// within a bounded time and number of tries. The node is a real HTTP server on the loopback.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DriftRpcServer, type Mischief } from '../../testing/drift/rpc-server.ts';
import { CLOCK_ADDRESS } from './price.ts';
import { RpcReader } from './rpc.ts';
import { perpMarketAddress } from './address.ts';
import { DRIFT_V2 } from './settings.ts';

const OWNER = DRIFT_V2.programId;
const DATA = Uint8Array.of(1, 2, 3);

let node: DriftRpcServer;
let reader: RpcReader;

beforeEach(async () => {
  node = await DriftRpcServer.start();
  node.slot = 77;
  node.put({ address: CLOCK_ADDRESS, owner: OWNER, data: DATA });
  reader = new RpcReader({ url: node.url, timeoutMs: 200, attempts: 3, delayMs: 1 });
});

afterEach(() => node.stop());

const ask = (): Promise<unknown> => reader.accounts([CLOCK_ADDRESS]);
const RIGHT = { slot: 77, accounts: [{ address: CLOCK_ADDRESS, owner: OWNER, data: DATA }] };

test('accounts come with their bytes, and those that are not there are left out', async () => {
  const other = perpMarketAddress(OWNER, 1);
  expect(await reader.accounts([other, CLOCK_ADDRESS])).toEqual(RIGHT);
});

test('more than a hundred are asked for in parts, and the lowest slot counts', async () => {
  const addresses = Array.from({ length: 230 }, (_, i) => perpMarketAddress(OWNER, i));
  node.put(...addresses.map((address) => ({ address, owner: OWNER, data: DATA })));
  const answer = await reader.accounts(addresses);
  expect(answer.accounts.map(({ address }) => address)).toEqual(addresses);
  expect(node.asked.map(({ length }) => length)).toEqual([100, 100, 30]);
});

describe('what may pass is asked again', () => {
  const passing: readonly (readonly [string, Mischief])[] = [
    ['429', { kind: 'status', status: 429 }],
    ['429 with a time to wait', { kind: 'status', status: 429, retryAfter: '0.01' }],
    ['429 with a date to wait for', { kind: 'status', status: 429, retryAfter: 'tomorrow' }],
    ['500', { kind: 'status', status: 500 }],
    ['503', { kind: 'status', status: 503 }],
    ['silence', { kind: 'silence' }],
    ['a torn answer', { kind: 'torn' }],
    ['a node that is behind', { kind: 'error', code: -32_005, message: 'Node is behind' }],
    ['an internal error', { kind: 'error', code: -32_603, message: 'Internal error' }],
  ];
  test.each(passing)('%s', async (_, mischief) => {
    node.misbehave(mischief, mischief);
    expect(await ask()).toEqual(RIGHT);
    expect(node.asked.length).toBe(3);
  });

  test.each([
    ['429', { kind: 'status', status: 429 }, 'answered 429: Too many requests for this key'],
    ['silence', { kind: 'silence' }, 'did not answer within 200 ms'],
    ['a torn answer', { kind: 'torn' }, 'cannot be reached'],
    ['a node behind', { kind: 'error', code: -32_005, message: 'Behind' }, 'Behind (-32005)'],
  ] as const)('%s, but not for ever', async (_, mischief, words) => {
    node.misbehave(mischief, mischief, mischief);
    const fault = await ask().catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind: 'unreachable' });
    expect(String(fault)).toContain(words);
    expect(String(fault)).toContain('(tried 3 times)');
    expect(node.asked.length).toBe(3);
  });

  test('a slot that the node has not reached yet', async () => {
    const fault = await reader.accounts([CLOCK_ADDRESS], 78).catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind: 'unreachable' });
    node.slot = 78;
    expect(await reader.accounts([CLOCK_ADDRESS], 78)).toMatchObject({ slot: 78 });
  });
});

describe('what will not pass is refused at once', () => {
  const value = (change: (value: unknown[]) => unknown): Mischief => ({ kind: 'result', change });
  const account = (data: unknown): unknown[] => [{ owner: OWNER, data }];
  test.each([
    ['400', { kind: 'status', status: 400 }, 'unreachable', 'answered 400'],
    ['an unknown method', { kind: 'error', code: -32_601, message: 'No' }, 'unreachable', 'No'],
    ['a page', { kind: 'body', body: '<html>' }, 'malformed', 'answered no JSON: "<html>"'],
    ['nothing', { kind: 'body', body: '' }, 'malformed', 'answered no JSON: ""'],
    ['another id', { kind: 'body', body: '{"id":0,"result":{}}' }, 'malformed', 'another question'],
    ['no accounts', value(() => 'x'), 'malformed', 'result.value'],
    ['too few accounts', value(() => []), 'malformed', '0 accounts to 1 addresses'],
    [
      'an owner that is none',
      value(() => [{ owner: '\u001B[2J', data: ['', 'base64'] }]),
      'malformed',
      'result.value.0.owner',
    ],
    ['data as a text', value(() => account('AQID')), 'malformed', 'result.value.0.data'],
    ['data in base 58', value(() => account(['x', 'base58'])), 'malformed', 'result.value.0.data'],
    ['half a base 64', value(() => account(['AQI', 'base64'])), 'malformed', 'no base 64'],
    ['dirt in base 64', value(() => account(['AQ*ID', 'base64'])), 'malformed', 'no base 64'],
  ] as const)('%s', async (_, mischief, kind, words) => {
    node.misbehave(mischief);
    const fault = await ask().catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind });
    expect(String(fault)).toContain(words);
    expect(node.asked.length).toBe(1);
  });

  test('an answer without end', async () => {
    node.misbehave({ kind: 'body', body: ' '.repeat(1_001) });
    const strict = new RpcReader({ url: node.url, bodyBytesMax: 1_000 });
    await expect(strict.accounts([CLOCK_ADDRESS])).rejects.toThrow('more than 1000 bytes');
    expect(await strict.accounts([CLOCK_ADDRESS])).toEqual(RIGHT);
  });
});

test('no fault shows the path of the address, where a key may be', async () => {
  for (const mischief of [
    { kind: 'status', status: 401 },
    { kind: 'body', body: 'x' },
    { kind: 'torn' },
    { kind: 'body', body: 'no plan for a-secret-key' },
    { kind: 'error', code: -32_000, message: 'a-secret-key is used up' },
  ] as const) {
    node.misbehave(mischief, mischief, mischief);
    const fault = await ask().catch((error: unknown) => error);
    expect(String(fault)).toContain('http://127.0.0.1:');
    expect(String(fault)).not.toContain('secret');
  }
});

test('what a node says is fit for a terminal', async () => {
  node.misbehave({ kind: 'error', code: 1, message: '\u001B[2Jgone\n\u0007 away' });
  await expect(ask()).rejects.toThrow(/refused: \[2Jgone away \(1\)$/);
});

test('a node that is not there, and an address that is none', async () => {
  await node.stop();
  await expect(ask()).rejects.toThrow(/cannot be reached: .*ECONNREFUSED.*tried 3 times/);
  expect(() => new RpcReader({ url: 'ftp://x' })).toThrow('http:// or https://');
  expect(() => new RpcReader({ url: 'http://me:word@x' })).toThrow(/^(?!.*word@).*user name/);
  expect(() => new RpcReader({ url: 'mainnet' })).toThrow('http:// or https://');
  node = await DriftRpcServer.start();
});
