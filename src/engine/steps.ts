// The steps of a command after its first: orders trimmed to a smaller position, liquidations, stops
// that fire, and what time brings. Each is planned on the state that the one before left,
// committed, and followed by whatever it made due. At the bound the rest waits for the next tick.

import { bandAccount, bandMarket, hasDebt } from './commit/bands.ts';
import { commit } from './commit/commit.ts';
import { collectDue } from './commit/order-rows.ts';
import { WHY_EXPIRED } from './event.ts';
import { Liquidations } from './liquidations.ts';
import { planCancelSlot, planDeadManCancel } from './plan/cancel.ts';
import {
  planFundingTick,
  planInterestSweep,
  planInterestTick,
  planMarketTick,
  planSample,
} from './plan/clockwork.ts';
import type { PlanContext } from './plan/context.ts';
import { planFire } from './plan/fire.ts';
import { writeImposed } from './plan/impose.ts';
import { SettlementCursor, planRamp, planSettlement } from './plan/market-changes.ts';
import type { OrderResult } from './plan/order-plan.ts';
import { writeDeadMan } from './plan/settings.ts';
import { planUnwind } from './plan/unwind.ts';
import { planUpkeep } from './plan/upkeep.ts';
import * as table from '../units/table.ts';
import { IMPOSED_BOUND, IMPOSED_SETTLING } from './state/market.ts';
import type { Market } from './state/market.ts';
import type { State } from './state/state.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;

/**
 * Accounts that one tick looks at after an interval, to solve their triggers anew: half a
 * millisecond when all have positions, and two million in less than an hour.
 */
const BAND_SLICE = 1_000;

export class Steps {
  private readonly context: PlanContext;
  private readonly state: State;
  private readonly result: OrderResult;
  private readonly liquidations: Liquidations;
  private readonly cursor = new SettlementCursor();

  constructor(context: PlanContext, result: OrderResult) {
    this.context = context;
    this.state = context.state;
    this.result = result;
    this.liquidations = new Liquidations(context);
  }

  /** Whether anything waits for its turn. */
  get pending(): boolean {
    const { state } = this;
    if (state.upkeep.length > 0 || state.dueStops.count > 0) return true;
    return this.liquidations.pending || (state.restricted > 0 && this.settling() !== undefined);
  }

  /**
   * Commits the planned step, solves the triggers it put out of date, looks which stops are due.
   */
  commitStep(): void {
    const { context, state } = this;
    commit(context);
    if (state.triggers.dirty.count > 0) this.bandDirty();
    if (state.triggers.staleMarkets.size > 0) this.bandStale();
    const { markets } = state;
    for (let i = 0; i < markets.length; i++) {
      if (markets[i].waiting > 0) collectDue(state, markets[i]);
    }
  }

  /**
   * Runs until nothing is due or the bound is reached. `isClockwork`: a price or a tick; nothing
   * else goes on with what an earlier command's bound has left over.
   */
  drain(isClockwork: boolean): void {
    const { context, state } = this;
    const bounded = this.isBounded();
    const goesOn = isClockwork || !bounded;
    this.cursor.reset();
    let step = 0;
    for (; step < state.limits.stepsPerCommand; step++) {
      context.beginStep();
      const row = state.upkeep.shift();
      if (row !== NONE) planUpkeep(context, row);
      else if (!goesOn) return this.liquidations.forgetLooks();
      else if (this.liquidations.planNext()) this.cursor.reset();
      else if (state.restricted > 0 && this.settling() !== undefined) this.planSettlement();
      else if (state.dueStops.count > 0) planFire(context, state.dueStops.top(), this.result);
      else break;
      this.commitStep();
    }
    if (step === state.limits.stepsPerCommand && this.liquidations.anyDue()) this.imposeBound();
    else if (bounded) this.liftBound();
  }

  /** What a tick brings, one thing at a time, each followed by what it makes due. */
  passTime(): void {
    const { state } = this;
    this.accrue();
    this.expire();
    for (let i = 0; i < state.markets.length; i++) {
      this.run(() => planSample(this.context, state.markets[i]));
      this.context.moved = NONE;
      if (this.run(() => planMarketTick(this.context, state.markets[i]))) this.drain(true);
      if (this.run(() => planUnwind(this.context, state.markets[i]))) this.drain(true);
    }
    this.context.moved = NONE;
    for (const market of state.markets)
      if (this.run(() => planRamp(this.context, market))) this.drain(true);
    this.bandSlice(BAND_SLICE);
  }

  /** Solves every trigger anew: after a restore, when there are none. */
  bandAll(): void {
    const { state, context } = this;
    for (let account = 0; account < state.accounts.rows; account++) {
      bandAccount(state, context.assessor, account, false);
      // One that waited at the step bound without a market is found by no price.
      if (hasDebt(state, account)) state.triggers.wokenAccounts.add(account);
    }
    const bounded = state.markets.filter(({ imposed }) => (imposed & IMPOSED_BOUND) !== 0);
    if (bounded.length > 0) state.wakeBounded(bounded.map(({ number }) => number));
  }

  /** Interest of the hours and funding of the intervals that have ended. */
  private accrue(): void {
    const { context, state } = this;
    const hours = state.limits.stepsPerCommand;
    let accrued = false;
    for (let hour = 0; hour < hours; hour++) {
      context.beginStep();
      const more = planInterestTick(context);
      if (context.log.length === context.stepStart) break;
      this.finishBands();
      this.commitStep();
      accrued = true;
      if (!more) break;
    }
    for (const market of state.markets) {
      context.beginStep();
      planFundingTick(context, market);
      if (context.log.length === context.stepStart) continue;
      this.finishBands();
      this.commitStep();
      this.drain(true);
      accrued = true;
    }
    if (accrued) this.run(() => planInterestSweep(context));
  }

  /** Orders that expire, then accounts whose dead-man switch is due. */
  private expire(): void {
    const { context, state } = this;
    const { expiries, deadMen, clock } = state;
    for (let step = 0; step < state.limits.stepsPerCommand; step++) {
      context.beginStep();
      if (expiries.count > 0 && expiries.topKey() <= clock) {
        planCancelSlot(context, expiries.top(), WHY_EXPIRED, 0);
      } else if (deadMen.count > 0 && deadMen.topKey() <= clock) {
        const account = deadMen.top();
        planDeadManCancel(context, account);
        writeDeadMan(context, account, 0);
      } else return;
      this.commitStep();
    }
  }

  /** One step; whether it had anything to do. */
  private run(plan: () => void): boolean {
    const { context } = this;
    context.beginStep();
    plan();
    if (context.log.length === context.stepStart) return false;
    this.commitStep();
    return true;
  }

  private bandDirty(): void {
    const { state, context } = this;
    const { triggers } = state;
    for (let i = 0; i < triggers.dirty.count; i++) {
      const account = triggers.dirty.items[i];
      triggers.clean(account);
      bandAccount(state, context.assessor, account, true);
    }
    triggers.dirty.clear();
  }

  private bandStale(): void {
    const { state, context } = this;
    for (const market of state.triggers.staleMarkets) bandMarket(state, context.assessor, market);
    state.triggers.staleMarkets.clear();
  }

  /** After an interval the reserves of the bands are used up: they are made anew in slices. */
  private bandSlice(most: number): void {
    const { state, context } = this;
    const end = state.bandCursor + most;
    for (; state.bandCursor < end && state.bandCursor < state.accounts.rows; state.bandCursor++) {
      const account = state.bandCursor;
      if (state.accounts.openPositions(account) > 0 || hasDebt(state, account))
        bandAccount(state, context.assessor, account, false);
    }
  }

  /** The slices of the last interval must be done before the next one is settled. */
  private finishBands(): void {
    this.bandSlice(Number.MAX_SAFE_INTEGER - this.state.bandCursor);
  }

  private isBounded(): boolean {
    const { state } = this;
    if (state.restricted === 0) return false;
    return state.markets.some(({ imposed }) => (imposed & IMPOSED_BOUND) !== 0);
  }

  /** A market that is being settled. */
  private settling(): Market | undefined {
    return this.state.markets.find(({ imposed }) => (imposed & IMPOSED_SETTLING) !== 0);
  }

  private planSettlement(): void {
    const market = this.settling();
    if (market !== undefined) planSettlement(this.context, market, this.cursor);
  }

  private imposeBound(): void {
    const { context, state } = this;
    for (const number of this.liquidations.putBack()) {
      const market = state.markets[number];
      this.run(() => writeImposed(context, market, market.imposed | IMPOSED_BOUND));
    }
  }

  private liftBound(): void {
    const { context, state } = this;
    for (const market of state.markets)
      this.run(() => writeImposed(context, market, market.imposed & ~IMPOSED_BOUND));
  }
}
