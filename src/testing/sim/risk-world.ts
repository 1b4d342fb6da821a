// A world in which much goes wrong: perpetuals with a given, an index and a median mark, brackets
// of several tiers up to 50 times leverage, coarse collateral with haircuts, debts that bear
// interest, and, by seed, an insurance fund with nothing, little or plenty.

import { NO_ASSET } from '../../engine/command.ts';
import type { Command, MarketTerms, SourcePrice } from '../../engine/command.ts';
import { DEFAULT_RISK } from '../../engine/risk-terms.ts';
import { amount, ppm, price, size } from '../../units/brand.ts';
import type { Sfc32 } from '../flow/sfc32.ts';

/** Asset and market numbers of the world. */
export const CASH = 0;
export const COIN = 1;
export const BAR = 2;
export const GIVEN_PERP = 0;
export const INDEX_PERP = 1;
export const MEDIAN_PERP = 2;
export const COIN_SPOT = 3;
export const BAR_SPOT = 4;
/** The price each market begins with and is drawn back to. */
export const BASE_PRICES = [10_000, 2_000, 50_000, 3_000, 20_000] as const;

/** All three sources say the same. */
export const threeSay = (value: number, at: number): SourcePrice[] =>
  [0, 1, 2].map((source) => ({ source, price: price(value), at }));

/** 2026-01-01, ms: a whole hour. */
export const RISK_START = 1_767_225_600_000;
export const FIRST_TRADER = 3;

const COMMON = { id: '', time: RISK_START };

/** What differs from seed to seed. */
export interface RiskVariant {
  readonly liquidationFeePpm: number;
  readonly cureSlipPpm: number;
  readonly bufferPpm: number;
  readonly insuranceCap: number;
  readonly insurance: number;
  readonly interestE12: number;
  readonly autoConvertLimit: number;
  /** Whether a second perpetual can lose its sources. */
  readonly isIndexSourced: boolean;
}

export function riskVariant(random: Sfc32): RiskVariant {
  const pick = (items: readonly number[]): number => items[random.below(items.length)];
  return {
    liquidationFeePpm: pick([0, 1_000, 5_000]),
    cureSlipPpm: pick([0, 0, 3_000]),
    bufferPpm: pick([0, 0, 100_000]),
    insuranceCap: pick([0, 0, 7, 100]),
    insurance: pick([0, 30_000, 3_000_000, 300_000_000]),
    interestE12: pick([0, 200_000_000, 5_000_000_000]),
    autoConvertLimit: pick([0, 50_000]),
    isIndexSourced: pick([0, 1]) === 1,
  };
}

/** The commands that make the world, its traders funded and its first prices known. */
export function riskWorld(variant: RiskVariant, traders: number, random: Sfc32): Command[] {
  return [
    ...assetCommands(variant),
    ...marketCommands(variant),
    ...Array.from({ length: traders }, (_, i) => traderCommands(i, random)).flat(),
    ...priceCommands(variant),
    ...fundCommands(variant),
  ];
}

function assetCommands(variant: RiskVariant): Command[] {
  const asset = {
    ...COMMON,
    kind: 'create_asset' as const,
    settlement: false,
    liabilityWeightPpm: ppm(1_100_000),
    interestE12: variant.interestE12,
    autoConvertLimit: amount(variant.autoConvertLimit),
    price: amount(0),
  };
  return [
    { ...asset, symbol: 'USD', decimals: 0, settlement: true, weightPpm: ppm(1_000_000) },
    { ...asset, symbol: 'COIN', decimals: 2, weightPpm: ppm(900_000) },
    { ...asset, symbol: 'BAR', decimals: 0, weightPpm: ppm(600_000) },
  ];
}

function marketCommands(variant: RiskVariant): Command[] {
  const units = {
    ...COMMON,
    kind: 'create_market' as const,
    quote: CASH,
    priceUnit: '1',
    sizeUnit: '1',
    multiplier: 1,
    tickSize: price(1),
    lotSize: size(1),
  };
  const perp = { ...units, marketKind: 1 as const, base: NO_ASSET, baseMultiplier: 0 };
  const indexTerms = { ...terms(variant, 1, true), minimumSize: size(2) };
  const spot = { ...units, marketKind: 0 as const, terms: terms(variant, 1, false) };
  return [
    { ...perp, symbol: 'GIVEN-PERP', terms: terms(variant, 0, false) },
    {
      ...perp,
      symbol: 'INDEX-PERP',
      sizeUnit: '10',
      multiplier: 10,
      tickSize: price(2),
      lotSize: size(2),
      terms: variant.isIndexSourced ? sourced(indexTerms, 30_000) : indexTerms,
    },
    { ...perp, symbol: 'MEDIAN-PERP', terms: sourced(terms(variant, 2, true), 30_000) },
    {
      ...spot,
      symbol: 'COIN/USD',
      base: COIN,
      sizeUnit: '0.1',
      priceUnit: '10',
      baseMultiplier: 10,
    },
    { ...spot, symbol: 'BAR/USD', base: BAR, baseMultiplier: 1, terms: sourced(spot.terms, 0) },
  ];
}

/** Up to 50 times leverage at first, and four tiers. */
function terms(variant: RiskVariant, markSource: 0 | 1 | 2, funds: boolean): MarketTerms {
  const tier = (floor: number, initial: number, maintenance: number) => ({
    floorNotional: amount(floor),
    initialPpm: ppm(initial),
    maintenancePpm: ppm(maintenance),
  });
  return {
    brackets: [
      tier(0, 20_000, 10_000),
      tier(3_000_000, 40_000, 20_000),
      tier(9_000_000, 100_000, 50_000),
      tier(40_000_000, 250_000, 125_000),
    ],
    makerFeePpm: ppm(markSource === 0 ? 100 : -100),
    takerFeePpm: ppm(500),
    liquidationFeePpm: ppm(variant.liquidationFeePpm),
    priceBandPpm: ppm(0),
    openInterestCap: size(0),
    openInterestScaleFrom: size(0),
    openInterestScaleTo: size(0),
    minimumSize: size(1),
    minimumNotional: amount(0),
    profitWeightPpm: ppm(500_000),
    profitCap: amount(0),
    markSource,
    selfTradeAllowed: true,
    risk: {
      ...DEFAULT_RISK,
      cureSlipPpm: ppm(variant.cureSlipPpm),
      liquidationBufferPpm: ppm(variant.bufferPpm),
      insuranceCap: size(variant.insuranceCap),
      fundingIntervalMs: funds ? 3_600_000 : 0,
      impactNotional: amount(funds ? 100_000 : 0),
    },
  };
}

/** Two of three sources, no older than a minute, no further than this from the others. */
function sourced(plain: MarketTerms, deviationPpm: number): MarketTerms {
  return {
    ...plain,
    risk: {
      ...plain.risk,
      basisLimitPpm: ppm(20_000),
      markLimitPpm: ppm(10_000),
      sourcesRequired: 2,
      sourceMaxAgeMs: 60_000,
      sourceDeviationPpm: ppm(deviationPpm),
    },
  };
}

/** Every third trader shares the owner of the one before; every fifth is ten times as rich. */
function traderCommands(i: number, random: Sfc32): Command[] {
  const account = FIRST_TRADER + i;
  const deposit = { ...COMMON, kind: 'deposit' as const, account };
  const wealth = (i % 5 === 0 ? 10 : 1) * (i % 4 === 2 ? 50_000 : 100_000 + random.below(900_000));
  const commands: Command[] = [
    { ...COMMON, kind: 'create_account', name: `t${i}`, owner: i % 3 === 2 ? `t${i - 1}` : '' },
    { ...deposit, asset: CASH, amount: amount(wealth) },
  ];
  if (i % 2 === 1) commands.push({ ...deposit, asset: COIN, amount: amount(1_000) });
  if (i % 4 === 2) commands.push({ ...deposit, asset: BAR, amount: amount(120) });
  return commands;
}

function priceCommands({ isIndexSourced }: RiskVariant): Command[] {
  const update = { ...COMMON, kind: 'update_index' as const };
  return BASE_PRICES.map((value, market) =>
    market === MEDIAN_PERP || market === BAR_SPOT || (market === INDEX_PERP && isIndexSourced)
      ? { ...update, market, price: price(0), mark: price(0), sources: threeSay(value, RISK_START) }
      : { ...update, market, price: price(value), mark: price(market === GIVEN_PERP ? value : 0) },
  );
}

function fundCommands({ insurance }: RiskVariant): Command[] {
  if (insurance === 0) return [];
  return [
    {
      ...COMMON,
      kind: 'adjust',
      account: 2,
      asset: CASH,
      amount: amount(insurance),
      operator: 'op',
      reason: 'the fund begins',
    },
  ];
}
