// Every figure of an isolated position at one mark, as the position editor shows it, current or
// projected. Made of the one formula each has in this room; it must never know a formula of its
// own.

import { countedProfit } from './collateral.ts';
import type { EditTerms, IsolatedPosition } from './edit.ts';
import {
  bandOf,
  distanceToLiquidation,
  effectiveLeverage,
  entryPrice,
  health,
  markLeverage,
  type Band,
} from './health.ts';
import { liquidationPrice, type LiquidationPrice } from './liquidation-price.ts';
import { notionalOf, unrealised } from './position.ts';
import { initialMargin, maintenanceMargin } from './requirement.ts';
import type { ScopeFigures } from './scope.ts';

/** The figures of a position ≠ 0. Amounts in quote units, ratios in the unit of health.ts. */
export interface Figures {
  /** Price units, half-even. */
  readonly entry: number;
  readonly notional: number;
  readonly unrealised: number;
  readonly equity: number;
  readonly initial: number;
  readonly maintenance: number;
  /** 0.00001×; absent without collateral. */
  readonly effectiveLeverage: number | undefined;
  /** 0.00001×; absent without equity. */
  readonly markLeverage: number | undefined;
  /** 0.01 %: `margin_ratio` of the position editor. */
  readonly health: number;
  readonly band: Band;
  readonly liquidation: LiquidationPrice;
  /** 0.01 % of the mark; absent where no price liquidates. */
  readonly distance: number | undefined;
}

/** The scope of an isolated position: its own pool and nothing else. */
export function scopeOf(position: IsolatedPosition, terms: EditTerms): ScopeFigures {
  const { size, cost, collateral, leverage } = position;
  const { brackets, k, mark, liftPpm, profitWeightPpm, profitCap } = terms;
  const notional = notionalOf(size, mark, k);
  const profit = unrealised(size, cost, mark, k);
  const maintenance = maintenanceMargin(brackets, notional);
  return {
    equity: collateral + profit,
    initialEquity: collateral + countedProfit(profit, profitWeightPpm, profitCap),
    initial: initialMargin(brackets, notional, leverage, liftPpm),
    maintenance,
    worst: maintenance,
  };
}

/** All figures of a position; absent when it is flat. */
export function figuresOf(position: IsolatedPosition, terms: EditTerms): Figures | undefined {
  const { size, cost, collateral } = position;
  const { brackets, k, mark, bands } = terms;
  const entry = entryPrice(size, cost, k);
  if (entry === undefined) return undefined;
  const { equity, initial, maintenance } = scopeOf(position, terms);
  const notional = notionalOf(size, mark, k);
  const exposure = { brackets, size, cost, k, otherEquity: collateral, otherMaintenance: 0 };
  const liquidation = liquidationPrice(exposure);
  const distance =
    liquidation.kind === 'none' ? undefined : distanceToLiquidation(size, mark, liquidation.price);
  const healthShown = health(equity, maintenance);
  return {
    entry,
    notional,
    unrealised: unrealised(size, cost, mark, k),
    equity,
    initial,
    maintenance,
    effectiveLeverage: effectiveLeverage(cost, collateral),
    markLeverage: markLeverage(notional, equity),
    health: healthShown,
    band: bandOf(healthShown, distance, bands),
    liquidation,
    distance,
  };
}
