// The answer to an order as the JSON that goes out, straight from the events: the same text that
// the objects of views.ts would give, at a tenth of their cost. What is not an ordinary order that
// rests, trades at one price or ends is left to those.

import { ORDER_LIMIT, ORDER_MARKET } from '../../engine/command.ts';
import {
  CANCEL_WHYS,
  EVENT_WIDTHS,
  EVENTS,
  FLAG_ATTACHED,
  FLAG_CLIENT_ID,
  FLAG_POST_ONLY,
  FLAG_REDUCE_ONLY,
  ORDER_ACCEPTED,
  ORDER_AMENDED,
  ORDER_CANCELLED,
  ORDER_FILLED,
  ORDER_TRIGGERED,
} from '../../engine/event.ts';
import { assert } from '../../units/assert.ts';
import { amountText, priceText, sizeText } from '../catalog.ts';
import type { Catalog, MarketUnits } from '../catalog.ts';
import * as W from '../words.ts';

/** What is read of a command's result. */
interface Placed {
  readonly sequence: number;
  readonly time: number;
  readonly created: number;
  readonly clientOrderId: string;
  readonly events: Float64Array;
}

/** Names that are the same in JSON and in ASCII. */
const PLAIN = /^[A-Za-z0-9._:/-]*$/;

const ACCEPTED = {
  order: placeOf(ORDER_ACCEPTED, 'order'),
  account: placeOf(ORDER_ACCEPTED, 'account'),
  market: placeOf(ORDER_ACCEPTED, 'market'),
  side: placeOf(ORDER_ACCEPTED, 'side'),
  type: placeOf(ORDER_ACCEPTED, 'type'),
  price: placeOf(ORDER_ACCEPTED, 'price'),
  size: placeOf(ORDER_ACCEPTED, 'size'),
  timeInForce: placeOf(ORDER_ACCEPTED, 'time_in_force'),
  expiresAt: placeOf(ORDER_ACCEPTED, 'expires_at'),
  flags: placeOf(ORDER_ACCEPTED, 'flags'),
  selfTrade: placeOf(ORDER_ACCEPTED, 'self_trade'),
  takeProfit: placeOf(ORDER_ACCEPTED, 'take_profit'),
  stopLoss: placeOf(ORDER_ACCEPTED, 'stop_loss'),
} as const;
const FILLED = {
  makerOrder: placeOf(ORDER_FILLED, 'maker_order'),
  takerOrder: placeOf(ORDER_FILLED, 'taker_order'),
  takerSide: placeOf(ORDER_FILLED, 'taker_side'),
  price: placeOf(ORDER_FILLED, 'price'),
  size: placeOf(ORDER_FILLED, 'size'),
  makerFee: placeOf(ORDER_FILLED, 'maker_fee'),
  takerFee: placeOf(ORDER_FILLED, 'taker_fee'),
} as const;
/** The same place in what amends, triggers and ends an order. */
const ORDER = placeOf(ORDER_CANCELLED, 'order');
assert(placeOf(ORDER_AMENDED, 'order') === ORDER, 'an amendment names its order elsewhere');
assert(placeOf(ORDER_TRIGGERED, 'order') === ORDER, 'a trigger names its order elsewhere');
const WHY = placeOf(ORDER_CANCELLED, 'why');

/** Where a field stands behind the beginning of its event. */
function placeOf(kind: number, field: string): number {
  const place = EVENTS[kind]?.fields.findIndex(([name]) => name === field) ?? -1;
  assert(place >= 0, 'a field that its event does not have');
  return place + 1;
}

/** Texts that are remembered of each kind: few are in use at a time. */
const KNOWN_MAX = 4096;

/** An order in the course of one command. */
interface Course {
  /** Where it was accepted. */
  readonly at: number;
  readonly units: MarketUnits;
  filled: number;
  /** Of all its fills; 0 without one. */
  price: number;
  /** JSON */
  fills: string;
  /** '' while it is open. */
  why: string;
}

/** Writes answers. What many of them have in common is written once. */
export class OrderWriter {
  private readonly catalog: Catalog;
  private readonly heads = new Map<number, string>();
  private readonly terms = new Map<number, string>();
  private readonly fillHeads = new Map<number, string>();
  private moment = Number.NaN;
  private momentText = '';
  private filledText = '';

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** The order that `placed` has made and the fills of it, or undefined: then views.ts tells. */
  placed(placed: Placed, requestId: string): string | undefined {
    const { events, created, time, sequence } = placed;
    this.at(time);
    const course = this.courseOf(placed);
    if (course === undefined || time === 0 || !PLAIN.test(requestId)) return undefined;
    const { at, units, filled, why } = course;
    const head = this.headOf(events, at, units);
    const terms = this.termsOf(events, at);
    if (head === '' || terms === '') return undefined;
    const isNamed = (events[at + ACCEPTED.flags] & FLAG_CLIENT_ID) !== 0;
    if (isNamed && !PLAIN.test(placed.clientOrderId)) return undefined;
    const clientId = isNamed && placed.clientOrderId !== '' ? `"${placed.clientOrderId}"` : 'null';
    const names = `"order_id":"${created}","client_order_id":${clientId},`;
    const limit = events[at + ACCEPTED.price];
    const price = limit === 0 ? 'null' : `"${priceText(limit, units)}"`;
    const size = events[at + ACCEPTED.size];
    const average = filled === 0 ? 'null' : `"${priceText(course.price, units)}"`;
    return (
      `{${names}"order":{${names}${head}${price},"size":"${sizeText(size, units)}${terms}` +
      `${statusOf(why)}${sizeText(filled, units)}","remaining":"${sizeText(size - filled, units)}` +
      `","average_price":${average},"created_at":${this.closedOf(why)}},"fills":[${course.fills}],` +
      `"request_id":"${requestId}","sequence":${sequence},"repeated":false}`
    );
  }

  /** Follows the order through the events; undefined when more happened to it than is told here. */
  private courseOf(placed: Placed): Course | undefined {
    const { events, created } = placed;
    let course: Course | undefined;
    let index = -1;
    for (let at = 0; at < events.length; at += EVENT_WIDTHS[events[at]]) {
      const kind = events[at];
      index += 1;
      if (kind > ORDER_TRIGGERED) continue; // of positions, balances and settings
      if (kind === ORDER_FILLED) {
        const isMaker = events[at + FILLED.makerOrder] === created;
        if (!isMaker && events[at + FILLED.takerOrder] !== created) continue;
        if (course === undefined || !this.fill(course, placed, { at, index, isMaker })) {
          return undefined;
        }
      } else if (kind === ORDER_ACCEPTED) {
        if (events[at + ACCEPTED.order] !== created) continue;
        const units = this.catalog.marketAt(events[at + ACCEPTED.market]);
        course = { at, units, filled: 0, price: 0, fills: '', why: '' };
      } else if (events[at + ORDER] !== created) continue;
      else if (kind !== ORDER_CANCELLED || course === undefined || course.why !== '') {
        return undefined;
      } else course.why = CANCEL_WHYS[events[at + WHY]] ?? 'requested';
    }
    return course;
  }

  /** False: at another price than before, or when it is over. */
  private fill(course: Course, { events, created, sequence }: Placed, where: FillPlace): boolean {
    const { units } = course;
    const { at, index, isMaker } = where;
    const price = events[at + FILLED.price];
    const size = events[at + FILLED.size];
    if (course.why !== '' || (course.filled !== 0 && course.price !== price)) return false;
    course.price = price;
    course.filled += size;
    if (course.filled >= events[course.at + ACCEPTED.size]) course.why = 'filled';
    const takerSide = events[at + FILLED.takerSide];
    const fee = events[at + (isMaker ? FILLED.makerFee : FILLED.takerFee)];
    const text =
      `{"id":"${sequence}-${index * 2 + (isMaker ? 0 : 1)}","order_id":"${created}` +
      `${this.fillHeadOf(units, isMaker ? -takerSide : takerSide, isMaker)}` +
      `${priceText(price, units)}","size":"${sizeText(size, units)}",` +
      `"fee":"${amountText(fee, units.quote)}","fee_asset":"${units.quote.symbol}${this.filledText}`;
    course.fills = course.fills === '' ? text : `${course.fills},${text}`;
    return true;
  }

  /** Who, where and what, up to the price; '' when views.ts has to tell. */
  private headOf(events: Float64Array, at: number, units: MarketUnits): string {
    const account = events[at + ACCEPTED.account];
    const isBuy = events[at + ACCEPTED.side] > 0;
    const type = events[at + ACCEPTED.type];
    if (type !== ORDER_LIMIT && type !== ORDER_MARKET) return '';
    const key = ((account * 65_536 + units.number) * 2 + (isBuy ? 1 : 0)) * 2 + type;
    const known = this.heads.get(key);
    if (known !== undefined) return known;
    const name = this.catalog.accountName(account);
    if (![name, units.symbol, units.quote.symbol].every((text) => PLAIN.test(text))) return '';
    const side = isBuy ? 'buy' : 'sell';
    const words = { account: name, market: units.symbol, side, type: W.ORDER_TYPES[type] };
    return keep(this.heads, key, `${JSON.stringify(words).slice(1, -1)},"price":`);
  }

  /** From behind the size to the status; '' for an order with times or triggers. */
  private termsOf(events: Float64Array, at: number): string {
    const timeInForce = events[at + ACCEPTED.timeInForce];
    const selfTrade = events[at + ACCEPTED.selfTrade];
    const flags = events[at + ACCEPTED.flags] & (FLAG_POST_ONLY | FLAG_REDUCE_ONLY | FLAG_ATTACHED);
    const { expiresAt, takeProfit, stopLoss } = ACCEPTED;
    const isOrdinary =
      events[at + expiresAt] === 0 && events[at + takeProfit] === 0 && events[at + stopLoss] === 0;
    if (!isOrdinary) return '';
    const key = (flags * 16 + timeInForce) * 16 + selfTrade;
    const known = this.terms.get(key);
    if (known !== undefined) return known;
    const text = JSON.stringify({
      time_in_force: W.TIMES_IN_FORCE[timeInForce],
      expires_at: null,
      post_only: (flags & FLAG_POST_ONLY) !== 0,
      reduce_only: (flags & FLAG_REDUCE_ONLY) !== 0,
      attached: (flags & FLAG_ATTACHED) !== 0,
      self_trade: W.SELF_TRADE_MODES[selfTrade],
      trigger_price: null,
      trigger_by: null,
      triggered: null,
      take_profit: null,
      stop_loss: null,
    });
    return keep(this.terms, key, `",${text.slice(1, -1)},"status":"`);
  }

  /** From behind the order of a fill to its price. */
  private fillHeadOf(units: MarketUnits, side: number, isMaker: boolean): string {
    const key = (units.number * 2 + (side > 0 ? 1 : 0)) * 2 + (isMaker ? 1 : 0);
    const known = this.fillHeads.get(key);
    if (known !== undefined) return known;
    const role = isMaker ? 'maker' : 'taker';
    const words = { market: units.symbol, side: W.sideWord(side), role };
    return keep(this.fillHeads, key, `",${JSON.stringify(words).slice(1, -1)},"price":"`);
  }

  /** From the time when it was created to the end of the order. */
  private closedOf(why: string): string {
    const time = this.momentText;
    if (why === '') return `"${time}","closed_at":null,"closed_because":null`;
    return `"${time}","closed_at":"${time}","closed_because":"${why}"`;
  }

  /** Orders in a row mostly are of the same moment. */
  private at(time: number): void {
    if (time === this.moment) return;
    this.moment = time;
    this.momentText = W.isoTime(time);
    this.filledText = `","filled_at":"${this.momentText}"}`;
  }
}

/** Where a fill stands, and which side of it is told. */
interface FillPlace {
  readonly at: number;
  readonly index: number;
  readonly isMaker: boolean;
}

function statusOf(why: string): string {
  if (why === '') return 'open","filled":"';
  return why === 'filled' ? 'filled","filled":"' : 'cancelled","filled":"';
}

function keep(texts: Map<number, string>, key: number, text: string): string {
  if (texts.size >= KNOWN_MAX) texts.clear();
  texts.set(key, text);
  return text;
}
