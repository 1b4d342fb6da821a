// The bridge over what the journal no longer has: names, balances and open orders are taken from a
// state, what was skipped is written down as a gap, and orders that ended in it are `lost`.
// Everything that was known before stays.

import type { Transaction } from 'kysely';
import { ACCOUNT_FEES } from '../engine/command.ts';
import type { Engine } from '../engine/engine.ts';
import type { OrderView } from '../engine/view.ts';
import { accountRow, assetRow, marketRow } from './fold/facts.ts';
import type { Moment } from './fold/orders.ts';
import type { HistoryStart } from './history.ts';
import { accountFact, assetFact, idOf, marketFact } from './record.ts';
import { decode } from './sql/decode.ts';
import {
  type BalanceRow,
  type HistoryTables,
  ORDERS,
  type OrderRow,
  STATUS_LOST,
  STATUS_OPEN,
  STATUS_WAITING,
} from './sql/tables.ts';
import type { RowWriter } from './sql/write.ts';

type Db = Transaction<HistoryTables>;

/** Rows of a state that are collected before they are written. */
const CHUNK = 4_096;

/** Makes the history go on from `start` though it had only come to `stored`. */
export async function adopt(
  db: Db,
  writer: RowWriter,
  stored: number,
  start: HistoryStart,
): Promise<void> {
  const { engine, sequence, time } = start;
  await adoptNames(db, writer, engine);
  await adoptBalances(db, writer, engine, idOf(sequence, 0));
  await adoptOrders(db, writer, start);
  const gap = { first_sequence: stored + 1, last_sequence: sequence, time };
  await db.insertInto('gaps').values(gap).execute();
}

async function adoptNames(db: Db, writer: RowWriter, engine: Engine): Promise<void> {
  const known = async (table: 'assets' | 'markets' | 'accounts'): Promise<number> => {
    const { count } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  };
  const count = (length: number, from: number): number[] =>
    Array.from({ length: length - from }, (_, i) => from + i);
  const assets = count(engine.assets().length, await known('assets'));
  await writer.assets.run(
    db,
    assets.map((one) => assetRow(assetFact(engine, one), null)),
  );
  const markets = count(engine.markets().length, await known('markets'));
  await writer.markets.run(
    db,
    markets.map((one) => marketRow(marketFact(engine, one), null)),
  );
  for (const { number, status } of engine.markets()) {
    await db.updateTable('markets').set({ status }).where('market', '=', number).execute();
  }
  const accounts = count(engine.state.accounts.rows, await known('accounts'));
  for (let at = 0; at < accounts.length; at += CHUNK) {
    const some = accounts.slice(at, at + CHUNK);
    await writer.accounts.run(
      db,
      some.map((one) => accountRow(accountFact(engine, one), null)),
    );
  }
}

async function adoptBalances(db: Db, writer: RowWriter, engine: Engine, id: bigint): Promise<void> {
  await db.deleteFrom('balances').execute();
  await db.deleteFrom('fee_totals').execute();
  let rows: BalanceRow[] = [];
  for (let account = ACCOUNT_FEES; account < engine.state.accounts.rows; account++) {
    for (const { asset, free, held } of engine.account(account).balances) {
      if (free === 0n && held === 0n) continue;
      if (account === ACCOUNT_FEES) {
        await db.insertInto('fee_totals').values({ asset, total: free }).execute();
      } else rows.push({ account, asset, free, held, updated_id: id });
    }
    if (rows.length < CHUNK) continue;
    await writer.balances.run(db, rows);
    rows = [];
  }
  await writer.balances.run(db, rows);
}

async function adoptOrders(db: Db, writer: RowWriter, start: HistoryStart): Promise<void> {
  const { engine, sequence, time } = start;
  const id = idOf(sequence, 0);
  const before = new Map<number, OrderRow>();
  const open = await db.selectFrom('orders').selectAll().where('closed_id', 'is', null).execute();
  for (const row of decode(ORDERS, open)) before.set(row.order_id, row);
  let rows: OrderRow[] = [];
  for (let account = 0; account < engine.state.accounts.rows; account++) {
    for (const view of engine.orders(account)) {
      const row = openOrder(view, before.get(view.order), { id, time });
      before.delete(view.order);
      rows.push(row);
    }
    if (rows.length < CHUNK) continue;
    await writer.orders.run(db, rows);
    rows = [];
  }
  for (const row of before.values()) {
    const end = { closed_id: id, closed_at: time, updated_id: id, updated_at: time };
    const unknown = { filled_value: null, fees: null };
    rows.push({ ...row, ...end, ...unknown, status: STATUS_LOST, open: 0n });
  }
  await writer.orders.run(db, rows);
}

/** A row of an open order; what it filled for is known only when nothing of it was missed. */
function openOrder(view: OrderView, known: OrderRow | undefined, { id, time }: Moment): OrderRow {
  const filled = BigInt(view.filled);
  const complete = known === undefined ? filled === 0n : known.filled === filled;
  return {
    order_id: view.order,
    account: view.account,
    market: view.market,
    side: view.side,
    type: view.type,
    price: BigInt(view.price),
    size: BigInt(view.size),
    time_in_force: view.timeInForce,
    expires_at: view.expiresAt,
    flags: view.flags,
    self_trade: view.selfTrade,
    trigger_price: BigInt(view.triggerPrice),
    trigger_by: view.triggerBy,
    take_profit: BigInt(view.takeProfit),
    stop_loss: BigInt(view.stopLoss),
    client_order_id: view.clientOrderId,
    status: view.triggerPrice !== 0 && !view.isTriggered ? STATUS_WAITING : STATUS_OPEN,
    open: BigInt(view.open),
    filled,
    filled_value: !complete ? null : known === undefined ? 0n : known.filled_value,
    fees: !complete ? null : known === undefined ? 0n : known.fees,
    why: null,
    refusal: null,
    placed_id: known?.placed_id ?? id,
    updated_id: id,
    closed_id: null,
    placed_at: known?.placed_at ?? null,
    updated_at: time,
    triggered_at: known?.triggered_at ?? null,
    closed_at: null,
  };
}
