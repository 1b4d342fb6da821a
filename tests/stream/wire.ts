// One end of a stream in a test: every message is held against its schema and kept, and a test
// waits for the one that it wants.

import { parseServerMessage, type ServerMessage } from '../../src/contract/stream/messages.ts';

const WAIT_MS = 10_000;

export type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: T }>;

interface Wanted {
  readonly isIt: (message: ServerMessage) => boolean;
  readonly resolve: (message: ServerMessage) => void;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export class Wire {
  readonly messages: ServerMessage[] = [];
  readonly closed: Promise<Closed>;
  readonly socket: WebSocket;
  /** The first message that its schema does not know. */
  fault: Error | undefined;
  private wanted: Wanted[] = [];
  private asked = 0;

  constructor(origin: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers });
    this.socket.addEventListener('message', ({ data }) => this.receive(String(data)));
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
    });
  }

  /** Open and welcome; rejects when the server does not let it in. */
  static async open(origin: string, token = ''): Promise<Wire> {
    const wire = new Wire(origin, token === '' ? {} : { authorization: `Bearer ${token}` });
    const turned = wire.closed.then(() => Promise.reject(new Error('turned away')));
    await Promise.race([wire.next('welcome'), turned]);
    turned.catch(() => undefined);
    return wire;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message of a type that passes, also among those that have come. */
  async next<T extends ServerMessage['type']>(
    type: T,
    passes: (message: Of<T>) => boolean = () => true,
  ): Promise<Of<T>> {
    const isIt = (message: ServerMessage): boolean =>
      message.type === type && passes(message as Of<T>);
    const known = this.messages.find(isIt);
    if (known !== undefined) return known as Of<T>;
    return new Promise<Of<T>>((resolve, reject) => {
      const late = setTimeout(() => {
        const had = this.messages.map((message) => message.type).join(' ');
        reject(new Error(`no ${type} came; there were: ${had} ${this.fault?.message ?? ''}`));
      }, WAIT_MS);
      this.wanted.push({
        isIt,
        resolve: (message) => {
          clearTimeout(late);
          resolve(message as Of<T>);
        },
      });
    });
  }

  /** The answer to a message with an id of its own. */
  async ask(message: object): Promise<Record<string, unknown>> {
    const id = `t${(this.asked += 1)}`;
    const answer = this.next('answer', (one) => one.id === id);
    const error = this.next('error', (one) => one.id === id);
    answer.catch(() => undefined);
    error.catch(() => undefined);
    this.send({ ...message, id });
    const given = await Promise.race([answer, error]);
    return (given.type === 'answer' ? given.answer : given.problem) as Record<string, unknown>;
  }

  /** Subscribes and returns its snapshot. */
  async subscribe(place: object): Promise<Of<'snapshot'>> {
    const id = `s${(this.asked += 1)}`;
    const refused = this.next('error', (one) => one.id === id).then((one) =>
      Promise.reject(new Error(one.problem.detail)),
    );
    refused.catch(() => undefined);
    this.send({ op: 'subscribe', id, ...place });
    const said = await Promise.race([this.next('subscribed', (one) => one.id === id), refused]);
    const from = this.messages.indexOf(said);
    const matches = (one: Of<'snapshot'>): boolean =>
      this.messages.indexOf(one) > from &&
      one.channel === said.channel &&
      one.market === said.market &&
      one.interval === said.interval &&
      one.account === said.account;
    return this.next('snapshot', matches);
  }

  deltas(channel: string): Of<'delta'>[] {
    return this.messages.filter(
      (one): one is Of<'delta'> => one.type === 'delta' && one.channel === channel,
    );
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  private receive(text: string): void {
    let message: ServerMessage;
    try {
      message = parseServerMessage(JSON.parse(text));
    } catch (error) {
      this.fault ??= new Error(`${text.slice(0, 300)}\n${String(error)}`);
      return;
    }
    this.messages.push(message);
    const wanted = this.wanted.filter(({ isIt }) => isIt(message));
    this.wanted = this.wanted.filter(({ isIt }) => !isIt(message));
    for (const { resolve } of wanted) resolve(message);
  }
}

export interface Level {
  readonly price: string;
  readonly size: string;
  readonly orders: number;
}

export interface Levels {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** A book as a reader keeps it: the snapshot with the deltas after it, best first. */
export function bookOf(snapshot: Of<'snapshot'>, deltas: readonly Of<'delta'>[]): Levels {
  const { bids, asks } = snapshot.data as Levels;
  const sides = { bids: mapOf(bids), asks: mapOf(asks) };
  for (const delta of deltas) {
    if (delta.sequence <= snapshot.sequence) continue;
    const changes = delta.data as Levels;
    for (const side of ['bids', 'asks'] as const) {
      for (const level of changes[side]) {
        if (level.orders === 0) sides[side].delete(level.price);
        else sides[side].set(level.price, level);
      }
    }
  }
  return { bids: sorted(sides.bids, -1), asks: sorted(sides.asks, 1) };
}

const mapOf = (levels: readonly Level[]): Map<string, Level> =>
  new Map(levels.map((level) => [level.price, level]));

const sorted = (levels: ReadonlyMap<string, Level>, direction: number): Level[] =>
  [...levels.values()].sort((a, b) => direction * (Number(a.price) - Number(b.price)));
