// Answers for readers: books, orders, accounts, positions, limits, and whether money was conserved.
// Plain objects of whole numbers, made for one answer; reading changes nothing and is not on the
// hot path.

import { depth, queue } from '../book/walk.ts';
import type { Ladder } from '../book/ladder.ts';
import { entryPrice, health } from '../margin/health.ts';
import { liquidationTrigger } from '../margin/liquidation-price.ts';
import { maintenanceMargin } from '../margin/requirement.ts';
import { withdrawable } from '../margin/sizing.ts';
import { NONE } from '../units/table.ts';
import { ACCOUNT_FEES, ACCOUNT_ROUNDING, ANY_MARKET, MODE_ISOLATED } from './command.ts';
import { EventLog } from './event.ts';
import { ASK_ALL, ASK_MAINTENANCE, Assessor } from './plan/assess.ts';
import { Overlay } from './plan/overlay.ts';
import type { Market } from './state/market.ts';
import {
  ORDER_ACCOUNT,
  ORDER_EXPIRES,
  ORDER_FACTS,
  ORDER_FLAGS,
  ORDER_HOLD,
  ORDER_LIMIT_PRICE,
  ORDER_MARKET,
  ORDER_FIGURES,
  ORDER_SIDE,
  ORDER_SIZE,
  ORDER_STOP_LOSS,
  ORDER_STP,
  ORDER_TAKE_PROFIT,
  ORDER_TIF,
  ORDER_TRIGGER,
  ORDER_TRIGGER_BY,
  ORDER_TYPE,
} from './state/orders.ts';
import {
  COLLATERAL,
  COST,
  LINKS,
  MARKET,
  MODE,
  NEXT_ROW,
  NUMBERS,
  ORDER_COUNT,
  REALISED,
  SIZE,
  STOP_LOSS,
  TAKE_PROFIT,
} from './state/positions.ts';
import type { State } from './state/state.ts';
import type {
  AccountView,
  BalanceView,
  BookView,
  ConservationView,
  LevelView,
  OrderView,
  PositionView,
} from './view.ts';

/** Reads one state. It has its own overlay, so that asking never disturbs a plan. */
export class Query {
  private readonly state: State;
  private readonly assessor: Assessor;

  constructor(state: State) {
    this.state = state;
    this.assessor = new Assessor(state, new Overlay(state, new EventLog()));
  }

  book(number: number, levels: number, withQueue: boolean): BookView {
    const market = this.state.markets[number];
    const { last, mark, index } = market;
    const bids = this.levels(market.bids, levels, withQueue);
    const asks = this.levels(market.asks, levels, withQueue);
    return { market: number, bids, asks, last, mark, index };
  }

  /** An order by its slot. */
  order(slot: number): OrderView {
    const { orders } = this.state;
    const n = slot * ORDER_FIGURES;
    const f = slot * ORDER_FACTS;
    const { figures, facts } = orders;
    const size = figures[n + ORDER_SIZE];
    const open = orders.openOf(slot);
    return {
      order: orders.idOf(slot),
      clientOrderId: orders.clientId(slot),
      account: facts[f + ORDER_ACCOUNT],
      market: facts[f + ORDER_MARKET],
      side: facts[f + ORDER_SIDE],
      type: facts[f + ORDER_TYPE],
      price: figures[n + ORDER_LIMIT_PRICE],
      size,
      open,
      filled: size - open,
      timeInForce: facts[f + ORDER_TIF],
      expiresAt: figures[n + ORDER_EXPIRES],
      flags: facts[f + ORDER_FLAGS],
      selfTrade: facts[f + ORDER_STP],
      triggerPrice: figures[n + ORDER_TRIGGER],
      triggerBy: facts[f + ORDER_TRIGGER_BY],
      isTriggered: figures[n + ORDER_TRIGGER] !== 0 && !orders.isStop(slot),
      takeProfit: figures[n + ORDER_TAKE_PROFIT],
      stopLoss: figures[n + ORDER_STOP_LOSS],
      hold: figures[n + ORDER_HOLD],
    };
  }

  /** An account's open orders, market by market as they were first used, oldest first. */
  orders(account: number, market: number): OrderView[] {
    const views: OrderView[] = [];
    for (const row of this.rows(account)) {
      if (market !== ANY_MARKET && this.state.marketOfRow(row) !== market) continue;
      for (const slot of this.state.ordersOfRow(row)) views.push(this.order(slot));
    }
    return views;
  }

  account(account: number): AccountView {
    const { state, assessor } = this;
    const scope = assessor.cross(account, NONE, undefined, ASK_ALL);
    const { equity, initial, maintenance, initialEquity } = scope;
    const free =
      state.settlement === NONE
        ? 0
        : state.balances.money[state.balances.at(account, state.settlement)];
    return {
      account,
      name: state.names.name(account),
      owner: state.groups.name(state.accounts.groupOf(account)),
      balances: this.balances(account),
      equity,
      initial,
      maintenance,
      withdrawable: withdrawable(free, initialEquity, initial),
      health: health(equity, maintenance),
      deadManAt: state.accounts.deadManAt[account],
    };
  }

  /** Rows with a position, or with orders, in perpetual markets. */
  positions(account: number): PositionView[] {
    const { numbers, links } = this.state.positions;
    return this.rows(account)
      .filter((row) => !this.state.markets[this.state.marketOfRow(row)].isSpot)
      .filter((row) => numbers[row * NUMBERS + SIZE] !== 0 || links[row * LINKS + ORDER_COUNT] > 0)
      .map((row) => this.position(account, row));
  }

  private position(account: number, row: number): PositionView {
    const { state, assessor } = this;
    const { numbers, links } = state.positions;
    const r = row * NUMBERS;
    const l = row * LINKS;
    const market = state.markets[links[l + MARKET]];
    const size = numbers[r + SIZE];
    const cost = numbers[r + COST];
    const isolated = links[l + MODE] === MODE_ISOLATED;
    const value = size * market.mark * market.multiplier;
    const notional = value < 0 ? -value : value;
    const own = assessor.isolatedRow(market, row);
    const { initial, maintenance } = own;
    const slotId = (slot: number): number => (slot === NONE ? 0 : state.orders.idOf(slot));
    return {
      account,
      market: market.number,
      mode: links[l + MODE],
      leverage: assessor.leverage(market, row),
      size,
      cost,
      collateral: numbers[r + COLLATERAL],
      mark: market.mark,
      unrealised: value - cost,
      notional,
      initial,
      maintenance,
      realised: numbers[r + REALISED],
      entry: entryPrice(size, cost, market.multiplier) ?? 0,
      liquidationPrice: this.liquidationPrice(account, market, row, isolated),
      openOrders: links[l + ORDER_COUNT],
      takeProfitOrder: slotId(links[l + TAKE_PROFIT]),
      stopLossOrder: slotId(links[l + STOP_LOSS]),
    };
  }

  /**
   * In price units; undefined when no price above zero liquidates. Other markets are held at their
   * marks.
   */
  private liquidationPrice(
    account: number,
    market: Market,
    row: number,
    isolated: boolean,
  ): number | undefined {
    const { numbers } = this.state.positions;
    const r = row * NUMBERS;
    const size = numbers[r + SIZE];
    if (size === 0) return undefined;
    const cost = numbers[r + COST];
    const scope = isolated
      ? this.assessor.isolatedRow(market, row)
      : this.assessor.cross(account, NONE, undefined, ASK_MAINTENANCE);
    const value = size * market.mark * market.multiplier;
    const otherEquity = scope.equity - (value - cost);
    const otherMaintenance =
      scope.maintenance - maintenanceMargin(market.brackets, value < 0 ? -value : value);
    const price = liquidationTrigger(
      market.brackets,
      size,
      cost,
      market.multiplier,
      otherEquity,
      otherMaintenance,
    );
    return price === 0 ? undefined : price;
  }

  /** Per asset: everything that there is against everything that came in and went out. */
  conservation(): ConservationView[] {
    const { state } = this;
    return state.assets.map((_, asset) => {
      let free = 0n;
      let held = 0n;
      for (let account = 0; account < state.accounts.rows; account++) {
        const place = state.balances.at(account, asset);
        free += BigInt(state.balances.money[place]);
        held += BigInt(state.balances.money[place + 1]);
      }
      let collateral = 0n;
      let cost = 0n;
      for (let row = 0; row < state.positions.rows; row++) {
        if (state.markets[state.marketOfRow(row)].quote !== asset) continue;
        collateral += BigInt(state.positions.numbers[row * NUMBERS + COLLATERAL]);
        cost += BigInt(state.positions.numbers[row * NUMBERS + COST]);
      }
      const deposited = state.deposited.value(asset);
      const withdrawn = state.withdrawn.value(asset);
      const fees = state.fees.value(asset);
      const rounding = state.rounding.value(asset);
      const interest = state.interest.value(asset);
      const difference =
        free + held + collateral - cost + fees + rounding + interest - (deposited - withdrawn);
      return {
        asset,
        deposited,
        withdrawn,
        free,
        held,
        collateral,
        cost,
        fees,
        rounding,
        interest,
        difference,
      };
    });
  }

  private balances(account: number): BalanceView[] {
    const { state } = this;
    return state.assets.map((_, asset) => {
      if (account === ACCOUNT_FEES) return { asset, free: state.fees.value(asset), held: 0n };
      if (account === ACCOUNT_ROUNDING)
        return { asset, free: state.rounding.value(asset), held: 0n };
      const place = state.balances.at(account, asset);
      return {
        asset,
        free: BigInt(state.balances.money[place]),
        held: BigInt(state.balances.money[place + 1]),
      };
    });
  }

  private rows(account: number): number[] {
    const rows: number[] = [];
    const { links } = this.state.positions;
    let row = this.state.accounts.positionsOf(account);
    for (; row !== NONE; row = links[row * LINKS + NEXT_ROW]) rows.push(row);
    return rows.toReversed();
  }

  private levels(ladder: Ladder, count: number, withQueue: boolean): LevelView[] {
    const { orders } = this.state;
    return depth(ladder, count).map(({ price, size, orders: number }, i) => {
      if (!withQueue) return { price, size, orders: number };
      const slots = queue(orders, ladder, i);
      const line = slots.map((slot) => ({
        order: orders.idOf(slot),
        account: orders.facts[slot * ORDER_FACTS + ORDER_ACCOUNT],
        open: orders.openOf(slot),
      }));
      return { price, size, orders: number, queue: line };
    });
  }
}
