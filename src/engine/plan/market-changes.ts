// Changes of what a market is: its terms, at once or in a ramp, and its status, up to the
// settlement that closes every position at a price. An operator orders them and says why.

import { NONE } from '../../units/table.ts';
import { STATUS_SETTLED } from '../command.ts';
import type { MarketTerms, SetMarketStatus, UpdateMarket } from '../command.ts';
import { BALANCE_SETTLEMENT, MARKET_CHANGED, MARKET_RAMPED, WHY_MARKET_STATUS } from '../event.ts';
import { MARKET_IN_USE, MARKET_SETTLED, OK } from '../reason.ts';
import { IMPOSED_DEFICIT, IMPOSED_SETTLING, IMPOSED_SOURCES } from '../state/market.ts';
import type { Market } from '../state/market.ts';
import { ACCOUNT, LINKS, MARKET, NUMBERS, ORDER_HEAD, SIZE } from '../state/positions.ts';
import { cancelRow } from './cancel.ts';
import type { PlanContext } from './context.ts';
import { writeImposed } from './impose.ts';
import { isCounted, refuseMark, writeMark } from './index-price.ts';
import { checkTerms, copyOfTerms, refuseTerms } from './market-terms.ts';
import { checkOperator } from './money.ts';
import { closeAt } from './takeover.ts';
import { checkMarket, checkRange, checkValue, invalid } from './validate.ts';
import { writeTouched } from './write.ts';

/** A ramp moves once a minute: every step looks at everybody in the market anew. */
const RAMP_STEP_MS = 60_000;
/** A month. */
const RAMP_MAX_MS = 2_592_000_000;

/** New terms hold at once; with a ramp the margin rates take their time. */
export function planUpdateMarket(context: PlanContext, c: UpdateMarket): number {
  const { state, refusal, staged } = context;
  const refused =
    checkMarket(context, c.market) ||
    checkRange(context, 'ramp_ms', c.rampMs, 0, RAMP_MAX_MS) ||
    checkOperator(context, c.operator, c.reason);
  if (refused !== OK) return refused;
  const market = state.markets[c.market];
  if (market.status === STATUS_SETTLED) return refusal.because(MARKET_SETTLED);
  const brackets = checkTerms(context, c.terms, market.lotSize);
  if (brackets === undefined) return refusal.reason;
  if (c.rampMs > 0 && !hasFloors(market, c.terms)) {
    refuseTerms(context, 'RAMP_NEEDS_THE_SAME_FLOORS', 0);
    return refusal.reason;
  }
  staged.terms = copyOfTerms(c.terms);
  staged.brackets = brackets;
  writeMarketChanged(context, market, market.status, 1, c.rampMs);
  return OK;
}

/** The next step of a market's ramp, if it is time for one. */
export function planRamp(context: PlanContext, market: Market): void {
  const { rampAt, rampEnd } = market;
  if (rampEnd === 0 || (context.now < rampAt + RAMP_STEP_MS && context.now < rampEnd)) return;
  const at = context.log.begin(MARKET_RAMPED);
  context.log.data[at] = market.number;
  context.log.data[at + 1] = context.now < rampEnd ? context.now : rampEnd;
}

export function planSetMarketStatus(context: PlanContext, c: SetMarketStatus): number {
  const { state, refusal } = context;
  const refused =
    checkRange(context, 'status', c.status, 0, STATUS_SETTLED) ||
    checkMarket(context, c.market) ||
    checkValue(context, 'price', c.price) ||
    checkOperator(context, c.operator, c.reason);
  if (refused !== OK) return refused;
  const market = state.markets[c.market];
  if (market.status === STATUS_SETTLED) return refusal.because(MARKET_SETTLED);
  const settles = c.status === STATUS_SETTLED && !market.isSpot && c.price > 0;
  if (c.price > 0 && !settles) return invalid(context, 'price', c.price);
  const inUse = market.orders > 0 || market.positions > 0;
  if (c.status === STATUS_SETTLED && inUse && !settles)
    return refusal.because(MARKET_IN_USE, market.orders, market.positions);
  if (settles && !isCounted(market, c.price)) return refuseMark(context, c.price);
  writeMarketChanged(context, market, c.status, 0, 0);
  // An operator's word ends what a deficit has imposed; a market that is settled asks no source.
  const ended = c.status === STATUS_SETTLED ? IMPOSED_DEFICIT | IMPOSED_SOURCES : IMPOSED_DEFICIT;
  const imposed = market.imposed & ~ended;
  writeImposed(context, market, settles && inUse ? imposed | IMPOSED_SETTLING : imposed);
  if (settles) writeMark(context, market, c.price, c.price);
  return OK;
}

/**
 * Where a settlement goes on: rows below have no orders, no long, no short left. It only saves
 * looking again, so it holds for one market and only until something else than a settlement is
 * done: a liquidation may give a row that was passed a position, and a restored engine has no
 * cursor.
 */
export class SettlementCursor {
  orders = 0;
  long = 0;
  short = 0;
  private market = NONE;

  /** Begins anew, unless the last step was of this market. */
  goOn(market: number): void {
    if (market !== this.market) this.reset();
    this.market = market;
  }

  reset(): void {
    this.market = NONE;
    this.orders = 0;
    this.long = 0;
    this.short = 0;
  }
}

/**
 * One step of a settlement, after everybody below maintenance at its price has been dealt with: the
 * orders of one account, or one long closed against one short; at the end the word that it is done.
 */
export function planSettlement(
  context: PlanContext,
  market: Market,
  cursor: SettlementCursor,
): void {
  const { state, overlay } = context;
  const { links, numbers } = state.positions;
  cursor.goOn(market.number);
  cursor.orders = nextRow(context, market, cursor.orders, hasOrders);
  if (cursor.orders < state.positions.rows) {
    overlay.begin(market);
    const head = links[cursor.orders * LINKS + ORDER_HEAD];
    cancelRow(context, market, head, 0, false, WHY_MARKET_STATUS);
    return;
  }
  cursor.long = nextRow(context, market, cursor.long, isLong);
  cursor.short = nextRow(context, market, cursor.short, isShort);
  if (cursor.long === state.positions.rows || cursor.short === state.positions.rows) {
    writeImposed(context, market, market.imposed & ~IMPOSED_SETTLING);
    cursor.reset();
    return;
  }
  const most = numbers[cursor.long * NUMBERS + SIZE];
  const other = 0 - numbers[cursor.short * NUMBERS + SIZE];
  const closed = most < other ? most : other;
  overlay.begin(market);
  const long = overlay.touch(links[cursor.long * LINKS + ACCOUNT]);
  closeAt(context, market, long, 0 - closed, market.mark);
  const short = overlay.touch(links[cursor.short * LINKS + ACCOUNT]);
  closeAt(context, market, short, closed, market.mark);
  writeTouched(context, market, BALANCE_SETTLEMENT);
}

type RowTest = (context: PlanContext, row: number) => boolean;
const hasOrders: RowTest = ({ state }, row) =>
  state.positions.links[row * LINKS + ORDER_HEAD] !== NONE;
const isLong: RowTest = ({ state }, row) => state.positions.numbers[row * NUMBERS + SIZE] > 0;
const isShort: RowTest = ({ state }, row) => state.positions.numbers[row * NUMBERS + SIZE] < 0;

/** The first of the market's rows from one on that a test finds; the number of rows when none. */
function nextRow(context: PlanContext, market: Market, from: number, test: RowTest): number {
  const { positions } = context.state;
  for (let row = from; row < positions.rows; row++) {
    if (positions.links[row * LINKS + MARKET] === market.number && test(context, row)) return row;
  }
  return positions.rows;
}

function writeMarketChanged(
  context: PlanContext,
  market: Market,
  status: number,
  terms: 0 | 1,
  rampMs: number,
): void {
  const at = context.log.begin(MARKET_CHANGED);
  const { data } = context.log;
  data[at] = market.number;
  data[at + 1] = status;
  data[at + 2] = terms;
  data[at + 3] = rampMs === 0 ? 0 : context.now + rampMs;
  context.created = market.number;
}

/** Whether new brackets begin where the old ones do: only then is there something in between. */
function hasFloors({ terms }: Market, { brackets }: MarketTerms): boolean {
  const old = terms.brackets;
  if (old.length !== brackets.length) return false;
  return old.every(({ floorNotional }, i) => floorNotional === brackets[i].floorNotional);
}
