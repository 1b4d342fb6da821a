// What the funding of the running interval would be if it ended now: the engine's own formula over
// the samples so far. It follows the state and settles nothing.

import { MARK_GIVEN, STATUS_SETTLED } from '../engine/command.ts';
import type { Market } from '../engine/state/market.ts';
import { divExact, divFloor } from '../units/rounding.ts';
import { FUNDING_QUOTED_MS, DEFAULT_DAMP_E12, fundingRateE12 } from '../margin/funding.ts';

export interface FundingOutlook {
  /** Of the interval, 10^−12. */
  readonly rateE12: number;
  readonly nextAtMs: number;
}

/** The samples of the running interval: their sum in 10^−12, and how many. */
export interface PremiumSamples {
  readonly premiumSum: number;
  readonly premiumSamples: number;
}

/** Undefined where time settles no funding. */
export function fundingOutlook(
  market: Market,
  nowMs: number,
  samples: PremiumSamples = market,
): FundingOutlook | undefined {
  const { risk, markSource } = market.terms;
  const { fundingIntervalMs: interval } = risk;
  if (interval === 0 || market.isSpot || markSource === MARK_GIVEN) return undefined;
  if (market.status === STATUS_SETTLED) return undefined;
  const rateE12 = fundingRateE12(
    samples.premiumSum,
    samples.premiumSamples,
    risk.fundingInterestE12,
    DEFAULT_DAMP_E12,
    risk.fundingCapE12,
    divExact(FUNDING_QUOTED_MS, interval),
  );
  return { rateE12, nextAtMs: (divFloor(nowMs, interval) + 1) * interval };
}
