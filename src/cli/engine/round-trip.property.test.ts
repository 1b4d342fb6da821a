// Proves that the tables lose nothing: any command that the engine could be given is written as a
// line and read back as the same command, whatever is left out because it is at its default.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command, CommandKind } from '../../engine/command.ts';
import * as K from '../../engine/command.ts';
import { VALUE_MAX } from '../../engine/limits.ts';
import { COMMANDS } from './commands.ts';
import { decodeFields, encodeFields } from './decode.ts';
import { JsonReader } from './json.ts';
import { Names } from './names.ts';
import { Scope } from './scope.ts';
import { Talk } from './speak.suite.ts';

const talk = new Talk();
const PERP = 0;
const SPOT = 1;
const ALICE = talk.engine.accountNumber('alice');
const BOB = talk.engine.accountNumber('bob');

const code = (most: number): fc.Arbitrary<number> => fc.nat(most);
const count = fc.oneof(fc.nat(1_000), fc.integer({ min: 0, max: VALUE_MAX }));
const positive = fc.oneof(
  fc.integer({ min: 1, max: 1_000 }),
  fc.integer({ min: 1, max: VALUE_MAX }),
);
const none = fc.constant(0);
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
  markSource: code(1),
  selfTradeAllowed: boolean,
});

/** Fields of each kind, before what one value of a field demands of another. */
const FIELDS: Readonly<Record<CommandKind, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  create_asset: {
    symbol,
    decimals: fc.nat(12),
    settlement: boolean,
    weightPpm: count,
    liabilityWeightPpm: count,
    price: count,
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
  update_market: { market, terms },
  set_market_status: { market, status: code(5), operator: tag, reason: text },
  create_account: { name: tag, owner: tagOrNone },
  deposit: { account, asset, amount: count },
  withdraw: { account, asset, amount: count },
  transfer: { account, to: account, asset, amount: count },
  adjust: { account, asset, amount: fc.maxSafeInteger(), operator: tag, reason: text },
  set_leverage: { account, market, leverage: count },
  set_margin_mode: { account, market, mode: code(1) },
  place_order: {
    account,
    market,
    side,
    type: code(5),
    price: positive,
    size: count,
    timeInForce: code(3),
    expiresAt: positive,
    postOnly: boolean,
    reduceOnly: boolean,
    selfTrade: code(3),
    triggerPrice: positive,
    triggerBy: code(1),
    takeProfit: count,
    stopLoss: count,
    clientOrderId: tagOrNone,
  },
  amend_order: {
    account,
    order: positive,
    clientOrderId: fc.constant(''),
    price: positive,
    size: count,
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
    leverage: count,
    size: count,
    worstPrice: count,
  },
  update_index: { market, price: positive, mark: count },
  tick: {},
};

const commands = fc
  .constantFrom(...COMMANDS)
  .chain(({ name }) =>
    fc
      .record({ ...FIELDS[name as CommandKind], id: tagOrNone, time: count })
      .map((fields) => consistent({ kind: name, ...fields })),
  );

/** Puts the fields that do not go with others to none. */
function consistent(fields: Record<string, unknown>): Record<string, unknown> {
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

test('any command is written as a line and read back as itself', () => {
  const reader = new JsonReader();
  const scope = new Scope(new Names(talk.engine));
  fc.assert(
    fc.property(commands, (command) => {
      const table = COMMANDS.find(({ name }) => name === command['kind']);
      if (table === undefined) throw new Error('no table');
      scope.reset();
      scope.target = command;
      const line = JSON.stringify({ command: table.name, ...encodeFields(table, command, scope) });
      const read = decodeFields(table, reader.object(line), ['command'], scope);
      expect(scope.refusal, line).toBeUndefined();
      expect(withoutDerived(read)).toEqual(withoutMarketOfOrder(command));
    }),
    { numRuns: 2_000 },
  );
});

/** Multipliers come from the units. */
function withoutDerived(read: Record<string, unknown>): Record<string, unknown> {
  const { multiplier: _, baseMultiplier: __, ...rest } = read;
  return rest;
}

/** The market of an amendment stands on the line and not in the command. */
function withoutMarketOfOrder(command: Record<string, unknown>): Record<string, unknown> {
  if (command['kind'] !== 'amend_order') return command;
  const { market: _, ...rest } = command;
  return rest;
}

test('the lines of every kind are shorter than the command', () => {
  const order: Extract<Command, { kind: 'tick' }> = { kind: 'tick', id: '', time: 0 };
  const table = COMMANDS.find(({ name }) => name === order.kind);
  if (table === undefined) throw new Error('no table');
  expect(encodeFields(table, { ...order }, new Scope(new Names(talk.engine)))).toEqual({ time: 0 });
});
