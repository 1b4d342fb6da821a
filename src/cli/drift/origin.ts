// A price with where it comes from, in the words of the command line.

import type { DriftPerpMarket, DriftSpotMarket } from '../../margin/drift/types.ts';
import type { ReadMarket } from '../../brokers/drift/snapshot.ts';
import { priceText } from './numbers.ts';

export interface PriceRow {
  readonly market: string;
  readonly market_index: number;
  readonly price: string;
  /** `oracle`, `market` (kept by the market account) or `fixed`. */
  readonly price_from: string;
  readonly oracle_source: string;
  readonly oracle: string;
  readonly age_slots: number | null;
  readonly age_ms: number | null;
  /** Why it is not the oracle's own. */
  readonly because: string | null;
}

export function originOf(read: ReadMarket<DriftPerpMarket | DriftSpotMarket>): PriceRow {
  const { market, origin } = read;
  return {
    market: market.symbol,
    market_index: market.marketIndex,
    price: priceText(origin.price),
    price_from: origin.from,
    oracle_source: origin.source,
    oracle: origin.oracle,
    age_slots: origin.ageSlots ?? null,
    age_ms: origin.ageMs ?? null,
    because: origin.because ?? null,
  };
}
