// Folds of the events of risk: what accrues, what is liquidated, what the engine imposes. They are
// rare beside orders and fills, so they have a switch of their own behind the frequent one.

import {
  DELEVERAGED,
  FUNDING_PAID,
  FUNDING_SETTLED,
  INDEX_SOURCE,
  INSURANCE_CHANGED,
  INTEREST_ACCRUED,
  INTEREST_CHARGED,
  INTEREST_SWEPT,
  LIQUIDATED,
  LIQUIDATION_BALANCE,
  LIQUIDATION_ENDED,
  LIQUIDATION_POSITION,
  LIQUIDATION_STAGE,
  LIQUIDATION_STARTED,
  MARGIN_CALLED,
  MARGIN_CALL_ENDED,
  MARKET_IMPOSED,
  MARKET_SAMPLED,
} from '../event.ts';
import type { State } from '../state/state.ts';
import {
  applyFundingPaid,
  applyFundingSettled,
  applyInterestAccrued,
  applyInterestCharged,
  applySampled,
  applySource,
} from './accruals.ts';
import {
  applyCalled,
  applyEnded,
  applyImposed,
  applyLiquidated,
  applyStage,
  applyStarted,
} from './liquidation.ts';
import { unreachableEvent } from './unreachable.ts';

export function applyRiskEvent(state: State, data: Float64Array, kind: number, at: number): void {
  switch (kind) {
    case FUNDING_PAID:
      return applyFundingPaid(state, data, at);
    case FUNDING_SETTLED:
      return applyFundingSettled(state, data, at);
    case INTEREST_ACCRUED:
      return applyInterestAccrued(state, data, at);
    case INTEREST_CHARGED:
      return applyInterestCharged(state, data, at);
    case LIQUIDATION_STARTED:
      return applyStarted(state, data, at);
    case LIQUIDATION_STAGE:
      return applyStage(state, data, at);
    case LIQUIDATION_ENDED:
      return applyEnded(state, data, at);
    case LIQUIDATED:
      return applyLiquidated(state, data, at);
    case MARGIN_CALLED:
      return applyCalled(state, data, at, 1);
    case MARGIN_CALL_ENDED:
      return applyCalled(state, data, at, 0);
    case MARKET_IMPOSED:
      return applyImposed(state, data, at);
    case INDEX_SOURCE:
      return applySource(state, data, at);
    case MARKET_SAMPLED:
      return applySampled(state, data, at);
    case INTEREST_SWEPT:
      return state.interest.add(data[at], 0 - data[at + 1]);
    case LIQUIDATION_BALANCE:
    case LIQUIDATION_POSITION:
    case DELEVERAGED:
    case INSURANCE_CHANGED:
      return; // for readers: the change itself comes as other events
    default:
      return unreachableEvent(kind);
  }
}
