// Proves over HTTP and the stream what becomes of an account that cannot bear its position, what
// funding costs, and what a market without enough sources does: on a real server whose clock the
// test moves.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOf, openLab, type Lab } from '../src/app/lab.suite.ts';
import { Wire } from './stream/wire.ts';

type Json = Record<string, unknown>;

const STARTED_MS = Date.UTC(2026, 0, 31, 12, 30);
const HOUR_MS = 3_600_000;
const MARKETS = '/api/v1/markets';
const ADMIN = '/api/v1/admin/markets';

const PERP = {
  kind: 'perp',
  quote: 'USDT',
  brackets: [{ floor_notional: '0', initial: '0.02', maintenance: '0.01' }],
  liquidation_fee: '0.004',
  funding_interval_ms: HOUR_MS,
};

let lab: Lab;
let carol: string;
let now = STARTED_MS;

beforeAll(async () => {
  const btc = { market: 'BTC-PERP', price_unit: '0.1', size_unit: '0.001' };
  const eth = { market: 'ETH-PERP', price_unit: '0.01', size_unit: '0.01', mark_source: 'median' };
  const sources = { sources_required: 2, source_max_age_ms: 60_000 };
  const thin = {
    market: 'THIN-PERP',
    price_unit: '0.1',
    size_unit: '0.001',
    insurance_cap: '0.001',
  };
  lab = await openLab({
    nowMs: () => now,
    config: {
      assets: [
        { asset: 'USDT', decimals: 6, settlement: true, interest: '0.00001' },
        { asset: 'BTC', decimals: 8, weight: '0.9', price: '60000' },
      ],
      markets: [
        { ...PERP, ...btc },
        { ...PERP, ...eth, ...sources },
        { ...PERP, ...thin },
      ],
    },
  });
  await done('/api/v1/admin/accounts', { account: 'carol' });
  await done('/api/v1/admin/deposits', { account: 'carol', asset: 'USDT', amount: '110' });
  const seed = { account: 'insurance', asset: 'USDT', amount: '500', reason: 'seed' };
  await done('/api/v1/admin/adjustments', seed);
  carol = await keyOf(lab, 'carol', ['read', 'trade']);
});

afterAll(() => lab.stop());

/** Posts as the operator and expects that it was done. */
async function done(path: string, body: Json, method = 'POST', token = lab.token): Promise<Json> {
  const answer = await lab.ask(path, { method, body, token });
  expect(answer.status, `${path}: ${answer.text}`).toBe(200);
  return answer.json;
}

async function read(path: string, token = ''): Promise<Json> {
  const answer = await lab.ask(path, { token });
  expect(answer.status, `${path}: ${answer.text}`).toBe(200);
  return answer.json;
}

const order = (
  account: string,
  side: string,
  price: string,
  size: string,
  market = 'BTC-PERP',
): Promise<Json> => done('/api/v1/orders', { account, market, side, price, size });

/** Asks until the answer is as wanted: time passes in ticks. */
async function until(path: string, isIt: (json: Json) => boolean): Promise<Json> {
  for (let i = 0; i < 200; i += 1) {
    const json = await read(path);
    if (isIt(json)) return json;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return read(path);
}

const rowsOf = (json: Json, name: string): Json[] => json[name] as Json[];
const sum = (rows: readonly Json[], name: string): number =>
  rows.reduce((total, row) => total + Number(row[name]), 0);

describe('an account that cannot bear its position', () => {
  test('is liquidated, everybody sees what, and it sees why', async () => {
    await done(`${ADMIN}/BTC-PERP/index`, { price: '60000', mark: '60000' });
    await order('bob', 'sell', '60000', '0.08');
    await order('carol', 'buy', '60000', '0.08');
    await order('bob', 'buy', '58900', '0.05');
    await order('carol', 'sell', '61000', '0.01');
    const everybody = await Wire.open(lab.app.origin);
    await everybody.subscribe({ channel: 'liquidations', market: 'BTC-PERP' });
    await everybody.subscribe({ channel: 'trades', market: 'BTC-PERP' });
    await everybody.subscribe({ channel: 'candles', market: 'BTC-PERP' });
    const own = await Wire.open(lab.app.origin, carol);
    await own.subscribe({ channel: 'activity' });

    // At 59,400 there are 62 for 47.52: a warning, and nothing else.
    await done(`${ADMIN}/BTC-PERP/index`, { price: '59400', mark: '59400' });
    const warned = await own.next('delta', ({ channel }) => channel === 'activity');
    expect(warned.data).toMatchObject({
      commands: [{ events: [{ event: 'margin_called', equity: '62', maintenance: '47.52' }] }],
    });
    expect(await read('/api/v1/account', carol)).toMatchObject({ status: 'margin_call' });
    expect(rowsOf(await read('/api/v1/orders', carol), 'orders')).toHaveLength(1);
    await done(`${ADMIN}/BTC-PERP/index`, { price: '59000', mark: '59000' });

    // 110 put in, 80 lost, 30 left and 47.20 required; the cure takes the bid, the fund the rest.
    const steps = rowsOf(await read('/api/v1/liquidations', carol), 'liquidations');
    expect(steps.map(({ by, closed_size: size, fill_price: at }) => [by, size, at])).toEqual([
      ['fund', '0.03', '58559.4'],
      ['close', '0', null],
      ['cure', '0.05', '58900'],
    ]);
    expect(steps[2]).toMatchObject({
      position_size: '0.08',
      equity_before: '30',
      maintenance_before: '47.2',
      limit_price: '58705',
      fee: '11.78',
      counterparty: null,
    });
    expect(steps[0]).toMatchObject({ counterparty: 'insurance', shortfall: '0' });
    expect(rowsOf(await read('/api/v1/positions', carol), 'positions')).toEqual([]);
    expect(rowsOf(await read('/api/v1/orders', carol), 'orders')).toEqual([]);

    const { data } = await everybody.next('delta', ({ channel }) => channel === 'liquidations');
    const told = rowsOf(data as Json, 'liquidations');
    expect(told.map(({ by, side, closed_size: size }) => [by, side, size])).toEqual([
      ['cure', 'long', '0.05'],
      ['fund', 'long', '0.03'],
    ]);
    expect(JSON.stringify(data)).not.toContain('carol');
    const trades = await everybody.next('delta', ({ channel }) => channel === 'trades');
    expect(trades.data).toMatchObject({ trades: [{ price: '58900', liquidation: true }] });
    expect(everybody.deltas('candles')).toEqual([]);
    const { sequence } = warned;
    const activity = await own.next('delta', (one) => one.sequence > sequence);
    const [command] = rowsOf(activity.data as Json, 'commands');
    const events = rowsOf(command, 'events');
    expect(events[0]).toMatchObject({ event: 'liquidation_started', market: null, equity: '30' });
    const balance = events.find(({ event }) => event === 'liquidation_balance');
    expect(balance).toMatchObject({ free: '110', value: '110', price: null });
    expect(events.at(-1)).toMatchObject({ event: 'liquidation_ended', maintenance: '0' });
    expect(own.fault ?? everybody.fault).toBeUndefined();
    await own.close();
    await everybody.close();
  });

  test('moves neither the last price nor a candle', async () => {
    expect(await read(`${MARKETS}/BTC-PERP`)).toMatchObject({ last: '60000', mark: '59000' });
    const { trades } = await read(`${MARKETS}/BTC-PERP/trades`);
    expect(trades).toMatchObject([
      { price: '58900', size: '0.05', liquidation: true },
      { price: '60000', size: '0.08', liquidation: false },
    ]);
    const { candles } = await read(`${MARKETS}/BTC-PERP/candles?interval=1h`);
    expect((candles as Json[]).at(-1)).toMatchObject({ low: '60000', volume: '0.08', trades: 1 });
    const fills = rowsOf(await read('/api/v1/fills', carol), 'fills');
    expect(fills.map(({ order_id: id, price }) => [id === null, price])).toEqual([
      [true, '58900'],
      [false, '60000'],
    ]);
    const { text } = await lab.ask('/api/v1/fills.csv', { token: carol });
    expect(text.split('\n')[1]).toMatch(/^\d+-\d+,,BTC-PERP,sell,taker,58900,0.05,0,USDT,/);
  });

  test('what the insurance fund earned, paid and holds is public', async () => {
    const { balances, positions } = await read('/api/v1/insurance');
    expect(balances).toMatchObject([
      { asset: 'USDT', balance: '489.598', collateral: '22.182' },
      {},
    ]);
    expect(positions).toMatchObject([{ market: 'BTC-PERP', size: '0.03', entry_price: '58559.4' }]);
    const changes = rowsOf(await read('/api/v1/insurance/changes'), 'changes');
    expect(changes.map(({ why, change }) => [why, change])).toEqual([
      ['takeover', '-22.182'],
      ['fee', '11.78'],
    ]);
    const { conservation } = (await lab.ask('/api/v1/admin/state')).json;
    expect(conservation).toMatchObject([{ difference: '0' }, { difference: '0' }]);
    const { text } = await lab.ask('/metrics');
    expect(text).toContain('plimsoll_liquidations_total{market="BTC-PERP",by="fund"} 1');
    expect(text).toContain('plimsoll_insurance_balance{asset="USDT"} 489.598');
    expect(text).toContain('plimsoll_open_interest{market="BTC-PERP"} 0.03');
    expect(text).toContain('plimsoll_liquidating 0');
  });
});

describe('a position that neither book nor fund can take', () => {
  test('is closed against a counterparty, and neither learns of the other', async () => {
    const market = 'THIN-PERP';
    await done('/api/v1/admin/deposits', { account: 'carol', asset: 'USDT', amount: '110' });
    await done(`${ADMIN}/${market}/index`, { price: '60000', mark: '60000' });
    await order('bob', 'sell', '60000', '0.08', market);
    await order('carol', 'buy', '60000', '0.08', market);
    const bob = await keyOf(lab, 'bob', ['read']);
    const wires = await Promise.all([carol, bob].map((key) => Wire.open(lab.app.origin, key)));
    for (const wire of wires) await wire.subscribe({ channel: 'activity' });
    await done(`${ADMIN}/${market}/index`, { price: '59000', mark: '59000' });
    const told = await Promise.all(wires.map((wire) => wire.next('delta')));
    const [hers, his] = told.map(({ data }) =>
      rowsOf(rowsOf(data as Json, 'commands')[0], 'events'),
    );
    const receipts = hers.filter(({ event }) => event === 'liquidated');
    expect(receipts.map(({ by, closed, counterparty }) => [by, closed, counterparty])).toEqual([
      ['cure', '0', null],
      ['close', '0', null],
      ['fund', '0.001', 'insurance'],
      ['counterparty', '0.079', null],
    ]);
    const deleveraged = his.find(({ event }) => event === 'deleveraged');
    expect(deleveraged).toMatchObject({ account: 'bob', size: '0.079', liquidated: null });
    expect(JSON.stringify([his, await read('/api/v1/liquidations', bob)])).not.toContain('carol');
    expect(JSON.stringify([hers, await read('/api/v1/liquidations', carol)])).not.toContain('bob');
    for (const wire of wires) await wire.close();
  });
});

describe('funding', () => {
  test('is owed, then paid when the position is touched; it sums to nothing but dust', async () => {
    const rate = { interval: 1, rate: '0.0001' };
    expect(await done(`${ADMIN}/BTC-PERP/funding`, rate)).toMatchObject({ rate: '0.0001' });
    const short = await read('/api/v1/positions?account=bob', lab.token);
    // −0.03 · 59,000 · 0.0001
    expect(rowsOf(short, 'positions')[0]).toMatchObject({ size: '-0.03', funding_owed: '-0.177' });
    expect(rowsOf(await read(`${MARKETS}/BTC-PERP/funding`), 'funding')).toMatchObject([
      { interval: 1, rate: '0.0001', mark: '59000', missed: 0 },
    ]);
    await order('bob', 'sell', '59000', '0.01');
    await order('alice', 'buy', '59000', '0.01');
    const paid = await read('/api/v1/funding?account=bob&market=BTC-PERP', lab.token);
    expect(rowsOf(paid, 'funding')).toMatchObject([{ position_size: '-0.03', amount: '-0.177' }]);
    const { text } = await lab.ask('/api/v1/funding.csv?account=bob');
    const [head, row] = text.split('\n');
    expect(head).toBe('id,market,position_size,amount,asset,paid_at');
    expect(row).toContain(',BTC-PERP,-0.03,-0.177,USDT,2026-01-31T12:30:00.000Z');
    expect(rowsOf(await read('/api/v1/funding', carol), 'funding')).toEqual([]);
  });

  test('of a median mark is settled by time, at the rate that was shown', async () => {
    const at = new Date(now).toISOString();
    const price = '3000';
    const sources = [0, 1].map((source) => ({ source, price, at }));
    expect(await done(`${ADMIN}/ETH-PERP/index`, { sources })).toMatchObject({ mark: price });
    // No premium yet: an eighth of the interest part of 0.01 %.
    const isQuoted = (json: Json): boolean => json['funding_rate'] !== '0';
    const next = '2026-01-31T13:00:00.000Z';
    expect(await until(`${MARKETS}/ETH-PERP`, isQuoted)).toMatchObject({
      funding_rate: '0.0000125',
      next_funding_at: next,
    });
    const wire = await Wire.open(lab.app.origin);
    const { data } = await wire.subscribe({ channel: 'mark', market: 'ETH-PERP' });
    expect(data).toMatchObject({ mark: price, funding_rate: '0.0000125', next_funding_at: next });
    const bid = { account: 'alice', market: 'ETH-PERP', side: 'buy', price: '3006', size: '1' };
    const placed = await done('/api/v1/orders', bid);
    now += 2_000;
    // The bid is a premium of 0.2 %: of two samples the average is half of it, less the damping.
    const seen = await wire.next('delta', ({ channel, data: told }) => {
      return channel === 'mark' && Number((told as Json)['funding_rate']) > 0.0000125;
    });
    expect(seen.data).toMatchObject({ next_funding_at: next });
    const { funding_rate: rate } = await read(`${MARKETS}/ETH-PERP`);
    expect(rate).toBe((seen.data as Json)['funding_rate']);
    await lab.ask(`/api/v1/orders/${String(placed['order_id'])}`, { method: 'DELETE' });
    await wire.close();
    now = Date.UTC(2026, 0, 31, 13, 0, 1);
    const path = `${MARKETS}/ETH-PERP/funding`;
    const isSettled = (json: Json): boolean => sum(rowsOf(json, 'funding'), 'rate') > 0;
    const [row] = rowsOf(await until(path, isSettled), 'funding');
    const interval = Math.floor(now / HOUR_MS);
    expect(row).toMatchObject({ interval, rate, missed: 0 });
  });
});

describe('a market', () => {
  test('whose sources grow old is close-only, and opens again when they speak', async () => {
    now += 61_000;
    const path = `${MARKETS}/ETH-PERP`;
    const isImposed = (json: Json): boolean => rowsOf(json, 'imposed').length > 0;
    expect(await until(path, isImposed)).toMatchObject({
      status: 'active',
      imposed: ['index_sources'],
    });
    const wanted = { market: 'ETH-PERP', side: 'buy', price: '3000', size: '1', account: 'alice' };
    const refused = await lab.post('/api/v1/orders', wanted);
    expect(refused.json).toMatchObject({ status: 422, code: 'CLOSE_ONLY', transient: true });
    const { text } = await lab.ask('/metrics');
    expect(text).toContain('plimsoll_market_imposed{market="ETH-PERP",why="index_sources"} 1');
    const at = new Date(now).toISOString();
    const sources = [0, 1].map((source) => ({ source, price: '3001', at }));
    await done(`${ADMIN}/ETH-PERP/index`, { sources });
    expect(await read(path)).toMatchObject({ imposed: [], index: '3001' });
  });

  test('has its terms changed with a reason, and what is left out stays', async () => {
    const before = await read(`${MARKETS}/ETH-PERP`);
    const changed = { funding_cap: '0.02', cure_slip: '0.004', reason: 'calmer' };
    const answer = await done(`${ADMIN}/ETH-PERP`, changed, 'PATCH');
    const { reason: _reason, ...terms } = changed;
    expect(answer['market']).toMatchObject({ ...terms, sources_required: 2, taker_fee: '0' });
    const after = await read(`${MARKETS}/ETH-PERP`);
    const differs = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(differs.filter((name) => !['brackets', 'imposed'].includes(name))).toEqual([
      'cure_slip',
      'funding_cap',
    ]);
    const bad = await lab.ask(`${ADMIN}/ETH-PERP`, { method: 'PATCH', body: terms });
    expect(bad.json).toMatchObject({ status: 400, field: 'reason' });
    const wrong = await lab.ask(`${ADMIN}/ETH-PERP`, {
      method: 'PATCH',
      body: { funding_interval_ms: 7, reason: 'typo' },
    });
    expect(wrong.json).toMatchObject({
      status: 422,
      code: 'MARKET_TERMS_INVALID',
      params: { rule: 'FUNDING_OUT_OF_RANGE', bracket: 0 },
    });
    expect(wrong.json['detail']).toMatch(
      /rule FUNDING_OUT_OF_RANGE .*funding_interval_ms is 0, or/,
    );
  });

  test('that is settled at a price has no position left', async () => {
    const settled = { status: 'settled', price: '59500', reason: 'delisted' };
    await done(`${ADMIN}/BTC-PERP/status`, settled);
    const isOver = (json: Json): boolean => json['open_interest'] === '0';
    expect(await until(`${MARKETS}/BTC-PERP`, isOver)).toMatchObject({
      status: 'settled',
      open_interest: '0',
      mark: '59500',
    });
    const { conservation } = (await lab.ask('/api/v1/admin/state')).json;
    expect(conservation).toMatchObject([{ difference: '0' }, { difference: '0' }]);
  });
});
