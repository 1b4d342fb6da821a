// What the mark channel tells of a market: its prices, and what its funding looks like.

import { priceOrNull, type MarketUnits } from '../../contract/catalog.ts';
import type { SnapshotData } from '../../contract/stream/channels.ts';
import { rateText } from '../../contract/market-terms.ts';
import { isoTimeOrNull } from '../../contract/words.ts';
import { fundingOutlook, type PremiumSamples } from '../../projections/funding-outlook.ts';
import type { Engine } from '../exchange.ts';

type Market = ReturnType<Engine['markets']>[number];

/** The numbers of a market that the channel follows. */
export interface Prices extends PremiumSamples {
  readonly mark: number;
  readonly index: number;
}

/** `market` for its terms; the numbers may be those of another moment. */
export function pricesOf(
  market: Market,
  { mark, index, premiumSum, premiumSamples }: Prices,
  nowMs: number,
  units: MarketUnits,
): SnapshotData<'mark'> {
  const funding = fundingOutlook(market, nowMs, { premiumSum, premiumSamples });
  return {
    mark: priceOrNull(mark, units),
    index: priceOrNull(index, units),
    funding_rate: funding === undefined ? null : rateText(funding.rateE12),
    next_funding_at: isoTimeOrNull(funding?.nextAtMs ?? 0),
  };
}
