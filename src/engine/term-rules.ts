// The rules that the terms of a market must keep, by number and name, and what each asks for. A
// refusal says which was broken (MARKET_TERMS_INVALID in reason.ts); a number never changes its
// meaning.

export const TERM_RULES = [
  'NO_BRACKETS',
  'TOO_MANY_BRACKETS',
  'FIRST_FLOOR_NOT_ZERO',
  'FLOORS_NOT_ASCENDING',
  'RATES_OUT_OF_RANGE',
  'RATES_NOT_ASCENDING',
  'FEES_EXCEED_MAINTENANCE',
  'FEE_OUT_OF_RANGE',
  'FEES_BELOW_ZERO_TOGETHER',
  'BAND_OUT_OF_RANGE',
  'SCALE_NOT_ASCENDING',
  'MINIMUM_OFF_STEP',
  'WEIGHT_OUT_OF_RANGE',
  'CURE_OUT_OF_RANGE',
  'BUFFER_ABOVE_INITIAL',
  'FUNDING_OUT_OF_RANGE',
  'SOURCES_OUT_OF_RANGE',
  'RAMP_NEEDS_THE_SAME_FLOORS',
  'LIMIT_OUT_OF_RANGE',
] as const;

export type TermRule = (typeof TERM_RULES)[number];

/** What each asks for, a sentence with the names of the fields. */
export const TERM_RULE_TEXTS: Readonly<Record<TermRule, string>> = {
  NO_BRACKETS: 'There is at least one bracket.',
  TOO_MANY_BRACKETS: 'There are at most 32 brackets.',
  FIRST_FLOOR_NOT_ZERO: 'The first bracket begins at a notional of 0.',
  FLOORS_NOT_ASCENDING: 'A bracket begins above the one before it.',
  RATES_OUT_OF_RANGE:
    'A maintenance rate is above 0, below 1, and at most the initial rate, which is at most 1.',
  RATES_NOT_ASCENDING: 'No rate is below that of the bracket before.',
  FEES_EXCEED_MAINTENANCE:
    'Taker and liquidation fee together are less than the first maintenance rate.',
  FEE_OUT_OF_RANGE: 'A fee is 0 to 0.1; the maker fee is -0.1 to 0.1.',
  FEES_BELOW_ZERO_TOGETHER: 'Maker and taker fee together are not below 0.',
  BAND_OUT_OF_RANGE: 'price_band, basis_limit and mark_limit are at least 0 and below 1.',
  SCALE_NOT_ASCENDING:
    'open_interest_scale_from is below open_interest_scale_to, or both are not used.',
  MINIMUM_OFF_STEP:
    'minimum_size is a whole number of lots; it, minimum_notional and open_interest_cap are not below 0.',
  WEIGHT_OUT_OF_RANGE:
    'profit_weight is 0 to 1, profit_cap not below 0, mark_source one of those there are.',
  CURE_OUT_OF_RANGE: 'cure_slip is at least 0 and below 1.',
  BUFFER_ABOVE_INITIAL:
    'liquidation_buffer is 0 to 1, and maintenance with it at most initial in every bracket.',
  FUNDING_OUT_OF_RANGE:
    'funding_interval_ms is 0, or a minute at least and a whole part of eight hours; its rates are at most 0.1, and impact_notional is not below 0.',
  SOURCES_OUT_OF_RANGE:
    'sources_required is 1 to 32, source_max_age_ms not below 0, source_deviation 0 to 1.',
  RAMP_NEEDS_THE_SAME_FLOORS: 'A ramp leads to brackets that begin where those of now do.',
  LIMIT_OUT_OF_RANGE: 'insurance_cap, account_limit and owner_limit are not below 0.',
};
