// Amounts of other venues: whole counts of the smallest unit of a token, a quote and a price, whose
// decimals have nothing to do with each other. A count of a token with eighteen decimals passes
// 2^53, so these are big integers.

/** Decimals of a market at another venue: a count is in 10^-decimals. */
export interface VenueScale {
  readonly baseDecimals: number;
  readonly quoteDecimals: number;
  readonly priceDecimals: number;
}

/** What brings base × price and quote amounts to one unit, both > 0. */
export interface CommonUnit {
  readonly perValue: bigint;
  readonly perQuote: bigint;
}

/** base · price · perValue and quote · perQuote are in the same unit, the finer of the two. */
export function commonUnit(scale: VenueScale): CommonUnit {
  const spare = scale.baseDecimals + scale.priceDecimals - scale.quoteDecimals;
  return spare >= 0
    ? { perValue: 1n, perQuote: 10n ** BigInt(spare) }
    : { perValue: 10n ** BigInt(-spare), perQuote: 1n };
}

/** The price units at which something is liquidatable. */
export type VenueLiquidationPrice =
  /** At this price and every lower one. */
  | { readonly kind: 'below'; readonly price: bigint }
  /** At this price and every higher one. */
  | { readonly kind: 'above'; readonly price: bigint }
  /** At no price. */
  | { readonly kind: 'none' }
  /** At every price. */
  | { readonly kind: 'always' };
