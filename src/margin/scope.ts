// The three questions that are asked of a scope (a cross account, or one isolated position), and
// what an account under its initial margin may still do. Only comparisons: the figures come from
// the caller, who has accrued funding and interest before. Ratios are compared by
// cross-multiplication, never divided.

import * as brand from '../units/brand.ts';
import { compareProducts, mulDivCeil, mulDivFloor } from '../units/rounding.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { PPM_ONE } = brand;

/** The sums over one scope, in settlement units. */
export interface ScopeFigures {
  /** Balance value plus all unrealised profit and loss. */
  readonly equity: number;
  /** The same with profit counted only as far as new risk may use it. */
  readonly initialEquity: number;
  /** Initial requirement of positions and resting orders together. */
  readonly initial: number;
  /** Maintenance requirement of the positions. */
  readonly maintenance: number;
  /** Maintenance as if every resting order that opens were filled. */
  readonly worst: number;
}

/** An answer in settlement units; the shortfall is how much is missing, 0 when nothing is. */
export interface Answer {
  readonly equity: number;
  readonly requirement: number;
  readonly shortfall: number;
}

/** May this scope take risk? Yes without a shortfall: equity ≥ initial. */
export function askInitial(scope: ScopeFigures): Answer {
  return answer(scope.initialEquity, scope.initial);
}

/** May a liquidation stop? Yes without a shortfall: equity ≥ maintenance with the buffer. */
export function askLiquidationEnd(scope: ScopeFigures, bufferPpm: number): Answer {
  return answer(scope.equity, liquidationEnd(scope.maintenance, bufferPpm));
}

/** Must a liquidation start? Yes with a shortfall: equity < maintenance; equality is safe. */
export function askMaintenance(scope: ScopeFigures): Answer {
  return answer(scope.equity, scope.maintenance);
}

/** Equity < maintenance, strictly: equality is safe (spec margin §4). */
export function isLiquidatable(equity: number, maintenance: number): boolean {
  return equity < maintenance;
}

/** Equity ≥ initial: new risk is accepted. */
export function isAccepted(initialEquity: number, initial: number): boolean {
  return initialEquity >= initial;
}

/**
 * Where a liquidation may stop: ceil(Σ maintenance · (10^6 + buffer) ÷ 10^6), once over the scope.
 */
export function liquidationEnd(maintenance: number, bufferPpm: number): number {
  return mulDivCeil(maintenance, PPM_ONE + bufferPpm, PPM_ONE);
}

/**
 * Whether maintenance rose or equity ÷ maintenance fell. Without any maintenance before and after,
 * equity itself is compared. Exact.
 */
export function isWorse(
  equityBefore: number,
  maintenanceBefore: number,
  equityAfter: number,
  maintenanceAfter: number,
): boolean {
  if (maintenanceAfter > maintenanceBefore) return true;
  if (maintenanceBefore === 0) return equityAfter < equityBefore;
  return compareProducts(equityAfter, maintenanceBefore, equityBefore, maintenanceAfter) < 0;
}

/**
 * What a scope already under its initial margin may still do (spec margin §4): maintenance,
 * worst-case maintenance and the initial shortfall must not rise, and equity ÷ maintenance must not
 * fall.
 */
export function isNotWorse(before: ScopeFigures, after: ScopeFigures): boolean {
  if (after.worst > before.worst) return false;
  if (askInitial(after).shortfall > askInitial(before).shortfall) return false;
  return !isWorse(before.equity, before.maintenance, after.equity, after.maintenance);
}

/**
 * The maker check: a maker whose order would be filled completely keeps it unless its scope would
 * then be below maintenance and worse than it is. `after` is the scope with all the order has open
 * filled.
 */
export function makerKeepsOrder(
  equityBefore: number,
  maintenanceBefore: number,
  equityAfter: number,
  maintenanceAfter: number,
): boolean {
  if (!isLiquidatable(equityAfter, maintenanceAfter)) return true;
  return !isWorse(equityBefore, maintenanceBefore, equityAfter, maintenanceAfter);
}

/**
 * The part of a scope's slack that one of its exposures may eat, in proportion and rounded down:
 * while none eats more than its part, the scope is safe. A scope without slack has none to share
 * out: the whole lack is everybody's. `whole` beyond what is counted: nothing may be eaten.
 */
export function slackShare(slack: number, part: number, whole: number): number {
  if (slack < 0 || part === whole) return slack;
  return whole > Number.MAX_SAFE_INTEGER ? 0 : mulDivFloor(slack, part, whole);
}

function answer(equity: number, requirement: number): Answer {
  const missing = requirement - equity;
  return { equity, requirement, shortfall: missing > 0 ? missing : 0 };
}
