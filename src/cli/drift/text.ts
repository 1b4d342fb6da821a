// The reports of `plimsoll drift` as text.

import { columns, type Cell } from '../client/columns.ts';
import type { AccountReport, PositionRow } from './account-report.ts';
import type { MarketRow } from './market-rows.ts';
import type { PriceRow } from './origin.ts';

export function accountText(of: AccountReport): string {
  const named = of.name === '' ? '' : `, ${of.name}`;
  const state = of.being_liquidated ? ', being liquidated' : '';
  return [
    `account  ${of.account} (${of.sub_account} of ${of.authority}${named})`,
    `source   ${of.source}, slot ${of.slot}, ${of.time}`,
    `program  ${of.program_id}`,
    `mode     ${of.mode}, margin mode ${of.margin_mode}${state}`,
    ...of.stale.map((text) => `OLD      ${text}`),
    '',
    columns(
      ['figure', 'value', 'unit', 'from'],
      of.figures.map(({ name, value, unit, from }) => [name, value, unit, from]),
    ),
    '',
    of.positions.length === 0 ? 'no perp positions' : positionsText(of.positions),
    '',
    columns(
      ['balance', 'amount', 'price'],
      of.balances.map(({ asset, amount, price }) => [asset, amount, price]),
    ),
    '',
    pricesText(of.prices),
    ...whyText(of.prices),
  ].join('\n');
}

export function marketsText(rows: readonly MarketRow[]): string {
  if (rows.length === 0) return 'no perp markets';
  const head = ['market', 'status', 'price', 'initial %', 'maint. %', 'at 1M: initial', 'maint.'];
  const table = rows.map((one): Cell[] => [
    one.market,
    one.status,
    one.price,
    one.initial_percent,
    one.maintenance_percent,
    one.large_initial_percent,
    one.large_maintenance_percent,
    one.price_from,
    ageOf(one),
  ]);
  const old = [...new Set(rows.flatMap(({ stale }) => stale))].map((text) => `OLD      ${text}`);
  return [columns([...head, 'price from', 'age'], table), ...whyText(rows), ...old].join('\n');
}

function positionsText(positions: readonly PositionRow[]): string {
  const money = columns(
    ['position', 'scope', 'side', 'size', 'orders', 'entry', 'price', 'profit'],
    positions.map((one) => [
      one.market,
      one.scope,
      one.side,
      one.size,
      one.open_orders,
      one.entry_price,
      one.price,
      one.unrealized_pnl,
    ]),
  );
  const margin = columns(
    ['margin', 'initial %', 'initial', 'maint. %', 'maintenance', 'liquidation', "SDK's"],
    positions.map((one) => [
      one.market,
      one.initial_percent,
      one.initial_requirement,
      one.maintenance_percent,
      one.maintenance_requirement,
      one.liquidation_price,
      one.sdk_liquidation_price,
    ]),
  );
  return `${money}\n\n${margin}`;
}

function pricesText(prices: readonly PriceRow[]): string {
  return columns(
    ['price of', 'price', 'from', 'source', 'age', 'oracle account'],
    prices.map((one) => [
      one.market,
      one.price,
      one.price_from,
      one.oracle_source,
      ageOf(one),
      one.oracle,
    ]),
  );
}

function ageOf({ age_slots: slots, age_ms: ms }: PriceRow): string {
  if (slots !== null) return `${slots} slots`;
  return ms === null ? '-' : `${ms} ms`;
}

function whyText(prices: readonly PriceRow[]): string[] {
  return prices.flatMap(({ market, because }) =>
    because === null ? [] : [`${market}: kept by the market account, because ${because}`],
  );
}
