// What programs outside may import of the figures of Drift accounts. Nothing is defined here.

export { driftFigures } from './figures.ts';
export type {
  DriftFigures,
  DriftIsolatedFigures,
  DriftPositionFigures,
  LeverageComponents,
} from './figures.ts';
export { driftLiquidationPrices, ORACLE_PRICE_MAX } from './liquidation-price.ts';
export type { DriftLiquidationPrice, DriftLiquidationPrices } from './liquidation-price.ts';
export { openAccount } from './margin.ts';
export type { OpenAccount, PerpLeg, SpotLeg } from './margin.ts';
export { sdkLiquidationPrice } from './sdk-liquidation-price.ts';
export type { SdkLiquidationTerms } from './sdk-liquidation-price.ts';
export type {
  DriftAccount,
  DriftMarginCategory,
  DriftMode,
  DriftPerpMarket,
  DriftPerpPosition,
  DriftSpotMarket,
  DriftSpotPosition,
} from './types.ts';
