// What one reader reads. A subscription answers with what the reader has missed, when that is still
// here, or with a snapshot; then come the deltas, each once and in order.

import { isAccountChannel, type Place } from '../../contract/stream/channels.ts';
import { placeKey } from '../../contract/stream/messages.ts';
import { ruleProblem } from '../../contract/problem.ts';
import { accountName, checkScope } from '../call.ts';
import type { ApiContext } from '../context.ts';
import { ProblemError, refuse } from '../problem-error.ts';
import { marketOf } from '../routes/market-data.ts';
import type { Caller } from './caller.ts';
import type { Hub } from './hub.ts';
import type { Outbox } from './outbox.ts';
import type { Subject, Topic } from './topic.ts';

const ACCOUNT_NOT_FOUND = 132;

/** Undefined until its topic is there. */
interface Subscription {
  topic: Topic | undefined;
}

export class Subscriptions {
  private readonly outbox: Outbox;
  private readonly caller: Caller;
  private readonly hub: Hub;
  private readonly context: ApiContext;
  private readonly known = new Map<string, Subscription>();

  constructor(outbox: Outbox, caller: Caller, hub: Hub, context: ApiContext) {
    this.outbox = outbox;
    this.caller = caller;
    this.hub = hub;
    this.context = context;
  }

  /** Subscribing again begins anew. @throws ProblemError */
  async add(place: Place, from: number | undefined, id: string | null): Promise<void> {
    const subject = this.subjectOf(place);
    const key = keyOf(subject);
    this.leave(key);
    const { subscriptions } = this.hub.limits;
    if (this.known.size >= subscriptions) {
      throw refuse('BUSY', `A connection has at most ${subscriptions} subscriptions.`);
    }
    const subscription: Subscription = { topic: undefined };
    this.known.set(key, subscription);
    try {
      const topic = await this.hub.topic(subject);
      const isOn = (): boolean => this.known.get(key) === subscription;
      if (!isOn()) throw superseded();
      if (from !== undefined && from <= this.hub.sequence && topic.covers(from)) {
        subscription.topic = topic;
        this.say('subscribed', topic, { id, sequence: from });
        topic.join(this.outbox, from);
        return;
      }
      await this.hub.join(topic, this.outbox, (sequence, snapshot) => {
        if (!isOn()) throw superseded();
        subscription.topic = topic;
        this.say('subscribed', topic, { id, sequence });
        if (from !== undefined) this.say('resync', topic, { sequence });
        this.outbox.push(snapshot);
      });
    } catch (error) {
      if (this.known.get(key) === subscription) this.known.delete(key);
      throw error;
    }
  }

  /** @throws ProblemError */
  remove(place: Place, id: string | null): void {
    const { number: _, ...words } = this.subjectOf(place);
    const key = keyOf(words);
    if (!this.known.has(key)) throw refuse('NOT_FOUND', 'There is no such subscription.');
    this.leave(key);
    this.outbox.send({ type: 'unsubscribed', id, ...words });
  }

  clear(): void {
    for (const key of this.known.keys()) this.leave(key);
  }

  private leave(key: string): void {
    this.known.get(key)?.topic?.leave(this.outbox, this.context.nowMs());
    this.known.delete(key);
  }

  private say(type: string, { subject }: Topic, fields: object): void {
    const { number: _, ...words } = subject;
    this.outbox.send({ type, ...words, ...fields });
  }

  /** @throws ProblemError when it is not there, or not for this caller */
  private subjectOf({ channel, market, interval, account }: Place): Subject {
    if (!isAccountChannel(channel)) {
      const { number, symbol } = marketOf(this.context, market ?? '');
      if (channel !== 'candles') return { channel, market: symbol, number };
      return { channel, market: symbol, interval: interval ?? '1m', number };
    }
    checkScope(this.caller.principal, 'read');
    const name = accountName(this.caller.call(''), account);
    const number = this.context.exchange.engine.accountNumber(name);
    if (number < 0) throw new ProblemError(ruleProblem(ACCOUNT_NOT_FOUND, [0, 0, 0], {}));
    return { channel, account: name, number };
  }
}

const superseded = (): ProblemError =>
  refuse('NOT_FOUND', 'This subscription was ended or asked for again before it began.');

function keyOf({ channel, market, account, interval }: Omit<Subject, 'number'>): string {
  return placeKey(channel, market ?? account ?? '', interval);
}
