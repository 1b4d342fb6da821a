// The subscriptions of a client: where each is, so that it goes on from there on the next
// connection, and to whom its messages go. Readers of the same place share one subscription.

import type { Channel, DeltaData, Place, SnapshotData } from '../contract/stream/channels.ts';
import { placeKey, type ServerMessage } from '../contract/stream/messages.ts';
import type { Problem } from '../contract/problem.ts';
import { PlimsollError } from './errors.ts';

export type PlaceOf<C extends Channel> = Omit<Partial<Place>, 'channel'> & { readonly channel: C };

/** Told in order; a snapshot replaces everything before it. */
export interface Reader<C extends Channel> {
  readonly onSnapshot: (data: SnapshotData<C>, sequence: number) => void;
  readonly onDelta: (data: DeltaData<C>, sequence: number) => void;
  /** The subscription was refused: it is over. */
  readonly onRefused?: (error: PlimsollError) => void;
}

export interface Reading {
  close(): void;
}

interface Subscription {
  readonly id: string;
  readonly place: Place;
  readonly readers: Set<Reader<Channel>>;
  /** Known when the server has said whose it is. */
  key: string | undefined;
  /** The last sequence that was seen; undefined before a snapshot. */
  sequence: number | undefined;
}

type Named = Extract<ServerMessage, { readonly type: 'subscribed' | 'snapshot' | 'delta' }>;

/** After a refusal that passes. */
const AGAIN_MS = 1_000;

export class Readings {
  private readonly send: (message: object) => void;
  private readonly byPlace = new Map<string, Subscription>();
  private readonly byKey = new Map<string, Subscription>();
  private made = 0;

  constructor(send: (message: object) => void) {
    this.send = send;
  }

  add<C extends Channel>(place: PlaceOf<C>, given: Reader<C>): Reading {
    const reader = given as unknown as Reader<Channel>;
    const name = keyOf(place);
    let subscription = this.byPlace.get(name);
    if (subscription === undefined) {
      const id = `s${(this.made += 1)}`;
      const readers = new Set<Reader<Channel>>();
      subscription = { id, place, readers, key: undefined, sequence: undefined };
      this.byPlace.set(name, subscription);
    }
    subscription.readers.add(reader);
    subscription.sequence = undefined; // a reader that joins needs a snapshot
    this.ask(subscription);
    const joined = subscription;
    return { close: () => this.drop(name, joined, reader) };
  }

  /** The connection is there again: everything goes on from where it was. */
  resume(): void {
    for (const subscription of this.byPlace.values()) this.ask(subscription);
  }

  pause(): void {
    this.byKey.clear();
  }

  take(message: Named): void {
    if (message.type === 'subscribed') {
      const subscription = this.find(message.id);
      if (subscription === undefined) return;
      subscription.key = keyOf(message);
      this.byKey.set(subscription.key, subscription);
      return;
    }
    const subscription = this.byKey.get(keyOf(message));
    if (subscription !== undefined) this.give(subscription, message);
  }

  refuse(id: string | null, problem: Problem): void {
    const subscription = this.find(id);
    // one that was asked for again is answered with the newer one
    if (subscription === undefined || problem.code === 'NOT_FOUND') return;
    if (problem.transient) {
      setTimeout(() => {
        if (this.find(id) === subscription) this.ask(subscription);
      }, AGAIN_MS);
      return;
    }
    this.byPlace.delete(keyOf(subscription.place));
    const error = new PlimsollError(problem);
    for (const reader of subscription.readers) reader.onRefused?.(error);
  }

  private give(
    subscription: Subscription,
    message: Exclude<Named, { readonly type: 'subscribed' }>,
  ): void {
    const { readers, sequence } = subscription;
    if (message.type === 'snapshot') {
      subscription.sequence = message.sequence;
      const data = message.data as SnapshotData<Channel>;
      for (const reader of readers) reader.onSnapshot(data, message.sequence);
      return;
    }
    if (sequence === undefined || message.sequence <= sequence) return;
    if (message.previous > sequence) {
      subscription.sequence = undefined; // something is missing: a new snapshot
      this.ask(subscription);
      return;
    }
    subscription.sequence = message.sequence;
    const data = message.data as DeltaData<Channel>;
    for (const reader of readers) reader.onDelta(data, message.sequence);
  }

  private ask({ id, place, sequence }: Subscription): void {
    const from = sequence === undefined ? {} : { from: sequence };
    this.send({ op: 'subscribe', id, ...place, ...from });
  }

  private find(id: string | null): Subscription | undefined {
    return [...this.byPlace.values()].find((subscription) => subscription.id === id);
  }

  private drop(name: string, subscription: Subscription, reader: Reader<Channel>): void {
    const { readers, key, place } = subscription;
    if (!readers.delete(reader) || readers.size > 0) return;
    if (this.byPlace.get(name) !== subscription) return;
    this.byPlace.delete(name);
    if (key !== undefined) this.byKey.delete(key);
    this.send({ op: 'unsubscribe', ...place });
  }
}

function keyOf({ channel, market, account, interval }: PlaceOf<Channel>): string {
  return placeKey(channel, market ?? account ?? '', interval);
}
