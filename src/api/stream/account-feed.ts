// From the events of durable commands to the deltas of one account's channels. Orders, fills and
// activity follow the events; positions and money are looked up, because only the engine knows
// margins: they are told as they stand at the end of a group, at most every so often.

import { eventJson, type EventJson, type RawEvent } from '../../contract/events.ts';
import type { Catalog } from '../../contract/catalog.ts';
import { type FillMoment, fillRowOf } from '../../contract/fill-rows.ts';
import type { FillRow, OrderRow } from '../../contract/history-rows.ts';
import { OrderFold, type Moment } from '../../contract/order-fold.ts';
import type { PairFiguresJson } from '../../contract/pairs.ts';
import type { SnapshotData } from '../../contract/stream/channels.ts';
import { ACCOUNT_INSURANCE, alarmOf, livePositions } from '../../contract/live-risk.ts';
import { accountView, fillView, orderRowView, positionView } from '../../contract/views.ts';
import { isoTime } from '../../contract/words.ts';
import type { ApiContext } from '../context.ts';
import type { Engine } from '../exchange.ts';
import type { Topic } from './topic.ts';

type OrderView = ReturnType<Engine['orders']>[number];
type OrderJson = ReturnType<typeof orderRowView>;
type PositionJson = ReturnType<typeof positionView>;
type AccountJson = ReturnType<typeof accountView>;

/** Positions and money of an account at a sequence. */
export interface Standing {
  readonly sequence: number;
  readonly positions: readonly PositionJson[];
  readonly account: AccountJson;
  /** The figures of its tracked pairs. */
  readonly pairs: readonly PairFiguresJson[];
}

/** Reads an account at the end of a group. */
export function standingOf(
  engine: Engine,
  account: number,
  sequence: number,
  { exchange: { catalog }, pairs }: Pick<ApiContext, 'exchange' | 'pairs'>,
): Standing {
  const positions = livePositions(engine, account);
  const standing = { positions, alarm: alarmOf(engine, account) };
  return {
    sequence,
    positions: positions.map((view) => positionView(view, catalog)),
    account: accountView(engine.account(account), standing, sequence, catalog),
    pairs: pairs.figures(engine, engine.accountName(account)),
  };
}

type AccountTopics = Partial<
  Record<'orders' | 'fills' | 'positions' | 'account' | 'activity' | 'pairs', Topic>
>;

/** The field that names the other side. */
const OTHER_SIDE: Readonly<Record<string, string>> = {
  liquidated: 'counterparty',
  deleveraged: 'liquidated',
};

export class AccountFeed {
  readonly account: number;
  readonly topics: AccountTopics = {};
  /** Something has changed since `standing`. */
  isStale = true;
  standing: Standing | undefined;
  private readonly catalog: Catalog;
  private ended: OrderRow[] = [];
  private readonly fold = new OrderFold((row) => this.ended.push(row));
  /** Orders of which history did not know when they were placed and at what they were filled. */
  private readonly unknown = new Set<number>();

  constructor(account: number, catalog: Catalog) {
    this.account = account;
    this.catalog = catalog;
  }

  /** The orders that are open when it begins, with what history remembers of them. */
  seed(views: readonly OrderView[], rows: ReadonlyMap<number, OrderRow>): void {
    for (const view of views) {
      const row = rows.get(view.order);
      const isKnown = row !== undefined && row.filled === view.filled;
      if (!isKnown) this.unknown.add(view.order);
      this.fold.open.set(view.order, {
        ...view,
        sequence: 0,
        index: 0,
        timeMs: 0,
        value: isKnown ? row.value : 0n,
        createdMs: row?.createdMs ?? 0,
        closedMs: 0,
        why: '',
      });
    }
  }

  /** The open orders as of the last command that was applied. */
  openOrders(): OrderJson[] {
    return [...this.fold.open.values()].map((row) => this.orderJson(row));
  }

  /** The events of one command that are about this account. */
  apply(events: readonly RawEvent[], moment: Moment): void {
    const changed = new Set<number>();
    const fills: FillRow[] = [];
    for (const event of events) {
      this.fold.apply(event, moment);
      if (event.name === 'order_filled') {
        for (const fill of this.fillsOf(event, moment)) {
          changed.add(fill.order);
          fills.push(fill);
        }
      } else if (event.name.startsWith('order_')) changed.add(event.get('order'));
    }
    this.isStale = true;
    if (changed.size > 0) this.tellOrders(changed, moment);
    if (fills.length > 0) {
      const data = { fills: fills.map((fill) => fillView(fill, this.catalog)) };
      this.topics.fills?.publish(moment.sequence, () => data);
    }
    this.tellActivity(events, moment);
  }

  /** Tells what differs from the standing before. */
  stand(standing: Standing): void {
    const before = this.standing;
    this.standing = standing;
    const { sequence, positions, account } = standing;
    const old = new Map(before?.positions.map((row) => [row.market, JSON.stringify(row)]));
    const now = new Set(positions.map((row) => row.market));
    const changed = positions.filter((row) => old.get(row.market) !== JSON.stringify(row));
    const closed = [...old.keys()].filter((market) => !now.has(market));
    if (changed.length + closed.length > 0) {
      this.topics.positions?.publish(sequence, () => ({ positions: changed, closed }));
    }
    const withoutSequence = (row: AccountJson | undefined): string =>
      JSON.stringify({ ...row, sequence: 0 });
    if (withoutSequence(before?.account) !== withoutSequence(account)) {
      this.topics.account?.publish(sequence, () => account);
    }
    this.tellPairs(before?.pairs ?? [], standing);
  }

  /** Whether a change of this market's mark changes what is told. */
  holds(market: string): boolean {
    return this.standing?.positions.some((row) => row.market === market) ?? true;
  }

  private tellPairs(before: readonly PairFiguresJson[], { sequence, pairs }: Standing): void {
    const { pairs: topic } = this.topics;
    if (topic === undefined) return;
    const old = new Map(before.map((row) => [row.id, JSON.stringify(row)]));
    const now = new Set(pairs.map(({ id }) => id));
    const changed = pairs.filter((row) => old.get(row.id) !== JSON.stringify(row));
    const closed = [...old.keys()].filter((id) => !now.has(id));
    if (changed.length + closed.length === 0) return;
    topic.publish(sequence, () => ({ positions: changed, closed }));
  }

  private tellOrders(changed: ReadonlySet<number>, { sequence }: Moment): void {
    const orders: OrderJson[] = [];
    for (const order of changed) {
      const row = this.fold.open.get(order) ?? this.ended.find((one) => one.order === order);
      if (row !== undefined) orders.push(this.orderJson(row));
    }
    for (const { order } of this.ended) this.unknown.delete(order);
    this.ended = [];
    if (orders.length > 0) this.topics.orders?.publish(sequence, () => ({ orders }));
  }

  private orderJson(row: OrderRow): OrderJson {
    const json = orderRowView(row, this.catalog);
    if (!this.unknown.has(row.order)) return json;
    return {
      ...json,
      average_price: null,
      created_at: row.createdMs === 0 ? null : json.created_at,
    };
  }

  private tellActivity(events: readonly RawEvent[], { sequence, timeMs }: Moment): void {
    const { activity } = this.topics;
    if (activity === undefined) return;
    const told = events.flatMap((event) => this.ownWords(event));
    if (told.length === 0) return;
    const command: SnapshotData<'activity'>['commands'][number] = {
      sequence,
      happened_at: isoTime(timeMs),
      events: told,
    };
    activity.publish(sequence, () => ({ commands: [command] }));
  }

  /** An event without what is another account's business. */
  private ownWords(event: RawEvent): EventJson[] {
    if (event.name !== 'order_filled') return [this.withoutOthers(event)];
    return this.fillsOf(event, { sequence: 0, timeMs: 0 }).map((fill) => {
      const { id: _id, order_id: order, filled_at: _at, ...rest } = fillView(fill, this.catalog);
      return { event: 'order_filled', order, ...rest };
    });
  }

  /** In a liquidation nobody is told who stood on the other side, unless it is the fund. */
  private withoutOthers(event: RawEvent): EventJson {
    const json = eventJson(event, this.catalog);
    const other = OTHER_SIDE[event.name];
    if (other === undefined || event.get(other) === ACCOUNT_INSURANCE) return json;
    return { ...json, [other]: null };
  }

  /** The sides of a fill that are this account's. */
  private fillsOf(event: RawEvent, moment: FillMoment): FillRow[] {
    const sides = [true, false].filter(
      (isMaker) => event.get(isMaker ? 'maker' : 'taker') === this.account,
    );
    return sides.map((isMaker) => fillRowOf(event, isMaker, moment));
  }
}
