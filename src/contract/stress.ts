// What a stress test found, as JSON: money in decimals of the settlement asset, prices in decimals
// of their market, changes as ratios.

import * as z from 'zod';
import type { StressReport, StressRefused } from '../engine/stress.ts';
import type { StressTotals } from '../engine/stress-rounds.ts';
import { formatDecimal } from '../units/decimal.ts';
import * as A from './atoms.ts';
import { amountText, priceText, type AssetUnits, type Catalog } from './catalog.ts';

const money = A.signedDecimal;

const counts = {
  liquidated: A.whole.describe('Accounts (and isolated positions) whose liquidation began.'),
  recovered: A.whole,
  book: money.describe('Value that the order book took.'),
  impact: A.decimal.describe('How much worse than the mark the worst fill was, as a share of it.'),
  fund: money.describe('Value that the insurance fund took over.'),
  deleveraged: A.whole.describe('Closings against counterparties.'),
  counterparties: money.describe('Value closed against them at the bankruptcy price.'),
  at_mark: money.describe('Value closed against them at the mark.'),
  fees: money,
  deficit: money.describe('What the fund paid for what nobody else could.'),
};

export const stressReport = z
  .strictObject({
    asset: A.assetSymbol,
    moves: z.array(z.strictObject({ market: A.marketSymbol, from: A.decimal, to: A.decimal })),
    rounds: z.array(z.strictObject({ market: A.marketSymbol.nullable(), ...counts })),
    totals: z.strictObject(counts),
    below_initial: z.strictObject({ before: A.whole, after: A.whole }),
    fund: z.strictObject({ before: money, lowest: money, after: money }),
    losers: z.array(z.strictObject({ account: A.id, before: money, after: money })),
    ticks: A.whole,
    finished: z.boolean(),
  })
  .meta({ id: 'StressReport' });

export type StressJson = z.input<typeof stressReport>;

/** More rounds are counted in the totals, and not listed. */
export const STRESS_ROUNDS_SHOWN = 1_000;

export function stressJson(report: StressReport, catalog: Catalog): StressJson {
  const asset = catalog.settlement();
  // Without a settlement asset there is no market to shock, and no money.
  const units = asset ?? { number: 0, symbol: 'NONE', decimals: 0 };
  const text = (value: number): string => amountText(value, units);
  const { fund, moves, rounds, totals, belowInitial, losers, ticks, finished } = report;
  return {
    asset: units.symbol,
    moves: moves.map(({ market, from, to }) => {
      const shown = catalog.marketAt(market);
      return { market: shown.symbol, from: priceText(from, shown), to: priceText(to, shown) };
    }),
    rounds: rounds.slice(0, STRESS_ROUNDS_SHOWN).map((round) => ({
      market: catalog.market(round.market)?.symbol ?? null,
      ...countsJson(round, units),
    })),
    totals: countsJson(totals, units),
    below_initial: belowInitial,
    fund: { before: text(fund.before), lowest: text(fund.lowest), after: text(fund.after) },
    losers: losers.map(({ account, before, after }) => ({
      account: catalog.accountName(account),
      before: text(before),
      after: text(after),
    })),
    ticks,
    finished,
  };
}

const PPM_DECIMALS = 6;

function countsJson(counted: StressTotals, units: AssetUnits): StressJson['totals'] {
  const text = (value: number): string => amountText(value, units);
  return {
    liquidated: counted.started,
    recovered: counted.recovered,
    book: text(counted.book),
    impact: formatDecimal(counted.impactPpm, PPM_DECIMALS),
    fund: text(counted.fund),
    deleveraged: counted.deleveraged,
    counterparties: text(counted.counterparties),
    at_mark: text(counted.atMark),
    fees: text(counted.fees),
    deficit: text(counted.deficit),
  };
}

/** Why a shock cannot be followed, in a sentence. */
export function stressRefusalText({ market, why }: StressRefused, catalog: Catalog): string {
  const name = catalog.market(market)?.symbol ?? 'The market';
  return `${name} ${WHY[why]}`;
}

const WHY: Readonly<Record<StressRefused['why'], string>> = {
  settled: 'is settled: nothing moves there any more.',
  no_mark: 'has no price yet: give it an index first.',
  other_asset: 'is quoted in another asset than the one that margin is counted in.',
  out_of_range: 'would get a price that cannot be: a change is above -1, and not that large.',
  refused: 'cannot go there: somebody’s position would no longer be counted exactly.',
};
