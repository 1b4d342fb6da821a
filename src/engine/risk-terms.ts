// The terms of a market that say how its risk is run: liquidation, insurance, funding, mark and
// index. They stand apart from the terms of trading, because most markets leave most of them alone.

import type { Amount, Ppm, Size } from '../units/brand.ts';
import { amount, ppm, size } from '../units/brand.ts';

/** How a market's risk is run. A limit of 0 means that there is none, if nothing else is said. */
export interface RiskTerms {
  /**
   * How far from the mark a liquidation's first order may go; 0 = half the maintenance rate of the
   * position's bracket.
   */
  readonly cureSlipPpm: Ppm;
  /** A liquidation stops once equity is this much above maintenance. */
  readonly liquidationBufferPpm: Ppm;
  /** The largest position that the insurance fund takes here. */
  readonly insuranceCap: Size;
  /** The largest exposure, resting orders included, of one account, and of all of one owner. */
  readonly accountLimit: Size;
  readonly ownerLimit: Size;
  /** Milliseconds between two fundings; 0 = no funding. */
  readonly fundingIntervalMs: number;
  /** The interest part of funding and the largest rate, of eight hours, 10^−12. */
  readonly fundingInterestE12: number;
  readonly fundingCapE12: number;
  /** What the impact prices of a premium sample must fill, quote units. */
  readonly impactNotional: Amount;
  /** How far the voices of the own book may move the mark from the index (mark source `median`). */
  readonly basisLimitPpm: Ppm;
  /** How far the mark may be from the index. */
  readonly markLimitPpm: Ppm;
  /** Fewer live index sources than this: close-only and no liquidation. */
  readonly sourcesRequired: number;
  /** A source older than this is left out. */
  readonly sourceMaxAgeMs: number;
  /** A source further than this from the median of the fresh ones is left out. */
  readonly sourceDeviationPpm: Ppm;
}

/** A market that says nothing about its risk: no funding, one given price, no limits. */
export const DEFAULT_RISK: RiskTerms = {
  cureSlipPpm: ppm(0),
  liquidationBufferPpm: ppm(0),
  insuranceCap: size(0),
  accountLimit: size(0),
  ownerLimit: size(0),
  fundingIntervalMs: 0,
  fundingInterestE12: 100_000_000,
  fundingCapE12: 40_000_000_000,
  impactNotional: amount(0),
  basisLimitPpm: ppm(5_000),
  markLimitPpm: ppm(5_000),
  sourcesRequired: 1,
  sourceMaxAgeMs: 0,
  sourceDeviationPpm: ppm(0),
};
