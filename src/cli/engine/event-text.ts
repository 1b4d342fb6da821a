// Events as JSON text, by the table EVENTS: each field by its unit, with the decimals of the
// event's own market or asset. Absent is null and never zero: a market order has no price, a
// good-till-cancelled one no expiry.

import {
  BALANCE_WHYS,
  CANCEL_WHYS,
  EVENTS,
  FLAG_ATTACHED,
  FLAG_CLIENT_ID,
  FLAG_POST_ONLY,
  FLAG_REDUCE_ONLY,
  INSURANCE_WHYS,
  LIQUIDATION_BYS,
  type EventLog,
  type EventRow,
  type FieldUnit,
} from '../../engine/event.ts';
import { reasonRow } from '../../engine/reason.ts';
import { entryPrice } from '../../margin/health.ts';
import { assert } from '../../units/assert.ts';
import { formatDecimal, formatInUnit } from '../../units/decimal.ts';
import { ANY_MARKET } from '../../engine/command.ts';
import {
  imposedWords,
  MARGIN_MODES,
  ORDER_TYPES,
  SELF_TRADE_MODES,
  MARKET_STATUSES,
  TIMES_IN_FORCE,
  TRIGGERS_BY,
} from '../../contract/words.ts';
import type { AssetUnits, MarketUnits, Names } from './names.ts';

/** What belongs to one answer beside the numbers of its events. */
export interface Telling {
  /** The client order id of the command being executed. */
  clientOrderId: string;
  /**
   * The name that the command creates, for an event about something that a preview has not made.
   */
  creates: string;
  /** The owner of the account that it creates. */
  owner: string;
  /** What to add to the last change of a position, or '' to add nothing. */
  readonly figures: (account: number, market: number) => string;
}

interface Context {
  market: MarketUnits | undefined;
  asset: AssetUnits | undefined;
  /** What quote amounts count: the market's quote, of a whole account the settlement asset. */
  quote: AssetUnits | undefined;
  /** What a hold counts: base for spot sells, else quote. */
  hold: AssetUnits | undefined;
  /** Whether the order of the event waits for a price. */
  isStop: boolean;
}

type Writer = (value: number, context: Context, writer: EventWriter) => string;

const NULL = 'null';

const words =
  (list: readonly string[]): Writer =>
  (value) =>
    `"${list[value]}"`;

/** How each unit is written. `internal` fields are the engine's own and never leave it. */
const UNIT_WRITERS: Readonly<Record<EventUnit, Writer>> = {
  order: (value) => (value === 0 ? NULL : `"${value}"`),
  account: (value, _, writer) => writer.accountText(value),
  market: (value, _, writer) => (value === ANY_MARKET ? NULL : writer.marketText(value)),
  asset: (value, _, writer) => writer.assetText(value),
  side: (value) => (value === 1 ? '"buy"' : value === -1 ? '"sell"' : NULL),
  price: (value, { market }) =>
    value === 0 || market === undefined ? NULL : `"${formatInUnit(value, market.priceUnit)}"`,
  size: (value, { market }) =>
    market === undefined ? NULL : `"${formatInUnit(value, market.sizeUnit)}"`,
  quote: (value, { quote }) => amountText(value, quote),
  hold: (value, { hold }) => (value === 0 ? '"0"' : amountText(value, hold)),
  amount: (value, { asset }) => amountText(value, asset),
  owner: (_, __, writer) => writer.ownerText(),
  settlement: (value, _, writer) => (value === 0 ? NULL : amountText(value, writer.settlement())),
  worth: (value, _, writer) => amountText(value, writer.settlement()),
  integer: String,
  time: (value) => (value === 0 ? NULL : String(value)),
  order_type: words(ORDER_TYPES),
  time_in_force: words(TIMES_IN_FORCE),
  self_trade: words(SELF_TRADE_MODES),
  trigger_by: (value, { isStop }) => (isStop ? `"${TRIGGERS_BY[value]}"` : NULL),
  status: words(MARKET_STATUSES),
  mode: words(MARGIN_MODES),
  cancel_why: words(CANCEL_WHYS),
  balance_why: words(BALANCE_WHYS),
  reason: (value) => (value === 0 ? NULL : `"${reasonRow(value).code}"`),
  boolean: (value) => (value === 0 ? 'false' : 'true'),
  flags: () => NULL, // written as three fields, see `flagsText`
  rate: (value) => `"${formatDecimal(value, RATE_DECIMALS)}"`,
  liquidation_by: words(LIQUIDATION_BYS),
  insurance_why: words(INSURANCE_WHYS),
  imposed: (value) => JSON.stringify(imposedWords(value)),
  internal: () => NULL,
};

/** Rates count 10^−12. */
const RATE_DECIMALS = 12;

/** The units of the event table, and those that it has no word for. */
export type EventUnit = FieldUnit | 'settlement' | 'worth' | 'owner';

/** The name and the unit with which a field is written. */
export function fieldOf(
  row: EventRow,
  name: string,
  unit: FieldUnit,
): { readonly name: string; readonly unit: EventUnit } {
  if (row.name === 'asset_priced' && name === 'price') return { name, unit: 'settlement' };
  if (row.name === 'liquidation_balance' && unit === 'integer')
    return { name, unit: name === 'value' ? 'worth' : 'settlement' };
  if (row.name === 'account_created' && name === 'group') return { name: 'owner', unit: 'owner' };
  return { name, unit };
}

interface Part {
  /** `,"price":` */
  readonly prefix: string;
  readonly unit: EventUnit;
  readonly write: Writer;
}

interface Layout {
  readonly head: string;
  readonly width: number;
  readonly parts: readonly (Part | undefined)[];
  /** Offsets of the fields that others depend on, -1 when there is none. */
  readonly market: number;
  readonly asset: number;
  readonly account: number;
  readonly order: number;
  readonly side: number;
  readonly trigger: number;
  readonly hasHold: boolean;
  readonly isPosition: boolean;
  readonly position: { readonly size: number; readonly cost: number };
}

const LAYOUTS: readonly (Layout | undefined)[] = EVENTS.map((row) =>
  row === undefined ? undefined : layoutOf(row),
);

function layoutOf(row: EventRow): Layout {
  const parts = row.fields.map(([name, unit]): Part | undefined => {
    if (unit === 'internal') return undefined;
    const field = fieldOf(row, name, unit);
    return {
      prefix: `,"${field.name}":`,
      unit: field.unit,
      write: UNIT_WRITERS[field.unit],
    };
  });
  const offset = (unit: FieldUnit): number => row.fields.findIndex((field) => field[1] === unit);
  const named = (name: string): number => row.fields.findIndex((field) => field[0] === name);
  return {
    head: `{"event":"${row.name}"`,
    width: row.fields.length + 1,
    parts,
    market: offset('market'),
    asset: offset('asset'),
    account: offset('account'),
    order: offset('order'),
    side: offset('side'),
    trigger: named('trigger_price'),
    hasHold: parts.some((part) => part?.unit === 'hold'),
    isPosition: row.name === 'position_changed',
    position: { size: named('size'), cost: named('cost') },
  };
}

export class EventWriter {
  private readonly names: Names;
  private readonly compact: boolean;
  private readonly context: Context = {
    market: undefined,
    asset: undefined,
    quote: undefined,
    hold: undefined,
    isStop: false,
  };
  private readonly lastChanges = new Map<number, number>();
  private telling: Telling = { clientOrderId: '', creates: '', owner: '', figures: () => '' };

  /** `compact` leaves out what is null or false. */
  constructor(names: Names, compact: boolean) {
    this.names = names;
    this.compact = compact;
  }

  /** The events of a log as the members of a JSON array, without its brackets. */
  text(log: EventLog, telling: Telling): string {
    this.telling = telling;
    this.lastChanges.clear();
    const { data, length } = log;
    let text = '';
    for (let at = 0; at < length;) {
      const layout = LAYOUTS[data[at]];
      assert(layout !== undefined, 'an event of a kind that is not in the table');
      text += (at === 0 ? '' : ',') + this.event(layout, data, at + 1);
      if (layout.isPosition) text += this.figures(layout, log, at + 1);
      text += '}';
      at += layout.width;
    }
    return text;
  }

  accountText(account: number): string {
    if (account < 0) return NULL;
    const name = this.names.account(account);
    return name === '' ? this.created() : `"${name}"`;
  }

  marketText(market: number): string {
    const units = this.names.market(market);
    return units === undefined ? this.created() : `"${units.symbol}"`;
  }

  assetText(asset: number): string {
    const units = this.context.asset ?? this.names.asset(asset);
    return units === undefined ? this.created() : `"${units.symbol}"`;
  }

  settlement(): AssetUnits | undefined {
    return this.names.settlement();
  }

  ownerText(): string {
    return JSON.stringify(this.telling.owner);
  }

  private created(): string {
    return JSON.stringify(this.telling.creates);
  }

  private event(layout: Layout, data: Float64Array, from: number): string {
    const { context, compact } = this;
    context.market = layout.market < 0 ? undefined : this.names.market(data[from + layout.market]);
    context.asset = layout.asset < 0 ? undefined : this.names.asset(data[from + layout.asset]);
    context.quote =
      context.market === undefined && layout.market >= 0
        ? this.quoteOf(data[from + layout.market])
        : context.market?.quote;
    context.isStop = layout.trigger >= 0 && data[from + layout.trigger] !== 0;
    if (layout.hasHold) context.hold = this.holdAsset(layout, data, from);
    const { parts } = layout;
    let text = layout.head;
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i];
      if (part === undefined) continue;
      if (part.unit === 'flags') {
        text += this.flagsText(data[from + i]);
        continue;
      }
      const value = part.write(data[from + i], context, this);
      if (!compact || (value !== NULL && value !== 'false')) text += part.prefix + value;
    }
    return text;
  }

  /** The bits of an order's flags as fields, and its client order id. */
  private flagsText(flags: number): string {
    const { compact } = this;
    let text = '';
    for (const [bit, name] of FLAG_NAMES) {
      const isSet = (flags & bit) !== 0;
      if (isSet || !compact) text += `,"${name}":${isSet}`;
    }
    const hasId = (flags & FLAG_CLIENT_ID) !== 0 && this.telling.clientOrderId !== '';
    if (hasId) text += `,"client_order_id":${JSON.stringify(this.telling.clientOrderId)}`;
    else if (!compact) text += ',"client_order_id":null';
    return text;
  }

  /**
   * A spot sell holds base, everything else quote. The side is looked up where the event has none.
   */
  private holdAsset(layout: Layout, data: Float64Array, from: number): AssetUnits | undefined {
    const { market } = this.context;
    if (market === undefined || market.base < 0) return market?.quote;
    const side =
      layout.side >= 0
        ? data[from + layout.side]
        : this.sideOf(data[from + layout.account], market.number, data[from + layout.order]);
    if (side === undefined) return undefined;
    return side === 1 ? market.quote : this.names.asset(market.base);
  }

  /** A preview may name a market that is not made; a whole account is counted in settlement. */
  private quoteOf(market: number): AssetUnits | undefined {
    return market === ANY_MARKET ? this.names.settlement() : undefined;
  }

  private sideOf(account: number, market: number, order: number): number | undefined {
    return this.names.engine.orders(account, market).find((view) => view.order === order)?.side;
  }

  /**
   * Where the last change of each position in this log ends: what is added there describes the
   * state after it.
   */
  private findLastChanges(log: EventLog): void {
    const { data, length } = log;
    for (let at = 0; at < length;) {
      const layout = LAYOUTS[data[at]];
      assert(layout !== undefined, 'an event of a kind that is not in the table');
      if (layout.isPosition) this.lastChanges.set(positionKey(layout, data, at + 1), at + 1);
      at += layout.width;
    }
  }

  /** The entry price, and after its last change in the answer also how the position stands. */
  private figures(layout: Layout, log: EventLog, from: number): string {
    const { data } = log;
    if (this.lastChanges.size === 0) this.findLastChanges(log);
    const { market } = this.context;
    if (market === undefined) return '';
    const { size, cost } = layout.position;
    const entry = entryPrice(data[from + size], data[from + cost], market.multiplier);
    const text =
      entry !== undefined
        ? `,"entry_price":"${formatInUnit(entry, market.priceUnit)}"`
        : this.compact
          ? ''
          : ',"entry_price":null';
    if (this.lastChanges.get(positionKey(layout, data, from)) !== from) return text;
    return text + this.telling.figures(data[from + layout.account], market.number);
  }
}

const MARKETS_PER_KEY = 65_536;

function positionKey(layout: Layout, data: Float64Array, from: number): number {
  return data[from + layout.account] * MARKETS_PER_KEY + data[from + layout.market];
}

const FLAG_NAMES = [
  [FLAG_POST_ONLY, 'post_only'],
  [FLAG_REDUCE_ONLY, 'reduce_only'],
  [FLAG_ATTACHED, 'attached'],
] as const;

function amountText(value: number, asset: AssetUnits | undefined): string {
  return asset === undefined ? NULL : `"${formatDecimal(value, asset.decimals)}"`;
}
