// A liquidation asks the book: an order that is filled at once or not at all, first for the
// smallest cure, then for the whole position at its bankruptcy price. Anybody's resting order may
// take it. It pays the liquidation fee out of what is left and no other, so it never fails for a
// fee.

import { FILL, FILL_AND_DROP } from '../../book/match.ts';
import { dealtEquity } from '../../margin/bankruptcy.ts';
import { cureLimit, cureSize, defaultCureSlip } from '../../margin/cure.ts';
import { notionalOf } from '../../margin/position.ts';
import { liquidationFeeOn } from '../../margin/fees.ts';
import { NONE } from '../../units/table.ts';
import { ACCOUNT_INSURANCE } from '../command.ts';
import { BALANCE_LIQUIDATION, BY_CLOSE, BY_CURE, FUND_FEE } from '../event.ts';
import type { Market } from '../state/market.ts';
import { writeAttachments } from './attachments.ts';
import type { PlanContext } from './context.ts';
import { LiquidationScope, writeReceipt } from './liquidation-scope.ts';
import { writeMatch } from './order-events.ts';
import { O_BEFORE, O_COLLATERAL, O_QUOTE_FREE, O_SIZE, OVERLAY } from './overlay.ts';
import { takeFromBook } from './take.ts';
import { writeFees, writeInsurance, writeTouched } from './write.ts';

const from = new LiquidationScope();

/** Plans the order: `cures` asks for no more than it takes, else for all. */
export function planLiquidationOrder(
  context: PlanContext,
  market: Market,
  scope: number,
  cures: boolean,
): void {
  from.begin(context, market, scope);
  const isLong = from.size > 0;
  const whole = isLong ? from.size : 0 - from.size;
  const limit = cures ? cureLimitOf(market) : from.bankruptcy;
  // A short with more debt than any price can pay has nothing to offer the book.
  const offers = from.bankruptcyKind !== 'never';
  const asked = !offers ? 0 : cures ? cureSizeOf(market, limit) : whole;
  if (asked > 0) takeFromBook(context, market, from.touched, isLong ? -1 : 1, limit, asked, 0);
  const value = asked === 0 ? 0 : filledValue(context, market);
  const closed = asked === 0 ? 0 : context.match.filled;
  const fee = value === 0 ? 0 : charge(context, market, value);
  // Also where nothing was filled: makers may have been dropped, and have got their holds back.
  const fees = asked === 0 ? 0 : writeMatch(context, market, context.incoming);
  writeReceipt(context, market, scope, from, {
    by: cures ? BY_CURE : BY_CLOSE,
    counterparty: NONE,
    asked,
    closed,
    limit,
    value,
    fee,
    shortfall: 0,
  });
  if (closed > 0) writeAttachments(context, market, context.incoming);
  writeTouched(context, market, BALANCE_LIQUIDATION);
  if (fees !== 0) writeFees(context.log, market.quote, fees);
}

function cureLimitOf(market: Market): number {
  const { cureSlipPpm } = market.terms.risk;
  const slip =
    cureSlipPpm === 0
      ? defaultCureSlip(market.brackets, notionalOf(from.size, market.mark, market.multiplier))
      : cureSlipPpm;
  return cureLimit(from.size, market.mark, slip, from.bankruptcy, market.tickSize);
}

function cureSizeOf(market: Market, limit: number): number {
  const { terms, mark, multiplier: k, brackets, lotSize: lot } = market;
  return cureSize({
    size: from.size,
    mark,
    k,
    limit,
    brackets,
    equity: from.equity,
    maintenance: from.maintenance,
    bufferPpm: terms.risk.liquidationBufferPpm,
    liquidationFeePpm: terms.liquidationFeePpm,
    lot,
    minimumSize: terms.minimumSize,
    minimumNotional: terms.minimumNotional,
  });
}

/** Σ price · size · k of what the planned match fills. */
function filledValue({ match, state }: PlanContext, market: Market): number {
  let value = 0;
  for (let i = 0; i < match.count; i++) {
    const action = match.action[i];
    if (action === FILL || action === FILL_AND_DROP)
      value += state.orders.priceOf(match.slot[i]) * match.size[i] * market.multiplier;
  }
  return value;
}

/**
 * The liquidation fee, out of what is left above zero without what waits, to the insurance fund.
 */
function charge(context: PlanContext, market: Market, value: number): number {
  const { overlay, log, assessor } = context;
  const { numbers } = overlay;
  const t = from.touched * OVERLAY;
  const paidOut = assessor.isTouchedIsolated(from.touched) && numbers[t + O_SIZE] === 0;
  // A closed isolated position has paid out what was left of its pool.
  const left = paidOut
    ? numbers[t + O_QUOTE_FREE] - numbers[t + O_BEFORE + O_QUOTE_FREE]
    : dealtEquity(from.assess(context, market).equity, from.waiting);
  const fee = liquidationFeeOn(value, market.terms.liquidationFeePpm, left);
  if (fee === 0) return 0;
  const inPool = assessor.isTouchedIsolated(from.touched) && !paidOut;
  numbers[t + (inPool ? O_COLLATERAL : O_QUOTE_FREE)] -= fee;
  const fund = overlay.touch(ACCOUNT_INSURANCE) * OVERLAY;
  overlay.numbers[fund + O_QUOTE_FREE] += fee;
  writeInsurance(log, market.quote, FUND_FEE, fee, overlay.numbers[fund + O_QUOTE_FREE]);
  return fee;
}
