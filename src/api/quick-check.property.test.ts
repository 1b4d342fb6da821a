// Proves that the quick check of a body never says anything that the schema itself does not say:
// examples of every operation with fields taken away, exchanged and made up.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPERATIONS } from '../contract/operations.ts';
import { placeOrder } from '../contract/operations/place-order.ts';
import { quickCheck, UNSURE } from './quick-check.ts';

const bodies = OPERATIONS.flatMap(({ id, shapes, example }) =>
  shapes.body === undefined ? [] : [{ id, schema: shapes.body, example: example.body ?? {} }],
);

/** Values that fields have, should not have, or nearly have. */
const oddValue = fc.oneof(
  fc.constantFrom('', '0', '1', '-1', '01', '1.50', '1e3', ' 1', '1\n', 'USDT', 'BTC-PERP'),
  fc.constantFrom('buy', 'sell', 'limit', 'market', 'stop_limit', 'gtc', 'ioc', 'gtd', 'mark'),
  fc.constantFrom('expire_both', 'last', '2026-01-31T12:00:00Z', '2026-02-31T12:00:00.000Z'),
  fc.constantFrom(true, false, null, undefined, 0, 1, 20, -0, 1.5),
  fc.constantFrom([], {}, ['buy'], { market: 'BTC-PERP' }),
  fc.jsonValue({ maxDepth: 2 }),
);

function fieldsOf(schema: (typeof bodies)[number]['schema']): string[] {
  const { def } = schema._zod as unknown as { def: { shape?: object } };
  return [...Object.keys(def.shape ?? {}), '__proto__', 'constructor', 'other'];
}

const changed = fc.constantFrom(...bodies).chain(({ id, schema, example }) => {
  const edits = fc.dictionary(fc.constantFrom(...fieldsOf(schema)), oddValue, { maxKeys: 4 });
  const removed = fc.option(fc.constantFrom('', ...Object.keys(example)));
  return fc.record({ edits, removed }).map(({ edits: given, removed: name }) => {
    const body: Record<string, unknown> = { ...example, ...given };
    delete body[name ?? ''];
    return { id, schema, body };
  });
});

test('what is quickly good is good, and the same', () => {
  const sure = new Map<string, number>();
  const isSame = fc.property(changed, ({ id, schema, body }) => {
    const quick = quickCheck(schema)(body);
    if (quick === UNSURE) return;
    sure.set(id, (sure.get(id) ?? 0) + 1);
    const read = schema.safeParse(body);
    expect(read.success).toBe(true);
    expect(quick).toStrictEqual(read.data);
    expect(Object.keys(quick as object)).toEqual(Object.keys(read.data as object));
  });
  fc.assert(isSame, { numRuns: 20_000 });
  expect(sure.get(placeOrder.id)).toBeGreaterThan(20);
});

test('the bodies that come most often are known', () => {
  const quick = quickCheck(placeOrder.shapes.body);
  for (const body of [
    { account: 'a', market: 'BTC-PERP', side: 'buy', price: '60000', size: '0.001' },
    { market: 'BTC-PERP', side: 'sell', type: 'market', size: '1', reduce_only: true },
  ]) {
    expect(quick(body)).toStrictEqual(placeOrder.shapes.body.parse(body));
  }
  const wrong = { market: 'BTC-PERP', side: 'sell', type: 'market', size: '1', price: '1' };
  expect(quick(wrong)).toBe(UNSURE);
});
