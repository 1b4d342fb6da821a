// `plimsoll markets`, `plimsoll order` and `plimsoll watch`: the running exchange from a terminal,
// through the same client as everybody's.

import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { columns } from './columns.ts';
import { connectOptions, run, type ConnectOptions } from './connect.ts';
import { watch, type WatchOptions } from './watch.ts';

const LEVELS_MAX = 50;
const SECONDS_MAX = 86_400;
const SIDES = ['buy', 'sell'] as const;
const TYPES = [
  'limit',
  'market',
  'stop_market',
  'stop_limit',
  'take_profit_market',
  'take_profit_limit',
] as const;
const TIMES_IN_FORCE = ['gtc', 'ioc', 'fok', 'gtd'] as const;

interface PlaceOptions extends ConnectOptions {
  readonly type?: (typeof TYPES)[number];
  readonly tif?: (typeof TIMES_IN_FORCE)[number];
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  readonly trigger?: string;
  readonly takeProfit?: string;
  readonly stopLoss?: string;
  readonly clientOrderId?: string;
  readonly account?: string;
  readonly key?: string;
}

interface CancelOptions extends ConnectOptions {
  readonly all?: boolean;
  readonly market?: string;
  readonly clientOrderId?: string;
  readonly account?: string;
}

interface ListOptions extends ConnectOptions {
  readonly market?: string;
  readonly account?: string;
}

/** Adds the commands of a client to the program. */
export function clientCommands(program: Command): void {
  connectOptions(program.command('markets'))
    .description('list the markets of a running exchange')
    .action(listMarkets);
  const order = program.command('order').description('place, cancel and list orders');
  placeCommand(order);
  cancelCommand(order);
  connectOptions(order.command('list'))
    .description('list open orders')
    .option('--market <market>', 'only there')
    .option('--account <name>', 'of another account; for the operator')
    .action(listOrders);
  connectOptions(program.command('watch <market>'))
    .description('follow a market: a table on a terminal, JSON lines elsewhere')
    .option('--levels <count>', 'price levels of each side', wholeTo(LEVELS_MAX), 10)
    .option('--for <seconds>', 'end after so long', wholeTo(SECONDS_MAX))
    .action((market: string, options: WatchOptions) =>
      run(options, (client) => watch(client, market, options)),
    );
}

function wholeTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from 1 to ${most}.`);
  };
}

function placeCommand(order: Command): void {
  connectOptions(order.command('place <market>'))
    .description('place an order: with a price a limit order, without one a market order')
    .addArgument(new Argument('<side>').choices(SIDES))
    .argument('<size>')
    .argument('[price]')
    .addOption(new Option('--type <type>', 'kind of order').choices(TYPES))
    .addOption(new Option('--tif <time>', 'time in force').choices(TIMES_IN_FORCE))
    .option('--post-only', 'never take')
    .option('--reduce-only', 'never open')
    .option('--trigger <price>', 'trigger price of a stop or take-profit')
    .option('--take-profit <price>', 'trigger of an attached take-profit')
    .option('--stop-loss <price>', 'trigger of an attached stop-loss')
    .option('--client-order-id <id>', 'a name of your own')
    .option('--account <name>', 'for another account; for the operator')
    .option('--key <key>', 'Idempotency-Key: the same key never executes twice')
    .addHelpText('after', PLACE_HELP)
    .action(place);
}

const PLACE_HELP = `
Examples:
  $ plimsoll order place BTC-PERP buy 0.01 59000
  $ plimsoll order place BTC-PERP sell 0.01
  $ plimsoll order place BTC-PERP sell 0.01 --type stop_market --trigger 58000 --reduce-only`;

function cancelCommand(order: Command): void {
  connectOptions(order.command('cancel [order]'))
    .description('cancel one order by its number or name, or all')
    .option('--all', 'every open order')
    .option('--market <market>', 'with --all: only there')
    .option('--client-order-id <id>', 'the order with this name')
    .option('--account <name>', 'of another account; for the operator')
    .action((number: string | undefined, options: CancelOptions, command: Command) => {
      const { all, clientOrderId, market } = options;
      const named = [number, clientOrderId, all].filter((one) => one !== undefined);
      if (named.length !== 1) {
        command.error('error: name one order, or give --client-order-id or --all');
      }
      if (market !== undefined && all === undefined) command.error('error: --market needs --all');
      return run(options, async ({ http }) => {
        const account = options.account === undefined ? {} : { account: options.account };
        const which = {
          ...account,
          ...(market === undefined ? {} : { market }),
          ...(clientOrderId === undefined ? {} : { client_order_id: clientOrderId }),
        };
        const answer =
          number === undefined
            ? await http.cancelOrders({ query: which })
            : await http.cancelOrder({ params: { order_id: number }, query: account });
        if (options.json === true) return console.log(JSON.stringify(answer));
        const { cancelled } = answer;
        console.log(cancelled.length === 0 ? 'nothing to cancel' : cancelled.join('\n'));
      });
    });
}

async function place(
  market: string,
  side: (typeof SIDES)[number],
  size: string,
  price: string | undefined,
  options: PlaceOptions,
): Promise<void> {
  const { tif, trigger, takeProfit, stopLoss, clientOrderId, account, key } = options;
  const body = {
    market,
    side,
    size,
    type: options.type ?? (price === undefined ? 'market' : 'limit'),
    ...(price === undefined ? {} : { price }),
    ...(tif === undefined ? {} : { time_in_force: tif }),
    ...(options.postOnly === true ? { post_only: true } : {}),
    ...(options.reduceOnly === true ? { reduce_only: true } : {}),
    ...(trigger === undefined ? {} : { trigger_price: trigger }),
    ...(takeProfit === undefined ? {} : { take_profit: takeProfit }),
    ...(stopLoss === undefined ? {} : { stop_loss: stopLoss }),
    ...(clientOrderId === undefined ? {} : { client_order_id: clientOrderId }),
    ...(account === undefined ? {} : { account }),
  };
  await run(options, async ({ http }) => {
    const answer = await http.placeOrder({ body, ...(key === undefined ? {} : { key }) });
    if (options.json === true) return console.log(JSON.stringify(answer));
    const { order, fills } = answer;
    const state = order === null ? 'placed before' : `${order.status}, ${order.filled} filled`;
    console.log(`order ${answer.order_id}: ${state}`);
    for (const fill of fills) {
      console.log(
        `  ${fill.side} ${fill.size} at ${fill.price}, fee ${fill.fee} ${fill.fee_asset}`,
      );
    }
  });
}

function listOrders(options: ListOptions): Promise<void> {
  const { market, account } = options;
  return run(options, async ({ http }) => {
    const { orders } = await http.listOrders({
      query: {
        ...(market === undefined ? {} : { market }),
        ...(account === undefined ? {} : { account }),
      },
    });
    if (options.json === true) return console.log(JSON.stringify({ orders }));
    const head = ['order', 'market', 'side', 'type', 'price', 'size', 'filled', 'status'];
    const rows = orders.map((one) => [
      one.order_id,
      one.market,
      one.side,
      one.type,
      one.price ?? one.trigger_price,
      one.size,
      one.filled,
      one.status,
    ]);
    console.log(orders.length === 0 ? 'no open orders' : columns(head, rows));
  });
}

function listMarkets(options: ConnectOptions): Promise<void> {
  return run(options, async ({ http }) => {
    const { markets } = await http.listMarkets();
    if (options.json === true) return console.log(JSON.stringify({ markets }));
    const head = [
      'market',
      'kind',
      'status',
      'bid',
      'ask',
      'last',
      'mark',
      'tick',
      'lot',
      'leverage',
    ];
    const rows = markets.map((one) => [
      one.market,
      one.kind,
      one.status,
      one.best_bid,
      one.best_ask,
      one.last,
      one.mark,
      one.tick_size,
      one.lot_size,
      one.leverage_max,
    ]);
    console.log(markets.length === 0 ? 'no markets yet' : columns(head, rows));
  });
}
