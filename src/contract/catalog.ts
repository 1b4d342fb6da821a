// Names and units for numbers: what the engine counts, people call by name and write as decimals.
// What is remembered here never changes once it exists, so nothing has to be thrown away.

import type { Asset } from '../engine/state/assets.ts';
import type { Market } from '../engine/state/market.ts';
import { assert } from '../units/assert.ts';
import { formatDecimal, formatInUnit, parseUnit, type DecimalUnit } from '../units/decimal.ts';

/** The part of an engine that knows names. */
export interface NameSource {
  assets(): readonly Asset[];
  markets(): readonly Market[];
  assetNumber(symbol: string): number;
  marketNumber(symbol: string): number;
  accountNumber(name: string): number;
  accountName(account: number): string;
}

/** What an asset's amounts are written with. */
export interface AssetUnits {
  readonly number: number;
  readonly symbol: string;
  readonly decimals: number;
}

/** What a market's prices, sizes and amounts are written with. */
export interface MarketUnits {
  readonly number: number;
  readonly symbol: string;
  readonly kind: number;
  readonly base: AssetUnits | undefined;
  readonly quote: AssetUnits;
  readonly priceUnit: DecimalUnit;
  readonly sizeUnit: DecimalUnit;
  readonly multiplier: number;
  readonly tickSize: number;
  readonly lotSize: number;
}

/** Looks names and units up and remembers them. */
export class Catalog {
  readonly source: NameSource;
  private readonly knownMarkets: MarketUnits[] = [];

  constructor(source: NameSource) {
    this.source = source;
  }

  asset(number: number): AssetUnits | undefined {
    const asset = this.source.assets()[number];
    if (asset === undefined) return undefined;
    return { number, symbol: asset.symbol, decimals: asset.decimals };
  }

  assetOf(symbol: string): AssetUnits | undefined {
    return this.asset(this.source.assetNumber(symbol));
  }

  /** The asset that cross margin is counted in, or undefined before there is one. */
  settlement(): AssetUnits | undefined {
    return this.asset(this.source.assets().findIndex((asset) => asset.settlement));
  }

  market(number: number): MarketUnits | undefined {
    const known = this.knownMarkets[number];
    if (known !== undefined) return known;
    const market = this.source.markets()[number];
    if (market === undefined) return undefined;
    const units = this.unitsOf(number, market);
    this.knownMarkets[number] = units;
    return units;
  }

  marketOf(symbol: string): MarketUnits | undefined {
    return this.market(this.source.marketNumber(symbol));
  }

  /** The market of a view or an event, which exists. */
  marketAt(number: number): MarketUnits {
    const units = this.market(number);
    assert(units !== undefined, 'a number that is no market');
    return units;
  }

  /** The asset of a view or an event, which exists. */
  assetAt(number: number): AssetUnits {
    const units = this.asset(number);
    assert(units !== undefined, 'a number that is no asset');
    return units;
  }

  accountName(number: number): string {
    return this.source.accountName(number);
  }

  private unitsOf(number: number, market: Market): MarketUnits {
    return {
      number,
      symbol: market.symbol,
      kind: market.kind,
      base: market.base < 0 ? undefined : this.assetAt(market.base),
      quote: this.assetAt(market.quote),
      priceUnit: unitOf(market.priceUnit),
      sizeUnit: unitOf(market.sizeUnit),
      multiplier: market.multiplier,
      tickSize: market.tickSize,
      lotSize: market.lotSize,
    };
  }
}

function unitOf(text: string): DecimalUnit {
  const read = parseUnit(text);
  assert(read.ok, 'a market with a unit that is none');
  return read.unit;
}

const unitsOfDecimals = new Map<number, DecimalUnit>();

/** 10^−decimals as a unit. */
export function decimalUnit(decimals: number): DecimalUnit {
  const known = unitsOfDecimals.get(decimals);
  if (known !== undefined) return known;
  const unit = { text: formatDecimal(1, decimals), numerator: 1, decimals };
  unitsOfDecimals.set(decimals, unit);
  return unit;
}

export const priceText = (value: number, market: MarketUnits): string =>
  formatInUnit(value, market.priceUnit);

/** A price that may be absent (0). */
export const priceOrNull = (value: number, market: MarketUnits): string | null =>
  value === 0 ? null : formatInUnit(value, market.priceUnit);

export const sizeText = (value: number, market: MarketUnits): string =>
  formatInUnit(value, market.sizeUnit);

export const amountText = (value: number, asset: Pick<AssetUnits, 'decimals'>): string =>
  formatDecimal(value, asset.decimals);

/** Sums over accounts may pass what a double holds. */
export function sumText(value: bigint, { decimals }: AssetUnits): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${sign}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}
