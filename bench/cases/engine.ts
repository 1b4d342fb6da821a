// The engine as a subject: one perpetual market with exact margin and events, every account funded
// beforehand, a new mark every thousand commands. Accounts may meet themselves, so that it trades
// exactly what the books trade.

import {
  MARK_GIVEN,
  MARKET_PERP,
  NO_ASSET,
  ORDER_LIMIT,
  ORDER_MARKET,
  STP_NONE,
  TIF_GTC,
  TIF_IOC,
  type CreateMarket,
} from '../../src/engine/command.ts';
import { blankCancel, blankIndex, blankOrder } from '../../src/cli/replay/commands.ts';
import { PLAIN_TERMS } from '../../src/cli/replay/session.ts';
import { Engine } from '../../src/engine/engine.ts';
import { EVENT_WIDTHS, ORDER_FILLED } from '../../src/engine/event.ts';
import { reasonRow } from '../../src/engine/reason.ts';
import { FLOW_CANCEL, FLOW_IOC, FLOW_MARKET, type Flow } from '../../src/testing/flow/flow.ts';
import { GRID } from '../../src/testing/flow/flow-book.ts';
import { amount, BUY, ppm, price, SELL, size } from '../../src/units/brand.ts';
import type { Subject } from '../subject.ts';

const FUNDS = 2_000_000_000_000;
const LEVERAGE_RATE = ppm(100_000);
const MARK_EVERY = 1_000;
const ORDERS_PER_ACCOUNT_MAX = 100_000;
const FILL_SIZE = 8;
const STARTED_MS = 1_740_787_200_000;

export const engineWithoutIds = (flow: Flow): EngineSubject => new EngineSubject(flow, false);
export const engineWithIds = (flow: Flow): EngineSubject => new EngineSubject(flow, true);

export class EngineSubject implements Subject {
  readonly totals = { trades: 0, quantity: 0 };
  readonly engine = new Engine({ ordersPerPosition: ORDERS_PER_ACCOUNT_MAX });
  private readonly flow: Flow;
  /** Command ids as the edge would hand them over; empty when none are used. */
  private readonly ids: string[];
  private readonly accounts: Int32Array;
  /** The engine's order numbers by the flow's. */
  private readonly orders: Float64Array;
  private readonly order = blankOrder();
  private readonly cancel = blankCancel();
  private readonly index = blankIndex();
  private readonly market: number;

  constructor(flow: Flow, withIds: boolean) {
    this.flow = flow;
    this.ids = withIds ? Array.from({ length: flow.length }, (_, row) => idText(row)) : [];
    this.orders = new Float64Array(flow.length + 1);
    const asset = this.execute({
      kind: 'create_asset',
      id: '',
      time: STARTED_MS,
      symbol: 'USDT',
      decimals: 6,
      settlement: true,
      weightPpm: ppm(1_000_000),
      liabilityWeightPpm: ppm(1_000_000),
      interestE12: 0,
      autoConvertLimit: amount(0),
      price: amount(1_000_000),
    });
    this.market = this.execute(marketOf(asset));
    this.accounts = Int32Array.from({ length: flow.options.accounts }, (_, i) =>
      this.fundedAccount(i, asset),
    );
    this.order.market = this.market;
    this.order.selfTrade = STP_NONE;
    this.index.market = this.market;
  }

  apply(row: number): void {
    const { flow, engine } = this;
    const time = STARTED_MS + row;
    if (row % MARK_EVERY === 0) this.mark(time, row);
    const id = this.ids.length === 0 ? '' : this.ids[row];
    const op = flow.op[row];
    if (op === FLOW_CANCEL) {
      const { cancel } = this;
      cancel.id = id;
      cancel.time = time;
      cancel.account = this.accounts[flow.account[row]];
      cancel.order = this.orders[flow.id[row]];
      this.accepted(engine.execute(cancel).reason);
      return;
    }
    const { order } = this;
    order.id = id;
    order.time = time;
    order.account = this.accounts[flow.account[row]];
    order.side = flow.side[row] > 0 ? BUY : SELL;
    order.type = op === FLOW_MARKET ? ORDER_MARKET : ORDER_LIMIT;
    order.price = price(flow.price[row]);
    order.size = size(flow.size[row]);
    order.timeInForce = op === FLOW_IOC || op === FLOW_MARKET ? TIF_IOC : TIF_GTC;
    const outcome = engine.execute(order);
    this.accepted(outcome.reason);
    this.orders[flow.id[row]] = outcome.created;
    this.read();
  }

  resting(): number {
    const { bids, asks } = this.engine.book(this.market, 1_000_000, false);
    return [...bids, ...asks].reduce((sum, level) => sum + level.orders, 0);
  }

  private mark(time: number, row: number): void {
    const ticks = GRID / 2 + ((row / MARK_EVERY) % 7) - 3;
    this.index.time = time;
    this.index.price = price(ticks);
    this.index.mark = price(ticks);
    this.accepted(this.engine.execute(this.index).reason);
  }

  private read(): void {
    const { data, length } = this.engine.events;
    for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) {
      if (data[at] !== ORDER_FILLED) continue;
      this.totals.trades += 1;
      this.totals.quantity += data[at + FILL_SIZE];
    }
  }

  private fundedAccount(i: number, asset: number): number {
    const common = { id: '', time: STARTED_MS } as const;
    const account = this.execute({ ...common, kind: 'create_account', name: `a${i}`, owner: '' });
    this.execute({ ...common, kind: 'deposit', account, asset, amount: amount(FUNDS) });
    return account;
  }

  private execute(command: Parameters<Engine['execute']>[0]): number {
    const { reason, created } = this.engine.execute(command);
    this.accepted(reason);
    return created;
  }

  /** Every command of the flow is a good one: a refusal would be measured as speed. */
  private accepted(reason: number): void {
    if (reason !== 0) throw new Error(`the engine refused a command: ${reasonRow(reason).code}`);
  }
}

/**
 * A text in one piece, as it comes out of a request; what `${}` joins is put together when read.
 */
function idText(row: number): string {
  return Buffer.from(`bench-${row}`).toString('latin1');
}

function marketOf(quote: number): CreateMarket {
  return {
    kind: 'create_market',
    id: '',
    time: STARTED_MS,
    symbol: 'BTC-PERP',
    marketKind: MARKET_PERP,
    base: NO_ASSET,
    quote,
    priceUnit: '0.01',
    sizeUnit: '0.001',
    multiplier: 10,
    baseMultiplier: 0,
    tickSize: price(1),
    lotSize: size(1),
    terms: {
      ...PLAIN_TERMS,
      brackets: [
        { floorNotional: amount(0), initialPpm: LEVERAGE_RATE, maintenancePpm: ppm(50_000) },
      ],
      makerFeePpm: ppm(200),
      takerFeePpm: ppm(500),
      markSource: MARK_GIVEN,
      selfTradeAllowed: true,
    },
  };
}
