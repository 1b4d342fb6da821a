// The terms that a market trades and is run under: what they must be, checked once for a new market
// and for a change, and what is kept of them.

import { makeBrackets } from '../../margin/brackets.ts';
import type { Brackets } from '../../margin/brackets.ts';
import { FUNDING_QUOTED_MS } from '../../margin/funding.ts';
import { INDEX_SOURCES_MAX } from '../../margin/limits.ts';
import { PPM_ONE } from '../../units/brand.ts';
import { MARK_MEDIAN } from '../command.ts';
import type { MarketTerms } from '../command.ts';
import { VALUE_MAX } from '../limits.ts';
import { MARKET_TERMS_INVALID } from '../reason.ts';
import type { RiskTerms } from '../risk-terms.ts';
import { TERM_RULES } from '../term-rules.ts';
import type { TermRule } from '../term-rules.ts';
import type { PlanContext } from './context.ts';

/** Fees above 10 % are taken for a slip of the pen. */
const FEE_MAX = 100_000;
/** The largest rate of eight hours: 10 %. */
const FUNDING_MAX = 100_000_000_000;
const MINUTE_MS = 60_000;

/**
 * The terms by themselves: a caller may use its command again, and a hash must not see more than
 * they say.
 */
export function copyOfTerms(terms: MarketTerms): MarketTerms {
  return {
    brackets: terms.brackets.map(({ floorNotional, initialPpm, maintenancePpm }) => ({
      floorNotional,
      initialPpm,
      maintenancePpm,
    })),
    makerFeePpm: terms.makerFeePpm,
    takerFeePpm: terms.takerFeePpm,
    liquidationFeePpm: terms.liquidationFeePpm,
    priceBandPpm: terms.priceBandPpm,
    openInterestCap: terms.openInterestCap,
    openInterestScaleFrom: terms.openInterestScaleFrom,
    openInterestScaleTo: terms.openInterestScaleTo,
    minimumSize: terms.minimumSize,
    minimumNotional: terms.minimumNotional,
    profitWeightPpm: terms.profitWeightPpm,
    profitCap: terms.profitCap,
    markSource: terms.markSource,
    selfTradeAllowed: terms.selfTradeAllowed,
    risk: copyOfRisk(terms.risk),
  };
}

function copyOfRisk(risk: RiskTerms): RiskTerms {
  return {
    cureSlipPpm: risk.cureSlipPpm,
    liquidationBufferPpm: risk.liquidationBufferPpm,
    insuranceCap: risk.insuranceCap,
    accountLimit: risk.accountLimit,
    ownerLimit: risk.ownerLimit,
    fundingIntervalMs: risk.fundingIntervalMs,
    fundingInterestE12: risk.fundingInterestE12,
    fundingCapE12: risk.fundingCapE12,
    impactNotional: risk.impactNotional,
    basisLimitPpm: risk.basisLimitPpm,
    markLimitPpm: risk.markLimitPpm,
    sourcesRequired: risk.sourcesRequired,
    sourceMaxAgeMs: risk.sourceMaxAgeMs,
    sourceDeviationPpm: risk.sourceDeviationPpm,
  };
}

/** The brackets of valid terms; undefined with the refusal set. */
export function checkTerms(
  context: PlanContext,
  terms: MarketTerms,
  lotSize: number,
): Brackets | undefined {
  const broken = brokenRule(terms, lotSize);
  if (broken !== undefined) return refuseTerms(context, broken, 0);
  const made = makeBrackets(terms.brackets, terms);
  if (!made.ok) return refuseTerms(context, made.code, made.bracket);
  const risky = brokenRisk(terms);
  return risky === undefined ? made.brackets : refuseTerms(context, risky, 0);
}

export function refuseTerms(context: PlanContext, rule: TermRule, bracket: number): undefined {
  context.refusal.because(MARKET_TERMS_INVALID, TERM_RULES.indexOf(rule), bracket);
  return undefined;
}

function brokenRule(terms: MarketTerms, lotSize: number): TermRule | undefined {
  const { makerFeePpm, takerFeePpm, liquidationFeePpm, priceBandPpm, minimumSize } = terms;
  const from = terms.openInterestScaleFrom;
  const to = terms.openInterestScaleTo;
  if (!isBetween(makerFeePpm, -FEE_MAX, FEE_MAX) || !isBetween(takerFeePpm, 0, FEE_MAX))
    return 'FEE_OUT_OF_RANGE';
  if (!isBetween(liquidationFeePpm, 0, FEE_MAX)) return 'FEE_OUT_OF_RANGE';
  if (makerFeePpm + takerFeePpm < 0) return 'FEES_BELOW_ZERO_TOGETHER';
  if (!isBetween(priceBandPpm, 0, PPM_ONE - 1)) return 'BAND_OUT_OF_RANGE';
  if (!isBetween(from, 0, VALUE_MAX) || !isBetween(to, 0, VALUE_MAX) || (to !== 0 && from >= to))
    return 'SCALE_NOT_ASCENDING';
  if (!isBetween(minimumSize, 0, VALUE_MAX) || minimumSize % lotSize !== 0)
    return 'MINIMUM_OFF_STEP';
  if (
    !isBetween(terms.minimumNotional, 0, VALUE_MAX) ||
    !isBetween(terms.openInterestCap, 0, VALUE_MAX)
  )
    return 'MINIMUM_OFF_STEP';
  if (!isBetween(terms.profitWeightPpm, 0, PPM_ONE) || !isBetween(terms.profitCap, 0, VALUE_MAX))
    return 'WEIGHT_OUT_OF_RANGE';
  if (!isBetween(terms.markSource, 0, MARK_MEDIAN)) return 'WEIGHT_OUT_OF_RANGE';
  return undefined;
}

function brokenRisk({ risk, brackets }: MarketTerms): TermRule | undefined {
  const { cureSlipPpm, liquidationBufferPpm: buffer, fundingIntervalMs: interval } = risk;
  if (!isBetween(cureSlipPpm, 0, PPM_ONE - 1)) return 'CURE_OUT_OF_RANGE';
  if (!isBetween(buffer, 0, PPM_ONE)) return 'BUFFER_ABOVE_INITIAL';
  // A fresh position at its initial margin must be above where a liquidation stops.
  for (const { initialPpm, maintenancePpm } of brackets) {
    if (maintenancePpm * (PPM_ONE + buffer) > initialPpm * PPM_ONE) return 'BUFFER_ABOVE_INITIAL';
  }
  if (!isBetween(risk.insuranceCap, 0, VALUE_MAX)) return 'LIMIT_OUT_OF_RANGE';
  if (!isBetween(risk.accountLimit, 0, VALUE_MAX)) return 'LIMIT_OUT_OF_RANGE';
  if (!isBetween(risk.ownerLimit, 0, VALUE_MAX)) return 'LIMIT_OUT_OF_RANGE';
  if (!isBetween(interval, 0, FUNDING_QUOTED_MS)) return 'FUNDING_OUT_OF_RANGE';
  if (interval !== 0 && (interval < MINUTE_MS || FUNDING_QUOTED_MS % interval !== 0))
    return 'FUNDING_OUT_OF_RANGE';
  const { fundingInterestE12, fundingCapE12, impactNotional } = risk;
  if (!isBetween(fundingInterestE12, -FUNDING_MAX, FUNDING_MAX)) return 'FUNDING_OUT_OF_RANGE';
  if (!isBetween(fundingCapE12, 0, FUNDING_MAX)) return 'FUNDING_OUT_OF_RANGE';
  if (!isBetween(impactNotional, 0, VALUE_MAX)) return 'FUNDING_OUT_OF_RANGE';
  if (!isBetween(risk.basisLimitPpm, 0, PPM_ONE - 1)) return 'BAND_OUT_OF_RANGE';
  if (!isBetween(risk.markLimitPpm, 0, PPM_ONE - 1)) return 'BAND_OUT_OF_RANGE';
  if (!isBetween(risk.sourcesRequired, 1, INDEX_SOURCES_MAX)) return 'SOURCES_OUT_OF_RANGE';
  if (!isBetween(risk.sourceMaxAgeMs, 0, VALUE_MAX)) return 'SOURCES_OUT_OF_RANGE';
  return isBetween(risk.sourceDeviationPpm, 0, PPM_ONE) ? undefined : 'SOURCES_OUT_OF_RANGE';
}

const isBetween = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most && !Object.is(value, -0);
