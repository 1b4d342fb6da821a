// The market that candles are replayed on: a perpetual with given mark, its coin as collateral with
// an index of its own, the insurance fund, and the operator who fills the fund up again when a
// deficit has closed the market.

import {
  ACCOUNT_INSURANCE,
  MARKET_PERP,
  MARKET_SPOT,
  STATUS_ACTIVE,
  type BracketTerms,
  type MarketTerms,
} from '../../../engine/command.ts';
import { IMPOSED_BOUND, IMPOSED_DEFICIT } from '../../../engine/state/market.ts';
import { NUMBERS, SIZE } from '../../../engine/state/positions.ts';
import { amount, ppm, price } from '../../../units/brand.ts';
import { NONE } from '../../../units/table.ts';
import { blankIndex, blankTick } from '../commands.ts';
import { ReplayError } from '../replay-error.ts';
import { PLAIN_TERMS, unit, type AssetInfo, type MarketInfo, type Session } from '../session.ts';
import type { CandleUnits } from './candle-rows.ts';

const MILLION = 1_000_000;
const QUOTE_DECIMALS = 6;
/** The smallest amount of USDT. */
export const QUOTE_UNIT = unit('0.000001');
/** 10^−12 of a debt an hour: 10 % a year. */
const INTEREST_E12 = 11_415_525;
/** The coin counts for 85 % of its value. */
const COIN_WEIGHT_PPM = 850_000;
const LIQUIDATION_FEE_PPM_MAX = 5_000;
/** Ticks in a row until the steps of one mark are done: more than any crash here needs. */
const TICKS_MAX = 1_000;
const OPERATOR = 'replay';

/** Without a table: up to 50-fold, as many exchanges begin. */
export const BRACKETS_USUAL: readonly BracketTerms[] = [
  bracket(0, 20_000, 10_000),
  bracket(100_000, 40_000, 20_000),
  bracket(1_000_000, 100_000, 50_000),
  bracket(10_000_000, 250_000, 125_000),
];

export interface CandleMarketOptions {
  readonly coin: string;
  readonly units: CandleUnits;
  readonly brackets: readonly BracketTerms[];
  /** Whole USDT that the insurance fund begins with. */
  readonly fund: number;
  readonly time: number;
}

export class CandleMarket {
  readonly session: Session;
  readonly quote: AssetInfo;
  readonly coin: AssetInfo;
  readonly info: MarketInfo;
  /** Where coins are sold when they have to pay a debt. */
  readonly spot: MarketInfo;
  /** Largest leverage of the first bracket. */
  readonly leverageMax: number;
  /** Price units; 0 before the first. */
  mark = 0;
  /** How often the operator made the fund whole, and the quote units it paid for that. */
  rescues = 0;
  rescued = 0;
  /** Quote units that the operator paid the fund for the coins it had to take. */
  coinsBought = 0;
  /** Units of the coin. */
  private readonly coinsPerLot: number;
  private readonly update = blankIndex();
  private readonly ticking = blankTick();

  constructor(session: Session, options: CandleMarketOptions) {
    const { coin, units, brackets, fund, time } = options;
    this.session = session;
    const weights = { weightPpm: ppm(MILLION), liabilityWeightPpm: ppm(MILLION) };
    const asset = { decimals: QUOTE_DECIMALS, ...weights, autoConvertLimit: amount(0) };
    this.quote = session.createAsset(time, {
      ...asset,
      symbol: 'USDT',
      settlement: true,
      interestE12: INTEREST_E12,
      price: amount(MILLION),
    });
    this.coin = session.createAsset(time, {
      ...asset,
      symbol: coin,
      settlement: false,
      weightPpm: ppm(COIN_WEIGHT_PPM),
      interestE12: 0,
      price: amount(0),
    });
    const market = {
      quote: this.quote,
      priceUnit: units.price,
      sizeUnit: units.size,
      tickSize: 1,
      lotSize: 1,
    };
    this.spot = session.createMarket(time, {
      ...market,
      symbol: `${coin}-USDT`,
      kind: MARKET_SPOT,
      base: this.coin,
      terms: PLAIN_TERMS,
    });
    this.info = session.createMarket(time, {
      ...market,
      symbol: `${coin}-PERP`,
      kind: MARKET_PERP,
      base: undefined,
      terms: termsOf(brackets),
    });
    this.coinsPerLot = session.engine.markets()[this.spot.number].baseMultiplier;
    this.leverageMax = Math.floor(MILLION / brackets[0].initialPpm);
    if (fund > 0) this.payFund(time, fund * MILLION, 'the insurance fund begins with this');
  }

  /**
   * The coin's price and then the mark move there, and the liquidations that follow are carried to
   * their end.
   */
  move(time: number, to: number): void {
    this.mark = to;
    this.index(this.spot, time, to, 0);
    this.settle(time);
    this.index(this.info, time, to, to);
    this.tick(time);
    this.settle(time);
    this.rescue(time);
  }

  fundingAt(time: number, interval: number, rateE12: number): void {
    const market = this.info.number;
    this.session.run({ kind: 'settle_funding', id: '', time, market, interval, rateE12 });
    this.settle(time);
  }

  /** Signed lots of an account's position. */
  sizeOf(account: number): number {
    const { state } = this.session.engine;
    const row = state.row(account, this.info.number);
    return row === NONE ? 0 : state.positions.numbers[row * NUMBERS + SIZE];
  }

  /** Quote units that an account has and that no order or isolated position holds. */
  freeOf(account: number): number {
    const { balances } = this.session.engine.state;
    return balances.money[balances.at(account, this.quote.number)];
  }

  /** As `freeOf`, with the account's coins as collateral counts them, at the mark. */
  wealthOf(account: number): number {
    const { balances } = this.session.engine.state;
    const coins = balances.money[balances.at(account, this.coin.number)];
    const lots = coins / this.coinsPerLot;
    const weighed = (lots * this.mark * this.info.multiplier * COIN_WEIGHT_PPM) / MILLION;
    return this.freeOf(account) + Math.floor(weighed);
  }

  /** Units of the coin that are worth this many whole USDT at the mark. */
  coinsWorth(dollars: number): number {
    return Math.floor((dollars * MILLION * this.coinsPerLot) / (this.mark * this.info.multiplier));
  }

  /** How many lots this many quote units buy at a price; at the mark, if none is given. */
  lotsFor(units: number, at = this.mark): number {
    return Math.floor(units / (at * this.info.multiplier));
  }

  private index({ number }: MarketInfo, time: number, to: number, mark: number): void {
    const { update } = this;
    update.market = number;
    update.time = time;
    update.price = price(to);
    update.mark = price(mark);
    this.session.run(update);
  }

  private tick(time: number): void {
    this.ticking.time = time;
    this.session.run(this.ticking);
  }

  /** One command takes so many steps and no more: ticks go on with the rest, as a server's do. */
  private settle(time: number): void {
    const { engine } = this.session;
    for (let ticks = 0; ticks < TICKS_MAX; ticks++) {
      if (!engine.markets().some(({ imposed }) => (imposed & IMPOSED_BOUND) !== 0)) return;
      this.tick(time);
    }
    throw new ReplayError(`liquidations do not end within ${TICKS_MAX} ticks`);
  }

  /**
   * The operator buys the coins that the fund was left with at their price, makes it whole after a
   * deficit, and opens what the deficit has closed.
   */
  private rescue(time: number): void {
    this.buyCoins(time);
    const closed = this.session.engine
      .markets()
      .filter(({ imposed }) => (imposed & IMPOSED_DEFICIT) !== 0);
    const missing = 0 - this.freeOf(ACCOUNT_INSURANCE);
    if (closed.length > 0 && missing > 0) {
      this.payFund(time, missing, 'the fund is made whole after a deficit');
      this.rescues += 1;
      this.rescued += missing;
    }
    for (const { number } of closed) this.open(time, number);
  }

  private open(time: number, market: number): void {
    const why = { operator: OPERATOR, reason: 'the fund is whole again' };
    const command = { kind: 'set_market_status', id: '', time, market, price: price(0) } as const;
    this.session.run({ ...command, ...why, status: STATUS_ACTIVE });
  }

  private buyCoins(time: number): void {
    const { balances } = this.session.engine.state;
    const coins = balances.money[balances.at(ACCOUNT_INSURANCE, this.coin.number)];
    const lots = Math.floor(coins / this.coinsPerLot);
    if (lots === 0) return;
    const paid = lots * this.mark * this.info.multiplier;
    this.adjustFund(time, this.coin, 0 - lots * this.coinsPerLot, 'coins sold outside');
    this.payFund(time, paid, 'what the coins brought');
    this.coinsBought += paid;
  }

  private payFund(time: number, units: number, reason: string): void {
    this.adjustFund(time, this.quote, units, reason);
  }

  private adjustFund(time: number, asset: AssetInfo, units: number, reason: string): void {
    const what = { account: ACCOUNT_INSURANCE, asset: asset.number, amount: amount(units) };
    const command = { kind: 'adjust', id: '', time, operator: OPERATOR, reason } as const;
    this.session.prepare({ ...command, ...what }, 'the insurance fund');
  }
}

function termsOf(brackets: readonly BracketTerms[]): MarketTerms {
  return {
    ...PLAIN_TERMS,
    brackets,
    makerFeePpm: ppm(200),
    takerFeePpm: ppm(400),
    // With the taker's fee it must stay below the lowest maintenance rate.
    liquidationFeePpm: ppm(
      Math.min(LIQUIDATION_FEE_PPM_MAX, Math.floor(brackets[0].maintenancePpm / 2)),
    ),
  };
}

function bracket(floor: number, initialPpm: number, maintenancePpm: number): BracketTerms {
  return {
    floorNotional: amount(floor * MILLION),
    initialPpm: ppm(initialPpm),
    maintenancePpm: ppm(maintenancePpm),
  };
}
