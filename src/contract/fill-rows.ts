// One side of a fill as a row, from the event that tells of both. It decides nothing.

import type { RawEvent } from './events.ts';
import type { FillRow } from './history-rows.ts';

/** When the events of a command happened. */
export interface FillMoment {
  readonly sequence: number;
  readonly timeMs: number;
}

/** The maker's or the taker's side of an `order_filled`. */
export function fillRowOf(event: RawEvent, isMaker: boolean, moment: FillMoment): FillRow {
  const takerSide = event.get('taker_side');
  return {
    sequence: moment.sequence,
    index: event.index * 2 + (isMaker ? 0 : 1),
    timeMs: moment.timeMs,
    account: event.get(isMaker ? 'maker' : 'taker'),
    market: event.get('market'),
    order: event.get(isMaker ? 'maker_order' : 'taker_order'),
    isMaker,
    side: isMaker ? -takerSide : takerSide,
    price: event.get('price'),
    size: event.get('size'),
    fee: event.get(isMaker ? 'maker_fee' : 'taker_fee'),
  };
}
