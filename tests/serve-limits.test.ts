// Proves the bounds on callers: rates with a bucket of their own for cancels and reduce-only
// orders, and that an Idempotency-Key makes a command happen once, also across a restart.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';

const ORDER = { market: 'BTC-PERP', side: 'buy', price: '59000', size: '0.1' };
const REDUCE = { ...ORDER, reduce_only: true };

describe('rates', () => {
  let lab: Lab;
  let now = 1_800_000_000_000;
  const rate = (burst: number): object => ({ per_second: 1, burst });
  const rates = { read: rate(50), trade: rate(5), cancel: rate(4) };

  beforeAll(async () => {
    lab = await openLab({ config: { limits: { rates } }, nowMs: () => now });
    now += 60_000; // the lab itself has used some
  });
  afterAll(() => lab.stop());

  test('a full bucket refuses, says when, and cancels still pass', async () => {
    for (let i = 5; i > 0; i -= 1) {
      const answer = await lab.post('/api/v1/orders', ORDER);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit-remaining')).toBe(String(i - 1));
    }
    const refused = await lab.post('/api/v1/orders', ORDER);
    expect(refused).toMatchObject({ status: 429, json: { code: 'RATE_LIMITED', transient: true } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await lab.post('/api/v1/orders', REDUCE)).status).toBe(422); // the rule, not the rate
    const cancelled = await lab.ask('/api/v1/orders', { method: 'DELETE' });
    expect(cancelled.json['cancelled']).toHaveLength(5);
  });

  test('it fills again with time', async () => {
    now += 2_000;
    const statuses = [];
    for (let i = 0; i < 3; i += 1) {
      statuses.push((await lab.post('/api/v1/orders', ORDER)).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });

  test('a batch counts each of its orders', async () => {
    now += 3_000;
    const batch = (orders: object[]): Promise<{ status: number }> =>
      lab.post('/api/v1/orders/batch', { orders });
    expect((await batch([ORDER, ORDER, ORDER, ORDER])).status).toBe(429);
    expect((await batch([ORDER, ORDER, ORDER])).status).toBe(200);
  });

  test('wrong tokens are counted by address', async () => {
    const statuses = [];
    for (let i = 0; i < 12; i += 1) {
      const token = `wrong-wrong-wrong-wrong-${i}`;
      statuses.push((await lab.ask('/api/v1/account', { token })).status);
    }
    expect(statuses.slice(-1)).toEqual([429]);
  });
});

describe('Idempotency-Key', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.stop());

  const withKey = (key: string): { headers: Record<string, string> } => ({
    headers: { 'idempotency-key': key },
  });

  test('the same key gives the first answer and does nothing', async () => {
    const first = await lab.post('/api/v1/orders', ORDER, withKey('k1'));
    const ledger = await lab.ledgerHash();
    const second = await lab.post('/api/v1/orders', ORDER, withKey('k1'));
    expect(second.json).toEqual({ ...first.json, repeated: true });
    expect(await lab.ledgerHash()).toBe(ledger);
  });

  test('with another body it is a conflict', async () => {
    const other = await lab.post('/api/v1/orders', { ...ORDER, size: '0.2' }, withKey('k1'));
    expect(other).toMatchObject({ status: 409, json: { code: 'ID_REUSED' } });
  });

  test('a refusal is repeated too', async () => {
    const huge = { ...ORDER, size: '9000' };
    const first = await lab.post('/api/v1/orders', huge, withKey('k2'));
    const second = await lab.post('/api/v1/orders', huge, withKey('k2'));
    expect(first.status).toBe(422);
    expect(second.json).toEqual({ ...first.json, repeated: true });
  });

  test('a hundred at once happen once', async () => {
    const asked = Array.from({ length: 100 }, () =>
      lab.post('/api/v1/orders', { ...ORDER, price: '58000' }, withKey('k3')),
    );
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ json }) => json['order_id'])).size).toBe(1);
    expect(answers.filter(({ json }) => json['repeated'] === false)).toHaveLength(1);
  });

  test('another account’s key is another key', async () => {
    const bob = await lab.post('/api/v1/orders', { ...ORDER, account: 'bob' }, withKey('k1'));
    expect(bob.json).toMatchObject({ repeated: false });
  });

  test('also after a restart', async () => {
    const first = await lab.post('/api/v1/orders', { ...ORDER, price: '57000' }, withKey('k4'));
    await lab.app.stop();
    const again = await openLab({ data: lab.data });
    const second = await again.post('/api/v1/orders', { ...ORDER, price: '57000' }, withKey('k4'));
    const { order_id: id, sequence } = first.json;
    expect(second.json).toMatchObject({ order_id: id, sequence, repeated: true });
    expect(second.json['order']).toMatchObject({ price: '57000', status: 'open' });
    lab = again;
  });
});
