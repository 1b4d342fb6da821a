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
import { amountText, priceOrNull, priceText, sizeText } from '../catalog.ts';
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

/** The order that `placed` has made and the fills of it, or undefined: then views.ts tells. */
export function placedOrderText(
  placed: Placed,
  requestId: string,
  catalog: Catalog,
): string | undefined {
  const { events, created, time, sequence } = placed;
  const course = courseOf(placed, catalog);
  if (course === undefined) return undefined;
  const { at, units, filled, why } = course;
  const account = catalog.accountName(events[at + ACCEPTED.account]);
  const flags = events[at + ACCEPTED.flags];
  const type = events[at + ACCEPTED.type];
  const isOrdinary =
    (type === ORDER_LIMIT || type === ORDER_MARKET) &&
    events[at + ACCEPTED.expiresAt] === 0 &&
    events[at + ACCEPTED.takeProfit] === 0 &&
    events[at + ACCEPTED.stopLoss] === 0;
  const clientId = (flags & FLAG_CLIENT_ID) === 0 ? '' : placed.clientOrderId;
  const arePlain = PLAIN.test(account) && PLAIN.test(clientId) && PLAIN.test(requestId);
  if (!isOrdinary || !arePlain || time === 0) return undefined;
  const size = events[at + ACCEPTED.size];
  const price = priceOrNull(events[at + ACCEPTED.price], units);
  const names = `"order_id":"${created}","client_order_id":${clientId === '' ? 'null' : `"${clientId}"`},`;
  const made = W.isoTime(time);
  const status = why === '' ? 'open' : why === 'filled' ? 'filled' : 'cancelled';
  const closed =
    why === ''
      ? '"closed_at":null,"closed_because":null'
      : `"closed_at":"${made}","closed_because":"${why}"`;
  const average = filled === 0 ? 'null' : `"${priceText(course.price, units)}"`;
  return (
    `{${names}"order":{${names}"account":"${account}","market":"${units.symbol}",` +
    `"side":"${W.sideWord(events[at + ACCEPTED.side])}","type":"${W.ORDER_TYPES[type]}",` +
    `"price":${price === null ? 'null' : `"${price}"`},"size":"${sizeText(size, units)}",` +
    `${termsText(events, at)}"status":"${status}","filled":"${sizeText(filled, units)}",` +
    `"remaining":"${sizeText(size - filled, units)}","average_price":${average},` +
    `"created_at":"${made}",${closed}},"fills":[${course.fills}],` +
    `"request_id":"${requestId}","sequence":${sequence},"repeated":false}`
  );
}

/** Follows the order through the events; undefined when more happened to it than is told here. */
function courseOf(placed: Placed, catalog: Catalog): Course | undefined {
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
      if (course === undefined || !fill(course, placed, at, index, isMaker)) return undefined;
    } else if (kind === ORDER_ACCEPTED) {
      if (events[at + ACCEPTED.order] !== created) continue;
      const units = catalog.marketAt(events[at + ACCEPTED.market]);
      if (!PLAIN.test(units.symbol) || !PLAIN.test(units.quote.symbol)) return undefined;
      course = { at, units, filled: 0, price: 0, fills: '', why: '' };
    } else if (events[at + ORDER] !== created) continue;
    else if (kind !== ORDER_CANCELLED || course === undefined || course.why !== '') {
      return undefined;
    } else course.why = CANCEL_WHYS[events[at + WHY]] ?? 'requested';
  }
  return course;
}

/** False: at another price than before, or when it is over. */
function fill(
  course: Course,
  { events, created, sequence, time }: Placed,
  at: number,
  index: number,
  isMaker: boolean,
): boolean {
  const { units } = course;
  const price = events[at + FILLED.price];
  const size = events[at + FILLED.size];
  if (course.why !== '' || (course.filled !== 0 && course.price !== price)) return false;
  course.price = price;
  course.filled += size;
  if (course.filled >= events[course.at + ACCEPTED.size]) course.why = 'filled';
  const takerSide = events[at + FILLED.takerSide];
  const fee = events[at + (isMaker ? FILLED.makerFee : FILLED.takerFee)];
  const text =
    `{"id":"${sequence}-${index * 2 + (isMaker ? 0 : 1)}","order_id":"${created}",` +
    `"market":"${units.symbol}","side":"${W.sideWord(isMaker ? -takerSide : takerSide)}",` +
    `"role":"${isMaker ? 'maker' : 'taker'}","price":"${priceText(price, units)}",` +
    `"size":"${sizeText(size, units)}","fee":"${amountText(fee, units.quote)}",` +
    `"fee_asset":"${units.quote.symbol}","filled_at":"${W.isoTime(time)}"}`;
  course.fills = course.fills === '' ? text : `${course.fills},${text}`;
  return true;
}

const terms = new Map<number, string>();

/** What an order without times and triggers says of its terms: few texts, made once. */
function termsText(events: Float64Array, at: number): string {
  const timeInForce = events[at + ACCEPTED.timeInForce];
  const selfTrade = events[at + ACCEPTED.selfTrade];
  const flags = events[at + ACCEPTED.flags] & (FLAG_POST_ONLY | FLAG_REDUCE_ONLY | FLAG_ATTACHED);
  const key = (flags * 16 + timeInForce) * 16 + selfTrade;
  const known = terms.get(key);
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
    take_profit: null,
    stop_loss: null,
  });
  const members = `${text.slice(1, -1)},`;
  terms.set(key, members);
  return members;
}
