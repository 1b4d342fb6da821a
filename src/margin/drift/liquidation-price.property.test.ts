// Proves liquidatable(p) and not liquidatable(p ± 1) for the exact liquidation prices of random
// Drift accounts, against a predicate that opens the whole account anew at every price: cross and
// isolated, hedged with balances on the same oracle, with resting orders, both modes.

import { expect, test } from 'vitest';
import { Draw } from '../../units/draw.suite.ts';
import { drawAccount } from './draw-account.suite.ts';
import {
  driftLiquidationPrices,
  ORACLE_PRICE_MAX,
  type DriftLiquidationPrices,
} from './liquidation-price.ts';
import { openAccount } from './margin.ts';
import { naivePredicate, type Predicate } from './naive.suite.ts';

const ACCOUNTS = 8_000;
const PLAIN = 2_000;
/** Prices asked at random where no price is said to be safe. */
const ASKED = 24;

/** What is wrong with the prices, if anything. */
function faultOf(prices: DriftLiquidationPrices, isBad: Predicate, draw: Draw): string | undefined {
  const { below, above } = prices;
  if (below.kind === 'always' || above.kind === 'always') {
    const asked = Array.from({ length: ASKED }, () => BigInt(draw.scaled(1, 2 ** 52)));
    const safe = [1n, ORACLE_PRICE_MAX, ...asked].find((price) => !isBad(price));
    return safe === undefined ? undefined : `${safe} is safe`;
  }
  if (below.kind === 'none' && isBad(1n)) return '1 is liquidatable';
  if (above.kind === 'none' && isBad(ORACLE_PRICE_MAX)) return 'the last price is liquidatable';
  if (below.kind === 'price') {
    if (!isBad(below.price)) return `below ${below.price} is safe`;
    if (isBad(below.price + 1n)) return `below ${below.price} is not the last`;
  }
  if (above.kind === 'price') {
    if (!isBad(above.price)) return `above ${above.price} is safe`;
    if (isBad(above.price - 1n)) return `above ${above.price} is not the first`;
  }
  return undefined;
}

test(`the prices of ${ACCOUNTS} accounts are where the predicate turns`, () => {
  const draw = new Draw(17);
  let both = 0; // needs a ratio above the weight of a profit: rare
  const found = { below: 0, above: 0, none: 0, always: 0, isolated: 0, beyond: 0 };
  for (let i = 0; i < ACCOUNTS; i += 1) {
    const account = drawAccount(draw);
    const mode = draw.pick(['sdk', 'chain'] as const);
    const open = openAccount(account, mode);
    for (const leg of open.perps) {
      const prices = driftLiquidationPrices(open, leg);
      const isBad = naivePredicate(account, mode, leg);
      const fault = faultOf(prices, isBad, draw);
      if (fault !== undefined) {
        expect.fail(`account ${i}, market ${leg.market.marketIndex}, ${mode}: ${fault}`);
      }
      const { below, above } = prices;
      if (below.kind === 'always') found.always += 1;
      else if (below.kind === 'none' && above.kind === 'none') found.none += 1;
      else if (above.kind === 'none') found.below += 1;
      else if (below.kind === 'none') found.above += 1;
      else both += 1;
      if (leg.position.isolated) found.isolated += 1;
      if (below.kind !== 'always' && isBad(leg.market.oraclePrice)) found.beyond += 1;
    }
  }
  // Every kind must have occurred often, or the test proves less than it says.
  expect(Math.min(...Object.values(found)), JSON.stringify(found)).toBeGreaterThan(2_000);
  expect(both).toBeGreaterThan(0);
});

test(`a plain position has one price, and all beyond it is liquidatable: ${PLAIN} accounts`, () => {
  const draw = new Draw(23);
  const found = { long: 0, short: 0 };
  for (let i = 0; i < PLAIN; i += 1) {
    const account = drawAccount(draw, { positionsMax: 1, isPlain: true });
    const open = openAccount(account, 'chain');
    const [leg] = open.perps;
    // A whale whose ratio is above the weight of its profit loses margin when the price rises.
    if (leg.maintenanceRatio >= leg.market.unrealizedPnlMaintenanceAssetWeight) continue;
    const isLong = leg.position.baseAssetAmount > 0n;
    const prices = driftLiquidationPrices(open, leg);
    const own = isLong ? prices.below : prices.above;
    const other = isLong ? prices.above : prices.below;
    if (own.kind === 'always') continue;
    expect(prices.nearest).toEqual(own);
    expect(other).toEqual({ kind: 'none' });
    if (own.kind !== 'price') continue;
    found[isLong ? 'long' : 'short'] += 1;
    const isBad = naivePredicate(account, 'chain', leg);
    for (let j = 0; j < 8; j += 1) {
      const step = BigInt(draw.scaled(1, 1e12));
      const worse = isLong ? own.price - step : own.price + step;
      const better = isLong ? own.price + step : own.price - step;
      if (worse >= 1n) expect(isBad(worse)).toBe(true);
      if (better >= 1n) expect(isBad(better)).toBe(false);
    }
  }
  expect(Math.min(found.long, found.short), JSON.stringify(found)).toBeGreaterThan(400);
});
