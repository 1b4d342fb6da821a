// Messages of the stream in both directions. A client sends objects with `op`, the server answers
// with objects with `type`; an `id` that the client gave comes back with the answer.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { amendOrder, amendOrderBody } from '../operations/amend-order.ts';
import { cancelOrder } from '../operations/cancel-order.ts';
import { cancelOrders, cancelOrdersQuery } from '../operations/cancel-orders.ts';
import { placeBatch } from '../operations/place-batch.ts';
import { placeOrder, placeOrderBody } from '../operations/place-order.ts';
import { problem } from '../problem.ts';
import { CHANNEL_DATA, misplaced, place, type Channel, type Place } from './channels.ts';

/** Bytes of one message of a client: the same as a body. */
export const MESSAGE_BYTES_MAX = 64 * 1024;

/** Codes with which the server closes a stream; those below 4000 are the protocol's own. */
export const CLOSE_CODES = {
  /** The server stops. */
  going_away: 1001,
  /** A message was binary. */
  not_text: 1003,
  too_large: 1009,
  /** The stream has failed; the exchange goes on. */
  failed: 1011,
  /** The sign-in was revoked or has expired. */
  signed_out: 4001,
  /** The reader does not keep up with what it subscribed to. */
  slow_reader: 4008,
  /** It goes on sending although it was refused for its rate. */
  too_many_messages: 4029,
} as const;

const named = { id: A.id.optional().describe('Comes back with the answer.') };
const changing = {
  ...named,
  idempotency_key: A.id.optional().describe('As the header Idempotency-Key over HTTP.'),
};

function goesTogether(at: Place, context: z.RefinementCtx): void {
  const fault = misplaced(at);
  if (fault === undefined) return;
  context.addIssue({ code: 'custom', path: [fault.field], message: fault.message });
}

const subscribe = z
  .strictObject({
    op: z.literal('subscribe'),
    ...named,
    ...place,
    from: A.whole.optional().describe('The last sequence that was seen: only what came after it.'),
  })
  .superRefine(goesTogether);

const unsubscribe = z
  .strictObject({ op: z.literal('unsubscribe'), ...named, ...place })
  .superRefine(goesTogether);

/** What a client may send. */
export const clientMessage = z
  .discriminatedUnion('op', [
    subscribe,
    unsubscribe,
    z.strictObject({ op: z.literal('place_order'), ...changing, body: placeOrderBody }),
    z.strictObject({ op: z.literal('place_batch'), ...changing, body: placeBatch.shapes.body }),
    z.strictObject({
      op: z.literal('amend_order'),
      ...changing,
      order_id: A.orderId,
      body: amendOrderBody,
    }),
    z.strictObject({
      op: z.literal('cancel_order'),
      ...changing,
      order_id: A.orderId,
      account: A.account.optional(),
    }),
    z.strictObject({ op: z.literal('cancel_orders'), ...changing, body: cancelOrdersQuery }),
    z.strictObject({ op: z.literal('ping'), ...named }),
  ])
  .meta({ id: 'ClientMessage' });

export type ClientMessage = z.output<typeof clientMessage>;
/** The same before defaults are filled in: what a client writes. */
export type ClientMessageInput = z.input<typeof clientMessage>;

/** Operations that the stream takes, by `op`: the same as over HTTP. */
export const STREAM_OPERATIONS = {
  place_order: placeOrder,
  place_batch: placeBatch,
  amend_order: amendOrder,
  cancel_order: cancelOrder,
  cancel_orders: cancelOrders,
} as const;

export type StreamOperation = keyof typeof STREAM_OPERATIONS;
export type StreamAnswer<O extends StreamOperation> = z.output<
  (typeof STREAM_OPERATIONS)[O]['shapes']['answer']
>;

const answered = { id: A.id.nullable() };
const at = { ...place, sequence: A.whole };

const welcome = z.strictObject({
  type: z.literal('welcome'),
  version: z.string(),
  account: A.id.nullable().describe('null: not signed in, or without an account of its own.'),
  heartbeat_ms: A.whole,
  sequence: A.whole,
});

/** What the server sends. `data` is by channel, see CHANNEL_DATA. */
export const serverMessage = z
  .discriminatedUnion('type', [
    welcome,
    z.strictObject({ type: z.literal('subscribed'), ...answered, ...at }),
    z.strictObject({ type: z.literal('unsubscribed'), ...answered, ...place }),
    z.strictObject({ type: z.literal('resync'), ...at }),
    z.strictObject({ type: z.literal('snapshot'), ...at, data: z.unknown() }),
    z.strictObject({ type: z.literal('delta'), ...at, previous: A.whole, data: z.unknown() }),
    z.strictObject({ type: z.literal('answer'), ...answered, answer: z.unknown() }),
    z.strictObject({
      type: z.literal('error'),
      ...answered,
      problem,
      retry_after: A.whole.optional().describe('Seconds.'),
    }),
    z.strictObject({ type: z.literal('heartbeat'), sequence: A.whole, sent_at: A.time }),
    z.strictObject({ type: z.literal('pong'), ...answered, sent_at: A.time }),
  ])
  .meta({ id: 'ServerMessage' });

export type ServerMessage = z.output<typeof serverMessage>;

/** A message held against its schema, its data included. For tests. @throws */
export function parseServerMessage(value: unknown): ServerMessage {
  const message = serverMessage.parse(value);
  if (message.type === 'snapshot') CHANNEL_DATA[message.channel].snapshot.parse(message.data);
  if (message.type === 'delta') CHANNEL_DATA[message.channel].delta.parse(message.data);
  return message;
}

/** The text that names a place, the same on both sides. */
export function placeKey(channel: Channel, about: string, interval = ''): string {
  return interval === '' ? `${channel} ${about}` : `${channel} ${about} ${interval}`;
}
