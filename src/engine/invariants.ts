// What must hold after every command, recomputed from scratch: money, sizes, running sums, books,
// queues. Slow and obviously right; tests ask after every command, a server every so often. It
// reports, the caller stops.

import { NONE } from '../units/table.ts';
import { MODE_ISOLATED } from './command.ts';
import { FLAG_ATTACHED, FLAG_REDUCE_ONLY } from './event.ts';
import { riskViolations } from './invariants-risk.ts';
import { Query } from './query.ts';
import type { Market } from './state/market.ts';
import {
  ORDER_ACCOUNT,
  ORDER_FACTS,
  ORDER_FIGURES,
  ORDER_FLAGS,
  ORDER_HOLD,
  ORDER_MARKET,
  ORDER_OPENING,
  ORDER_ROW,
  ORDER_SIDE,
  ORDER_WAITS,
} from './state/orders.ts';
import {
  BUYS,
  BUY_NOTIONAL,
  COLLATERAL,
  HIGHEST_BUY,
  HOLDS,
  LINKS,
  LOWEST_SELL,
  MODE,
  NUMBERS,
  ORDER_COUNT,
  REDUCE_ONLY_COUNT,
  RESTING_COUNT,
  SELLS,
  SELL_NOTIONAL,
  SIZE,
  STOP_LOSS,
  TAKE_PROFIT,
} from './state/positions.ts';
import type { State } from './state/state.ts';

/** Everything that does not hold, in words with numbers; empty when all is well. */
export function violations(state: State): string[] {
  const found: string[] = [];
  const expect = (actual: number, expected: number, what: string): void => {
    if (actual !== expected) found.push(`${what}: ${actual}, recomputed ${expected}`);
  };
  for (const { asset, difference } of new Query(state).conservation()) {
    if (difference !== 0n) found.push(`I1 asset ${asset}: ${difference} units too many`);
  }
  const held = new Float64Array(state.accounts.rows * state.assets.length);
  for (const market of state.markets) checkMarket(state, market, expect, found);
  for (let row = 0; row < state.positions.rows; row++) checkRow(state, row, held, expect, found);
  for (let account = 0; account < state.accounts.rows; account++) {
    for (let asset = 0; asset < state.assets.length; asset++) {
      const place = state.balances.at(account, asset);
      expect(
        state.balances.money[place + 1],
        held[account * state.assets.length + asset],
        `I4 held of ${account} in ${asset}`,
      );
      if (asset !== state.settlement && state.balances.money[place] < 0)
        found.push(`free of ${account} in ${asset} below zero`);
    }
  }
  return [...found, ...riskViolations(state)];
}

type Expect = (actual: number, expected: number, what: string) => void;

function checkMarket(state: State, market: Market, expect: Expect, found: string[]): void {
  let sizes = 0n;
  let interest = 0;
  let positions = 0;
  let orders = 0;
  for (let row = 0; row < state.positions.rows; row++) {
    if (state.marketOfRow(row) !== market.number) continue;
    const size = state.positions.numbers[row * NUMBERS + SIZE];
    sizes += BigInt(size);
    if (size > 0) interest += size;
    if (size !== 0) positions += 1;
    orders += state.positions.links[row * LINKS + ORDER_COUNT];
  }
  const name = market.symbol;
  if (sizes !== 0n) found.push(`I2 ${name}: sizes add up to ${sizes}`);
  expect(market.openInterest, interest, `I4 open interest of ${name}`);
  expect(market.positions, positions, `I4 positions of ${name}`);
  expect(market.orders, orders, `I4 orders of ${name}`);
  const bid = market.bids.bestPrice();
  const ask = market.asks.bestPrice();
  if (bid !== 0 && ask !== 0 && bid >= ask) found.push(`I5 ${name} is crossed: ${bid} and ${ask}`);
  checkLadder(state, market, 1, found);
  checkLadder(state, market, -1, found);
  const waiting = market.stops.reduce((sum, heap) => sum + heap.count, 0);
  expect(market.waiting, waiting, `waiting stops of ${name}`);
}

/**
 * Every order of a side is in price order, open, of this market and side, and counted in its level.
 */
function checkLadder(state: State, market: Market, side: 1 | -1, found: string[]): void {
  const ladder = market.own(side);
  const { orders } = state;
  let count = 0;
  let total = 0;
  let before = 0;
  for (let slot = ladder.best(); slot !== NONE; slot = ladder.next(slot)) {
    const price = orders.priceOf(slot);
    const open = orders.openOf(slot);
    const f = slot * ORDER_FACTS;
    if (before !== 0 && (price - before) * side > 0)
      found.push(`I5 ${market.symbol}: ${price} behind ${before}`);
    if (open <= 0) found.push(`I5 order ${orders.idOf(slot)} rests with ${open}`);
    const stranger =
      orders.facts[f + ORDER_SIDE] !== side || orders.facts[f + ORDER_MARKET] !== market.number;
    if (stranger || orders.facts[f + ORDER_WAITS] !== NONE)
      found.push(`I5 order ${orders.idOf(slot)} is in a wrong book`);
    before = price;
    count += 1;
    total += open;
  }
  if (count !== ladder.orderCount)
    found.push(`I5 ${market.symbol}: ${ladder.orderCount} orders counted, ${count} there`);
  if (total !== ladder.sizeTotal)
    found.push(`I5 ${market.symbol}: size ${ladder.sizeTotal} counted, ${total} there`);
}

/**
 * The sums of one account in one market against its orders, and the holds they add to the balances.
 */
function checkRow(
  state: State,
  row: number,
  held: Float64Array,
  expect: Expect,
  found: string[],
): void {
  const { numbers, links } = state.positions;
  const market = state.markets[state.marketOfRow(row)];
  const sums = new Float64Array(8);
  const slots = state.ordersOfRow(row);
  for (const slot of slots) addOrder(state, market, slot, sums, held, found);
  const r = row * NUMBERS;
  const l = row * LINKS;
  const where = `I4 row ${row}`;
  expect(numbers[r + BUYS], sums[0], `${where} buys`);
  expect(numbers[r + SELLS], sums[1], `${where} sells`);
  expect(numbers[r + BUY_NOTIONAL], sums[2], `${where} buy notional`);
  expect(numbers[r + SELL_NOTIONAL], sums[3], `${where} sell notional`);
  const highest = numbers[r + HIGHEST_BUY];
  const lowest = numbers[r + LOWEST_SELL];
  expect(highest >= sums[4] ? 0 : highest, 0, `${where} highest buy, ${sums[4]}`);
  expect((highest === 0) === (sums[4] === 0) ? 0 : highest, 0, `${where} any buy`);
  expect(lowest <= sums[5] ? 0 : lowest, 0, `${where} lowest sell, ${sums[5]}`);
  expect((lowest === 0) === (sums[5] === 0) ? 0 : lowest, 0, `${where} any sell`);
  if (!market.isSpot) expect(numbers[r + HOLDS], sums[6], `${where} holds`);
  expect(links[l + ORDER_COUNT], slots.length, `${where} orders`);
  const resting = slots.filter(
    (slot) => state.orders.facts[slot * ORDER_FACTS + ORDER_WAITS] === NONE,
  );
  const reduceOnly = resting.filter((slot) => isReduceOnly(state, slot));
  expect(links[l + REDUCE_ONLY_COUNT], reduceOnly.length, `${where} reduce-only orders`);
  expect(links[l + RESTING_COUNT], resting.length - reduceOnly.length, `${where} resting orders`);
  // While the step bound has left upkeep undone, an order may still be larger than its position.
  if (state.upkeep.length === 0) checkProtection(state, row, reduceOnly, slots, found);
}

/**
 * Reduce-only orders no larger than the position; the attached pair against it; a pool only where
 * it may be.
 */
function checkProtection(
  state: State,
  row: number,
  reduceOnly: readonly number[],
  slots: readonly number[],
  found: string[],
): void {
  const { numbers, links } = state.positions;
  const size = numbers[row * NUMBERS + SIZE];
  for (const slot of reduceOnly) {
    const room = -state.orders.facts[slot * ORDER_FACTS + ORDER_SIDE] * size;
    if (state.orders.openOf(slot) > room)
      found.push(`I8 reduce-only ${state.orders.idOf(slot)} exceeds position ${size}`);
  }
  const pair = [links[row * LINKS + TAKE_PROFIT], links[row * LINKS + STOP_LOSS]].filter(
    (slot) => slot !== NONE,
  );
  const attached = slots.filter(
    (slot) => (state.orders.facts[slot * ORDER_FACTS + ORDER_FLAGS] & FLAG_ATTACHED) !== 0,
  );
  if (attached.length !== pair.length || attached.some((slot) => !pair.includes(slot))) {
    found.push(`row ${row} has ${attached.length} attached orders and a pair of ${pair.length}`);
  }
  const collateral = numbers[row * NUMBERS + COLLATERAL];
  const isolated = links[row * LINKS + MODE] === MODE_ISOLATED;
  if ((!isolated || size === 0) && collateral !== 0)
    found.push(`row ${row} has a pool of ${collateral} without a position`);
}

function addOrder(
  state: State,
  market: Market,
  slot: number,
  sums: Float64Array,
  held: Float64Array,
  found: string[],
): void {
  const { orders } = state;
  const f = slot * ORDER_FACTS;
  const n = slot * ORDER_FIGURES;
  if (state.orderIndex.find(orders.idOf(slot)) !== slot)
    found.push(`order ${orders.idOf(slot)} is not in the index`);
  if (orders.facts[f + ORDER_WAITS] !== NONE) return;
  const price = orders.priceOf(slot);
  const open = orders.openOf(slot);
  const isBuy = orders.facts[f + ORDER_SIDE] > 0;
  const hold = orders.figures[n + ORDER_HOLD];
  const account = orders.facts[f + ORDER_ACCOUNT];
  const asset = market.isSpot && !isBuy ? market.base : market.quote;
  held[account * state.assets.length + asset] += hold;
  sums[6] += hold;
  if (orders.figures[n + ORDER_OPENING] > open)
    found.push(`order ${orders.idOf(slot)} opens more than it has open`);
  if (state.positions.links[orders.facts[f + ORDER_ROW] * LINKS] !== account)
    found.push(`order ${orders.idOf(slot)} has a wrong row`);
  if (isReduceOnly(state, slot)) return;
  sums[isBuy ? 0 : 1] += open;
  sums[isBuy ? 2 : 3] += price * open * market.multiplier;
  if (isBuy && price > sums[4]) sums[4] = price;
  if (!isBuy && (sums[5] === 0 || price < sums[5])) sums[5] = price;
}

function isReduceOnly(state: State, slot: number): boolean {
  return (state.orders.facts[slot * ORDER_FACTS + ORDER_FLAGS] & FLAG_REDUCE_ONLY) !== 0;
}
