// Rows into their tables, inside the caller's transaction. What exists already is replaced by the
// row as it stands now; only candles and fee totals are added to, in the database itself.

import type { Kysely, Transaction } from 'kysely';
import type { Rows } from '../fold/rows.ts';
import { decode } from './decode.ts';
import { Inserter, type OnConflict, replaceRow } from './insert.ts';
import { riskBytes, RiskWriter } from './risk-write.ts';
import {
  ACCOUNTS,
  ACTIVITY,
  ASSETS,
  BALANCES,
  BALANCE_CHANGES,
  CANDLES,
  FEE_TOTALS,
  FILLS,
  HISTORY,
  type HistoryTables,
  MARKETS,
  MARKS,
  MINUTES,
  ORDERS,
  POSITION_CHANGES,
  type RowOf,
  TRADES,
} from './tables.ts';

/** How far a history is; undefined when it has never begun. */
export async function readPosition(
  db: Kysely<HistoryTables>,
): Promise<RowOf<typeof HISTORY> | undefined> {
  const rows = await db.selectFrom('history').selectAll().where('only', '=', 1).execute();
  return decode(HISTORY, rows)[0];
}

/** The version of the history that is there; its columns may be others than today's. */
export async function readVersion(db: Kysely<HistoryTables>): Promise<number | undefined> {
  const row = await db.selectFrom('history').select('version').executeTakeFirst();
  return row === undefined ? undefined : Number(row.version);
}

/**
 * Adds the trades of a batch to a candle that is there. Both databases know `case`; `max` differs.
 */
const mergeCandle: OnConflict = (conflict) =>
  conflict.columns([...CANDLES.key]).doUpdateSet((eb) => {
    const extreme = (name: 'high' | 'low', operator: '>' | '<') =>
      eb
        .case()
        .when(`excluded.${name}`, operator, eb.ref(`candles.${name}`))
        .then(eb.ref(`excluded.${name}`))
        .else(eb.ref(`candles.${name}`))
        .end();
    const sum = (name: string) => eb(eb.ref(`candles.${name}`), '+', eb.ref(`excluded.${name}`));
    return {
      high: extreme('high', '>'),
      low: extreme('low', '<'),
      close: eb.ref('excluded.close'),
      size: sum('size'),
      value: sum('value'),
      trades: sum('trades'),
    };
  });

const addFees: OnConflict = (conflict) =>
  conflict.column('asset').doUpdateSet((eb) => ({
    total: eb(eb.ref('fee_totals.total'), '+', eb.ref('excluded.total')),
  }));

/** What is held stays as it is where there is a balance already. */
const replaceFree: OnConflict = (conflict) =>
  conflict.columns([...BALANCES.key]).doUpdateSet((eb) => ({
    free: eb.ref('excluded.free'),
    updated_id: eb.ref('excluded.updated_id'),
  }));

export class RowWriter {
  readonly assets = new Inserter(ASSETS, replaceRow(ASSETS));
  readonly markets = new Inserter(MARKETS, replaceRow(MARKETS));
  readonly accounts = new Inserter(ACCOUNTS, replaceRow(ACCOUNTS));
  readonly balances = new Inserter(BALANCES, replaceRow(BALANCES));
  readonly orders = new Inserter(ORDERS, replaceRow(ORDERS));
  private readonly trades = new Inserter(TRADES);
  private readonly fills = new Inserter(FILLS);
  private readonly balanceChanges = new Inserter(BALANCE_CHANGES);
  private readonly positionChanges = new Inserter(POSITION_CHANGES);
  private readonly activity = new Inserter(ACTIVITY);
  private readonly minutes = new Inserter(MINUTES);
  private readonly candles = new Inserter(CANDLES, mergeCandle);
  private readonly marks = new Inserter(MARKS, replaceRow(MARKS));
  private readonly fees = new Inserter(FEE_TOTALS, addFees);
  private readonly free = new Inserter(BALANCES, replaceFree);
  private readonly risk = new RiskWriter();

  /** Writes a batch; returns by how many bytes the tables that retention counts have grown. */
  async write(db: Transaction<HistoryTables>, rows: Rows): Promise<bigint> {
    await this.assets.run(db, rows.assets);
    await this.markets.run(db, rows.markets);
    await this.accounts.run(db, rows.accounts);
    for (const [market, status] of rows.statuses) {
      await db.updateTable('markets').set({ status }).where('market', '=', market).execute();
    }
    const orders = [...rows.orders.values()];
    await this.orders.run(db, orders);
    await this.trades.run(db, rows.trades);
    await this.fills.run(db, rows.fills);
    await this.balances.run(db, [...rows.balances.values()]);
    await this.free.run(db, [...rows.free.values()]);
    await this.balanceChanges.run(db, rows.balanceChanges);
    await this.positionChanges.run(db, rows.positionChanges);
    await this.activity.run(db, rows.activity);
    await this.candles.run(db, rows.candles);
    await this.marks.run(db, [...rows.marks.values()]);
    await this.minutes.run(db, rows.minutes);
    const fees = [...rows.fees].map(([asset, total]) => ({ asset, total }));
    await this.fees.run(db, fees);
    await this.risk.write(db, rows);
    return BigInt(grownBytes(rows) + riskBytes(rows));
  }
}

/** Orders count when they end: until then they are never pruned. */
function grownBytes(rows: Rows): number {
  let closed = 0;
  for (const row of rows.orders.values()) if (row.closed_id !== null) closed += 1;
  return (
    closed * ORDERS.bytes +
    rows.trades.length * TRADES.bytes +
    rows.fills.length * FILLS.bytes +
    rows.balanceChanges.length * BALANCE_CHANGES.bytes +
    rows.positionChanges.length * POSITION_CHANGES.bytes +
    rows.activity.length * ACTIVITY.bytes
  );
}
