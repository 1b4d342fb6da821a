// Proves that a Drift market as the leg of a pair requires what the venue requires of the position:
// over all golden accounts, to the unit up to the direction of the rounding; and what is no leg.

import { describe, expect, test } from 'vitest';
import { goldenCases } from '../../testing/drift/golden.ts';
import { getAccuratePositionMetrics } from '../pair-numbers.ts';
import { driftLegMarket, driftLegMarkets } from './leg-market.ts';
import type { DriftPerpMarket } from './types.ts';

type Expected = { markets: Record<string, string | number>[] };

const CASES = goldenCases();
const ONE = 1_000_000n;

describe('a leg', () => {
  test('requires what the venue does', () => {
    let compared = 0;
    let lifted = 0;
    for (const { account, expected } of CASES) {
      const isPlain = account.marginMode === 'default' && account.userMaxMarginRatio === 0;
      if (!isPlain || account.spotMarkets[0]?.oraclePrice !== ONE) continue;
      account.perpPositions.forEach((position) => {
        const market = marketOf(account.perpMarkets, position.marketIndex);
        const leg = driftLegMarket(market);
        const { openOrders, maxMarginRatio, baseAssetAmount } = position;
        if (leg === undefined || openOrders > 0 || maxMarginRatio > 0) return;
        const size = Math.abs(Number(baseAssetAmount));
        if (size === 0 || !Number.isSafeInteger(size)) return;
        const { markets } = expected as Expected;
        const wanted = markets.find((one) => one['marketIndex'] === market.marketIndex)!;
        const value = leg.notional(size, leg.mark);
        for (const [required, theirs] of [
          [leg.initial(value, size), wanted['positionRequirementInitial']],
          [leg.maintenance(value, size), wanted['positionRequirementMaintenance']],
        ] as const) {
          const ceiling = required - Number(theirs);
          expect([0, 1], `${market.symbol}: ${required} ${theirs}`).toContain(ceiling);
          compared += 1;
        }
        const plain = Math.ceil((value * market.marginRatioMaintenance) / 10_000);
        if (leg.maintenance(value, size) > plain) lifted += 1;
      });
    }
    expect(compared).toBeGreaterThan(100);
    expect(lifted).toBeGreaterThan(5); // by the size premium
  });

  test('is none in settlement, of a prediction, or without a price', () => {
    const [market] = CASES.flatMap(({ account }) => account.perpMarkets);
    const sound: DriftPerpMarket = { ...market!, isInSettlement: false, contractType: 'perpetual' };
    expect(driftLegMarket(sound)).toBeDefined();
    for (const fault of [
      { isInSettlement: true },
      { contractType: 'prediction' },
      { oraclePrice: 0n },
      { oraclePrice: 10n ** 19n },
    ] as const) {
      expect(driftLegMarket({ ...sound, ...fault })).toBeUndefined();
    }
  });
});

test('a pair of Drift markets has all figures, and the fallback while one is not there', () => {
  const market = (marketIndex: number, price: bigint, initial: number): DriftPerpMarket => ({
    ...CASES[0]!.account.perpMarkets[0]!,
    marketIndex,
    isInSettlement: false,
    contractType: 'perpetual',
    oraclePrice: price * ONE,
    marginRatioInitial: initial,
    marginRatioMaintenance: initial === 1_000 ? 600 : 700,
    imfFactor: 0,
  });
  const known = new Map([
    [1, market(1, 55_000n, 1_000)],
    [0, market(0, 100n, 1_200)],
  ]);
  const position = {
    longMarketIndex: 1,
    shortMarketIndex: 0,
    entryRatio: 550,
    capitalUSDC: 500,
    leverage: 3,
    unrealizedPnL: -50,
  };
  const source = driftLegMarkets((index) => known.get(index));
  expect(getAccuratePositionMetrics(source, position)).toMatchObject({
    initialMargin: 165,
    maintenanceMargin: 97.5,
    health: 78.33,
    liquidationRatios: { longLegMoves: 275, shortLegMoves: 382.14, bothMove: 347.15 },
    estimated: false,
  });
  known.delete(0);
  expect(getAccuratePositionMetrics(source, position)).toMatchObject({
    initialMargin: 166.67,
    estimated: true,
  });
});

function marketOf(markets: readonly DriftPerpMarket[], index: number): DriftPerpMarket {
  const market = markets.find(({ marketIndex }) => marketIndex === index);
  if (market === undefined) throw new Error(`no market ${index}`);
  return market;
}
