// Blank commands to be written anew for every row, one object per kind, so that the replay loop
// allocates nothing for the engine. The engine keeps no reference to a command.

import type {
  AmendOrder,
  CancelAll,
  CancelOrder,
  PlaceOrder,
  Tick,
  UpdateIndex,
} from '../../engine/command.ts';
import {
  ANY_MARKET,
  ORDER_LIMIT,
  STP_EXPIRE_MAKER,
  TIF_GTC,
  TRIGGER_BY_MARK,
} from '../../engine/command.ts';
import { BUY, price, size } from '../../units/brand.ts';

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A limit order without any extras. */
export function blankOrder(): Writable<PlaceOrder> {
  return {
    kind: 'place_order',
    id: '',
    time: 0,
    account: 0,
    market: 0,
    side: BUY,
    type: ORDER_LIMIT,
    price: price(0),
    size: size(0),
    timeInForce: TIF_GTC,
    expiresAt: 0,
    postOnly: false,
    reduceOnly: false,
    selfTrade: STP_EXPIRE_MAKER,
    triggerPrice: price(0),
    triggerBy: TRIGGER_BY_MARK,
    takeProfit: price(0),
    stopLoss: price(0),
    clientOrderId: '',
  };
}

export function blankAmend(): Writable<AmendOrder> {
  const names = { kind: 'amend_order', id: '', clientOrderId: '' } as const;
  return { ...names, time: 0, account: 0, order: 0, price: price(0), size: size(0) };
}

export function blankCancel(): Writable<CancelOrder> {
  return { kind: 'cancel_order', id: '', time: 0, account: 0, order: 0, clientOrderId: '' };
}

export function blankCancelAll(): Writable<CancelAll> {
  return { kind: 'cancel_all', id: '', time: 0, account: 0, market: ANY_MARKET, side: 0 };
}

export function blankIndex(): Writable<UpdateIndex> {
  return { kind: 'update_index', id: '', time: 0, market: 0, price: price(0), mark: price(0) };
}

export function blankTick(): Writable<Tick> {
  return { kind: 'tick', id: '', time: 0 };
}
