// A generated order flow as commands for a sequencer: one perpetual market with exact margin,
// funded accounts, a new mark every thousand commands. One object per kind is used again and again,
// as an edge may. Every command is a good one: a refusal would be measured as speed.

import {
  MARK_GIVEN,
  MARKET_PERP,
  NO_ASSET,
  ORDER_LIMIT,
  ORDER_MARKET,
  STP_NONE,
  TIF_GTC,
  TIF_IOC,
  type Command,
} from '../../src/engine/command.ts';
import type { EngineLimits } from '../../src/engine/limits.ts';
import { blankCancel, blankIndex, blankOrder } from '../../src/cli/replay/commands.ts';
import { PLAIN_TERMS } from '../../src/cli/replay/session.ts';
import { FLOW_CANCEL, FLOW_IOC, FLOW_MARKET, type Flow } from '../../src/testing/flow/flow.ts';
import { GRID } from '../../src/testing/flow/flow-book.ts';
import { amount, BUY, ppm, price, SELL, size } from '../../src/units/brand.ts';

export const BENCH_LIMITS: Partial<EngineLimits> = { ordersPerPosition: 100_000 };

const FUNDS = amount(2_000_000_000_000);
const RATE = ppm(100_000);
const MARK_EVERY = 1_000;
/** Three accounts are the system's. */
const FIRST_ACCOUNT = 3;

/** What makes the asset, the market and the accounts, in order. */
export function* worldOf(accounts: number): Generator<Command> {
  const common = { id: '', time: 0 } as const;
  yield {
    ...common,
    kind: 'create_asset',
    symbol: 'USDT',
    decimals: 6,
    settlement: true,
    weightPpm: ppm(1_000_000),
    liabilityWeightPpm: ppm(1_000_000),
    interestE12: 0,
    autoConvertLimit: amount(0),
    price: amount(1_000_000),
  };
  yield perpetual();
  yield {
    ...common,
    kind: 'update_index',
    market: 0,
    price: price(GRID / 2),
    mark: price(GRID / 2),
  };
  for (let i = 0; i < accounts; i += 1) {
    const account = FIRST_ACCOUNT + i;
    yield { ...common, kind: 'create_account', name: `a${i}`, owner: '' };
    yield { ...common, kind: 'deposit', account, asset: 0, amount: FUNDS };
  }
}

function perpetual(): Command {
  return {
    kind: 'create_market',
    id: '',
    time: 0,
    symbol: 'BTC-PERP',
    marketKind: MARKET_PERP,
    base: NO_ASSET,
    quote: 0,
    priceUnit: '0.01',
    sizeUnit: '0.001',
    multiplier: 10,
    baseMultiplier: 0,
    tickSize: price(1),
    lotSize: size(1),
    terms: {
      ...PLAIN_TERMS,
      brackets: [{ floorNotional: amount(0), initialPpm: RATE, maintenancePpm: ppm(50_000) }],
      makerFeePpm: ppm(200),
      takerFeePpm: ppm(500),
      markSource: MARK_GIVEN,
      selfTradeAllowed: true,
    },
  };
}

export class FlowSender {
  private readonly flow: Flow;
  private readonly ids: readonly string[];
  /** The engine's order numbers by the flow's. */
  private readonly orders: Float64Array;
  private readonly order = blankOrder();
  private readonly cancel = blankCancel();
  private readonly index = blankIndex();

  constructor(flow: Flow, withIds: boolean) {
    this.flow = flow;
    this.ids = withIds ? Array.from({ length: flow.length }, (_, row) => `bench-${row}`) : [];
    this.orders = new Float64Array(flow.length + 1);
    this.order.market = 0;
    this.order.selfTrade = STP_NONE;
    this.index.market = 0;
  }

  /** The mark that comes before this row; undefined when none does. */
  markBefore(row: number): Command | undefined {
    if (row % MARK_EVERY !== 0) return undefined;
    const ticks = GRID / 2 + ((row / MARK_EVERY) % 7) - 3;
    this.index.price = price(ticks);
    this.index.mark = price(ticks);
    return this.index;
  }

  /** The row as a command; valid until the next. */
  command(row: number): Command {
    const { flow, order } = this;
    const op = flow.op[row];
    const id = this.ids.length === 0 ? '' : this.ids[row];
    if (op === FLOW_CANCEL) {
      const { cancel } = this;
      cancel.id = id;
      cancel.account = FIRST_ACCOUNT + flow.account[row];
      cancel.order = this.orders[flow.id[row]];
      return cancel;
    }
    order.id = id;
    order.account = FIRST_ACCOUNT + flow.account[row];
    order.side = flow.side[row] > 0 ? BUY : SELL;
    order.type = op === FLOW_MARKET ? ORDER_MARKET : ORDER_LIMIT;
    order.price = price(flow.price[row]);
    order.size = size(flow.size[row]);
    order.timeInForce = op === FLOW_IOC || op === FLOW_MARKET ? TIF_IOC : TIF_GTC;
    return order;
  }

  /** The engine's number of the order of this row; 0 for cancels. */
  made(row: number, order: number): void {
    if (this.flow.op[row] !== FLOW_CANCEL) this.orders[this.flow.id[row]] = order;
  }
}
