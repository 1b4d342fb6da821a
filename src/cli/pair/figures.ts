// `plimsoll pair figures`: the figures of a pair from numbers on the command line, without an
// exchange, so that the worked examples of docs/concepts/pairs.md can be tried.

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { PairFigures } from '../../margin/pair-figures.ts';
import { ratioLegMarket, type LegMarket } from '../../margin/pair-market.ts';
import { getAccuratePositionMetrics } from '../../margin/pair-numbers.ts';
import { figuresTable } from './table.ts';

interface FiguresOptions {
  readonly capital: number;
  readonly leverage: number;
  readonly entry: number;
  readonly ratio?: number;
  readonly pnl: number;
  readonly longWeight?: number;
  readonly longImr?: number;
  readonly shortImr?: number;
  readonly longMmr?: number;
  readonly shortMmr?: number;
  readonly json?: boolean;
}

const EXIT_FAILED = 1;
const LONG = 0;
const SHORT = 1;
/** The short leg is priced at this many quote; only the ratio of the two matters. */
const SHORT_MARK = 1_000_000_000;
const RATIO_ONE = 10_000;

const HELP = `
The two worked examples:
  $ plimsoll pair figures --capital 500 --leverage 3 --entry 550 --pnl -50 \\
      --long-imr 0.1 --short-imr 0.12 --long-mmr 0.06 --short-mmr 0.07
  $ plimsoll pair figures --capital 1000 --leverage 5 --entry 550 \\
      --long-imr 0.1 --short-imr 0.12 --long-mmr 0.06 --short-mmr 0.07
The first one without its markets:
  $ plimsoll pair figures --capital 500 --leverage 3 --entry 550 --pnl -50`;

export function figuresCommand(pair: Command): void {
  pair
    .command('figures')
    .description('print the figures of a pair from given numbers, without an exchange')
    .requiredOption('--capital <amount>', 'what is behind the pair', number)
    .requiredOption('--leverage <times>', 'capital × leverage is the notional of both legs', number)
    .requiredOption('--entry <ratio>', 'long price ÷ short price when it was opened', number)
    .option('--ratio <ratio>', 'the same now (default: as at entry)', number)
    .option('--pnl <amount>', 'profit or loss so far', number, 0)
    .option('--long-weight <share>', 'of the notional in the long leg (default: 0.5)', number)
    .option('--long-imr <ratio>', 'initial margin ratio of the long market: 0.1 is 10 %', number)
    .option('--short-imr <ratio>', 'of the short market', number)
    .option('--long-mmr <ratio>', 'maintenance margin ratio of the long market', number)
    .option('--short-mmr <ratio>', 'of the short market', number)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((options: FiguresOptions, command: Command) => {
      const given = marginRatios(options).filter((ratio) => ratio !== undefined).length;
      if (given !== 0 && given !== 4) {
        command.error('error: give all four margin ratios, or none for the general estimate');
      }
      print(options);
    });
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It is a number.');
}

function print(options: FiguresOptions): void {
  try {
    const figures = figuresOf(options);
    console.log(options.json === true ? JSON.stringify(figures) : figuresTable(figures));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(`plimsoll: ${error.message}`);
    process.exitCode = EXIT_FAILED;
  }
}

/** @throws RangeError */
function figuresOf(options: FiguresOptions): PairFigures {
  const { capital, leverage, entry, pnl, longWeight, ratio = entry } = options;
  const [longImr, shortImr, longMmr, shortMmr] = marginRatios(options);
  const markets = new Map<number, LegMarket>();
  if (longImr !== undefined && shortImr !== undefined) {
    if (longMmr === undefined || shortMmr === undefined) throw new RangeError('Give all ratios.');
    markets.set(LONG, market('long', markOf(ratio), longImr, longMmr));
    markets.set(SHORT, market('short', SHORT_MARK, shortImr, shortMmr));
  }
  const source = { legMarket: (index: number) => markets.get(index) };
  return getAccuratePositionMetrics(source, {
    longMarketIndex: LONG,
    shortMarketIndex: SHORT,
    entryRatio: entry,
    capitalUSDC: capital,
    leverage,
    unrealizedPnL: pnl,
    ...(longWeight === undefined ? {} : { longWeight }),
  });
}

const marginRatios = ({
  longImr,
  shortImr,
  longMmr,
  shortMmr,
}: FiguresOptions): (number | undefined)[] => [longImr, shortImr, longMmr, shortMmr];

function market(leg: string, mark: number, initial: number, maintenance: number): LegMarket {
  const [initialRatio, maintenanceRatio] = [initial, maintenance].map((ratio) => {
    const count = Math.round(ratio * RATIO_ONE);
    if (count > 0 && count < RATIO_ONE) return () => count;
    throw new RangeError(`A margin ratio of the ${leg} market is 0.0001 to 0.9999, not ${ratio}.`);
  });
  return ratioLegMarket({ mark, initialRatio, maintenanceRatio });
}

function markOf(ratio: number): number {
  const mark = Math.round(ratio * SHORT_MARK);
  if (mark > 0 && Number.isSafeInteger(mark)) return mark;
  throw new RangeError(`A ratio is 0.000000001 to 9000000, not ${ratio}.`);
}
