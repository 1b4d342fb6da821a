// The demonstration flow: a spot and a perpetual market, two dozen accounts with different
// leverage, marks that wander, orders of every kind. It is what fixtures/flow/demo.csv holds. The
// same seed gives the same text.

import { FLOW_CANCEL, FLOW_IOC, FLOW_LIMIT, FLOW_MARKET, type Flow } from './flow.ts';
import { GRID } from './flow-book.ts';
import { generateFlow } from './generator.ts';
import { Sfc32 } from './sfc32.ts';

export const DEMO_SEED = 20_250_301;

const HEADER = 'time_ms,op,account,symbol,side,price,size,detail';
const STARTED_MS = 1_740_787_200_000;
const STEP_MS_MAX = 400;
const ACCOUNTS = 24;
const RESTING = 300;
const COMMANDS = 1_600;
const MARK_EVERY = 15;
const MARK_STEP = 25;
const MARK_RANGE = 600;

/** How a market's ticks and lots are written: price = middle + (tick − GRID / 2) × tick. */
interface DemoMarket {
  readonly symbol: string;
  /** In units of the tick. */
  readonly middle: number;
  /** Ticks per dollar. */
  readonly perDollar: number;
  /** Lots per coin. */
  readonly lots: number;
}

const SPOT: DemoMarket = { symbol: 'BTC/USDT', middle: 600_000, perDollar: 10, lots: 1_000 };
const PERP: DemoMarket = { symbol: 'BTC-PERP', middle: 120_000, perDollar: 2, lots: 1_000 };

const SETUP = [
  'asset,,USDT,,,,decimals=6;settlement=yes',
  'asset,,BTC,,,,decimals=8;weight=0.9',
  'market,,BTC/USDT,,,,kind=spot;base=BTC;quote=USDT;price_unit=0.1;size_unit=0.001;' +
    'maker_fee=0.001;taker_fee=0.001',
  'market,,BTC-PERP,,,,kind=perp;quote=USDT;price_unit=0.1;size_unit=0.001;tick=0.5;' +
    'maker_fee=-0.0001;taker_fee=0.0005;initial=0.02;maintenance=0.01;band=0.05;' +
    'liquidation_fee=0.005',
];

/** The whole file, with its header and a newline at its end. */
export function demoFlow(seed: number = DEMO_SEED): string {
  const maker = new DemoMaker(seed);
  maker.setUp();
  maker.trade();
  return `${[HEADER, ...maker.rows].join('\n')}\n`;
}

class DemoMaker {
  readonly rows: string[] = [];
  private readonly random: Sfc32;
  private readonly flows: readonly [Flow, Flow];
  private time = STARTED_MS;
  /** Dollars away from the middle. */
  private drift = 0;

  constructor(seed: number) {
    const options = { resting: RESTING, commands: COMMANDS, accounts: ACCOUNTS };
    this.random = new Sfc32(seed);
    this.flows = [
      generateFlow({ ...options, seed: seed + 1 }).flow,
      generateFlow({ ...options, seed: seed + 2 }).flow,
    ];
  }

  setUp(): void {
    for (const row of SETUP) this.add(row);
    for (let i = 0; i < ACCOUNTS; i++) {
      const name = nameOf(i);
      const isSmall = i % 8 === 7;
      this.add(`account,${name},,,,,`);
      this.add(`deposit,${name},USDT,,,${isSmall ? 1_500 : 150_000},`);
      this.add(`deposit,${name},BTC,,,${isSmall ? 0.05 : 4},`);
      if (i % 3 === 1) this.add(`mode,${name},BTC-PERP,,,,mode=isolated`);
      this.add(`leverage,${name},BTC-PERP,,,${2 + this.random.below(49)},`);
    }
    this.marks();
  }

  trade(): void {
    const [spot, perp] = this.flows;
    for (let row = 0; row < spot.length; row++) {
      this.time += this.random.below(STEP_MS_MAX);
      if (row % MARK_EVERY === 0) this.marks();
      this.order(spot, row, SPOT);
      this.order(perp, row, PERP);
      if (row > RESTING && row % 50 === 0) this.protect(nameOf(this.random.below(ACCOUNTS)));
      if (row > RESTING && row % 200 === 0) this.cancelAll(nameOf(this.random.below(ACCOUNTS)));
    }
  }

  private order(flow: Flow, row: number, market: DemoMarket): void {
    const op = flow.op[row];
    const account = nameOf(flow.account[row]);
    const id = `id=${market === SPOT ? 's' : 'p'}${flow.id[row]}`;
    if (op === FLOW_CANCEL) {
      if (row % 4 > 0) return this.add(`cancel,${account},,,,,${id}`);
      const smaller = decimal(Math.max(1, Math.floor(flow.size[row] / 2)), market.lots);
      return this.add(`amend,${account},${market.symbol},,,${smaller},${id}`);
    }
    const side = flow.side[row] > 0 ? 'buy' : 'sell';
    const size = decimal(flow.size[row], market.lots);
    const price = op === FLOW_MARKET ? '' : priceOf(flow.price[row], market);
    const extra =
      op === FLOW_IOC ? this.immediate() : op === FLOW_LIMIT ? this.resting(market) : '';
    this.add(`order,${account},${market.symbol},${side},${price},${size},${id}${extra}`);
  }

  private immediate(): string {
    return this.random.below(8) === 0 ? ';tif=fok' : ';tif=ioc';
  }

  private resting(market: DemoMarket): string {
    const dice = this.random.below(100);
    if (dice < 4) return ';post_only=yes';
    if (dice < 6) return `;tif=gtd;until=${this.time + 20_000}`;
    return market === PERP && dice < 10 ? ';reduce_only=yes' : '';
  }

  /** A stop and a take-profit 1 % away from the mark, reduce-only, for whichever side there is. */
  private protect(account: string): void {
    const side = this.random.below(2) === 0 ? 'sell' : 'buy';
    const away = (side === 'sell' ? 1 : -1) * 600;
    const stop = decimal((60_000 + this.drift - away) * 2, 2);
    const take = decimal((60_000 + this.drift + away) * 2, 2);
    const common = `order,${account},BTC-PERP,${side},,0.01,reduce_only=yes`;
    this.add(`${common};type=stop;trigger=${stop}`);
    this.add(`${common};type=take_profit;trigger=${take}`);
  }

  private cancelAll(account: string): void {
    this.add(`cancel_all,${account},BTC-PERP,,,,`);
    this.add('tick,,,,,,');
  }

  /** The price wanders; it is turned back at its range. */
  private marks(): void {
    const step = this.random.below(2 * MARK_STEP + 1) - MARK_STEP;
    this.drift += Math.abs(this.drift + step) > MARK_RANGE ? -step : step;
    const index = decimal((60_000 + this.drift) * 10, 10);
    const mark = decimal((60_000 + this.drift) * 10 + this.random.below(21) - 10, 10);
    this.add(`mark,,BTC/USDT,,${index},,`);
    this.add(`mark,,BTC-PERP,,${mark},,index=${index}`);
  }

  private add(row: string): void {
    this.rows.push(`${this.time},${row}`);
  }
}

function priceOf(tick: number, market: DemoMarket): string {
  return decimal(market.middle + tick - GRID / 2, market.perDollar);
}

function nameOf(i: number): string {
  return `trader-${`${i + 1}`.padStart(2, '0')}`;
}

/** count ÷ per as a decimal without trailing zeros; `per` is 2 or a power of ten. */
function decimal(count: number, per: number): string {
  const digits = per === 2 ? 1 : `${per}`.length - 1;
  return (count / per).toFixed(digits).replace(/\.?0+$/, '');
}
