// The terms of a market as fields: the same rows for a new market, where each has a default, and
// for a change, where what is not given stays as it is.

import { MARK_GIVEN, type MarkSource, type MarketTerms } from '../../engine/command.ts';
import { DEFAULT_RISK, type RiskTerms } from '../../engine/risk-terms.ts';
import { riskFields } from './risk-fields.ts';
import { MARK_SOURCES } from '../../contract/words.ts';
import { amount, PPM_ONE, ppm, size } from '../../units/brand.ts';
import {
  booleanCodec,
  boundCodec,
  bracketsCodec,
  choice,
  quoteCodec,
  ratioCodec,
  signedRatioCodec,
  type Codec,
} from './codecs.ts';
import { optional, type Field, type FieldsOf } from './fields.ts';
import type { Scope } from './scope.ts';

const DEFAULTS: MarketTerms = {
  brackets: [{ floorNotional: amount(0), initialPpm: ppm(100_000), maintenancePpm: ppm(50_000) }],
  makerFeePpm: ppm(0),
  takerFeePpm: ppm(0),
  liquidationFeePpm: ppm(0),
  priceBandPpm: ppm(0),
  openInterestCap: size(0),
  openInterestScaleFrom: size(0),
  openInterestScaleTo: size(0),
  minimumSize: size(0),
  minimumNotional: amount(0),
  profitWeightPpm: ppm(PPM_ONE),
  profitCap: amount(0),
  markSource: MARK_GIVEN,
  selfTradeAllowed: false,
  risk: DEFAULT_RISK,
};

/** What holds for a term that is left out. */
export interface TermsFallback {
  readonly of: <K extends keyof MarketTerms>(
    key: K,
  ) => MarketTerms[K] | ((scope: Scope) => MarketTerms[K]);
  readonly ofRisk: <K extends keyof RiskTerms>(
    key: K,
  ) => RiskTerms[K] | ((scope: Scope) => RiskTerms[K]);
  /** The default in words, given the words for a new market. */
  readonly says: (text: string) => string;
}

/** A new market: one bracket of 10 % and 5 %, no fees, no bounds. */
export const defaultTerms: TermsFallback = {
  of: (key) => DEFAULTS[key],
  ofRisk: (key) => DEFAULT_RISK[key],
  says: (text) => text,
};

/** A change: what the market has now. */
export const currentTerms: TermsFallback = {
  of: (key) => (scope) => termsOf(scope)[key],
  ofRisk: (key) => (scope) => termsOf(scope).risk[key],
  says: () => 'unchanged',
};

const termsOf = ({ market, names }: Scope): MarketTerms =>
  market === undefined ? DEFAULTS : names.engine.markets()[market.number].terms;

/** Makes a row: its default in words for a new market, and a line for the reference. */
type Row = <K extends keyof MarketTerms>(
  key: K,
  codec: Codec<MarketTerms[K]>,
  says: string,
  note: string,
) => Field<MarketTerms[K]>;

/** The rows, with defaults from `fallback`. */
export function termsFields(fallback: TermsFallback): FieldsOf<MarketTerms, never> {
  const row: Row = (key, codec, says, note) =>
    optional(codec, fallback.of(key), note, { says: fallback.says(says) });
  return {
    brackets: row(
      'brackets',
      bracketsCodec,
      'one: 10 %, 5 %',
      'margin rates by notional, the first from `"0"`',
    ),
    makerFeePpm: row(
      'makerFeePpm',
      signedRatioCodec,
      '`"0"`',
      'fee of who rested, `-` for a rebate',
    ),
    takerFeePpm: row('takerFeePpm', ratioCodec, '`"0"`', 'fee of who came'),
    liquidationFeePpm: row('liquidationFeePpm', ratioCodec, '`"0"`', 'fee of who is liquidated'),
    priceBandPpm: row(
      'priceBandPpm',
      ratioCodec,
      '`"0"`: none',
      'how far through the reference price orders may go',
    ),
    openInterestCap: row('openInterestCap', boundCodec, '`"0"`: none', 'largest open interest'),
    openInterestScaleFrom: row(
      'openInterestScaleFrom',
      boundCodec,
      '`"0"`: never',
      'open interest from which the initial rate rises',
    ),
    openInterestScaleTo: row(
      'openInterestScaleTo',
      boundCodec,
      '`"0"`: never',
      'and at which it is 100 %',
    ),
    minimumSize: row(
      'minimumSize',
      boundCodec,
      '`"0"`',
      'smallest order; a close is never too small',
    ),
    minimumNotional: row('minimumNotional', quoteCodec, '`"0"`', 'least worth of an order'),
    profitWeightPpm: row(
      'profitWeightPpm',
      ratioCodec,
      '`"1"`',
      'share of unrealised profit that backs new risk',
    ),
    profitCap: row('profitCap', quoteCodec, '`"0"`: none', 'and its most per position'),
    markSource: row(
      'markSource',
      choice<MarkSource>(MARK_SOURCES),
      '`"given"`',
      'where the mark comes from',
    ),
    selfTradeAllowed: row(
      'selfTradeAllowed',
      booleanCodec,
      '`false`',
      'whether `self_trade: "none"` is taken',
    ),
    risk: riskFields(fallback),
  };
}
