// POST /api/v1/orders: places an order. What goes with which type is checked here; whether it may
// rest, trade or be backed is the engine's to say.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { ORDER_TYPES, TIMES_IN_FORCE } from '../words.ts';

const PRICED = ['limit', 'stop_limit', 'take_profit_limit'];
const UNTRIGGERED = ['limit', 'market'];

const fields = z.strictObject({
  account: A.account.optional(),
  market: A.marketSymbol,
  side: A.side,
  type: A.orderType.optional().default('limit'),
  price: A.decimal.optional().describe('The limit; for limit types only.'),
  size: A.decimal,
  time_in_force: A.timeInForce.optional().default('gtc'),
  expires_at: A.time.optional().describe('For gtd only.'),
  post_only: z.boolean().optional().default(false),
  reduce_only: z.boolean().optional().default(false),
  self_trade: A.selfTrade.optional().default('expire_maker'),
  trigger_price: A.decimal.optional().describe('For stop and take-profit types only.'),
  trigger_by: A.triggerBy.optional(),
  take_profit: A.decimal.optional().describe('Trigger of an attached take-profit.'),
  stop_loss: A.decimal.optional().describe('Trigger of an attached stop-loss.'),
  client_order_id: A.id.optional(),
});

type Fields = z.output<typeof fields>;

/** A field that a type needs, or does not take. */
interface GoesWith {
  readonly field: keyof Fields;
  readonly isWanted: boolean;
  readonly isOptional: boolean;
}

function goesWith(type: string, timeInForce: string): GoesWith[] {
  const isTriggered = !UNTRIGGERED.includes(type);
  return [
    { field: 'price', isWanted: PRICED.includes(type), isOptional: false },
    { field: 'trigger_price', isWanted: isTriggered, isOptional: false },
    { field: 'trigger_by', isWanted: isTriggered, isOptional: true },
    { field: 'take_profit', isWanted: !isTriggered, isOptional: true },
    { field: 'stop_loss', isWanted: !isTriggered, isOptional: true },
    { field: 'expires_at', isWanted: timeInForce === 'gtd', isOptional: false },
  ];
}

/** By type and time in force, made once: every order is held against them. */
const GOES_WITH = new Map(
  ORDER_TYPES.map((type) => [
    type,
    new Map(TIMES_IN_FORCE.map((timeInForce) => [timeInForce, goesWith(type, timeInForce)])),
  ]),
);

export const placeOrderBody = fields
  .check(({ value: order, issues }) => {
    const rules = GOES_WITH.get(order.type)?.get(order.time_in_force) ?? [];
    for (const { field, isWanted, isOptional } of rules) {
      const isGiven = order[field] !== undefined;
      if (isGiven === isWanted || (isWanted && isOptional)) continue;
      const by = field === 'expires_at' ? order.time_in_force : order.type;
      const message = isGiven ? `does not go with "${by}"` : `is missing: "${by}" needs it`;
      issues.push({ code: 'custom', path: [field], message, input: order });
    }
  })
  .meta({ id: 'PlaceOrder' });

export type PlaceOrderBody = z.output<typeof placeOrderBody>;

/** What became of an order that was placed or amended, as of that command. */
export const orderAnswer = z
  .strictObject({
    ...A.receipt,
    order_id: A.orderId,
    client_order_id: A.id.nullable(),
    order: R.order.nullable().describe('null: the repeat of an order that is not remembered.'),
    fills: z.array(R.fill),
  })
  .meta({ id: 'OrderAnswer' });

export const orderExample = {
  order_id: '17',
  client_order_id: 'my-order-1',
  account: 'demo',
  market: 'BTC-PERP',
  side: 'buy',
  type: 'limit',
  status: 'open',
  price: '60000',
  size: '0.5',
  filled: '0',
  remaining: '0.5',
  average_price: null,
  time_in_force: 'gtc',
  expires_at: null,
  post_only: false,
  reduce_only: false,
  attached: false,
  self_trade: 'expire_maker',
  trigger_price: null,
  trigger_by: null,
  triggered: null,
  take_profit: null,
  stop_loss: null,
  created_at: '2026-01-31T12:00:00.000Z',
  closed_at: null,
  closed_because: null,
} as const;

export const receiptExample = { request_id: 'my-key-1', sequence: 1043, repeated: false };

export const placeOrder = operation({
  id: 'place_order',
  method: 'POST',
  path: '/api/v1/orders',
  summary: 'Place an order',
  tag: 'Orders',
  access: 'trade',
  bucket: 'order',
  changes: true,
  shapes: { body: placeOrderBody, answer: orderAnswer },
  example: {
    body: { market: 'BTC-PERP', side: 'buy', price: '60000', size: '0.5' },
    answer: {
      ...receiptExample,
      order_id: '17',
      client_order_id: 'my-order-1',
      order: orderExample,
      fills: [],
    },
  },
});
