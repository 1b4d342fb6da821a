// What programs outside may import about margin at other venues. Nothing is defined here.

export {
  bybitLiquidationPrice,
  isLinearLiquidatable,
  linearLiquidationPrice,
} from './linear-perp.ts';
export type { BybitPosition, LinearPosition, LinearTerms } from './linear-perp.ts';
export type { VenueLiquidationPrice, VenueScale } from './scale.ts';
export {
  binanceDebtAfter,
  binanceLiquidation,
  debtRatioPpmCeil,
  isSpotLiquidatable,
  KUCOIN_ALERT,
  KUCOIN_LIQUIDATION,
  KUCOIN_TRANSFER_OUT,
  kucoinDebtAfter,
  marginLevelPpmFloor,
  spotLiquidationPrice,
} from './spot-isolated.ts';
export type { Ratio, SpotIsolated } from './spot-isolated.ts';
