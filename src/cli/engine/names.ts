// Names for numbers: what the engine counts, people call by name and write as decimals. Everything
// remembered here never changes once it exists (symbols, units, account names), so nothing has to
// be thrown away.

import { parseUnit, type DecimalUnit } from '../../units/decimal.ts';
import { assert } from '../../units/assert.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Market } from '../../engine/state/market.ts';

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
  readonly base: number;
  readonly quote: AssetUnits;
  readonly priceUnit: DecimalUnit;
  readonly sizeUnit: DecimalUnit;
  /** Quote units per price unit × size unit. */
  readonly multiplier: number;
  readonly tickSize: number;
  readonly lotSize: number;
}

const UNKNOWN = -1;

/** Looks names and units up in an engine and remembers them. */
export class Names {
  readonly engine: Engine;
  private readonly assets: AssetUnits[] = [];
  private readonly markets: MarketUnits[] = [];
  private readonly accounts: string[] = [];
  private settlementFound: AssetUnits | undefined;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** The asset of that number, or undefined when there is none (yet). */
  asset(number: number): AssetUnits | undefined {
    return this.assets[number] ?? this.readAsset(number);
  }

  /** The market of that number, or undefined when there is none (yet). */
  market(number: number): MarketUnits | undefined {
    return this.markets[number] ?? this.readMarket(number);
  }

  /** The asset that cross margin is counted in, or undefined before there is one. */
  settlement(): AssetUnits | undefined {
    if (this.settlementFound !== undefined) return this.settlementFound;
    const number = this.engine.assets().findIndex((asset) => asset.settlement);
    this.settlementFound = number === UNKNOWN ? undefined : this.asset(number);
    return this.settlementFound;
  }

  assetOf(symbol: string): AssetUnits | undefined {
    const number = this.engine.assetNumber(symbol);
    return number === UNKNOWN ? undefined : this.asset(number);
  }

  marketOf(symbol: string): MarketUnits | undefined {
    const number = this.engine.marketNumber(symbol);
    return number === UNKNOWN ? undefined : this.market(number);
  }

  /** The name of an account that exists. */
  account(number: number): string {
    const known = this.accounts[number];
    if (known !== undefined) return known;
    const name = this.engine.accountName(number);
    if (name !== '') this.accounts[number] = name;
    return name;
  }

  private readAsset(number: number): AssetUnits | undefined {
    const asset = this.engine.assets()[number];
    if (asset === undefined) return undefined;
    const units = { number, symbol: asset.symbol, decimals: asset.decimals };
    this.assets[number] = units;
    return units;
  }

  private readMarket(number: number): MarketUnits | undefined {
    const market = this.engine.markets()[number];
    if (market === undefined) return undefined;
    const units = this.unitsOf(number, market);
    this.markets[number] = units;
    return units;
  }

  private unitsOf(number: number, market: Market): MarketUnits {
    const quote = this.asset(market.quote);
    assert(quote !== undefined, 'a market without a quote asset');
    return {
      number,
      symbol: market.symbol,
      kind: market.kind,
      base: market.base,
      quote,
      priceUnit: unit(market.priceUnit),
      sizeUnit: unit(market.sizeUnit),
      multiplier: market.multiplier,
      tickSize: market.tickSize,
      lotSize: market.lotSize,
    };
  }
}

function unit(text: string): DecimalUnit {
  const read = parseUnit(text);
  assert(read.ok, 'a market with a unit that is none');
  return read.unit;
}
