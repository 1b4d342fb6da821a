// The edits that take risk away: reduce and close. Each expected fill is settled as the exchange
// settles it: a share of the pool is released, pays the fill's loss and fee first, and the rest
// goes to the balance. It must never release anything from a position that is below its initial
// margin.

import { floorToStep, mulDivHalfEven } from '../units/rounding.ts';
import { bankruptcyPrice } from './bankruptcy.ts';
import { checkState } from './edit-checks.ts';
import {
  refuse,
  type EditQuestion,
  type EditRefusal,
  type EditTerms,
  type IsolatedPosition,
  type Outcome,
} from './edit.ts';
import { feeOn } from './fees.ts';
import { scopeOf } from './figures.ts';
import {
  applyFill,
  FilledPosition,
  isAmount,
  isolatedPayout,
  releasedCollateral,
} from './position.ts';
import { isAccepted, isLiquidatable, isWorse } from './scope.ts';
import { fillableSize, type ExpectedFill } from './sizing.ts';

/** Running totals of the fills of one edit, quote units. */
interface Settled {
  after: IsolatedPosition;
  realised: number;
  released: number;
  payout: number;
  fee: number;
  bankrupt: boolean;
}

/** Projects a reduce or a close whose inputs are checked. */
export function projectReducing(
  before: IsolatedPosition,
  { edit, terms, fills }: EditQuestion,
): Outcome | EditRefusal {
  const held = Math.abs(before.size);
  const asked = edit.size ?? held;
  // A position may have lots that no order has; only an order for all of it can take them.
  const fillable = fillableSize(fills, asked === held ? 1 : terms.lot);
  const reduced = asked < fillable ? asked : fillable;
  const value = valueOf(reduced, fills, terms.k);
  if (!isAmount(value)) return refuse('AMOUNT_OUT_OF_RANGE', { value });
  const settled = settle(before, reduced, fills, terms);
  const state = checkState(edit.kind, terms.state);
  if (state !== undefined) return state;
  if (reduced === 0) return refuse('NOT_ENOUGH_LIQUIDITY', { fillable });
  const refusal = checkMargin(before, settled, terms) ?? checkRemainder(held - asked, held, terms);
  if (refusal !== undefined) return refusal;
  const { after, realised, released, payout, fee } = settled;
  return {
    ok: true,
    after,
    derived: {
      reducedSize: reduced,
      realised,
      releasedCollateral: released,
      payout,
      fee,
      interest: 0,
      fillableSize: fillable,
      estimatedPrice: mulDivHalfEven(value, 1, reduced * terms.k),
    },
  };
}

/** Σ size · price · k of the first `reduced` of the fills. */
function valueOf(reduced: number, fills: readonly ExpectedFill[], k: number): number {
  let rest = reduced;
  let value = 0;
  for (let i = 0; i < fills.length && rest > 0; i += 1) {
    const size = fills[i].size < rest ? fills[i].size : rest;
    rest -= size;
    value += size * fills[i].price * k;
  }
  return value;
}

function settle(
  before: IsolatedPosition,
  reduced: number,
  fills: readonly ExpectedFill[],
  terms: EditTerms,
): Settled {
  const scope = scopeOf(before, terms);
  const releases = isAccepted(scope.initialEquity, scope.initial);
  const settled: Settled = {
    after: before,
    realised: 0,
    released: 0,
    payout: 0,
    fee: 0,
    bankrupt: false,
  };
  let rest = reduced;
  for (let i = 0; i < fills.length && rest > 0; i += 1) {
    const size = fills[i].size < rest ? fills[i].size : rest;
    rest -= size;
    settleFill(settled, { price: fills[i].price, size }, releases, terms);
  }
  return settled;
}

function settleFill(
  settled: Settled,
  fill: ExpectedFill,
  releases: boolean,
  terms: EditTerms,
): void {
  const { k, takerFeePpm } = terms;
  const { size, cost, collateral, leverage } = settled.after;
  const held = Math.abs(size);
  const value = fill.size * fill.price * k;
  const fee = feeOn(value, takerFeePpm);
  const filled = new FilledPosition();
  applyFill(filled, size, cost, size < 0 ? fill.size : -fill.size, fill.price, k);
  const isReleased = releases || filled.size === 0;
  const released = isReleased ? releasedCollateral(collateral, fill.size, held) : 0;
  const out = isReleased ? isolatedPayout(released, filled.realised, fee) : 0;
  const payout = out > 0 ? out : 0;
  const after: IsolatedPosition = {
    size: filled.size,
    cost: filled.cost,
    collateral: collateral + filled.realised - fee - payout,
    leverage,
  };
  settled.after = after;
  settled.realised += filled.realised;
  settled.released += released;
  settled.payout += payout;
  settled.fee += fee;
  settled.bankrupt ||= scopeOf(after, terms).equity < 0;
}

/**
 * No fill may leave less than nothing, and what remains may not be liquidatable because of the
 * edit.
 */
function checkMargin(
  before: IsolatedPosition,
  settled: Settled,
  terms: EditTerms,
): EditRefusal | undefined {
  const { mark, k, tick } = terms;
  const then = scopeOf(settled.after, terms);
  const now = scopeOf(before, terms);
  if (settled.bankrupt) {
    const worst = bankruptcyPrice(before.size, mark, k, now.equity, tick);
    const numbers = worst.kind === 'price' ? { worst: worst.price } : {};
    return refuse('WOULD_BANKRUPT', { equity: then.equity, ...numbers });
  }
  if (!isLiquidatable(then.equity, then.maintenance)) return undefined;
  const wasLiquidatable = isLiquidatable(now.equity, now.maintenance);
  const worse = isWorse(now.equity, now.maintenance, then.equity, then.maintenance);
  if (wasLiquidatable && !worse) return undefined;
  return refuse('WOULD_BE_LIQUIDATED', { equity: then.equity, required: then.maintenance, mark });
}

/** What would be left over must be a position that may stand; closing is the other way out. */
function checkRemainder(rest: number, held: number, terms: EditTerms): EditRefusal | undefined {
  const { minimumSize, lot } = terms;
  if (rest === 0 || rest >= minimumSize) return undefined;
  const most = floorToStep(held - minimumSize, lot);
  return refuse('REMAINDER_TOO_SMALL', { rest, minimum: minimumSize, max: most > 0 ? most : 0 });
}
