// Proves that whatever comes in malformed is refused with problem JSON and a 4xx, leaves the ledger
// as it was, keeps the server alive, and that the next good request succeeds.

import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';

let lab: Lab;
let before: unknown;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.stop());

beforeEach(async () => {
  before = await lab.ledgerHash();
});
afterEach(async () => {
  const after = await lab.ledgerHash();
  if (after !== before) throw new Error('a refused request changed the ledger');
  const good = await lab.post('/api/v1/preview', { command: 'place_order', order: ORDER });
  if (good.json['valid'] !== true) throw new Error(`a good request fails: ${good.text}`);
});

const ORDER = { market: 'BTC-PERP', side: 'buy', price: '60000', size: '0.5' };
const GOOD = JSON.stringify(ORDER);

async function refused(
  raw: string | Uint8Array<ArrayBuffer>,
  status = 400,
): Promise<Record<string, unknown>> {
  const answer = await lab.ask('/api/v1/orders', { method: 'POST', raw });
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.json).toMatchObject({ status });
  expect(answer.text).not.toMatch(/\bat .*\.ts:\d+|node_modules/);
  return answer.json;
}

describe('JSON', () => {
  test.each([
    ['a key given twice', GOOD.replace('{', '{"side":"sell",'), 'side'],
    ['__proto__', GOOD.replace('{', '{"__proto__":{"x":1},'), '__proto__'],
    ['constructor', GOOD.replace('{', '{"constructor":{},'), 'constructor'],
    ['an unknown field', GOOD.replace('{', '{"sizee":"1",'), 'sizee'],
    ['half a surrogate pair', GOOD.replace('BTC-PERP', '\\ud800'), undefined],
    ['a number for a decimal', GOOD.replace('"60000"', '60000'), 'price'],
    ['1e400', GOOD.replace('"60000"', '1e400'), 'price'],
    ['NaN', GOOD.replace('"60000"', 'NaN'), undefined],
    ['a byte order mark', `\ufeff${GOOD}`, undefined],
    ['bytes behind the end', `${GOOD}x`, undefined],
    ['a comment', `/* */${GOOD}`, undefined],
    ['an array', `[${GOOD}]`, undefined],
    ['null', 'null', undefined],
    ['nothing', '', undefined],
    ['depth 9', `{"a":${'['.repeat(9)}${']'.repeat(9)}}`, undefined],
    ['depth 100,000', '['.repeat(60_000), undefined],
  ])('%s', async (_, raw, field) => {
    const problem = await refused(raw);
    expect(problem['field']).toBe(field);
  });

  test('every cut of a good body', async () => {
    for (let end = 1; end < GOOD.length; end += 1) {
      expect(await refused(GOOD.slice(0, end))).toMatchObject({ code: 'MALFORMED' });
    }
  });

  test('bytes that are no UTF-8, and UTF-16', async () => {
    const bad = Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x7d]);
    for (const raw of [bad, new Uint8Array(Buffer.from(GOOD, 'utf16le'))]) {
      expect(await refused(raw)).toMatchObject({ code: 'MALFORMED' });
    }
  });

  test('more than 64 KiB', async () => {
    const problem = await refused(`{"market":"${'x'.repeat(70_000)}"}`, 413);
    expect(problem['code']).toBe('BODY_TOO_LARGE');
  });
});

describe('decimals', () => {
  test.each([
    '',
    ' 1',
    '1 ',
    '1\n',
    '+1',
    '-1',
    '01',
    '1.',
    '.5',
    '1e3',
    '0x10',
    '1_000',
    '1,000',
    'NaN',
    'Infinity',
    '١٢',
    '１２',
    '1'.repeat(40),
    `0.${'1'.repeat(13)}`,
    '-0',
    'null',
  ])('size %j is malformed', async (size) => {
    expect(await refused(JSON.stringify({ ...ORDER, size }))).toMatchObject({ field: 'size' });
  });

  test.each([
    ['0.0005', 'STEP_MISMATCH'],
    ['9999999999999999', 'AMOUNT_OUT_OF_RANGE'],
    ['0', 'VALUE_INVALID'],
  ])('size %s is refused as %s', async (size, code) => {
    expect(await refused(JSON.stringify({ ...ORDER, size }), 422)).toMatchObject({ code });
  });
});

describe('fields', () => {
  const wrong: [field: string, value: unknown][] = [
    ['side', 'BUY'],
    ['side', 1],
    ['side', null],
    ['type', 'Limit'],
    ['market', 17],
    ['market', 'BTC-PERP\u0000'],
    ['market', '../../etc/passwd'],
    ['time_in_force', {}],
    ['post_only', 'true'],
    ['client_order_id', 'x'.repeat(37)],
    ['client_order_id', 'ä'],
    ['client_order_id', 'a\r\nb'],
    ['client_order_id', ''],
    ['trigger_price', '1'],
    ['expires_at', '2026-01-31T12:00:00Z'],
    ['self_trade', 'NONE'],
    ['account', ['alice']],
  ];
  test.each(wrong)('%s: %j', async (field, value) => {
    const problem = await refused(JSON.stringify({ ...ORDER, [field]: value }));
    expect(problem).toMatchObject({ code: 'MALFORMED', field });
  });

  test.each(['market', 'side', 'size', 'price'])('%s is missing', async (field) => {
    const problem = await refused(JSON.stringify({ ...ORDER, [field]: undefined }));
    expect(problem['detail']).toMatch(/is missing/);
  });

  test('what does not exist is 404', async () => {
    const problem = await refused(JSON.stringify({ ...ORDER, market: 'DOGE-PERP' }), 404);
    expect(problem).toMatchObject({ code: 'MARKET_NOT_FOUND', field: 'market' });
    const other = await refused(JSON.stringify({ ...ORDER, account: 'nobody' }), 404);
    expect(other).toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
  });

  test('a batch has 1 to 20 orders', async () => {
    for (const count of [0, 21]) {
      const orders = Array.from({ length: count }, () => ORDER);
      const answer = await lab.post('/api/v1/orders/batch', { orders });
      expect(answer).toMatchObject({ status: 400, json: { field: 'orders' } });
    }
  });
});

describe('the request', () => {
  test.each([
    ['a repeated query key', '/api/v1/orders?market=BTC-PERP&market=BTC-PERP', 400],
    ['an unknown query key', '/api/v1/orders?markt=BTC-PERP', 400],
    ['__proto__ in the query', '/api/v1/orders?__proto__=1', 400],
    ['a limit of zero', '/api/v1/fills?limit=0', 400],
    ['a limit that is no number', '/api/v1/fills?limit=1e2', 400],
    ['a limit beyond the most', '/api/v1/fills?limit=1001', 400],
    ['a cursor that is none', '/api/v1/fills?cursor=abc', 400],
    ['a time that is none', '/api/v1/orders/closed?from=yesterday', 400],
    ['a broken escape', '/api/v1/markets/%E0%A4%A', 400],
    ['a path that is none', '/api/v1/nothing', 404],
    ['a double slash', '//api/v1/markets', 404],
    ['dots in the path', '/api/v1/%2e%2e/token', 404],
    ['an order id with a sign', '/api/v1/orders/-1', 400],
    ['an order id beyond 2^53', '/api/v1/orders/99999999999999999', 400],
    ['an order that is not there', '/api/v1/orders/999999', 404],
    ['a market that is not there', '/api/v1/markets/DOGE-PERP/book', 404],
  ])('%s', async (_, path, status) => {
    const answer = await lab.ask(path);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.json).toMatchObject({ status });
  });

  test('another content type, and none', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json']) {
      const headers = { 'content-type': type };
      const answer = await lab.ask('/api/v1/orders', { method: 'POST', raw: GOOD, headers });
      expect(answer).toMatchObject({ status: 415, json: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    }
  });

  test('an Idempotency-Key that is none', async () => {
    for (const key of ['x'.repeat(37), 'a b', 'ä']) {
      const headers = { 'idempotency-key': key };
      const answer = await lab.post('/api/v1/orders', ORDER, { headers });
      expect(answer).toMatchObject({ status: 400, json: { field: 'Idempotency-Key' } });
    }
  });

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    [
      'two lengths',
      'POST /api/v1/orders HTTP/1.1\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\n',
    ],
    [
      'length and encoding',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n',
    ],
    ['huge headers', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('%s', async (_, text) => {
    expect(await rawAnswer(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });
});

/** What comes back for bytes that no client library would send. */
function rawAnswer(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(lab.app.listening.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(5_000, () => socket.destroy());
    socket.end(text);
  });
}
