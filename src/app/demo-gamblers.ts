// The demo's gamblers: each bets all he has at nearly the highest leverage, adds to what has won
// and begins again with fresh paper money when he is liquidated. They trade in the market that
// moves most and through the same door as everybody.

import { TIF_IOC } from '../engine/command.ts';
import type { Command, Exchange } from '../api/exchange.ts';
import type { Dice } from '../feeds/price-walk.ts';
import { amount, type Side } from '../units/brand.ts';
import { DEMO_GAMBLERS } from './demo-markets.ts';
import { orderOf } from './demo-orders.ts';

const MARKET = 'ETH-PERP';
/** Fresh money, and what is too little to go on with: USDT in its units. */
const STAKE = 200_000_000;
const LEAST = 20_000_000;
/** Who has so much takes it home. */
const ENOUGH = 1_000_000_000;
/** Of 50 that the market allows: the rest is for the fee and the spread. */
const LEVERAGE = 44;
/** How far through the best price he goes, in ticks. */
const THROUGH_TICKS = 20;

export class Gamblers {
  private readonly exchange: Exchange;
  private readonly dice: Dice;
  private readonly accounts: readonly number[];
  private turns = 0;

  constructor(exchange: Exchange, dice: Dice) {
    this.exchange = exchange;
    this.dice = dice;
    this.accounts = DEMO_GAMBLERS.map((name) => exchange.engine.accountNumber(name));
  }

  /** What the next one does in a market, if it is his. */
  next(market: number): Command[] {
    const { engine } = this.exchange;
    if (engine.markets()[market].symbol !== MARKET) return [];
    const account = this.accounts[this.turns % this.accounts.length];
    this.turns += 1;
    const position = engine.positions(account).find((row) => row.market === market);
    const held = position?.size ?? 0;
    const { equity, withdrawable } = engine.account(account);
    if (held === 0 && equity < LEAST) return [money('deposit', account, STAKE)];
    if (held === 0 && equity > STAKE && withdrawable > STAKE)
      return [money('withdraw', account, withdrawable - STAKE)];
    if (equity > ENOUGH) return this.take(market, account, held > 0 ? -1 : 1, Math.abs(held));
    const side: Side = held === 0 ? (this.dice.below(2) === 0 ? 1 : -1) : held > 0 ? 1 : -1;
    return this.take(market, account, side, this.sizeFor(market, equity) - Math.abs(held));
  }

  /** As much as the leverage allows, in size units. */
  private sizeFor(market: number, equity: number): number {
    const { mark, multiplier } = this.exchange.engine.markets()[market];
    return mark === 0 ? 0 : Math.floor((equity * LEVERAGE) / (mark * multiplier));
  }

  private take(market: number, account: number, side: Side, wanted: number): Command[] {
    const { engine, catalog } = this.exchange;
    const { lotSize, tickSize } = catalog.marketAt(market);
    const book = engine.book(market, 1, false);
    const best = side === 1 ? book.asks[0] : book.bids[0];
    const size = wanted - (wanted % lotSize);
    if (best === undefined || size < lotSize * MIN_LOTS) return [];
    const limit = best.price + side * THROUGH_TICKS * tickSize;
    return [orderOf(market, account, side, limit, size, TIF_IOC)];
  }
}

/** Less is not worth an order. */
const MIN_LOTS = 10;

function money(kind: 'deposit' | 'withdraw', account: number, units: number): Command {
  return { kind, id: '', time: 0, account, asset: 0, amount: amount(units) };
}
