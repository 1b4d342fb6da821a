// Folds of what accrues: funding and interest, by interval and by account.

import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import * as rowFields from '../state/positions.ts';
import type { State } from '../state/state.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { MARK_GIVEN } = words;
const { COLLATERAL, FUNDING_REST, FUNDING_WHOLE, NUMBERS } = rowFields;

export function applyFundingSettled(state: State, data: Float64Array, at: number): void {
  const market = state.markets[data[at]];
  market.fundingInterval = data[at + 1];
  market.fundingWhole = data[at + 5];
  market.fundingRest = data[at + 6];
  market.premiumSum = 0;
  market.premiumSamples = 0;
  // Whoever has less slack than the reserve waits at the mark already: it is looked at now.
  state.triggers.wokenMarkets.add(market.number);
  state.bandCursor = 0;
  // A rate that is given knows no cap, and comes whenever it likes: no reserve covers it.
  if (market.terms.markSource === MARK_GIVEN) state.triggers.staleMarkets.add(market.number);
}

export function applyFundingPaid(state: State, data: Float64Array, at: number): void {
  const account = data[at];
  const market = state.markets[data[at + 1]];
  state.balances.money[state.balances.at(account, market.quote)] = data[at + 4];
  if (data[at + 4] < 0) {
    noteDebt(state, account, market.quote);
    state.triggers.markDirty(account); // a debt needs a reserve for its interest
  }
  const row = state.ensureRow(account, market.number);
  state.positions.numbers[row * NUMBERS + COLLATERAL] = data[at + 5];
  settleRow(state, market.number, row);
  state.rounding.add(market.quote, data[at + 3]);
}

/** The position has paid up to the market's index. */
export function settleRow(state: State, market: number, row: number): void {
  const { numbers } = state.positions;
  const { fundingWhole, fundingRest } = state.markets[market];
  numbers[row * NUMBERS + FUNDING_WHOLE] = fundingWhole;
  numbers[row * NUMBERS + FUNDING_REST] = fundingRest;
}

export function applyInterestAccrued(state: State, data: Float64Array, at: number): void {
  state.assets[data[at]].interestIndex = data[at + 2];
  state.interestHour = data[at + 1];
  state.wakeAll(); // as above: whoever has less slack than the reserve waits at a price already
  state.bandCursor = 0;
}

export function applyInterestCharged(state: State, data: Float64Array, at: number): void {
  const account = data[at];
  const asset = data[at + 1];
  state.balances.money[state.balances.at(account, asset)] = data[at + 3];
  state.accounts.interestIndex[account] = state.assets[asset].interestIndex;
  state.interest.add(asset, data[at + 2]);
}

/** A debt that begins or changes has paid its interest up to now. */
export function noteDebt(state: State, account: number, asset: number): void {
  if (asset === state.settlement && asset !== NONE)
    state.accounts.interestIndex[account] = state.assets[asset].interestIndex;
}

export function applySource(state: State, data: Float64Array, at: number): void {
  const market = state.markets[data[at]];
  while (market.sourcePrices.length <= data[at + 1]) {
    market.sourcePrices.push(0);
    market.sourceTimes.push(0);
  }
  market.sourcePrices[data[at + 1]] = data[at + 2];
  market.sourceTimes[data[at + 1]] = data[at + 3];
}

export function applySampled(state: State, data: Float64Array, at: number): void {
  const market = state.markets[data[at]];
  market.premiumSum = data[at + 1];
  market.premiumSamples = data[at + 2];
  market.sampledAt = data[at + 3];
  market.ema = data[at + 4];
  market.emaAt = state.clock;
}
