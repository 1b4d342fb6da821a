// Proves what mode `chain` does and mode `sdk` does not, one hand-worked account each, and that the
// two agree where they should. The rules are those of the program:
// programs/drift/src/math/margin.rs and beside it.

import { describe, expect, test } from 'vitest';
import { Draw } from '../../units/draw.suite.ts';
import { drawAccount } from './draw-account.suite.ts';
import { driftFigures } from './figures.ts';
import type {
  DriftAccount,
  DriftPerpMarket,
  DriftPerpPosition,
  DriftSpotMarket,
  DriftSpotPosition,
} from './types.ts';

const USD = 1_000_000n;
const DRAWN = 5_000;

const QUOTE: DriftSpotMarket = {
  marketIndex: 0,
  symbol: 'USDC',
  decimals: 6,
  oracleKey: 'usdc',
  oracleMultiple: 1,
  oraclePrice: USD,
  lastOraclePriceTwap5Min: USD,
  lastOraclePriceTwapTs: 0n,
  initialAssetWeight: 10_000,
  maintenanceAssetWeight: 10_000,
  initialLiabilityWeight: 10_000,
  maintenanceLiabilityWeight: 10_000,
  imfFactor: 0,
  cumulativeDepositInterest: 10_000_000_000n,
  cumulativeBorrowInterest: 10_000_000_000n,
  depositBalance: 0n,
  scaleInitialAssetWeightStart: 0n,
};

const SOL: DriftSpotMarket = {
  ...QUOTE,
  marketIndex: 1,
  symbol: 'SOL',
  decimals: 9,
  oracleKey: 'sol',
  oraclePrice: 100n * USD,
  lastOraclePriceTwap5Min: 100n * USD,
  initialAssetWeight: 8_000,
  maintenanceAssetWeight: 9_000,
  initialLiabilityWeight: 12_000,
  maintenanceLiabilityWeight: 11_000,
};

const BTC: DriftPerpMarket = {
  marketIndex: 1,
  symbol: 'BTC-PERP',
  oracleKey: 'btc',
  oracleMultiple: 1,
  oraclePrice: 50_000n * USD,
  lastOraclePrice: 50_000n * USD,
  contractTier: 'A',
  contractType: 'perpetual',
  isInSettlement: false,
  expiryPrice: 0n,
  marginRatioInitial: 1_000,
  marginRatioMaintenance: 500,
  highLeverageMarginRatioInitial: 0,
  highLeverageMarginRatioMaintenance: 0,
  imfFactor: 0,
  unrealizedPnlImfFactor: 0,
  unrealizedPnlMaxImbalance: 0n,
  unrealizedPnlInitialAssetWeight: 10_000,
  unrealizedPnlMaintenanceAssetWeight: 10_000,
  netUserBase: 0n,
  netUserQuote: 0n,
  pnlPoolScaledBalance: 0n,
  feePoolScaledBalance: 0n,
  cumulativeFundingRateLong: 0n,
  cumulativeFundingRateShort: 0n,
  orderStepSize: 1n,
};

/** One bitcoin bought so that the profit is as given. */
function longWith(profit: bigint): DriftPerpPosition {
  return {
    marketIndex: 1,
    baseAssetAmount: 1_000_000_000n,
    quoteAssetAmount: profit - 50_000n * USD,
    quoteEntryAmount: profit - 50_000n * USD,
    lastCumulativeFundingRate: 0n,
    openOrders: 0,
    openBids: 0n,
    openAsks: 0n,
    maxMarginRatio: 0,
    isolated: false,
    isolatedPositionScaledBalance: 0n,
    isBeingLiquidated: false,
  };
}

const deposit = (scaledBalance: bigint, marketIndex = 0): DriftSpotPosition => ({
  marketIndex,
  balanceType: 'deposit',
  scaledBalance,
  openOrders: 0,
  openBids: 0n,
  openAsks: 0n,
});

interface Parts {
  readonly market?: Partial<DriftPerpMarket>;
  readonly quote?: Partial<DriftSpotMarket>;
  readonly sol?: Partial<DriftSpotMarket>;
  readonly profit?: bigint;
  readonly spot?: readonly DriftSpotPosition[];
  readonly account?: Partial<DriftAccount>;
}

/** A deposit of 10,000 and a long of one bitcoin. */
function accountOf({ market, quote, sol, profit = 0n, spot, account }: Parts): DriftAccount {
  return {
    now: 1_000,
    marginMode: 'default',
    userMaxMarginRatio: 0,
    isBeingLiquidated: false,
    feeTier0: { feeNumerator: 100, feeDenominator: 100_000 },
    perpMarkets: [{ ...BTC, ...market }],
    spotMarkets: [
      { ...QUOTE, ...quote },
      { ...SOL, ...sol },
    ],
    spotPositions: spot ?? [deposit(10_000n * 1_000_000_000n)],
    perpPositions: [longWith(profit)],
    ...account,
  };
}

const weightedOf = (parts: Parts, mode: 'chain' | 'sdk'): bigint =>
  driftFigures(accountOf(parts), mode).markets[0].weightedPnlInitial;

const IMBALANCE = { unrealizedPnlMaxImbalance: 1_000n * USD, netUserQuote: 4_000n * USD };

const PROFITS: readonly [string, Parts, bigint, bigint][] = [
  // account, chain, sdk
  ['of $99.99 counts', { profit: 99_990_000n }, 99_990_000n, 99_990_000n],
  ['of $100 counts', { profit: 100n * USD }, 100n * USD, 100n * USD],
  ['of $5,000 is capped at $100', { profit: 5_000n * USD }, 100n * USD, 5_000n * USD],
  [
    'is weighed before it is capped',
    { profit: 150n * USD, market: { unrealizedPnlInitialAssetWeight: 5_000 } },
    75n * USD,
    75n * USD,
  ],
  ['that is a loss is never capped', { profit: -5_000n * USD }, -5_000n * USD, -5_000n * USD],
  [
    // The chain brings 90 to 10^9 first: √(10 · 9·10^10 + 1) = 948,683, · 0.01 → 94,868;
    // 1.1·10^10 ÷ 1,094,868 → 10,046, above the plain weight. At 10^6 it is less still.
    'is hardly discounted by a small size',
    { profit: 90n * USD, market: { unrealizedPnlImfFactor: 10_000 } },
    90n * USD,
    90n * USD,
  ],
  [
    // 200 at 10^9: √(10 · 2·10^11 + 1) = 1,414,213; 1.1·10^10 ÷ (10^6 + 1,414,213) = 4,556. At
    // 10^6 the root is 44,721; 1.1·10^10 ÷ 1,044,721 = 10,529: no discount.
    'is discounted by its size in dollars on the chain only',
    { profit: 200n * USD, market: { unrealizedPnlImfFactor: 100_000 } },
    91_120_000n,
    200n * USD,
  ],
  [
    // All users' profit 4,000 is four times the limit: a quarter of the weight.
    'is weighed down when the market owes too much',
    { profit: 80n * USD, market: IMBALANCE },
    20n * USD,
    20n * USD,
  ],
  [
    // The SDK takes the pools off: 4,000 − 2,000 − 5,000 ÷ 5 = 1,000, which is within the limit.
    'does not see the pools on the chain',
    {
      profit: 80n * USD,
      market: {
        ...IMBALANCE,
        pnlPoolScaledBalance: 2_000n * 1_000_000_000n,
        feePoolScaledBalance: 5_000n * 1_000_000_000n,
      },
    },
    20n * USD,
    80n * USD,
  ],
  [
    // The chain values all users' size at the price it kept last: 1 · 48,000 − 44,000 = 4,000;
    // the SDK at the live one: 50,000 − 44,000 = 6,000.
    'follows the last price that the market kept',
    {
      profit: 60n * USD,
      market: {
        unrealizedPnlMaxImbalance: 1_000n * USD,
        netUserBase: 1_000_000_000n,
        netUserQuote: -44_000n * USD,
        lastOraclePrice: 48_000n * USD,
      },
    },
    15n * USD,
    (60n * USD * 1_666n) / 10_000n, // 10,000 ÷ 6 cut
  ],
  [
    // 3 units at half weight: 1 unit, then the quote's price. The SDK converts first: 3 · 0.9 →
    // 2, and then weighs: 1. With 5 units: 2 · 0.9 → 1; and 5 · 0.9 → 4, half → 2.
    'is weighed before it is converted',
    {
      profit: 5n,
      market: { unrealizedPnlInitialAssetWeight: 5_000 },
      quote: { oraclePrice: 900_000n, lastOraclePriceTwap5Min: 900_000n },
    },
    1n,
    2n,
  ],
];

describe('a profit as initial collateral', () => {
  test.each(PROFITS)('%s', (_, parts, chain, sdk) => {
    expect(weightedOf(parts, 'chain')).toBe(chain);
    expect(weightedOf(parts, 'sdk')).toBe(sdk);
  });

  test('is not capped for maintenance', () => {
    const [market] = driftFigures(accountOf({ profit: 5_000n * USD })).markets;
    expect(market.weightedPnlMaintenance).toBe(5_000n * USD);
  });
});

describe('balances', () => {
  const initial = (parts: Parts, mode: 'chain' | 'sdk') => driftFigures(accountOf(parts), mode);

  test('the chain compares with the average as it is stored, the SDK moves it on', () => {
    // The average is 80, 150 s old; half of it has been replaced: 80 · ½ + 100 · ½ = 90, and the
    // clamp of a third (106.67) does not bite. 10 SOL at weight 0.8.
    const parts: Parts = {
      sol: { lastOraclePriceTwap5Min: 80n * USD, lastOraclePriceTwapTs: 850n },
      spot: [deposit(10_000_000_000n, 1)],
    };
    expect(initial(parts, 'chain').totalCollateralInitialStrict).toBe(640n * USD);
    expect(initial(parts, 'sdk').totalCollateralInitialStrict).toBe(720n * USD);
    expect(initial(parts, 'chain').totalCollateralInitial).toBe(800n * USD);
  });

  test('the chain rounds the value of a debt up, the SDK cuts it', () => {
    // 15 units of 10^-9 at 100 are 1.5 units of the quote; times 1.1 and cut.
    const spot: DriftSpotPosition = { ...deposit(15n, 1), balanceType: 'borrow' };
    const parts: Parts = { spot: [spot], account: { perpPositions: [] } };
    expect(initial(parts, 'chain').maintenanceMarginRequirement).toBe(2n); // 2 · 1.1
    expect(initial(parts, 'sdk').maintenanceMarginRequirement).toBe(1n); // 1 · 1.1
  });

  test('the chain chooses the worse side of spot orders before the own ratio counts', () => {
    // 10 SOL at 100, bids for 5, asks for 30. Left by the bids: 0.8 · 1,500 − 500 = 700. By the
    // asks: 1.1 · −2,000 + 3,000 = 800; with the own ratio of 20 %, 1.2 · −2,000 + 3,000 = 600.
    const position: DriftSpotPosition = {
      ...deposit(10_000_000_000n, 1),
      openOrders: 2,
      openBids: 5_000_000_000n,
      openAsks: -30_000_000_000n,
    };
    const parts: Parts = {
      sol: { initialLiabilityWeight: 11_000 },
      spot: [position],
      account: { perpPositions: [], userMaxMarginRatio: 2_000 },
    };
    expect(initial(parts, 'chain')).toMatchObject({
      totalCollateralInitial: 1_200n * USD,
      initialMarginRequirementNonStrict: 500n * USD + 20_000n,
    });
    expect(initial(parts, 'sdk')).toMatchObject({
      totalCollateralInitial: 3_000n * USD,
      initialMarginRequirementNonStrict: 2_400n * USD + 20_000n,
    });
  });

  test('the quote has no weight on the chain', () => {
    const parts: Parts = { quote: { initialAssetWeight: 9_000, maintenanceAssetWeight: 9_500 } };
    expect(initial(parts, 'chain').totalCollateralMaintenance).toBe(10_000n * USD);
    expect(initial(parts, 'sdk').totalCollateralMaintenance).toBe(9_500n * USD);
  });
});

test('health, leverage and requirements are the same where no rule differs', () => {
  const chain = driftFigures(accountOf({ profit: -500n * USD }));
  expect(chain).toEqual(driftFigures(accountOf({ profit: -500n * USD }), 'sdk'));
  expect(chain).toMatchObject({
    initialMarginRequirement: 5_000n * USD,
    maintenanceMarginRequirement: 2_500n * USD,
    totalCollateralMaintenance: 9_500n * USD,
    freeCollateralInitial: 4_500n * USD,
    health: 74, // 100 · (1 − 2,500 ÷ 9,500) = 73.68
    leverage: 52_631n, // 50,000 ÷ 9,500
    canBeLiquidated: false,
  });
  // 10,000 + p − 50,500 < 0.05 · p, hence p < 42,631.578947368…; the requirement is cut to a whole
  // unit, which spares one price more.
  expect(chain.markets[0].liquidationPrices.nearest).toEqual({
    kind: 'price',
    price: 42_631_578_946n,
  });
});

test(`no position's profit counts for more than $100: ${DRAWN} random accounts`, () => {
  const draw = new Draw(41);
  let capped = 0;
  for (let i = 0; i < DRAWN; i += 1) {
    for (const { weightedPnlInitial } of driftFigures(drawAccount(draw)).markets) {
      expect(weightedPnlInitial <= 100n * USD).toBe(true);
      if (weightedPnlInitial === 100n * USD) capped += 1;
    }
  }
  expect(capped).toBeGreaterThan(1_000);
});

describe('an account whose markets are not all given', () => {
  const { perpMarkets: _, ...rest } = accountOf({});

  test.each<[string, DriftAccount, RegExp]>([
    ['perp', { ...rest, perpMarkets: [] }, /position in perp market 1/],
    ['quote', { ...accountOf({}), spotMarkets: [SOL] }, /spot market 0/],
    ['spot', { ...accountOf({}), spotPositions: [deposit(1n, 7)] }, /balance in spot market 7/],
  ])('is refused with the market that is missing: %s', (__, account, message) => {
    expect(() => driftFigures(account)).toThrow(message);
  });

  test('may leave out markets of closed positions', () => {
    const closed = { ...longWith(0n), marketIndex: 9, baseAssetAmount: 0n, quoteAssetAmount: 0n };
    const account = { ...accountOf({}), perpPositions: [closed], spotPositions: [deposit(0n, 5)] };
    expect(driftFigures(account)).toMatchObject({
      health: 100,
      marginRatio: undefined,
      leverage: 0n,
    });
  });
});
