// How the risk of a market is run, as fields: the rows of src/engine/risk-terms.ts.

import type { RiskTerms } from '../../engine/risk-terms.ts';
import {
  boundCodec,
  integerCodec,
  quoteCodec,
  rateCodec,
  ratioCodec,
  signedRateCodec,
  type Codec,
} from './codecs.ts';
import { optional, type Field, type FieldsOf } from './fields.ts';
import type { TermsFallback } from './terms.ts';

type RiskFields = FieldsOf<RiskTerms, never>;

/** Makes a row: its default in words for a new market, and a line for the reference. */
type Row = <K extends keyof RiskTerms>(
  key: K,
  codec: Codec<RiskTerms[K]>,
  says: string,
  note: string,
) => Field<RiskTerms[K]>;

/** The rows, with defaults from `fallback`. */
export function riskFields(fallback: TermsFallback): RiskFields {
  const row: Row = (key, codec, says, note) =>
    optional(codec, fallback.ofRisk(key), note, { says: fallback.says(says) });
  return {
    ...liquidationFields(row),
    ...limitFields(row),
    ...fundingFields(row),
    ...priceFields(row),
  };
}

/** Liquidation, and what the insurance fund takes of it. */
function liquidationFields(
  row: Row,
): Pick<RiskFields, 'cureSlipPpm' | 'liquidationBufferPpm' | 'insuranceCap'> {
  return {
    cureSlipPpm: row(
      'cureSlipPpm',
      ratioCodec,
      '`"0"`: half the maintenance rate',
      'how far from the mark a liquidation’s first order may go',
    ),
    liquidationBufferPpm: row(
      'liquidationBufferPpm',
      ratioCodec,
      '`"0"`',
      'a liquidation stops once equity is so much above maintenance',
    ),
    insuranceCap: row(
      'insuranceCap',
      boundCodec,
      '`"0"`: no cap',
      'largest position that the insurance fund takes',
    ),
  };
}

/** How much one may have. */
function limitFields(row: Row): Pick<RiskFields, 'accountLimit' | 'ownerLimit'> {
  return {
    accountLimit: row(
      'accountLimit',
      boundCodec,
      '`"0"`: none',
      'largest exposure of an account, its resting orders included',
    ),
    ownerLimit: row(
      'ownerLimit',
      boundCodec,
      '`"0"`: none',
      'the same of all accounts of one owner',
    ),
  };
}

/** Funding. */
function fundingFields(
  row: Row,
): Pick<
  RiskFields,
  'fundingIntervalMs' | 'fundingInterestE12' | 'fundingCapE12' | 'impactNotional'
> {
  return {
    fundingIntervalMs: row(
      'fundingIntervalMs',
      integerCodec,
      '0: no funding',
      'milliseconds between fundings, a minute or more that divides eight hours',
    ),
    fundingInterestE12: row(
      'fundingInterestE12',
      signedRateCodec,
      '`"0.0001"`',
      'the interest part of funding, of eight hours',
    ),
    fundingCapE12: row(
      'fundingCapE12',
      rateCodec,
      '`"0.04"`',
      'largest rate of funding, of eight hours',
    ),
    impactNotional: row(
      'impactNotional',
      quoteCodec,
      '`"0"`: the best price',
      'what the prices of a premium sample must fill',
    ),
  };
}

/** The mark, and the sources of the index. */
function priceFields(
  row: Row,
): Pick<
  RiskFields,
  'basisLimitPpm' | 'markLimitPpm' | 'sourcesRequired' | 'sourceMaxAgeMs' | 'sourceDeviationPpm'
> {
  return {
    basisLimitPpm: row(
      'basisLimitPpm',
      ratioCodec,
      '`"0.005"`',
      'how far the own book may move a median mark from the index',
    ),
    markLimitPpm: row(
      'markLimitPpm',
      ratioCodec,
      '`"0.005"`',
      'how far a median mark may be from the index',
    ),
    sourcesRequired: row(
      'sourcesRequired',
      integerCodec,
      '1',
      'with fewer live index sources the market is close-only and nothing in it is liquidated',
    ),
    sourceMaxAgeMs: row(
      'sourceMaxAgeMs',
      integerCodec,
      '0: any',
      'an index source that is older is left out',
    ),
    sourceDeviationPpm: row(
      'sourceDeviationPpm',
      ratioCodec,
      '`"0"`: any',
      'an index source further from the others’ median is left out',
    ),
  };
}
