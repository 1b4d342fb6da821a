// The stream from the client's side: it comes back by itself when the connection is lost, goes on
// where it was, and sends what was not answered again under the same key. Nothing is executed
// twice, and no delta is left out without a new snapshot.

import type { Channel, DeltaData, SnapshotData } from '../contract/stream/channels.ts';
import {
  CLOSE_CODES,
  type ServerMessage,
  type StreamAnswer,
  type StreamOperation,
} from '../contract/stream/messages.ts';
import { NoAnswerError } from './errors.ts';
import { Pending, type CommandOptions, type CommandRequest } from './pending.ts';
import { Readings, type PlaceOf, type Reader, type Reading } from './readings.ts';
import { BACK_OFF, waitMs, type BackOff } from './waiting.ts';

/** `waiting`: between two attempts. `closed`: by us, or because the sign-in has ended. */
export type StreamState = 'connecting' | 'open' | 'waiting' | 'closed';

export interface StreamOptions {
  /** `http://127.0.0.1:4747` */
  readonly url: string;
  /** Left out in a browser that is signed in by its cookie. */
  readonly token?: string | undefined;
  readonly backOff?: BackOff;
  /** Attempts until `connect` gives up; later it never does. */
  readonly attempts?: number;
  readonly commandTimeoutMs?: number;
  readonly onState?: (state: StreamState, why: string) => void;
}

const ATTEMPTS = 5;
const COMMAND_TIMEOUT_MS = 15_000;
/** Heartbeats that may be missing before the connection is given up. */
const SILENT_BEATS = 2.5;
const HEARTBEAT_MS = 15_000;

export class PlimsollStream {
  state: StreamState = 'waiting';
  /** The newest sequence that the server has told. */
  sequence = 0;
  private readonly options: StreamOptions;
  private readonly readings: Readings;
  private readonly pending: Pending;
  private socket: WebSocket | undefined;
  private attempt = 0;
  private heartbeatMs = HEARTBEAT_MS;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(options: StreamOptions) {
    this.options = options;
    const send = (message: object): void => this.send(message);
    this.readings = new Readings(send);
    this.pending = new Pending(send, options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS);
  }

  /** Resolves when the stream is open. @throws NoAnswerError after so many attempts */
  connect(): Promise<void> {
    if (this.state === 'open') return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject });
      if (this.socket === undefined && this.retry === undefined) this.open();
    });
  }

  /** Reads a channel until the reading is closed, over any number of connections. */
  subscribe<C extends Channel>(place: PlaceOf<C>, reader: Reader<C>): Reading {
    return this.readings.add(place, reader);
  }

  /** Sends a command and waits for its answer. @throws PlimsollError, NoAnswerError */
  command<O extends StreamOperation>(
    op: O,
    request: CommandRequest<O>,
    options: CommandOptions = {},
  ): Promise<StreamAnswer<O>> {
    if (this.state === 'closed') {
      return Promise.reject(new NoAnswerError('the stream is closed: nothing was sent'));
    }
    return this.pending.add(op, request, options);
  }

  /** Ends it. Commands without an answer fail with their keys. */
  close(): void {
    this.end('closed by the client');
  }

  private open(): void {
    this.retry = undefined;
    this.say('connecting', '');
    const { url, token } = this.options;
    const address = `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/ws`;
    const socket = socketTo(address, token);
    this.socket = socket;
    this.hear();
    socket.addEventListener('message', ({ data }) => {
      if (this.socket !== socket) return;
      this.hear();
      this.receive(JSON.parse(String(data)) as ServerMessage);
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.socket === socket) this.lost(code, reason);
    });
    socket.addEventListener('error', () => undefined); // a close follows
  }

  private receive(message: ServerMessage): void {
    if ('sequence' in message) this.sequence = Math.max(this.sequence, message.sequence);
    switch (message.type) {
      case 'welcome':
        this.heartbeatMs = message.heartbeat_ms;
        this.attempt = 0;
        this.sequence = message.sequence;
        this.say('open', '');
        this.readings.resume();
        this.pending.resume();
        for (const { resolve } of this.waiters.splice(0)) resolve();
        return;
      case 'answer':
        return this.pending.answer(message.id, message.answer);
      case 'error':
        if (this.pending.refuse(message.id, message.problem, message.retry_after)) return;
        return this.readings.refuse(message.id, message.problem);
      case 'subscribed':
      case 'snapshot':
      case 'delta':
        return this.readings.take(message);
      case 'unsubscribed':
      case 'resync': // its snapshot follows
      case 'heartbeat':
      case 'pong':
    }
  }

  /** Comes back after a while, unless the sign-in has ended. */
  private lost(code: number, reason: string): void {
    this.socket = undefined;
    clearTimeout(this.silence);
    const why = `${code} ${reason}`.trim();
    if (code === CLOSE_CODES.signed_out) return this.end(why);
    this.attempt += 1;
    this.readings.pause();
    this.pending.pause();
    if (this.waiters.length > 0 && this.attempt >= (this.options.attempts ?? ATTEMPTS)) {
      const failure = new NoAnswerError(`${this.options.url} does not open a stream (${why})`);
      for (const { reject } of this.waiters.splice(0)) reject(failure);
      this.say('waiting', why);
      return;
    }
    this.say('waiting', why);
    const wait = waitMs(this.attempt, this.options.backOff ?? BACK_OFF);
    this.retry = setTimeout(() => this.open(), wait);
  }

  /** The server tells of itself at every heartbeat; a long silence is a lost connection. */
  private hear(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      const { socket } = this;
      if (socket === undefined) return;
      this.lost(1006, 'silent');
      socket.close();
    }, this.heartbeatMs * SILENT_BEATS);
  }

  private send(message: object): void {
    if (this.state === 'open') this.socket?.send(JSON.stringify(message));
  }

  private end(why: string): void {
    const { socket } = this;
    this.socket = undefined;
    clearTimeout(this.silence);
    clearTimeout(this.retry);
    this.retry = undefined;
    this.say('closed', why);
    socket?.close();
    this.pending.abandon(why);
    const failure = new NoAnswerError(`the stream was closed: ${why}`);
    for (const { reject } of this.waiters.splice(0)) reject(failure);
  }

  private say(state: StreamState, why: string): void {
    this.state = state;
    this.options.onState?.(state, why);
  }
}

/** Node's WebSocket takes headers; a browser's has the cookie and needs none. */
function socketTo(address: string, token: string | undefined): WebSocket {
  if (token === undefined) return new WebSocket(address);
  const headers = { authorization: `Bearer ${token}` };
  return new WebSocket(address, { headers });
}

export type { DeltaData, SnapshotData };
