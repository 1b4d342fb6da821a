// Rows of the things that other rows name by number. The accounts that exist from the start are
// written when the history begins.

import { MARKET_SPOT, SYSTEM_ACCOUNTS } from '../../engine/command.ts';
import type { AccountFact, AssetFact, MarketFact } from '../record.ts';
import type { AccountRow, AssetRow, MarketRow } from '../sql/tables.ts';
import type { MarketUnits } from './fold.ts';

/** `time` null: before the history begins. */
export function assetRow(fact: AssetFact, time: number | null): AssetRow {
  const { asset, symbol, decimals, settlement } = fact;
  return { asset, symbol, decimals, settlement: settlement ? 1 : 0, created_at: time };
}

export function marketRow(fact: MarketFact, time: number | null, status = 0): MarketRow {
  return {
    market: fact.market,
    symbol: fact.symbol,
    kind: fact.marketKind,
    base: fact.base,
    quote: fact.quote,
    price_unit: fact.priceUnit,
    size_unit: fact.sizeUnit,
    multiplier: BigInt(fact.multiplier),
    base_multiplier: BigInt(fact.baseMultiplier),
    tick_size: BigInt(fact.tickSize),
    lot_size: BigInt(fact.lotSize),
    status,
    created_at: time,
  };
}

export function accountRow(fact: AccountFact, time: number | null): AccountRow {
  const { account, name, owner } = fact;
  return { account, name, owner, created_at: time };
}

export function systemAccounts(): AccountRow[] {
  return SYSTEM_ACCOUNTS.map((name, account) => ({ account, name, owner: name, created_at: null }));
}

export function unitsOf(row: MarketRow): MarketUnits {
  const { quote } = row;
  return { multiplier: Number(row.multiplier), quote, isSpot: row.kind === MARKET_SPOT };
}
