// The order that the demo's people send: a limit order that rests or takes at once.

import {
  ORDER_LIMIT,
  STP_EXPIRE_MAKER,
  TIF_GTC,
  type TIF_IOC,
  TRIGGER_BY_MARK,
} from '../engine/command.ts';
import type { Command } from '../api/exchange.ts';
import { price, size, type Side } from '../units/brand.ts';

/** What rests is post-only. */
export function orderOf(
  market: number,
  account: number,
  side: Side,
  at: number,
  amount: number,
  timeInForce: typeof TIF_GTC | typeof TIF_IOC,
): Command {
  return {
    kind: 'place_order',
    id: '',
    time: 0,
    account,
    market,
    side,
    type: ORDER_LIMIT,
    price: price(at),
    size: size(amount),
    timeInForce,
    expiresAt: 0,
    postOnly: timeInForce === TIF_GTC,
    reduceOnly: false,
    selfTrade: STP_EXPIRE_MAKER,
    triggerPrice: price(0),
    triggerBy: TRIGGER_BY_MARK,
    takeProfit: price(0),
    stopLoss: price(0),
    clientOrderId: '',
  };
}
