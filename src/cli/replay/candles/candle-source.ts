// Replays the candles of a market with generated accounts: every candle is four marks in the order
// in which its direction makes them likely, the real funding is settled at its time, market makers
// quote around each price and everybody else opens and closes positions there. What then happens to
// those who cannot pay is the engine's doing.

import { basename } from 'node:path';
import { BRACKETS_USUAL, CandleMarket } from './candle-market.ts';
import { readBrackets } from './bracket-rows.ts';
import { CandleRows, type Candle, type CandleUnits } from './candle-rows.ts';
import { readFunding, type FundingRow } from './funding-rows.ts';
import { Makers } from './makers.ts';
import { LEVERAGE_MAX, LEVERAGE_MIN, Traders } from './traders.ts';
import { formatAmount, formatPrice, thousands } from '../format.ts';
import { ReplayError } from '../replay-error.ts';
import { riskLines } from '../risk-lines.ts';
import type { Session } from '../session.ts';
import type { CandleOptions, Control, Detail, Source, SourceOptions } from '../source.ts';

export const CANDLE_ACCOUNTS = 10_000;
export const CANDLE_FUND = 250_000;
/** Of a hundred accounts. */
export const CANDLE_COINS = 20;
/** Marks per candle. */
const MARKS = 4;
/** Whole USDT of each market maker, per generated account. */
const MAKER_PER_ACCOUNT = 200;

export class CandleSource implements Source {
  readonly format = 'candles';
  readonly preparation: string;
  readonly limits = {};
  rows = 0;
  private readonly options: SourceOptions;
  private readonly candles: CandleOptions;
  private readonly accounts: number;
  private readonly fund: number;
  private readonly coins: number;
  private readonly coin: string;
  private units: CandleUnits | undefined;
  private market: CandleMarket | undefined;
  private makers: Makers | undefined;
  private traders: Traders | undefined;
  private brackets = BRACKETS_USUAL;
  private fundings: FundingRow[] = [];
  private funded = 0;
  private lowest = Infinity;
  private highest = 0;

  constructor(options: SourceOptions) {
    this.options = options;
    this.candles = options.candles ?? {};
    this.accounts = options.accounts ?? CANDLE_ACCOUNTS;
    this.fund = this.candles.fund ?? CANDLE_FUND;
    this.coins = this.candles.coins ?? CANDLE_COINS;
    if (this.accounts < 1) throw new ReplayError('--accounts: at least 1 is needed');
    const { brackets, symbol, funding, calm } = this.candles;
    if ((brackets === undefined) !== (symbol === undefined))
      throw new ReplayError('--brackets and --symbol: give both or none');
    this.coin = coinOf(symbol ?? basename(options.path));
    this.preparation =
      `Prepared for this replay: perpetual ${this.coin}-PERP with given marks, four a candle; ` +
      `${brackets === undefined ? 'brackets up to 50-fold' : `the brackets of ${symbol ?? ''}`}; ` +
      `${funding === undefined ? 'no funding' : 'funding at the recorded rates'}; an insurance ` +
      `fund of ${thousands(this.fund)} USDT, made whole by an operator after a deficit, who also buys its coins; 3 market ` +
      `makers with ${thousands(this.makerFunds())} USDT each; ${thousands(this.accounts)} ` +
      `generated accounts (seed ${options.seed}, 2,000 to 200,000 USDT each, ` +
      `${this.coins} % of them in coins, leverage ${LEVERAGE_MIN} to ${LEVERAGE_MAX}, cross and isolated, three in ten with ` +
      'an owner that has several). No limits are raised.' +
      (calm === true ? ' Positions are kept so small that nobody can be liquidated.' : '');
  }

  async run(session: Session, control: Control): Promise<void> {
    const { funding, brackets, symbol } = this.candles;
    if (funding !== undefined) this.fundings = await readFunding(funding);
    if (brackets !== undefined && symbol !== undefined)
      this.brackets = await readBrackets(brackets, symbol);
    const rows = await CandleRows.open(this.options.path);
    try {
      await this.through(session, rows, control);
    } finally {
      await rows.rows.lines.close();
    }
  }

  details(session: Session): Detail[] {
    const { market, makers, traders } = this;
    if (market === undefined || makers === undefined || traders === undefined) return [];
    const { priceUnit } = market.info;
    const open = [...traders.accounts].filter((account) => market.sizeOf(account) !== 0).length;
    const { decimals } = market.quote;
    const rescued = formatAmount(BigInt(market.rescued), decimals);
    const coinsBought = formatAmount(BigInt(market.coinsBought), decimals);
    return [
      {
        name: 'mark',
        text:
          `between ${formatPrice(this.lowest, priceUnit)} and ` +
          `${formatPrice(this.highest, priceUnit)}, ${formatPrice(market.mark, priceUnit)} at the end`,
        json: {
          low: formatPrice(this.lowest, priceUnit),
          high: formatPrice(this.highest, priceUnit),
          end: formatPrice(market.mark, priceUnit),
        },
      },
      {
        name: 'accounts',
        text:
          `${thousands(open)} with a position at the end; ${thousands(traders.renewed)} times ` +
          `somebody who had lost nearly all brought as much again, ` +
          `${thousands(makers.renewed)} times a market maker`,
        json: { open, renewed: traders.renewed, makers_renewed: makers.renewed },
      },
      {
        name: 'stops fired',
        text: thousands(session.risk.stops),
        json: session.risk.stops,
      },
      ...riskLines(session, market.quote),
      {
        name: 'operator',
        text:
          `made the fund whole ${market.rescues} times, paying ${rescued} USDT; bought its coins ` +
          `for ${coinsBought} USDT`,
        json: { rescues: market.rescues, paid: rescued, coins_bought: coinsBought },
      },
    ];
  }

  /** A candle is run once the next one says how long it was. */
  private async through(session: Session, rows: CandleRows, control: Control): Promise<void> {
    const { lines } = rows.rows;
    let candle: Candle | undefined;
    let span = 0;
    while (this.rows < control.rowsMax && !control.stopped()) {
      if (!lines.ready() && !(await lines.fill())) break;
      const time = rows.advance();
      this.units ??= rows.units();
      const next = rows.candle(time, this.units);
      if (candle !== undefined) {
        span = next.time - candle.time;
        await this.play(session, candle, span, control);
      }
      candle = next;
      this.rows += 1;
      control.progress(lines.bytesGiven, lines.bytesTotal, this.rows);
    }
    if (candle !== undefined) await this.play(session, candle, span, control);
  }

  /** The four marks of a candle, evenly over its time. */
  private async play(
    session: Session,
    { time, open, high, low, close }: Candle,
    span: number,
    control: Control,
  ): Promise<void> {
    const path = close >= open ? [open, low, high, close] : [open, high, low, close];
    const step = Math.floor(span / MARKS);
    if (this.market === undefined) this.begin(session, time, open);
    for (const [i, mark] of path.entries()) {
      // So that somebody who wants it to end is heard.
      await immediately();
      if (control.stopped()) return;
      this.moment(time + i * step, mark, step);
    }
  }

  private moment(time: number, mark: number, span: number): void {
    const { market, makers, traders } = this;
    this.lowest = Math.min(this.lowest, mark);
    this.highest = Math.max(this.highest, mark);
    // Makers see the price before the exchange's mark follows, so liquidations meet a fresh book.
    makers?.quote(time, mark);
    market?.move(time, mark);
    for (; this.fundings[this.funded]?.time <= time; this.funded++)
      market?.fundingAt(time, this.funded + 1, this.fundings[this.funded].rateE12);
    traders?.act(time, span);
  }

  private begin(session: Session, time: number, open: number): void {
    const { accounts, fund, coin, coins, units, brackets } = this;
    if (units === undefined) return;
    this.market = new CandleMarket(session, { coin, units, brackets, fund, time });
    this.market.move(time, open);
    const { seed } = this.options;
    const calm = this.candles.calm === true;
    this.makers = new Makers(this.market, this.makerFunds(), time, calm);
    this.traders = new Traders(this.market, { accounts, seed, time, coins, calm });
  }

  private makerFunds(): number {
    return this.accounts * MAKER_PER_ACCOUNT;
  }
}

const immediately = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

function coinOf(name: string): string {
  const letters = /^[A-Za-z0-9]{2,10}/.exec(name)?.[0] ?? 'COIN';
  return letters.toUpperCase() === 'USDT' ? 'COIN' : letters.toUpperCase();
}
