// What the insurance fund took over it gives back to the market: at every tick it offers its whole
// position, and the coins it has bought, to whoever rests at the mark (the index) or better. It
// never sells below the mark or buys above it, so it loses nothing by it, and it holds no stock for
// longer than the market leaves it.

import type { Side } from '../../units/brand.ts';
import { ceilToStep, divFloor, floorToStep } from '../../units/rounding.ts';
import { NONE } from '../../units/table.ts';
import { ACCOUNT_INSURANCE, STATUS_CANCEL_ONLY } from '../command.ts';
import { BALANCE_INSURANCE } from '../event.ts';
import type { Market } from '../state/market.ts';
import { NUMBERS, SIZE } from '../state/positions.ts';
import { writeAttachments } from './attachments.ts';
import type { PlanContext } from './context.ts';
import { writeMatch } from './order-events.ts';
import { takeFromBook } from './take.ts';
import { writeFees, writeTouched } from './write.ts';

/** Plans the order; the log stays empty when the fund has nothing here or nobody takes it. */
export function planUnwind(context: PlanContext, market: Market): void {
  if (market.openness() >= STATUS_CANCEL_ONLY) return;
  if (market.isSpot) return sellCoins(context, market);
  if (!market.mayLiquidate) return;
  const { state } = context;
  const row = state.row(ACCOUNT_INSURANCE, market.number);
  const size = row === NONE ? 0 : state.positions.numbers[row * NUMBERS + SIZE];
  if (size === 0) return;
  const { mark, tickSize } = market;
  if (size > 0) offer(context, market, -1, ceilToStep(mark, tickSize), size);
  else offer(context, market, 1, floorToStep(mark, tickSize), 0 - size);
}

/** Collateral that it bought, at no less than the index: its cash is what it is there for. */
function sellCoins(context: PlanContext, market: Market): void {
  const { state } = context;
  if (market.quote !== state.settlement || market.index === 0) return;
  const free = state.balances.money[state.balances.at(ACCOUNT_INSURANCE, market.base)];
  const size = floorToStep(divFloor(free, market.baseMultiplier), market.lotSize);
  if (size > 0) offer(context, market, -1, ceilToStep(market.index, market.tickSize), size);
}

function offer(
  context: PlanContext,
  market: Market,
  side: Side,
  limit: number,
  size: number,
): void {
  const { overlay, incoming, match, log } = context;
  if (limit === 0 || !market.opposite(side).reaches(limit)) return;
  overlay.begin(market);
  const touched = overlay.touch(ACCOUNT_INSURANCE);
  takeFromBook(context, market, touched, side, limit, size, 0);
  const fees = writeMatch(context, market, incoming);
  if (match.filled > 0 && !market.isSpot) writeAttachments(context, market, incoming);
  writeTouched(context, market, BALANCE_INSURANCE);
  if (fees !== 0) writeFees(log, market.quote, fees);
}
