// Who is liquidated next. A round gathers everybody who is due: the scopes in liquidation already,
// and those that a price has woken and that are below maintenance when looked at exactly. The worst
// come first; each gets one step, then the next round is gathered, until nobody is due. Nothing
// here is state but the list of scopes in liquidation (docs/decisions/0006).

import { isCalled } from '../margin/margin-call.ts';
import { isLiquidatable } from '../margin/scope.ts';
import { compareProducts } from '../units/rounding.ts';
import { bandAccount } from './commit/bands.ts';
import type { PlanContext } from './plan/context.ts';
import { planLiquidation } from './plan/liquidate.ts';
import {
  accountOfScope,
  assessScope,
  marketOfScope,
  mayLiquidate,
  firstRow,
  hasClosable,
  nextRow,
  isScopeCalled,
  scopeOfRow,
  stageOfScope,
} from './plan/scopes.ts';
import { NONE } from '../units/table.ts';
import { ScopeList, crossScope } from './state/scope-list.ts';
import type { State } from './state/state.ts';

interface Due {
  readonly scope: number;
  readonly account: number;
  /** ANY_MARKET for a cross scope, which comes before the account's isolated ones. */
  readonly market: number;
  readonly equity: number;
  readonly maintenance: number;
}

export class Liquidations {
  private round: Due[] = [];
  private at = 0;
  private readonly woken = new ScopeList();
  private readonly context: PlanContext;
  private readonly state: State;

  constructor(context: PlanContext) {
    this.context = context;
    this.state = context.state;
  }

  /** Whether anybody may be due: without that no round needs to be gathered. */
  get pending(): boolean {
    const { triggers, liquidating } = this.state;
    return (
      this.at < this.round.length ||
      liquidating.count > 0 ||
      triggers.wokenMarkets.size > 0 ||
      triggers.wokenAssets.size > 0 ||
      triggers.looks.count > 0 ||
      triggers.wokenAccounts.size > 0
    );
  }

  /**
   * Whether somebody is due, looked at exactly. `pending` says no more than that somebody may be,
   * and not the same after a restore: what is woken is no state.
   */
  anyDue(): boolean {
    return this.at < this.round.length || (this.pending && this.gather());
  }

  /** Plans the next step of somebody's liquidation; false when nobody is due any more. */
  planNext(): boolean {
    while (this.pending) {
      if (this.at === this.round.length && !this.gather()) return false;
      const { scope } = this.round[this.at];
      this.at += 1;
      if (planLiquidation(this.context, scope)) return true;
    }
    return false;
  }

  /**
   * The command met its step bound: whoever has not had a turn is put back to be found again.
   * Returns the markets in which liquidations wait.
   */
  putBack(): Set<number> {
    const { state, context } = this;
    const markets = new Set<number>();
    const waiting = [...state.liquidating.parts()];
    for (const { scope } of this.round.slice(this.at)) {
      waiting.push(scope);
      bandAccount(state, context.assessor, accountOfScope(state, scope), true);
    }
    for (const scope of waiting) {
      // What waits for a price does not wait for the next tick, unless there is nothing else.
      const closes = hasClosable(state, scope);
      for (let row = firstRow(state, scope); row !== NONE; row = nextRow(state, scope, row)) {
        const market = state.markets[state.marketOfRow(row)];
        if (!closes || market.mayLiquidate) markets.add(market.number);
      }
    }
    state.wakeBounded(markets);
    this.forgetLooks();
    this.round = [];
    this.at = 0;
    return markets;
  }

  /**
   * While liquidations wait, the end of a warning is not noticed before the account changes again:
   * what is to be looked at is no state, and a restored engine could not know it.
   */
  forgetLooks(): void {
    this.state.triggers.looks.clear();
  }

  /** A new round; false when it is empty. */
  private gather(): boolean {
    const { state } = this;
    const scopes = new Set<number>();
    for (const scope of state.liquidating.parts()) scopes.add(scope);
    this.collectWoken(scopes);
    this.round = [];
    this.at = 0;
    const asked = new Set(state.triggers.looks.parts());
    state.triggers.looks.clear();
    for (const scope of asked) scopes.add(scope);
    for (const scope of scopes) this.look(scope, asked.has(scope));
    this.round.sort(worstFirst);
    return this.round.length > 0;
  }

  /** Takes the woken out of their heaps; whoever turns out to be safe is banded anew. */
  private collectWoken(scopes: Set<number>): void {
    const { state, woken } = this;
    const { triggers } = state;
    woken.clear();
    for (const market of triggers.wokenMarkets)
      triggers.wakeRows(market, state.markets[market].mark, woken);
    for (const row of woken.parts()) scopes.add(scopeOfRow(state, row));
    woken.clear();
    for (const asset of triggers.wokenAssets)
      triggers.wakeAccounts(asset, state.assets[asset].price, woken);
    for (const account of woken.parts()) scopes.add(crossScope(account));
    for (const account of triggers.wokenAccounts) scopes.add(crossScope(account));
    triggers.wokenMarkets.clear();
    triggers.wokenAssets.clear();
    triggers.wokenAccounts.clear();
  }

  /**
   * Who is below maintenance, or below the warning and not warned, is found by any band: that is a
   * fact at this command. That a warning is over is only noticed after something happened to the
   * account itself (`asked`), because who is woken by a price depends on when its band was solved.
   */
  private look(scope: number, asked: boolean): void {
    const { state, context } = this;
    const account = accountOfScope(state, scope);
    const { equity, maintenance } = assessScope(state, context.assessor, scope);
    const started = stageOfScope(state, scope) !== 0;
    if (started || (isLiquidatable(equity, maintenance) && mayLiquidate(state, scope))) {
      this.round.push({ scope, account, market: marketOfScope(state, scope), equity, maintenance });
    } else if (!started && this.callChanges(scope, equity, maintenance, asked)) {
      // The word goes out as a step; what follows from it is banded then.
      this.round.push({ scope, account, market: marketOfScope(state, scope), equity, maintenance });
    } else {
      bandAccount(state, context.assessor, account, false);
    }
  }

  private callChanges(scope: number, equity: number, maintenance: number, asked: boolean): boolean {
    const called = isCalled(equity, maintenance);
    return called !== isScopeCalled(this.state, scope) && (called || asked);
  }
}

/** Margin.md §8.7: worst equity ÷ maintenance, without maintenance before all, then account id. */
function worstFirst(a: Due, b: Due): number {
  const aBare = a.maintenance === 0 ? 0 : 1;
  const bBare = b.maintenance === 0 ? 0 : 1;
  if (aBare !== bBare) return aBare - bBare;
  const ratio = aBare === 0 ? 0 : compareProducts(a.equity, b.maintenance, b.equity, a.maintenance);
  return ratio || a.account - b.account || a.market - b.market;
}
