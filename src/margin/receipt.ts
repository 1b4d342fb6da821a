// A liquidation's receipt checked from the outside: everything the engine decided from is in it, so
// anybody can make the decision again with these formulas and compare. It trusts no figure of the
// receipt that it can compute, and knows no engine.

import { bankruptcyPrice, dealtEquity, equityShare } from './bankruptcy.ts';
import type { MovedMark } from './bankruptcy.ts';
import { makeBrackets } from './brackets.ts';
import type { BracketTerms, Brackets } from './brackets.ts';
import { collateralValue } from './collateral.ts';
import { cureLimit, cureSize, defaultCureSlip } from './cure.ts';
import { liquidationFeeOn } from './fees.ts';
import { liquidationTrigger } from './liquidation-price.ts';
import { notionalOf, unrealised } from './position.ts';
import { maintenanceMargin } from './requirement.ts';
import { isLiquidatable } from './scope.ts';

/** Who took what was closed: the words of LIQUIDATION_BYS in src/engine/event-words.ts. */
export type ReceiptBy = 'cure' | 'close' | 'fund' | 'counterparty' | 'mark';

/** One asset of a cross scope, before the step. */
export interface ReceiptBalance {
  readonly asset: string;
  readonly free: number;
  /** Interest owed on a balance below zero that was not settled yet. */
  readonly interest: number;
  /** True for the asset that the scope is counted in: it counts as it is. */
  readonly settlement: boolean;
  readonly price: number;
  readonly weightPpm: number;
  readonly liabilityWeightPpm: number;
  readonly decimals: number;
  /** Its price is not known: it counts at the last one and is not sold. */
  readonly waits: boolean;
}

/** One position of the scope, before the step. */
export interface ReceiptPosition {
  readonly market: string;
  readonly size: number;
  readonly cost: number;
  /** The isolated pool; 0 in a cross scope. */
  readonly collateral: number;
  /** Funding owed that was not settled yet; below 0 it is owed to the position. */
  readonly funding: number;
  readonly mark: number;
  readonly index: number;
  /** How old the index was, ms. */
  readonly indexAge: number;
  readonly k: number;
  readonly brackets: readonly BracketTerms[];
  /** Its market may not liquidate now: it counts at the last mark and stays. */
  readonly waits: boolean;
}

/** The terms of the market in which the step closed. */
export interface ReceiptTerms {
  readonly tick: number;
  readonly lot: number;
  readonly minimumSize: number;
  readonly minimumNotional: number;
  readonly liquidationFeePpm: number;
  readonly bufferPpm: number;
  /** 0 = half the bracket's maintenance rate. */
  readonly cureSlipPpm: number;
}

/** One step of a liquidation, in the units of the engine. */
export interface Receipt {
  readonly receipt: number;
  readonly account: string;
  readonly market: string;
  readonly isolated: boolean;
  readonly by: ReceiptBy;
  /** Who took it; '' = the book. */
  readonly counterparty: string;
  readonly size: number;
  readonly closed: number;
  readonly asked: number;
  readonly limitPrice: number;
  /** 0 = every price leaves something, or none does. */
  readonly bankruptcyPrice: number;
  readonly liquidationPrice: number;
  readonly value: number;
  readonly fee: number;
  readonly shortfall: number;
  readonly equityBefore: number;
  readonly maintenanceBefore: number;
  readonly equity: number;
  readonly maintenance: number;
  /** The market whose mark moved in the command; '' = none. */
  readonly movedMarket: string;
  readonly terms: ReceiptTerms;
  readonly balances: readonly ReceiptBalance[];
  readonly positions: readonly ReceiptPosition[];
}

/** A figure of a receipt beside what it is when it is computed again. */
export interface Finding {
  readonly figure: string;
  readonly says: number | string;
  readonly is: number | string;
}

/** Every figure that is not what its inputs make it; empty when the receipt is right. */
export function verifyReceipt(receipt: Receipt): Finding[] {
  const found: Finding[] = [];
  const own = receipt.positions.find(({ market }) => market === receipt.market);
  const tables = receipt.positions.map(({ brackets }) => makeBrackets(brackets));
  const table = own === undefined ? undefined : tables[receipt.positions.indexOf(own)];
  if (own === undefined || table === undefined || !table.ok)
    return [{ figure: 'positions', says: 'no such position', is: receipt.market }];
  const expect = (figure: string, says: number, is: number): void => {
    if (says !== is) found.push({ figure, says, is });
  };
  expect('size', receipt.size, own.size);
  const maintenances = receipt.positions.map((position, i) => {
    const made = tables[i];
    return made.ok ? maintenanceOf(made.brackets, position) : Number.NaN;
  });
  const maintenance = maintenances.reduce((sum, value) => sum + value, 0);
  const equity = equityOf(receipt);
  expect('equity_before', receipt.equityBefore, equity);
  expect('maintenance_before', receipt.maintenanceBefore, maintenance);
  if (!isLiquidatable(equity, maintenance))
    found.push({ figure: 'liquidatable', says: 'yes', is: 'no' });
  if (own.waits) found.push({ figure: 'waits', says: 'closed', is: 'to be left alone' });
  const ownMaintenance = maintenances[receipt.positions.indexOf(own)];
  const bankruptcy = bankruptcyOf(receipt, own, equity, maintenance, ownMaintenance);
  expect('bankruptcy_price', receipt.bankruptcyPrice, bankruptcy.price);
  const trigger = triggerOf(own, table.brackets, equity, maintenance, ownMaintenance);
  expect('liquidation_price', receipt.liquidationPrice, trigger);
  checkAsked(receipt, own, table.brackets, { equity, maintenance, bankruptcy }, expect);
  checkOutcome(receipt, own, table.brackets, { equity, maintenance, ownMaintenance }, expect);
  return found;
}

type Expect = (figure: string, says: number, is: number) => void;

function equityOf({ isolated, balances, positions }: Receipt): number {
  let equity = 0;
  if (!isolated) for (const balance of balances) equity += valueOf(balance);
  for (const { size, cost, mark, k, collateral, funding } of positions)
    equity += collateral + unrealised(size, cost, mark, k) - funding;
  return equity;
}

/** What of the equity is of positions and collateral that wait for their price. */
function waitingOf({ isolated, balances, positions }: Receipt): number {
  if (isolated) return 0;
  let waiting = 0;
  for (const balance of balances) if (balance.waits) waiting += valueOf(balance);
  for (const { waits, size, cost, mark, k, funding } of positions)
    if (waits) waiting += unrealised(size, cost, mark, k) - funding;
  return waiting;
}

function valueOf(balance: ReceiptBalance): number {
  const { free, interest, settlement, price, weightPpm, liabilityWeightPpm, decimals } = balance;
  if (settlement) return free - interest;
  return collateralValue(free, price, weightPpm, liabilityWeightPpm, decimals);
}

const maintenanceOf = (brackets: Brackets, { size, mark, k }: ReceiptPosition): number =>
  maintenanceMargin(brackets, notionalOf(size, mark, k));

interface Bankruptcy {
  readonly price: number;
  readonly kind: 'price' | 'any' | 'never';
}

function bankruptcyOf(
  receipt: Receipt,
  own: ReceiptPosition,
  equity: number,
  maintenance: number,
  ownMaintenance: number,
): Bankruptcy {
  const share = receipt.isolated
    ? equity
    : equityShare(
        dealtEquity(equity, waitingOf(receipt)),
        ownMaintenance,
        maintenance,
        movedFrom(receipt),
      );
  const found = bankruptcyPrice(own.size, own.mark, own.k, share, receipt.terms.tick);
  return { kind: found.kind, price: found.kind === 'price' ? found.price : 0 };
}

function movedFrom({ movedMarket, market, positions }: Receipt): MovedMark {
  if (movedMarket === market) return 'here';
  return positions.some((position) => position.market === movedMarket) ? 'elsewhere' : 'nowhere';
}

function triggerOf(
  { size, cost, mark, k }: ReceiptPosition,
  brackets: Brackets,
  equity: number,
  maintenance: number,
  ownMaintenance: number,
): number {
  const others = equity - unrealised(size, cost, mark, k);
  return liquidationTrigger(brackets, size, cost, k, others, maintenance - ownMaintenance);
}

/** What was asked for, at which limit. */
function checkAsked(
  receipt: Receipt,
  own: ReceiptPosition,
  brackets: Brackets,
  scope: { readonly equity: number; readonly maintenance: number; readonly bankruptcy: Bankruptcy },
  expect: Expect,
): void {
  const { terms, by } = receipt;
  const { bankruptcy } = scope;
  const whole = own.size < 0 ? -own.size : own.size;
  if (by === 'mark') expect('limit_price', receipt.limitPrice, own.mark);
  else if (by !== 'cure') {
    const lowest = bankruptcy.kind === 'any' && by !== 'close' ? terms.tick : bankruptcy.price;
    expect('limit_price', receipt.limitPrice, lowest);
  }
  if (by !== 'cure') {
    expect('asked', receipt.asked, by === 'close' && bankruptcy.kind === 'never' ? 0 : whole);
    return;
  }
  const notional = notionalOf(own.size, own.mark, own.k);
  const slip = terms.cureSlipPpm === 0 ? defaultCureSlip(brackets, notional) : terms.cureSlipPpm;
  const limit = cureLimit(own.size, own.mark, slip, bankruptcy.price, terms.tick);
  expect('limit_price', receipt.limitPrice, limit);
  const { mark, size, k } = own;
  const { equity, maintenance } = scope;
  const cure = cureSize({ ...terms, size, mark, k, limit, brackets, equity, maintenance });
  expect('asked', receipt.asked, bankruptcy.kind === 'never' ? 0 : cure);
}

/** What it came to: money and requirement after the step follow from what was closed. */
function checkOutcome(
  receipt: Receipt,
  own: ReceiptPosition,
  brackets: Brackets,
  scope: {
    readonly equity: number;
    readonly maintenance: number;
    readonly ownMaintenance: number;
  },
  expect: Expect,
): void {
  const { closed, value, by, terms, shortfall } = receipt;
  const { size, mark, k } = own;
  const atMark = closed * mark * k;
  const gained = size > 0 ? value - atMark : atMark - value;
  const left = scope.equity + gained;
  const inBook = by === 'cure' || by === 'close';
  const payable = dealtEquity(left, waitingOf(receipt));
  expect(
    'fee',
    receipt.fee,
    inBook ? liquidationFeeOn(value, terms.liquidationFeePpm, payable) : 0,
  );
  if (!inBook) expect('value', value, closed * receipt.limitPrice * k);
  const rest = (size < 0 ? -size : size) - closed;
  // An isolated position that is closed has paid out what was left of its pool.
  const paidOut = receipt.isolated && rest === 0;
  expect('equity', receipt.equity, paidOut ? 0 : left - receipt.fee + shortfall);
  const kept = maintenanceMargin(brackets, rest * mark * k);
  expect('maintenance', receipt.maintenance, scope.maintenance - scope.ownMaintenance + kept);
  expect('closed', closed, closed < receipt.asked ? closed : receipt.asked);
}
