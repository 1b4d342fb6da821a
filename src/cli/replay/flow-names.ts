// The words of a Plimsoll flow: its columns, the units that are not a market's, and what its names
// stand for. A name that the file has not introduced stops the replay with the row that used it.

import type { DecimalUnit } from '../../units/decimal.ts';
import type { DetailField } from './detail-field.ts';
import type { Rows } from './rows.ts';
import { unit, type AssetInfo, type MarketInfo, type Session } from './session.ts';

/** Columns. */
export const FLOW = {
  time: 0,
  op: 1,
  account: 2,
  symbol: 3,
  side: 4,
  price: 5,
  size: 6,
  detail: 7,
} as const;

export const WHOLE_UNIT = unit('1');
/** Ratios count millionths. */
export const PPM = unit('0.000001');

/** Everything that executes a row needs. */
export interface RowContext {
  readonly session: Session;
  readonly rows: Rows;
  readonly names: FlowNames;
  readonly time: number;
  readonly detail: DetailField;
}

export class FlowNames {
  readonly assets = new Map<string, AssetInfo>();
  readonly markets = new Map<string, MarketInfo>();
  readonly accounts = new Map<string, number>();
  private readonly units = new Map<number, DecimalUnit>();

  account(rows: Rows, column: number): number {
    const found = this.accounts.get(rows.fields[column]);
    if (found !== undefined) return found;
    throw rows.bad(column, 'an account that an earlier row created');
  }

  market(rows: Rows, column: number): MarketInfo {
    const found = this.markets.get(rows.fields[column]);
    if (found !== undefined) return found;
    throw rows.bad(column, 'a market that an earlier row created');
  }

  asset(rows: Rows, column: number): AssetInfo {
    const found = this.assets.get(rows.fields[column]);
    if (found !== undefined) return found;
    throw rows.bad(column, 'an asset that an earlier row created');
  }

  /** As `asset`, for a symbol out of the detail. */
  assetOf(rows: Rows, symbol: string): AssetInfo {
    const found = this.assets.get(symbol);
    if (found !== undefined) return found;
    throw rows.bad(FLOW.detail, `an asset that an earlier row created instead of ${symbol}`);
  }

  /** What one unit of an asset is. */
  unitOf(asset: AssetInfo): DecimalUnit {
    const known = this.units.get(asset.decimals);
    if (known !== undefined) return known;
    const made = unit(asset.decimals === 0 ? '1' : `0.${'1'.padStart(asset.decimals, '0')}`);
    this.units.set(asset.decimals, made);
    return made;
  }
}
