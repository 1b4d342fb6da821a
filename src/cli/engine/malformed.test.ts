// Proves that no bad line is ever taken for a good one: every class of bad input, in every kind of
// field, is answered with a sentence and a field, changes nothing, and the line after it is
// answered as if it had never been there.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { QUERIES } from './queries.ts';
import { SETUP, Talk, type Line } from './speak.suite.ts';

const talk = new Talk();

function expectMalformed(line: string, field?: string): void {
  const digest = talk.digest();
  const answer = talk.raw(line);
  expect(answer, line.slice(0, 200)).toMatchObject({ ok: false, code: 'MALFORMED' });
  expect(answer.message, line.slice(0, 200)).toMatch(/^[A-Za-z].*[.?]/);
  expect(answer.message?.length).toBeLessThan(600);
  expect(answer.sequence).toBeUndefined();
  if (field !== undefined) expect(answer.field).toBe(field);
  expect(talk.digest()).toBe(digest);
}

const DEPOSIT = { command: 'deposit', account: 'alice', asset: 'USDT', amount: '5' };
const ORDER = {
  command: 'place_order',
  account: 'alice',
  market: 'BTC-PERP',
  side: 'buy',
  price: '60000',
  size: '0.01',
};

const NUMBERS: readonly string[] = [
  '-1',
  '-0',
  '+1',
  '1e400',
  '1e3',
  '1E3',
  '1e-30',
  'NaN',
  'Infinity',
  '-Infinity',
  '0x10',
  '0b1',
  '0o7',
  '1_000',
  '1,5',
  '1.000,5',
  ' 1',
  '1 ',
  '1\n',
  '1\u0000',
  '01',
  '00',
  '1.',
  '.5',
  '.',
  '',
  '-',
  '1.2.3',
  '1..2',
  '١٢',
  '１２',
  '½',
  '1\u200b',
  '\u202e1',
  '0.1234567890123',
  '12345678901234567',
  '9'.repeat(40),
  '9'.repeat(60_000),
  `0.${'0'.repeat(50_000)}1`,
  'null',
  'true',
  '[1]',
];

describe('decimals', () => {
  test.each(NUMBERS.map((text) => [text.slice(0, 50), text]))('%j is none', (_, text) => {
    expectMalformed(JSON.stringify({ ...DEPOSIT, amount: text }), 'amount');
    expectMalformed(JSON.stringify({ ...ORDER, price: text }), 'price');
    expectMalformed(JSON.stringify({ ...ORDER, size: text }), 'size');
    expectMalformed(JSON.stringify({ preview: { ...ORDER, size: text } }), 'size');
    expectMalformed(JSON.stringify({ ...ORDER, market: 'NOPE', size: text }), 'size');
  });

  test.each(['0', '-0', '1', '1.5', '1e400', '9007199254740993', '18446744073709551616'])(
    'the JSON number %s is refused with the reason',
    (number) => {
      expectMalformed(`{"command":"deposit","account":"alice","asset":"USDT","amount":${number}}`);
      expect(
        talk.raw(`{"command":"deposit","amount":${number},"asset":"USDT","account":"alice"}`),
      ).toMatchObject({
        message:
          'Field amount is a decimal in quotes, such as "60000.5": a JSON number may lose digits.',
        field: 'amount',
      });
    },
  );

  test('are never negative but where the field says so', () => {
    const adjust = { ...DEPOSIT, command: 'adjust', operator: 'o', reason: 'r' };
    expectMalformed(JSON.stringify({ ...adjust, amount: '-0' }), 'amount');
    expectMalformed(JSON.stringify({ ...adjust, amount: '--1' }), 'amount');
    expectMalformed(JSON.stringify({ ...adjust, amount: '- 1' }), 'amount');
    expectMalformed(
      JSON.stringify({
        command: 'update_market',
        market: 'BTC-PERP',
        operator: 'o',
        reason: 'r',
        taker_fee: '-0.1',
      }),
      'taker_fee',
    );
  });
});

describe('whole numbers', () => {
  test.each([
    '1.0',
    '1e3',
    '-0',
    '9007199254740992',
    '1e400',
    '"1"',
    'true',
    'null',
    '[]',
    '{}',
    '1.5',
  ])('%s is none', (number) => {
    expectMalformed(`{"command":"tick","time":${number}}`, 'time');
    expectMalformed(`{"command":"create_asset","symbol":"ETH","decimals":${number}}`, 'decimals');
  });
});

describe('text', () => {
  test.each([
    ['{"command":"create_account","name":"\\ud800"}'],
    ['{"command":"create_account","name":"\\udfff\\ud800"}'],
    ['{"command":"create_account","name":""}'],
    ['{"command":"create_account","name":7}'],
    ['{"command":"create_account","name":null}'],
    ['{"command":"create_account","name":["a"]}'],
    ['{"command":"create_account","name":{"toString":"a"}}'],
    [`{"command":"create_account","name":"${'a'.repeat(60_000)}"}`],
    [`{"command":"tick","id":"${'a'.repeat(60_000)}"}`],
  ])('line %# of bad text', (line) => {
    expectMalformed(line);
  });

  test.each(['a\u0000b', 'a\r\nb', 'a\u2028b', 'ß', 'x'.repeat(201)])(
    'operator and reason do not take %j',
    (text) => {
      const line = { command: 'set_market_status', market: 'BTC-PERP', status: 'halted' };
      expectMalformed(JSON.stringify({ ...line, operator: 'ops', reason: text }), 'reason');
      expectMalformed(JSON.stringify({ ...line, operator: text, reason: 'test' }), 'operator');
    },
  );

  test.each(['a b', 'ä', 'e\u0301', '\u200bx', '../x', 'a/b', "x';--", '<b>', 'x'.repeat(37)])(
    'names do not take %j, and the engine says so',
    (name) => {
      const answer = talk.say({ command: 'create_account', name });
      expect(answer).toMatchObject({ ok: false, code: 'SYMBOL_INVALID' });
      expectMalformed(JSON.stringify({ ...ORDER, client_order_id: name }), 'client_order_id');
      expect(talk.say({ command: 'tick', id: name })).toMatchObject({ code: 'ID_INVALID' });
    },
  );
});

/** A line, the field to blame, and what is said. */
const INDEX = { command: 'update_index', market: 'BTC-PERP' };
const SOURCE = { source: 0, price: '60000', at: 1_700_000_000_000 };
const FUNDING = { command: 'settle_funding', market: 'BTC-PERP', interval: 1, rate: '0' };

const FIELD_CASES: readonly (readonly [Line, string, string])[] = [
  [{ ...ORDER, szie: '1' }, 'szie', 'did you mean "size"?'],
  [{ ...ORDER, Size: '1' }, 'Size', 'did you mean "size"?'],
  [{ ...ORDER, 'post-only': true }, 'post-only', 'did you mean "post_only"?'],
  [{ ...ORDER, zzzzzzzzz: 1 }, 'zzzzzzzzz', 'has no field "zzzzzzzzz".'],
  [{ ...ORDER, kind: 'place_order' }, 'kind', 'has no field "kind"'],
  [{ ...ORDER, query: 'book' }, 'query', 'not several'],
  [{ comand: 'tick' }, 'command', 'did you mean "command"?'],
  [{}, 'command', 'one of command, preview, query'],
  [{ ref: 1 }, 'command', 'one of command, preview, query'],
  [{ command: 'place_oder' }, 'command', 'did you mean "place_order"?'],
  [{ command: 'buy' }, 'command', 'the known ones are'],
  [{ command: '__proto__' }, 'command', 'no command'],
  [{ command: 'constructor' }, 'command', 'no command'],
  [{ command: 5 }, 'command', 'is a string'],
  [{ command: ['tick'] }, 'command', 'is a string'],
  [{ query: 'bok' }, 'query', 'did you mean "book"?'],
  [{ query: 'toString' }, 'query', 'no query'],
  [{ query: 'book', market: 'BTC-PERP', depth: 0 }, 'depth', '1 to'],
  [{ query: 'book', market: 'BTC-PERP', depth: 65_537 }, 'depth', '1 to'],
  [{ preview: 'tick' }, 'preview', 'is a command'],
  [{ preview: [{ command: 'tick' }] }, 'preview', 'is a command'],
  [{ preview: {} }, 'command', 'missing'],
  [{ preview: { command: 'tick', ref: 1 } }, 'ref', 'no field "ref"'],
  [{ preview: { command: 'tick' }, time: 1 }, 'time', 'no field "time"'],
  [{ preview: { query: 'info' } }, 'command', 'missing'],
  [{ command: 'tick', ref: null }, 'ref', 'string or number'],
  [{ command: 'tick', ref: [1] }, 'ref', 'string or number'],
  [{ command: 'tick', ref: 'x'.repeat(129) }, 'ref', 'at most 128'],
  [{ ...ORDER, price: undefined }, 'price', 'is missing: type "limit" needs it'],
  [{ ...ORDER, type: 'market' }, 'price', 'does not go with type "market"'],
  [{ ...ORDER, trigger_price: '1' }, 'trigger_price', 'does not go with type "limit"'],
  [{ ...ORDER, trigger_by: 'mark' }, 'trigger_by', 'does not go with type "limit"'],
  [{ ...ORDER, type: 'stop_limit' }, 'trigger_price', 'is missing: type "stop_limit" needs it'],
  [
    { ...ORDER, type: 'stop_limit', trigger_price: '1', stop_loss: '1' },
    'stop_loss',
    'does not go',
  ],
  [{ ...ORDER, time_in_force: 'gtd' }, 'expires_at', 'is missing'],
  [{ ...ORDER, expires_at: 5 }, 'expires_at', 'does not go with time_in_force "gtc"'],
  [{ ...ORDER, time_in_force: 'GTC' }, 'time_in_force', 'did you mean "gtc"'],
  [{ ...ORDER, time_in_force: 0 }, 'time_in_force', 'is one of'],
  [{ ...ORDER, side: 'long' }, 'side', 'is one of "buy", "sell"'],
  [{ ...ORDER, side: 1 }, 'side', 'is one of "buy", "sell"'],
  [{ ...ORDER, post_only: 'true' }, 'post_only', 'true or false'],
  [{ ...ORDER, post_only: 1 }, 'post_only', 'true or false'],
  [{ ...ORDER, account: undefined }, 'account', 'is missing'],
  [INDEX, 'price', 'exactly one of price, sources'],
  [{ ...INDEX, price: '1', sources: [] }, 'price', 'exactly one of price, sources'],
  [{ ...INDEX, sources: {} }, 'sources', 'is an array of sources'],
  [{ ...INDEX, sources: [7] }, 'sources[0]', 'is an object with source, price, at'],
  [{ ...INDEX, sources: [{ source: 0, price: '1' }] }, 'sources[0].at', 'is missing'],
  [{ ...INDEX, sources: [{ ...SOURCE, price: 1 }] }, 'sources[0].price', 'in quotes'],
  [{ ...INDEX, sources: [SOURCE, { ...SOURCE, source: '1' }] }, 'sources[1].source', 'whole'],
  [{ ...INDEX, sources: [{ ...SOURCE, when: 1 }] }, 'sources[0]', 'has no "when"'],
  [{ ...FUNDING, rate: 0.1 }, 'rate', 'in quotes'],
  [{ ...FUNDING, interval: '1' }, 'interval', 'whole number'],
  [{ command: 'cancel_order', account: 'alice' }, 'order', 'exactly one of order, client_order_id'],
  [
    { command: 'cancel_order', account: 'alice', order: '1', client_order_id: 'a' },
    'order',
    'exactly one of order, client_order_id',
  ],
  [{ command: 'cancel_order', account: 'alice', order: 1 }, 'order', 'in quotes'],
  [{ command: 'cancel_order', account: 'alice', order: '0' }, 'order', 'in quotes'],
  [{ command: 'cancel_order', account: 'alice', order: '-1' }, 'order', 'in quotes'],
  [{ command: 'cancel_order', account: 'alice', order: '9999999999999999' }, 'order', 'in quotes'],
  [
    { command: 'amend_order', account: 'alice', market: 'BTC-PERP', order: '1' },
    'price',
    'at least one of price, size',
  ],
];

describe('fields', () => {
  test.each(FIELD_CASES)('%j', (line, field, message) => {
    expectMalformed(JSON.stringify(line), field);
    expect(talk.say(line).message).toContain(message);
  });

  const operator = { operator: 'ops', reason: 'a test' };
  const market = { command: 'update_market', market: 'BTC-PERP', ...operator };
  const bracket = { floor_notional: '0', initial: '0.1', maintenance: '0.05' };
  test.each([
    [{ ...market, brackets: [] }, 'brackets'],
    [{ ...market, brackets: bracket }, 'brackets'],
    [{ ...market, brackets: Array.from({ length: 65 }, () => bracket) }, 'brackets'],
    [{ ...market, brackets: [1] }, 'brackets[0]'],
    [{ ...market, brackets: [bracket, { ...bracket, initial: 0.1 }] }, 'brackets[1].initial'],
    [{ ...market, brackets: [{ ...bracket, initial: undefined }] }, 'brackets[0].initial'],
    [{ ...market, brackets: [{ ...bracket, intial: '0.1' }] }, 'brackets[0]'],
  ])('%j', (line, field) => {
    expectMalformed(JSON.stringify(line), field);
  });

  test('that are missing, null, empty or of another type, in every table', () => {
    const values = ['null', '""', '[]', '{}', '1e400', '"\\ud800"', '{"__proto__":1}'];
    for (const { name, slots } of COMMANDS) {
      for (const { wire } of slots) {
        for (const value of values) expectMalformed(`{"command":"${name}","${wire}":${value}}`);
      }
    }
    for (const { table } of QUERIES) {
      for (const { wire } of table.slots) {
        for (const value of values) expectMalformed(`{"query":"${table.name}","${wire}":${value}}`);
      }
    }
  });

  test('that are given twice or named like the prototype', () => {
    expectMalformed('{"command":"tick","time":1,"time":2}', 'time');
    expectMalformed('{"command":"tick","command":"tick"}', 'command');
    expectMalformed('{"command":"tick","__proto__":{"time":1}}', '__proto__');
    expectMalformed('{"command":"tick","constructor":1}', 'constructor');
    expectMalformed('{"command":"tick","hasOwnProperty":1}', 'hasOwnProperty');
  });
});

describe('whole lines', () => {
  test('the line’s number counts every line, and ref comes back as far as it could be read', () => {
    const fresh = new Talk({ setup: [] });
    expect(fresh.raw('x')).toMatchObject({ line: 1 });
    expect(fresh.raw('{"query":"info"}')).toMatchObject({ ok: true });
    expect(fresh.raw('{"command":"tick","tme":1,"ref":"r"}')).toMatchObject({ line: 3, ref: 'r' });
    expect(fresh.raw('{"command":"tick","ref":17}')).toMatchObject({ ok: true, ref: 17 });
  });

  test('a good line cut anywhere is malformed', () => {
    const line = JSON.stringify({ ...ORDER, client_order_id: 'x' });
    for (let length = 0; length < line.length; length += 1) expectMalformed(line.slice(0, length));
  });

  test('[property] noise, and good lines with noise in them, never change the state and never stop it', () => {
    const good = [...SETUP, ORDER, DEPOSIT].map((line) => JSON.stringify(line));
    const spoiled = fc
      .tuple(
        fc.constantFrom(...good),
        fc.nat(),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
      )
      .map(
        ([line, at, noise]) =>
          line.slice(0, at % line.length) + noise + line.slice(at % line.length),
      );
    const lines = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), spoiled);
    fc.assert(
      fc.property(lines, (line) => {
        const digest = talk.digest();
        const answer = talk.raw(line.replaceAll('\n', ' '));
        expect(typeof answer.ok).toBe('boolean');
        if (answer.sequence === undefined) expect(talk.digest()).toBe(digest);
      }),
      { numRuns: 1_000 },
    );
    expect(talk.say({ query: 'conservation' })).toMatchObject({ ok: true });
  });
});
