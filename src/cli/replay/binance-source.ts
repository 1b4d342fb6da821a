// Replays a perpetual market from three files of one stretch of time: trades, best bid and offer,
// mark and index. A market maker quotes the real best prices, generated accounts take at the real
// prices, and the marks are those of the exchange. A takeover by the exchange's insurance fund is
// no trade of the market and is left out.

import { join } from 'node:path';
import { BUY, SELL, type Side } from '../../units/brand.ts';
import { believed } from './believed.ts';
import { Crowd, type Trade } from './crowd.ts';
import { PERP_LOT, PERP_UNIT, PerpMarket } from './perp-market.ts';
import { formatPrice, thousands } from './format.ts';
import { Quoter, QUOTER_FUNDS } from './quoter.ts';
import { ReplayError } from './replay-error.ts';
import { riskLines } from './risk-lines.ts';
import { RATE_UNIT, Rows } from './rows.ts';
import type { Session } from './session.ts';
import type { Control, Detail, Source, SourceOptions } from './source.ts';
import { standings } from './standings.ts';

export const TRADES_FILE = 'btcusdt-trades.csv';
export const QUOTES_FILE = 'btcusdt-bbo.csv';
export const MARKS_FILE = 'btcusdt-mark.csv';
export const TRADES_HEADER = 'exch_ts_ms,trade_id,price,qty,taker_side,kind';
export const QUOTES_HEADER = 'exch_ts_ms,update_id,bid,bid_qty,ask,ask_qty';
export const MARKS_HEADER =
  'exch_ts_ms,mark_price,index_price,est_settle_price,funding_rate,next_funding_ts_ms';

const ACCOUNTS_DEFAULT = 1_000;
const SIDES: Readonly<Record<string, Side>> = { buy: BUY, sell: SELL };
const KINDS = { MARKET: true, INSURANCE_FUND: false } as const;
const [TRADE_ID, TRADE_PRICE, TRADE_SIZE, TRADE_SIDE, TRADE_KIND] = [1, 2, 3, 4, 5];
const [BID, BID_SIZE, ASK, ASK_SIZE] = [2, 3, 4, 5];
const [MARK, INDEX, RATE, NEXT_FUNDING] = [1, 2, 4, 5];

export class BinanceSource implements Source {
  readonly format = 'binance';
  readonly preparation: string;
  readonly limits = {};
  rows = 0;
  private readonly options: SourceOptions;
  private readonly accounts: number;
  private market: PerpMarket | undefined;
  private crowd: Crowd | undefined;
  private quoter: Quoter | undefined;
  private nextFunding = 0;
  private rateE12 = 0;
  private takeovers = 0;
  private readonly disbelieved: Detail[] = [];
  private trades = 0;
  private tradedLots = 0;

  constructor(options: SourceOptions) {
    this.options = options;
    this.accounts = options.accounts ?? ACCOUNTS_DEFAULT;
    if (this.accounts < 1) throw new ReplayError('--accounts: at least 1 is needed');
    this.preparation =
      'Prepared for this replay: perpetual BTCUSDT-PERP with given marks, cut to ' +
      `${PERP_UNIT.text}; a market maker with ${thousands(QUOTER_FUNDS)} USDT quotes the real ` +
      'best bid and ask; every real trade is sent by one of ' +
      `${thousands(this.accounts)} generated accounts (seed ${options.seed}, 2,000 to 5,000,000 ` +
      'USDT each, leverage 2 to 50, half of them isolated), some of which also rest limit ' +
      'orders; the first mark holds from the start; funding is settled at the recorded rate. No limits are raised.';
  }

  async run(session: Session, control: Control): Promise<void> {
    const folder = this.options.path;
    const files: Rows[] = [];
    try {
      const trades = await this.open(files, join(folder, TRADES_FILE), TRADES_HEADER);
      const quotes = await this.open(files, join(folder, QUOTES_FILE), QUOTES_HEADER);
      const marks = await this.open(files, join(folder, MARKS_FILE), MARKS_HEADER);
      // In this order within one millisecond: a trade meets the quotes that stood before it.
      const streams = [
        new Stream(marks, (rows, time) => this.mark(rows, time)),
        new Stream(trades, (rows, time) => this.trade(rows, time)),
        new Stream(quotes, (rows, time) => this.quotes(rows, time)),
      ];
      await this.begin(session, streams);
      await this.merge(streams, control);
    } finally {
      for (const { lines } of files) await lines.close();
    }
  }

  details(session: Session): Detail[] {
    const { crowd, market, quoter } = this;
    if (crowd === undefined || market === undefined || quoter === undefined) return [];
    const share = this.tradedLots === 0 ? 0 : crowd.filledLots() / this.tradedLots;
    const percent = (share * 100).toFixed(1);
    return [
      {
        name: 'real trades',
        text: `${this.trades} sent, ${percent} % of their size filled`,
        json: { sent: this.trades, filled_share: Number(share.toFixed(4)) },
      },
      {
        name: 'takeovers',
        text: `${this.takeovers} by the insurance fund, not traded`,
        json: this.takeovers,
      },
      ...this.disbelieved,
      {
        name: 'quotes',
        text: `${quoter.changes} changes of the market maker's quotes`,
        json: quoter.changes,
      },
      ...riskLines(session, market.asset),
      ...standings(session, market, crowd, quoter.account),
    ];
  }

  private async open(files: Rows[], path: string, header: string): Promise<Rows> {
    const rows = await Rows.open(path, header);
    files.push(rows);
    return rows;
  }

  /** Creates everything at the time of the earliest row, with the first mark. */
  private async begin(session: Session, streams: readonly Stream[]): Promise<void> {
    for (const stream of streams) await stream.load();
    const started = Math.min(...streams.map((stream) => stream.time));
    if (started === Infinity) return;
    this.market = new PerpMarket(session, started);
    this.quoter = new Quoter(session, this.market, started);
    this.crowd = new Crowd(session, this.market, {
      accounts: this.accounts,
      seed: this.options.seed,
      time: started,
    });
    const [marks] = streams;
    if (marks.time !== Infinity) this.mark(marks.rows, started);
  }

  /** Runs the rows of all files in the order of their times. */
  private async merge(streams: readonly Stream[], control: Control): Promise<void> {
    while (this.rows < control.rowsMax && !control.stopped()) {
      const next = earliest(streams);
      if (next === undefined) return;
      next.execute();
      this.rows += 1;
      if (next.rows.lines.ready()) {
        next.advance();
        continue;
      }
      const all = streams.map((stream) => stream.rows.lines);
      const bytesRead = all.reduce((sum, lines) => sum + lines.bytesRead, 0);
      const bytesTotal = all.reduce((sum, lines) => sum + lines.bytesTotal, 0);
      control.progress(bytesRead, bytesTotal, this.rows);
      await next.load();
    }
  }

  private mark(rows: Rows, time: number): void {
    const mark = rows.cutDecimal(MARK, PERP_UNIT);
    const index = rows.cutDecimal(INDEX, PERP_UNIT);
    this.market?.setMark(time, mark, index);
    this.fund(rows, time);
  }

  /** Settles an interval once the recording announces the next, at the rate that it ended with. */
  private fund(rows: Rows, time: number): void {
    const next = rows.whole(NEXT_FUNDING);
    const ended = this.nextFunding;
    if (ended !== 0 && next > ended) this.market?.settleFunding(time, ended, this.rateE12);
    this.nextFunding = next;
    this.rateE12 = rows.signedCutDecimal(RATE, RATE_UNIT);
  }

  private quotes(rows: Rows, time: number): void {
    const bid = rows.positiveDecimal(BID, PERP_UNIT);
    const bidSize = rows.positiveDecimal(BID_SIZE, PERP_LOT);
    const ask = rows.positiveDecimal(ASK, PERP_UNIT);
    const askSize = rows.positiveDecimal(ASK_SIZE, PERP_LOT);
    this.quoter?.quote({ time, bid, bidSize, ask, askSize });
  }

  private trade(rows: Rows, time: number): void {
    const isTrade = rows.word(TRADE_KIND, KINDS);
    const trade = {
      time,
      id: rows.whole(TRADE_ID),
      price: rows.positiveDecimal(TRADE_PRICE, PERP_UNIT),
      size: rows.positiveDecimal(TRADE_SIZE, PERP_LOT),
      side: rows.word(TRADE_SIDE, SIDES),
    };
    if (!isTrade) {
      this.takeovers += 1;
      this.disbelieve(trade);
      return;
    }
    this.trades += 1;
    this.tradedLots += trade.size;
    this.crowd?.take(trade);
  }

  /** Says what a takeover's price would have done as a mark. */
  private disbelieve(trade: Trade): void {
    const { market } = this;
    if (market === undefined) return;
    const { session, info } = market;
    const { mark } = session.engine.markets()[info.number];
    const counts = believed(session, info, trade.time, trade.price);
    const accounts = counts.liquidatedAccounts();
    const prices = {
      price: formatPrice(trade.price, PERP_UNIT),
      mark: formatPrice(mark, PERP_UNIT),
    };
    this.disbelieved.push({
      name: `had it been believed${this.takeovers === 1 ? '' : ` ${this.takeovers}`}`,
      text:
        `a mark of ${prices.price} instead of ${prices.mark} would have liquidated ` +
        `${thousands(accounts)} accounts and deleveraged ${thousands(counts.deleveraged.size)}`,
      json: { ...prices, liquidated: accounts, deleveraged: counts.deleveraged.size },
    });
  }
}

/** One file with its current row. */
class Stream {
  readonly rows: Rows;
  /** Time of the current row; Infinity behind the last. */
  time = Infinity;
  private readonly handle: (rows: Rows, time: number) => void;

  constructor(rows: Rows, handle: (rows: Rows, time: number) => void) {
    this.rows = rows;
    this.handle = handle;
  }

  execute(): void {
    this.handle(this.rows, this.time);
  }

  advance(): void {
    this.rows.advance();
    this.time = this.rows.whole(0);
  }

  /** As `advance`, reading on when it must. */
  async load(): Promise<void> {
    if (await this.rows.lines.fill()) this.advance();
    else this.time = Infinity;
  }
}

function earliest(streams: readonly Stream[]): Stream | undefined {
  let first: Stream | undefined;
  for (const stream of streams) {
    if (stream.time < (first?.time ?? Infinity)) first = stream;
  }
  return first;
}
