// What would have happened had the exchange taken a price for its mark that it must not: tried in a
// copy of the engine, which is thrown away. The engine itself sees nothing of it.

import { Engine } from '../../engine/engine.ts';
import { EVENT_WIDTHS } from '../../engine/event.ts';
import { price } from '../../units/brand.ts';
import { blankIndex } from './commands.ts';
import { RiskCounts } from './risk-counts.ts';
import type { MarketInfo, Session } from './session.ts';

/** What the copy's liquidations came to at this mark, price units. */
export function believed(
  session: Session,
  market: MarketInfo,
  time: number,
  mark: number,
): RiskCounts {
  const { engine } = session;
  const copy = Engine.restore(engine.snapshot(), engine.limits);
  const counts = new RiskCounts();
  counts.settlement = market.quote.number;
  const prices = { price: price(mark), mark: price(mark) };
  copy.execute({ ...blankIndex(), time, market: market.number, ...prices });
  const { data, length } = copy.events;
  for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) counts.take(data, at);
  return counts;
}
