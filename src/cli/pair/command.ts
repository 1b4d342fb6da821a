// `plimsoll pair`: tracked pairs of a running exchange, through the same client as everybody's, and
// figures without one.

import { Argument, Option, type Command } from 'commander';
import type { PlimsollClient } from '../../client/client.ts';
import { columns } from '../client/columns.ts';
import { connectOptions, run, type ConnectOptions } from '../client/connect.ts';
import { figuresCommand } from './figures.ts';
import { figuresTable } from './table.ts';

interface AccountOptions extends ConnectOptions {
  readonly account?: string;
}

interface OpenOptions extends AccountOptions {
  readonly longWeight?: string;
  readonly longSize?: string;
  readonly shortSize?: string;
  readonly longEntry?: string;
  readonly shortEntry?: string;
  readonly key?: string;
}

interface CloseOptions extends AccountOptions {
  readonly key?: string;
}

interface ListOptions extends AccountOptions {
  readonly status?: (typeof STATUSES)[number];
}

const STATUSES = ['open', 'closed', 'all'] as const;
const EXIT_FAILED = 1;
/** As many as one answer gives. */
const LIST_MAX = '1000';

type PairJson = Awaited<ReturnType<PlimsollClient['http']['openPair']>>['position'];

/** Adds the commands about pairs to the program. */
export function pairCommands(program: Command): void {
  const pair = program
    .command('pair')
    .description('long one market, short another: track pairs, and their figures');
  openCommand(pair);
  account(connectOptions(pair.command('list')))
    .description('list pairs')
    .addOption(new Option('--status <which>', 'of which to list').choices(STATUSES).default('open'))
    .action(list);
  account(connectOptions(pair.command('show <pair>')))
    .description('print every figure of an open pair, and where it comes from')
    .action(show);
  account(connectOptions(pair.command('close <pair>')))
    .description('close a pair at the current marks; its row stays')
    .option('--key <key>', 'Idempotency-Key: the same key never executes twice')
    .action(close);
  figuresCommand(pair);
}

const account = (command: Command): Command =>
  command.option('--account <name>', 'of another account; for the operator');

const ofAccount = ({ account: name }: AccountOptions): { account?: string } =>
  name === undefined ? {} : { account: name };

function openCommand(pair: Command): void {
  account(connectOptions(pair.command('open')))
    .description('track a pair from the current marks; it sends no order')
    .addArgument(new Argument('<long>', 'market of the long leg'))
    .addArgument(new Argument('<short>', 'market of the short leg'))
    .argument('<capital>', 'what is behind it, in the quote asset of both')
    .argument('<leverage>', 'capital × leverage is the notional of both legs')
    .option('--long-weight <share>', 'of the notional in the long leg (default: 0.5)')
    .option('--long-size <size>', 'left out: what its share buys at the entry price')
    .option('--short-size <size>', 'likewise')
    .option('--long-entry <price>', 'left out: the mark')
    .option('--short-entry <price>', 'likewise')
    .option('--key <key>', 'Idempotency-Key: the same key never executes twice')
    .addHelpText('after', '\nExample:\n  $ plimsoll pair open BTC-PERP ETH-PERP 500 3')
    .action(open);
}

function open(
  longMarket: string,
  shortMarket: string,
  capital: string,
  leverage: string,
  options: OpenOptions,
): Promise<void> {
  const { longWeight, longSize, shortSize, longEntry, shortEntry, key } = options;
  const body = {
    ...ofAccount(options),
    longMarket,
    shortMarket,
    capitalUSDC: capital,
    leverage,
    ...(longWeight === undefined ? {} : { longWeight }),
    ...(longSize === undefined ? {} : { longSize }),
    ...(shortSize === undefined ? {} : { shortSize }),
    ...(longEntry === undefined ? {} : { longEntryPrice: longEntry }),
    ...(shortEntry === undefined ? {} : { shortEntryPrice: shortEntry }),
  };
  return run(options, async ({ http }) => {
    const answer = await http.openPair({ body, ...(key === undefined ? {} : { key }) });
    if (options.json === true) return console.log(JSON.stringify(answer));
    const { position } = answer;
    const legs = `long ${position.longSize} ${longMarket}, short ${position.shortSize} ${shortMarket}`;
    console.log(`pair ${position.id}: ${legs}, ratio ${position.entryRatio}`);
  });
}

function list(options: ListOptions): Promise<void> {
  const { status = 'open' } = options;
  return run(options, async ({ http }) => {
    const query = { ...ofAccount(options), status, limit: LIST_MAX };
    const { positions, nextCursor } = await http.listPairs({ query });
    if (options.json === true) return console.log(JSON.stringify({ positions }));
    const live = await http.getLivePnl({ query: ofAccount(options) });
    const figures = new Map(live.positions.map((row) => [row.id, row]));
    const head = ['pair', 'long', 'short', 'capital', 'leverage', 'entry', 'ratio', 'profit'];
    head.push('percent', 'health', 'band', 'nearest liquidation');
    const rows = positions.map((row) => {
      const now = figures.get(row.id);
      return [
        ...start(row),
        now?.currentRatio ?? row.exitRatio,
        now?.unrealizedPnL ?? row.realizedPnL,
        now?.unrealizedPnLPercent ?? row.realizedPnLPercent,
        now?.health,
        now?.healthBand ?? row.status,
        now?.nearestLiquidationRatio,
      ];
    });
    console.log(positions.length === 0 ? 'no pairs' : columns(head, rows));
    if (nextCursor !== null) console.error(`plimsoll: only the newest ${LIST_MAX} are shown`);
  });
}

const start = (row: PairJson): (string | number)[] => [
  row.id,
  row.longMarket,
  row.shortMarket,
  row.capitalUSDC,
  row.leverage,
  row.entryRatio,
];

function show(id: string, options: AccountOptions): Promise<void> {
  return run(options, async ({ http }) => {
    const { positions } = await http.getLivePnl({ query: ofAccount(options) });
    const figures = positions.find((row) => row.id === id);
    if (figures === undefined) {
      console.error(`plimsoll: There is no open pair ${id}. (PAIR_NOT_FOUND)`);
      process.exitCode = EXIT_FAILED;
      return;
    }
    console.log(options.json === true ? JSON.stringify(figures) : figuresTable(figures));
  });
}

function close(id: string, options: CloseOptions): Promise<void> {
  const { key } = options;
  return run(options, async ({ http }) => {
    const query = { ...ofAccount(options), id };
    const answer = await http.closePair({ query, ...(key === undefined ? {} : { key }) });
    if (options.json === true) return console.log(JSON.stringify(answer));
    const { realizedPnL, realizedPnLPercent, exitRatio } = answer.position;
    console.log(`pair ${id}: ${realizedPnL} (${realizedPnLPercent} %) at ratio ${exitRatio}`);
  });
}
