// What must hold about risk whenever no step waits, recomputed by a full scan: nobody below
// maintenance stays, nobody's equity is below zero, funding's rounding covers what is unsettled,
// and every position that a price can harm waits for that price. Slow and obviously right; the
// trigger index must find what this scan finds.

import { RATE_ONE, unsettledExact } from '../margin/funding.ts';
import { isLiquidatable } from '../margin/scope.ts';
import { NONE } from '../units/table.ts';
import { ACCOUNT_INSURANCE, SYSTEM_ACCOUNTS } from './command.ts';
import { EventLog } from './event.ts';
import { Assessor } from './plan/assess.ts';
import { Overlay } from './plan/overlay.ts';
import {
  accountOfScope,
  assessScope,
  firstRow,
  mayLiquidate,
  scopeOfRow,
  stageOfScope,
} from './plan/scopes.ts';
import { IMPOSED_BOUND } from './state/market.ts';
import { FUNDING_REST, FUNDING_WHOLE, NUMBERS, SIZE } from './state/positions.ts';
import { crossScope } from './state/scope-list.ts';
import type { State } from './state/state.ts';

/** Everything that does not hold, in words with numbers; empty when all is well. */
export function riskViolations(state: State): string[] {
  const found: string[] = [];
  checkRounding(state, found);
  if (isBounded(state) || state.upkeep.length > 0 || state.dueStops.count > 0) return found;
  const assessor = new Assessor(state, new Overlay(state, new EventLog()));
  for (const scope of scopesOf(state)) checkScope(state, assessor, scope, found);
  for (const scope of state.liquidating.parts())
    found.push(`scope ${scope} is left in liquidation`);
  return found;
}

/**
 * Whether a command met its step bound and left liquidations behind. A scope without positions has
 * no market that could say so: it is in the list, or woken, and is gone on with by any command.
 */
function isBounded(state: State): boolean {
  const { triggers, liquidating, markets } = state;
  if (markets.some(({ imposed }) => (imposed & IMPOSED_BOUND) !== 0)) return true;
  if (triggers.wokenAccounts.size > 0 || triggers.wokenAssets.size > 0) return true;
  return [...liquidating.parts()].some((scope) => firstRow(state, scope) === NONE);
}

/** Every account's cross scope and every isolated position with a size. */
function scopesOf(state: State): number[] {
  const scopes: number[] = [];
  for (let account = ACCOUNT_INSURANCE + 1; account < state.accounts.rows; account++)
    scopes.push(crossScope(account));
  for (let row = 0; row < state.positions.rows; row++) {
    const scope = scopeOfRow(state, row);
    if (scope === row && state.positions.numbers[row * NUMBERS + SIZE] !== 0) scopes.push(row);
  }
  return scopes;
}

function checkScope(state: State, assessor: Assessor, scope: number, found: string[]): void {
  if (!mayLiquidate(state, scope)) return;
  const { equity, maintenance } = assessScope(state, assessor, scope);
  const account = accountOfScope(state, scope);
  if (isLiquidatable(equity, maintenance))
    found.push(`I12 account ${account}, scope ${scope}: equity ${equity} below ${maintenance}`);
  if (equity < 0 && account >= SYSTEM_ACCOUNTS.length)
    found.push(`I13 account ${account}: equity ${equity}`);
  if (stageOfScope(state, scope) !== 0) found.push(`scope ${scope} is safe and in liquidation`);
}

/** I14: what rounding holds of funding covers what is not settled yet, to the last 10^−12. */
function checkRounding(state: State, found: string[]): void {
  const unsettled = state.assets.map(() => 0n);
  const { numbers } = state.positions;
  for (let row = 0; row < state.positions.rows; row++) {
    const market = state.markets[state.marketOfRow(row)];
    const r = row * NUMBERS;
    if (numbers[r + SIZE] === 0) continue;
    unsettled[market.quote] += unsettledExact(
      numbers[r + SIZE],
      market.fundingWhole,
      market.fundingRest,
      numbers[r + FUNDING_WHOLE],
      numbers[r + FUNDING_REST],
    );
  }
  unsettled.forEach((exact, asset) => {
    const dust = state.rounding.value(asset) * BigInt(RATE_ONE) + exact;
    if (dust < 0n) found.push(`I14 asset ${asset}: rounding is short of ${-dust} · 10^-12`);
  });
}
