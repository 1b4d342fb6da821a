// Random commands of every kind, as the engine takes them: numbers small and huge, fields that do
// not go together left out. The accounts, assets and markets are those of the usual set-up.

import fc from 'fast-check';
import type { CommandKind } from '../../engine/command.ts';
import * as K from '../../engine/command.ts';
import { VALUE_MAX } from '../../engine/limits.ts';
import { COMMANDS } from './commands.ts';

const PERP = 0;
const SPOT = 1;
/** Behind the system's accounts. */
const ALICE = K.SYSTEM_ACCOUNTS.length;
const BOB = ALICE + 1;

const code = (most: number): fc.Arbitrary<number> => fc.nat(most);
const count = fc.oneof(fc.nat(1_000), fc.integer({ min: 0, max: VALUE_MAX }));
const positive = fc.oneof(
  fc.integer({ min: 1, max: 1_000 }),
  fc.integer({ min: 1, max: VALUE_MAX }),
);
const none = fc.constant(0);
/** Prices and sizes that often meet each other, and any others. */
const near = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 119_990, max: 120_010 }).map((n) => n * 5) },
  positive,
);
const lots = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 100 }).map((n) => n * 2) },
  count,
);
const tag = fc.string({ unit: fc.constantFrom(...'aZ09._:-'), minLength: 1, maxLength: 36 });
const tagOrNone = fc.oneof(fc.constant(''), tag);
const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 200 });
const account = fc.constantFrom(ALICE, BOB);
const market = fc.constantFrom(PERP, SPOT);
const asset = fc.constantFrom(0, 1);
const side = fc.constantFrom(1, -1);
const sideOrNone = fc.constantFrom(1, -1, 0);
const boolean = fc.boolean();
const symbol = fc.string({ unit: fc.constantFrom(...'AZ09'), minLength: 2, maxLength: 15 });

const terms = fc.record({
  brackets: fc.array(
    fc.record({ floorNotional: count, initialPpm: count, maintenancePpm: count }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  makerFeePpm: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  takerFeePpm: count,
  liquidationFeePpm: count,
  priceBandPpm: count,
  openInterestCap: count,
  openInterestScaleFrom: count,
  openInterestScaleTo: count,
  minimumSize: count,
  minimumNotional: count,
  profitWeightPpm: count,
  profitCap: count,
  markSource: code(2),
  selfTradeAllowed: boolean,
  risk: fc.record({
    cureSlipPpm: count,
    liquidationBufferPpm: count,
    insuranceCap: count,
    accountLimit: count,
    ownerLimit: count,
    fundingIntervalMs: count,
    fundingInterestE12: fc.maxSafeInteger(),
    fundingCapE12: count,
    impactNotional: count,
    basisLimitPpm: count,
    markLimitPpm: count,
    sourcesRequired: count,
    sourceMaxAgeMs: count,
    sourceDeviationPpm: count,
  }),
});

const sources = fc.array(fc.record({ source: count, price: near, at: count }), { maxLength: 9 });

/** Fields of each kind, before what one value of a field demands of another. */
const FIELDS: Readonly<Record<CommandKind, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  create_asset: {
    symbol,
    decimals: fc.nat(12),
    settlement: boolean,
    weightPpm: count,
    liabilityWeightPpm: count,
    price: count,
    interestE12: count,
    autoConvertLimit: count,
  },
  create_market: {
    symbol,
    marketKind: fc.constant(K.MARKET_SPOT),
    base: fc.constant(1),
    quote: fc.constant(0),
    priceUnit: fc.constantFrom('1', '0.1', '0.25', '0.01'),
    sizeUnit: fc.constantFrom('1', '0.01', '0.0001'),
    tickSize: positive,
    lotSize: positive,
    terms,
  },
  update_market: { market, terms, rampMs: count, operator: tag, reason: text },
  set_market_status: {
    market,
    status: code(5),
    price: fc.oneof(none, near),
    operator: tag,
    reason: text,
  },
  create_account: { name: tag, owner: tagOrNone },
  deposit: { account, asset, amount: count },
  withdraw: { account, asset, amount: count },
  transfer: { account, to: account, asset, amount: count },
  adjust: { account, asset, amount: fc.maxSafeInteger(), operator: tag, reason: text },
  set_leverage: { account, market, leverage: fc.oneof(fc.integer({ min: 1, max: 10 }), count) },
  set_margin_mode: { account, market, mode: code(1) },
  place_order: {
    account,
    market,
    side,
    type: code(5),
    price: near,
    size: lots,
    timeInForce: code(3),
    expiresAt: positive,
    postOnly: boolean,
    reduceOnly: boolean,
    selfTrade: code(3),
    triggerPrice: near,
    triggerBy: code(1),
    takeProfit: fc.oneof(none, near),
    stopLoss: fc.oneof(none, near),
    clientOrderId: tagOrNone,
  },
  amend_order: {
    account,
    order: fc.oneof(fc.integer({ min: 1, max: 9 }), positive),
    clientOrderId: fc.constant(''),
    price: near,
    size: lots,
    market,
  },
  cancel_order: { account, order: none, clientOrderId: tag },
  cancel_all: { account, market: fc.constantFrom(K.ANY_MARKET, PERP, SPOT), side: sideOrNone },
  set_dead_man: { account, timeoutMs: count },
  edit_position: {
    account,
    market,
    edit: code(5),
    side: sideOrNone,
    collateral: count,
    leverage: fc.oneof(fc.nat(10), count),
    size: lots,
    worstPrice: fc.oneof(none, near),
  },
  update_index: { market, price: near, sources, mark: fc.oneof(none, near) },
  settle_funding: { market, interval: count, rateE12: fc.maxSafeInteger() },
  tick: {},
};

/**
 * A command with every property but those that the edge derives; an amendment also has its market.
 */
export const commands: fc.Arbitrary<Record<string, unknown>> = fc
  .constantFrom(...COMMANDS)
  .chain(({ name }) =>
    fc
      .record({ ...FIELDS[name as CommandKind], id: tagOrNone, time: count })
      .map((fields) => consistent({ kind: name, ...fields })),
  );

/** Puts the fields that do not go with others to none. */
function consistent(fields: Record<string, unknown>): Record<string, unknown> {
  if (fields['kind'] === 'update_index') return onePriceOrSources(fields);
  if (fields['kind'] !== 'place_order') return fields;
  const type = fields['type'] as number;
  const isLimit =
    type === K.ORDER_LIMIT || type === K.ORDER_STOP_LIMIT || type === K.ORDER_TAKE_PROFIT_LIMIT;
  const isStop = type >= K.ORDER_STOP_MARKET;
  return {
    ...fields,
    price: isLimit ? fields['price'] : 0,
    triggerPrice: isStop ? fields['triggerPrice'] : 0,
    triggerBy: isStop ? fields['triggerBy'] : K.TRIGGER_BY_MARK,
    takeProfit: isStop ? 0 : fields['takeProfit'],
    stopLoss: isStop ? 0 : fields['stopLoss'],
    expiresAt: fields['timeInForce'] === K.TIF_GTD ? fields['expiresAt'] : 0,
  };
}

/** An even mark chooses the one price, so that both forms come up. */
function onePriceOrSources(fields: Record<string, unknown>): Record<string, unknown> {
  return (fields['mark'] as number) % 2 === 0
    ? { ...fields, sources: undefined }
    : { ...fields, price: 0 };
}

const PLAIN_ORDER = {
  kind: 'place_order',
  id: '',
  time: 0,
  market: PERP,
  price: 0,
  timeInForce: K.TIF_GTC,
  expiresAt: 0,
  postOnly: false,
  reduceOnly: false,
  selfTrade: K.STP_EXPIRE_MAKER,
  triggerPrice: 0,
  triggerBy: K.TRIGGER_BY_MARK,
  takeProfit: 0,
  stopLoss: 0,
  clientOrderId: '',
};

const small = fc.integer({ min: 1, max: 100 }).map((n) => n * 2);
const close = fc.integer({ min: 119_990, max: 120_010 }).map((n) => n * 5);

/** An order in the perpetual that is likely to be accepted, to meet another, and to trigger. */
export const orders: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc
    .record({ account, side, price: close, size: small, postOnly: boolean })
    .map((fields) => ({ ...PLAIN_ORDER, ...fields, type: K.ORDER_LIMIT })),
  fc
    .record({ account, side, size: small, reduceOnly: boolean })
    .map((fields) => ({ ...PLAIN_ORDER, ...fields, type: K.ORDER_MARKET })),
  fc
    .record({ account, side, size: small, triggerPrice: close })
    .map((fields) => ({ ...PLAIN_ORDER, ...fields, type: K.ORDER_STOP_MARKET })),
  fc
    .record({ price: close })
    .map((fields) => ({ kind: 'update_index', id: '', time: 0, market: PERP, mark: 0, ...fields })),
);
