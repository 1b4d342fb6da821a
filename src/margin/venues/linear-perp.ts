// Liquidation prices of linear perpetuals at other venues, as each of them defines its own: Binance
// from brackets with a maintenance amount, OKX and Gate with the closing fee, Bybit from entry and
// leverage alone. Liquidatable includes equality there, other than in this exchange (spec margin
// §5): a price returned is the last unit at which the venue liquidates. With a whole bracket table
// `liquidationPrice` of this room finds the bracket too.

import { absBig } from '../../units/big.ts';
import { whereNotNegative } from './price-line.ts';
import { commonUnit, type VenueLiquidationPrice, type VenueScale } from './scale.ts';

const PPM_ONE = 1_000_000n;
const LEVERAGE_ONE = 100n;

/** A position and what covers it. */
export interface LinearPosition {
  /** Signed count of the base unit, not 0. */
  readonly size: bigint;
  /** Average entry price, price units. */
  readonly entry: bigint;
  /**
   * Quote units: the position's own margin; or, cross, the wallet less the other positions'
   * maintenance plus their unrealised profit.
   */
  readonly collateral: bigint;
}

/** What the venue's bracket asks for. */
export interface LinearTerms {
  /** 10^-6 of the value at the mark. */
  readonly maintenancePpm: number;
  /** Binance: the bracket's maintenance amount, quote units, taken off; elsewhere 0. */
  readonly maintenanceAmount: bigint;
  /** OKX and Gate: the taker fee of the closing order, 10^-6; elsewhere 0. */
  readonly takerFeePpm: number;
}

/** Margin ≤ maintenance and fee at a price, exactly. */
export function isLinearLiquidatable(
  position: LinearPosition,
  price: bigint,
  terms: LinearTerms,
  scale: VenueScale,
): boolean {
  const { slope, offset } = shortfall(position, terms, scale);
  return slope * price + offset >= 0n;
}

/**
 * Binance, OKX and Gate in one: (C + A − s·a·e) ÷ (a·r − s·a) with the maintenance amount A, the
 * rate r with the fee, the side s. With A = 0 it is (e ∓ C/a) ÷ (1 ∓ r).
 */
export function linearLiquidationPrice(
  position: LinearPosition,
  terms: LinearTerms,
  scale: VenueScale,
): VenueLiquidationPrice {
  const { slope, offset } = shortfall(position, terms, scale);
  return whereNotNegative(slope, offset);
}

/** Maintenance and fee less margin, in 10^-6 of the common unit, as a line in the price. */
function shortfall(
  { size, entry, collateral }: LinearPosition,
  { maintenancePpm, maintenanceAmount, takerFeePpm }: LinearTerms,
  scale: VenueScale,
): { readonly slope: bigint; readonly offset: bigint } {
  const { perValue, perQuote } = commonUnit(scale);
  const rate = BigInt(maintenancePpm + takerFeePpm);
  return {
    slope: (absBig(size) * rate - size * PPM_ONE) * perValue,
    offset: (size * entry * perValue - (collateral + maintenanceAmount) * perQuote) * PPM_ONE,
  };
}

/** A Bybit position: its margin is what the leverage makes of the entry value. */
export interface BybitPosition {
  readonly side: 1 | -1;
  /** Average entry price, price units. */
  readonly entry: bigint;
  /** 0.01×, > 0. */
  readonly leverageHundredths: number;
  /** 10^-6 of the value at entry. */
  readonly maintenancePpm: number;
}

/**
 * Bybit, isolated, without added margin: e·(1 ∓ 1/leverage ± rate). The maintenance is that of the
 * entry value, so that the price is a line of the entry price alone.
 */
export function bybitLiquidationPrice({
  side,
  entry,
  leverageHundredths,
  maintenancePpm,
}: BybitPosition): VenueLiquidationPrice {
  const leverage = BigInt(leverageHundredths);
  const s = BigInt(side);
  const kept = leverage * (PPM_ONE + s * BigInt(maintenancePpm)) - s * LEVERAGE_ONE * PPM_ONE;
  return whereNotNegative(-s * leverage * PPM_ONE, s * entry * kept);
}
