// One reader: its messages in, its answers and deltas out. Whatever it sends, it gets a sentence
// about it, and nothing that it sends or does not read reaches beyond itself.

import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Place } from '../../contract/stream/channels.ts';
import { clientMessage, CLOSE_CODES, type ClientMessage } from '../../contract/stream/messages.ts';
import { readOrderMessage } from '../../contract/stream/read-order.ts';
import { edgeProblem } from '../../contract/problem.ts';
import { NotJson, parseStrictJson } from '../../contract/strict-json.ts';
import { isoTime } from '../../contract/words.ts';
import { AssertionError } from '../../units/assert.ts';
import type { ApiContext } from '../context.ts';
import { ProblemError, refuse } from '../problem-error.ts';
import { check } from '../validate.ts';
import type { Caller } from './caller.ts';
import type { Command, Commands } from './commands.ts';
import type { Ending } from './counts.ts';
import type { Hub } from './hub.ts';
import { RATE_REFUSALS_MAX } from './limits.ts';
import { Outbox } from './outbox.ts';
import type { Told } from './place.ts';
import { Subscriptions } from './subscriptions.ts';

export interface ConnectionParts {
  readonly ws: WebSocket;
  readonly socket: Duplex;
  readonly caller: Caller;
  readonly hub: Hub;
  readonly commands: Commands;
  readonly context: ApiContext;
}

type CloseWord = keyof typeof CLOSE_CODES;

const ID = /^[A-Za-z0-9._:-]{1,36}$/;

export class Connection {
  readonly caller: Caller;
  /** Commands that are not answered yet. */
  inFlight = 0;
  private readonly parts: ConnectionParts;
  private readonly outbox: Outbox;
  private readonly subscriptions: Subscriptions;
  private silentBeats = 0;
  private rateRefusals = 0;
  private isClosing = false;
  private isDraining = false;

  constructor(parts: ConnectionParts) {
    const { ws, socket, caller, hub, context } = parts;
    this.parts = parts;
    this.caller = caller;
    this.outbox = new Outbox({
      socket,
      flusher: hub.flusher,
      counts: hub.counts,
      bufferedBytes: hub.limits.bufferedBytes,
      isReady: () => ws.readyState === ws.OPEN,
      onSlow: () => this.close('slow_reader'),
    });
    this.subscriptions = new Subscriptions(this.outbox, caller, hub, context);
    ws.on('message', (data: Buffer, isBinary) => this.receive(data, isBinary));
    ws.on('ping', (data) => this.pinged(data));
    ws.on('pong', () => this.heard());
    ws.on('close', () => this.left());
    // what was wrong is in the close frame that ws has sent
    ws.on('error', (error) => this.broke(error));
    const ownAccount = caller.principal?.account ?? '';
    this.outbox.send({
      type: 'welcome',
      version: context.settings.version,
      account: ownAccount === '' ? null : ownAccount,
      heartbeat_ms: hub.limits.heartbeatMs,
      sequence: hub.sequence,
    });
  }

  /** Says why and goes; a reader that does not take it is cut off. */
  close(why: CloseWord): void {
    if (this.isClosing) return;
    const { ws, hub } = this.parts;
    this.end(why);
    ws.close(CLOSE_CODES[why], why.replaceAll('_', ' '));
    setTimeout(() => ws.terminate(), hub.limits.closeMs).unref();
  }

  /** Called at every heartbeat. */
  beat(text: Buffer): void {
    if (this.isClosing) return;
    const { ws } = this.parts;
    this.silentBeats += 1;
    if (this.silentBeats > 2) {
      this.end('silent');
      ws.terminate();
    } else if (!this.caller.isStillIn()) this.close('signed_out');
    else {
      ws.ping();
      this.outbox.push(text);
    }
  }

  /** Takes no more commands; those that were taken are answered. */
  drain(): void {
    this.isDraining = true;
  }

  private left(): void {
    if (!this.isClosing) this.end('left');
  }

  private broke(error: Error): void {
    if (this.isClosing) return;
    const isTooLarge = 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    this.end(isTooLarge ? 'too_large' : 'broken');
  }

  private end(how: Ending): void {
    this.isClosing = true;
    this.parts.hub.counts.endings[how] += 1;
    this.subscriptions.clear();
    this.outbox.flush();
    this.outbox.close();
  }

  private heard(): void {
    this.silentBeats = 0;
  }

  private pinged(data: Buffer): void {
    this.heard();
    const { ws, hub } = this.parts;
    if (this.isClosing || ws.bufferedAmount > hub.limits.bufferedBytes) return;
    try {
      this.caller.take('read');
      ws.pong(data);
    } catch (error) {
      this.fail(null, error);
    }
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.isClosing) return;
    const { counts } = this.parts.hub;
    counts.bytesIn += data.length;
    this.heard();
    if (isBinary) return this.close('not_text');
    if (!this.caller.isStillIn()) return this.close('signed_out');
    const message = this.read(data);
    if (message === undefined) return;
    counts.messagesIn[message.op] += 1;
    const id = message.id ?? null;
    try {
      this.handle(message, id)?.catch((error: unknown) => this.fail(id, error));
    } catch (error) {
      this.fail(id, error);
    }
  }

  /** Undefined when it was refused. */
  private read(data: Buffer): ClientMessage | undefined {
    const usual = readOrderMessage(data.toString('latin1'));
    if (usual !== undefined) return usual;
    let value: unknown;
    try {
      value = parse(data);
      return check(clientMessage, value, 'body') as ClientMessage;
    } catch (error) {
      this.parts.hub.counts.messagesIn.unreadable += 1;
      this.refuseUnread(value, error);
      return undefined;
    }
  }

  /** @throws ProblemError, at once or in the promise */
  private handle(message: ClientMessage, id: string | null): Promise<void> | void {
    const { context } = this.parts;
    if (this.isDraining) throw refuse('CLOSING');
    context.onPresence();
    switch (message.op) {
      case 'subscribe':
        this.caller.take('read');
        return this.subscriptions.add(placeOf(message), message.from, id);
      case 'unsubscribe':
        this.caller.take('read');
        return this.subscriptions.remove(placeOf(message), id);
      case 'ping':
        this.caller.take('read');
        return this.outbox.send({ type: 'pong', id, sent_at: isoTime(context.nowMs()) });
      case 'place_order':
      case 'place_batch':
      case 'amend_order':
      case 'cancel_order':
      case 'cancel_orders':
        return this.run(message, id);
    }
  }

  /** @throws ProblemError */
  private run(command: Command, id: string | null): void {
    this.inFlight += 1;
    try {
      this.parts.commands.run(command, this.caller, new Waiting(this, id));
    } catch (error) {
      this.inFlight -= 1;
      throw error;
    }
  }

  /** The answer to a command, as JSON in ASCII. */
  answered(id: string | null, json: string): void {
    this.inFlight -= 1;
    this.rateRefusals = 0;
    this.outbox.answer(id, json);
  }

  refused(id: string | null, error: unknown): void {
    this.inFlight -= 1;
    this.fail(id, error);
  }

  /** A message that is none costs as much as a read. */
  private refuseUnread(value: unknown, error: unknown): void {
    const id = idOf(value);
    try {
      this.caller.take('read');
      this.fail(id, error);
    } catch (limited) {
      this.fail(id, limited);
    }
  }

  private fail(id: string | null, error: unknown): void {
    const { context } = this.parts;
    if (!(error instanceof ProblemError)) {
      if (error instanceof AssertionError) context.onBroken(error);
      context.log.error({ err: error }, 'a message of the stream failed');
      this.outbox.send({ type: 'error', id, problem: edgeProblem('INTERNAL') });
      return;
    }
    const { problem, retryAfter } = error;
    const wait = retryAfter === undefined ? {} : { retry_after: retryAfter };
    this.outbox.send({ type: 'error', id, problem, ...wait });
    if (problem.code !== 'RATE_LIMITED') return;
    this.rateRefusals += 1;
    if (this.rateRefusals > RATE_REFUSALS_MAX) this.close('too_many_messages');
  }
}

/** A command on its way. */
class Waiting implements Told {
  private readonly connection: Connection;
  private readonly id: string | null;

  constructor(connection: Connection, id: string | null) {
    this.connection = connection;
    this.id = id;
  }

  onAnswer(json: string): void {
    this.connection.answered(this.id, json);
  }

  onRefused(error: unknown): void {
    this.connection.refused(this.id, error);
  }
}

/** @throws ProblemError */
function parse(data: Buffer): unknown {
  try {
    return parseStrictJson(data.toString('utf8')); // ws has checked that it is UTF-8
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw refuse('MALFORMED', error.message, error.field === '' ? undefined : error.field);
  }
}

function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return typeof value.id === 'string' && ID.test(value.id) ? value.id : null;
}

function placeOf({ channel, market, interval, account }: Place): Place {
  return { channel, market, interval, account };
}
