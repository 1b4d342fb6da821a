// Drift's own SDK, asked for the figures of our accounts: installed into a folder of its own for
// the moment, never a dependency. Its User class runs on plain objects in the place of chain
// accounts, with the clock stopped at the account's moment.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  DriftAccount,
  DriftPerpMarket,
  DriftPerpPosition,
  DriftSpotMarket,
} from '../../margin/drift/types.ts';
import type { SdkLiquidationTerms } from '../../margin/drift/sdk-liquidation-price.ts';

export const SDK_VERSION = '2.156.0';
const SDK = '@drift-labs/sdk';
const FOLDER = join(tmpdir(), `plimsoll-drift-sdk-${SDK_VERSION}`);

const ISOLATED_FLAG = 1;
const LIQUIDATION_FLAG = 2;
const ORACLE_SOURCES: Readonly<Record<number, string>> = {
  1: 'pythLazer',
  1_000: 'pythLazer1K',
  1_000_000: 'pythLazer1M',
};

/** The trades previewed for the perp positions, in their order. */
type TradesShown = readonly SdkLiquidationTerms['trade'][];

/** A whole number of the SDK. */
interface Bn {
  toString(): string;
  abs(): Bn;
}

/** What is used of the SDK's User; whole numbers in and out are its own. */
interface SdkUser {
  getMarginRequirement(
    category: string,
    buffer: undefined,
    strict: boolean,
    orders: boolean,
    high?: boolean,
    market?: number,
  ): Bn;
  getTotalCollateral(
    category: string,
    strict: boolean,
    orders?: boolean,
    buffer?: undefined,
    market?: number,
  ): Bn;
  getFreeCollateral(category: string): Bn;
  getHealth(market?: number): number;
  canBeLiquidated(): {
    canBeLiquidated: boolean;
    isolatedPositions: Map<number, { canBeLiquidated: boolean }>;
  };
  getLeverage(orders: boolean): Bn;
  getMarginRatio(): Bn;
  getUnrealizedPNL(funding: boolean, market?: number, category?: string): Bn;
  getUnrealizedFundingPNL(): Bn;
  getLeverageComponents(): Record<string, Bn>;
  getPerpMarketLiabilityValue(
    market: number,
    category: string,
    buffer: undefined,
    orders: boolean,
  ): Bn;
  liquidationPrice(...terms: unknown[]): Bn;
}

interface Sdk {
  readonly User: { readonly prototype: object };
  readonly BN: new (digits: string) => Bn;
  readonly ZERO: Bn;
  readonly BN_MAX: Bn;
  calculateWorstCasePerpLiabilityValue(
    position: unknown,
    market: unknown,
    price: Bn,
  ): { worstCaseBaseAssetAmount: Bn; worstCaseLiabilityValue: Bn };
  calculateMarketMarginRatio(
    market: unknown,
    size: Bn,
    category: string,
    custom: number,
    high: boolean,
  ): number;
}

/** Asks the SDK. */
export interface SdkOracle {
  /** All that the golden file expects of an account; whole numbers as text. */
  readonly expected: (account: DriftAccount, trades: TradesShown) => unknown;
}

/** Whether the SDK has been installed here before. */
export function isSdkInstalled(): boolean {
  return existsSync(join(FOLDER, 'node_modules', SDK, 'package.json'));
}

/** Installs the SDK once into the system's folder for temporary files, and loads it. */
export function loadSdk(): SdkOracle {
  if (!isSdkInstalled()) {
    console.error(`Installing ${SDK}@${SDK_VERSION} into ${FOLDER} (some 290 MB) …`);
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, 'package.json'), '{"private":true}\n');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
    execFileSync('npm', ['install', ...flags, `${SDK}@${SDK_VERSION}`], {
      cwd: FOLDER,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const load = createRequire(join(FOLDER, 'package.json'));
  const { version } = load(`${SDK}/package.json`) as { version: string };
  if (version !== SDK_VERSION) throw new Error(`${FOLDER} holds ${version}: remove the folder`);
  const sdk = load(SDK) as Sdk;
  return { expected: (account, trades) => expectedOf(sdk, account, trades) };
}

function expectedOf(sdk: Sdk, account: DriftAccount, trades: TradesShown): unknown {
  const { now } = Date;
  Date.now = () => account.now * 1_000;
  try {
    const client = clientOf(sdk, account);
    const user = userOf(sdk, account, client);
    return withText(sdk, {
      ...accountFigures(user),
      markets: account.perpPositions.map((position, i) =>
        marketFigures(sdk, account, client, user, position, trades[i]),
      ),
    });
  } finally {
    Date.now = now;
  }
}

function accountFigures(user: SdkUser): Record<string, unknown> {
  const requirement = (category: string, strict: boolean, orders = true): Bn =>
    user.getMarginRequirement(category, undefined, strict, orders);
  return {
    initialMarginRequirement: requirement('Initial', true),
    maintenanceMarginRequirement: requirement('Maintenance', false),
    totalCollateralInitialStrict: user.getTotalCollateral('Initial', true),
    totalCollateralInitial: user.getTotalCollateral('Initial', false),
    initialMarginRequirementNonStrict: requirement('Initial', false),
    totalCollateralMaintenance: user.getTotalCollateral('Maintenance', false),
    maintenanceMarginRequirementNoOrders: requirement('Maintenance', false, false),
    freeCollateralInitial: user.getFreeCollateral('Initial'),
    freeCollateralMaintenance: user.getFreeCollateral('Maintenance'),
    health: user.getHealth(),
    canBeLiquidated: user.canBeLiquidated().canBeLiquidated,
    leverage: user.getLeverage(true),
    leverageNoOrders: user.getLeverage(false),
    marginRatio: user.getMarginRatio(),
    unrealizedPnlWithFunding: user.getUnrealizedPNL(true),
    unrealizedFundingPnl: user.getUnrealizedFundingPNL(),
    leverageComponents: user.getLeverageComponents(),
  };
}

function marketFigures(
  sdk: Sdk,
  account: DriftAccount,
  client: SdkClient,
  user: SdkUser,
  position: DriftPerpPosition,
  trade: TradesShown[number],
): Record<string, unknown> {
  const index = position.marketIndex;
  const market = client.getPerpMarketAccount(index);
  const { price } = client.getOracleDataForPerpMarket(index);
  const worst = sdk.calculateWorstCasePerpLiabilityValue(sdkPosition(sdk, position), market, price);
  const custom = Math.max(account.userMaxMarginRatio, position.maxMarginRatio);
  const ratio = (category: string, isHigh: boolean): Bn =>
    market.status['settlement'] === undefined
      ? big(
          sdk,
          sdk.calculateMarketMarginRatio(
            market,
            worst.worstCaseBaseAssetAmount.abs(),
            category,
            category === 'Initial' ? custom : 0,
            isHigh,
          ),
        )
      : sdk.ZERO; // as its own margin calculation does
  const { marginMode } = account;
  return {
    marketIndex: index,
    ...worst,
    marginRatioInitial: ratio('Initial', marginMode === 'highLeverage'),
    positionRequirementInitial: user.getPerpMarketLiabilityValue(index, 'Initial', undefined, true),
    marginRatioMaintenance: ratio('Maintenance', marginMode !== 'default'),
    positionRequirementMaintenance: user.getPerpMarketLiabilityValue(
      index,
      'Maintenance',
      undefined,
      true,
    ),
    unrealizedPnl: user.getUnrealizedPNL(true, index),
    weightedPnlInitial: user.getUnrealizedPNL(true, index, 'Initial'),
    weightedPnlMaintenance: user.getUnrealizedPNL(true, index, 'Maintenance'),
    ...(position.isolated
      ? { isolated: isolatedFigures(sdk, user, index) }
      : liquidationPrices(sdk, user, index, trade)),
  };
}

function liquidationPrices(
  sdk: Sdk,
  user: SdkUser,
  index: number,
  trade: TradesShown[number],
): Record<string, Bn> {
  const { ZERO } = sdk;
  return {
    liquidationPrice: user.liquidationPrice(index),
    liquidationPriceWithOrders: user.liquidationPrice(index, ZERO, ZERO, 'Maintenance', true),
    liquidationPriceAfterDeposit100: user.liquidationPrice(
      index,
      ZERO,
      ZERO,
      'Maintenance',
      false,
      big(sdk, 100_000_000),
    ),
    ...(trade === undefined
      ? {}
      : {
          liquidationPriceAfterTrade: user.liquidationPrice(
            index,
            big(sdk, trade.baseSizeChange),
            big(sdk, trade.entryPrice),
          ),
        }),
  };
}

function isolatedFigures(sdk: Sdk, user: SdkUser, index: number): Record<string, unknown> {
  const { ZERO } = sdk;
  const none = undefined;
  return {
    totalCollateralMaintenance: user.getTotalCollateral('Maintenance', false, true, none, index),
    maintenanceMarginRequirement: user.getMarginRequirement(
      'Maintenance',
      none,
      false,
      true,
      false,
      index,
    ),
    totalCollateralInitialStrict: user.getTotalCollateral('Initial', true, true, none, index),
    initialMarginRequirement: user.getMarginRequirement('Initial', none, true, true, false, index),
    liquidationPrice: user.liquidationPrice(
      index,
      ZERO,
      ZERO,
      'Maintenance',
      false,
      ZERO,
      false,
      'Isolated',
    ),
    canBeLiquidated: user.canBeLiquidated().isolatedPositions.get(index)?.canBeLiquidated,
    ...(index === 0 ? {} : { health: user.getHealth(index) }),
  };
}

/** What is used of the SDK's client. */
interface SdkClient {
  getPerpMarketAccount(index: number): { readonly status: Record<string, unknown> };
  getOracleDataForPerpMarket(index: number): { readonly price: Bn };
}

function userOf(sdk: Sdk, account: DriftAccount, client: SdkClient): SdkUser {
  const data = {
    status: account.isBeingLiquidated ? 1 : 0,
    marginMode: { [account.marginMode]: {} },
    maxMarginRatio: account.userMaxMarginRatio,
    perpPositions: account.perpPositions.map((position) => sdkPosition(sdk, position)),
    spotPositions: account.spotPositions.map((position) => ({
      ...withBigs(sdk, position),
      balanceType: { [position.balanceType]: {} },
    })),
  };
  const user = Object.create(sdk.User.prototype) as Record<string, unknown>;
  user['driftClient'] = client;
  user['getUserAccount'] = () => data;
  return user as unknown as SdkUser;
}

function clientOf(sdk: Sdk, account: DriftAccount): SdkClient {
  const perps = new Map(account.perpMarkets.map((one) => [one.marketIndex, sdkPerp(sdk, one)]));
  const spots = new Map(account.spotMarkets.map((one) => [one.marketIndex, sdkSpot(sdk, one)]));
  const prices = (markets: readonly (DriftPerpMarket | DriftSpotMarket)[]) =>
    new Map(markets.map((one) => [one.marketIndex, { price: big(sdk, one.oraclePrice) }]));
  const perpPrices = prices(account.perpMarkets);
  const spotPrices = prices(account.spotMarkets);
  const client = {
    getPerpMarketAccount: (index: number) => perps.get(index),
    getSpotMarketAccount: (index: number) => spots.get(index),
    getSpotMarketAccounts: () => [...spots.values()],
    getOracleDataForPerpMarket: (index: number) => perpPrices.get(index),
    getMMOracleDataForPerpMarket: (index: number) => perpPrices.get(index),
    getOracleDataForSpotMarket: (index: number) => spotPrices.get(index),
    getStateAccount: () => ({
      perpFeeStructure: { feeTiers: [account.feeTier0] },
      liquidationMarginBufferRatio: 0,
    }),
  };
  return client as unknown as SdkClient;
}

function sdkPosition(sdk: Sdk, position: DriftPerpPosition): unknown {
  const isolated = position.isolated ? ISOLATED_FLAG : 0;
  return {
    ...withBigs(sdk, position),
    lpShares: sdk.ZERO,
    positionFlag: isolated | (position.isBeingLiquidated ? LIQUIDATION_FLAG : 0),
  };
}

function sdkPerp(sdk: Sdk, market: DriftPerpMarket): unknown {
  const bigs = withBigs(sdk, market);
  return {
    ...bigs,
    status: market.isInSettlement ? { settlement: {} } : { active: {} },
    contractType: { [market.contractType]: {} },
    quoteSpotMarketIndex: 0,
    pnlPool: { scaledBalance: bigs['pnlPoolScaledBalance'] },
    amm: {
      oracle: oracleOf(market),
      oracleSource: { [ORACLE_SOURCES[market.oracleMultiple]!]: {} },
      cumulativeFundingRateLong: bigs['cumulativeFundingRateLong'],
      cumulativeFundingRateShort: bigs['cumulativeFundingRateShort'],
      orderStepSize: bigs['orderStepSize'],
      baseAssetAmountWithAmm: bigs['netUserBase'],
      baseAssetAmountWithUnsettledLp: sdk.ZERO,
      quoteAssetAmount: bigs['netUserQuote'],
      quoteAssetAmountWithUnsettledLp: sdk.ZERO,
      netUnsettledFundingPnl: sdk.ZERO,
      feePool: { scaledBalance: bigs['feePoolScaledBalance'] },
    },
  };
}

function sdkSpot(sdk: Sdk, market: DriftSpotMarket): unknown {
  const bigs = withBigs(sdk, market);
  return {
    ...bigs,
    oracle: oracleOf(market),
    oracleSource: { [ORACLE_SOURCES[market.oracleMultiple]!]: {} },
    historicalOracleData: {
      lastOraclePriceTwap5Min: bigs['lastOraclePriceTwap5Min'],
      lastOraclePriceTwapTs: bigs['lastOraclePriceTwapTs'],
    },
  };
}

interface Oracle {
  readonly key: number | string;
  equals(other: Oracle): boolean;
}

function oracleOf({ oracleKey: key }: DriftPerpMarket | DriftSpotMarket): Oracle {
  return { key, equals: (other) => other.key === key };
}

const big = (sdk: Sdk, value: bigint | number): Bn => new sdk.BN(`${value}`);

function withBigs(sdk: Sdk, row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'bigint' ? big(sdk, value) : value,
    ]),
  );
}

/** The SDK's whole numbers as text; its largest number stands for "nothing is owed". */
function withText(sdk: Sdk, value: unknown): unknown {
  if (value instanceof sdk.BN) return value === sdk.BN_MAX ? 'none' : value.toString();
  if (Array.isArray(value)) return value.map((part) => withText(sdk, part));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]: [string, unknown]) => [name, withText(sdk, part)]),
  );
}
