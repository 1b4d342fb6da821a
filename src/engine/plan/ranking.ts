// Who is deleveraged first, in one market and on one side: ranked once per command, because nobody
// can be ranked anew at every step, and looked at again when used. The ranking lives as long as the
// command; it is no state.

import { compareDeleverage, deleverageRank } from '../../margin/deleverage.ts';
import type { DeleverageEntry } from '../../margin/deleverage.ts';
import { notionalOf, unrealised } from '../../margin/position.ts';
import { NONE } from '../../units/table.ts';
import type { Market } from '../state/market.ts';
import { ACCOUNT, COST, LINKS, MARKET, NUMBERS, SIZE } from '../state/positions.ts';
import { assessScope, scopeOfRow } from './scopes.ts';
import type { PlanContext } from './context.ts';

interface Ranked extends DeleverageEntry {
  readonly group: number;
}

/** One ranking per market and side that the command has needed. */
export class Ranking {
  private readonly lists = new Map<number, Ranked[]>();
  private list: readonly Ranked[] = [];
  private group = 0;
  private victim = 0;
  private at = 0;
  private ownTurn = false;

  /** Forgets everything: a new command. */
  forget(): void {
    if (this.lists.size > 0) this.lists.clear();
  }

  /** Begins at the head of the list of those who hold `side` (1 long) against an account's loss. */
  begin(context: PlanContext, market: Market, victim: number, side: 1 | -1): void {
    const key = market.number * 2 + (side > 0 ? 1 : 0);
    let list = this.lists.get(key);
    if (list === undefined) {
      list = rank(context, market, side);
      this.lists.set(key, list);
    }
    this.list = list;
    this.victim = victim;
    this.group = context.state.accounts.groupOf(victim);
    this.at = 0;
    this.ownTurn = false;
  }

  /** The next account, other owners first and then the same owner group; NONE at the end. */
  next(): number {
    for (;;) {
      if (this.at === this.list.length) {
        if (this.ownTurn) return NONE;
        this.ownTurn = true;
        this.at = 0;
        continue;
      }
      const entry = this.list[this.at];
      this.at += 1;
      const own = entry.group === this.group;
      if (own === this.ownTurn && entry.account !== this.victim) return entry.account;
    }
  }
}

function rank(context: PlanContext, market: Market, side: 1 | -1): Ranked[] {
  const { state, assessor } = context;
  const { links, numbers } = state.positions;
  const list: Ranked[] = [];
  for (let row = 0; row < state.positions.rows; row++) {
    if (links[row * LINKS + MARKET] !== market.number) continue;
    const size = numbers[row * NUMBERS + SIZE];
    if (size * side <= 0) continue;
    const account = links[row * LINKS + ACCOUNT];
    const { equity } = assessScope(state, assessor, scopeOfRow(state, row));
    const { mark, multiplier: k } = market;
    const profit = unrealised(size, numbers[row * NUMBERS + COST], mark, k);
    list.push({
      isSameGroup: false,
      equity,
      rank: deleverageRank(profit, notionalOf(size, mark, k), equity),
      account,
      group: state.accounts.groupOf(account),
    });
  }
  return list.sort(compareDeleverage);
}
