// Reads the terms of a market out of a row of a Plimsoll flow. Ratios are decimals: 0.0005 is 0.05
// %.

import type { MarketKind } from '../../engine/command.ts';
import { amount, ppm, size } from '../../units/brand.ts';
import { parseUnit, type DecimalUnit } from '../../units/decimal.ts';
import type { DetailField } from './detail-field.ts';
import { FLOW, PPM } from './flow-names.ts';
import type { Rows } from './rows.ts';
import { PLAIN_TERMS, type AssetInfo, type MarketSpec } from './session.ts';

const SELF_TRADE = { allowed: true, prevented: false } as const;

/** What the row says beside its detail. */
export interface MarketNames {
  readonly symbol: string;
  readonly kind: MarketKind;
  readonly base: AssetInfo | undefined;
  readonly quote: AssetInfo;
}

export function flowMarketSpec(rows: Rows, detail: DetailField, names: MarketNames): MarketSpec {
  const priceUnit = unitOf(rows, detail, 'price_unit');
  const sizeUnit = unitOf(rows, detail, 'size_unit');
  const [bracket] = PLAIN_TERMS.brackets;
  return {
    ...names,
    priceUnit,
    sizeUnit,
    tickSize: detail.decimal('tick', priceUnit, 1),
    lotSize: detail.decimal('lot', sizeUnit, 1),
    terms: {
      ...PLAIN_TERMS,
      brackets: [
        {
          floorNotional: amount(0),
          initialPpm: ppm(detail.decimal('initial', PPM, bracket.initialPpm)),
          maintenancePpm: ppm(detail.decimal('maintenance', PPM, bracket.maintenancePpm)),
        },
      ],
      makerFeePpm: ppm(detail.signedDecimal('maker_fee', PPM, 0)),
      takerFeePpm: ppm(detail.decimal('taker_fee', PPM, 0)),
      liquidationFeePpm: ppm(detail.decimal('liquidation_fee', PPM, 0)),
      priceBandPpm: ppm(detail.decimal('band', PPM, 0)),
      selfTradeAllowed: detail.word('self_trade', SELF_TRADE, false),
      minimumSize: size(detail.decimal('minimum_size', sizeUnit, 0)),
    },
  };
}

function unitOf(rows: Rows, detail: DetailField, key: string): DecimalUnit {
  const result = parseUnit(detail.require(key));
  if (result.ok) return result.unit;
  throw rows.bad(FLOW.detail, `${key}= a decimal above zero such as 0.01`);
}
