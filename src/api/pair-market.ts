// The exchange's own markets as legs of pairs, at their marks in one state of the engine.

import { openInterestLift } from '../margin/requirement.ts';
import { exchangeLegMarket, type LegMarket } from '../margin/pair-market.ts';
import type { Catalog, MarketUnits } from '../contract/catalog.ts';
import type { Engine } from './exchange.ts';

export type LegMarketOf = (units: MarketUnits) => LegMarket | undefined;

/** Looks each market up once; for one look at the engine, not longer. Undefined: it has no mark. */
export function legMarketsOf(engine: Engine): LegMarketOf {
  const known: (LegMarket | undefined)[] = [];
  return (units) => (known[units.number] ??= legMarketOf(engine, units));
}

function legMarketOf(engine: Engine, units: MarketUnits): LegMarket | undefined {
  const { brackets, mark, openInterest, terms } = engine.markets()[units.number];
  if (mark === 0) return undefined;
  const { openInterestScaleFrom: from, openInterestScaleTo: to } = terms;
  return exchangeLegMarket({
    brackets,
    k: units.multiplier,
    mark,
    priceUnit: units.priceUnit,
    sizeUnit: units.sizeUnit,
    quoteDecimals: units.quote.decimals,
    liftPpm: openInterestLift(openInterest, from, to),
  });
}

/** The markets of both legs by name, which were there when the pair was opened. */
export function unitsOfPair(
  catalog: Catalog,
  { longMarket, shortMarket }: { readonly longMarket: string; readonly shortMarket: string },
): { readonly long: MarketUnits; readonly short: MarketUnits } | undefined {
  const long = catalog.marketOf(longMarket);
  const short = catalog.marketOf(shortMarket);
  return long === undefined || short === undefined ? undefined : { long, short };
}
