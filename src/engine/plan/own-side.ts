// Before the fund pays for a bankrupt position, or strangers give up profit for it, its owner does:
// what an account of the same owner group holds on the other side is closed against it, at the
// bankruptcy price. Else a long and a short of one owner would win over any gap: the winner keeps
// what the loser owes. A step each; which accounts belong together is looked up once per command.

import { NONE } from '../../units/table.ts';
import type { State } from '../state/state.ts';

export class OwnerGroups {
  /** Groups of several accounts, by number; undefined until somebody asks. */
  private members: Map<number, number[]> | undefined;

  /** Forgets everything: a new command. */
  forget(): void {
    this.members = undefined;
  }

  /** All accounts of an account's owner, itself included, oldest first; none when it is alone. */
  of(state: State, account: number): readonly number[] {
    this.members ??= groupsOf(state);
    return this.members.get(state.accounts.groupOf(account)) ?? [];
  }
}

function groupsOf({ accounts, groups }: State): Map<number, number[]> {
  const first = new Int32Array(groups.count).fill(NONE);
  const members = new Map<number, number[]>();
  for (let account = 0; account < accounts.rows; account++) {
    const group = accounts.groupOf(account);
    const several = members.get(group);
    if (several !== undefined) several.push(account);
    else if (first[group] === NONE) first[group] = account;
    else members.set(group, [first[group], account]);
  }
  return members;
}
