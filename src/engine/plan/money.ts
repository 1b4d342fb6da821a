// Money in, out and between accounts. Withdrawals and transfers leave what positions and orders
// require; unrealised profit never leaves, because only what is free can.

import { NONE } from '../../units/table.ts';
import type { Adjust, Deposit, Transfer, Withdraw } from '../command.ts';
import {
  BALANCE_ADJUSTMENT,
  BALANCE_DEPOSIT,
  BALANCE_TRANSFER,
  BALANCE_WITHDRAWAL,
} from '../event.ts';
import { VALUE_MAX } from '../limits.ts';
import {
  AMOUNT_OUT_OF_RANGE,
  INSUFFICIENT_BALANCE,
  LIQUIDATIONS_PENDING,
  NO_DEPOSITS_FOR_ASSET,
  OK,
  WITHDRAWAL_UNDERCOLLATERALISED,
} from '../reason.ts';
import { isAccepted } from '../../margin/scope.ts';
import type { PlanContext } from './context.ts';
import { settleInterest } from './accruals.ts';
import { waitingCollateral } from './waiting.ts';
import { writeBalance } from './write.ts';
import {
  ID_PATTERN,
  checkAccount,
  checkAdjustable,
  checkAsset,
  checkMayLeave,
  checkRange,
  invalid,
} from './validate.ts';

export function planDeposit(context: PlanContext, command: Deposit): number {
  const refused = checkMoney(context, command);
  return refused === OK
    ? move(context, command.account, command.asset, command.amount, BALANCE_DEPOSIT)
    : refused;
}

export function planWithdraw(context: PlanContext, command: Withdraw): number {
  const refused =
    checkMoney(context, command) ||
    checkLeaves(context, command.account, command.asset, command.amount);
  return refused === OK
    ? move(context, command.account, command.asset, 0 - command.amount, BALANCE_WITHDRAWAL)
    : refused;
}

export function planTransfer(context: PlanContext, command: Transfer): number {
  const { to, account, asset, amount } = command;
  const refused = checkMoney(context, command) || checkAccount(context, to);
  if (refused !== OK) return refused;
  if (to === account) return invalid(context, 'to', to);
  const left = checkLeaves(context, account, asset, amount);
  if (left !== OK) return left;
  const received = move(context, to, asset, amount, BALANCE_TRANSFER);
  return received === OK ? move(context, account, asset, 0 - amount, BALANCE_TRANSFER) : received;
}

/** An operator's correction; it may take no more than is free, and says who and why. */
export function planAdjust(context: PlanContext, command: Adjust): number {
  const { account, asset, amount } = command;
  const refused =
    checkAmount(context, command, -VALUE_MAX) || checkAdjustable(context, command.account);
  if (refused !== OK) return refused;
  if (amount === 0) return invalid(context, 'amount', 0);
  const named = checkOperator(context, command.operator, command.reason);
  if (named !== OK) return named;
  if (amount < 0) {
    const free = context.state.balances.money[context.state.balances.at(account, asset)];
    if (free < 0 - amount) return context.refusal.because(INSUFFICIENT_BALANCE, 0 - amount, free);
  }
  return move(context, account, asset, amount, BALANCE_ADJUSTMENT);
}

/** Who orders something out of the ordinary, and why: an id and a short plain text. */
export function checkOperator(context: PlanContext, operator: string, reason: string): number {
  if (!ID_PATTERN.test(operator)) return invalid(context, 'operator', operator.length);
  return /^[\x20-\x7e]{1,200}$/.test(reason) ? OK : invalid(context, 'reason', reason.length);
}

function checkMoney(context: PlanContext, command: Deposit | Withdraw | Transfer): number {
  return checkAmount(context, command, 1) || checkAccount(context, command.account);
}

function checkAmount(
  context: PlanContext,
  command: Deposit | Withdraw | Transfer | Adjust,
  least: number,
): number {
  return (
    checkRange(context, 'amount', command.amount, least, VALUE_MAX) ||
    checkAsset(context, command.asset)
  );
}

/** What leaves must be free, and what stays must cover the initial requirement. */
function checkLeaves(context: PlanContext, account: number, asset: number, amount: number): number {
  const { state, refusal, assessor } = context;
  const waits = checkMayLeave(context, account);
  if (waits !== OK) return waits;
  const place = state.balances.at(account, asset);
  const free = state.balances.money[place];
  if (free === 0 && state.balances.money[place + 1] === 0)
    return refusal.because(NO_DEPOSITS_FOR_ASSET);
  if (free < amount) return refusal.because(INSUFFICIENT_BALANCE, amount, free < 0 ? 0 : free);
  if (state.accounts.positionsOf(account) === NONE) return OK;
  const scope = assessor.crossAfterLeaving(account, asset, amount);
  if (!isAccepted(scope.initialEquity, scope.initial))
    return refusal.because(WITHDRAWAL_UNDERCOLLATERALISED, scope.initialEquity, scope.initial);
  const known = scope.initialEquity - waitingCollateral(state, account, asset, amount);
  return isAccepted(known, scope.initial) ? OK : refusal.because(LIQUIDATIONS_PENDING);
}

function move(
  context: PlanContext,
  account: number,
  asset: number,
  change: number,
  why: number,
): number {
  const { balances } = context.state;
  const place = balances.at(account, asset);
  const settled = settleInterest(context, account, asset);
  const free = settled + change;
  const held = balances.money[place + 1];
  if (free + held > VALUE_MAX)
    return context.refusal.because(AMOUNT_OUT_OF_RANGE, free + held, VALUE_MAX);
  writeBalance(context.log, account, asset, why, change, 0, free, held);
  context.created = account;
  return OK;
}
