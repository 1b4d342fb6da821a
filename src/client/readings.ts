// The subscriptions of a client: where each is, so that it goes on from there on the next
// connection, and to whom its messages go.

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

interface Entry {
  readonly id: string;
  readonly place: object;
  readonly reader: Reader<Channel>;
  /** Known when the server has said whose it is. */
  key: string | undefined;
  /** The last sequence that was seen; undefined before a snapshot. */
  sequence: number | undefined;
}

type Named = Extract<ServerMessage, { readonly type: 'subscribed' | 'snapshot' | 'delta' }>;

export class Readings {
  private readonly send: (message: object) => void;
  private readonly byId = new Map<string, Entry>();
  private readonly byKey = new Map<string, Set<Entry>>();
  private made = 0;

  constructor(send: (message: object) => void) {
    this.send = send;
  }

  add<C extends Channel>(place: PlaceOf<C>, reader: Reader<C>): Reading {
    const id = `s${(this.made += 1)}`;
    const entry: Entry = {
      id,
      place,
      reader: reader as unknown as Reader<Channel>,
      key: undefined,
      sequence: undefined,
    };
    this.byId.set(id, entry);
    this.ask(entry);
    return { close: () => this.drop(entry) };
  }

  /** The connection is there again: everything goes on from where it was. */
  resume(): void {
    for (const entry of this.byId.values()) this.ask(entry);
  }

  pause(): void {
    this.byKey.clear();
  }

  take(message: Named): void {
    if (message.type === 'subscribed') {
      const entry = message.id === null ? undefined : this.byId.get(message.id);
      if (entry === undefined) return;
      entry.key = keyOf(message);
      const readers = this.byKey.get(entry.key);
      if (readers === undefined) this.byKey.set(entry.key, new Set([entry]));
      else readers.add(entry);
      return;
    }
    for (const entry of this.byKey.get(keyOf(message)) ?? []) this.give(entry, message);
  }

  private give(entry: Entry, message: Exclude<Named, { readonly type: 'subscribed' }>): void {
    if (message.type === 'snapshot') {
      entry.sequence = message.sequence;
      entry.reader.onSnapshot(message.data as SnapshotData<Channel>, message.sequence);
      return;
    }
    if (entry.sequence === undefined || message.sequence <= entry.sequence) return;
    if (message.previous > entry.sequence) {
      entry.sequence = undefined; // something is missing: a new snapshot
      this.ask(entry);
      return;
    }
    entry.sequence = message.sequence;
    entry.reader.onDelta(message.data as DeltaData<Channel>, message.sequence);
  }

  refuse(id: string | null, problem: Problem): void {
    const entry = id === null ? undefined : this.byId.get(id);
    if (entry === undefined) return;
    if (problem.transient) {
      setTimeout(() => {
        if (this.byId.has(entry.id)) this.ask(entry);
      }, AGAIN_MS);
      return;
    }
    this.byId.delete(entry.id);
    entry.reader.onRefused?.(new PlimsollError(problem));
  }

  private ask(entry: Entry): void {
    const { id, place, sequence } = entry;
    const from = sequence === undefined ? {} : { from: sequence };
    this.send({ op: 'subscribe', id, ...place, ...from });
  }

  private drop(entry: Entry): void {
    this.byId.delete(entry.id);
    const readers = entry.key === undefined ? undefined : this.byKey.get(entry.key);
    if (readers === undefined || !readers.delete(entry) || readers.size > 0) return;
    this.send({ op: 'unsubscribe', ...entry.place });
  }
}

/** After a refusal that passes. */
const AGAIN_MS = 1_000;

function keyOf({ channel, market, account, interval }: Place): string {
  return placeKey(channel, market ?? account ?? '', interval);
}
