// Proves the published figures of a pair by the worked examples. Where an example printed another
// number than its own formula gives, the formula is kept and the printed number stands beside it:
// docs/concepts/pairs.md says which and why.

import { describe, expect, test } from 'vitest';
import { ratioLegMarket, type LegMarket } from './pair-market.ts';
import {
  calculateLiquidationPrice,
  calculateMargin,
  calculatePositionHealth,
  getAccuratePositionMetrics,
} from './pair-numbers.ts';

const RATIOS = { longIMR: 0.1, shortIMR: 0.12, longMMR: 0.06, shortMMR: 0.07 };
const FIRST = { entryRatio: 550, capitalUSDC: 500, leverage: 3 };
const SECOND = { entryRatio: 550, capitalUSDC: 1000, leverage: 5, unrealizedPnL: 0 };

function market(price: number, initial: number, maintenance: number): LegMarket {
  return ratioLegMarket({
    mark: price * 1_000_000,
    initialRatio: () => initial,
    maintenanceRatio: () => maintenance,
  });
}

/** BTC and SOL, whose ratio is 550, with the ratios of the first example. */
const MARKETS = new Map([
  [0, market(55_000, 1_000, 600)],
  [1, market(100, 1_200, 700)],
  [2, market(2_500, 1_000, 500)],
]);
const SOURCE = { legMarket: (index: number) => MARKETS.get(index) };
const VENUE = { ...FIRST, longMarketIndex: 0, shortMarketIndex: 1, unrealizedPnL: -50 };

describe('calculateMargin', () => {
  test.each([
    [500, 3, undefined, 166.67, 93.75],
    [500, 3, RATIOS, 165, 97.5],
    [1000, 5, undefined, 200, 312.5],
    [1000, 5, RATIOS, 550, 325],
    // Three quarters in the cheaper leg: 1,125 · 10 % + 375 · 12 %, 1,125 · 6 % + 375 · 7 %.
    [500, 3, { ...RATIOS, longWeight: 0.75 }, 157.5, 93.75],
    [0, 3, RATIOS, 0, 0],
    [-5, 3, undefined, 0, 0],
  ])('of %d at %d× by %o', (capital, leverage, ratios, initialMargin, maintenanceMargin) => {
    const estimated = ratios === undefined;
    const margin = { initialMargin, maintenanceMargin, estimated };
    expect(calculateMargin(capital, leverage, ratios)).toEqual(margin);
  });
});

describe('calculateLiquidationPrice', () => {
  test.each([
    [FIRST, undefined, 446.88],
    [FIRST, RATIOS, 402.42], // the original printed 402.36: it took 0.2683 for 402.5 ÷ 1,500
    [SECOND, RATIOS, 475.75], // the original printed 441.67, which no formula of it gives
    [{ ...FIRST, leverage: 16 }, undefined, null], // 1 − 0.0625 · 16 = 0
    [{ ...FIRST, leverage: 1 }, RATIOS, 35.75],
  ])('of %o by %o is %d', (position, ratios, liquidationRatio) => {
    const estimated = ratios === undefined;
    expect(calculateLiquidationPrice(position, ratios)).toEqual({ liquidationRatio, estimated });
  });
});

describe('calculatePositionHealth', () => {
  test.each([
    [{ ...FIRST, unrealizedPnL: -50 }, RATIOS, 78.33, 'healthy'],
    [{ ...FIRST, unrealizedPnL: 45.5 }, RATIOS, 82.13, 'healthy'], // printed: 78.33, of −50
    [SECOND, RATIOS, 67.5, 'healthy'],
    [{ ...FIRST, leverage: 8 }, RATIOS, 48, 'caution'],
    [{ ...FIRST, leverage: 2 }, RATIOS, 87, 'healthy'],
    [{ ...FIRST, unrealizedPnL: -100 }, RATIOS, 75.62, 'healthy'], // 75.625, to the even digit
    [{ ...FIRST, unrealizedPnL: -390 }, RATIOS, 11.36, 'danger'],
    [{ ...FIRST, unrealizedPnL: -500 }, RATIOS, 0, 'critical'],
    [{ ...FIRST, capitalUSDC: 0 }, RATIOS, 0, 'critical'],
    [{ ...FIRST, capitalUSDC: -1 }, RATIOS, 0, 'critical'],
    [{ ...FIRST, unrealizedPnL: -50 }, undefined, 79.17, 'healthy'],
  ])('of %o by %o is %d', (position, ratios, health, healthBand) => {
    const estimated = ratios === undefined;
    expect(calculatePositionHealth(position, ratios)).toEqual({ health, healthBand, estimated });
  });

  test('a band begins where the unrounded health does', () => {
    // 390.01 of 780 is 49.9987 %: shown as 50, and still below it.
    const ratios = { longIMR: 0.5, shortIMR: 0.5, longMMR: 0.39001, shortMMR: 0.39001 };
    const position = { entryRatio: 1, capitalUSDC: 1000, leverage: 1, unrealizedPnL: -219.999 };
    const found = calculatePositionHealth(position, ratios);
    expect(found).toEqual({ health: 50, healthBand: 'caution', estimated: false });
  });
});

describe('getAccuratePositionMetrics', () => {
  test('gives every published figure, and the exact ratios beside the estimate', () => {
    expect(getAccuratePositionMetrics(SOURCE, VENUE)).toEqual({
      currentRatio: 550,
      unrealizedPnL: -50,
      unrealizedPnLPercent: -3.33,
      initialMargin: 165,
      maintenanceMargin: 97.5,
      liquidationRatio: 402.42,
      health: 78.33,
      longMMR: 0.06,
      shortMMR: 0.07,
      longIMR: 0.1,
      shortIMR: 0.12,
      // Equity 450. Long: 450 − 750 + n = 0.06 n + 52.5, n = 375. Short: 450 + 750 − n = 45 +
      // 0.07 n, n = 1,079.44. Both: by the factor 0.79447.
      liquidationRatios: { longLegMoves: 275, shortLegMoves: 382.14, bothMove: 347.15 },
      nearestLiquidationRatio: 382.14,
      healthBand: 'healthy',
      estimated: false,
    });
  });

  test('of the example whose P/L is 45.50 is 3.03 %, and its health 82.13', () => {
    const { unrealizedPnLPercent, health } = getAccuratePositionMetrics(SOURCE, {
      ...VENUE,
      unrealizedPnL: 45.5,
    });
    expect([unrealizedPnLPercent, health]).toEqual([3.03, 82.13]);
  });

  test('of the second example needs 350 more than capital ÷ leverage', () => {
    const found = getAccuratePositionMetrics(SOURCE, { ...VENUE, ...SECOND });
    expect(found.initialMargin - calculateMargin(1000, 5).initialMargin).toBe(350);
    expect(found.liquidationRatio).toBe(475.75);
    expect(found.health).toBe(67.5);
  });

  test('takes the sizes that are given', () => {
    const sized = { ...VENUE, longSize: 750 / 55_000, shortSize: 7.5 };
    const assumed = getAccuratePositionMetrics(SOURCE, VENUE);
    expect(getAccuratePositionMetrics(SOURCE, sized)).toEqual(assumed);
    const { liquidationRatios } = getAccuratePositionMetrics(SOURCE, { ...sized, shortSize: 5 });
    // Short of 500: 450 + 500 − n = 45 + 0.07 n, n = 845.79, so the short price is 169.16.
    expect(liquidationRatios?.shortLegMoves).toBe(325.14);
  });

  test.each([
    ['the long market', { longMarketIndex: 9 }],
    ['the short market', { shortMarketIndex: 9 }],
    ['both', { longMarketIndex: 9, shortMarketIndex: 8 }],
  ])('without %s falls back, and says so', (_, missing) => {
    expect(getAccuratePositionMetrics(SOURCE, { ...VENUE, ...missing })).toEqual({
      currentRatio: null,
      unrealizedPnL: -50,
      unrealizedPnLPercent: -3.33,
      initialMargin: 166.67,
      maintenanceMargin: 93.75,
      liquidationRatio: 446.88,
      health: 79.17,
      longMMR: 0.0625,
      shortMMR: 0.0625,
      longIMR: null,
      shortIMR: null,
      liquidationRatios: null,
      nearestLiquidationRatio: null,
      healthBand: 'healthy',
      estimated: true,
    });
  });

  test('of a liquidatable pair has its ratios beyond the current one, and is critical', () => {
    const found = getAccuratePositionMetrics(SOURCE, { ...VENUE, unrealizedPnL: -410 });
    expect(Object.values(found.liquidationRatios!).every((ratio) => ratio! > 550)).toBe(true);
    expect(found.nearestLiquidationRatio).toBe(
      Math.min(...Object.values(found.liquidationRatios!).map(Number)),
    );
    expect(found.healthBand).toBe('critical');
  });

  test('has the band of the health before it is rounded', () => {
    const markets = { legMarket: () => market(100, 5_000, 3_900) };
    const position = { ...VENUE, entryRatio: 1, capitalUSDC: 1000, leverage: 1 };
    // 1 − 390 ÷ 779.97 is 49.9981 %, and every liquidation is more than 10 % away.
    const found = getAccuratePositionMetrics(markets, { ...position, unrealizedPnL: -220.03 });
    expect([found.health, found.healthBand]).toEqual([50, 'caution']);
    const more = getAccuratePositionMetrics(markets, { ...position, unrealizedPnL: -220 });
    expect([more.health, more.healthBand]).toEqual([50, 'healthy']);
  });

  test('has no exact ratios where the long leg requires its whole value', () => {
    const markets = {
      legMarket: (i: number) => (i === 0 ? market(55_000, 20_000, 10_000) : MARKETS.get(i)),
    };
    const found = getAccuratePositionMetrics(markets, { ...VENUE, leverage: 1 });
    expect(found).toMatchObject({
      maintenanceMargin: 267.5,
      longMMR: 1,
      longIMR: 2,
      health: 40.56,
    });
    expect([found.liquidationRatios, found.nearestLiquidationRatio]).toEqual([null, null]);
    const less = {
      legMarket: (i: number) => (i === 0 ? market(55_000, 20_000, 9_999) : MARKETS.get(i)),
    };
    expect(
      getAccuratePositionMetrics(less, { ...VENUE, leverage: 1 }).liquidationRatios,
    ).not.toBeNull();
  });

  test('without capital has health 0 and requires nothing', () => {
    const found = getAccuratePositionMetrics(SOURCE, {
      ...VENUE,
      capitalUSDC: 0,
      longSize: 1,
      shortSize: 1,
    });
    const { health, initialMargin, maintenanceMargin, longIMR, shortMMR } = found;
    expect([health, initialMargin, maintenanceMargin]).toEqual([0, 0, 0]);
    expect([longIMR, shortMMR]).toEqual([0.1, 0.07]);
  });

  test('shows five digits of a ratio below 1', () => {
    const turned = { ...VENUE, longMarketIndex: 1, shortMarketIndex: 0, entryRatio: 1 / 550 };
    const { currentRatio, liquidationRatio } = getAccuratePositionMetrics(SOURCE, turned);
    expect([currentRatio, liquidationRatio]).toEqual([0.0018182, 0.0013303]);
  });
});

describe('the four scenarios of the contract', () => {
  const at = (leverage: number) =>
    getAccuratePositionMetrics(SOURCE, { ...VENUE, leverage, unrealizedPnL: 0 });

  test('high leverage: health below 50, liquidation close to entry', () => {
    const found = at(8);
    expect(found.health).toBe(48);
    expect(found.liquidationRatio).toBe(517); // 6 % below entry
    // Short of 2,000: 500 + 2,000 − n = 120 + 0.07 n, n = 2,224.30: 10.08 % further down.
    expect(found.nearestLiquidationRatio).toBe(494.54);
    expect(found.healthBand).toBe('caution');
  });

  test('low leverage: health above 80, liquidation far from entry', () => {
    const found = at(2);
    expect(found.health).toBe(87);
    expect(found.liquidationRatio).toBe(310.75);
  });

  test('a volatile market requires more', () => {
    const withBtc = at(3).initialMargin;
    const { initialMargin } = getAccuratePositionMetrics(SOURCE, {
      ...VENUE,
      longMarketIndex: 0,
      shortMarketIndex: 2,
      entryRatio: 22,
    });
    expect([withBtc, initialMargin]).toEqual([165, 150]);
  });

  test('a loss of 20 % of the notional takes health down', () => {
    const before = at(3).health;
    const after = getAccuratePositionMetrics(SOURCE, { ...VENUE, unrealizedPnL: -300 }).health;
    expect([before, after]).toEqual([80.5, 51.25]);
  });
});

describe('numbers that make no sense are thrown back', () => {
  test.each([
    [
      () => calculateMargin(Number.NaN, 3),
      'capitalUSDC is an amount within 500 million; NaN was given.',
    ],
    [() => calculateMargin(1e300, 3), 'capitalUSDC is an amount'],
    [() => calculateMargin(500, 0.5), 'leverage is 1 to 1000; 0.5 was given.'],
    [() => calculateMargin(500, 1e9), 'leverage is 1 to 1000'],
    [() => calculateMargin(4e8, 3), 'capitalUSDC is such that capital × leverage'],
    [() => calculateMargin(5e8, 1000), 'capitalUSDC is such that capital × leverage'],
    [() => calculateMargin(500, 3, { ...RATIOS, longIMR: 10 }), 'longIMR is above 0 and at most 1'],
    [
      () => calculateMargin(500, 3, { ...RATIOS, longWeight: 1 }),
      'longWeight is above 0 and below 1',
    ],
    [() => calculateLiquidationPrice({ ...FIRST, entryRatio: 0 }), 'entryRatio is above 0; 0 was'],
    [
      () => calculateLiquidationPrice({ ...FIRST, entryRatio: -1 }),
      'entryRatio is above 0; -1 was',
    ],
    [() => getAccuratePositionMetrics(SOURCE, { ...VENUE, longSize: 0 }), 'longSize is above 0'],
    [
      () => getAccuratePositionMetrics(SOURCE, { ...VENUE, shortSize: 1e300 }),
      'shortSize is above 0',
    ],
  ])('%s', (call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
