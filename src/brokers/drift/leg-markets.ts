// The markets that a source of Drift knows, as legs of pairs. It looks only at the snapshot that is
// there: before the first one, and while a market must not be relied upon, there is no leg, and the
// figures of a pair fall back to their documented estimate.

import { driftLegMarket } from '../../margin/drift/leg-market.ts';
import type { LegMarketSource } from '../../margin/pair-market.ts';
import { DriftFault } from './fault.ts';
import { perpMarketIn } from './snapshot.ts';
import type { DriftMarketSource } from './source.ts';

export function legMarketsOf(source: DriftMarketSource): LegMarketSource {
  return {
    legMarket: (marketIndex) => {
      try {
        const terms = source.market(marketIndex);
        if (terms === undefined || terms.stale.length > 0) return undefined;
        const read = perpMarketIn(source.snapshot, marketIndex);
        return read && driftLegMarket(read.market);
      } catch (error) {
        if (error instanceof DriftFault) return undefined;
        throw error;
      }
    },
  };
}
