// Reads the real brackets of one symbol out of a table of many: the largest leverage of a tier
// gives its initial rate. Which symbol, the user says; one that is not there is named with those
// that are near.

import type { BracketTerms } from '../../../engine/command.ts';
import { amount, ppm } from '../../../units/brand.ts';
import { original } from '../line-reader.ts';
import { ReplayError, shown } from '../replay-error.ts';
import { Rows } from '../rows.ts';
import { PPM } from '../flow-names.ts';
import { QUOTE_UNIT } from './candle-market.ts';

const HEADER =
  'symbol,tier,min_notional,max_notional,maintenance_rate,max_leverage,cum_maintenance_amount';
const [SYMBOL, FLOOR, MAINTENANCE, LEVERAGE] = [0, 2, 4, 5];
const MILLION = 1_000_000;
const NEAR_MAX = 5;

/** The tiers of a symbol, lowest first. @throws ReplayError when it has none. */
export async function readBrackets(path: string, symbol: string): Promise<BracketTerms[]> {
  const rows = await Rows.open(path, HEADER);
  const brackets: BracketTerms[] = [];
  const near = new Set<string>();
  try {
    while (await rows.lines.fill()) {
      rows.advance();
      const name = rows.fields[SYMBOL];
      if (name.slice(0, 3) === symbol.slice(0, 3)) near.add(original(name));
      if (name !== symbol) continue;
      brackets.push({
        floorNotional: amount(rows.decimal(FLOOR, QUOTE_UNIT)),
        // Cut off: 75-fold is 1.3333 %. The leverage itself asks for what is missing.
        initialPpm: ppm(Math.floor(MILLION / rows.positive(LEVERAGE))),
        maintenancePpm: ppm(rows.positiveDecimal(MAINTENANCE, PPM)),
      });
    }
  } finally {
    await rows.lines.close();
  }
  if (brackets.length > 0) return brackets;
  const hint = near.size === 0 ? '' : `; there is ${[...near].slice(0, NEAR_MAX).join(', ')}`;
  throw new ReplayError(`${path}: no brackets of ${shown(symbol)}${hint}`);
}
