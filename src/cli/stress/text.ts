// What a stress test found, for people: tables of rounds and of shocks, and whether the fund was
// enough.

import type { StressJson } from '../../contract/stress.ts';

/** More rounds than anybody reads; JSON has them. */
const ROUNDS_SHOWN = 40;

type Row = readonly string[];
type Counts = StressJson['totals'];

const HEAD: Row = [
  'liquidated',
  'recovered',
  'book',
  'impact',
  'fund took',
  'deleveraged',
  'value',
  'deficit',
];

export function reportText(report: StressJson): string {
  const { moves, rounds, totals, below_initial: low, losers, asset } = report;
  const shown = rounds.slice(0, ROUNDS_SHOWN);
  const rows = shown.map((round, i) => [`${i + 1}`, round.market ?? '', ...cells(round)]);
  const left = rounds.length - shown.length;
  return [
    ...moves.map(({ market, from, to }) => `${market}  ${from} -> ${to}`),
    '',
    table([['round', 'market', ...HEAD], ...rows, ['all', '', ...cells(totals)]]),
    ...(left > 0 ? [`${left} more rounds are in the sums`] : []),
    '',
    `money in ${asset}`,
    `below initial margin  ${low.before} -> ${low.after} accounts`,
    `fees to the fund      ${totals.fees}`,
    `insurance fund        ${fundText(report)}`,
    ...(report.finished ? [] : [`liquidations still wait after ${report.ticks} ticks`]),
    ...(losers.length === 0 ? [] : ['', 'largest losses']),
    ...(losers.length === 0
      ? []
      : [
          table([
            ['account', 'before', 'after'],
            ...losers.map(({ account, before, after }) => [account, before, after]),
          ]),
        ]),
  ].join('\n');
}

export function ladderText(rows: readonly ({ readonly change: string } & StressJson)[]): string {
  const lines = rows.map((row) => [
    `${row.change} %`,
    ...cells(row.totals),
    row.fund.after,
    verdict(row),
  ]);
  const [first] = rows;
  const markets = [...new Set(rows.flatMap(({ moves }) => moves.map(({ market }) => market)))];
  return [
    `shocks of ${markets.join(', ')}, money in ${first.asset}, fund before ${first.fund.before}`,
    table([['shock', ...HEAD, 'fund after', ''], ...lines]),
  ].join('\n');
}

function fundText(report: StressJson): string {
  const { before, lowest, after } = report.fund;
  return `${before} -> ${after}, at the lowest ${lowest}: ${verdict(report)}`;
}

/** Whether the fund was enough: nobody gave up profit, and it did not go below zero. */
function verdict({ totals, fund }: StressJson): string {
  if (fund.lowest.startsWith('-')) return 'below zero';
  if (totals.deleveraged > 0) return 'not enough';
  return totals.liquidated === 0 ? 'not needed' : 'enough';
}

function cells(row: Counts): string[] {
  const value = row.at_mark === '0' ? row.counterparties : `${row.counterparties} + ${row.at_mark}`;
  const impact = `${(Number(row.impact) * 100).toFixed(2)} %`;
  const { liquidated, recovered, book, fund, deleveraged, deficit } = row;
  return [`${liquidated}`, `${recovered}`, book, impact, fund, `${deleveraged}`, value, deficit];
}

function table(rows: readonly Row[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
