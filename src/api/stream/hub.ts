// The heart of the stream: a follower of the sequencer that turns every durable command once into
// deltas of the topics that somebody reads. Nothing is told before it is on the disk, and a reader
// that joins gets a snapshot and exactly what came after it.

import {
  eventJson,
  eventKinds,
  readEvents,
  readEventsOf,
  type RawEvent,
} from '../../contract/events.ts';
import { isAccountChannel, type Channel } from '../../contract/stream/channels.ts';
import { placeKey } from '../../contract/stream/messages.ts';
import { Depth } from '../../projections/depth.ts';
import type { Result } from '../../runtime/engine-machine.ts';
import type { Follower } from '../../runtime/followers.ts';
import { assert } from '../../units/assert.ts';
import type { ApiContext } from '../context.ts';
import { refuse } from '../problem-error.ts';
import { AccountFeed, standingOf } from './account-feed.ts';
import { StreamCounts } from './counts.ts';
import { RECENT_RESULTS, SNAPSHOT_TRIES, type StreamLimits } from './limits.ts';
import { MarketFeeds } from './market-feeds.ts';
import { Flusher, textFrame, type Outbox } from './outbox.ts';
import { snapshotOf, type Snapshot } from './snapshots.ts';
import { Topic, type Subject } from './topic.ts';

interface Recent {
  readonly sequence: number;
  readonly timeMs: number;
  readonly result: Result;
}

/** What is told even while no account has a reader. */
const OF_FILLS = eventKinds('order_filled');
/** Events that change what the mark channel tells. */
const PRICES: ReadonlySet<string> = new Set(['mark_changed', 'market_sampled', 'funding_settled']);
/** Those, liquidations, what the engine restricts, and what may change every standing. */
const OF_RISK = eventKinds(
  ...PRICES,
  'liquidated',
  'market_imposed',
  'asset_priced',
  'market_changed',
  'market_ramped',
  'interest_accrued',
);

export class Hub implements Follower<Result> {
  readonly name = 'stream';
  readonly flusher = new Flusher();
  readonly counts = new StreamCounts();
  readonly limits: StreamLimits;
  /** The last command that was published. */
  sequence: number;
  /** Set when the follower has failed: then there is no stream until a restart. */
  hasFailed = false;
  onFailed: () => void = () => undefined;
  private readonly context: ApiContext;
  private readonly depth: Depth;
  private readonly markets: MarketFeeds;
  private readonly topics = new Map<string, Topic>();
  private readonly feeds = new Map<number, AccountFeed>();
  private readonly comingFeeds = new Map<number, Promise<AccountFeed>>();
  private readonly comingSnapshots = new Map<Topic, Promise<Snapshot>>();
  /** What was published while feeds are coming. */
  private recent: Recent[] = [];
  private refreshing: Promise<void> | undefined;
  private refreshTimer: NodeJS.Timeout | undefined;
  private refreshedAtMs = 0;

  /** Begins at rest: nothing is being written and the engine is as the disk has it. */
  constructor(context: ApiContext, limits: StreamLimits) {
    const { exchange } = context;
    const { followers, sequencer } = exchange.runtime;
    assert(sequencer.sequence === followers.sequence, 'the stream begins while nothing is written');
    this.context = context;
    this.limits = limits;
    this.sequence = followers.sequence;
    this.markets = new MarketFeeds(exchange.catalog);
    this.markets.begin();
    const { onDepth, isDepthRead } = this.markets;
    this.depth = new Depth(exchange.engine, this.sequence, onDepth, isDepthRead);
    followers.add(this, this.sequence);
    context.pairs.watchers.add(this.pairChanged);
  }

  /** Takes up what history knows of running candles. */
  async begin(): Promise<void> {
    const { exchange, history } = this.context;
    await this.markets.seed(exchange.engine.markets().length, history);
  }

  apply(sequence: number, timeMs: number, result: Result): void {
    try {
      this.sequence = sequence;
      const recent = { sequence, timeMs, result };
      if (this.comingFeeds.size > 0) this.keep(recent);
      if (result.reason !== 0 || result.events.length === 0) return;
      this.depth.apply(sequence, timeMs, result);
      this.tell(recent);
    } catch (error) {
      this.hasFailed = true;
      this.onFailed();
      throw error;
    }
  }

  stop(): void {
    clearTimeout(this.refreshTimer);
    this.context.pairs.watchers.delete(this.pairChanged);
    this.context.exchange.runtime.followers.remove(this);
  }

  /** The topic of a subject; made when nobody has asked for it yet. @throws ProblemError */
  async topic(subject: Subject): Promise<Topic> {
    const { channel, market, account, interval } = subject;
    const key = placeKey(channel, market ?? account ?? '', interval);
    const known = this.topics.get(key);
    if (known !== undefined) return known;
    const feed = isAccountChannel(channel) ? await this.feed(subject.number) : undefined;
    const raced = this.topics.get(key);
    if (raced !== undefined) return raced;
    this.makeRoom();
    const topic = new Topic(key, subject, this.sequence, this.limits.retained);
    topic.idleSinceMs = this.context.nowMs();
    this.topics.set(key, topic);
    if (feed === undefined) this.markets.add(topic);
    else feed.topics[channel as keyof AccountFeed['topics']] = topic;
    return topic;
  }

  /**
   * Joins a reader with a snapshot. `send` is called once, right before the deltas that follow it;
   * it throws when the reader has gone meanwhile. @throws ProblemError
   */
  async join(
    topic: Topic,
    reader: Outbox,
    send: (sequence: number, snapshot: Buffer) => void,
  ): Promise<void> {
    for (let i = 0; i < SNAPSHOT_TRIES; i += 1) {
      const { sequence, data } = await this.snapshot(topic);
      if (!topic.covers(sequence)) continue;
      const text = `{"type":"snapshot",${topic.head},"sequence":${sequence},"data":${data}}`;
      send(sequence, textFrame(text));
      topic.join(reader, sequence);
      return;
    }
    throw refuse('BEHIND');
  }

  /** Forgets topics that nobody has read for a while. */
  sweep(): void {
    const before = this.context.nowMs() - this.limits.idleMs;
    for (const topic of this.topics.values()) {
      if (topic.readers.size === 0 && topic.idleSinceMs <= before) this.drop(topic);
    }
  }

  /** Positions and money of an account as they stand now; readers are told what changed. */
  async stand(feed: AccountFeed): Promise<NonNullable<AccountFeed['standing']>> {
    feed.isStale = true;
    await this.refreshing; // it may have looked before
    await this.refresh();
    const { standing } = feed;
    if (standing === undefined) throw refuse('BEHIND');
    return standing;
  }

  /** Readers by channel. */
  subscriptions(): ReadonlyMap<Channel, number> {
    const byChannel = new Map<Channel, number>();
    for (const { subject, readers } of this.topics.values()) {
      byChannel.set(subject.channel, (byChannel.get(subject.channel) ?? 0) + readers.size);
    }
    return byChannel;
  }

  feedOf(account: number): AccountFeed | undefined {
    return this.feeds.get(account);
  }

  private snapshot(topic: Topic): Promise<Snapshot> {
    const coming = this.comingSnapshots.get(topic);
    if (coming !== undefined) return coming;
    const made = snapshotOf(topic, this, this.context).finally(() => {
      this.comingSnapshots.delete(topic);
    });
    this.comingSnapshots.set(topic, made);
    return made;
  }

  private tell(recent: Recent): void {
    const { events } = recent.result;
    const risk = readEventsOf(OF_RISK, events);
    if (risk.length > 0) this.tellRisk(risk, recent);
    const fills = readEventsOf(OF_FILLS, events);
    if (fills.length > 0) this.markets.fills(fills, recent);
    if (this.feeds.size === 0) return;
    this.tellAccounts(readEvents(events), recent);
    this.scheduleRefresh();
  }

  /** What prices, intervals and liquidations of one command mean for readers. */
  private tellRisk(events: readonly RawEvent[], at: { sequence: number; timeMs: number }): void {
    const liquidations: RawEvent[] = [];
    const prices: RawEvent[] = [];
    for (const event of events) {
      const { name } = event;
      if (name === 'liquidated') liquidations.push(event);
      else if (PRICES.has(name)) prices.push(event);
      else if (name === 'market_imposed') this.warn(event);
      else this.allStale();
    }
    if (prices.length > 0) this.markets.priced(prices, at);
    for (const event of prices) this.holdersStale(event);
    if (liquidations.length > 0) this.liquidated(liquidations, at);
  }

  private liquidated(events: readonly RawEvent[], at: { sequence: number; timeMs: number }): void {
    const { exchange, metrics } = this.context;
    this.markets.liquidated(events, at);
    for (const event of events) {
      if (event.get('closed') === 0) continue;
      const { market, by } = eventJson(event, exchange.catalog);
      metrics.risk.liquidated(String(market), String(by));
    }
  }

  /** What the engine restricts by itself is somebody's business at once. */
  private warn(event: RawEvent): void {
    const { market, imposed } = eventJson(event, this.context.exchange.catalog);
    this.context.log.warn({ market, imposed }, 'the engine restricts a market');
  }

  /** A price or an interval changes what everybody with a position there has. */
  private holdersStale(event: RawEvent): void {
    if (this.feeds.size === 0 || event.name === 'market_sampled') return;
    const { symbol } = this.context.exchange.catalog.marketAt(event.get('market'));
    for (const feed of this.feeds.values()) {
      if (feed.holds(symbol) || this.holdsPair(feed, symbol)) feed.isStale = true;
    }
  }

  private holdsPair({ account, topics }: AccountFeed, symbol: string): boolean {
    if (topics.pairs === undefined) return false;
    const { exchange, pairs } = this.context;
    return pairs.holds(exchange.engine.accountName(account), symbol);
  }

  /**
   * A pair is no command, but what the stream tells is numbered by commands: a tick, which changes
   * nothing, gives the change a number of its own.
   */
  private readonly pairChanged = (name: string): void => {
    const { exchange } = this.context;
    const feed = this.feeds.get(exchange.engine.accountNumber(name));
    if (feed?.topics.pairs === undefined) return;
    exchange.submit({ kind: 'tick', id: '', time: 0 }, () => {
      feed.isStale = true;
      this.scheduleRefresh();
    });
  };

  private allStale(): void {
    for (const feed of this.feeds.values()) feed.isStale = true;
  }

  private tellAccounts(events: readonly RawEvent[], recent: Recent): void {
    const byAccount = new Map<AccountFeed, RawEvent[]>();
    for (const event of events) {
      const own = new Set(['account', 'maker', 'taker'].map((field) => event.get(field)));
      for (const account of own) {
        const feed = this.feeds.get(account);
        if (feed === undefined) continue;
        const list = byAccount.get(feed);
        if (list === undefined) byAccount.set(feed, [event]);
        else list.push(event);
      }
    }
    for (const [feed, own] of byAccount) feed.apply(own, momentOf(recent));
  }

  /** Only while a feed comes: results that are kept for nobody cost the collector its time. */
  private keep(recent: Recent): void {
    this.recent.push(recent);
    if (this.recent.length >= RECENT_RESULTS * 2) this.recent = this.recent.slice(-RECENT_RESULTS);
  }

  private feed(account: number): Promise<AccountFeed> {
    const known = this.feeds.get(account);
    if (known !== undefined) return Promise.resolve(known);
    const coming = this.comingFeeds.get(account);
    if (coming !== undefined) return coming;
    const made = this.makeFeed(account).finally(() => {
      this.comingFeeds.delete(account);
      if (this.comingFeeds.size === 0) this.recent = [];
    });
    this.comingFeeds.set(account, made);
    return made;
  }

  private async makeFeed(account: number): Promise<AccountFeed> {
    const { exchange, history } = this.context;
    const { orders, sequence } = await exchange.read((engine, at) => ({
      orders: engine.orders(account),
      sequence: at,
    }));
    const rows = await history.openOrders(orders.map(({ order }) => order));
    const feed = new AccountFeed(account, exchange.catalog);
    feed.seed(orders, rows);
    const oldest = this.recent[0]?.sequence ?? this.sequence + 1;
    if (sequence < oldest - 1 && sequence < this.sequence) throw refuse('BEHIND');
    this.feeds.set(account, feed);
    for (const recent of this.recent) {
      if (recent.sequence <= sequence || recent.result.reason !== 0) continue;
      const own = readEvents(recent.result.events).filter((event) =>
        ['account', 'maker', 'taker'].some((field) => event.get(field) === account),
      );
      if (own.length > 0) feed.apply(own, momentOf(recent));
    }
    return feed;
  }

  private scheduleRefresh(): void {
    if (this.refreshTimer !== undefined) return;
    if (![...this.feeds.values()].some(wantsStanding)) return;
    const wait = this.refreshedAtMs + this.limits.refreshMs - performance.now();
    this.refreshTimer = setTimeout(
      () => {
        this.refreshTimer = undefined;
        this.refresh().catch(() => undefined); // closing, or the disk is full: the next one tells
      },
      Math.max(0, wait),
    );
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.readStandings().finally(() => {
      this.refreshing = undefined;
      this.refreshedAtMs = performance.now();
    });
    return this.refreshing;
  }

  private async readStandings(): Promise<void> {
    const { exchange } = this.context;
    const standings = await exchange.read((engine, sequence) => {
      const stale = [...this.feeds.values()].filter((feed) => feed.isStale && readsStanding(feed));
      for (const feed of stale) feed.isStale = false;
      return stale.map((feed) => {
        const { account } = feed;
        return [feed, standingOf(engine, account, sequence, this.context)] as const;
      });
    });
    for (const [feed, standing] of standings) feed.stand(standing);
  }

  private makeRoom(): void {
    if (this.topics.size < this.limits.topics) return;
    for (const topic of this.topics.values()) {
      if (topic.readers.size > 0) continue;
      this.drop(topic);
      return;
    }
    throw refuse('BUSY', 'Too many different things are read at the same time.');
  }

  private drop(topic: Topic): void {
    const { channel, number } = topic.subject;
    this.topics.delete(topic.key);
    const feed = isAccountChannel(channel) ? this.feeds.get(number) : undefined;
    if (feed === undefined) {
      this.markets.drop(topic);
      return;
    }
    delete feed.topics[channel as keyof AccountFeed['topics']];
    if (Object.keys(feed.topics).length === 0) this.feeds.delete(number);
  }
}

const readsStanding = ({ topics }: AccountFeed): boolean =>
  topics.positions !== undefined || topics.account !== undefined || topics.pairs !== undefined;

const wantsStanding = (feed: AccountFeed): boolean => feed.isStale && readsStanding(feed);

const momentOf = ({
  sequence,
  timeMs,
  result,
}: Recent): {
  sequence: number;
  timeMs: number;
  clientOrderId: string;
} => ({ sequence, timeMs, clientOrderId: result.clientOrderId });
