// Reads the real funding rates that go with candles: the same columns, the rate stands under
// `open`. A file has three a day, so it is read whole.

import type { LineReader } from '../line-reader.ts';
import { ReplayError } from '../replay-error.ts';
import { RATE_UNIT } from '../rows.ts';
import { CandleRows } from './candle-rows.ts';

const RATE = 1;
/** A century of hours: more is another kind of file. */
const ROWS_MAX = 1_000_000;

/** One funding: 10^−12 of the notional, either sign, at this time. */
export interface FundingRow {
  readonly time: number;
  readonly rateE12: number;
}

/** @throws ReplayError */
export async function readFunding(path: string): Promise<FundingRow[]> {
  const candles = await CandleRows.open(path);
  const { rows } = candles;
  const found: FundingRow[] = [];
  try {
    while (await rows.lines.fill()) {
      const time = candles.advance();
      found.push({ time, rateE12: rows.signedCutDecimal(RATE, RATE_UNIT) });
      if (found.length > ROWS_MAX) throw tooLong(rows.lines);
    }
  } finally {
    await rows.lines.close();
  }
  return found;
}

function tooLong({ path }: LineReader): ReplayError {
  return new ReplayError(`${path}: more than ${ROWS_MAX} fundings`);
}
