// The figures of a pair as a table that says of each number where it comes from. The words are
// those of docs/concepts/pairs.md; the numbers are printed as they came.

import type { PairFigures } from '../../margin/pair-figures.ts';
import { columns, type Cell } from '../client/columns.ts';

type Row = readonly [name: string, value: (figures: PairFigures) => Cell, from: string];

const KNOWN: readonly Row[] = [
  ['current ratio', (one) => one.currentRatio, 'long mark ÷ short mark'],
  ['profit or loss', (one) => one.unrealizedPnL, 'Σ (mark − entry) × size of each leg'],
  ['  percent', (one) => one.unrealizedPnLPercent, 'of capital × leverage'],
  ['initial margin', (one) => one.initialMargin, 'Σ capital × leverage × weight × initial ratio'],
  ['  long ratio', (one) => one.longIMR, 'of the long market at this size'],
  ['  short ratio', (one) => one.shortIMR, 'of the short market at this size'],
  ['maintenance margin', (one) => one.maintenanceMargin, 'the same with the maintenance ratios'],
  ['  long ratio', (one) => one.longMMR, 'of the long market at this size'],
  ['  short ratio', (one) => one.shortMMR, 'of the short market at this size'],
  ['health', (one) => one.health, '100 × (1 − maintenance ÷ (capital + profit or loss))'],
  ['band', (one) => one.healthBand, 'the worse of health and distance to the nearest ratio'],
  [
    'estimated liquidation',
    (one) => one.liquidationRatio,
    'estimate: entry × (1 + (maintenance − capital) ÷ (capital × leverage))',
  ],
  [
    'liquidation, long falls',
    (one) => one.liquidationRatios?.longLegMoves,
    'exact: the short price stays',
  ],
  [
    'liquidation, short rises',
    (one) => one.liquidationRatios?.shortLegMoves,
    'exact: the long price stays',
  ],
  [
    'liquidation, both move',
    (one) => one.liquidationRatios?.bothMove,
    'exact: by equal and opposite factors',
  ],
  [
    'nearest liquidation',
    (one) => one.nearestLiquidationRatio,
    'of the three, what is reached first',
  ],
];

const GENERAL: readonly Row[] = [
  ['current ratio', (one) => one.currentRatio, 'long mark ÷ short mark'],
  ['profit or loss', (one) => one.unrealizedPnL, 'as given'],
  ['  percent', (one) => one.unrealizedPnLPercent, 'of capital × leverage'],
  ['initial margin', (one) => one.initialMargin, 'assumed: capital ÷ leverage'],
  ['maintenance margin', (one) => one.maintenanceMargin, 'assumed: 6.25 % of capital × leverage'],
  ['health', (one) => one.health, '100 × (1 − maintenance ÷ (capital + profit or loss))'],
  ['band', (one) => one.healthBand, 'of the health alone'],
  [
    'estimated liquidation',
    (one) => one.liquidationRatio,
    'assumed: entry × (1 − 0.0625 × leverage)',
  ],
];

const UNKNOWN =
  'The markets are not known, so a general margin is assumed: no more than a first impression.';

export function figuresTable(figures: PairFigures): string {
  const rows = figures.estimated ? GENERAL : KNOWN;
  const cells = rows.map(([name, value, from]) => [name, shown(value(figures)), from]);
  const table = columns(['figure', 'value', 'where it comes from'], cells);
  return figures.estimated ? `${table}\n\n${UNKNOWN}` : table;
}

/** None of the figures is left out: what does not exist is said. */
const shown = (value: Cell): string =>
  value === null || value === undefined ? 'none' : `${value}`;
