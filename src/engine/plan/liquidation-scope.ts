// What a step of a liquidation works with: the scope's figures once its account is touched in the
// market of one position, the price at which that position leaves nothing, and the receipt of what
// was done. The figures are the assessor's and the formulas src/margin's.

import { bankruptcyPrice, dealtEquity, equityShare } from '../../margin/bankruptcy.ts';
import { collateralValue } from '../../margin/collateral.ts';
import { liquidationTrigger } from '../../margin/liquidation-price.ts';
import { notionalOf } from '../../margin/position.ts';
import { maintenanceMargin } from '../../margin/requirement.ts';
import { NONE } from '../../units/table.ts';
import { LIQUIDATED, LIQUIDATION_BALANCE, LIQUIDATION_POSITION } from '../event.ts';
import type { Market } from '../state/market.ts';
import { COLLATERAL, COST, LINKS, NUMBERS, SIZE } from '../state/positions.ts';
import { isCross } from '../state/scope-list.ts';
import { fundingOf, interestOn } from './accruals.ts';
import { ASK_MAINTENANCE } from './assess.ts';
import type { Assessment } from './assess.ts';
import type { PlanContext } from './context.ts';
import { O_COST, O_SIZE, OVERLAY } from './overlay.ts';
import { accountOfScope, firstRow, nextRow } from './scopes.ts';
import { assetWaits, waitingEquity } from './waiting.ts';

/** No price: the position leaves something at any, or there is none low enough. */
export const NO_BANKRUPTCY = 0;

/** A position in liquidation, as the plan finds it. One object is reused. */
export class LiquidationScope {
  account = 0;
  /** Its place in the overlay. */
  touched = 0;
  isCross = false;
  /** Signed, before the step. */
  size = 0;
  cost = 0;
  equity = 0;
  maintenance = 0;
  /** What of the equity is of positions and collateral that wait for their price. */
  waiting = 0;
  /** What of it can be dealt with until then: see `dealtEquity`. */
  dealt = 0;
  /** Maintenance of this position alone. */
  ownMaintenance = 0;
  /**
   * The bankruptcy price; NO_BANKRUPTCY with `bankruptcyKind` any: every price leaves something,
   * never: none is low enough.
   */
  bankruptcy = 0;
  bankruptcyKind: 'price' | 'any' | 'never' = 'price';

  /** Begins a plan in the position's market: touches the account and takes its figures. */
  begin(context: PlanContext, market: Market, scope: number): void {
    const { overlay, state } = context;
    overlay.begin(market);
    this.account = accountOfScope(state, scope);
    this.touched = overlay.touch(this.account);
    this.isCross = isCross(scope);
    const t = this.touched * OVERLAY;
    this.size = overlay.numbers[t + O_SIZE];
    this.cost = overlay.numbers[t + O_COST];
    const { equity, maintenance } = this.assess(context, market);
    this.equity = equity;
    this.maintenance = maintenance;
    this.waiting = this.isCross ? waitingEquity(state, this.account) : 0;
    this.dealt = dealtEquity(equity, this.waiting);
    this.ownMaintenance = maintenanceMargin(
      market.brackets,
      notionalOf(this.size, market.mark, market.multiplier),
    );
    const price = bankruptcyPrice(
      this.size,
      market.mark,
      market.multiplier,
      this.share(context, market),
      market.tickSize,
    );
    this.bankruptcyKind = price.kind;
    this.bankruptcy = price.kind === 'price' ? price.price : NO_BANKRUPTCY;
  }

  /** Equity and maintenance as the plan would leave them now. */
  assess(context: PlanContext, market: Market): Assessment {
    return assessTouched(context, market, this.account, this.touched);
  }

  /** What of the scope's equity stands behind this position; those that wait keep their share. */
  private share(context: PlanContext, market: Market): number {
    if (!this.isCross) return this.equity;
    const { moved } = context;
    const where = moved === market.number ? 'here' : this.holds(context, moved);
    return equityShare(this.dealt, this.ownMaintenance, this.maintenance, where);
  }

  /** Whether the moved market is another one in which the account has a cross position. */
  private holds(context: PlanContext, moved: number): 'elsewhere' | 'nowhere' {
    const { state, assessor } = context;
    if (moved === NONE) return 'nowhere';
    const row = state.row(this.account, moved);
    if (row === NONE || assessor.isIsolated(row)) return 'nowhere';
    return state.positions.numbers[row * NUMBERS + SIZE] === 0 ? 'nowhere' : 'elsewhere';
  }
}

/** Equity and maintenance of a touched account's scope in the plan's market. */
export function assessTouched(
  context: PlanContext,
  market: Market,
  account: number,
  touched: number,
): Assessment {
  const { assessor } = context;
  if (assessor.isTouchedIsolated(touched)) return assessor.isolated(market, touched);
  return assessor.cross(account, touched, market, ASK_MAINTENANCE);
}

/** What a step did, for its receipt. */
export interface Done {
  readonly by: number;
  readonly counterparty: number;
  /** What was asked for and what was closed, size units ≥ 0. */
  readonly asked: number;
  readonly closed: number;
  readonly limit: number;
  /** Σ price · size · k of what was closed, quote units. */
  readonly value: number;
  readonly fee: number;
  /** What the fund paid for the deficit. */
  readonly shortfall: number;
}

/** Everything the decision was made from, and what was done: see src/margin/receipt.ts. */
export function writeReceipt(
  context: PlanContext,
  market: Market,
  scope: number,
  from: LiquidationScope,
  done: Done,
): void {
  const { log, state } = context;
  writeInputs(context, scope);
  const { equity, maintenance } = from.assess(context, market);
  const notional = from.size * market.mark * market.multiplier;
  const trigger = liquidationTrigger(
    market.brackets,
    from.size,
    from.cost,
    market.multiplier,
    from.equity - (notional - from.cost),
    from.maintenance - from.ownMaintenance,
  );
  const at = log.begin(LIQUIDATED);
  const data = log.data;
  data[at] = state.nextReceipt;
  data[at + 1] = from.account;
  data[at + 2] = market.number;
  data[at + 3] = done.by;
  data[at + 4] = done.counterparty;
  data[at + 5] = from.size;
  data[at + 6] = done.closed;
  data[at + 7] = done.asked;
  data[at + 8] = done.limit;
  data[at + 9] = from.bankruptcy;
  data[at + 10] = trigger;
  data[at + 11] = done.value;
  data[at + 12] = done.fee;
  data[at + 13] = done.shortfall;
  data[at + 14] = from.equity;
  data[at + 15] = from.maintenance;
  data[at + 16] = equity;
  data[at + 17] = maintenance;
  data[at + 18] = context.moved;
}

/** The balances and positions of the scope, as they are before the step, accruals included. */
function writeInputs(context: PlanContext, scope: number): void {
  const { log, state } = context;
  const account = accountOfScope(state, scope);
  if (isCross(scope)) writeBalances(context, account);
  const { numbers, links } = state.positions;
  for (let row = firstRow(state, scope); row !== NONE; row = nextRow(state, scope, row)) {
    const market = state.markets[state.marketOfRow(row)];
    const r = row * NUMBERS;
    const at = log.begin(LIQUIDATION_POSITION);
    const data = log.data;
    data[at] = links[row * LINKS];
    data[at + 1] = market.number;
    data[at + 2] = numbers[r + SIZE];
    data[at + 3] = numbers[r + COST];
    data[at + 4] = numbers[r + COLLATERAL];
    data[at + 5] = fundingOf(state, market, row);
    data[at + 6] = market.mark;
    data[at + 7] = market.index;
    data[at + 8] = state.clock - market.indexAt;
    data[at + 9] = maintenanceMargin(
      market.brackets,
      notionalOf(numbers[r + SIZE], market.mark, market.multiplier),
    );
    data[at + 10] = market.mayLiquidate ? 0 : 1;
  }
}

function writeBalances(context: PlanContext, account: number): void {
  const { log, state } = context;
  for (let asset = 0; asset < state.assets.length; asset++) {
    const free = state.balances.money[state.balances.at(account, asset)];
    if (free === 0) continue;
    const { price, weightPpm, liabilityWeightPpm, decimals } = state.assets[asset];
    const own = asset === state.settlement;
    const at = log.begin(LIQUIDATION_BALANCE);
    const data = log.data;
    data[at] = account;
    data[at + 1] = asset;
    data[at + 2] = free;
    const owed = free < 0 ? interestOn(state, account, asset, free) : 0;
    data[at + 3] = own
      ? free - owed
      : collateralValue(free, price, weightPpm, liabilityWeightPpm, decimals);
    data[at + 4] = own ? 0 : price;
    data[at + 5] = assetWaits(state, asset) ? 1 : 0;
  }
}
