// From the decimals and names of a body to the whole numbers of a command. Shape was checked
// before; here a name may be unknown and a decimal may be finer than its unit. Such a refusal comes
// from the engine's own table, and the one that comes first there is kept.

import {
  ACCOUNT_NOT_FOUND,
  AMOUNT_OUT_OF_RANGE,
  ASSET_NOT_FOUND,
  MARKET_NOT_FOUND,
  STEP_MISMATCH,
} from '../engine/reason.ts';
import { VALUE_MAX } from '../engine/limits.ts';
import { amount, ppm, price, size } from '../units/brand.ts';
import type { Amount, Ppm, Price, Size } from '../units/brand.ts';
import {
  formatInUnit,
  parseInUnit,
  parseSignedInUnit,
  parseUnit,
  type DecimalUnit,
} from '../units/decimal.ts';
import { decimalUnit, type AssetUnits, type Catalog, type MarketUnits } from './catalog.ts';

/**
 * A refusal found before the engine is asked: it has no sequence and no id is remembered for it.
 */
export interface EdgeRefusal {
  readonly number: number;
  readonly field: string;
  readonly params: Readonly<Record<string, string>>;
  readonly advice?: string;
}

const RATIO_UNIT = decimalUnit(6);
const RATE_UNIT = decimalUnit(12);

/** Reads the fields of one body. */
export class Reading {
  readonly catalog: Catalog;
  refusal: EdgeRefusal | undefined;
  /** The market that the body names: refusals write their numbers in its units. */
  entered: MarketUnits | undefined;
  /** The asset that the body names. */
  enteredAsset: AssetUnits | undefined;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  refuse(refusal: EdgeRefusal): void {
    if (this.refusal !== undefined && this.refusal.number <= refusal.number) return;
    this.refusal = refusal;
  }

  /** The market's units, or undefined and a refusal. */
  market(symbol: string, field = 'market'): MarketUnits | undefined {
    const market = this.catalog.marketOf(symbol);
    if (market === undefined) this.refuse({ number: MARKET_NOT_FOUND, field, params: {} });
    else this.entered = market;
    return market;
  }

  asset(symbol: string, field = 'asset'): AssetUnits | undefined {
    const asset = this.catalog.assetOf(symbol);
    if (asset === undefined) this.refuse({ number: ASSET_NOT_FOUND, field, params: {} });
    else this.enteredAsset = asset;
    return asset;
  }

  /** The account's number, or −1 and a refusal. */
  account(name: string, field = 'account'): number {
    const number = this.catalog.source.accountNumber(name);
    if (number < 0) this.refuse({ number: ACCOUNT_NOT_FOUND, field, params: {} });
    return number;
  }

  price(field: string, text: string | undefined, market: MarketUnits | undefined): Price {
    return price(this.count(field, text, market?.priceUnit));
  }

  size(field: string, text: string | undefined, market: MarketUnits | undefined): Size {
    return size(this.count(field, text, market?.sizeUnit));
  }

  amount(field: string, text: string | undefined, asset: AssetUnits | undefined): Amount {
    return amount(this.count(field, text, asset && decimalUnit(asset.decimals)));
  }

  ratio(field: string, text: string | undefined): Ppm {
    return ppm(this.count(field, text, RATIO_UNIT));
  }

  /** A rate of funding or interest, in 10^−12. */
  rate(field: string, text: string | undefined): number {
    return this.count(field, text, RATE_UNIT);
  }

  /** A decimal unit such as "0.1", in its canonical form. */
  unit(field: string, text: string): DecimalUnit | undefined {
    const read = parseUnit(text);
    if (read.ok) return read.unit;
    this.refuse({ number: STEP_MISMATCH, field, params: {}, advice: 'A unit is above zero.' });
    return undefined;
  }

  /** 0 for what was not given or was refused. */
  count(field: string, text: string | undefined, unit: DecimalUnit | undefined): number {
    if (text === undefined || unit === undefined) return 0;
    const read = text.startsWith('-') ? parseSignedInUnit(text, unit) : parseInUnit(text, unit);
    if (read.ok) return read.value;
    if (read.code === 'OUT_OF_RANGE') {
      const params = { value: text, limit: formatInUnit(VALUE_MAX, unit) };
      this.refuse({ number: AMOUNT_OUT_OF_RANGE, field, params });
    } else if (read.code === 'STEP_MISMATCH') {
      this.refuse({ number: STEP_MISMATCH, field, params: this.steps(), advice: nearest(read) });
    } else {
      const advice = 'A negative zero is no amount.';
      this.refuse({ number: AMOUNT_OUT_OF_RANGE, field, params: { value: text }, advice });
    }
    return 0;
  }

  private steps(): Record<string, string> {
    const market = this.entered;
    if (market === undefined) return {};
    const { tickSize, priceUnit, lotSize, sizeUnit } = market;
    return { tick: formatInUnit(tickSize, priceUnit), lot: formatInUnit(lotSize, sizeUnit) };
  }
}

function nearest({ below, above }: { below: string; above: string }): string {
  const legal = [below, above].filter((value) => value !== '0');
  return legal.length === 1
    ? `The nearest legal value is ${legal[0]}.`
    : `The nearest legal values are ${legal.join(' and ')}.`;
}
