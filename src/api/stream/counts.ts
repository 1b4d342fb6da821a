// What the stream has done, as plain numbers that cost an addition each: nothing is looked up by
// name where messages pass. Who wants figures reads them when asked.

import type { Channel } from '../../contract/stream/channels.ts';
import type { CLOSE_CODES, ClientMessage } from '../../contract/stream/messages.ts';

/**
 * How a connection ended: closed by us with that word, for a breach of the protocol, without a sign
 * of life, or by the reader.
 */
export type Ending = keyof typeof CLOSE_CODES | 'broken' | 'silent' | 'left';

type Received = ClientMessage['op'] | 'unreadable';

export class StreamCounts {
  /** Connections since the start. */
  opened = 0;
  bytesIn = 0;
  bytesOut = 0;
  messagesOut = 0;
  /** Messages that came, by what they ask for. */
  readonly messagesIn: Record<Received, number> = {
    subscribe: 0,
    unsubscribe: 0,
    place_order: 0,
    place_batch: 0,
    amend_order: 0,
    cancel_order: 0,
    cancel_orders: 0,
    ping: 0,
    unreadable: 0,
  };
  readonly endings: Record<Ending, number> = {
    going_away: 0,
    not_text: 0,
    too_large: 0,
    failed: 0,
    signed_out: 0,
    slow_reader: 0,
    too_many_messages: 0,
    broken: 0,
    silent: 0,
    left: 0,
  };
}

/** The stream at one moment. */
export interface StreamFigures {
  readonly connections: number;
  readonly counts: StreamCounts;
  /** Readers of every channel that somebody reads. */
  readonly subscriptions: ReadonlyMap<Channel, number>;
}
