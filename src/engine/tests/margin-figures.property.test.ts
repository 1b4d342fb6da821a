// Proves the margin figures of the engine against a slow oracle that walks every order with bigints
// and knows no running sum: on random flow, equity, initial and maintenance of every account are
// what the specification says, and no order was accepted that they do not allow.

import { expect, test } from 'vitest';
import { Sfc32 } from '../../testing/flow/sfc32.ts';
import { RandomCommands, worldCommands } from '../../testing/sim/random-commands.ts';
import { ACCOUNT_VALUE_MAX } from '../limits.ts';
import { Engine } from '../engine.ts';
import { FLAG_REDUCE_ONLY, ORDER_TRIGGERED, EVENT_WIDTHS } from '../event.ts';
import type { Market } from '../state/market.ts';
import type { OrderView, PositionView } from '../view.ts';

const MILLION = 1_000_000n;
const ceilDiv = (a: bigint, b: bigint): bigint => (a <= 0n ? a / b : (a + b - 1n) / b);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const absolute = (a: bigint): bigint => (a < 0n ? -a : a);

/** The sums of a scope, exact. */
interface Figures {
  equity: bigint;
  initialEquity: bigint;
  initial: bigint;
  maintenance: bigint;
  worst: bigint;
}

/**
 * Σ over the brackets of the part of the notional that lies in each, times its rate, rounded up
 * once.
 */
function bracketMargin(
  market: Market,
  notional: bigint,
  rate: 'initialPpm' | 'maintenancePpm',
): bigint {
  let sum = 0n;
  market.terms.brackets.forEach((bracket, i) => {
    const floor = BigInt(bracket.floorNotional);
    const next = market.terms.brackets[i + 1];
    const end =
      next === undefined || notional < BigInt(next.floorNotional)
        ? notional
        : BigInt(next.floorNotional);
    if (end > floor) sum += (end - floor) * BigInt(bracket[rate]);
  });
  return ceilDiv(sum, MILLION);
}

function initialMargin(market: Market, notional: bigint, leverage: number): bigint {
  const { openInterestScaleFrom: from, openInterestScaleTo: to } = market.terms;
  let required = bracketMargin(market, notional, 'initialPpm');
  if (to !== 0 && market.openInterest > from) {
    const over = BigInt(market.openInterest - from) * MILLION;
    const lift = market.openInterest >= to ? MILLION : ceilDiv(over, BigInt(to - from));
    required += ceilDiv((notional - required) * lift, MILLION);
  }
  return larger(required, ceilDiv(notional, BigInt(leverage)));
}

/** Orders that stand in the book, as opposed to stops that wait. */
function restingOrders(engine: Engine, account: number, market: number): OrderView[] {
  const { bids, asks } = engine.book(market, 1_000, true);
  const resting = new Set(
    [...bids, ...asks].flatMap(({ queue }) => (queue ?? []).map(({ order }) => order)),
  );
  return engine.orders(account, market).filter(({ order }) => resting.has(order));
}

function addMarket(engine: Engine, into: Figures, market: Market, position: PositionView): void {
  const { account, leverage } = position;
  const perUnit = BigInt(market.multiplier);
  const mark = BigInt(market.mark);
  const held = BigInt(position.size);
  const opens = restingOrders(engine, account, market.number).filter(
    ({ flags }) => (flags & FLAG_REDUCE_ONLY) === 0,
  );
  const value = held * mark * perUnit;
  const profit = value - BigInt(position.cost);
  into.equity += profit;
  into.initialEquity +=
    profit > 0n ? (profit * BigInt(market.terms.profitWeightPpm)) / MILLION : profit;
  into.maintenance += bracketMargin(market, absolute(value), 'maintenancePpm');
  const sizes = [0n, 0n];
  const notionals = [0n, 0n];
  let losses = 0n;
  for (const { side, price, open } of opens) {
    const at = side > 0 ? 0 : 1;
    sizes[at] += BigInt(open);
    notionals[at] += BigInt(price) * BigInt(open) * perUnit;
    losses += larger(0n, BigInt(side) * (BigInt(price) - mark)) * BigInt(open) * perUnit;
  }
  const exposure = larger(absolute(held + sizes[0]), absolute(held - sizes[1]));
  into.worst += bracketMargin(market, exposure * mark * perUnit, 'maintenancePpm');
  into.initial += initialMargin(market, exposure * mark * perUnit, leverage) + losses;
  const fee = (at: number): bigint =>
    ceilDiv(notionals[at] * BigInt(market.terms.takerFeePpm), MILLION);
  if (sizes[0] > larger(0n, -held)) into.initial += fee(0);
  if (sizes[1] > larger(0n, held)) into.initial += fee(1);
}

function crossOf(engine: Engine, account: number): Figures {
  const figures: Figures = {
    equity: 0n,
    initialEquity: 0n,
    initial: 0n,
    maintenance: 0n,
    worst: 0n,
  };
  for (const { asset, free } of engine.account(account).balances) {
    const { settlement, price, weightPpm, decimals } = engine.assets()[asset];
    const scale = 10n ** BigInt(decimals) * MILLION;
    figures.equity += settlement ? free : (free * BigInt(price) * BigInt(weightPpm)) / scale;
  }
  figures.initialEquity = figures.equity;
  for (const position of engine.positions(account)) {
    if (position.mode === 0)
      addMarket(engine, figures, engine.markets()[position.market], position);
  }
  return figures;
}

/**
 * The spec's ways to be accepted: covered, or reducing, or under initial before and no worse now.
 */
function mayBe(before: Figures, after: Figures, reduces: boolean): boolean {
  if (reduces || after.initialEquity >= after.initial) return true;
  const missing = ({ initial, initialEquity }: Figures): bigint =>
    larger(0n, initial - initialEquity);
  if (missing(before) === 0n || after.worst > before.worst || missing(after) > missing(before))
    return false;
  if (after.maintenance > before.maintenance) return false;
  return after.equity * before.maintenance >= before.equity * after.maintenance;
}

const wasTriggered = ({ events: { data, length } }: Engine): boolean => {
  for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]])
    if (data[at] === ORDER_TRIGGERED) return true;
  return false;
};

const SEEDS = process.env['PLIMSOLL_LONG'] === '1' ? 100 : 8;

test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
  'margin figures are the oracle’s, and orders keep to them (seed %i)',
  (seed) => {
    const accounts = 4;
    const engine = new Engine({ fillsPerOrder: 100 });
    const random = new RandomCommands(engine, new Sfc32(seed), accounts);
    for (const command of worldCommands(accounts)) engine.execute(command);
    let checked = 0;
    for (let i = 0; i < 1_200; i++) {
      const command = random.next();
      const own = 'account' in command && command.account >= 3 ? command.account : 3;
      const before = crossOf(engine, own);
      const held =
        'market' in command
          ? engine.positions(own).find(({ market }) => market === command.market)
          : undefined;
      const resting =
        command.kind !== 'place_order' || engine.markets()[command.market].isSpot
          ? []
          : restingOrders(engine, own, command.market);
      const outcome = engine.execute(command);
      const what = `seed ${seed}, command ${i} ${JSON.stringify(command)}`;
      for (let account = 3; account < 3 + accounts; account++) {
        const { equity, initial, maintenance } = engine.account(account);
        const oracle = crossOf(engine, account);
        expect([equity, initial, maintenance].map(BigInt), what).toEqual([
          oracle.equity,
          oracle.initial,
          oracle.maintenance,
        ]);
        expect(oracle.equity < ACCOUNT_VALUE_MAX, what).toBe(true);
      }
      if (
        command.kind !== 'place_order' ||
        !outcome.accepted ||
        outcome.repeated ||
        command.type > 1 ||
        wasTriggered(engine)
      )
        continue;
      const sameSide = resting.filter(
        ({ side, flags }) => side === command.side && (flags & FLAG_REDUCE_ONLY) === 0,
      );
      const ahead = sameSide.reduce((sum, { open }) => sum + open, 0);
      const reduces =
        command.reduceOnly || ahead + command.size <= -command.side * (held?.size ?? 0);
      expect(mayBe(before, crossOf(engine, own), reduces), what).toBe(true);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(100);
  },
);
