// The terms of a market on the wire: one list of fields for making a market, where each has a
// default, for changing it, where what is left out stays as it is, and for showing it.

import * as z from 'zod';
import type * as C from '../engine/command.ts';
import { DEFAULT_RISK, type RiskTerms } from '../engine/risk-terms.ts';
import { size } from '../units/brand.ts';
import { formatDecimal, formatInUnit, type DecimalUnit } from '../units/decimal.ts';
import * as A from './atoms.ts';
import type { AssetUnits } from './catalog.ts';
import type { Reading } from './reading.ts';
import * as W from './words.ts';

export const bracket = z
  .strictObject({
    floor_notional: A.decimal.describe('The notional from which the rates hold.'),
    initial: A.decimal.describe('Share of the notional that a new position needs.'),
    maintenance: A.decimal.describe('Share of the notional that a position must keep.'),
  })
  .meta({ id: 'Bracket' });

/** How a market's risk is run: see RiskTerms of the engine. */
const RISK_TERMS = {
  cure_slip: A.decimal.describe(
    'How far from the mark a liquidation’s first order may go; 0: half the maintenance rate.',
  ),
  liquidation_buffer: A.decimal.describe(
    'A liquidation stops once equity is so much above maintenance.',
  ),
  insurance_cap: A.decimal.describe('Largest position that the insurance fund takes; 0: no cap.'),
  account_limit: A.decimal.describe('Largest exposure of an account, orders included; 0: none.'),
  owner_limit: A.decimal.describe('The same of all accounts of one owner; 0: none.'),
  funding_interval_ms: A.whole.describe('0: no funding; else it divides eight hours.'),
  funding_interest: A.signedDecimal.describe('The interest part of funding, of eight hours.'),
  funding_cap: A.decimal.describe('Largest rate of funding, of eight hours.'),
  impact_notional: A.decimal.describe('What the prices of a premium sample must fill.'),
  basis_limit: A.decimal.describe('How far the own book may move a median mark from the index.'),
  mark_limit: A.decimal.describe('How far a median mark may be from the index.'),
  sources_required: A.whole.describe('With fewer live index sources the market is close-only.'),
  source_max_age_ms: A.whole.describe('An index source that is older is left out; 0: never.'),
  source_deviation: A.decimal.describe(
    'An index source further from the others’ median is left out; 0: never.',
  ),
};

/** Every term, without defaults. */
export const MARKET_TERMS = {
  brackets: z.array(bracket).min(1).max(64).describe('Margin by notional, ascending from 0.'),
  maker_fee: A.signedDecimal.describe('Share of the notional; negative: the maker is paid.'),
  taker_fee: A.decimal.describe('Share of the notional.'),
  liquidation_fee: A.decimal.describe('Share of the notional that a liquidation costs.'),
  price_band: A.decimal.describe(
    'How far through the reference price an order may reach, as a share; 0: any.',
  ),
  open_interest_cap: A.decimal.describe('Most open interest, in size; 0: any.'),
  open_interest_scale_from: A.decimal.describe(
    'Open interest from which initial margin rises; 0: never.',
  ),
  open_interest_scale_to: A.decimal.describe(
    'Open interest at which initial margin is the whole notional.',
  ),
  minimum_size: A.decimal.describe('Smallest order; a close is never too small.'),
  minimum_notional: A.decimal.describe('Smallest order by notional; a close is never too small.'),
  profit_weight: A.decimal.describe('Share of unrealised profit that counts for new risk.'),
  profit_cap: A.decimal.describe(
    'Most unrealised profit of a position that counts for new risk; 0: any.',
  ),
  mark_source: z
    .enum(W.MARK_SOURCES)
    .describe(
      'Where the mark comes from: given by an operator, the index, or a median with the book.',
    ),
  self_trade_allowed: z
    .boolean()
    .describe('Whether an order may ask for no self-trade prevention.'),
  ...RISK_TERMS,
};

const terms = z.strictObject(MARKET_TERMS);
export type WireTerms = z.output<typeof terms>;

const PPM_DECIMALS = 6;
const E12_DECIMALS = 12;
const ratio = (ppm: number): string => formatDecimal(ppm, PPM_DECIMALS);
/** A rate that counts 10^−12. */
export const rateText = (e12: number): string => formatDecimal(e12, E12_DECIMALS);

const TERM_DEFAULTS: WireTerms = {
  brackets: [{ floor_notional: '0', initial: '0.1', maintenance: '0.05' }],
  maker_fee: '0',
  taker_fee: '0',
  liquidation_fee: '0',
  price_band: '0',
  open_interest_cap: '0',
  open_interest_scale_from: '0',
  open_interest_scale_to: '0',
  minimum_size: '0',
  minimum_notional: '0',
  profit_weight: '1',
  profit_cap: '0',
  mark_source: 'given',
  self_trade_allowed: false,
  cure_slip: ratio(DEFAULT_RISK.cureSlipPpm),
  liquidation_buffer: ratio(DEFAULT_RISK.liquidationBufferPpm),
  insurance_cap: '0',
  account_limit: '0',
  owner_limit: '0',
  funding_interval_ms: DEFAULT_RISK.fundingIntervalMs,
  funding_interest: rateText(DEFAULT_RISK.fundingInterestE12),
  funding_cap: rateText(DEFAULT_RISK.fundingCapE12),
  impact_notional: '0',
  basis_limit: ratio(DEFAULT_RISK.basisLimitPpm),
  mark_limit: ratio(DEFAULT_RISK.markLimitPpm),
  sources_required: DEFAULT_RISK.sourcesRequired,
  source_max_age_ms: DEFAULT_RISK.sourceMaxAgeMs,
  source_deviation: ratio(DEFAULT_RISK.sourceDeviationPpm),
};

type Defaulted<S extends z.ZodRawShape> = {
  [K in keyof S]: S[K] extends z.ZodType ? z.ZodDefault<z.ZodOptional<S[K]>> : never;
};

/** The terms of a new market: what is left out has its default. */
export const NEW_MARKET_TERMS = Object.fromEntries(
  Object.entries(MARKET_TERMS).map(([name, schema]) => {
    const fallback = TERM_DEFAULTS[name as keyof WireTerms];
    return [name, (schema as z.ZodType).optional().default(fallback)];
  }),
) as Defaulted<typeof MARKET_TERMS>;

/** The units that a market's terms are written in. */
export interface TermUnits {
  readonly quote: AssetUnits | undefined;
  readonly sizeUnit: DecimalUnit | undefined;
}

/** The terms as the engine takes them; what cannot be read is left in `reading.refusal`. */
export function termsOf(body: WireTerms, reading: Reading, units: TermUnits): C.MarketTerms {
  const money = (field: string, text: string): C.MarketTerms['profitCap'] =>
    reading.amount(field, text, units.quote);
  const bound = (field: string, text: string): C.MarketTerms['minimumSize'] =>
    size(reading.count(field, text, units.sizeUnit));
  return {
    brackets: body.brackets.map((row, i) => ({
      floorNotional: money(`brackets.${i}.floor_notional`, row.floor_notional),
      initialPpm: reading.ratio(`brackets.${i}.initial`, row.initial),
      maintenancePpm: reading.ratio(`brackets.${i}.maintenance`, row.maintenance),
    })),
    makerFeePpm: reading.ratio('maker_fee', body.maker_fee),
    takerFeePpm: reading.ratio('taker_fee', body.taker_fee),
    liquidationFeePpm: reading.ratio('liquidation_fee', body.liquidation_fee),
    priceBandPpm: reading.ratio('price_band', body.price_band),
    openInterestCap: bound('open_interest_cap', body.open_interest_cap),
    openInterestScaleFrom: bound('open_interest_scale_from', body.open_interest_scale_from),
    openInterestScaleTo: bound('open_interest_scale_to', body.open_interest_scale_to),
    minimumSize: bound('minimum_size', body.minimum_size),
    minimumNotional: money('minimum_notional', body.minimum_notional),
    profitWeightPpm: reading.ratio('profit_weight', body.profit_weight),
    profitCap: money('profit_cap', body.profit_cap),
    markSource: W.codeOf<C.MarkSource>(W.MARK_SOURCES, body.mark_source),
    selfTradeAllowed: body.self_trade_allowed,
    risk: {
      cureSlipPpm: reading.ratio('cure_slip', body.cure_slip),
      liquidationBufferPpm: reading.ratio('liquidation_buffer', body.liquidation_buffer),
      insuranceCap: bound('insurance_cap', body.insurance_cap),
      accountLimit: bound('account_limit', body.account_limit),
      ownerLimit: bound('owner_limit', body.owner_limit),
      fundingIntervalMs: body.funding_interval_ms,
      fundingInterestE12: reading.rate('funding_interest', body.funding_interest),
      fundingCapE12: reading.rate('funding_cap', body.funding_cap),
      impactNotional: money('impact_notional', body.impact_notional),
      basisLimitPpm: reading.ratio('basis_limit', body.basis_limit),
      markLimitPpm: reading.ratio('mark_limit', body.mark_limit),
      sourcesRequired: body.sources_required,
      sourceMaxAgeMs: body.source_max_age_ms,
      sourceDeviationPpm: reading.ratio('source_deviation', body.source_deviation),
    },
  };
}

/** The terms as they are shown; they read back as they are. */
export function termsView(
  given: C.MarketTerms,
  units: { readonly quote: AssetUnits; readonly sizeUnit: DecimalUnit },
): WireTerms {
  const quote = (value: number): string => formatDecimal(value, units.quote.decimals);
  const bound = (value: number): string => formatInUnit(value, units.sizeUnit);
  return {
    brackets: given.brackets.map((row) => ({
      floor_notional: quote(row.floorNotional),
      initial: ratio(row.initialPpm),
      maintenance: ratio(row.maintenancePpm),
    })),
    maker_fee: ratio(given.makerFeePpm),
    taker_fee: ratio(given.takerFeePpm),
    liquidation_fee: ratio(given.liquidationFeePpm),
    price_band: ratio(given.priceBandPpm),
    open_interest_cap: bound(given.openInterestCap),
    open_interest_scale_from: bound(given.openInterestScaleFrom),
    open_interest_scale_to: bound(given.openInterestScaleTo),
    minimum_size: bound(given.minimumSize),
    minimum_notional: quote(given.minimumNotional),
    profit_weight: ratio(given.profitWeightPpm),
    profit_cap: quote(given.profitCap),
    mark_source: W.MARK_SOURCES[given.markSource],
    self_trade_allowed: given.selfTradeAllowed,
    ...riskView(given.risk, quote, bound),
  };
}

function riskView(
  risk: RiskTerms,
  quote: (value: number) => string,
  bound: (value: number) => string,
): Pick<WireTerms, keyof typeof RISK_TERMS> {
  return {
    cure_slip: ratio(risk.cureSlipPpm),
    liquidation_buffer: ratio(risk.liquidationBufferPpm),
    insurance_cap: bound(risk.insuranceCap),
    account_limit: bound(risk.accountLimit),
    owner_limit: bound(risk.ownerLimit),
    funding_interval_ms: risk.fundingIntervalMs,
    funding_interest: rateText(risk.fundingInterestE12),
    funding_cap: rateText(risk.fundingCapE12),
    impact_notional: quote(risk.impactNotional),
    basis_limit: ratio(risk.basisLimitPpm),
    mark_limit: ratio(risk.markLimitPpm),
    sources_required: risk.sourcesRequired,
    source_max_age_ms: risk.sourceMaxAgeMs,
    source_deviation: ratio(risk.sourceDeviationPpm),
  };
}
