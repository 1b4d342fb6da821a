// Proves the pairs of a real server: what is opened can be read back, figures follow the marks and
// equal those of the published example, closing keeps the row with its final P/L, a repeated key
// does nothing twice, and what makes no sense is refused with a reason.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOf } from '../src/app/lab.suite.ts';
import { closedPairExample, pairFiguresExample } from '../src/contract/pairs.ts';
import { Draw } from '../src/units/draw.suite.ts';
import { BTC_SOL, EXAMPLE, openPairLab, type PairLab } from './pairs/lab.ts';

let pairs: PairLab;
beforeAll(async () => {
  pairs = await openPairLab();
});
afterAll(() => pairs.lab.stop());

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const OPENED = {
  account: 'alice',
  status: 'open',
  ...EXAMPLE,
  longWeight: 0.5,
  longSize: 0.01363, // 750 ÷ 55,000, rounded down to the market's unit
  shortSize: 7.5,
  longEntryPrice: 55_000,
  shortEntryPrice: 100,
  entryRatio: 550,
  openedAt: expect.stringMatching(ISO) as string,
  closedAt: null,
  longExitPrice: null,
  shortExitPrice: null,
  exitRatio: null,
  realizedPnL: null,
  realizedPnLPercent: null,
};

describe('a pair', () => {
  test('is opened at the marks, follows them, and is closed with its P/L', async () => {
    const opened = await pairs.open();
    expect(opened).toMatchObject({ status: 200, json: { repeated: false } });
    const position = opened.json['position'] as Record<string, unknown>;
    expect(position).toEqual({ id: position['id'], ...OPENED });
    const id = String(position['id']);
    expect(await pairs.liveOf(id)).toEqual({
      id,
      currentRatio: 550,
      unrealizedPnL: 0,
      unrealizedPnLPercent: 0,
      initialMargin: 165,
      maintenanceMargin: 97.5,
      liquidationRatio: 402.42,
      health: 80.5,
      longMMR: 0.06,
      shortMMR: 0.07,
      longIMR: 0.1,
      shortIMR: 0.12,
      // 500 − 749.65 + n = 0.06 n + 52.5; 500 + 750 − n = 44.979 + 0.07 n; and for both
      // 0.94 · 749.65 x − 1.07 · 750 ÷ x + 500.35 = 0, whose x is 0.76964
      liquidationRatios: { longLegMoves: 235.83, shortLegMoves: 366.28, bothMove: 325.79 },
      nearestLiquidationRatio: 366.28,
      healthBand: 'healthy',
      estimated: false,
    });
    await pairs.price('BTC-PERP', '56666.7');
    expect(await pairs.liveOf(id)).toMatchObject({
      currentRatio: 566.67,
      unrealizedPnL: 22.72, // 1,666.7 · 0.01363
      unrealizedPnLPercent: 1.51,
      health: 81.35,
      liquidationRatio: 402.42,
    });
    await pairs.price('SOL-PERP', '106.5');
    expect(await pairs.liveOf(id)).toMatchObject({ unrealizedPnL: -26.03, health: 79.43 });
    const closed = await pairs.close(id);
    const end = {
      status: 'closed',
      closedAt: expect.stringMatching(ISO) as string,
      longExitPrice: 56_666.7,
      shortExitPrice: 106.5,
      exitRatio: 532.08,
      realizedPnL: -26.03,
      realizedPnLPercent: -1.74,
    };
    expect(closed).toMatchObject({ status: 200, json: { position: { ...position, ...end } } });
    await pairs.price('BTC-PERP', '1');
    expect(await pairs.liveOf(id)).toEqual({});
    expect(await pairs.list('?status=closed')).toEqual([{ ...position, ...end }]);
    await pairs.price('BTC-PERP', '55000');
    await pairs.price('SOL-PERP', '100');
  });

  test('is what the examples of the reference say', async () => {
    const id = await pairs.opened();
    await pairs.price('BTC-PERP', '58338.2');
    expect(await pairs.liveOf(id)).toEqual({ ...pairFiguresExample, id });
    const { openedAt: _, closedAt: __, account: ___, ...example } = closedPairExample;
    const closed = await pairs.close(id);
    expect(closed.json['position']).toMatchObject({ ...example, id });
    await pairs.price('BTC-PERP', '55000');
  });

  test('takes sizes and prices of its own, as numbers or in quotes', async () => {
    const id = await pairs.opened({
      ...BTC_SOL,
      capitalUSDC: '1000.5',
      leverage: '2.5',
      longWeight: 0.6,
      longSize: '0.02',
      shortSize: 11,
      longEntryPrice: 54_000,
      shortEntryPrice: '99.99',
    });
    const [row] = await pairs.list('?limit=1');
    expect(row).toMatchObject({
      id,
      capitalUSDC: 1000.5,
      leverage: 2.5,
      longWeight: 0.6,
      longSize: 0.02,
      shortSize: 11,
      longEntryPrice: 54_000,
      shortEntryPrice: 99.99,
      entryRatio: 540.05,
    });
    // 0.02 · 1,000 − 11 · 0.01; Σ 2,501.25 · weight · ratio
    expect(await pairs.liveOf(id)).toMatchObject({
      unrealizedPnL: 19.89,
      unrealizedPnLPercent: 0.8,
      initialMargin: 270.14,
      maintenanceMargin: 160.08,
    });
    await pairs.close(id);
  });

  test('is in danger when its ratio has come near to where it is liquidated', async () => {
    const id = await pairs.opened();
    const bands = [];
    for (const price of ['140', '146', '149', '151']) {
      await pairs.price('SOL-PERP', price);
      const { healthBand, nearestLiquidationRatio, currentRatio } = await pairs.liveOf(id);
      bands.push(healthBand);
      const isBeyond = Number(currentRatio) <= Number(nearestLiquidationRatio);
      expect(isBeyond, price).toBe(price === '151');
    }
    expect(bands).toEqual(['caution', 'danger', 'critical', 'critical']);
    await pairs.price('SOL-PERP', '100');
    await pairs.close(id);
  });

  test('is no position: it sends no order and moves no money', async () => {
    const ledger = await pairs.lab.ledgerHash();
    const id = await pairs.opened();
    await pairs.close(id);
    expect(await pairs.lab.ledgerHash()).toBe(ledger);
    const { json } = await pairs.lab.ask('/api/v1/positions');
    expect(json['positions']).toEqual([]);
  });
});

describe('pages', () => {
  test('newest first, open, closed or both', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push(await pairs.opened());
    for (const id of ids.slice(0, 2)) await pairs.close(id);
    const idsOf = (rows: Record<string, unknown>[]): unknown[] => rows.map((row) => row['id']);
    expect(idsOf(await pairs.list())).toEqual(ids.slice(2).toReversed());
    expect(idsOf(await pairs.list('?status=all&limit=5'))).toEqual(ids.toReversed());
    const first = (await pairs.lab.ask('/api/positions?status=all&limit=3')).json;
    expect(idsOf(first['positions'] as [])).toEqual(ids.slice(2).toReversed());
    const cursor = String(first['nextCursor']);
    const next = await pairs.list(`?status=all&limit=2&cursor=${cursor}`);
    expect(idsOf(next)).toEqual([ids[1], ids[0]]);
    const open = (await pairs.lab.ask('/api/positions?limit=2')).json;
    const rest = await pairs.list(`?limit=2&cursor=${String(open['nextCursor'])}`);
    expect(idsOf(rest)).toEqual([ids[2]]);
    for (const id of ids.slice(2)) await pairs.close(id);
    expect(await pairs.list()).toEqual([]);
  });
});

describe('an Idempotency-Key', () => {
  test('opens once and closes once', async () => {
    const first = await pairs.open(EXAMPLE, 'open-1');
    const again = await pairs.open(EXAMPLE, 'open-1');
    expect(again.json).toEqual({ ...first.json, repeated: true });
    expect(await pairs.list()).toHaveLength(1);
    const id = String((first.json['position'] as Record<string, unknown>)['id']);
    const closed = await pairs.close(id, 'close-1');
    await pairs.price('SOL-PERP', '101');
    expect((await pairs.close(id, 'close-1')).json).toEqual({ ...closed.json, repeated: true });
    expect((await pairs.open(EXAMPLE, 'open-1')).json).toEqual({ ...first.json, repeated: true });
    await pairs.price('SOL-PERP', '100');
    expect(await pairs.list()).toEqual([]);
  });

  test('that was used for something else is refused', async () => {
    const opened = await pairs.open(EXAMPLE, 'open-2');
    const id = String((opened.json['position'] as Record<string, unknown>)['id']);
    const reused = { status: 409, json: { code: 'ID_REUSED' } };
    expect(await pairs.open({ ...EXAMPLE, leverage: 4 }, 'open-2')).toMatchObject(reused);
    expect(await pairs.close(id, 'open-2')).toMatchObject(reused);
    await pairs.close(id, 'close-2');
    expect(await pairs.open(EXAMPLE, 'close-2')).toMatchObject(reused);
    expect(await pairs.close('1', 'close-2')).toMatchObject(reused);
  });

  test('of another account is another key', async () => {
    await pairs.open(EXAMPLE, 'mine');
    const other = await pairs.open({ ...EXAMPLE, account: 'bob' }, 'mine');
    expect(other).toMatchObject({ status: 200, json: { repeated: false } });
  });

  test('of requests at the same time opens once', async () => {
    const before = (await pairs.list('?status=all')).length;
    const answers = await Promise.all(Array.from({ length: 8 }, () => pairs.open(EXAMPLE, 'race')));
    expect(answers.filter(({ json }) => json['repeated'] === false)).toHaveLength(1);
    expect(await pairs.list('?status=all')).toHaveLength(before + 1);
  });
});

describe('who may', () => {
  test('only the account that it is of, and the operator', async () => {
    const { lab } = pairs;
    const bob = await keyOf(lab, 'bob', ['read', 'trade']);
    const alice = await keyOf(lab, 'alice', ['read', 'trade']);
    const id = await pairs.opened();
    const asked = await lab.ask(`/api/positions?id=${id}`, { method: 'DELETE', token: bob });
    expect(asked).toMatchObject({ status: 404, json: { code: 'PAIR_NOT_FOUND' } });
    const seen = await lab.ask('/api/positions/live-pnl', { token: bob });
    expect(seen.text).not.toContain(`"id":"${id}"`);
    for (const path of ['/api/positions', '/api/positions/live-pnl']) {
      const other = await lab.ask(`${path}?account=alice`, { token: bob });
      expect(other).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
    }
    const own = await lab.ask('/api/positions/live-pnl', { token: alice });
    expect(own.text).toContain(`"id":"${id}"`);
    const operator = await lab.ask('/api/positions?account=bob');
    expect(operator).toMatchObject({ status: 200 });
    await pairs.close(id);
  });
});

describe('refusals', () => {
  const with_ = (more: object): object => ({ ...EXAMPLE, ...more });

  test.each([
    [{ longMarket: 'NONE-PERP' }, 404, 'MARKET_NOT_FOUND', 'longMarket', /./],
    [{ shortMarket: 'BTC-PERP' }, 422, 'PAIR_REFUSED', undefined, /not BTC-PERP twice/],
    [{ shortMarket: 'BTC/USDT' }, 422, 'PAIR_REFUSED', undefined, /BTC\/USDT is a spot market/],
    [{ shortMarket: 'BTC-EUR' }, 422, 'PAIR_REFUSED', undefined, /SOL|BTC-EUR in EUR/],
    [{ shortMarket: 'ETH-PERP' }, 422, 'PAIR_REFUSED', undefined, /ETH-PERP has no mark yet/],
    [{ capitalUSDC: 0 }, 400, 'MALFORMED', 'capitalUSDC', /above 0/],
    [{ capitalUSDC: -5 }, 400, 'MALFORMED', 'capitalUSDC', /plain decimal/],
    [{ capitalUSDC: 1e300 }, 400, 'MALFORMED', 'capitalUSDC', /without exponent/],
    [{ capitalUSDC: null }, 400, 'MALFORMED', 'capitalUSDC', /./],
    [{ capitalUSDC: '0.0000001' }, 422, 'STEP_MISMATCH', 'capitalUSDC', /0\.000001/],
    [{ capitalUSDC: 0.001 }, 422, 'PAIR_REFUSED', 'capitalUSDC', /0\.00001 of BTC-PERP/],
    [{ capitalUSDC: 400_000_000 }, 422, 'PAIR_REFUSED', 'capitalUSDC', /at most 500000000/],
    [{ capitalUSDC: 9_000_000_000, leverage: 1000 }, 422, 'PAIR_REFUSED', 'capitalUSDC', /at most/],
    [{ leverage: 0.5 }, 400, 'MALFORMED', 'leverage', /1 to 1000, not 0.5/],
    [{ leverage: 1001 }, 400, 'MALFORMED', 'leverage', /1 to 1000/],
    [{ longWeight: 1 }, 400, 'MALFORMED', 'longWeight', /below 1, not 1/],
    [{ longWeight: 0 }, 400, 'MALFORMED', 'longWeight', /above 0/],
    [{ longSize: 0 }, 400, 'MALFORMED', 'longSize', /above 0/],
    [{ longSize: '0.000001' }, 422, 'STEP_MISMATCH', 'longSize', /0\.00001/],
    [{ longSize: 90_000_000_000 }, 422, 'PAIR_REFUSED', undefined, /at most 9090.90909 now/],
    [{ longEntryPrice: '90071992547409' }, 422, 'PAIR_REFUSED', undefined, /worth more/],
    [{ shortEntryPrice: 0 }, 400, 'MALFORMED', 'shortEntryPrice', /above 0/],
    [{ shortEntryPrice: 99.999 }, 422, 'STEP_MISMATCH', 'shortEntryPrice', /99\.99/],
    [{ account: 'nobody' }, 404, 'ACCOUNT_NOT_FOUND', undefined, /./],
    [{ extra: 1 }, 400, 'MALFORMED', 'extra', /no field/],
  ])('%o is refused: %i %s', async (more, status, code, field, says) => {
    const before = (await pairs.list('?status=all')).length;
    const answer = await pairs.open(with_(more));
    expect(answer, answer.text).toMatchObject({ status, json: { code } });
    expect(answer.json['field']).toBe(field);
    expect(answer.json['detail']).toMatch(says);
    expect(await pairs.list('?status=all')).toHaveLength(before);
  });

  test('an id that is none, or is closed', async () => {
    const id = await pairs.opened();
    await pairs.close(id);
    for (const [asked, status, code] of [
      [id, 404, 'PAIR_NOT_FOUND'],
      ['999999', 404, 'PAIR_NOT_FOUND'],
      ['x', 400, 'MALFORMED'],
      ['', 400, 'MALFORMED'],
    ] as const) {
      expect(await pairs.close(asked)).toMatchObject({ status, json: { code } });
    }
  });

  test('more than an account may have open', async () => {
    const have = (await pairs.list()).length;
    for (let i = have; i < 500; i += 1) await pairs.opened();
    const answer = await pairs.open();
    expect(answer).toMatchObject({ status: 422, json: { code: 'TOO_MANY_PAIRS' } });
    expect(answer.json['detail']).toContain('500 pairs are open');
    expect(await pairs.live()).toHaveLength(500);
    const other = await pairs.open({ ...EXAMPLE, account: 'bob' });
    expect(other.status).toBe(200);
  });
});

describe('extreme numbers', () => {
  test('are refused or counted, and the server goes on', async () => {
    const draw = new Draw(619);
    const decimal = (digits: number, decimals: number): string => {
      const whole = String(draw.scaled(0, 10 ** draw.whole(0, digits)));
      const places = draw.whole(0, decimals);
      const rest = String(draw.whole(0, 10 ** places - 1)).padStart(places, '0');
      return places === 0 ? whole : `${whole}.${rest}`;
    };
    const statuses = new Map<number, number>();
    for (let i = 0; i < 400; i += 1) {
      const body: Record<string, unknown> = {
        ...(draw.oneIn(2) ? BTC_SOL : { longMarket: 'SOL-PERP', shortMarket: 'BTC-PERP' }),
        account: 'bob',
        capitalUSDC: decimal(15, 6),
        leverage: draw.oneIn(4) ? decimal(3, 5) : String(draw.whole(1, 1000)),
      };
      if (draw.oneIn(3)) body['longWeight'] = `0.${draw.whole(0, 999_999)}`;
      for (const field of ['longSize', 'shortSize', 'longEntryPrice', 'shortEntryPrice']) {
        if (draw.oneIn(3)) body[field] = decimal(15, field.endsWith('Size') ? 4 : 1);
      }
      const { status } = await pairs.open(body);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()].sort((a, b) => a - b)).toEqual([200, 400, 422]);
    expect(statuses.get(200)).toBeGreaterThan(50);
    for (const [btc, sol] of [
      ['0.1', '100000'],
      ['500000000', '0.01'],
      ['55000', '100'],
    ] as const) {
      await pairs.price('BTC-PERP', btc);
      await pairs.price('SOL-PERP', sol);
      const rows = await pairs.live('?account=bob');
      expect(rows.length).toBeGreaterThan(50);
      for (const row of rows) {
        const numbers = Object.values(row).filter((value) => typeof value === 'number');
        expect(numbers.every(Number.isFinite), JSON.stringify(row)).toBe(true);
      }
    }
    for (const row of await pairs.list('?account=bob&limit=500')) {
      const path = `/api/positions?account=bob&id=${String(row['id'])}`;
      expect((await pairs.lab.ask(path, { method: 'DELETE' })).status).toBe(200);
    }
  });
});
