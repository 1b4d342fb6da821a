// Spike: the only code that changes the state, a fold of events. It cannot fail and knows nothing
// of plans.

import { NONE } from '../../src/units/table.ts';
import { E, WIDTH } from './events.ts';
import {
  CANARY,
  DEPOSITS,
  INDEX_FRAC,
  INDEX_WHOLE,
  INTERVAL,
  MARK,
  ORDER_SEQ,
  STATUS,
} from './state.ts';
import type { State } from './state.ts';

export function commit(s: State, L: Float64Array, from: number, to: number): void {
  const { accounts, orders, scalars } = s;
  for (let i = from; i < to; i += WIDTH[L[i]!]!) {
    const account = L[i + 1]!;
    switch (L[i]) {
      case E.created: {
        const row = accounts.allocate();
        accounts.cash[row] = accounts.buys[row] = accounts.sells[row] = accounts.stage[row] = 0;
        accounts.group[row] = L[i + 2]!;
        accounts.positionHead[row] = accounts.orderHead[row] = NONE;
        break;
      }
      case E.cash:
        accounts.cash[account] = L[i + 2]!;
        break;
      case E.row:
        commitRow(s, L, i);
        break;
      case E.fill: {
        const order = account;
        const side = orders.side[order]!;
        (side > 0 ? accounts.buys : accounts.sells)[orders.account[order]!]! -=
          orders.size[order]! - L[i + 2]!;
        orders.size[order] = L[i + 2]!;
        if (L[i + 2] === 0) dropOrder(s, order);
        break;
      }
      case E.rested:
        commitRested(s, L, i);
        break;
      case E.cancelled: {
        const order = account;
        (orders.side[order]! > 0 ? accounts.buys : accounts.sells)[orders.account[order]!]! -=
          orders.size[order]!;
        dropOrder(s, order);
        break;
      }
      case E.mark:
        scalars[MARK] = account;
        s.woken = true;
        break;
      case E.funding:
        scalars[INDEX_WHOLE] = L[i + 1]!;
        scalars[INDEX_FRAC] = L[i + 2]!;
        scalars[INTERVAL] = L[i + 3]!;
        s.rebandAll(); // the spike re-bands at once; the engine does it in slices within a reserve
        break;
      case E.stage:
        accounts.stage[account] = L[i + 2]!;
        break;
      case E.market:
        scalars[STATUS] = account;
        break;
      case E.deposits:
        scalars[DEPOSITS] = L[i + 2]!;
        break;
      case E.refused:
        scalars[CANARY]! += 1; // never committed; the mutation "commit a refused plan" shows here
        break;
      default: // receipts change nothing
    }
  }
}

function commitRested(s: State, L: Float64Array, i: number): void {
  const { accounts, orders, scalars } = s;
  const account = L[i + 1]!;
  const order = orders.allocate();
  const side = L[i + 2]!;
  const first = accounts.orderHead[account]!;
  orders.id[order] = scalars[ORDER_SEQ] = L[i + 5]!;
  orders.account[order] = account;
  orders.side[order] = side;
  orders.size[order] = L[i + 4]!;
  orders.prevOfAccount[order] = NONE;
  orders.nextOfAccount[order] = first;
  if (first !== NONE) orders.prevOfAccount[first] = order;
  accounts.orderHead[account] = order;
  (side > 0 ? accounts.buys : accounts.sells)[account]! += L[i + 4]!;
  (side > 0 ? s.bids : s.asks).add(order, L[i + 3]!);
}

function commitRow(s: State, L: Float64Array, i: number): void {
  const { accounts, positions } = s;
  const account = L[i + 1]!;
  accounts.cash[account] = L[i + 2]!;
  let row = s.positionOf(account);
  if (row !== NONE) s.unband(row);
  if (L[i + 3] === 0) {
    if (row === NONE) return;
    // One market here: it is the head.
    accounts.positionHead[account] = positions.nextOfAccount[row]!;
    positions.size[row] = positions.cost[row] = 0; // sums run over whole columns
    positions.release(row);
    return;
  }
  if (row === NONE) {
    row = positions.allocate();
    s.growTriggers();
    positions.account[row] = account;
    positions.market[row] = 0;
    positions.nextOfAccount[row] = accounts.positionHead[account]!;
    accounts.positionHead[account] = row;
  }
  positions.size[row] = L[i + 3]!;
  positions.cost[row] = L[i + 4]!;
  positions.indexWhole[row] = L[i + 5]!;
  positions.indexFrac[row] = L[i + 6]!;
  s.band(row);
}

export function dropOrder(s: State, order: number): void {
  const { accounts, orders, bids, asks } = s;
  (orders.side[order]! > 0 ? bids : asks).remove(order);
  const before = orders.prevOfAccount[order]!;
  const after = orders.nextOfAccount[order]!;
  if (before === NONE) accounts.orderHead[orders.account[order]!] = after;
  else orders.nextOfAccount[before] = after;
  if (after !== NONE) orders.prevOfAccount[after] = before;
  orders.release(order);
}
