// Proves that every operation of the contract answers over HTTP what its schema says, and that what
// an account does can be read back: orders, fills, positions, money, history.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { OPERATIONS } from '../src/contract/operations.ts';

let lab: Lab;
const reached = new Set<string>();

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab.stop());

/** Asks and remembers which operation answered. */
async function call(
  id: string,
  path: string,
  method = 'GET',
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answer = await lab.ask(path, { method, ...(body === undefined ? {} : { body }) });
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(200);
  reached.add(id);
  return answer.json ?? { text: answer.text };
}

const place = (body: object): Promise<Record<string, unknown>> =>
  call('place_order', '/api/v1/orders', 'POST', body);

describe('a trader’s day', () => {
  test('market data', async () => {
    await call('get_time', '/api/v1/time');
    expect(await call('get_info', '/api/v1/info')).toMatchObject({ demo: false });
    const { markets } = await call('list_markets', '/api/v1/markets');
    expect(markets).toHaveLength(2);
    const spot = await call('get_market', '/api/v1/markets/BTC%2FUSDT');
    expect(spot).toMatchObject({ market: 'BTC/USDT', kind: 'spot', index: '60000' });
  });

  test('orders rest, fill, are amended and cancelled', async () => {
    const resting = { account: 'bob', market: 'BTC-PERP', side: 'sell', price: '60010', size: '1' };
    const placed = await place({ ...resting, client_order_id: 'bob-1' });
    expect(placed).toMatchObject({ repeated: false, client_order_id: 'bob-1', fills: [] });
    expect(placed['order']).toMatchObject({ status: 'open', remaining: '1', account: 'bob' });
    const taken = await place({
      market: 'BTC-PERP',
      side: 'buy',
      type: 'market',
      time_in_force: 'ioc',
      size: '0.4',
    });
    expect(taken['order']).toMatchObject({ status: 'filled', average_price: '60010' });
    expect(taken['fills']).toMatchObject([{ price: '60010', size: '0.4', role: 'taker' }]);
    const id = String(placed['order_id']);
    const amended = await call('amend_order', `/api/v1/orders/${id}`, 'PATCH', {
      account: 'bob',
      size: '0.9',
    });
    expect(amended['order']).toMatchObject({ size: '0.9', remaining: '0.5' });
    const one = await call('get_order', `/api/v1/orders/${id}?account=bob`);
    expect(one).toMatchObject({ client_order_id: 'bob-1', filled: '0.4' });
    expect(one['created_at']).not.toBeNull();
    const found = await call('list_orders', '/api/v1/orders?account=bob&client_order_id=bob-1');
    expect(found['orders']).toHaveLength(1);
    const cancelled = await call('cancel_order', `/api/v1/orders/${id}?account=bob`, 'DELETE');
    expect(cancelled['cancelled']).toEqual([id]);
    expect(await call('get_order', `/api/v1/orders/${id}?account=bob`)).toMatchObject({
      status: 'cancelled',
      closed_because: 'requested',
    });
  });

  test('a batch answers each order by itself', async () => {
    const good = { market: 'BTC-PERP', side: 'buy', price: '59000', size: '0.1' };
    const { results } = await call('place_batch', '/api/v1/orders/batch', 'POST', {
      orders: [good, { ...good, price: '59000.2' }, { ...good, client_order_id: 'b3' }],
    });
    expect(results).toMatchObject([
      { problem: null },
      { order: null, problem: { code: 'STEP_MISMATCH', status: 422 } },
      { problem: null },
    ]);
    const by = await call('cancel_orders', '/api/v1/orders?client_order_id=b3', 'DELETE');
    expect(by['cancelled']).toHaveLength(1);
    const all = await call('cancel_orders', '/api/v1/orders?market=BTC-PERP', 'DELETE');
    expect(all['cancelled']).toHaveLength(1);
  });

  test('what happened can be read back', async () => {
    const { fills } = await call('list_fills', '/api/v1/fills?market=BTC-PERP');
    expect(fills).toMatchObject([{ side: 'buy', role: 'taker', fee: '12.002', fee_asset: 'USDT' }]);
    const csv = await call('export_fills', '/api/v1/fills.csv');
    expect(String(csv['text']).split('\n')).toHaveLength(3);
    const { orders } = await call('list_closed_orders', '/api/v1/orders/closed?status=filled');
    expect(orders).toHaveLength(1);
    const { trades } = await call('list_trades', '/api/v1/markets/BTC-PERP/trades');
    expect(trades).toMatchObject([{ price: '60010', size: '0.4', taker_side: 'buy' }]);
    const { candles } = await call('list_candles', '/api/v1/markets/BTC-PERP/candles?interval=1s');
    expect((candles as unknown[])[0]).toMatchObject({ open: '60010', volume: '0.4', trades: 1 });
    await call('list_funding', '/api/v1/markets/BTC-PERP/funding');
    await call('list_liquidations', '/api/v1/liquidations');
    await call('list_funding_payments', '/api/v1/funding');
    const payments = await call('export_funding', '/api/v1/funding.csv');
    expect(payments['text']).toBe('id,market,position_size,amount,asset,paid_at\n');
    await call('list_interest', '/api/v1/interest');
    expect(await call('get_insurance', '/api/v1/insurance')).toMatchObject({ positions: [] });
    await call('list_insurance_changes', '/api/v1/insurance/changes');
    const book = await call('get_book', '/api/v1/markets/BTC-PERP/book?levels=5');
    expect(book).toMatchObject({ market: 'BTC-PERP', bids: [], last: '60010' });
    const { positions } = await call('list_positions', '/api/v1/positions');
    expect(positions).toMatchObject([{ side: 'long', size: '0.4', entry_price: '60010' }]);
  });

  test('money moves, and everything is conserved', async () => {
    await call('make_deposit', '/api/v1/admin/deposits', 'POST', {
      account: 'bob',
      asset: 'USDT',
      amount: '10',
    });
    await call('make_transfer', '/api/v1/transfers', 'POST', {
      to: 'bob',
      asset: 'USDT',
      amount: '5.5',
    });
    await call('make_withdrawal', '/api/v1/withdrawals', 'POST', { asset: 'USDT', amount: '1' });
    await call('adjust_balance', '/api/v1/admin/adjustments', 'POST', {
      account: 'bob',
      asset: 'USDT',
      amount: '-0.5',
      reason: 'booked twice',
    });
    const { transfers } = await call('list_transfers', '/api/v1/transfers?account=bob&limit=3');
    expect(transfers).toMatchObject([
      { kind: 'adjustment', change: '-0.5' },
      { kind: 'transfer', change: '5.5' },
      { kind: 'deposit', change: '10' },
    ]);
    expect(await call('get_account', '/api/v1/account')).toMatchObject({ account: 'alice' });
    const { conservation } = await call('get_state', '/api/v1/admin/state');
    expect(conservation).toEqual([
      { asset: 'USDT', difference: '0' },
      { asset: 'BTC', difference: '0' },
    ]);
  });

  test('a preview says what the command says', async () => {
    const order = { market: 'BTC-PERP', side: 'buy', price: '60000', size: '1000' };
    const seen = await call('preview', '/api/v1/preview', 'POST', {
      command: 'place_order',
      order,
    });
    expect(seen).toMatchObject({ valid: false, problem: { status: 422 } });
    const done = await lab.post('/api/v1/orders', order);
    const { code, params, detail } = done.json;
    expect(seen['problem']).toMatchObject({ code, params, detail });
    const fine = { command: 'place_order', order: { ...order, size: '0.1' } };
    const { events } = await call('preview', '/api/v1/preview', 'POST', fine);
    expect((events as { event: string }[])[0]?.event).toBe('order_accepted');
  });

  test('leverage, isolated positions, dead man', async () => {
    const market = 'BTC-PERP';
    await call('set_leverage', '/api/v1/leverage', 'POST', { account: 'bob', market, leverage: 5 });
    await call('set_dead_man', '/api/v1/orders/dead-man', 'POST', { timeout_ms: 0 });
    await place({ account: 'bob', market, side: 'sell', price: '60020', size: '1' });
    await call('create_account', '/api/v1/admin/accounts', 'POST', { account: 'carol' });
    const deposit = { account: 'carol', asset: 'USDT', amount: '1000' };
    await call('make_deposit', '/api/v1/admin/deposits', 'POST', deposit);
    const mode = { account: 'carol', market, mode: 'isolated' };
    await call('set_leverage', '/api/v1/leverage', 'POST', mode);
    const edit = {
      account: 'carol',
      market,
      edit: 'open',
      side: 'buy',
      collateral: '100',
      leverage: 5,
    };
    const opened = await call('edit_position', '/api/v1/positions', 'POST', edit);
    expect(opened['position']).toMatchObject({ mode: 'isolated', side: 'long' });
    expect(opened['fills']).not.toEqual([]);
  });

  test('pairs', async () => {
    reached.add('open_pair').add('list_pairs').add('get_live_pnl').add('close_pair');
    // Their answers are in serve-pairs.test.ts, which has a second market to pair with.
    expect(await lab.ask('/api/positions')).toMatchObject({ json: { positions: [] } });
    expect(await lab.ask('/api/positions/live-pnl')).toMatchObject({ json: { positions: [] } });
  });

  test('the operator', async () => {
    const { accounts } = await call('list_accounts', '/api/v1/admin/accounts?from=3');
    expect(accounts).toEqual(['alice', 'bob', 'carol']);
    const asset = { asset: 'ETH', decimals: 8, price: '3000' };
    await call('create_asset', '/api/v1/admin/assets', 'POST', asset);
    const market = {
      market: 'ETH-PERP',
      kind: 'perp',
      quote: 'USDT',
      price_unit: '0.01',
      size_unit: '0.01',
    };
    await call('create_market', '/api/v1/admin/markets', 'POST', market);
    const path = '/api/v1/admin/markets/ETH-PERP';
    await call('update_index', `${path}/index`, 'POST', { price: '3000', mark: '3001' });
    await call('settle_funding', `${path}/funding`, 'POST', { interval: 1, rate: '0.0001' });
    await call('update_market', path, 'PATCH', { taker_fee: '0.001', reason: 'as agreed' });
    const status = { status: 'halted', reason: 'not yet' };
    await call('set_market_status', `${path}/status`, 'POST', status);
    const shocks = [{ market: 'BTC-PERP', change: '-0.01' }];
    const stressed = await call('stress_test', '/api/v1/admin/stress', 'POST', { shocks });
    expect(stressed).toMatchObject({ asset: 'USDT', moves: [{ market: 'BTC-PERP' }] });
    const terms = { taker_fee: '0.001', reason: 'dearer' };
    const impact = '/api/v1/admin/markets/BTC-PERP/impact';
    const changed = await call('preview_market_update', impact, 'POST', terms);
    expect(changed).toMatchObject({ moves: [], totals: { liquidated: 0 } });
    const key = { account: 'carol', kind: 'key' };
    const made = await call('create_credential', '/api/v1/admin/credentials', 'POST', key);
    const revoke = `/api/v1/admin/credentials/${String(made['id'])}`;
    await call('revoke_credential', revoke, 'DELETE');
  });

  test('operation', async () => {
    await call('get_health', '/health');
    await call('get_ready', '/ready');
    const { text } = await call('get_metrics', '/metrics');
    expect(text).toContain('plimsoll_http_requests_total{operation="place_order",status="200"}');
    const none = await lab.post('/api/v1/demo/faucet', {});
    expect(none.status).toBe(404);
    reached.add('use_faucet'); // its 200 is in serve-demo.test.ts
  });

  test('no operation was left out', () => {
    expect(OPERATIONS.map(({ id }) => id).filter((id) => !reached.has(id))).toEqual([]);
  });
});
