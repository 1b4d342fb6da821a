// What the book has not taken of a liquidated position goes to the insurance fund at the bankruptcy
// price: as much as the fund's own money carries at initial margin. The fund's position is isolated
// like anybody's, so a market can cost it no more than it put there. A takeover is no trade of the
// market: it moves neither last price nor candles nor stops.

import { fundCapacity, fundMargin } from '../../margin/takeover.ts';
import type { TakeoverTerms } from '../../margin/takeover.ts';
import { ACCOUNT_INSURANCE, MODE_ISOLATED } from '../command.ts';
import { BALANCE_LIQUIDATION, BY_FUND, FUND_TAKEOVER } from '../event.ts';
import type { Market } from '../state/market.ts';
import { FillTerms, fillCross, fillIsolated } from './apply-fill.ts';
import type { PlanContext } from './context.ts';
import { LiquidationScope, writeReceipt } from './liquidation-scope.ts';
import { O_COLLATERAL, O_COST, O_QUOTE_FREE, O_SIZE, OVERLAY } from './overlay.ts';
import { accountOfScope } from './scopes.ts';
import { writeChoice } from './settings.ts';
import { writeInsurance, writeTouched } from './write.ts';

const from = new LiquidationScope();
const backing = new FillTerms();

/**
 * Once more, before a counterparty must give something: fees and other takeovers may have made room
 * since. False when they have not, and then nothing is planned.
 */
export function planTakeoverAgain(context: PlanContext, market: Market, scope: number): boolean {
  if (accountOfScope(context.state, scope) === ACCOUNT_INSURANCE) return false;
  if (planTakeover(context, market, scope) > 0) return true;
  context.rewind();
  return false;
}

/** Plans what the fund takes, nothing included; returns how much that is, in size units. */
export function planTakeover(context: PlanContext, market: Market, scope: number): number {
  const { overlay } = context;
  from.begin(context, market, scope);
  const fund = overlay.touch(ACCOUNT_INSURANCE);
  const open = from.size < 0 ? 0 - from.size : from.size;
  // Where every price leaves something the lowest is offered; where none does, nobody can be paid.
  const price = from.bankruptcyKind === 'any' ? market.tickSize : from.bankruptcy;
  const terms = fundTerms(context, market, fund, open, price);
  const closed = from.bankruptcyKind === 'never' ? 0 : fundCapacity(terms);
  if (closed > 0) takeOver(context, market, fund, closed, price, fundMargin(terms, closed));
  writeReceipt(context, market, scope, from, {
    by: BY_FUND,
    counterparty: ACCOUNT_INSURANCE,
    asked: open,
    closed,
    limit: price,
    value: closed * price * market.multiplier,
    fee: 0,
    shortfall: 0,
  });
  writeTouched(context, market, BALANCE_LIQUIDATION);
  return closed;
}

function fundTerms(
  context: PlanContext,
  market: Market,
  fund: number,
  open: number,
  price: number,
): TakeoverTerms {
  const { numbers } = context.overlay;
  const f = fund * OVERLAY;
  const free = numbers[f + O_QUOTE_FREE];
  return {
    open,
    direction: from.size > 0 ? 1 : -1,
    price,
    mark: market.mark,
    k: market.multiplier,
    brackets: market.brackets,
    fundSize: numbers[f + O_SIZE],
    fundCost: numbers[f + O_COST],
    pool: numbers[f + O_COLLATERAL],
    cash: free > 0 ? free : 0,
    cap: market.terms.risk.insuranceCap,
    lot: market.lotSize,
  };
}

function takeOver(
  context: PlanContext,
  market: Market,
  fund: number,
  closed: number,
  price: number,
  margin: number,
): void {
  const { overlay, assessor, log } = context;
  if (!assessor.isIsolated(overlay.row[fund]))
    writeChoice(context, ACCOUNT_INSURANCE, market.number, 0, MODE_ISOLATED);
  const signed = from.size > 0 ? closed : 0 - closed;
  closeAt(context, market, from.touched, 0 - signed, price);
  const { numbers } = overlay;
  const f = fund * OVERLAY;
  const free = numbers[f + O_QUOTE_FREE];
  openFund(numbers, fund, market, signed, price, margin);
  const change = numbers[f + O_QUOTE_FREE] - free;
  if (change !== 0)
    writeInsurance(log, market.quote, FUND_TAKEOVER, change, numbers[f + O_QUOTE_FREE]);
}

/** A fill without fee; nothing leaves an isolated pool until its position is closed. */
export function closeAt(
  context: PlanContext,
  market: Market,
  touched: number,
  signed: number,
  price: number,
): void {
  const { overlay, assessor } = context;
  if (!assessor.isTouchedIsolated(touched)) {
    fillCross(overlay.numbers, touched, market, signed, price, 0);
    return;
  }
  fillBacked(overlay.numbers, touched, market, signed, price);
}

/** An isolated fill that brings its own collateral, or needs none, and pays nothing out early. */
function fillBacked(
  numbers: Float64Array,
  touched: number,
  market: Market,
  signed: number,
  price: number,
): void {
  backing.leverage = 1;
  backing.releases = false;
  backing.fromHold = false;
  backing.collateralGiven = true;
  fillIsolated(numbers, touched, market, signed, price, 0, backing);
}

/**
 * The fund's side: its pool keeps what a reduction realises and gets `margin` from its cash. A fill
 * through zero pays the old pool out, so it is put back; without a position there is no pool.
 */
function openFund(
  numbers: Float64Array,
  fund: number,
  market: Market,
  signed: number,
  price: number,
  margin: number,
): void {
  const f = fund * OVERLAY;
  const free = numbers[f + O_QUOTE_FREE];
  fillBacked(numbers, fund, market, signed, price);
  const kept = numbers[f + O_COLLATERAL] + numbers[f + O_QUOTE_FREE] - free;
  const pool = numbers[f + O_SIZE] === 0 ? 0 : kept + margin;
  numbers[f + O_QUOTE_FREE] += numbers[f + O_COLLATERAL] - pool;
  numbers[f + O_COLLATERAL] = pool;
}
