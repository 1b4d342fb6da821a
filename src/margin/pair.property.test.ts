// Proves for random legs, marks, requirements and capital that a pair is liquidatable at each of
// its three liquidation ratios and not one unit before, by a predicate in bigint; that the engine's
// liquidation price says the same of a single leg; and that every published figure equals that of
// the naive version to the last digit.

import { expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { drawTerms, bracketsOf } from './naive.suite.ts';
import { liquidationTrigger } from './liquidation-price.ts';
import { drawOrdinaryPair, drawPair } from './pair-draw.suite.ts';
import { pairFigures } from './pair-figures.ts';
import { FACTOR_ONE, liquidationMoves, NO_MOVE, PAIR_MOVES } from './pair-liquidation.ts';
import { exchangeLegMarket, ratioLegMarket } from './pair-market.ts';
import { naiveMove, naivePairFigures, naivePairLiquidatable } from './pair-naive.suite.ts';

const PAIRS = 20_000;

test(`${PAIRS} pairs are liquidatable at their ratios and not one unit before`, () => {
  const draw = new Draw(601);
  const found = { safe: 0, bad: 0, none: 0, longLegMoves: 0, shortLegMoves: 0, bothMove: 0 };
  for (let i = 0; i < PAIRS; i += 1) {
    const { naive, terms, long, short } = drawPair(draw);
    const exposure = { equity: terms.capital + naive.unrealised, long, short };
    const isBad = naivePairLiquidatable(naive, 'bothMove', BigInt(FACTOR_ONE));
    found[isBad ? 'bad' : 'safe'] += 1;
    const moves = liquidationMoves(exposure);
    expect(moves.isBad).toBe(isBad);
    for (const move of PAIR_MOVES) {
      const at = moves[move];
      if (at === NO_MOVE) {
        found.none += 1;
        expect(naiveMove(naive, move), JSON.stringify(naive)).toBe(0n);
        continue;
      }
      found[move] += 1;
      const before = move === 'shortLegMoves' ? at - 1 : at + 1;
      const facts = [
        naivePairLiquidatable(naive, move, BigInt(at)),
        // One that is liquidatable already may end where no further price is looked for.
        isBad
          ? naiveMove(naive, move) === BigInt(at)
          : before < 1 || !naivePairLiquidatable(naive, move, BigInt(before)),
      ];
      if (!facts.every(Boolean))
        expect.fail(`${move} ${at}: ${facts.join()} ${JSON.stringify(naive)}`);
    }
  }
  expect(Math.min(...Object.values(found))).toBeGreaterThan(1_000);
});

test('every figure equals that of the naive version', () => {
  const draw = new Draw(602);
  let compared = 0;
  const bands = new Set<string>();
  for (let i = 0; i < 10_000; i += 1) {
    const { naive, terms, long, short } = i % 4 === 0 ? drawOrdinaryPair(draw) : drawPair(draw);
    const figures = pairFigures(terms, long, short, naive.unrealised);
    if (figures === undefined) continue;
    compared += 1;
    bands.add(figures.healthBand);
    expect(figures, JSON.stringify(naive)).toEqual(naivePairFigures(naive));
  }
  expect(compared).toBeGreaterThan(9_000);
  expect(bands.size).toBe(4);
});

test('a leg that moves alone ends at the liquidation price of the engine', () => {
  const draw = new Draw(603);
  const flat = ratioLegMarket({
    mark: 1_000_000,
    initialRatio: () => 1_000,
    maintenanceRatio: () => 700,
  });
  const unit = { text: '1', numerator: 1, decimals: 0 };
  for (let i = 0; i < 10_000; i += 1) {
    const brackets = bracketsOf(drawTerms(draw, draw.whole(1, 6), 1e12));
    const mark = draw.scaled(1, 1_000_000);
    const size = draw.scaled(1, 100_000_000);
    const units = { priceUnit: unit, sizeUnit: unit, quoteDecimals: 6, liftPpm: 0 };
    const market = exchangeLegMarket({ brackets, k: 1, mark, ...units });
    const value = size * mark;
    const other = { market: flat, size: draw.whole(1_000, 1_000_000_000) };
    const equity = draw.whole(0, value + 1_000_000);
    const need = flat.maintenance(flat.notional(other.size, flat.mark), other.size);
    const leg = { market, size };
    const down = liquidationMoves({ equity, long: leg, short: other }).longLegMoves;
    const up = liquidationMoves({ equity, long: other, short: leg }).shortLegMoves;
    const isBad = equity < need + market.maintenance(value, size);
    // Their last price differs: the engine counts twice as much.
    const within = (price: number): number => (isBad ? Math.min(price, down) : price);
    expect(down).toBe(within(liquidationTrigger(brackets, size, value, 1, equity, need)));
    expect(up).toBe(liquidationTrigger(brackets, -size, -value, 1, equity, need));
  }
});
