// What has accrued since a position or a debt was last touched: funding by the market's index,
// interest by the asset's. It is settled at the next touch and counted in every check before.

import { fundingCharge } from '../../margin/funding.ts';
import { interestOwed } from '../../margin/interest.ts';
import * as words from '../command.ts';
import * as events from '../event.ts';
import type { EventLog } from '../event.ts';
import type { Market } from '../state/market.ts';
import * as rowFields from '../state/positions.ts';
import type { State } from '../state/state.ts';
import type { PlanContext } from './context.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { SYSTEM_ACCOUNTS } = words;
const { INTEREST_CHARGED } = events;
const { FUNDING_REST, FUNDING_WHOLE, NUMBERS, SIZE } = rowFields;

/** What a row's position owes in funding, quote units; below 0 it is owed. */
export function fundingOf(state: State, market: Market, row: number): number {
  const { numbers } = state.positions;
  const r = row * NUMBERS;
  const whole = numbers[r + FUNDING_WHOLE];
  const rest = numbers[r + FUNDING_REST];
  if (market.fundingWhole === whole && market.fundingRest === rest) return 0;
  return fundingCharge(numbers[r + SIZE], market.fundingWhole, market.fundingRest, whole, rest);
}

/**
 * What an account owes in interest on a balance below zero, in the asset's units. The insurance
 * fund owes none: it would be paid to itself.
 */
export function interestOn(state: State, account: number, asset: number, free: number): number {
  if (account < SYSTEM_ACCOUNTS.length) return 0;
  const now = state.assets[asset].interestIndex;
  const then = state.accounts.interestIndex[account];
  return asset !== state.settlement || then === now || then === 0
    ? 0
    : interestOwed(0 - free, now, then);
}

/** Charges what an account owes up to now on a balance in the state; returns what is then free. */
export function settleInterest(context: PlanContext, account: number, asset: number): number {
  const { state, log } = context;
  const free = state.balances.money[state.balances.at(account, asset)];
  const amount = free < 0 ? interestOn(state, account, asset, free) : 0;
  if (amount !== 0) writeInterest(log, account, asset, amount, free - amount);
  return free - amount;
}

export function writeInterest(
  log: EventLog,
  account: number,
  asset: number,
  amount: number,
  free: number,
): void {
  const at = log.begin(INTEREST_CHARGED);
  const data = log.data;
  data[at] = account;
  data[at + 1] = asset;
  data[at + 2] = amount;
  data[at + 3] = free;
}
