// The history as a child would write it: one pass over the events by their names, everything kept
// in lists, nothing shared with the code it is compared with but the layout of an event.

import { EVENTS, EVENT_WIDTHS } from '../engine/event.ts';
import { Engine } from '../engine/engine.ts';
import type { TestJournal } from './journal.suite.ts';
import type {
  FundingPaymentRow,
  FundingRateRow,
  InsuranceChangeRow,
  InterestRow,
  LiquidationRow,
} from './sql/risk-tables.ts';
import type {
  ActivityRow,
  BalanceChangeRow,
  FillRow,
  OrderRow,
  PositionChangeRow,
  TradeRow,
} from './sql/tables.ts';

type Fields = Readonly<Record<string, number>>;

const SPOT = 1;
const MULTIPLIER = 100n;
const NO_DETAIL = {
  order_id: null,
  price: null,
  size: null,
  why: null,
  refusal: null,
  leverage: null,
  mode: null,
};

const RECEIPT = [
  'size',
  'closed',
  'asked',
  'value',
  'fee',
  'shortfall',
  'equity_before',
  'maintenance_before',
  'equity',
  'maintenance',
];
const RECEIPT_PRICES = ['limit_price', 'bankruptcy_price', 'liquidation_price'];

/** The shift of an id: its command's sequence lies above. */
export const ID_UNIT = 2n ** 25n;

export class NaiveHistory {
  readonly orders = new Map<number, OrderRow>();
  readonly trades: TradeRow[] = [];
  readonly fills: FillRow[] = [];
  readonly balanceChanges: BalanceChangeRow[] = [];
  readonly positionChanges: PositionChangeRow[] = [];
  readonly activity: ActivityRow[] = [];
  readonly fundingRates: FundingRateRow[] = [];
  readonly fundingPayments: FundingPaymentRow[] = [];
  readonly interest: InterestRow[] = [];
  readonly liquidations: LiquidationRow[] = [];
  readonly insuranceChanges: InsuranceChangeRow[] = [];
  readonly fees = new Map<number, bigint>();
  /** The engine after the last command. */
  readonly engine = new Engine();
  private readonly positions = new Map<string, { size: bigint; cost: bigint }>();
  private clientOrderId = '';
  /** The two sides of the last receipt that was of no order. */
  private taken: readonly number[] = [];

  constructor({ commands, records }: TestJournal) {
    commands.forEach((command, i) => {
      const { sequence, time } = this.engine.execute(command);
      this.clientOrderId = 'clientOrderId' in command ? command.clientOrderId : '';
      const { events } = records[i];
      let id = BigInt(sequence) * ID_UNIT;
      this.taken = [];
      for (let at = 0; at < events.length; at += EVENT_WIDTHS[events[at]]) {
        const row = EVENTS[events[at]];
        const named = row?.fields.map(([name], n) => [name, events[at + 1 + n]]) ?? [];
        this.take(row?.name ?? '', Object.fromEntries(named) as Fields, id, time, events[at]);
        id += 2n;
      }
    });
  }

  private take(name: string, f: Fields, id: bigint, time: number, kind: number): void {
    const note = (more: Partial<ActivityRow>): void => {
      const { account, market } = f;
      this.activity.push({ ...NO_DETAIL, id, time, account, market, kind, ...more });
    };
    if (name === 'order_accepted') this.accept(f, id, time);
    else if (name === 'order_filled') this.fill(f, id, time);
    else if (name === 'position_changed') this.position(f, id, time);
    else if (name === 'balance_changed') this.balance(f, id, time);
    else if (name === 'fees_changed') {
      this.fees.set(f['asset'], (this.fees.get(f['asset']) ?? 0n) + BigInt(f['change']));
    } else if (name === 'leverage_changed') note({ leverage: f['leverage'], mode: f['mode'] });
    else if (name === 'deleveraged') note({ size: BigInt(f['size']), price: BigInt(f['price']) });
    else if (/^(?:liquidation_(?:started|ended)|margin_call(?:ed|_ended))$/.test(name)) note({});
    else if (/^order_(?:amended|triggered|cancelled)$/.test(name)) {
      this.change(name, f, id, time, note);
    } else this.risk(name, f, id, time);
  }

  /** Columns are called as the fields are, but for what a position had. */
  private risk(name: string, f: Fields, id: bigint, time: number): void {
    const big = <Name extends string>(...names: Name[]): Record<Name, bigint> =>
      Object.fromEntries(names.map((one) => [one, BigInt(f[one])])) as Record<Name, bigint>;
    const { account, market, asset } = f;
    if (name === 'funding_settled') {
      const { interval, missed } = f;
      this.fundingRates.push({ id, time, market, interval, missed, ...big('rate', 'mark') });
    } else if (name === 'funding_paid') {
      this.fundingPayments.push({ id, time, account, market, ...big('size', 'amount') });
    } else if (name === 'interest_charged') {
      this.interest.push({ id, time, account, asset, ...big('amount') });
    } else if (name === 'insurance_changed') {
      this.insuranceChanges.push({ id, time, asset, why: f['why'], ...big('change', 'balance') });
    } else if (name === 'liquidated') this.liquidated(f, id, time);
  }

  private liquidated(f: Fields, id: bigint, time: number): void {
    const { account, market, receipt, by } = f;
    const row: Record<string, unknown> = { id, time, account, market, receipt, by };
    row['counterparty'] = f['counterparty'] === -1 ? null : f['counterparty'];
    for (const name of RECEIPT) row[name] = BigInt(f[name]);
    for (const name of RECEIPT_PRICES) row[name] = f[name] === 0 ? null : BigInt(f[name]);
    this.liquidations.push(row as LiquidationRow);
    this.taken = by < 2 || f['closed'] === 0 ? [] : [account, f['counterparty']];
  }

  private accept(f: Fields, id: bigint, time: number): void {
    const hasClientId = (f['flags'] & 8) !== 0;
    const order: OrderRow = {
      order_id: f['order'],
      account: f['account'],
      market: f['market'],
      side: f['side'],
      type: f['type'],
      price: BigInt(f['price']),
      size: BigInt(f['size']),
      time_in_force: f['time_in_force'],
      expires_at: f['expires_at'],
      flags: f['flags'],
      self_trade: f['self_trade'],
      trigger_price: BigInt(f['trigger_price']),
      trigger_by: f['trigger_by'],
      take_profit: BigInt(f['take_profit']),
      stop_loss: BigInt(f['stop_loss']),
      client_order_id: hasClientId ? this.clientOrderId : '',
      status: f['type'] >= 2 ? 0 : 1,
      open: BigInt(f['size']),
      filled: 0n,
      filled_value: 0n,
      fees: 0n,
      why: null,
      refusal: null,
      placed_id: id,
      updated_id: id,
      closed_id: null,
      placed_at: time,
      updated_at: time,
      triggered_at: null,
      closed_at: null,
    };
    this.orders.set(order.order_id, order);
  }

  private fill(f: Fields, id: bigint, time: number): void {
    const price = BigInt(f['price']);
    const size = BigInt(f['size']);
    const value = price * size * MULTIPLIER;
    const { market } = f;
    const trade = { id, market, time, price, size, value };
    const [maker_order, taker_order] = [f['maker_order'], f['taker_order']];
    this.trades.push({ ...trade, taker_side: f['taker_side'], maker_order, taker_order });
    ['maker', 'taker'].forEach((who, liquidity) => {
      const side = liquidity === 1 ? f['taker_side'] : -f['taker_side'];
      const account = f[who];
      const fee = BigInt(f[`${who}_fee`]);
      const order_id = f[`${who}_order`];
      const realised = market === SPOT ? null : this.realise(account, BigInt(side) * size, price);
      const own = { account, order_id, side, liquidity, fee, realised };
      this.fills.push({ ...trade, ...own, id: id + BigInt(liquidity) });
      if (order_id === 0) return; // a liquidation has no order
      const order = this.order(order_id);
      order.filled += size;
      order.open = order.size - order.filled;
      order.filled_value = (order.filled_value ?? 0n) + value;
      order.fees = (order.fees ?? 0n) + fee;
      order.updated_id = id + BigInt(liquidity);
      order.updated_at = time;
      if (order.open === 0n) this.end(order, 2, order.updated_id, time);
    });
  }

  /** The average-cost rule, by itself: what is closed takes its share of the cost along. */
  private realise(account: number, fill: bigint, price: bigint): bigint {
    const key = `${account}`;
    const held = this.positions.get(key) ?? { size: 0n, cost: 0n };
    let { size, cost } = held;
    let realised = 0n;
    let rest = fill;
    if (size !== 0n && size > 0n !== fill > 0n) {
      const closing = abs(fill) < abs(size) ? fill : -size;
      const released = (cost * abs(closing)) / abs(size);
      realised = -closing * price * MULTIPLIER - released;
      size += closing;
      cost -= released;
      rest -= closing;
    }
    this.positions.set(key, { size: size + rest, cost: cost + rest * price * MULTIPLIER });
    return realised;
  }

  private change(
    name: string,
    f: Fields,
    id: bigint,
    time: number,
    note: (more: Partial<ActivityRow>) => void,
  ): void {
    const order = this.order(f['order']);
    const order_id = order.order_id;
    order.updated_id = id;
    order.updated_at = time;
    if (name === 'order_cancelled') {
      const refusal = f['refusal'] === 0 ? null : f['refusal'];
      order.why = f['why'];
      order.refusal = refusal;
      order.open = 0n;
      this.end(order, 3, id, time);
      note({ order_id, size: BigInt(f['unfilled']), why: f['why'], refusal });
      return;
    }
    order.size = BigInt(f['size']);
    order.open = order.size - order.filled;
    order.status = 1;
    if (name === 'order_triggered') order.triggered_at = time;
    else order.price = BigInt(f['price']);
    note({ order_id, price: BigInt(f['price']), size: BigInt(f['size']) });
  }

  private end(order: OrderRow, status: number, id: bigint, time: number): void {
    order.status = status;
    order.closed_id = id;
    order.closed_at = time;
  }

  private position(f: Fields, id: bigint, time: number): void {
    const { account, market } = f;
    const changed = f['size'] !== f['size_before'] || f['cost'] !== f['cost_before'];
    const taken = changed && this.taken.includes(account);
    if (taken) this.taken = this.taken.filter((one) => one !== account);
    this.positions.set(`${account}`, { size: BigInt(f['size']), cost: BigInt(f['cost']) });
    this.positionChanges.push({
      id,
      account,
      market,
      why: taken ? 7 : changed ? 0 : 6,
      time,
      size_before: BigInt(f['size_before']),
      cost_before: BigInt(f['cost_before']),
      collateral_before: BigInt(f['collateral_before']),
      size: BigInt(f['size']),
      cost: BigInt(f['cost']),
      collateral: BigInt(f['collateral']),
      realised: BigInt(f['realised']),
    });
  }

  private balance(f: Fields, id: bigint, time: number): void {
    const { account, asset, why } = f;
    if (why === 5) return;
    const [change, held_change] = [BigInt(f['change']), BigInt(f['held_change'])];
    const [free, held] = [BigInt(f['free']), BigInt(f['held'])];
    this.balanceChanges.push({ id, account, asset, why, time, change, held_change, free, held });
  }

  private order(number: number): OrderRow {
    const order = this.orders.get(number);
    if (order === undefined) throw new Error(`order ${number} was never accepted`);
    return order;
  }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
