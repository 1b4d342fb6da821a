// The market maker of a replay: one bid and one ask that follow the recorded best prices. It amends
// what stands and places anew what was filled; what its orders still have open it asks the engine
// before every change.

import type { OrderView } from '../../engine/view.ts';
import { BUY, price, SELL, size, type Side } from '../../units/brand.ts';
import { blankAmend, blankOrder } from './commands.ts';
import type { PerpMarket } from './perp-market.ts';
import type { Session } from './session.ts';

export const QUOTER_FUNDS = 1_000_000_000;

/** Price units and lots. */
export interface BestPrices {
  readonly time: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

export class Quoter {
  readonly account: number;
  /** Orders placed or amended. */
  changes = 0;
  private readonly session: Session;
  private readonly order = blankOrder();
  private readonly amend = blankAmend();

  constructor(session: Session, market: PerpMarket, time: number) {
    this.session = session;
    this.account = market.account(time, 'market-maker', QUOTER_FUNDS);
    this.order.account = this.account;
    this.order.market = market.info.number;
    this.amend.account = this.account;
  }

  quote({ time, bid, bidSize, ask, askSize }: BestPrices): void {
    const standing = this.session.engine.orders(this.account);
    const oldBid = standing.find((order) => order.side === BUY);
    const oldAsk = standing.find((order) => order.side === SELL);
    // The side that the market moves away from goes first, so that the quotes never meet.
    const up = oldAsk !== undefined && bid >= oldAsk.price;
    if (up) this.set(oldAsk, SELL, time, ask, askSize);
    this.set(oldBid, BUY, time, bid, bidSize);
    if (!up) this.set(oldAsk, SELL, time, ask, askSize);
  }

  private set(
    old: OrderView | undefined,
    side: Side,
    time: number,
    wanted: number,
    lots: number,
  ): void {
    if (old?.price === wanted && old.open === lots) return;
    this.changes += 1;
    if (old !== undefined) {
      this.amend.time = time;
      this.amend.order = old.order;
      this.amend.price = price(wanted);
      this.amend.size = size(old.filled + lots);
      this.session.run(this.amend);
      return;
    }
    this.order.time = time;
    this.order.side = side;
    this.order.price = price(wanted);
    this.order.size = size(lots);
    this.session.run(this.order);
  }
}
