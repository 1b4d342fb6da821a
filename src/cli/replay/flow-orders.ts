// Orders of a Plimsoll flow: which columns and keys say what about them. An empty price is a market
// order.

import {
  ORDER_LIMIT,
  ORDER_MARKET,
  ORDER_STOP_LIMIT,
  ORDER_STOP_MARKET,
  ORDER_TAKE_PROFIT_LIMIT,
  ORDER_TAKE_PROFIT_MARKET,
  STP_EXPIRE_MAKER,
  STP_EXPIRE_BOTH,
  STP_EXPIRE_TAKER,
  STP_NONE,
  TIF_FOK,
  TIF_GTC,
  TIF_GTD,
  TIF_IOC,
  TRIGGER_BY_LAST,
  TRIGGER_BY_MARK,
  type OrderType,
  type SelfTradeMode,
  type TimeInForce,
  type TriggerBy,
} from '../../engine/command.ts';
import { BUY, price, SELL, size, type Side } from '../../units/brand.ts';
import { blankAmend, blankOrder } from './commands.ts';
import { FLOW, WHOLE_UNIT, type RowContext } from './flow-names.ts';

const SIDES: Readonly<Record<string, Side>> = { buy: BUY, sell: SELL };
const FLAGS = { yes: true, no: false } as const;
const TIMES_IN_FORCE: Readonly<Record<string, TimeInForce>> = {
  gtc: TIF_GTC,
  ioc: TIF_IOC,
  fok: TIF_FOK,
  gtd: TIF_GTD,
};
const SELF_TRADE: Readonly<Record<string, SelfTradeMode>> = {
  expire_maker: STP_EXPIRE_MAKER,
  expire_taker: STP_EXPIRE_TAKER,
  expire_both: STP_EXPIRE_BOTH,
  none: STP_NONE,
};
const TRIGGERED_BY: Readonly<Record<string, TriggerBy>> = {
  mark: TRIGGER_BY_MARK,
  last: TRIGGER_BY_LAST,
};
/** Type with a price, type without one. */
const TYPES: Readonly<Record<string, readonly [OrderType, OrderType]>> = {
  plain: [ORDER_LIMIT, ORDER_MARKET],
  stop: [ORDER_STOP_LIMIT, ORDER_STOP_MARKET],
  take_profit: [ORDER_TAKE_PROFIT_LIMIT, ORDER_TAKE_PROFIT_MARKET],
};

export class FlowOrders {
  private readonly order = blankOrder();
  private readonly change = blankAmend();

  place({ session, rows, names, time, detail }: RowContext): void {
    const { number, priceUnit, sizeUnit } = names.market(rows, FLOW.symbol);
    const { order } = this;
    const atMarket = rows.fields[FLOW.price] === '';
    const types = detail.word('type', TYPES, TYPES['plain']);
    const isTriggered = types !== TYPES['plain'];
    order.time = time;
    order.account = names.account(rows, FLOW.account);
    order.market = number;
    order.side = rows.word(FLOW.side, SIDES);
    order.type = types[atMarket ? 1 : 0];
    order.price = price(atMarket ? 0 : rows.positiveDecimal(FLOW.price, priceUnit));
    order.size = size(rows.positiveDecimal(FLOW.size, sizeUnit));
    order.timeInForce = detail.word('tif', TIMES_IN_FORCE, atMarket ? TIF_IOC : TIF_GTC);
    order.expiresAt = detail.decimal('until', WHOLE_UNIT, 0);
    order.postOnly = detail.word('post_only', FLAGS, false);
    order.reduceOnly = detail.word('reduce_only', FLAGS, false);
    order.selfTrade = detail.word('self_trade', SELF_TRADE, STP_EXPIRE_MAKER);
    order.triggerPrice = price(isTriggered ? detail.decimal('trigger', priceUnit) : 0);
    order.triggerBy = detail.word('trigger_by', TRIGGERED_BY, TRIGGER_BY_MARK);
    order.takeProfit = price(detail.decimal('tp', priceUnit, 0));
    order.stopLoss = price(detail.decimal('sl', priceUnit, 0));
    order.clientOrderId = detail.take('id') ?? '';
    session.run(order);
  }

  amend({ session, rows, names, time, detail }: RowContext): void {
    const { priceUnit, sizeUnit } = names.market(rows, FLOW.symbol);
    const { change } = this;
    const samePrice = rows.fields[FLOW.price] === '';
    const sameSize = rows.fields[FLOW.size] === '';
    change.time = time;
    change.account = names.account(rows, FLOW.account);
    change.price = price(samePrice ? 0 : rows.positiveDecimal(FLOW.price, priceUnit));
    change.size = size(sameSize ? 0 : rows.positiveDecimal(FLOW.size, sizeUnit));
    change.clientOrderId = detail.require('id');
    session.run(change);
  }
}
