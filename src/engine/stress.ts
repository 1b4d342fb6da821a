// What would happen if a price moved: a copy of the state gets the shock and follows it by the true
// rules, round by round, to its end. There is no second set of rules here, and never a live state:
// whoever asks brings an engine that nobody needs any more.

import { isAccepted } from '../margin/scope.ts';
import { PPM_ONE, ppm, price } from '../units/brand.ts';
import { mulDivFloor } from '../units/rounding.ts';
import { NONE } from '../units/table.ts';
import {
  ACCOUNT_INSURANCE,
  MARK_GIVEN,
  MODE_ISOLATED,
  STATUS_SETTLED,
  SYSTEM_ACCOUNTS,
} from './command.ts';
import type { Command, SourcePrice } from './command.ts';
import type { Engine } from './engine.ts';
import { EventLog } from './event.ts';
import { VALUE_MAX } from './limits.ts';
import { ASK_ALL, ASK_MAINTENANCE, Assessor } from './plan/assess.ts';
import { Overlay } from './plan/overlay.ts';
import { OK } from './reason.ts';
import { IMPOSED_BOUND, IMPOSED_SETTLING } from './state/market.ts';
import type { Market } from './state/market.ts';
import { LINKS, MODE, NEXT_ROW } from './state/positions.ts';
import type { State } from './state/state.ts';
import { StressCounter } from './stress-rounds.ts';
import type { StressRound, StressTotals } from './stress-rounds.ts';

/** The mark of a market (of a spot market: its index) moves by this much of itself. */
export interface Shock {
  readonly market: number;
  /** Either sign, above −10^6. */
  readonly changePpm: number;
}

/** One account's equity, all its scopes together, in settlement units. */
export interface StressLoser {
  readonly account: number;
  readonly before: number;
  readonly after: number;
}

/** Everything is in units of the settlement asset. */
export interface StressReport {
  /** Where the marks went, in price units. */
  readonly moves: readonly {
    readonly market: number;
    readonly from: number;
    readonly to: number;
  }[];
  readonly rounds: readonly StressRound[];
  readonly totals: StressTotals;
  /** Accounts (not of the system) with a scope below its initial requirement. */
  readonly belowInitial: { readonly before: number; readonly after: number };
  /** What the fund has with its positions at the marks, before, at the lowest, and at the end. */
  readonly fund: { readonly before: number; readonly lowest: number; readonly after: number };
  /** Who has lost most, the largest loss first. */
  readonly losers: readonly StressLoser[];
  /** Ticks that were needed because a command met its step bound. */
  readonly ticks: number;
  /** False when liquidations still waited after STRESS_TICKS_MAX ticks. */
  readonly finished: boolean;
}

/** A shock that cannot be followed. */
export interface StressRefused {
  readonly refused: true;
  readonly market: number;
  readonly why: 'settled' | 'no_mark' | 'other_asset' | 'out_of_range' | 'refused';
  /** With `refused`: the reason's number. */
  readonly reason: number;
}

/** More would only repeat what the first ones could not finish. */
export const STRESS_TICKS_MAX = 1_000;
const LOSERS = 10;

/**
 * Moves the marks one after the other, as given, and follows each to its end. The engine is used
 * up: give a copy. From then on the marks of the shocked markets stay where they are put; other
 * markets follow their own rules.
 */
export function stress(copy: Engine, shocks: readonly Shock[]): StressReport | StressRefused {
  const commands: Command[] = [];
  const marks = copy.markets().map(({ mark, index, isSpot }) => (isSpot ? index : mark));
  for (const shock of shocks) {
    const market = copy.markets()[shock.market];
    const why = whyNot(copy, market, shock);
    if (why !== undefined) return { refused: true, market: shock.market, why, reason: OK };
    const to = mulDivFloor(marks[shock.market], PPM_ONE + shock.changePpm, PPM_ONE);
    if (to < 1 || to > VALUE_MAX)
      return { refused: true, market: shock.market, why: 'out_of_range', reason: OK };
    marks[shock.market] = to;
    if (!market.isSpot) commands.push(givenMark(copy, market));
    commands.push(moveTo(copy, market, to));
  }
  return follow(copy, commands);
}

/** What commands would lead to, followed to the end. The engine is used up: give a copy. */
export function follow(copy: Engine, commands: readonly Command[]): StressReport | StressRefused {
  const { state } = copy;
  const before = wealths(state);
  const lowBefore = countBelowInitial(state);
  const marksBefore = copy.markets().map(markOf);
  const counter = new StressCounter();
  let ticks = 0;
  const assessor = assessorOf(state);
  let lowest = before[ACCOUNT_INSURANCE];
  const run = (command: Command): number => {
    const { reason } = copy.execute(command);
    if (reason !== OK) return reason;
    counter.take(copy);
    const fund = wealthOf(state, assessor, ACCOUNT_INSURANCE);
    if (fund < lowest) lowest = fund;
    return OK;
  };
  for (const command of commands) {
    const market = 'market' in command ? command.market : NONE;
    counter.begin(market);
    const reason = run(command);
    if (reason !== OK) return { refused: true, market, why: 'refused', reason };
    do {
      run({ kind: 'tick', id: '', time: state.clock });
      ticks += 1;
    } while (waits(state) && ticks < STRESS_TICKS_MAX);
  }
  const after = wealths(state);
  return {
    moves: copy
      .markets()
      .map((market, number) => ({ market: number, from: marksBefore[number], to: markOf(market) }))
      .filter(({ from, to }) => from !== to),
    rounds: counter.rounds(),
    totals: counter.totals(),
    belowInitial: { before: lowBefore, after: countBelowInitial(state) },
    fund: { before: before[ACCOUNT_INSURANCE], lowest, after: after[ACCOUNT_INSURANCE] },
    losers: losersOf(before, after),
    ticks,
    finished: !waits(state),
  };
}

function whyNot(
  { state }: Engine,
  market: Market | undefined,
  { changePpm }: Shock,
): StressRefused['why'] | undefined {
  if (market === undefined || market.status === STATUS_SETTLED) return 'settled';
  if (market.quote !== state.settlement) return 'other_asset';
  if (markOf(market) === 0) return 'no_mark';
  return Number.isSafeInteger(changePpm) && changePpm > -PPM_ONE ? undefined : 'out_of_range';
}

/** On the copy the market's mark is given, and no source speaks for it any more. */
function givenMark({ state }: Engine, market: Market): Command {
  const { risk } = market.terms;
  return {
    kind: 'update_market',
    id: '',
    time: state.clock,
    market: market.number,
    terms: {
      ...market.terms,
      brackets: market.bracketsNow(),
      markSource: MARK_GIVEN,
      risk: { ...risk, sourcesRequired: 1, sourceMaxAgeMs: 0, sourceDeviationPpm: ppm(0) },
    },
    rampMs: 0,
    operator: 'stress',
    reason: 'a mark is given on a copy',
  };
}

/** Every source that has ever spoken says the new price. */
function moveTo({ state }: Engine, market: Market, to: number): Command {
  const time = state.clock;
  const base = { kind: 'update_index', id: '', time, market: market.number } as const;
  const mark = price(market.isSpot ? 0 : to);
  const { sourcePrices, terms } = market;
  const count =
    sourcePrices.length > terms.risk.sourcesRequired
      ? sourcePrices.length
      : terms.risk.sourcesRequired;
  if (sourcePrices.length === 0 && count === 1 && terms.risk.sourceMaxAgeMs === 0)
    return { ...base, price: price(to), mark };
  const sources = Array.from({ length: count }, (_, source): SourcePrice => ({
    source,
    price: price(to),
    at: time,
  }));
  return { ...base, price: price(0), mark, sources };
}

const markOf = ({ isSpot, mark, index }: Market): number => (isSpot ? index : mark);

/** Whether a step bound has left something for the next tick. */
const waits = (state: State): boolean =>
  state.markets.some(({ imposed }) => (imposed & (IMPOSED_BOUND | IMPOSED_SETTLING)) !== 0);

const assessorOf = (state: State): Assessor =>
  new Assessor(state, new Overlay(state, new EventLog()));

/** The equity of every account, all its scopes together. */
function wealths(state: State): Float64Array {
  const assessor = assessorOf(state);
  const values = new Float64Array(state.accounts.rows);
  for (let account = 0; account < values.length; account++)
    values[account] = wealthOf(state, assessor, account);
  return values;
}

function wealthOf(state: State, assessor: Assessor, account: number): number {
  let { equity } = assessor.cross(account, NONE, undefined, ASK_MAINTENANCE);
  for (const row of isolatedRows(state, account))
    equity += assessor.isolatedRow(state.markets[state.marketOfRow(row)], row).equity;
  return equity;
}

function countBelowInitial(state: State): number {
  const assessor = assessorOf(state);
  let count = 0;
  for (let account = SYSTEM_ACCOUNTS.length; account < state.accounts.rows; account++)
    if (isBelowInitial(state, assessor, account)) count += 1;
  return count;
}

function isBelowInitial(state: State, assessor: Assessor, account: number): boolean {
  const cross = assessor.cross(account, NONE, undefined, ASK_ALL);
  if (!isAccepted(cross.initialEquity, cross.initial)) return true;
  return isolatedRows(state, account).some((row) => {
    const own = assessor.isolatedRow(state.markets[state.marketOfRow(row)], row);
    return !isAccepted(own.initialEquity, own.initial);
  });
}

function isolatedRows(state: State, account: number): number[] {
  const { links } = state.positions;
  const rows: number[] = [];
  let row = state.accounts.positionsOf(account);
  for (; row !== NONE; row = links[row * LINKS + NEXT_ROW])
    if (links[row * LINKS + MODE] === MODE_ISOLATED) rows.push(row);
  return rows;
}

/** The largest losses, the largest first. */
function losersOf(before: Float64Array, after: Float64Array): StressLoser[] {
  const losers: StressLoser[] = [];
  for (let account = SYSTEM_ACCOUNTS.length; account < after.length; account++) {
    const loss = before[account] - after[account];
    const last = losers.at(-1);
    if (loss <= 0 || (losers.length === LOSERS && last !== undefined && loss <= lossOf(last)))
      continue;
    losers.push({ account, before: before[account], after: after[account] });
    losers.sort((a, b) => lossOf(b) - lossOf(a) || a.account - b.account);
    if (losers.length > LOSERS) losers.pop();
  }
  return losers;
}

const lossOf = ({ before, after }: StressLoser): number => before - after;
