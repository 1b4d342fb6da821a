// Asked before each fill of a plan: may this maker still trade, how much of it, and what does the
// fill cost both sides? Applies the fill to the overlay as it answers, so that the next question
// sees it. Reads the state only.

import type { FillRule } from '../../book/match.ts';
import { feeOn } from '../../margin/fees.ts';
import { unrealised } from '../../margin/position.ts';
import { isLiquidatable, makerKeepsOrder } from '../../margin/scope.ts';
import { mulDivCeil, mulDivFloor } from '../../units/rounding.ts';
import type { Side } from '../../units/brand.ts';
import * as events from '../event.ts';
import * as bounds from '../limits.ts';
import type { Market } from '../state/market.ts';
import * as orderFields from '../state/orders.ts';
import type { State } from '../state/state.ts';
import { FillTerms, fillCross, fillIsolated, fillSpot, releaseSpotHold } from './apply-fill.ts';
import * as questions from './assess.ts';
import type { Assessment, Assessor } from './assess.ts';
import { isolatedHold, spotBuyHold } from './holds.ts';
import * as overlayFields from './overlay.ts';
import type { Overlay } from './overlay.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { FLAG_REDUCE_ONLY, WHY_EXPIRED, WHY_HOLD_NOT_COVERED, WHY_MAKER_MARGIN, WHY_REDUCE_ONLY } =
  events;
const { VALUE_MAX } = bounds;
const {
  ORDER_ACCOUNT,
  ORDER_EXPIRES,
  ORDER_FLAGS,
  ORDER_HOLD,
  ORDER_FACTS,
  ORDER_FIGURES,
  ORDER_OPENING,
  ORDER_ROW,
} = orderFields;
const { ASK_INITIAL, ASK_MAINTENANCE } = questions;
const {
  O_BASE_FREE,
  O_COLLATERAL,
  O_COST,
  O_HOLDS,
  O_QUOTE_FREE,
  O_QUOTE_HELD,
  O_REALISED,
  O_SIZE,
  OVERLAY,
} = overlayFields;

export class EngineFillRule implements FillRule {
  /** Per admitted fill, in order: what each side pays, and what the maker's order still holds. */
  readonly makerFees: Float64Array;
  readonly takerFees: Float64Array;
  readonly makerHolds: Float64Array;
  /** Per maker asked: why its rest was dropped; meaningless where it was not. */
  readonly whys: Uint8Array;
  fills = 0;
  asked = 0;
  /** How the taker's fills are backed. */
  readonly takerTerms = new FillTerms();
  private readonly makerTerms = new FillTerms();
  private readonly saved = new Float64Array(7);
  private readonly tried = new Float64Array(7);
  private readonly state: State;
  private readonly overlay: Overlay;
  private readonly assessor: Assessor;
  private market!: Market;
  private side: Side = 1;
  private taker = 0;
  private takerIsolated = false;
  private now = 0;
  private takerFeePpm = 0;

  constructor(state: State, overlay: Overlay, assessor: Assessor) {
    const { fillsPerOrder } = state.limits;
    this.state = state;
    this.overlay = overlay;
    this.assessor = assessor;
    this.makerFees = new Float64Array(fillsPerOrder);
    this.takerFees = new Float64Array(fillsPerOrder);
    this.makerHolds = new Float64Array(fillsPerOrder);
    this.whys = new Uint8Array(fillsPerOrder);
    this.makerTerms.fromHold = true;
  }

  /** Begins a match. `taker` is its place in the overlay; a liquidated one pays no taker fee. */
  begin(market: Market, side: Side, taker: number, now: number, takerFeePpm: number): void {
    this.market = market;
    this.side = side;
    this.taker = taker;
    this.now = now;
    this.takerFeePpm = takerFeePpm;
    this.fills = 0;
    this.asked = 0;
    this.takerIsolated = this.assessor.isTouchedIsolated(taker);
    this.takerTerms.bankrupt = false;
    this.takerTerms.releases = !this.takerIsolated || this.assessor.isAboveInitial(market, taker);
    this.takerTerms.leverage = this.takerIsolated
      ? this.assessor.touchedLeverage(market, taker)
      : 1;
  }

  /** Begins a match in which nobody will be met. */
  beginIdle(): void {
    this.fills = 0;
    this.asked = 0;
    this.takerTerms.bankrupt = false;
  }

  admit(slot: number, price: number, size: number): number {
    const asked = this.asked;
    this.asked = asked + 1;
    const expires = this.state.orders.figures[slot * ORDER_FIGURES + ORDER_EXPIRES];
    if (expires !== 0 && expires <= this.now) return this.refuse(WHY_EXPIRED);
    const { facts } = this.state.orders;
    const at = slot * ORDER_FACTS;
    const maker = this.overlay.touchRow(facts[at + ORDER_ACCOUNT], facts[at + ORDER_ROW]);
    const admitted = this.market.isSpot
      ? this.fillSpotMaker(slot, maker, price, size)
      : this.fillPerpMaker(slot, maker, price, size, asked);
    if (admitted === 0) return 0;
    this.fillTaker(price, admitted);
    this.fills += 1;
    return admitted;
  }

  private fillTaker(price: number, size: number): void {
    const { market, overlay, side, taker, takerFeePpm } = this;
    if (this.takerIsolated) {
      const reduces = overlay.numbers[taker * OVERLAY + O_SIZE] * side < 0;
      fillIsolated(
        overlay.numbers,
        taker,
        market,
        side * size,
        price,
        takerFeePpm,
        this.takerTerms,
      );
      this.takerFees[this.fills] = this.takerTerms.fee;
      if (reduces && this.takerEquity() < 0) this.takerTerms.bankrupt = true;
      return;
    }
    const fee = feeOn(size * price * market.multiplier, takerFeePpm);
    this.takerFees[this.fills] = fee;
    if (market.isSpot) fillSpot(overlay.numbers, taker, market, side * size, price, fee);
    else fillCross(overlay.numbers, taker, market, side * size, price, fee);
  }

  /** What the taker's isolated pool is worth at the mark. */
  private takerEquity(): number {
    const { market, overlay, taker } = this;
    const { numbers } = overlay;
    const t = taker * OVERLAY;
    return (
      numbers[t + O_COLLATERAL] +
      unrealised(numbers[t + O_SIZE], numbers[t + O_COST], market.mark, market.multiplier)
    );
  }

  /** A spot maker holds all it needs; its fee never exceeds what the hold has for it. */
  private fillSpotMaker(slot: number, maker: number, price: number, size: number): number {
    const { market, overlay, side } = this;
    const numbers = overlay.numbers;
    const open = this.state.orders.openOf(slot);
    const hold = this.state.orders.figures[slot * ORDER_FIGURES + ORDER_HOLD];
    const isBuy = side < 0;
    const left = isBuy
      ? spotBuyHold(market, price, open - size)
      : (open - size) * market.baseMultiplier;
    const value = size * price * market.multiplier;
    const wanted = feeOn(value, market.terms.makerFeePpm);
    const fee = isBuy && wanted > hold - left - value ? hold - left - value : wanted;
    const t = maker * OVERLAY;
    const most = isBuy
      ? numbers[t + O_BASE_FREE] + size * market.baseMultiplier
      : numbers[t + O_QUOTE_FREE] + value;
    if (most > 2 * VALUE_MAX) return this.refuse(WHY_MAKER_MARGIN);
    releaseSpotHold(numbers, maker, isBuy, hold - left);
    fillSpot(numbers, maker, market, (isBuy ? 1 : -1) * size, price, fee);
    this.makerFees[this.fills] = fee;
    this.makerHolds[this.fills] = left;
    return size;
  }

  /**
   * A reduce-only maker fills no more than its position; any other is tried as if all it has open
   * were filled, and is dropped when that would leave it below maintenance and worse than it is.
   */
  private fillPerpMaker(
    slot: number,
    maker: number,
    price: number,
    size: number,
    asked: number,
  ): number {
    const { overlay, saved } = this;
    const orders = this.state.orders;
    let open = orders.openOf(slot);
    let most = size;
    this.whys[asked] = WHY_MAKER_MARGIN;
    if ((orders.facts[slot * ORDER_FACTS + ORDER_FLAGS] & FLAG_REDUCE_ONLY) !== 0) {
      const held = overlay.numbers[maker * OVERLAY + O_SIZE] * this.side;
      if (held <= 0) return this.refuse(WHY_REDUCE_ONLY);
      if (open > held) {
        open = held;
        this.whys[asked] = WHY_REDUCE_ONLY;
      }
      if (most > held) most = held;
    }
    const t = maker * OVERLAY;
    save(overlay.numbers, t, saved);
    if (!this.tryMaker(slot, maker, price, open)) {
      restore(overlay.numbers, t, saved);
      return this.refuse(this.whys[asked]);
    }
    if (most === open) return most;
    restore(overlay.numbers, t, saved);
    this.applyMaker(slot, maker, price, most);
    return most;
  }

  /** Fills all that is open in the overlay and says whether the maker may go on. */
  private tryMaker(slot: number, maker: number, price: number, open: number): boolean {
    if (!this.applyMaker(slot, maker, price, open)) {
      this.whys[this.asked - 1] = this.makerTerms.bankrupt
        ? WHY_MAKER_MARGIN
        : WHY_HOLD_NOT_COVERED;
      return false;
    }
    const { overlay, saved } = this;
    const { equity, maintenance } = this.assessMaker(maker);
    if (!isLiquidatable(equity, maintenance)) return true;
    const t = maker * OVERLAY;
    save(overlay.numbers, t, this.tried);
    restore(overlay.numbers, t, saved);
    const before = this.assessMaker(maker);
    restore(overlay.numbers, t, this.tried);
    return makerKeepsOrder(before.equity, before.maintenance, equity, maintenance);
  }

  private assessMaker(maker: number): Assessment {
    const { market, overlay, assessor } = this;
    if (assessor.isTouchedIsolated(maker)) return assessor.isolated(market, maker);
    return assessor.cross(overlay.account[maker], maker, market, ASK_MAINTENANCE);
  }

  /**
   * Applies a fill to the maker's overlay; false when an isolated opening part has nothing to back
   * it.
   */
  private applyMaker(slot: number, maker: number, price: number, size: number): boolean {
    const { market, overlay, makerTerms } = this;
    const numbers = overlay.numbers;
    const signed = -this.side * size;
    const { makerFeePpm } = market.terms;
    if (!this.assessor.isTouchedIsolated(maker)) {
      const fee = feeOn(size * price * market.multiplier, makerFeePpm);
      fillCross(numbers, maker, market, signed, price, fee);
      this.makerFees[this.fills] = fee;
      this.makerHolds[this.fills] = 0;
      return true;
    }
    const order = slot * ORDER_FIGURES;
    let hold = this.state.orders.figures[order + ORDER_HOLD];
    let covered = this.state.orders.figures[order + ORDER_OPENING];
    const held = numbers[maker * OVERLAY + O_SIZE] * this.side;
    const opening = size - (held > 0 ? (held < size ? held : size) : 0);
    makerTerms.bankrupt = false;
    makerTerms.leverage = this.assessor.touchedLeverage(market, maker);
    if (opening > covered) {
      const needed = isolatedHold(
        market,
        this.side > 0 ? -1 : 1,
        price,
        opening,
        makerTerms.leverage,
      );
      if (!this.raiseHold(maker, needed - hold)) return false;
      if (needed > hold) hold = needed;
      covered = opening;
    }
    makerTerms.share = opening === covered ? hold : mulDivFloor(hold, opening, covered);
    makerTerms.releases = this.assessor.isAboveInitial(market, maker);
    fillIsolated(numbers, maker, market, signed, price, makerFeePpm, makerTerms);
    if (makerTerms.bankrupt) return false;
    this.makerFees[this.fills] = makerTerms.fee;
    const left = hold - makerTerms.taken;
    const kept = holdKept(left, covered - opening, this.state.orders.openOf(slot) - size);
    this.makerHolds[this.fills] = kept;
    if (left > kept) this.returnHold(numbers, maker, left - kept);
    return true;
  }

  /**
   * More for an order that opens now because the position shrank in this match, if that can be
   * spared.
   */
  private raiseHold(maker: number, more: number): boolean {
    if (more <= 0) return true;
    const { overlay, assessor, market } = this;
    if (overlay.numbers[maker * OVERLAY + O_QUOTE_FREE] < more) return false;
    const scope = assessor.cross(overlay.account[maker], maker, market, ASK_INITIAL);
    if (scope.initialEquity - more < scope.initial) return false;
    this.returnHold(overlay.numbers, maker, 0 - more);
    return true;
  }

  private returnHold(numbers: Float64Array, maker: number, left: number): void {
    const t = maker * OVERLAY;
    numbers[t + O_QUOTE_HELD] -= left;
    numbers[t + O_QUOTE_FREE] += left;
    numbers[t + O_HOLDS] -= left;
  }

  private refuse(why: number): number {
    this.whys[this.asked - 1] = why;
    return 0;
  }
}

/**
 * What an order keeps of its hold for `covered` when it has only `open` left: the part of it that
 * can still open.
 */
function holdKept(hold: number, covered: number, open: number): number {
  if (open >= covered) return covered === 0 ? 0 : hold;
  return mulDivCeil(hold, open, covered);
}

/**
 * What a perpetual fill changes of a touched account; a loop over all of it is slower than these
 * few.
 */
function save(numbers: Float64Array, t: number, saved: Float64Array): void {
  saved[0] = numbers[t + O_SIZE];
  saved[1] = numbers[t + O_COST];
  saved[2] = numbers[t + O_COLLATERAL];
  saved[3] = numbers[t + O_QUOTE_FREE];
  saved[4] = numbers[t + O_QUOTE_HELD];
  saved[5] = numbers[t + O_REALISED];
  saved[6] = numbers[t + O_HOLDS];
}

function restore(numbers: Float64Array, t: number, saved: Float64Array): void {
  numbers[t + O_SIZE] = saved[0];
  numbers[t + O_COST] = saved[1];
  numbers[t + O_COLLATERAL] = saved[2];
  numbers[t + O_QUOTE_FREE] = saved[3];
  numbers[t + O_QUOTE_HELD] = saved[4];
  numbers[t + O_REALISED] = saved[5];
  numbers[t + O_HOLDS] = saved[6];
}
