// Commands as bytes, for the journal and for comparing the content of a repeated id. Orders,
// cancels, amendments and prices have a compact form while every field is a number of the expected
// range; anything else, and every rare kind, is JSON. Decoding gives a command that executes
// exactly as the one that was encoded, refusals included.

import { assert } from '../units/assert.ts';
import type { AmendOrder, CancelOrder, Command, PlaceOrder, UpdateIndex } from './command.ts';

const FORM_JSON = 0;
const FORM_PLACE = 1;
const FORM_CANCEL = 2;
const FORM_AMEND = 3;
const FORM_INDEX = 4;
const ACCOUNT_MAX = 0xffff_ffff;
const MARKET_MAX = 0xffff;
/** Text that a compact form carries: an id or a client order id of legal length. */
const TEXT_MAX = 36;

/**
 * Every field of the commands that have no compact form, in the order in which their content is
 * hashed.
 */
const BODY_FIELDS = [
  'kind',
  'account',
  'to',
  'market',
  'asset',
  'side',
  'type',
  'price',
  'size',
  'timeInForce',
  'expiresAt',
  'postOnly',
  'reduceOnly',
  'selfTrade',
  'triggerPrice',
  'triggerBy',
  'takeProfit',
  'stopLoss',
  'clientOrderId',
  'order',
  'mark',
  'amount',
  'leverage',
  'mode',
  'timeoutMs',
  'edit',
  'collateral',
  'worstPrice',
  'status',
  'operator',
  'reason',
  'name',
  'owner',
  'symbol',
  'decimals',
  'settlement',
  'weightPpm',
  'liabilityWeightPpm',
  'marketKind',
  'base',
  'quote',
  'priceUnit',
  'sizeUnit',
  'multiplier',
  'baseMultiplier',
  'tickSize',
  'lotSize',
  'terms',
  'brackets',
  'floorNotional',
  'initialPpm',
  'maintenancePpm',
  'makerFeePpm',
  'takerFeePpm',
  'liquidationFeePpm',
  'priceBandPpm',
  'openInterestCap',
  'openInterestScaleFrom',
  'openInterestScaleTo',
  'minimumSize',
  'minimumNotional',
  'profitWeightPpm',
  'profitCap',
  'markSource',
  'selfTradeAllowed',
  'number',
  'interestE12',
  'autoConvertLimit',
  'sources',
  'source',
  'at',
  'interval',
  'rateE12',
  'rampMs',
  'risk',
  'cureSlipPpm',
  'liquidationBufferPpm',
  'insuranceCap',
  'accountLimit',
  'ownerLimit',
  'fundingIntervalMs',
  'fundingInterestE12',
  'fundingCapE12',
  'impactNotional',
  'basisLimitPpm',
  'markLimitPpm',
  'sourcesRequired',
  'sourceMaxAgeMs',
  'sourceDeviationPpm',
];

/** The most bytes that `encodeCommand` writes for a compact form; JSON takes its own length. */
export const COMPACT_BYTES_MAX = 256;

let view: DataView = new DataView(new ArrayBuffer(0));

/**
 * Writes a command and returns how many bytes it takes. Where that is more than `into` has, what
 * was written is useless: the caller compares, and refuses the command.
 */
export function encodeCommand(command: Command, into: Uint8Array, at: number): number {
  const { id } = command;
  const isPlain = isShortAscii(id) && Number.isSafeInteger(command.time);
  const body = isPlain ? encodeCompact(command, into, at + 10 + id.length) : 0;
  if (body === 0) {
    into[at] = FORM_JSON;
    return 1 + writeJson(jsonOf(command), into, at + 1);
  }
  point(into);
  into[at] = 1;
  into[at + 1] = id.length;
  writeAscii(id, into, at + 2);
  view.setFloat64(into.byteOffset + at + 2 + id.length, command.time, true);
  return 10 + id.length + body;
}

/** Reads a command that `encodeCommand` wrote. */
export function decodeCommand(from: Uint8Array, at: number, length: number): Command {
  if (from[at] === FORM_JSON) return readJson(from, at + 1, at + length);
  point(from);
  const idLength = from[at + 1];
  const id = readAscii(from, at + 2, idLength);
  const time = view.getFloat64(from.byteOffset + at + 2 + idLength, true);
  return decodeBody(from, at + 10 + idLength, id, time);
}

/**
 * Writes everything but id and time: what two commands with the same id must have in common, in
 * whatever order their fields were written. Returns the length also when `into` is too short for
 * it: then the bytes are of no use.
 */
export function encodeBody(command: Command, into: Uint8Array, at: number): number {
  const length = encodeCompact(command, into, at);
  if (length !== 0) return length;
  into[at] = FORM_JSON;
  const body: unknown = JSON.parse(jsonOf({ ...command, id: '', time: 0 }));
  return 1 + writeJson(JSON.stringify(body, BODY_FIELDS), into, at + 1);
}

/** The compact form of a frequent kind whose fields are all plain, or 0 for none. */
function encodeCompact(command: Command, into: Uint8Array, at: number): number {
  point(into);
  if (command.kind === 'place_order') return encodePlace(command, into, at);
  if (command.kind === 'cancel_order') return encodeCancel(command, into, at);
  if (command.kind === 'amend_order') return encodeAmend(command, into, at);
  return command.kind === 'update_index' ? encodeIndex(command, into, at) : 0;
}

function decodeBody(from: Uint8Array, at: number, id: string, time: number): Command {
  const form = from[at];
  if (form === FORM_PLACE) return decodePlace(from, at, id, time);
  if (form === FORM_CANCEL) return decodeCancel(from, at, id, time);
  if (form === FORM_AMEND) return decodeAmend(from, at, id, time);
  assert(form === FORM_INDEX, 'a command has no known form');
  return decodeIndex(from, at, id, time);
}

function encodePlace(c: PlaceOrder, into: Uint8Array, at: number): number {
  const plain =
    isCode(c.account, ACCOUNT_MAX) &&
    isCode(c.market, MARKET_MAX) &&
    (c.side === 1 || c.side === -1) &&
    isCode(c.type, 15) &&
    isCode(c.timeInForce, 15) &&
    isCode(c.selfTrade, 15) &&
    isCode(c.triggerBy, 15) &&
    isNumber(c.price) &&
    isNumber(c.size) &&
    isNumber(c.expiresAt) &&
    isNumber(c.triggerPrice) &&
    isNumber(c.takeProfit) &&
    isNumber(c.stopLoss) &&
    isShortAscii(c.clientOrderId) &&
    typeof c.postOnly === 'boolean' &&
    typeof c.reduceOnly === 'boolean';
  if (!plain) return 0;
  const extras =
    (c.expiresAt !== 0 ? 1 : 0) |
    (c.triggerPrice !== 0 ? 2 : 0) |
    (c.takeProfit !== 0 ? 4 : 0) |
    (c.stopLoss !== 0 ? 8 : 0);
  let o = into.byteOffset + at;
  into[at] = FORM_PLACE;
  view.setUint32(o + 1, c.account, true);
  view.setUint16(o + 5, c.market, true);
  into[at + 7] = (c.side > 0 ? 1 : 0) | (c.postOnly ? 2 : 0) | (c.reduceOnly ? 4 : 0);
  into[at + 8] = c.type | (c.timeInForce << 4);
  into[at + 9] = c.selfTrade | (c.triggerBy << 4);
  into[at + 10] = extras;
  view.setFloat64(o + 11, c.price, true);
  view.setFloat64(o + 19, c.size, true);
  o += 27;
  if (c.expiresAt !== 0) o = putNumber(o, c.expiresAt);
  if (c.triggerPrice !== 0) o = putNumber(o, c.triggerPrice);
  if (c.takeProfit !== 0) o = putNumber(o, c.takeProfit);
  if (c.stopLoss !== 0) o = putNumber(o, c.stopLoss);
  const text = o - into.byteOffset;
  into[text] = c.clientOrderId.length;
  writeAscii(c.clientOrderId, into, text + 1);
  return text + 1 + c.clientOrderId.length - at;
}

function decodePlace(from: Uint8Array, at: number, id: string, time: number): PlaceOrder {
  let o = from.byteOffset + at;
  const account = view.getUint32(o + 1, true);
  const market = view.getUint16(o + 5, true);
  const bits = from[at + 7];
  const extras = from[at + 10];
  const price = view.getFloat64(o + 11, true);
  const size = view.getFloat64(o + 19, true);
  o += 27;
  const next = (bit: number): number => {
    if ((extras & bit) === 0) return 0;
    o += 8;
    return view.getFloat64(o - 8, true);
  };
  const expiresAt = next(1);
  const triggerPrice = next(2);
  const takeProfit = next(4);
  const stopLoss = next(8);
  const text = o - from.byteOffset;
  return {
    kind: 'place_order',
    id,
    time,
    account,
    market,
    side: (bits & 1) === 1 ? 1 : -1,
    type: from[at + 8] & 15,
    price,
    size,
    timeInForce: from[at + 8] >> 4,
    expiresAt,
    postOnly: (bits & 2) !== 0,
    reduceOnly: (bits & 4) !== 0,
    selfTrade: from[at + 9] & 15,
    triggerPrice,
    triggerBy: from[at + 9] >> 4,
    takeProfit,
    stopLoss,
    clientOrderId: readAscii(from, text + 1, from[text]),
  } as PlaceOrder;
}

function encodeCancel(c: CancelOrder, into: Uint8Array, at: number): number {
  if (!isCode(c.account, ACCOUNT_MAX) || !isNumber(c.order) || !isShortAscii(c.clientOrderId))
    return 0;
  const o = into.byteOffset + at;
  into[at] = FORM_CANCEL;
  view.setUint32(o + 1, c.account, true);
  view.setFloat64(o + 5, c.order, true);
  into[at + 13] = c.clientOrderId.length;
  writeAscii(c.clientOrderId, into, at + 14);
  return 14 + c.clientOrderId.length;
}

function decodeCancel(from: Uint8Array, at: number, id: string, time: number): CancelOrder {
  const o = from.byteOffset + at;
  const clientOrderId = readAscii(from, at + 14, from[at + 13]);
  return {
    kind: 'cancel_order',
    id,
    time,
    account: view.getUint32(o + 1, true),
    order: view.getFloat64(o + 5, true),
    clientOrderId,
  };
}

function encodeAmend(c: AmendOrder, into: Uint8Array, at: number): number {
  const plain =
    isCode(c.account, ACCOUNT_MAX) && isNumber(c.order) && isNumber(c.price) && isNumber(c.size);
  if (!plain || !isShortAscii(c.clientOrderId)) return 0;
  const o = into.byteOffset + at;
  into[at] = FORM_AMEND;
  view.setUint32(o + 1, c.account, true);
  view.setFloat64(o + 5, c.order, true);
  view.setFloat64(o + 13, c.price, true);
  view.setFloat64(o + 21, c.size, true);
  into[at + 29] = c.clientOrderId.length;
  writeAscii(c.clientOrderId, into, at + 30);
  return 30 + c.clientOrderId.length;
}

function decodeAmend(from: Uint8Array, at: number, id: string, time: number): AmendOrder {
  const o = from.byteOffset + at;
  return {
    kind: 'amend_order',
    id,
    time,
    account: view.getUint32(o + 1, true),
    order: view.getFloat64(o + 5, true),
    price: view.getFloat64(o + 13, true),
    size: view.getFloat64(o + 21, true),
    clientOrderId: readAscii(from, at + 30, from[at + 29]),
  } as AmendOrder;
}

function encodeIndex(c: UpdateIndex, into: Uint8Array, at: number): number {
  if (c.sources !== undefined || !isCode(c.market, MARKET_MAX)) return 0;
  if (!isNumber(c.price) || !isNumber(c.mark)) return 0;
  const o = into.byteOffset + at;
  into[at] = FORM_INDEX;
  view.setUint16(o + 1, c.market, true);
  view.setFloat64(o + 3, c.price, true);
  view.setFloat64(o + 11, c.mark, true);
  return 19;
}

function decodeIndex(from: Uint8Array, at: number, id: string, time: number): UpdateIndex {
  const o = from.byteOffset + at;
  const price = view.getFloat64(o + 3, true);
  const mark = view.getFloat64(o + 11, true);
  return {
    kind: 'update_index',
    id,
    time,
    market: view.getUint16(o + 1, true),
    price,
    mark,
  } as UpdateIndex;
}

function putNumber(o: number, value: number): number {
  view.setFloat64(o, value, true);
  return o + 8;
}

/** A number that JSON has no word for; no field of a command is an object like this. */
interface OddNumber {
  readonly number: string;
}

const ODD_NUMBERS = new Map([
  ['-0', -0],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/**
 * What JSON cannot say of a number is written as an `OddNumber`: a replay must refuse what was
 * refused.
 */
function jsonOf(command: object): string {
  return JSON.stringify(command, (_, value: unknown) => {
    if (Object.is(value, -0)) return { number: '-0' };
    return typeof value === 'number' && !Number.isFinite(value) ? { number: `${value}` } : value;
  });
}

/**
 * Writes a text and returns its length, also when it did not fit: then what is written is of no
 * use.
 */
function writeJson(text: string, into: Uint8Array, at: number): number {
  let to = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) into[to++] = code;
    else to = writeEscape(code, into, to);
  }
  return to - at;
}

function writeEscape(code: number, into: Uint8Array, at: number): number {
  const text = `\\u${code.toString(16).padStart(4, '0')}`;
  writeAscii(text, into, at);
  return at + text.length;
}

function readJson(from: Uint8Array, at: number, end: number): Command {
  return JSON.parse(readAscii(from, at, end - at), (_, value: unknown) =>
    isOddNumber(value) ? ODD_NUMBERS.get(value.number) : value,
  ) as Command;
}

function isOddNumber(value: unknown): value is OddNumber {
  return typeof value === 'object' && value !== null && 'number' in value;
}

function writeAscii(text: string, into: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) into[at + i] = text.charCodeAt(i);
}

function readAscii(from: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += String.fromCharCode(from[at + i]);
  return text;
}

function isShortAscii(text: string): boolean {
  if (typeof text !== 'string' || text.length > TEXT_MAX) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}

function isNumber(value: number): boolean {
  return typeof value === 'number' && !Object.is(value, -0);
}

function isCode(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most && !Object.is(value, -0);
}

function point(at: Uint8Array): void {
  if (view.buffer !== at.buffer) view = new DataView(at.buffer);
}
