// An account's own choices: leverage, margin mode, the dead-man switch.

import { LEVERAGE_ONE } from '../../margin/health.ts';
import { isAccepted } from '../../margin/scope.ts';
import { NONE } from '../../units/table.ts';
import { MODE_ISOLATED } from '../command.ts';
import type { SetDeadMan, SetLeverage, SetMarginMode } from '../command.ts';
import { DEAD_MAN_CHANGED, LEVERAGE_CHANGED } from '../event.ts';
import {
  ABOVE_MAX_LEVERAGE,
  INSUFFICIENT_MARGIN,
  LEVERAGE_HAS_ORDERS,
  LIMIT_REACHED,
  MODE_NEEDS_FLAT,
  MODE_NOT_AVAILABLE,
  OK,
} from '../reason.ts';
import { LEVERAGE, LINKS, MODE, NUMBERS, ORDER_COUNT, SIZE } from '../state/positions.ts';
import type { PlanContext } from './context.ts';
import { checkAccount, checkMarket, checkNotLiquidating, checkRange } from './validate.ts';

/** Longest dead-man timeout: a day. */
const DEAD_MAN_MAX_MS = 86_400_000;
const LEVERAGE_MAX = 1_000_000;

export function planSetLeverage(context: PlanContext, command: SetLeverage): number {
  const { state, refusal, assessor } = context;
  const refused =
    checkChoice(context, command.account, command.market) ||
    checkRange(context, 'leverage', command.leverage, 1, LEVERAGE_MAX);
  if (refused !== OK) return refused;
  const market = state.markets[command.market];
  if (market.isSpot) return refusal.because(MODE_NOT_AVAILABLE);
  const most = market.brackets.leverageMax;
  if (command.leverage > most) {
    return refusal.because(
      ABOVE_MAX_LEVERAGE,
      command.leverage * LEVERAGE_ONE,
      most * LEVERAGE_ONE,
    );
  }
  const row = state.row(command.account, command.market);
  const { links } = state.positions;
  const isolated = assessor.isIsolated(row);
  if (isolated && links[row * LINKS + ORDER_COUNT] > 0) {
    return refusal.because(LEVERAGE_HAS_ORDERS, links[row * LINKS + ORDER_COUNT]);
  }
  if (row !== NONE && command.leverage < assessor.leverage(market, row)) {
    const scope = assessor.atLeverage(market, row, command.leverage);
    if (!isAccepted(scope.initialEquity, scope.initial)) {
      return refusal.because(INSUFFICIENT_MARGIN, scope.initialEquity, scope.initial);
    }
  }
  writeChoice(
    context,
    command.account,
    command.market,
    command.leverage,
    row === NONE ? 0 : links[row * LINKS + MODE],
  );
  return OK;
}

export function planSetMarginMode(context: PlanContext, command: SetMarginMode): number {
  const { state, refusal } = context;
  const refused =
    checkChoice(context, command.account, command.market) ||
    checkRange(context, 'mode', command.mode, 0, MODE_ISOLATED);
  if (refused !== OK) return refused;
  const market = state.markets[command.market];
  if (market.isSpot) return refusal.because(MODE_NOT_AVAILABLE);
  if (command.mode !== MODE_ISOLATED && market.quote !== state.settlement)
    return refusal.because(MODE_NOT_AVAILABLE);
  const row = state.row(command.account, command.market);
  if (row !== NONE) {
    const size = state.positions.numbers[row * NUMBERS + SIZE];
    const orders = state.positions.links[row * LINKS + ORDER_COUNT];
    if (size !== 0 || orders > 0) return refusal.because(MODE_NEEDS_FLAT, size, orders);
  }
  const leverage = row === NONE ? 0 : state.positions.links[row * LINKS + LEVERAGE];
  writeChoice(context, command.account, command.market, leverage, command.mode);
  return OK;
}

export function planSetDeadMan(context: PlanContext, command: SetDeadMan): number {
  const refused =
    checkRange(context, 'timeout_ms', command.timeoutMs, 0, DEAD_MAN_MAX_MS) ||
    checkAccount(context, command.account);
  if (refused !== OK) return refused;
  writeDeadMan(
    context,
    command.account,
    command.timeoutMs === 0 ? 0 : context.now + command.timeoutMs,
  );
  return OK;
}

/** Sets the deadline of an account; 0 switches it off. */
export function writeDeadMan(context: PlanContext, account: number, deadline: number): void {
  const at = context.log.begin(DEAD_MAN_CHANGED);
  context.log.data[at] = account;
  context.log.data[at + 1] = deadline;
}

export function writeChoice(
  context: PlanContext,
  account: number,
  market: number,
  leverage: number,
  mode: number,
): void {
  const at = context.log.begin(LEVERAGE_CHANGED);
  context.log.data[at] = account;
  context.log.data[at + 1] = market;
  context.log.data[at + 2] = leverage;
  context.log.data[at + 3] = mode;
}

function checkChoice(context: PlanContext, account: number, market: number): number {
  const { state, refusal } = context;
  const refused =
    checkMarket(context, market) ||
    checkAccount(context, account) ||
    checkNotLiquidating(context, account, market);
  if (refused !== OK) return refused;
  const full =
    state.row(account, market) === NONE && state.positions.live >= state.limits.positions;
  return full ? refusal.because(LIMIT_REACHED, state.limits.positions) : OK;
}
