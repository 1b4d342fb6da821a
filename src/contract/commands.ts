// From checked bodies to commands of the engine: names become numbers, decimals become counts,
// words become codes. What cannot be read is left in `reading.refusal`; then the command is not to
// be used.

import type * as z from 'zod';
import type * as C from '../engine/command.ts';
import { ANY_MARKET, TRIGGER_BY_MARK } from '../engine/command.ts';
import type { amendOrderBody } from './operations/amend-order.ts';
import type { cancelOrdersQuery } from './operations/cancel-orders.ts';
import type { editPositionBody } from './operations/edit-position.ts';
import type { makeTransferBody } from './operations/make-transfer.ts';
import type { PlaceOrderBody } from './operations/place-order.ts';
import type { settleFundingBody } from './operations/settle-funding.ts';
import type { UpdateIndexBody } from './operations/update-index.ts';
import type { setLeverageBody } from './operations/set-leverage.ts';
import type { Reading } from './reading.ts';
import * as W from './words.ts';

/** What every command gets beside its body. */
export interface Issued {
  /** '' = none. */
  readonly id: string;
  readonly account: number;
}

/** The sequencer gives the time. */
const time = 0;

export function placeOrderCommand(
  body: PlaceOrderBody,
  { id, account }: Issued,
  reading: Reading,
): C.PlaceOrder {
  const market = reading.market(body.market);
  return {
    kind: 'place_order',
    id,
    time,
    account,
    market: market?.number ?? 0,
    side: W.sideCode(body.side),
    type: W.codeOf<C.OrderType>(W.ORDER_TYPES, body.type),
    price: reading.price('price', body.price, market),
    size: reading.size('size', body.size, market),
    timeInForce: W.codeOf<C.TimeInForce>(W.TIMES_IN_FORCE, body.time_in_force),
    expiresAt: body.expires_at === undefined ? 0 : Date.parse(body.expires_at),
    postOnly: body.post_only,
    reduceOnly: body.reduce_only,
    selfTrade: W.codeOf<C.SelfTradeMode>(W.SELF_TRADE_MODES, body.self_trade),
    triggerPrice: reading.price('trigger_price', body.trigger_price, market),
    triggerBy:
      body.trigger_by === undefined
        ? TRIGGER_BY_MARK
        : W.codeOf<C.TriggerBy>(W.TRIGGERS_BY, body.trigger_by),
    takeProfit: reading.price('take_profit', body.take_profit, market),
    stopLoss: reading.price('stop_loss', body.stop_loss, market),
    clientOrderId: body.client_order_id ?? '',
  };
}

/** `market` is the order's own: prices and sizes are read in its units. */
export function amendOrderCommand(
  body: z.output<typeof amendOrderBody>,
  order: { readonly number: number; readonly market: string | undefined },
  { id, account }: Issued,
  reading: Reading,
): C.AmendOrder {
  const market = order.market === undefined ? undefined : reading.market(order.market);
  return {
    kind: 'amend_order',
    id,
    time,
    account,
    order: order.number,
    clientOrderId: '',
    price: reading.price('price', body.price, market),
    size: reading.size('size', body.size, market),
  };
}

/** By number, or by client order id when the number is 0. */
export function cancelOrderCommand(
  order: { readonly number: number; readonly clientOrderId: string },
  { id, account }: Issued,
): C.CancelOrder {
  const { number, clientOrderId } = order;
  return { kind: 'cancel_order', id, time, account, order: number, clientOrderId };
}

export function cancelAllCommand(
  query: z.output<typeof cancelOrdersQuery>,
  { id, account }: Issued,
  reading: Reading,
): C.CancelAll {
  const market = query.market === undefined ? undefined : reading.market(query.market);
  const side = query.side === undefined ? 0 : W.sideCode(query.side);
  return { kind: 'cancel_all', id, time, account, market: market?.number ?? ANY_MARKET, side };
}

export function editPositionCommand(
  body: z.output<typeof editPositionBody>,
  { id, account }: Issued,
  reading: Reading,
): C.EditPosition {
  const market = reading.market(body.market);
  return {
    kind: 'edit_position',
    id,
    time,
    account,
    market: market?.number ?? 0,
    edit: W.codeOf<C.EditKind>(W.EDITS, body.edit),
    side: body.side === undefined ? 0 : W.sideCode(body.side),
    collateral: reading.amount('collateral', body.collateral, market?.quote),
    leverage: body.leverage ?? 0,
    size: reading.size('size', body.size, market),
    worstPrice: reading.price('worst_price', body.worst_price, market),
  };
}

export function leverageCommand(
  body: z.output<typeof setLeverageBody>,
  { id, account }: Issued,
  reading: Reading,
): C.SetLeverage | C.SetMarginMode {
  const market = reading.market(body.market)?.number ?? 0;
  const { leverage, mode } = body;
  if (mode === undefined) {
    return { kind: 'set_leverage', id, time, account, market, leverage: leverage ?? 0 };
  }
  const code = W.codeOf<C.MarginMode>(W.MARGIN_MODES, mode);
  return { kind: 'set_margin_mode', id, time, account, market, mode: code };
}

interface Money {
  readonly asset: string;
  readonly amount: string;
}

export function depositCommand(body: Money, issued: Issued, reading: Reading): C.Deposit {
  return { kind: 'deposit', ...moneyOf(body, issued, reading) };
}

export function withdrawCommand(body: Money, issued: Issued, reading: Reading): C.Withdraw {
  return { kind: 'withdraw', ...moneyOf(body, issued, reading) };
}

export function adjustCommand(
  body: Money & { readonly reason: string },
  issued: Issued & { readonly operator: string },
  reading: Reading,
): C.Adjust {
  const { operator } = issued;
  return { kind: 'adjust', ...moneyOf(body, issued, reading), operator, reason: body.reason };
}

export function transferCommand(
  body: z.output<typeof makeTransferBody>,
  issued: Issued,
  reading: Reading,
): C.Transfer {
  const to = reading.account(body.to, 'to');
  return { kind: 'transfer', ...moneyOf(body, issued, reading), to };
}

function moneyOf(body: Money, { id, account }: Issued, reading: Reading): Omit<C.Deposit, 'kind'> {
  const asset = reading.asset(body.asset);
  const amount = reading.amount('amount', body.amount, asset);
  return { id, time, account, asset: asset?.number ?? 0, amount };
}

/** An index price or what its sources say and, where the mark is given, the mark. */
export function updateIndexCommand(
  body: UpdateIndexBody & { readonly market: string },
  id: string,
  reading: Reading,
): C.UpdateIndex {
  const market = reading.market(body.market);
  const sources = body.sources?.map(({ source, price, at }, i) => ({
    source,
    price: reading.price(`sources.${i}.price`, price, market),
    at: Date.parse(at),
  }));
  return {
    kind: 'update_index',
    id,
    time,
    market: market?.number ?? 0,
    price: reading.price('price', body.price, market),
    ...(sources === undefined ? {} : { sources }),
    mark: reading.price('mark', body.mark, market),
  };
}

/** Funding of one interval at a given rate. */
export function settleFundingCommand(
  market: string,
  body: z.output<typeof settleFundingBody>,
  id: string,
  reading: Reading,
): C.SettleFunding {
  const { number = 0 } = reading.market(market) ?? {};
  const rateE12 = reading.rate('rate', body.rate);
  return { kind: 'settle_funding', id, time, market: number, interval: body.interval, rateE12 };
}
