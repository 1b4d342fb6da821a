// Proves that every leverage tier that Binance has published loads as one of our bracket tables,
// that what we deduct is the venue's maintenance amount, that a requirement is continuous across
// every boundary, and that our liquidation price is the venue's formula in the tier it falls in.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { amount, ppm } from '../../units/brand.ts';
import { Draw } from '../../units/draw.suite.ts';
import { makeBrackets, type Brackets, type BracketTerms } from '../brackets.ts';
import { liquidationPrice } from '../liquidation-price.ts';
import { initialMargin, maintenanceMargin } from '../requirement.ts';
import { linearLiquidationPrice } from './linear-perp.ts';

const FILE = new URL('../../../fixtures/binance/usdtm-leverage-tiers.csv', import.meta.url);
/** Quote units per dollar. */
const UNIT = 1_000_000;

interface Tier {
  readonly floor: number;
  readonly end: number;
  readonly maintenancePpm: number;
  readonly maxLeverage: number;
  readonly amount: number;
}

function readTiers(): Map<string, Tier[]> {
  const [, ...rows] = readFileSync(FILE, 'utf8').trim().split('\n');
  const tiers = new Map<string, Tier[]>();
  for (const row of rows) {
    const [symbol, , floor, end, rate, leverage, cum] = row.split(',');
    const list = tiers.get(symbol!) ?? [];
    list.push({
      floor: Math.round(Number(floor) * UNIT),
      end: Math.round(Number(end) * UNIT),
      maintenancePpm: Math.round(Number(rate) * 1e6),
      maxLeverage: Number(leverage),
      amount: Math.round(Number(cum) * UNIT),
    });
    tiers.set(symbol!, list);
  }
  return tiers;
}

const TIERS = readTiers();

/** The venue's leverage limits fall as ours rise in initial rate: 1 ÷ leverage, rounded up. */
function bracketsOf(tiers: readonly Tier[]): Brackets {
  const terms = tiers.map(({ floor, maintenancePpm, maxLeverage }): BracketTerms => ({
    floorNotional: amount(floor),
    initialPpm: ppm(Math.ceil(1e6 / maxLeverage)),
    maintenancePpm: ppm(maintenancePpm),
  }));
  const made = makeBrackets(terms);
  if (!made.ok) throw new Error(`${made.code} in bracket ${made.bracket}`);
  return made.brackets;
}

test('all 349 symbols are there', () => {
  expect(TIERS.size).toBe(349);
  expect([...TIERS.values()].flat().length).toBe(2_805);
});

test.each([...TIERS])('%s', (_, tiers) => {
  const brackets = bracketsOf(tiers);
  tiers.forEach((tier, i) => {
    // The venue's maintenance amount is what we deduct, to the unit.
    expect(brackets.maintenanceWhole[i]).toBe(tier.amount);
    expect(brackets.maintenanceRest[i]).toBe(0);
    if (i === 0) return;
    expect(tiers[i - 1]!.end).toBe(tier.floor);
    // Continuous: one unit of notional never moves a requirement by more than one unit.
    for (const requirement of [
      (n: number) => maintenanceMargin(brackets, n),
      (n: number) => initialMargin(brackets, n, brackets.leverageMax, 0),
    ]) {
      const [before, at, after] = [-1, 0, 1].map((step) => requirement(tier.floor + step));
      expect(at! - before!).toBeGreaterThanOrEqual(0);
      expect(at! - before!).toBeLessThanOrEqual(1);
      expect(after! - at!).toBeGreaterThanOrEqual(0);
      expect(after! - at!).toBeLessThanOrEqual(1);
    }
    // At a floor both tiers of the venue's own formula agree, and so do we.
    const [below, here] = [tiers[i - 1]!, tier].map(
      ({ maintenancePpm, amount: cum }) =>
        BigInt(tier.floor) * BigInt(maintenancePpm) - BigInt(cum) * 1_000_000n,
    );
    expect(below).toBe(here);
  });
});

test('our price is the formula of Binance in the tier that it falls in', () => {
  const draw = new Draw(29);
  const scale = { baseDecimals: 3, quoteDecimals: 6, priceDecimals: 3 };
  const symbols = [...TIERS.values()];
  const seen = new Set<number>();
  let compared = 0;
  for (let i = 0; i < 20_000; i += 1) {
    const tiers = draw.pick(symbols);
    const brackets = bracketsOf(tiers);
    const size = draw.scaled(1, 1e9) * (draw.oneIn(2) ? 1 : -1);
    const entry = draw.scaled(1, Math.max(1, Math.floor(2e15 / Math.abs(size))));
    const value = Math.abs(size) * entry;
    const collateral = draw.whole(1, Math.max(1, Math.floor(value / draw.whole(1, 50))));
    const ours = liquidationPrice({
      brackets,
      size,
      cost: size * entry,
      k: 1,
      otherEquity: collateral,
      otherMaintenance: 0,
    });
    if (ours.kind === 'none') continue;
    const bracket = brackets.at(Math.abs(size) * ours.price);
    const { maintenancePpm, amount: cum } = tiers[bracket]!;
    const theirs = linearLiquidationPrice(
      { size: BigInt(size), entry: BigInt(entry), collateral: BigInt(collateral) },
      { maintenancePpm, maintenanceAmount: BigInt(cum), takerFeePpm: 0 },
      scale,
    );
    if (!('price' in theirs)) continue;
    // They liquidate at equality and we below it; a step across a boundary may be one unit more.
    const off = Number(theirs.price) - ours.price;
    expect(Math.abs(off), `${i}: ${ours.price} and ${theirs.price}`).toBeLessThanOrEqual(1);
    seen.add(bracket);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(10_000);
  expect(seen.size).toBeGreaterThan(6);
});
