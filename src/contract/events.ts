// Events of the engine as JSON for answers and streams, by the table EVENTS: each field by its
// unit, with the decimals of the event's own market or asset. Absent is null and never zero.

import { ANY_MARKET } from '../engine/command.ts';
import {
  BALANCE_WHYS,
  CANCEL_WHYS,
  EVENTS,
  type FieldUnit,
  INSURANCE_WHYS,
  LIQUIDATION_BYS,
} from '../engine/event.ts';
import { FLAG_ATTACHED, FLAG_POST_ONLY, FLAG_REDUCE_ONLY } from '../engine/event.ts';
import { REASONS } from '../engine/reason.ts';
import { assert } from '../units/assert.ts';
import { formatDecimal, formatInUnit } from '../units/decimal.ts';
import type { AssetUnits, Catalog, MarketUnits } from './catalog.ts';
import { rateText } from './market-terms.ts';
import * as W from './words.ts';

/** One event as the engine wrote it: numbers by the names of their fields. */
export interface RawEvent {
  readonly kind: number;
  readonly name: string;
  /** Its place among the events of the command. */
  readonly index: number;
  /** A field's number; −1 for a field that the event does not have. */
  get(field: string): number;
}

class LogEvent implements RawEvent {
  readonly kind: number;
  readonly index: number;
  private readonly data: Float64Array;
  private readonly at: number;

  constructor(data: Float64Array, at: number, index: number) {
    this.kind = data[at];
    this.index = index;
    this.data = data;
    this.at = at;
  }

  get name(): string {
    return rowOf(this.kind).name;
  }

  get(field: string): number {
    const place = PLACES[this.kind]?.get(field);
    return place === undefined ? -1 : this.data[this.at + 1 + place];
  }
}

const PLACES = EVENTS.map((row) =>
  row === undefined ? undefined : new Map(row.fields.map(([name], i) => [name, i])),
);

const rowOf = (kind: number): NonNullable<(typeof EVENTS)[number]> => {
  const row = EVENTS[kind];
  assert(row !== undefined, 'an event of a kind that is not in the table');
  return row;
};

/** The events of one command, in order. `data` must stay as it is while they are read. */
export const readEvents = (data: Float64Array, length = data.length): readonly RawEvent[] =>
  readSome(data, length, EVERY_KIND);

/** Some kinds of events, made once by their names. */
export type EventKinds = readonly boolean[];

export function eventKinds(...names: readonly string[]): EventKinds {
  const known = EVENTS.flatMap((row) => (row === undefined ? [] : [row.name]));
  for (const name of names) assert(known.includes(name), 'an event that is not in the table');
  return EVENTS.map((row) => row !== undefined && names.includes(row.name));
}

/** The events of some kinds among those of one command, in order. */
export const readEventsOf = (kinds: EventKinds, data: Float64Array): readonly RawEvent[] =>
  readSome(data, data.length, kinds);

const EVERY_KIND: EventKinds = EVENTS.map(() => true);
const NO_EVENTS: readonly RawEvent[] = [];

function readSome(data: Float64Array, length: number, kinds: EventKinds): readonly RawEvent[] {
  let events: RawEvent[] | undefined;
  let index = 0;
  for (let at = 0; at < length && data[at] !== 0; index += 1) {
    const kind = data[at];
    if (kinds[kind]) {
      events ??= [];
      events.push(new LogEvent(data, at, index));
    }
    at += rowOf(kind).fields.length + 1;
  }
  return events ?? NO_EVENTS;
}

export type EventValue = string | number | boolean | null | readonly string[];

/** Its name, and its fields by theirs. */
export type EventJson = { event: string } & Record<string, EventValue>;

/** An event as it is written to the outside. `creates` names what a preview has not made. */
export function eventJson(event: RawEvent, catalog: Catalog, creates = ''): EventJson {
  const json: EventJson = { event: event.name };
  const place = event.get('market');
  const market = catalog.market(place);
  const asset = catalog.asset(event.get('asset'));
  const settlement = catalog.settlement();
  // Of a whole account the settlement asset is counted; an event without a market has no quote.
  const quote = place === ANY_MARKET ? settlement : market?.quote;
  const context: Context = { market, asset, quote, settlement };
  for (const [name, unit] of rowOf(event.kind).fields) {
    const value = event.get(name);
    if (unit === 'internal') continue;
    if (unit === 'flags') Object.assign(json, flagsJson(value));
    else if (unit === 'account') json[name] = accountText(value, catalog, creates);
    else if (unit === 'market') json[name] = marketText(value, catalog, creates);
    else if (unit === 'asset') json[name] = asset?.symbol ?? creates;
    else if (unit === 'hold') json[name] = holdText(value, market, event.get('side'));
    else if (event.name === 'asset_priced') json[name] = amount(value, context.settlement);
    else if (event.name === 'liquidation_balance' && unit === 'integer')
      json[name] = name === 'price' && value === 0 ? null : amount(value, context.settlement);
    else json[nameOf(name, unit)] = (WRITERS[unit] ?? String)(value, context);
  }
  return json;
}

interface Context {
  readonly market: MarketUnits | undefined;
  readonly asset: AssetUnits | undefined;
  /** What quote amounts count. */
  readonly quote: AssetUnits | undefined;
  readonly settlement: AssetUnits | undefined;
}

const accountText = (number: number, catalog: Catalog, creates: string): EventValue =>
  number < 0 ? null : catalog.accountName(number) || creates;

const marketText = (number: number, catalog: Catalog, creates: string): EventValue =>
  number === ANY_MARKET ? null : (catalog.market(number)?.symbol ?? creates);

type Writer = (value: number, context: Context) => EventValue;

const word =
  (words: readonly string[]): Writer =>
  (value) =>
    words[value] ?? null;

const amount = (value: number, asset: AssetUnits | undefined): EventValue =>
  asset === undefined ? null : formatDecimal(value, asset.decimals);

/** How each unit is written; a unit without a row is written as its number. */
const WRITERS: Partial<Record<FieldUnit, Writer>> = {
  order: (value) => (value === 0 ? null : String(value)),
  side: (value) => (value === 0 ? null : W.sideWord(value)),
  price: (value, { market }) =>
    value === 0 || market === undefined ? null : formatInUnit(value, market.priceUnit),
  size: (value, { market }) => (market === undefined ? null : formatInUnit(value, market.sizeUnit)),
  quote: (value, { quote }) => amount(value, quote),
  amount: (value, { asset }) => amount(value, asset),
  integer: (value) => value,
  time: (value) => W.isoTimeOrNull(value),
  order_type: word(W.ORDER_TYPES),
  time_in_force: word(W.TIMES_IN_FORCE),
  self_trade: word(W.SELF_TRADE_MODES),
  trigger_by: word(W.TRIGGERS_BY),
  status: word(W.MARKET_STATUSES),
  mode: word(W.MARGIN_MODES),
  cancel_why: word(CANCEL_WHYS),
  balance_why: word(BALANCE_WHYS),
  reason: (value) => REASONS.find(({ number }) => number === value)?.code ?? null,
  boolean: (value) => value !== 0,
  rate: rateText,
  liquidation_by: word(LIQUIDATION_BYS),
  insurance_why: word(INSURANCE_WHYS),
  imposed: W.imposedWords,
};

/** Times end in `_at`. */
const nameOf = (name: string, unit: FieldUnit): string =>
  unit === 'time' && !name.endsWith('_at') ? `${name}_at` : name;

function flagsJson(flags: number): Record<string, boolean> {
  return {
    post_only: (flags & FLAG_POST_ONLY) !== 0,
    reduce_only: (flags & FLAG_REDUCE_ONLY) !== 0,
    attached: (flags & FLAG_ATTACHED) !== 0,
  };
}

/** A spot sell holds base, everything else quote; null where the event has no side to tell. */
function holdText(value: number, market: MarketUnits | undefined, side: number): EventValue {
  if (value === 0) return '0';
  if (market?.base === undefined) return amount(value, market?.quote);
  if (side !== 1 && side !== -1) return null;
  return amount(value, side === 1 ? market.quote : market.base);
}
