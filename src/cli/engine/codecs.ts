// The wire types: how a value of each type is read from JSON and written back. A codec knows shape
// and units and nothing about rules: whether a price is on the tick or an account may trade is the
// engine's decision.

import { ACCOUNT_NOT_FOUND, ASSET_NOT_FOUND, MARKET_NOT_FOUND } from '../../engine/reason.ts';
import type { BracketTerms, SourcePrice } from '../../engine/command.ts';
import type { Amount, Ppm, Price, Side, Size } from '../../units/brand.ts';
import { amount, ppm, price, size } from '../../units/brand.ts';
import {
  DECIMALS_MAX,
  formatInUnit,
  parseInUnit,
  parseSignedInUnit,
  parseUnit,
  type DecimalUnit,
} from '../../units/decimal.ts';
import { JsonNumber, JsonObject, short, shown, type JsonValue, type Malformed } from './json.ts';
import { nearestOf } from './nearest.ts';
import { decimalUnit, type Grid, type Scope } from './scope.ts';

/** What JSON.stringify writes as it stands. */
export type Plain = string | number | boolean | null | Plain[] | { [name: string]: Plain };

/** What the reference says about each wire type. */
export const WIRE_TYPES = {
  id: 'string, 1 to 36 of `A-Z a-z 0-9 . _ : -`',
  name: 'string, 1 to 36 of `A-Z a-z 0-9 . _ : -`, unique',
  symbol: 'string, 2 to 15 of `A-Z 0-9`; a market may add one `/` or `-` and a second part',
  text: 'string, 1 to 200 printable ASCII characters',
  account: 'string, the name of an account',
  asset: 'string, the symbol of an asset',
  market: 'string, the symbol of a market',
  order: 'string, the number of an order',
  side: '`"buy"` or `"sell"`',
  choice: 'string, one of those listed',
  boolean: '`true` or `false`',
  integer: 'JSON number without point or exponent',
  time: 'JSON number, whole milliseconds since 1970 (UTC)',
  price: 'decimal string, a multiple of the market’s tick',
  mark: 'decimal string, a multiple of the market’s price unit',
  size: 'decimal string, a multiple of the market’s lot',
  amount: 'decimal string in the asset that the line names',
  quote: 'decimal string in the market’s quote asset',
  settlement: 'decimal string in the settlement asset',
  ratio: 'decimal string, a fraction in steps of 0.000001: `"0.0005"` is 0.05 %',
  rate: 'decimal string, a fraction in steps of 0.000000000001: `"0.0001"` is 0.01 %',
  unit: 'decimal string above zero',
  brackets: 'array of `{"floor_notional", "initial", "maintenance"}`',
  sources: 'array of `{"source", "price", "at"}`: a number from 0, a price, and when it was said',
} as const;

export type WireType = keyof typeof WIRE_TYPES;

export interface Codec<T> {
  readonly type: WireType;
  /** The words of a choice. */
  readonly choices?: readonly string[];
  /** Reads a value. @throws Malformed; what the edge refuses is left in `scope.refusal`. */
  decode(value: JsonValue, scope: Scope): T;
  encode(value: T, scope: Scope): Plain;
}

const TEXT_MAX = 200;
const TEXT = /^[\x20-\x7e]{1,200}$/;
const TAG = /^[A-Za-z0-9._:-]{1,36}$/;
const WHOLE = /^-?(?:0|[1-9]\d*)$/;

const same = (value: string): string => value;

function string(value: JsonValue, scope: Scope): string {
  if (typeof value !== 'string') throw scope.malformed('is a string in double quotes.');
  if (value === '') throw scope.malformed('is empty: leave it out or give it a value.');
  if (value.length > TEXT_MAX) throw scope.malformed(`has more than ${TEXT_MAX} characters.`);
  return copied(value);
}

// V8 keeps a shorter slice as a text of its own, a longer one as a view of the whole chunk
const COPY_FROM = 13;

/** The text without the chunk of input it was cut from, because the engine may keep it for long. */
function copied(value: string): string {
  return value.length < COPY_FROM ? value : Buffer.from(value, 'utf8').toString('utf8');
}

export const idCodec: Codec<string> = { type: 'id', decode: string, encode: same };
export const nameCodec: Codec<string> = { type: 'name', decode: string, encode: same };
export const symbolCodec: Codec<string> = { type: 'symbol', decode: string, encode: same };

/** An id for which the engine has no refusal of its own. */
export const tagCodec: Codec<string> = {
  type: 'id',
  decode(value, scope) {
    const text = string(value, scope);
    if (!TAG.test(text)) throw scope.malformed('is 1 to 36 of A-Z a-z 0-9 . _ : -');
    return text;
  },
  encode: same,
};

export const textCodec: Codec<string> = {
  type: 'text',
  decode(value, scope) {
    const text = string(value, scope);
    if (!TEXT.test(text)) throw scope.malformed('is 1 to 200 printable ASCII characters.');
    return text;
  },
  encode: same,
};

export const booleanCodec: Codec<boolean> = {
  type: 'boolean',
  decode(value, scope) {
    if (typeof value !== 'boolean') throw scope.malformed('is true or false, without quotes.');
    return value;
  },
  encode: (value) => value,
};

export const integerCodec: Codec<number> = { type: 'integer', decode: whole, encode: (n) => n };
export const timeCodec: Codec<number> = { type: 'time', decode: whole, encode: (n) => n };

function whole(value: JsonValue, scope: Scope): number {
  if (!(value instanceof JsonNumber)) {
    throw scope.malformed('is a whole number, without quotes.');
  }
  const number = WHOLE.test(value.text) ? Number(value.text) : Number.NaN;
  if (!Number.isSafeInteger(number) || Object.is(number, -0)) {
    throw scope.malformed(
      `is a whole number up to 9007199254740991, without point or exponent: ${short(value.text)} is not.`,
    );
  }
  return number;
}

/** A word out of a list; its place in the list is the code. */
export function choice<Code extends number>(words: readonly string[]): Codec<Code> {
  const codes = new Map(words.map((word, code) => [word, code]));
  return {
    type: 'choice',
    choices: words,
    decode(value, scope) {
      const code = typeof value === 'string' ? codes.get(value) : undefined;
      if (code === undefined) throw notOneOf(value, words, scope);
      return code as Code;
    },
    encode: (code) => words[code],
  };
}

function notOneOf(value: JsonValue, words: readonly string[], scope: Scope): Malformed {
  const given =
    typeof value === 'string' ? `: ${shown(value)} is not${nearestOf(value, words)}` : '';
  return scope.malformed(`is one of ${words.map((word) => `"${word}"`).join(', ')}${given}.`);
}

const SIDES = ['buy', 'sell'];

function side(value: JsonValue, scope: Scope): Side {
  if (value === 'buy') return 1;
  if (value === 'sell') return -1;
  throw notOneOf(value, SIDES, scope);
}

export const sideCodec: Codec<Side> = {
  type: 'side',
  decode: side,
  encode: (value) => (value === 1 ? 'buy' : 'sell'),
};

/** A side, where 0 stands for none given. */
export const anySideCodec: Codec<Side | 0> = {
  type: 'side',
  decode: side,
  encode: (value) => (value === 0 ? null : value === 1 ? 'buy' : 'sell'),
};

export const accountCodec: Codec<number> = {
  type: 'account',
  decode(value, scope) {
    const number = scope.names.engine.accountNumber(string(value, scope));
    if (number < 0) scope.refuse(ACCOUNT_NOT_FOUND, { params: {} });
    return number;
  },
  encode: (number, scope) => scope.names.account(number),
};

/** A market; prices, sizes and quote amounts of the line are read in its units. */
export const marketCodec: Codec<number> = {
  type: 'market',
  decode(value, scope) {
    const market = scope.names.marketOf(string(value, scope));
    if (market === undefined) scope.refuse(MARKET_NOT_FOUND, { params: {} });
    else scope.enterMarket(market);
    return market?.number ?? -1;
  },
  encode(number, scope) {
    const market = scope.names.market(number);
    if (market === undefined) return null;
    scope.enterMarket(market);
    return market.symbol;
  },
};

/** An asset; `use` says what it is for. */
function assetCodecFor(use: 'amounts' | 'quote' | 'base'): Codec<number> {
  const enter = (scope: Scope, asset: Scope['asset']): void => {
    if (use === 'quote') scope.quote = asset;
    else if (use === 'amounts') scope.asset = asset;
  };
  return {
    type: 'asset',
    decode(value, scope) {
      const asset = scope.names.assetOf(string(value, scope));
      if (asset === undefined) scope.refuse(ASSET_NOT_FOUND, { params: {} });
      enter(scope, asset);
      return asset?.number ?? -1;
    },
    encode(number, scope) {
      const asset = scope.names.asset(number);
      enter(scope, asset);
      return asset?.symbol ?? null;
    },
  };
}

export const assetCodec = assetCodecFor('amounts');
export const quoteAssetCodec = assetCodecFor('quote');
export const baseAssetCodec = assetCodecFor('base');

const ORDER = /^[1-9]\d{0,15}$/;

export const orderCodec: Codec<number> = {
  type: 'order',
  decode(value, scope) {
    if (value instanceof JsonNumber) {
      throw scope.malformed('is the number of an order in quotes, such as "17".');
    }
    const number = typeof value === 'string' && ORDER.test(value) ? Number(value) : 0;
    if (number > 0 && Number.isSafeInteger(number)) return number;
    throw scope.malformed('is the number of an order in quotes, such as "17".');
  },
  encode: (number) => String(number),
};

type GridOf = (scope: Scope) => Grid | undefined;

/**
 * A count of some unit. Without the unit, because a name is not known, only the shape is checked.
 */
function decimal<T extends number>(
  type: WireType,
  brand: (count: number) => T,
  gridOf: GridOf,
  signed = false,
): Codec<T> {
  const read = signed ? parseSignedInUnit : parseInUnit;
  const finest = decimalUnit(DECIMALS_MAX);
  return {
    type,
    decode(value, scope) {
      const text = scope.text(value);
      const grid = gridOf(scope);
      const result = read(text, grid?.unit ?? finest);
      if (!result.ok && result.code === 'OUT_OF_RANGE' && grid === undefined) return brand(0);
      return brand(scope.count(text, result, grid, signed));
    },
    encode(count, scope) {
      const grid = gridOf(scope);
      return grid === undefined ? null : formatInUnit(count, grid.unit);
    },
  };
}

const gridOf = (unit: DecimalUnit | undefined, step = 1): Grid | undefined =>
  unit === undefined ? undefined : { unit, step };

const amountGrid = (asset: Scope['asset']): Grid | undefined =>
  asset === undefined ? undefined : { unit: decimalUnit(asset.decimals), step: 1 };

const PPM_GRID: Grid = { unit: decimalUnit(6), step: 1 };
const E12_GRID: Grid = { unit: decimalUnit(12), step: 1 };

export const priceCodec = decimal<Price>('price', price, (s) => gridOf(s.priceUnit, s.tickSize));
export const markCodec = decimal<Price>('mark', price, (s) => gridOf(s.priceUnit));
export const sizeCodec = decimal<Size>('size', size, (s) => gridOf(s.sizeUnit, s.lotSize));
/** A size that is a bound and no order: any count of the size unit. */
export const boundCodec = decimal<Size>('size', size, (s) => gridOf(s.sizeUnit));
export const amountCodec = decimal<Amount>('amount', amount, (s) => amountGrid(s.asset));
export const signedAmountCodec = decimal<Amount>(
  'amount',
  amount,
  (s) => amountGrid(s.asset),
  true,
);
export const quoteCodec = decimal<Amount>('quote', amount, (s) => amountGrid(s.quote));
export const ratioCodec = decimal<Ppm>('ratio', ppm, () => PPM_GRID);
export const signedRatioCodec = decimal<Ppm>('ratio', ppm, () => PPM_GRID, true);
export const rateCodec = decimal<number>('rate', Number, () => E12_GRID);
export const signedRateCodec = decimal<number>('rate', Number, () => E12_GRID, true);

/** An amount of the asset that the line makes. */
export const amountOfNewAsset = decimal<Amount>('amount', amount, (s) =>
  gridOf(decimalUnit(decimalsOf(s.target['decimals']))),
);

const settlementDecimal = decimal<Amount>('settlement', amount, (s) =>
  s.target['settlement'] === true
    ? gridOf(decimalUnit(decimalsOf(s.target['decimals'])))
    : amountGrid(s.names.settlement()),
);

/** An asset's price: settlement units per whole asset; the settlement asset counts in itself. */
export const assetPriceCodec: Codec<Amount> = {
  ...settlementDecimal,
  decode(value, scope) {
    if (scope.target['settlement'] !== true && scope.names.settlement() === undefined) {
      const advice = 'Create the settlement asset first: prices are counted in it.';
      scope.refuse(ASSET_NOT_FOUND, { params: {}, advice });
    }
    return settlementDecimal.decode(value, scope);
  },
};

/** Decimals that are none are the engine's to refuse; until then the finest stand in. */
function decimalsOf(value: unknown): number {
  const decimals = typeof value === 'number' ? value : DECIMALS_MAX;
  return decimals >= 0 && decimals <= DECIMALS_MAX ? decimals : DECIMALS_MAX;
}

function unitCodecFor(key: 'priceUnit' | 'sizeUnit'): Codec<string> {
  return {
    type: 'unit',
    decode(value, scope) {
      const text = scope.text(value);
      const read = parseUnit(text);
      if (!read.ok) {
        throw scope.malformed(
          `is a decimal above zero of at most 12 decimals, such as "0.01": ${shown(text)} is not.`,
        );
      }
      scope[key] = read.unit;
      return read.unit.text;
    },
    encode(value, scope) {
      const read = parseUnit(value);
      if (read.ok) scope[key] = read.unit;
      return value;
    },
  };
}

export const priceUnitCodec = unitCodecFor('priceUnit');
export const sizeUnitCodec = unitCodecFor('sizeUnit');

const BRACKET_FIELDS = ['floor_notional', 'initial', 'maintenance'] as const;
const BRACKETS_MAX = 64;

export const bracketsCodec: Codec<readonly BracketTerms[]> = {
  type: 'brackets',
  decode(value, scope) {
    const path = scope.field;
    if (!Array.isArray(value) || value.length === 0 || value.length > BRACKETS_MAX) {
      throw scope.malformed(`is an array of 1 to ${BRACKETS_MAX} brackets.`);
    }
    const brackets = value.map((item, i) => bracket(item, `${path}[${i}]`, scope));
    scope.field = path;
    return brackets;
  },
  encode: (brackets, scope) =>
    brackets.map((row) => ({
      floor_notional: quoteCodec.encode(row.floorNotional, scope),
      initial: ratioCodec.encode(row.initialPpm, scope),
      maintenance: ratioCodec.encode(row.maintenancePpm, scope),
    })),
};

function bracket(value: JsonValue, path: string, scope: Scope): BracketTerms {
  const object = objectOf(value, path, BRACKET_FIELDS, scope);
  const ratio = (name: string): Ppm => ratioCodec.decode(member(object, path, name, scope), scope);
  return {
    floorNotional: quoteCodec.decode(member(object, path, 'floor_notional', scope), scope),
    initialPpm: ratio('initial'),
    maintenancePpm: ratio('maintenance'),
  };
}

const SOURCE_FIELDS = ['source', 'price', 'at'] as const;
/** More than the engine takes, so that it says how many it does. */
const SOURCES_READ_MAX = 64;

/** What index sources say; undefined = one price is given instead. */
export const sourcesCodec: Codec<readonly SourcePrice[] | undefined> = {
  type: 'sources',
  decode(value, scope) {
    const path = scope.field;
    if (!Array.isArray(value) || value.length > SOURCES_READ_MAX) {
      throw scope.malformed(`is an array of sources, at most ${SOURCES_READ_MAX}.`);
    }
    const sources = value.map((item, i) => source(item, `${path}[${i}]`, scope));
    scope.field = path;
    return sources;
  },
  encode: (sources, scope) =>
    sources === undefined
      ? null
      : sources.map(({ source: number, price: said, at }) => ({
          source: number,
          price: markCodec.encode(said, scope),
          at,
        })),
};

function source(value: JsonValue, path: string, scope: Scope): SourcePrice {
  const object = objectOf(value, path, SOURCE_FIELDS, scope);
  return {
    source: whole(member(object, path, 'source', scope), scope),
    price: markCodec.decode(member(object, path, 'price', scope), scope),
    at: whole(member(object, path, 'at', scope), scope),
  };
}

/** The object at `path`, with no other members than these. @throws Malformed */
function objectOf(
  value: JsonValue,
  path: string,
  fields: readonly string[],
  scope: Scope,
): JsonObject {
  scope.field = path;
  if (!(value instanceof JsonObject)) {
    throw scope.malformed(`is an object with ${fields.join(', ')}.`);
  }
  for (const name of value.names) {
    if (fields.includes(name)) continue;
    throw scope.malformed(`has no ${shown(name)}${nearestOf(name, fields)}.`);
  }
  return value;
}

/** A member that must be there; the scope names it from now on. @throws Malformed */
function member(object: JsonObject, path: string, name: string, scope: Scope): JsonValue {
  scope.field = `${path}.${name}`;
  const given = object.get(name);
  if (given === undefined) throw scope.malformed('is missing.');
  return given;
}
