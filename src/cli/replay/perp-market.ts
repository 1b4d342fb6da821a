// The perpetual market that a Binance recording is replayed on: USDT with 6 decimals, prices in
// thousandths so that the recorded marks fit, orders in steps of 0.1 as at the exchange, sizes of
// 0.001 BTC, leverage up to 50.

import { MARKET_PERP, type MarketTerms } from '../../engine/command.ts';
import { amount, ppm, price } from '../../units/brand.ts';
import { blankIndex } from './commands.ts';
import { PLAIN_TERMS, unit, type AssetInfo, type MarketInfo, type Session } from './session.ts';

/** Prices count this, so that price × size is a whole number of USDT units. */
export const PERP_UNIT = unit('0.001');
export const PERP_LOT = unit('0.001');
/** Price units per tick: 0.1. */
export const PERP_TICK = 100;

const MILLION = 1_000_000;
const USDT_DECIMALS = 6;

const TERMS: MarketTerms = {
  ...PLAIN_TERMS,
  brackets: [
    bracket(0, 20_000, 10_000),
    bracket(5, 50_000, 25_000),
    bracket(50, 100_000, 50_000),
    bracket(500, 200_000, 100_000),
  ],
  makerFeePpm: ppm(200),
  takerFeePpm: ppm(400),
  liquidationFeePpm: ppm(5_000),
  priceBandPpm: ppm(50_000),
};

/** Creates USDT and the market in a session, and passes the marks on. */
export class PerpMarket {
  readonly session: Session;
  readonly asset: AssetInfo;
  readonly info: MarketInfo;
  private readonly update = blankIndex();

  constructor(session: Session, time: number) {
    this.session = session;
    this.asset = session.createAsset(time, {
      symbol: 'USDT',
      decimals: USDT_DECIMALS,
      settlement: true,
      weightPpm: ppm(MILLION),
      liabilityWeightPpm: ppm(MILLION),
      interestE12: 0,
      autoConvertLimit: amount(0),
      price: amount(MILLION),
    });
    this.info = session.createMarket(time, {
      symbol: 'BTCUSDT-PERP',
      kind: MARKET_PERP,
      base: undefined,
      quote: this.asset,
      priceUnit: PERP_UNIT,
      sizeUnit: PERP_LOT,
      tickSize: PERP_TICK,
      lotSize: 1,
      terms: TERMS,
    });
    this.update.market = this.info.number;
  }

  setMark(time: number, mark: number, index: number): void {
    this.update.time = time;
    this.update.mark = price(mark);
    this.update.price = price(index);
    this.session.run(this.update);
  }

  /** @param interval When it ended, ms. */
  settleFunding(time: number, interval: number, rateE12: number): void {
    const market = this.info.number;
    this.session.run({ kind: 'settle_funding', id: '', time, market, interval, rateE12 });
  }

  /** Creates an account and gives it whole USDT. */
  account(time: number, name: string, dollars: number): number {
    const account = this.session.createAccount(time, name);
    this.session.deposit(time, account, this.asset, dollars * MILLION);
    return account;
  }
}

function bracket(
  floorMillions: number,
  initialPpm: number,
  maintenancePpm: number,
): MarketTerms['brackets'][number] {
  return {
    floorNotional: amount(floorMillions * MILLION * MILLION),
    initialPpm: ppm(initialPpm),
    maintenancePpm: ppm(maintenancePpm),
  };
}
