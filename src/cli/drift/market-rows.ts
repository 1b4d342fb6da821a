// What each perp market of a snapshot requires, of the least size and of a large one.

import { DriftFault } from '../../brokers/drift/fault.ts';
import type { DriftMarketSource } from '../../brokers/drift/source.ts';
import { originOf, type PriceRow } from './origin.ts';
import { percentText } from './numbers.ts';

/** In quote, 10^−6: large enough that a margin that grows with the size has grown. */
const LARGE_VALUE = 1_000_000_000_000;
const BASE_ONE = 1_000_000_000;

export interface MarketRow extends PriceRow {
  readonly status: string;
  readonly initial_percent: string;
  readonly maintenance_percent: string;
  readonly large_initial_percent: string;
  readonly large_maintenance_percent: string;
  readonly stale: readonly string[];
}

export function marketRows(source: DriftMarketSource): MarketRow[] {
  const rows: MarketRow[] = [];
  for (const [index, read] of source.snapshot.perpMarkets) {
    if (read instanceof DriftFault) continue; // said when somebody asks for this market
    const terms = source.market(index)!;
    // Sizes are whole numbers up to 2^53, so a token of almost no worth has a smaller large size.
    const most = Math.floor((LARGE_VALUE / terms.mark) * BASE_ONE);
    const large = Math.min(Math.max(most, 1), Number.MAX_SAFE_INTEGER);
    rows.push({
      ...originOf(read),
      status: read.status,
      initial_percent: percentText(terms.initialRatio(0)),
      maintenance_percent: percentText(terms.maintenanceRatio(0)),
      large_initial_percent: percentText(terms.initialRatio(large)),
      large_maintenance_percent: percentText(terms.maintenanceRatio(large)),
      stale: terms.stale,
    });
  }
  return rows.toSorted((a, b) => a.market_index - b.market_index);
}
