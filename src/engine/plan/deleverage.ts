// The end of the line: what neither book nor fund takes of a bankrupt position is closed against
// those who hold the other side, the most profitable and most leveraged first. At the bankruptcy
// price as long as that leaves them at or above maintenance; then at the mark, which costs a
// counterparty nothing, and the fund pays what is missing. One counterparty a step.

import { counterpartyCapacity } from '../../margin/deleverage.ts';
import { assert } from '../../units/assert.ts';
import { NONE } from '../../units/table.ts';
import { ACCOUNT_INSURANCE } from '../command.ts';
import {
  BALANCE_LIQUIDATION,
  BY_COUNTERPARTY,
  BY_MARK,
  DELEVERAGED,
  FUND_DEFICIT,
} from '../event.ts';
import type { Market } from '../state/market.ts';
import type { PlanContext } from './context.ts';
import { imposeDeficit } from './impose.ts';
import { LiquidationScope, writeReceipt } from './liquidation-scope.ts';
import { O_COLLATERAL, O_QUOTE_FREE, O_SIZE, OVERLAY } from './overlay.ts';
import { NUMBERS, SIZE } from '../state/positions.ts';
import { accountOfScope, assessScope, scopeOfRow } from './scopes.ts';
import { closeAt } from './takeover.ts';
import { writeInsurance, writeTouched } from './write.ts';

const from = new LiquidationScope();

/** Plans the closing against one counterparty. */
export function planDeleverage(context: PlanContext, market: Market, scope: number): void {
  from.begin(context, market, scope);
  if (planAgainst(context, market, scope)) return;
  // Whoever was ranked earlier in this command is closed by now; stops may have opened others
  // since.
  context.ranking.forget();
  const found = planAgainst(context, market, scope);
  assert(found, 'a position has nobody on the other side');
}

/** False when none of those that are ranked holds anything any more. */
function planAgainst(context: PlanContext, market: Market, scope: number): boolean {
  const canBePaid = from.bankruptcyKind !== 'never';
  return (
    (canBePaid && planAtBankruptcy(context, market, scope)) || planAtMark(context, market, scope)
  );
}

/**
 * What is bankrupt is first closed against what its owner holds on the other side in another
 * account; false when there is none that can take a lot of it.
 */
export function planOwnSide(context: PlanContext, market: Market, scope: number): boolean {
  const { state, owners } = context;
  const own = owners.of(state, accountOfScope(state, scope));
  if (own.length === 0) return false;
  from.begin(context, market, scope);
  const isOwed = from.dealt < 0 && from.bankruptcyKind !== 'never';
  const { price, open } = offerOf(market);
  for (const account of isOwed ? own : []) {
    if (account === from.account || state.row(account, market.number) === NONE) continue;
    const most = capacityOf(context, market, account, price, open);
    if (most === 0) continue;
    closeAgainst(context, market, scope, account, most, price, BY_COUNTERPARTY);
    return true;
  }
  context.rewind();
  return false;
}

/** False when nobody can take a lot of it there. */
function planAtBankruptcy(context: PlanContext, market: Market, scope: number): boolean {
  const { ranking } = context;
  const { price, open } = offerOf(market);
  ranking.begin(context, market, from.account, from.size > 0 ? -1 : 1);
  for (let account = ranking.next(); account !== NONE; account = ranking.next()) {
    if (account === ACCOUNT_INSURANCE) continue; // the fund has taken what it can
    const most = capacityOf(context, market, account, price, open);
    if (most === 0) continue;
    closeAgainst(context, market, scope, account, most, price, BY_COUNTERPARTY);
    return true;
  }
  return false;
}

/** What is to be taken, at which price. */
const offerOf = (market: Market): { price: number; open: number } => ({
  price: from.bankruptcyKind === 'any' ? market.tickSize : from.bankruptcy,
  open: from.size < 0 ? 0 - from.size : from.size,
});

/** At the mark everybody can: the other side of the market is as large as this one. */
function planAtMark(context: PlanContext, market: Market, scope: number): boolean {
  const { ranking, state } = context;
  const open = from.size < 0 ? 0 - from.size : from.size;
  ranking.begin(context, market, from.account, from.size > 0 ? -1 : 1);
  // The list was made before earlier steps of this command: some of it is closed by now.
  for (let account = ranking.next(); account !== NONE; account = ranking.next()) {
    const held = state.positions.numbers[state.row(account, market.number) * NUMBERS + SIZE];
    if (held * from.size >= 0) continue;
    const size = held < 0 ? 0 - held : held;
    const closed = size < open ? size : open;
    closeAgainst(context, market, scope, account, closed, market.mark, BY_MARK);
    return true;
  }
  return false;
}

function capacityOf(
  context: PlanContext,
  market: Market,
  account: number,
  price: number,
  open: number,
): number {
  const { state, assessor } = context;
  const row = state.row(account, market.number);
  const size = state.positions.numbers[row * NUMBERS + SIZE];
  if (size * from.size >= 0) return 0;
  const { equity, maintenance } = assessScope(state, assessor, scopeOfRow(state, row));
  const { mark, multiplier: k, brackets } = market;
  return counterpartyCapacity({ size, mark, k, price, equity, maintenance, brackets, most: open });
}

function closeAgainst(
  context: PlanContext,
  market: Market,
  scope: number,
  account: number,
  closed: number,
  price: number,
  by: number,
): void {
  const { overlay, log } = context;
  const signed = from.size > 0 ? 0 - closed : closed;
  closeAt(context, market, from.touched, signed, price);
  const touched = overlay.touch(account);
  closeAt(context, market, touched, 0 - signed, price);
  const at = log.begin(DELEVERAGED);
  const data = log.data;
  data[at] = account;
  data[at + 1] = market.number;
  data[at + 2] = signed > 0 ? -1 : 1;
  data[at + 3] = closed;
  data[at + 4] = price;
  data[at + 5] = from.account;
  const shortfall = payDeficit(context, market, from.touched);
  payDeficit(context, market, touched); // the counterparty's own, and no part of this receipt
  writeReceipt(context, market, scope, from, {
    by,
    counterparty: account,
    asked: from.size < 0 ? 0 - from.size : from.size,
    closed,
    limit: price,
    value: closed * price * market.multiplier,
    fee: 0,
    shortfall,
  });
  writeTouched(context, market, BALANCE_LIQUIDATION);
}

/**
 * A pool below zero whose position is gone is paid by the fund, which may go below zero by that.
 */
function payDeficit(context: PlanContext, market: Market, touched: number): number {
  const { overlay, log } = context;
  const t = touched * OVERLAY;
  const pool = overlay.numbers[t + O_COLLATERAL];
  if (pool >= 0 || overlay.numbers[t + O_SIZE] !== 0) return 0;
  overlay.numbers[t + O_COLLATERAL] = 0;
  const fund = overlay.touch(ACCOUNT_INSURANCE) * OVERLAY;
  overlay.numbers[fund + O_QUOTE_FREE] += pool;
  const balance = overlay.numbers[fund + O_QUOTE_FREE];
  writeInsurance(log, market.quote, FUND_DEFICIT, pool, balance);
  if (balance < 0) imposeDeficit(context, market);
  return 0 - pool;
}
