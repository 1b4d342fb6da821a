// Writes the accounts of Drift byte by byte at offsets that were added up by hand from the public
// interface description (drift 2.156.0). It shares nothing with the decoder, which is a sequence of
// fields: a field that one of them has at a wrong place is seen by the other.

import { createHash } from 'node:crypto';
import type {
  DriftAccount,
  DriftPerpMarket,
  DriftPerpPosition,
  DriftSpotMarket,
  DriftSpotPosition,
} from '../../margin/drift/types.ts';

type Width = 1 | 2 | 4 | 8 | 16;

/** An account of the chain under construction. Numbers are little endian, negative in two's. */
export class AccountBytes {
  readonly data: Uint8Array;

  constructor(kind: string, bytes: number) {
    this.data = new Uint8Array(bytes);
    const hash = createHash('sha256').update(`account:${kind}`).digest();
    this.data.set(hash.subarray(0, 8), 0);
  }

  number(offset: number, width: Width, value: bigint | number): this {
    let rest = BigInt.asUintN(width * 8, BigInt(value));
    for (let i = 0; i < width; i += 1) {
      this.data[offset + i] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    return this;
  }

  bytes(offset: number, value: Uint8Array): this {
    this.data.set(value, offset);
    return this;
  }

  text(offset: number, value: string): this {
    return this.bytes(offset, Buffer.from(value.padEnd(32, ' '), 'utf8'));
  }
}

export const BYTES = {
  perpMarket: 1_216,
  spotMarket: 776,
  user: 4_376,
  state: 992,
  pythLazer: 48,
  prelaunch: 120,
  priceUpdate: 134,
  clock: 40,
} as const;

/** Numbers of the program's enum `OracleSource`. */
export const SOURCE = {
  pyth: 0,
  quote: 2,
  prelaunch: 6,
  pythPull: 7,
  pythStableCoinPull: 10,
  pythLazer: 12,
  pythLazer1K: 13,
  pythLazer1M: 14,
  pythLazerStableCoin: 15,
} as const;

/** Numbers of the program's enum `ContractTier`. */
const TIERS = ['A', 'B', 'C', 'SPECULATIVE', 'HIGHLY_SPECULATIVE', 'ISOLATED'];
/** What the market account adds up is split into parts, so that a part that is left out is seen. */
const UNSETTLED = 7n;
const ACTIVE = 1;
const SETTLEMENT = 7;

interface MarketPlace {
  /** Own address, 32 bytes. */
  readonly self: Uint8Array;
  readonly oracle: Uint8Array;
  readonly source: number;
  /** When the price kept in the market was written, seconds. */
  readonly keptAt: number;
}

export function perpMarketBytes(market: DriftPerpMarket, place: MarketPlace): AccountBytes {
  return new AccountBytes('PerpMarket', BYTES.perpMarket)
    .bytes(8, place.self)
    .bytes(40, place.oracle)
    .number(72, 8, market.lastOraclePrice)
    .number(112, 8, place.keptAt)
    .number(152, 16, market.feePoolScaledBalance)
    .number(336, 16, market.netUserBase - UNSETTLED)
    .number(352, 16, UNSETTLED)
    .number(384, 16, market.netUserQuote - 3n * UNSETTLED)
    .number(608, 16, market.cumulativeFundingRateLong)
    .number(624, 16, market.cumulativeFundingRateShort)
    .number(808, 8, market.orderStepSize)
    .number(926, 1, place.source)
    .number(944, 8, UNSETTLED)
    .number(952, 8, 2n * UNSETTLED)
    .number(976, 16, market.pnlPoolScaledBalance)
    .text(1_000, market.symbol)
    .number(1_072, 8, market.unrealizedPnlMaxImbalance)
    .number(1_088, 8, market.expiryPrice)
    .number(1_120, 4, market.imfFactor)
    .number(1_124, 4, market.unrealizedPnlImfFactor)
    .number(1_136, 4, market.marginRatioInitial)
    .number(1_140, 4, market.marginRatioMaintenance)
    .number(1_144, 4, market.unrealizedPnlInitialAssetWeight)
    .number(1_148, 4, market.unrealizedPnlMaintenanceAssetWeight)
    .number(1_160, 2, market.marketIndex)
    .number(1_162, 1, market.isInSettlement ? SETTLEMENT : ACTIVE)
    .number(1_163, 1, market.contractType === 'prediction' ? 2 : 0)
    .number(1_164, 1, TIERS.indexOf(market.contractTier))
    .number(1_174, 2, market.highLeverageMarginRatioInitial)
    .number(1_176, 2, market.highLeverageMarginRatioMaintenance);
}

export function spotMarketBytes(market: DriftSpotMarket, place: MarketPlace): AccountBytes {
  return new AccountBytes('SpotMarket', BYTES.spotMarket)
    .bytes(8, place.self)
    .bytes(40, place.oracle)
    .text(136, market.symbol)
    .number(168, 8, market.oraclePrice)
    .number(200, 8, market.lastOraclePriceTwap5Min)
    .number(208, 8, market.lastOraclePriceTwapTs)
    .number(432, 16, market.depositBalance)
    .number(464, 16, market.cumulativeDepositInterest)
    .number(480, 16, market.cumulativeBorrowInterest)
    .number(640, 4, market.initialAssetWeight)
    .number(644, 4, market.maintenanceAssetWeight)
    .number(648, 4, market.initialLiabilityWeight)
    .number(652, 4, market.maintenanceLiabilityWeight)
    .number(656, 4, market.imfFactor)
    .number(680, 4, market.decimals)
    .number(684, 2, market.marketIndex)
    .number(687, 1, place.source)
    .number(688, 1, ACTIVE)
    .number(720, 8, market.scaleInitialAssetWeightStart);
}

const SPOT_POSITIONS = 104;
const SPOT_POSITION_BYTES = 40;
const PERP_POSITIONS = 424;
const PERP_POSITION_BYTES = 96;
const MARGIN_MODES = ['default', 'highLeverage', 'highLeverageMaintenance'];

export function userBytes(account: DriftAccount, authority: Uint8Array): AccountBytes {
  const user = new AccountBytes('User', BYTES.user).bytes(8, authority).text(72, 'Main Account');
  account.spotPositions.forEach((one, i) => {
    spotPositionBytes(user, SPOT_POSITIONS + i * SPOT_POSITION_BYTES, one);
  });
  account.perpPositions.forEach((one, i) => {
    perpPositionBytes(user, PERP_POSITIONS + i * PERP_POSITION_BYTES, one);
  });
  return user
    .number(4_340, 4, account.userMaxMarginRatio)
    .number(4_348, 1, account.isBeingLiquidated ? 1 : 0)
    .number(4_355, 1, MARGIN_MODES.indexOf(account.marginMode));
}

function spotPositionBytes(user: AccountBytes, at: number, position: DriftSpotPosition): void {
  user
    .number(at, 8, position.scaledBalance)
    .number(at + 8, 8, position.openBids)
    .number(at + 16, 8, position.openAsks)
    .number(at + 32, 2, position.marketIndex)
    .number(at + 34, 1, position.balanceType === 'borrow' ? 1 : 0)
    .number(at + 35, 1, position.openOrders);
}

function perpPositionBytes(user: AccountBytes, at: number, position: DriftPerpPosition): void {
  const flag = (position.isolated ? 1 : 0) + (position.isBeingLiquidated ? 2 : 0);
  user
    .number(at, 8, position.lastCumulativeFundingRate)
    .number(at + 8, 8, position.baseAssetAmount)
    .number(at + 16, 8, position.quoteAssetAmount)
    .number(at + 32, 8, position.quoteEntryAmount)
    .number(at + 40, 8, position.openBids)
    .number(at + 48, 8, position.openAsks)
    .number(at + 72, 8, position.isolatedPositionScaledBalance)
    .number(at + 90, 2, position.maxMarginRatio)
    .number(at + 92, 2, position.marketIndex)
    .number(at + 94, 1, position.openOrders)
    .number(at + 95, 1, flag);
}

export function stateBytes(
  { feeTier0 }: DriftAccount,
  counts: { readonly perp: number; readonly spot: number },
): AccountBytes {
  return new AccountBytes('State', BYTES.state)
    .number(168, 4, feeTier0.feeNumerator)
    .number(172, 4, feeTier0.feeDenominator)
    .number(966, 2, counts.perp)
    .number(968, 2, counts.spot);
}

/** A published price: the number and the power of ten that it is in. */
export interface Published {
  readonly price: bigint;
  readonly exponent: number;
  readonly confidence: bigint;
  readonly slot: number;
  /** Seconds. */
  readonly time: number;
}

export function pythLazerBytes(said: Published): AccountBytes {
  return new AccountBytes('PythLazerOracle', BYTES.pythLazer)
    .number(8, 8, said.price)
    .number(16, 8, said.time * 1_000_000)
    .number(24, 8, said.slot)
    .number(32, 4, said.exponent)
    .number(40, 8, said.confidence);
}

/** Its price is in 10^6 always. */
export function prelaunchBytes(said: Published): AccountBytes {
  return new AccountBytes('PrelaunchOracle', BYTES.prelaunch)
    .number(8, 8, said.price)
    .number(16, 8, said.price * 2n)
    .number(24, 8, said.confidence)
    .number(32, 8, said.slot)
    .number(40, 8, said.slot);
}

/** Pyth's `PriceUpdateV2`, verified fully. */
export function priceUpdateBytes(said: Published): AccountBytes {
  return new AccountBytes('PriceUpdateV2', BYTES.priceUpdate)
    .number(40, 1, 1)
    .number(73, 8, said.price)
    .number(81, 8, said.confidence)
    .number(89, 4, said.exponent)
    .number(93, 8, said.time)
    .number(125, 8, said.slot);
}

/** The chain's clock: no account of Anchor, so it begins with the slot. */
export function clockBytes(slot: number, time: number): Uint8Array {
  return new AccountBytes('Clock', BYTES.clock).number(0, 8, slot).number(32, 8, time).data;
}
