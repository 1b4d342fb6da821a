// From a command to the plan of its first step. The switch is the table of what may be asked; each
// planner checks from top to bottom and returns OK or the refusal.

import type { CancelOrder, Command, PlaceOrder } from '../command.ts';
import * as reasons from '../reason.ts';
import { planAmend } from './amend.ts';
import { planCancel, planCancelAll } from './cancel.ts';
import { planSettleFunding } from './clockwork.ts';
import type { PlanContext } from './context.ts';
import { planCreateAccount, planCreateAsset, planCreateMarket } from './creations.ts';
import { planEdit } from './edit.ts';
import { planUpdateIndex } from './index-price.ts';
import { planSetMarketStatus, planUpdateMarket } from './market-changes.ts';
import { planAdjust, planDeposit, planTransfer, planWithdraw } from './money.ts';
import type { OrderResult } from './order-plan.ts';
import { planPlace } from './place.ts';
import { planSetDeadMan, planSetLeverage, planSetMarginMode } from './settings.ts';
import { invalid } from './validate.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { OK } = reasons;

/**
 * Plans a command into the context's log. Returns OK, or the refusal, which the context then holds.
 */
export function planCommand(context: PlanContext, command: Command, result: OrderResult): number {
  // Each frequent kind's time is read in a place of its own, because V8 finds a field many times as
  // fast where it has seen one shape of object.
  if (command.kind === 'place_order') {
    context.begin(command.time);
    return planPlace(context, command, result);
  }
  if (command.kind === 'cancel_order') {
    context.begin(command.time);
    return planCancel(context, command);
  }
  context.begin(command.time);
  return planOther(context, command, result);
}

function planOther(
  context: PlanContext,
  command: Exclude<Command, PlaceOrder | CancelOrder>,
  result: OrderResult,
): number {
  switch (command.kind) {
    case 'amend_order':
      return planAmend(context, command, result);
    case 'update_index':
      return planUpdateIndex(context, command);
    case 'settle_funding':
      return planSettleFunding(context, command);
    case 'tick':
      context.passesTime = true;
      return OK;
    case 'cancel_all':
      return planCancelAll(context, command);
    case 'edit_position':
      return planEdit(context, command, result);
    case 'deposit':
      return planDeposit(context, command);
    case 'withdraw':
      return planWithdraw(context, command);
    case 'transfer':
      return planTransfer(context, command);
    case 'adjust':
      return planAdjust(context, command);
    case 'set_leverage':
      return planSetLeverage(context, command);
    case 'set_margin_mode':
      return planSetMarginMode(context, command);
    case 'set_dead_man':
      return planSetDeadMan(context, command);
    case 'create_account':
      return planCreateAccount(context, command);
    case 'create_asset':
      return planCreateAsset(context, command);
    case 'create_market':
      return planCreateMarket(context, command);
    case 'update_market':
      return planUpdateMarket(context, command);
    case 'set_market_status':
      return planSetMarketStatus(context, command);
    default:
      return invalid(context, 'kind', 0);
  }
}
