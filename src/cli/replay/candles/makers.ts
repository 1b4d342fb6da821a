// The market makers of a candle replay: a few accounts with ladders of limited depth around the
// price, smaller on the side where they hold too much already. They are margined like anybody: what
// they cannot carry is refused, and they are liquidated when it comes to that.

import { BUY, SELL, price, size, type Side } from '../../../units/brand.ts';
import { blankCancelAll, blankOrder } from '../commands.ts';
import type { Session } from '../session.ts';
import type { CandleMarket } from './candle-market.ts';

const MAKERS = 3;
/** Distances from the price, 10^−6. */
const LEVELS_PPM = [300, 1_000, 3_000, 9_000] as const;
const MILLION = 1_000_000;
/** Of a maker's money, what stands on one level, and the position at which a side is empty. */
const LEVEL_SHARE = 0.05;
const POSITION_SHARE = 2;
const CALM_SHARE = 0.1;
/** Of a maker's money, the coins at which it buys no more, and how far below the price it buys. */
const COIN_SHARE = 0.5;
const COIN_PPM = 5_000;
const LEVERAGE = 10;

export class Makers {
  readonly accounts: number[] = [];
  /** Whole USDT given to each. */
  readonly funds: number;
  /** How often one brought half of that again. */
  renewed = 0;
  private readonly positionShare: number;
  private readonly session: Session;
  private readonly market: CandleMarket;
  private readonly order = blankOrder();
  private readonly cancel = blankCancelAll();

  constructor(market: CandleMarket, funds: number, time: number, calm: boolean) {
    this.positionShare = calm ? CALM_SHARE : POSITION_SHARE;
    this.market = market;
    this.session = market.session;
    this.funds = funds;
    this.order.market = market.info.number;
    for (let i = 1; i <= MAKERS; i++) this.accounts.push(this.create(i, time));
  }

  /** Every maker's ladders anew around a price. */
  quote(time: number, around: number): void {
    for (const account of this.accounts) {
      this.cancel.time = time;
      this.cancel.account = account;
      this.session.run(this.cancel);
      this.renew(account, time);
      const held = this.market.sizeOf(account);
      this.ladder(account, BUY, time, around, held);
      this.ladder(account, SELL, time, around, held);
      this.bidForCoins(account, time, around);
    }
  }

  /** Who has lost half of its money brings that half again: a market is never without makers. */
  private renew(account: number, time: number): void {
    const half = (this.funds * MILLION) / 2;
    if (this.market.wealthOf(account) >= half) return;
    this.session.deposit(time, account, this.market.quote, half);
    this.renewed += 1;
  }

  /** One bid where collateral is sold, the smaller the more coins the maker has already. */
  private bidForCoins(account: number, time: number, around: number): void {
    const { market, order, session } = this;
    const money = this.funds * MILLION;
    const room = 1 - (market.wealthOf(account) - market.freeOf(account)) / (money * COIN_SHARE);
    const lots = market.lotsFor(money * LEVEL_SHARE * Math.max(room, 0), around);
    if (lots === 0) return;
    order.market = market.spot.number;
    order.account = account;
    order.side = BUY;
    order.time = time;
    order.size = size(lots);
    order.price = price(Math.max(1, around - Math.ceil(around * (COIN_PPM / MILLION))));
    session.run(order);
    order.market = market.info.number;
  }

  private ladder(account: number, side: Side, time: number, around: number, held: number): void {
    const { order, market, session } = this;
    const money = this.funds * MILLION;
    const room = 1 - (side * held) / market.lotsFor(money * this.positionShare, around);
    const lots = market.lotsFor(money * LEVEL_SHARE * Math.min(Math.max(room, 0), 1), around);
    if (lots === 0) return;
    order.account = account;
    order.side = side;
    order.time = time;
    order.size = size(lots);
    for (const ppm of LEVELS_PPM) {
      const at = around - side * Math.ceil(around * (ppm / MILLION));
      if (at <= 0) return;
      order.price = price(at);
      session.run(order);
    }
  }

  private create(i: number, time: number): number {
    const { market, session } = this;
    const account = session.createAccount(time, `maker-${i}`);
    session.deposit(time, account, market.quote, this.funds * MILLION);
    const leverage = Math.min(LEVERAGE, market.leverageMax);
    session.prepare(
      { kind: 'set_leverage', id: '', time, account, market: market.info.number, leverage },
      'the leverage of a maker',
    );
    return account;
  }
}
