// Whether a tick would change something about risk: an interval or an hour that has ended, a sample
// or a mark that is to be made, a source that grows old, a ramp, a liquidation that waits.

import { ACCOUNT_INSURANCE, MARK_GIVEN, MARK_MEDIAN, STATUS_SETTLED } from '../engine/command.ts';
import type { Engine } from '../engine/engine.ts';
import { IMPOSED_BOUND, IMPOSED_SETTLING, type Market } from '../engine/state/market.ts';
import { NUMBERS, SIZE } from '../engine/state/positions.ts';
import type { State } from '../engine/state/state.ts';
import { NONE } from '../units/table.ts';

const HOUR_MS = 3_600_000;
/** How often a market is sampled; and a median mark made anew where nobody does anything. */
const SAMPLE_MS = 1_000;
const RAMP_STEP_MS = 60_000;

/** The last tick. */
export interface LastTick {
  /** The exchange's time of it; 0 = none yet. */
  readonly timeMs: number;
  /** Whether something has happened since. */
  readonly isBusy: boolean;
}

export function isRiskDue({ state }: Engine, nowMs: number, last: LastTick): boolean {
  const { isBusy } = last;
  // Whoever waits in liquidation, does so for a market that may not liquidate now.
  if (isBusy && state.liquidating.count > 0) return true;
  if (isInterestDue(state, nowMs)) return true;
  return state.markets.some(
    (market) =>
      isDue(market, nowMs, isBusy, hasFund(state, market)) ||
      isSourceOld(market, last.timeMs, nowMs),
  );
}

function isInterestDue({ settlement, interestHour, assets }: State, nowMs: number): boolean {
  if (settlement === NONE || assets[settlement].interestE12 === 0) return false;
  return Math.floor(nowMs / HOUR_MS) > interestHour;
}

/** The insurance fund offers what it took over at every tick. */
function hasFund(state: State, { number }: Market): boolean {
  const row = state.row(ACCOUNT_INSURANCE, number);
  return row !== NONE && state.positions.numbers[row * NUMBERS + SIZE] !== 0;
}

function isDue(market: Market, nowMs: number, isBusy: boolean, hasFund: boolean): boolean {
  const { terms, imposed, rampAt, rampEnd } = market;
  if ((imposed & (IMPOSED_BOUND | IMPOSED_SETTLING)) !== 0) return true;
  if (market.status === STATUS_SETTLED || market.isSpot) return false;
  if (rampEnd !== 0 && (nowMs >= rampAt + RAMP_STEP_MS || nowMs >= rampEnd)) return true;
  if (isBusy && hasFund) return true;
  if (market.index === 0 || terms.markSource === MARK_GIVEN) return false;
  const restMs = isBusy ? 1 : SAMPLE_MS;
  if (terms.markSource === MARK_MEDIAN && nowMs >= market.emaAt + restMs) return true;
  return isFundingDue(market, nowMs);
}

function isFundingDue(market: Market, nowMs: number): boolean {
  const { fundingIntervalMs: interval } = market.terms.risk;
  if (interval === 0) return false;
  if (nowMs - market.sampledAt >= SAMPLE_MS) return true;
  return Math.floor(nowMs / interval) > market.fundingInterval;
}

/** A source that counted at the last tick does not any more. */
function isSourceOld({ terms, sourceTimes }: Market, thenMs: number, nowMs: number): boolean {
  const { sourceMaxAgeMs: most } = terms.risk;
  return most > 0 && sourceTimes.some((at) => thenMs - at <= most && nowMs - at > most);
}
