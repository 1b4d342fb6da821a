// Proves the debt ratio, the margin level and the liquidation price of isolated spot margin on
// hand-worked pairs, and that KuCoin's and Binance's ways of saying it are one condition.

import { describe, expect, test } from 'vitest';
import { Draw } from '../../units/draw.suite.ts';
import {
  binanceDebtAfter,
  binanceLiquidation,
  debtRatioPpmCeil,
  isSpotLiquidatable,
  KUCOIN_ALERT,
  KUCOIN_LIQUIDATION,
  kucoinDebtAfter,
  marginLevelPpmFloor,
  spotLiquidationPrice,
  type Ratio,
  type SpotIsolated,
} from './spot-isolated.ts';
import type { VenueScale } from './scale.ts';

const SCALE: VenueScale = { baseDecimals: 8, quoteDecimals: 8, priceDecimals: 2 };
const DRAWN = 20_000;

const pairOf = (
  base: number,
  quote: number,
  baseDebt: number,
  quoteDebt: number,
): SpotIsolated => ({
  base: BigInt(Math.round(base * 1e8)),
  quote: BigInt(Math.round(quote * 1e8)),
  baseDebt: BigInt(Math.round(baseDebt * 1e8)),
  quoteDebt: BigInt(Math.round(quoteDebt * 1e8)),
});

// 300 of notional on a margin of 100 at 50,000 with a fee of 0.1 %, before any interest.
const LONG_KUCOIN = pairOf(0.006, 0, 0, 200.3); // the fee in quote
const LONG_BINANCE = pairOf(0.005994, 0, 0, 200); // the fee in what is bought
const SHORT = pairOf(0, 399.7, 0.006, 0);

describe('a liquidation price', () => {
  test.each<[string, SpotIsolated, Ratio, 'below' | 'above', bigint]>([
    // 200.3 ÷ (0.97 · 0.006) = 34,415.807…
    ['of a long at KuCoin', LONG_KUCOIN, KUCOIN_LIQUIDATION, 'below', 3_441_580n],
    // 0.97 · 399.7 ÷ 0.006 = 64,618.166…
    ['of a short at KuCoin', SHORT, KUCOIN_LIQUIDATION, 'above', 6_461_817n],
    // 1.05 · 200 ÷ 0.005994 = 35,035.035…
    ['of a long at Binance, 10×', LONG_BINANCE, binanceLiquidation(1_050_000), 'below', 3_503_503n],
    // 399.7 ÷ 1.18 ÷ 0.006 = 56,454.802…
    ['of a short at Binance, 3×', SHORT, binanceLiquidation(1_180_000), 'above', 5_645_481n],
    // Alerts come before liquidations: 200.3 ÷ (0.95 · 0.006) = 35,140.350…
    ['to be warned at', LONG_KUCOIN, KUCOIN_ALERT, 'below', 3_514_035n],
    // (300 − 0.97 · 50) ÷ (0.97 · 0.01) = 25,927.835…: quote beside the base
    ['with quote beside', pairOf(0.01, 50, 0, 300), KUCOIN_LIQUIDATION, 'below', 2_592_783n],
    // Both debts: (100 − 0.97 · 500) ÷ (0.97 · 0.001 − 0.006) = 76,540.755…
    ['of two debts', pairOf(0.001, 500, 0.006, 100), KUCOIN_LIQUIDATION, 'above', 7_654_076n],
  ])('%s', (_, pair, threshold, kind, price) => {
    const safer = kind === 'below' ? price + 1n : price - 1n;
    expect(isSpotLiquidatable(pair, price, threshold, SCALE)).toBe(true);
    expect(isSpotLiquidatable(pair, safer, threshold, SCALE)).toBe(false);
    expect(spotLiquidationPrice(pair, threshold, SCALE)).toEqual({ kind, price });
  });

  test.each<[string, SpotIsolated, 'none' | 'always']>([
    ['without a debt', pairOf(1, 0, 0, 0), 'none'],
    ['of an empty pair', pairOf(0, 0, 0, 0), 'none'],
    ['of quote that pays the quote', pairOf(1, 500, 0, 300), 'none'],
    ['of quote debt with nothing', pairOf(0, 0, 0, 1), 'always'],
    ['of base debt with nothing', pairOf(0, 0, 1, 0), 'always'],
    ['of the base owed and held', pairOf(1, 1, 0.5, 0), 'none'],
    ['of more base owed than held', pairOf(0.5, 0, 1, 0), 'always'],
  ])('%s is %s', (_, pair, kind) => {
    expect(spotLiquidationPrice(pair, KUCOIN_LIQUIDATION, SCALE)).toEqual({ kind });
  });

  test(`is where ${DRAWN} random pairs turn, with equality liquidatable`, () => {
    const draw = new Draw(11);
    const found = { below: 0, above: 0, none: 0, always: 0 };
    const amount = (): bigint => (draw.oneIn(3) ? 0n : BigInt(draw.scaled(1, 1e15)));
    for (let i = 0; i < DRAWN; i += 1) {
      const pair = { base: amount(), quote: amount(), baseDebt: amount(), quoteDebt: amount() };
      const scale = {
        baseDecimals: draw.whole(0, 18),
        quoteDecimals: draw.whole(0, 18),
        priceDecimals: draw.whole(0, 12),
      };
      const level = draw.pick([1_050_000, 1_150_000, 1_180_000]);
      const threshold = draw.pick([KUCOIN_LIQUIDATION, binanceLiquidation(level)]);
      const result = spotLiquidationPrice(pair, threshold, scale);
      found[result.kind] += 1;
      const isBad = (price: bigint): boolean => isSpotLiquidatable(pair, price, threshold, scale);
      const asked =
        result.kind === 'below'
          ? [isBad(result.price), !isBad(result.price + 1n)]
          : result.kind === 'above'
            ? [isBad(result.price), !isBad(result.price - 1n)]
            : [1n, 1_000n, 10n ** 15n].map((price) => isBad(price) === (result.kind === 'always'));
      expect(asked.every(Boolean), `${i}`).toBe(true);
    }
    expect(Math.min(...Object.values(found)), JSON.stringify(found)).toBeGreaterThan(300);
  });
});

describe('the two ratios', () => {
  test.each([
    // pair, price, debt ratio, margin level
    [LONG_KUCOIN, 5_000_000n, 667_667n, 1_497_753n], // 200.3 ÷ 300, up; 300 ÷ 200.3, down
    [LONG_KUCOIN, 3_441_580n, 970_001n, 1_030_927n], // at the liquidation price: 97 % and a bit
    [SHORT, 5_000_000n, 750_563n, 1_332_333n], // 300 ÷ 399.7, up; 399.7 ÷ 300, down
    [pairOf(1, 0, 0, 0), 100n, 0n, undefined],
    [pairOf(0, 0, 0, 1), 100n, undefined, 0n],
  ])('of pair %# are rounded against the user', (pair, price, ratio, level) => {
    expect(debtRatioPpmCeil(pair, price, SCALE)).toBe(ratio);
    expect(marginLevelPpmFloor(pair, price, SCALE)).toBe(level);
  });

  test('say the same: a level of 1.05 is a debt ratio of 1 ÷ 1.05', () => {
    const draw = new Draw(3);
    const seen = { bad: 0, good: 0 };
    for (let i = 0; i < DRAWN; i += 1) {
      const debts = BigInt(draw.whole(1, 1e9));
      const assets = (debts * BigInt(draw.whole(1_040_000, 1_060_000))) / 1_000_000n;
      const pair = { base: 0n, quote: assets, baseDebt: 0n, quoteDebt: debts };
      const isBad = isSpotLiquidatable(pair, 1n, binanceLiquidation(1_050_000), SCALE);
      seen[isBad ? 'bad' : 'good'] += 1;
      expect(isBad).toBe(assets * 100n <= debts * 105n);
    }
    expect(Math.min(seen.bad, seen.good)).toBeGreaterThan(1_000);
  });
});

describe('interest', () => {
  // Samples of KuCoin's SDK: 10 borrowed and repaid at once cost 0.00013482; what was left of that
  // grew by one unit in each of the next three hours.
  test('at KuCoin falls due at the borrow, then hourly on what is owed, rounded up', () => {
    const dayRate = 323_560_000n; // 0.00032356
    expect(kucoinDebtAfter(10n ** 9n, dayRate, 1) - 10n ** 9n).toBe(13_482n);
    expect(kucoinDebtAfter(13_482n, dayRate, 3)).toBe(13_485n);
  });

  test.each([
    // principal, day rate, hours, owed
    [10n ** 9n, 240_000_000n, 1, 1_000_010_000n],
    [10n ** 9n, 240_000_000n, 24, 1_000_240_000n],
    [1n, 240_000_000n, 1, 2n], // rounded up
    [10n ** 9n, 0n, 24, 10n ** 9n],
  ])('at Binance is simple: %d at %d for %d hours', (principal, rate, hours, owed) => {
    expect(binanceDebtAfter(principal, rate, hours)).toBe(owed);
  });

  test('compounds at KuCoin and does not at Binance', () => {
    const month = 24 * 30;
    const kucoin = kucoinDebtAfter(10n ** 12n, 300_000_000n, month);
    expect(kucoin).toBeGreaterThan(binanceDebtAfter(10n ** 12n, 300_000_000n, month));
    expect(binanceDebtAfter(10n ** 12n, 300_000_000n, month)).toBe(1_009_000_000_000n);
  });
});
