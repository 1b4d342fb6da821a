// Proves that the reader of usual messages gives exactly what the strict reader and the schema
// give, or leaves the message to them: for orders, batches and cancels at random, written in any
// order of their members, and for every way of damaging such a text.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson } from '../strict-json.ts';
import { ORDER_TYPES, SELF_TRADE_MODES, TIMES_IN_FORCE } from '../words.ts';
import { clientMessage } from './messages.ts';
import { readOrderMessage } from './read-order.ts';

const RUNS = 3_000;

/** Members of an object in any order, some left out. */
function members(all: Record<string, fc.Arbitrary<unknown>>, always: readonly string[]) {
  return fc
    .record(all, { requiredKeys: [...always] })
    .chain((object) =>
      fc.shuffledSubarray(Object.entries(object), { minLength: Object.keys(object).length }),
    )
    .map((entries) => Object.fromEntries(entries));
}

const decimal = fc.oneof(
  fc.constantFrom('0', '1', '60000', '0.001', '60000.5', '9999999999999999.999999999999'),
  fc.constantFrom('01', '1.', '.5', '-1', '1e3', '', '0.0000000000001', '99999999999999999'),
);
const id = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9._:-]{1,36}$/),
  fc.constantFrom('', 'ä', 'a b', 'x'.repeat(37), '\\', '"'),
);
const good = fc.stringMatching(/^[A-Za-z0-9._:-]{1,36}$/);

const order = members(
  {
    market: fc.constantFrom('BTC-PERP', 'BTC/USDT', 'ETH-PERP', 'btc', 'X', ''),
    side: fc.constantFrom('buy', 'sell', 'hold'),
    size: decimal,
    price: decimal,
    type: fc.constantFrom(...ORDER_TYPES, 'iceberg'),
    time_in_force: fc.constantFrom(...TIMES_IN_FORCE, 'day'),
    post_only: fc.constantFrom(true, false, 'true', 1, null),
    reduce_only: fc.boolean(),
    self_trade: fc.constantFrom(...SELF_TRADE_MODES),
    trigger_price: decimal,
    expires_at: fc.constantFrom('2026-01-31T12:00:00.000Z', '2026-02-30T12:00:00.000Z'),
    take_profit: decimal,
    stop_loss: decimal,
    account: id,
    client_order_id: id,
  },
  [],
);

/** As most programs write it: with nothing wrong. */
const usualOrder = members(
  {
    market: fc.constantFrom('BTC-PERP', 'BTC/USDT'),
    side: fc.constantFrom('buy', 'sell'),
    size: fc.constantFrom('0.001', '1', '250'),
    price: fc.constantFrom('60000', '0.5', '59999.9'),
    type: fc.constant('limit'),
    time_in_force: fc.constantFrom('gtc', 'ioc', 'fok'),
    post_only: fc.boolean(),
    reduce_only: fc.boolean(),
    self_trade: fc.constantFrom(...SELF_TRADE_MODES),
    take_profit: fc.constant('70000'),
    stop_loss: fc.constant('50000'),
    account: good,
    client_order_id: good,
  },
  ['market', 'side', 'size', 'price'],
);

/** Right in each member, but what goes together may not go together. */
const mixedOrder = members(
  {
    market: fc.constant('BTC-PERP'),
    side: fc.constantFrom('buy', 'sell'),
    size: fc.constant('1'),
    price: fc.constant('60000'),
    type: fc.constantFrom(...ORDER_TYPES),
    time_in_force: fc.constantFrom(...TIMES_IN_FORCE),
    take_profit: fc.constant('70000'),
  },
  ['market', 'side', 'size'],
);

const named = { id, idempotency_key: id };
const messageOf = (one: fc.Arbitrary<unknown>, names: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    members({ op: fc.constant('place_order'), ...names, body: one }, ['op', 'body']),
    members(
      {
        op: fc.constant('place_batch'),
        ...names,
        body: fc.record({ orders: fc.array(one, { maxLength: 22 }) }),
      },
      ['op', 'body'],
    ),
    members(
      {
        op: fc.constant('cancel_order'),
        ...names,
        order_id: fc.constantFrom('17', '0', ''),
        account: id,
      },
      ['op', 'order_id'],
    ),
  );
const anyMessage = fc.oneof(
  messageOf(usualOrder, { id: good, idempotency_key: good }),
  messageOf(usualOrder, named),
  messageOf(mixedOrder, {}),
  messageOf(order, named),
  members(
    {
      op: fc.constantFrom('place_order', 'place_batch', 'cancel_order', 'ping'),
      ...named,
      order_id: id,
      account: id,
      body: fc.oneof(usualOrder, fc.record({ orders: fc.array(usualOrder) })),
    },
    [],
  ),
);

/** One place of a text changed: a piece taken out, put in, or said twice. */
const damage = fc.record({
  at: fc.nat(),
  length: fc.nat({ max: 12 }),
  with: fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\n',
      ',',
      '"',
      '\\',
      '\\u0041',
      '{',
      '}',
      '[',
      ']',
      ':',
      'ä',
      '\u0000',
      '\ud800',
    ),
    fc.constantFrom(
      'null',
      'true',
      '1',
      '"__proto__":1,',
      '"side":"buy",',
      '"id":"x",',
      '"op":"ping",',
    ),
  ),
  twice: fc.boolean(),
});

function damaged(
  text: string,
  how: { at: number; length: number; with: string; twice: boolean },
): string {
  const at = how.at % (text.length + 1);
  const piece = text.slice(at, at + how.length);
  return text.slice(0, at) + (how.twice ? piece + piece : how.with) + text.slice(at + how.length);
}

function generally(text: string): unknown {
  try {
    const read = clientMessage.safeParse(parseStrictJson(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** As the connection hands it over: the bytes, each as a character. */
const quickly = (text: string): unknown =>
  readOrderMessage(Buffer.from(text, 'utf8').toString('latin1'));

test('whatever it reads, the general way reads the same', () => {
  let read = 0;
  fc.assert(
    fc.property(anyMessage, (message) => {
      const text = JSON.stringify(message);
      const quick = quickly(text);
      if (quick === undefined) return;
      read += 1;
      expect(quick).toEqual(generally(text));
    }),
    { numRuns: RUNS },
  );
  expect(read).toBeGreaterThan(RUNS / 10);
});

test('a damaged text is never read otherwise', () => {
  let read = 0;
  fc.assert(
    fc.property(messageOf(usualOrder, { id: good }), damage, (message, how) => {
      const text = damaged(JSON.stringify(message), how);
      const quick = quickly(text);
      if (quick === undefined) return;
      read += 1;
      expect(quick).toEqual(generally(text));
    }),
    { numRuns: RUNS * 3 },
  );
  expect(read).toBeGreaterThan(20);
});

test('what programs write is read', () => {
  fc.assert(
    fc.property(usualOrder, fc.option(good, { nil: undefined }), (body, name) => {
      for (const message of [
        { op: 'place_order', id: name, body },
        { op: 'place_batch', id: name, body: { orders: [body, body] } },
        { op: 'cancel_order', id: name, order_id: '17' },
      ]) {
        expect(quickly(JSON.stringify(message))).toBeDefined();
      }
    }),
    { numRuns: 300 },
  );
});

test.each([
  [1, true],
  [20, true],
  [21, false],
])('a batch of %d orders: %s', (length, isRead) => {
  const order = { market: 'BTC-PERP', side: 'buy', price: '1', size: '1' };
  const text = JSON.stringify({ op: 'place_batch', body: { orders: Array(length).fill(order) } });
  expect(quickly(text) !== undefined).toBe(isRead);
  expect(generally(text) !== undefined).toBe(isRead);
});
