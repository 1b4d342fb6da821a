// Isolated margin on spot at other venues: a pair's assets against its debts. KuCoin looks at debt
// ÷ assets and Binance at assets ÷ debt; both are one condition with one threshold. The price is
// the venue's mark or index price, never the last trade. Exit fees and slippage are not in it.
//
// Formulas: spec margin §9. An amount never owed is 0, and nothing is rounded before the end.

import { divCeilBig, divFloorBig } from '../../units/big.ts';
import { whereNotNegative } from './price-line.ts';
import { commonUnit, type VenueLiquidationPrice, type VenueScale } from './scale.ts';

/** A pair's isolated account. Counts of the smallest unit, none negative, debts with interest. */
export interface SpotIsolated {
  readonly base: bigint;
  readonly quote: bigint;
  readonly baseDebt: bigint;
  readonly quoteDebt: bigint;
}

/** A share as a fraction; the denominator is > 0. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const RATIO_ONE = 1_000_000n;

/** KuCoin liquidates at a debt ratio of 97 %, warns at 95 %, lets nothing out above 60 %. */
export const KUCOIN_LIQUIDATION: Ratio = { numerator: 97n, denominator: 100n };
export const KUCOIN_ALERT: Ratio = { numerator: 95n, denominator: 100n };
export const KUCOIN_TRANSFER_OUT: Ratio = { numerator: 60n, denominator: 100n };

/**
 * The debt ratio at which Binance liquidates, from the liquidation level of the pair's tier in
 * 10^-6: 1.05 at 10×, 1.15 at 5×, 1.18 at 3× (the venue publishes them per tier, and changes them).
 */
export function binanceLiquidation(levelPpm: number): Ratio {
  return { numerator: RATIO_ONE, denominator: BigInt(levelPpm) };
}

interface Sides {
  readonly assets: bigint;
  readonly debts: bigint;
}

function sidesAt(pair: SpotIsolated, price: bigint, scale: VenueScale): Sides {
  const { perValue, perQuote } = commonUnit(scale);
  return {
    assets: pair.base * price * perValue + pair.quote * perQuote,
    debts: pair.baseDebt * price * perValue + pair.quoteDebt * perQuote,
  };
}

/** Debt ÷ assets ≥ threshold. Without a debt nothing is liquidatable. */
export function isSpotLiquidatable(
  pair: SpotIsolated,
  price: bigint,
  threshold: Ratio,
  scale: VenueScale,
): boolean {
  const { assets, debts } = sidesAt(pair, price, scale);
  return debts > 0n && debts * threshold.denominator >= assets * threshold.numerator;
}

/**
 * KuCoin's debt ratio at a price in 10^-6, rounded up: never shown safer than it is. `undefined`
 * when there are debts and nothing to pay them with.
 */
export function debtRatioPpmCeil(
  pair: SpotIsolated,
  price: bigint,
  scale: VenueScale,
): bigint | undefined {
  const { assets, debts } = sidesAt(pair, price, scale);
  if (debts === 0n) return 0n;
  return assets === 0n ? undefined : divCeilBig(debts * RATIO_ONE, assets);
}

/**
 * Binance's margin level at a price in 10^-6, rounded down: never shown safer than it is.
 * `undefined` without a debt.
 */
export function marginLevelPpmFloor(
  pair: SpotIsolated,
  price: bigint,
  scale: VenueScale,
): bigint | undefined {
  const { assets, debts } = sidesAt(pair, price, scale);
  return debts === 0n ? undefined : divFloorBig(assets * RATIO_ONE, debts);
}

/**
 * The liquidation price: (Dq − θ·Q) ÷ (θ·B − Db) cut to the last price unit at which
 * `isSpotLiquidatable` holds. Below for who holds the base asset, above for who owes it.
 */
export function spotLiquidationPrice(
  pair: SpotIsolated,
  threshold: Ratio,
  scale: VenueScale,
): VenueLiquidationPrice {
  const { base, quote, baseDebt, quoteDebt } = pair;
  if (baseDebt === 0n && quoteDebt === 0n) return { kind: 'none' };
  const { perValue, perQuote } = commonUnit(scale);
  const { numerator, denominator } = threshold;
  return whereNotNegative(
    (baseDebt * denominator - base * numerator) * perValue,
    (quoteDebt * denominator - quote * numerator) * perQuote,
  );
}

const HOURS_PER_DAY = 24n;
const DAY_RATE_ONE = 1_000_000_000_000n;

/**
 * A KuCoin debt after a number of charges: the first falls due at the borrow, then one with every
 * hour, each on the debt with what was charged before and rounded up to the smallest unit. The day
 * rate is in 10^-12.
 */
export function kucoinDebtAfter(debt: bigint, dayRate: bigint, charges: number): bigint {
  let owed = debt;
  for (let i = 0; i < charges; i += 1) {
    owed += divCeilBig(owed * dayRate, DAY_RATE_ONE * HOURS_PER_DAY);
  }
  return owed;
}

/** As `kucoinDebtAfter` at Binance, where interest is on the principal alone; rounded up once. */
export function binanceDebtAfter(principal: bigint, dayRate: bigint, charges: number): bigint {
  const interest = principal * dayRate * BigInt(charges);
  return principal + divCeilBig(interest, DAY_RATE_ONE * HOURS_PER_DAY);
}
