// `plimsoll/drift`: the figures of Drift's accounts, and those of a pair from the margin ratios and
// prices of a venue's own markets. There is no network behind it; nothing is defined here.

export * from './drift/public.ts';
export { driftLegMarket, driftLegMarkets } from './drift/leg-market.ts';
export { getAccuratePositionMetrics } from './pair-numbers.ts';
export { ratioLegMarket } from './pair-market.ts';
export type { LegMarket, LegMarketSource, RatioOfSize } from './pair-market.ts';
export type { LiquidationRatios, PairFigures } from './pair-figures.ts';
export type { VenuePairPosition } from './pair-numbers.ts';
