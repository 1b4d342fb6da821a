// Replays an order flow of one spot market: place and cancel, order by order, such as Bitstamp's.
// BUYERS and SELLERS stand for everybody on a side, so each is spread over many generated accounts;
// which one has an order depends on the order's id alone. The file's order ids are the client order
// ids, so nothing is remembered here.

import { MARKET_SPOT } from '../../engine/command.ts';
import { amount, BUY, ppm, price, SELL, size, type Side } from '../../units/brand.ts';
import { DEFAULT_LIMITS } from '../../engine/limits.ts';
import { thousands } from './format.ts';
import { blankCancel, blankOrder } from './commands.ts';
import { pick } from './pick.ts';
import { Rows } from './rows.ts';
import { PLAIN_TERMS, unit, type AssetInfo, type MarketInfo, type Session } from './session.ts';
import type { Control, Detail, Source, SourceOptions } from './source.ts';
import { ReplayError } from './replay-error.ts';

export const ORDER_FLOW_HEADER = 'ts_ms,op,order_id,account,side,price,qty_1e-8';

const [TIME, OP, ORDER, ACCOUNT, SIDE, PRICE, QUANTITY] = [0, 1, 2, 3, 4, 5, 6];
const SIDES: Readonly<Record<string, Side>> = { buy: BUY, sell: SELL };
const OPS: Readonly<Record<string, 'place' | 'cancel'>> = { place: 'place', cancel: 'cancel' };

/** What the engine takes as a name, with room for a pool's number. */
const NAME = /^[A-Za-z0-9._:-]{1,28}$/;
const ACCOUNTS_DEFAULT = 1_000;
const ORDERS_PER_ACCOUNT_MAX = 10_000;
/** 0.01 × 0.00000001 is 10^−10 dollars, and one account holds at most 4·10^15 of them. */
const DOLLAR_DECIMALS = 10;
const FUNDS_DOLLARS = 300_000;
const FUNDS_COINS = 10_000;
const MAKER_FEE_PPM = 1_000;
const TAKER_FEE_PPM = 2_500;

interface Pool {
  readonly name: string;
  /** Engine numbers of the accounts; 0 where there is none yet. */
  readonly members: Int32Array;
}

export class OrderFlowSource implements Source {
  readonly format = 'order-flow';
  readonly preparation: string;
  readonly limits = { ordersPerPosition: ORDERS_PER_ACCOUNT_MAX };
  rows = 0;
  private readonly options: SourceOptions;
  private readonly pools = new Map<string, Pool>();
  private readonly poolSize: number;
  private readonly order = blankOrder();
  private readonly cancel = blankCancel();
  private readonly priceUnit = unit('0.01');
  private dollars: AssetInfo | undefined;
  private coins: AssetInfo | undefined;
  private market: MarketInfo | undefined;

  constructor(options: SourceOptions) {
    const accounts = options.accounts ?? ACCOUNTS_DEFAULT;
    if (accounts < 2) throw new ReplayError('--accounts: an order flow needs at least 2');
    this.options = options;
    this.poolSize = Math.floor(accounts / 2);
    const pools = thousands(2 * this.poolSize);
    this.preparation =
      'Prepared for this replay: spot market BTC/USD (price 0.01, size 0.00000001, fees 0.1 % ' +
      `maker, 0.25 % taker); BUYERS and SELLERS are spread over ${pools} generated accounts ` +
      `(seed ${options.seed}); each buyer is given ${thousands(FUNDS_DOLLARS)} USD and each ` +
      `seller ${thousands(FUNDS_COINS)} BTC; the limit of open orders per account is raised ` +
      `from ${DEFAULT_LIMITS.ordersPerPosition} to ${thousands(ORDERS_PER_ACCOUNT_MAX)}.`;
  }

  async run(session: Session, control: Control): Promise<void> {
    const rows = await Rows.open(this.options.path, ORDER_FLOW_HEADER);
    const { lines } = rows;
    session.rows = rows;
    try {
      while (this.rows < control.rowsMax && !control.stopped()) {
        if (!(await lines.fill())) break;
        while (lines.ready() && this.rows < control.rowsMax) {
          rows.advance();
          this.execute(session, rows);
          this.rows += 1;
        }
        control.progress(lines.bytesRead, lines.bytesTotal, this.rows);
      }
    } finally {
      await lines.close();
    }
  }

  details(): Detail[] {
    const accounts = [...this.pools.values()].reduce((sum, pool) => sum + count(pool), 0);
    return [{ name: 'accounts', text: `${accounts} used`, json: accounts }];
  }

  private execute(session: Session, rows: Rows): void {
    const time = rows.whole(TIME);
    const op = rows.word(OP, OPS);
    const id = rows.whole(ORDER);
    const side = rows.word(SIDE, SIDES);
    if (this.market === undefined) this.createMarket(session, time);
    const account = this.accountOf(session, rows, time, id);
    const { order, cancel } = this;
    if (op === 'cancel') {
      cancel.time = time;
      cancel.account = account;
      cancel.clientOrderId = rows.fields[ORDER];
      session.run(cancel);
      return;
    }
    order.time = time;
    order.account = account;
    order.side = side;
    order.price = price(rows.positiveDecimal(PRICE, this.priceUnit));
    order.size = size(rows.positive(QUANTITY));
    order.clientOrderId = rows.fields[ORDER];
    session.run(order);
  }

  private createMarket(session: Session, time: number): void {
    const asset = {
      weightPpm: ppm(1_000_000),
      liabilityWeightPpm: ppm(1_000_000),
      interestE12: 0,
      autoConvertLimit: amount(0),
    };
    const dollars = { symbol: 'USD', decimals: DOLLAR_DECIMALS, settlement: true };
    const coins = { symbol: 'BTC', decimals: 8, settlement: false };
    this.dollars = session.createAsset(time, { ...asset, ...dollars, price: amount(0) });
    this.coins = session.createAsset(time, { ...asset, ...coins, price: amount(0) });
    this.market = session.createMarket(time, {
      symbol: 'BTC/USD',
      kind: MARKET_SPOT,
      base: this.coins,
      quote: this.dollars,
      priceUnit: this.priceUnit,
      sizeUnit: unit('0.00000001'),
      tickSize: 1,
      lotSize: 1,
      terms: {
        ...PLAIN_TERMS,
        makerFeePpm: ppm(MAKER_FEE_PPM),
        takerFeePpm: ppm(TAKER_FEE_PPM),
      },
    });
    this.order.market = this.market.number;
  }

  /** The generated account of a pool that has the order, or the one account of any other name. */
  private accountOf(session: Session, rows: Rows, time: number, order: number): number {
    const name = rows.fields[ACCOUNT];
    const isPool = name === 'BUYERS' || name === 'SELLERS';
    let pool = this.pools.get(name);
    if (pool === undefined) {
      if (!NAME.test(name)) throw rows.bad(ACCOUNT, 'BUYERS, SELLERS or the name of an account');
      pool = { name, members: new Int32Array(isPool ? this.poolSize : 1) };
      this.pools.set(name, pool);
    }
    const member = pick(this.options.seed, order, pool.members.length);
    const known = pool.members[member];
    if (known !== 0) return known;
    const created = session.createAccount(time, isPool ? `${name}.${member + 1}` : name);
    pool.members[member] = created;
    if (name !== 'SELLERS') this.fund(session, time, created, this.dollars, FUNDS_DOLLARS);
    if (name !== 'BUYERS') this.fund(session, time, created, this.coins, FUNDS_COINS);
    return created;
  }

  private fund(
    session: Session,
    time: number,
    account: number,
    asset: AssetInfo | undefined,
    whole: number,
  ): void {
    if (asset !== undefined) session.deposit(time, account, asset, whole * 10 ** asset.decimals);
  }
}

function count(pool: Pool): number {
  return pool.members.reduce((sum, account) => sum + (account === 0 ? 0 : 1), 0);
}
