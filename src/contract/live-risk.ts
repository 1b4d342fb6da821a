// What the engine's views do not say of an account's risk: what its position owes in funding that
// is not settled yet, and whether it is warned or being liquidated. Looked up in the state as it
// is.

import { ANY_MARKET } from '../engine/command.ts';
import type { Engine } from '../engine/engine.ts';
import { fundingOf } from '../engine/plan/accruals.ts';
import { STAGE_NONE } from '../engine/state/liquidation-stages.ts';
import { CALLED, LINKS, STAGE } from '../engine/state/positions.ts';
import type { PositionView } from '../engine/view.ts';
import { NONE } from '../units/table.ts';

export { ACCOUNT_INSURANCE } from '../engine/command.ts';

/** Close to its maintenance, or below it and being closed. */
export type Alarm = 'margin_call' | 'liquidating';

/** A position, and what its view leaves out. */
export interface LivePosition extends PositionView {
  /** Quote units; below zero it is due to the position. */
  readonly fundingOwed: number;
  readonly alarm: Alarm | undefined;
}

/** The positions of an account as they stand. */
export function livePositions(engine: Engine, account: number): LivePosition[] {
  const { state } = engine;
  return engine.positions(account).map((view) => {
    const row = state.row(account, view.market);
    return {
      ...view,
      fundingOwed: row === NONE ? 0 : fundingOf(state, state.markets[view.market], row),
      alarm: alarmOf(engine, account, view.market),
    };
  });
}

/** Of one position; without a market, of the account's cross margin. */
export function alarmOf(
  { state }: Engine,
  account: number,
  market = ANY_MARKET,
): Alarm | undefined {
  const { accounts, positions } = state;
  if (market === ANY_MARKET) return wordOf(accounts.stageOf(account), accounts.called[account]);
  const row = state.row(account, market);
  if (row === NONE) return undefined;
  return wordOf(positions.links[row * LINKS + STAGE], positions.links[row * LINKS + CALLED]);
}

const wordOf = (stage: number, called: number): Alarm | undefined =>
  stage !== STAGE_NONE ? 'liquidating' : called !== 0 ? 'margin_call' : undefined;
