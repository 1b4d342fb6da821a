// Proves what a client sees: short lines have sensible defaults, answers carry names and decimals
// in the right units, and whatever is wrong with a line is said precisely, changes nothing and
// stops nothing.

import { describe, expect, test } from 'vitest';
import { eventsOf, Talk, type Line } from './speak.suite.ts';

const LIMIT = { command: 'place_order', account: 'alice', market: 'BTC-PERP', side: 'buy' };

describe('commands', () => {
  test('the shortest limit order rests until cancelled', () => {
    const talk = new Talk();
    const answer = talk.say({ ...LIMIT, price: '59999.5', size: '0.01' });
    expect(answer).toMatchObject({ ok: true, order: '1' });
    expect(answer.events?.[0]).toEqual({
      event: 'order_accepted',
      order: '1',
      account: 'alice',
      market: 'BTC-PERP',
      side: 'buy',
      type: 'limit',
      price: '59999.5',
      size: '0.01',
      time_in_force: 'gtc',
      expires_at: null,
      post_only: false,
      reduce_only: false,
      attached: false,
      client_order_id: null,
      self_trade: 'expire_maker',
      trigger_price: null,
      trigger_by: null,
      take_profit: null,
      stop_loss: null,
      resting: '0.01',
      hold: '0',
    });
  });

  test('compact leaves out what is null or false', () => {
    const talk = new Talk({ compact: true });
    const answer = talk.say({ ...LIMIT, price: '59999.5', size: '0.01', client_order_id: 'x' });
    expect(Object.keys(answer.events?.[0] ?? {})).toEqual([
      'event',
      'order',
      'account',
      'market',
      'side',
      'type',
      'price',
      'size',
      'time_in_force',
      'client_order_id',
      'self_trade',
      'resting',
      'hold',
    ]);
  });

  test('a fill is told with the units of its market', () => {
    const talk = new Talk();
    talk.say({ ...LIMIT, account: 'bob', side: 'sell', price: '60001', size: '0.1' });
    const answer = talk.say({ ...LIMIT, type: 'market', size: '0.04', client_order_id: 'mine' });
    expect(eventsOf(answer, 'order_accepted')[0]).toMatchObject({ client_order_id: 'mine' });
    expect(eventsOf(answer, 'order_filled')).toEqual([
      {
        event: 'order_filled',
        maker_order: '1',
        taker_order: '2',
        maker: 'bob',
        taker: 'alice',
        market: 'BTC-PERP',
        taker_side: 'buy',
        price: '60001',
        size: '0.04',
        maker_fee: '0.240004',
        taker_fee: '1.20002',
        maker_open: '0.06',
      },
    ]);
    const changes = eventsOf(answer, 'position_changed');
    const alice = changes.findLast(({ account }) => account === 'alice');
    expect(alice).toMatchObject({ size: '0.04', cost: '2400.04', entry_price: '60001' });
    expect(alice).toHaveProperty('margin_ratio');
    expect(alice).toHaveProperty('liquidation_price');
    const bob = changes.findLast(({ account }) => account === 'bob');
    expect(bob).toMatchObject({ size: '-0.04', cost: '-2400.04', entry_price: '60001' });
  });

  test('the same id again gives the first answer and no event', () => {
    const talk = new Talk();
    const line = { ...LIMIT, price: '59000', size: '0.01', id: 'once' };
    const first = talk.say(line);
    const digest = talk.digest();
    expect(talk.say(line)).toEqual({
      ok: true,
      sequence: first.sequence,
      order: '1',
      repeated: true,
      events: [],
    });
    expect(talk.digest()).toBe(digest);
    const other = talk.say({ ...line, size: '0.012' });
    expect(other).toMatchObject({ code: 'ID_REUSED', params: { sequence: first.sequence } });
  });

  test('a preview says what execution then does, and changes nothing', () => {
    const talk = new Talk();
    talk.say({ ...LIMIT, account: 'bob', side: 'sell', price: '60001', size: '0.1' });
    const line = { ...LIMIT, type: 'market', size: '0.04' };
    const digest = talk.digest();
    const preview = talk.say({ preview: line, ref: 'p' });
    expect(preview).toMatchObject({ ok: true, ref: 'p', preview: true });
    expect(talk.digest()).toBe(digest);
    const fills = eventsOf(talk.say(line), 'order_filled');
    expect(eventsOf(preview, 'order_filled')).toEqual(fills);
  });

  test('a preview names what does not exist yet', () => {
    const talk = new Talk();
    const account = talk.say({ preview: { command: 'create_account', name: 'carol' } });
    expect(account.events?.[0]).toEqual({
      event: 'account_created',
      account: 'carol',
      owner: 'carol',
    });
    const asset = talk.say({ preview: { command: 'create_asset', symbol: 'ETH', decimals: 8 } });
    expect(asset.events?.[0]).toMatchObject({ event: 'asset_created', asset: 'ETH' });
    expect(talk.say({ query: 'account', account: 'carol' })).toMatchObject({
      code: 'ACCOUNT_NOT_FOUND',
    });
  });

  test('a spot sell holds and lacks base, a buy quote', () => {
    const talk = new Talk();
    const spot = { command: 'place_order', account: 'bob', market: 'BTC/USDT' };
    const sell = talk.say({ ...spot, side: 'sell', price: '61000', size: '1.2' });
    expect(eventsOf(sell, 'order_accepted')[0]).toMatchObject({ hold: '1.2' });
    const amended = talk.say({
      command: 'amend_order',
      account: 'bob',
      market: 'BTC/USDT',
      order: '1',
      size: '1',
    });
    expect(eventsOf(amended, 'order_amended')[0]).toMatchObject({ hold: '1', kept_place: true });
    expect(talk.say({ ...spot, side: 'sell', price: '61000', size: '0.6' })).toMatchObject({
      code: 'INSUFFICIENT_BALANCE',
      params: { required: '0.6', available: '0.5' },
    });
    expect(talk.say({ ...spot, side: 'buy', price: '60000', size: '0.6' })).toMatchObject({
      code: 'INSUFFICIENT_BALANCE',
      params: { required: '36000', available: '20000' },
    });
  });

  test('time stays when it is left out and never goes back', () => {
    const talk = new Talk();
    expect(talk.say({ query: 'info' })).toMatchObject({ time: 1_700_000_000_000 });
    talk.say({ command: 'tick', time: 1_700_000_005_000 });
    talk.say({ command: 'tick', time: 1 });
    expect(talk.say({ query: 'info' })).toMatchObject({ time: 1_700_000_005_000 });
  });

  test('terms that an update leaves out stay as they are', () => {
    const talk = new Talk();
    expect(
      talk.say({
        command: 'update_market',
        market: 'BTC-PERP',
        liquidation_fee: '0.004',
        cure_slip: '0.003',
        ...OPERATOR,
      }),
    ).toMatchObject({ ok: true });
    const { markets } = talk.say({ query: 'markets' });
    expect((markets as Line[])[0]).toMatchObject({
      market: 'BTC-PERP',
      maker_fee: '0.0001',
      taker_fee: '0.0005',
      liquidation_fee: '0.004',
      cure_slip: '0.003',
      brackets: [{ floor_notional: '0', initial: '0.1', maintenance: '0.05' }],
    });
  });
});

describe('refusals of the engine', () => {
  test('carry sequence, code, number and the numbers in the units of the command', () => {
    const talk = new Talk();
    const before = talk.say({ command: 'tick' }).sequence ?? 0;
    const withdraw = { command: 'withdraw', account: 'alice', asset: 'USDT', amount: '20000.5' };
    expect(talk.say({ ...withdraw, id: 'w' })).toMatchObject({ sequence: before + 1 });
    expect(talk.say({ ...withdraw, id: 'w' })).toMatchObject({
      sequence: before + 1,
      repeated: true,
    });
    expect(talk.say(withdraw)).toEqual({
      ok: false,
      code: 'INSUFFICIENT_BALANCE',
      number: 301,
      transient: true,
      message: 'Insufficient balance: need 20000.5, have 20000.',
      params: { required: '20000.5', available: '20000' },
    });
  });

  test('off the step name the field and the legal values next to it', () => {
    const talk = new Talk();
    expect(talk.say({ ...LIMIT, price: '59999.7', size: '0.01' })).toMatchObject({
      code: 'STEP_MISMATCH',
      params: { tick: '0.5', lot: '0.002' },
      field: 'price',
      nearest: ['59999.5', '60000'],
    });
    expect(talk.say({ ...LIMIT, price: '59999.5', size: '0.001' })).toMatchObject({
      code: 'STEP_MISMATCH',
      field: 'size',
      nearest: ['0.002'],
    });
  });

  test('name a value by its field', () => {
    const talk = new Talk();
    const line = {
      ...LIMIT,
      price: '59999.5',
      size: '0.01',
      time_in_force: 'ioc',
      post_only: true,
    };
    expect(talk.say(line)).toMatchObject({ code: 'VALUE_INVALID', params: { field: 'post_only' } });
    expect(talk.say({ ...LIMIT, price: '60000', size: '0' })).toMatchObject({
      code: 'VALUE_INVALID',
      params: { field: 'size', value: '0' },
    });
  });

  test('beyond what is counted exactly are told and do not stop the process', () => {
    const talk = new Talk();
    const answer = talk.say({ ...LIMIT, price: '9000000000000', size: '1000000000000' });
    expect(answer).toMatchObject({ ok: false });
    expect(talk.say({ query: 'info' })).toMatchObject({ ok: true });
  });

  test('of market terms name the rule', () => {
    const talk = new Talk();
    expect(
      talk.say({ command: 'update_market', market: 'BTC-PERP', taker_fee: '0.9', ...OPERATOR }),
    ).toMatchObject({
      code: 'MARKET_TERMS_INVALID',
      params: { rule: 'FEE_OUT_OF_RANGE' },
      message:
        'The market terms are not valid: rule FEE_OUT_OF_RANGE at bracket 0. A fee is 0 to 0.1; the maker fee is -0.1 to 0.1.',
    });
  });
});

const OPERATOR = { operator: 'ops', reason: 'a test' };

const NEW_MARKET = {
  command: 'create_market',
  symbol: 'ETH-PERP',
  kind: 'perp',
  quote: 'USDT',
  price_unit: '0.01',
  size_unit: '0.001',
};
const EDGE_CASES: [Line, Line][] = [
  [
    { ...LIMIT, account: 'carol', price: '60000', size: '0.01' },
    { code: 'ACCOUNT_NOT_FOUND', field: 'account' },
  ],
  [
    { ...LIMIT, market: 'XYZ', price: '60000', size: '0.01' },
    { code: 'MARKET_NOT_FOUND', field: 'market' },
  ],
  [{ ...LIMIT, market: 'XYZ', account: 'x', price: '1', size: '1' }, { code: 'MARKET_NOT_FOUND' }],
  [
    { command: 'deposit', account: 'x', asset: 'XYZ', amount: '1' },
    { code: 'ASSET_NOT_FOUND', field: 'asset' },
  ],
  [
    { ...LIMIT, price: '59999.77', size: '0.01' },
    {
      code: 'STEP_MISMATCH',
      field: 'price',
      params: { tick: '0.5', lot: '0.002' },
      nearest: ['59999.5', '60000'],
    },
  ],
  [
    { ...LIMIT, price: '0.01', size: '0.01' },
    { code: 'STEP_MISMATCH', nearest: ['0.5'] },
  ],
  [
    { command: 'deposit', account: 'bob', asset: 'USDT', amount: '0.0000001' },
    { code: 'STEP_MISMATCH', field: 'amount', nearest: ['0.000001'] },
  ],
  [
    {
      command: 'adjust',
      account: 'bob',
      asset: 'USDT',
      amount: '-0.0000015',
      operator: 'o',
      reason: 'r',
    },
    { code: 'STEP_MISMATCH', field: 'amount', nearest: ['-0.000002', '-0.000001'] },
  ],
  [
    { command: 'deposit', account: 'bob', asset: 'USDT', amount: '9999999999999999' },
    {
      code: 'AMOUNT_OUT_OF_RANGE',
      field: 'amount',
      params: { value: '9999999999999999', limit: '4000000000' },
    },
  ],
  [
    { ...NEW_MARKET, taker_fee: '0.0000005' },
    { code: 'STEP_MISMATCH', field: 'taker_fee' },
  ],
  [
    { ...NEW_MARKET, size_unit: '0.00001' },
    {
      code: 'MULTIPLIER_NOT_WHOLE',
      field: 'price_unit',
      params: { asset: 'USDT', decimals: '7' },
      message: expect.stringContaining('with 7 decimals it would be') as unknown,
    },
  ],
  [
    { ...NEW_MARKET, kind: 'spot', base: 'BTC', price_unit: '1000', size_unit: '0.000000001' },
    { code: 'MULTIPLIER_NOT_WHOLE', field: 'size_unit', params: { asset: 'BTC', decimals: '9' } },
  ],
  [
    { ...NEW_MARKET, price_unit: '0.000000000001', size_unit: '0.001' },
    { code: 'MULTIPLIER_NOT_WHOLE', params: { asset: 'USDT' } },
  ],
  [
    { ...NEW_MARKET, price_unit: '9000000', size_unit: '9000000' },
    { code: 'AMOUNT_OUT_OF_RANGE', field: 'price_unit' },
  ],
  [{ query: 'orders', account: 'carol' }, { code: 'ACCOUNT_NOT_FOUND' }],
  [{ query: 'book', market: 'XYZ' }, { code: 'MARKET_NOT_FOUND' }],
  [
    { preview: { ...LIMIT, account: 'carol', price: '60000', size: '0.01' } },
    { code: 'ACCOUNT_NOT_FOUND' },
  ],
];

describe('refusals of the edge', () => {
  const talk = new Talk();

  test.each(EDGE_CASES)('%j', (line, refusal) => {
    const digest = talk.digest();
    const answer = talk.say(line);
    expect(answer).toMatchObject({ ok: false, ...refusal });
    expect(answer.sequence).toBeUndefined();
    expect(talk.digest()).toBe(digest);
  });

  test('a price of an asset needs the asset that prices are counted in', () => {
    const empty = new Talk({ setup: [] });
    const line = { command: 'create_asset', symbol: 'BTC', decimals: 8, price: '60000' };
    expect(empty.say(line)).toMatchObject({ code: 'ASSET_NOT_FOUND', field: 'price' });
  });

  test('an order says whether its stop was triggered', () => {
    const own = new Talk();
    const stop = { ...LIMIT, type: 'stop_limit', trigger_price: '58000', price: '59000' };
    own.say({ ...stop, side: 'sell', size: '0.01' });
    const shown = (): unknown => own.say({ query: 'orders', account: 'alice' });
    expect(JSON.stringify(shown())).toContain('"triggered":false');
    own.say({ command: 'update_index', market: 'BTC-PERP', price: '57000', mark: '57000' });
    expect(JSON.stringify(shown())).toContain('"triggered":true');
  });

  test('an amendment that names another market than the order’s is refused', () => {
    const own = new Talk();
    own.say({ ...LIMIT, price: '59000', size: '0.01', client_order_id: 'c' });
    const amend = { command: 'amend_order', account: 'alice', market: 'BTC/USDT', size: '0.02' };
    for (const which of [{ order: '1' }, { client_order_id: 'c' }]) {
      expect(own.say({ ...amend, ...which })).toMatchObject({
        code: 'ORDER_NOT_FOUND',
        field: 'market',
        message: expect.stringContaining('BTC-PERP') as unknown,
      });
    }
    expect(own.say({ ...amend, market: 'BTC-PERP', order: '1' })).toMatchObject({ ok: true });
    expect(own.say({ ...amend, market: 'BTC-PERP', order: '99' })).toMatchObject({
      code: 'ORDER_NOT_FOUND',
      message: 'This account has no such open order.',
    });
  });
});
