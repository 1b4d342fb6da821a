// `plimsoll watch`: a market as it moves. On a terminal a table that is drawn anew a few times a
// second, elsewhere one JSON line per message.

import type { PlimsollClient } from '../../client/client.ts';
import type { LocalBook } from '../../client/local-book.ts';
import { ended } from '../ended.ts';
import { columns, type Cell } from './columns.ts';
import type { ConnectOptions } from './connect.ts';

export interface WatchOptions extends ConnectOptions {
  readonly levels: number;
  /** Seconds. */
  readonly for?: number;
}

const DRAW_MS = 250;
const TRADES_SHOWN = 8;
const CLEAR = '\u001B[H\u001B[J';

interface Seen {
  book: LocalBook | undefined;
  mark: string | null;
  index: string | null;
  trades: (readonly Cell[])[];
}

/** Follows a market until it is interrupted or its time is over. */
export async function watch(
  client: PlimsollClient,
  market: string,
  options: WatchOptions,
): Promise<void> {
  await client.connect();
  const isTable = process.stdout.isTTY && options.json !== true;
  const { ready, stop } = isTable ? table(client, market, options.levels) : lines(client, market);
  try {
    await ready;
    await ended(options.for);
  } finally {
    stop();
  }
}

interface Running {
  /** Rejects when there is no such market. */
  readonly ready: Promise<void>;
  readonly stop: () => void;
}

function table(client: PlimsollClient, market: string, levels: number): Running {
  const seen: Seen = { book: undefined, mark: null, index: null, trades: [] };
  const live = client.book(market, (book) => {
    seen.book = book;
  });
  const price = (data: { mark: string | null; index: string | null }): void => {
    Object.assign(seen, data);
  };
  client.stream.subscribe({ channel: 'mark', market }, { onSnapshot: price, onDelta: price });
  type Trade = { traded_at: string; taker_side: string; price: string; size: string };
  const row = (one: Trade): readonly Cell[] => [
    one.traded_at.slice(11, 23),
    one.taker_side,
    one.price,
    one.size,
  ];
  client.stream.subscribe(
    { channel: 'trades', market },
    {
      onSnapshot: ({ trades }) => {
        seen.trades = trades.slice(0, TRADES_SHOWN).map(row);
      },
      onDelta: ({ trades }) => {
        const newest = trades.map(row).toReversed();
        seen.trades = [...newest, ...seen.trades].slice(0, TRADES_SHOWN);
      },
    },
  );
  const timer = setInterval(() => {
    process.stdout.write(CLEAR + drawn(market, seen, levels, client.stream.state));
  }, DRAW_MS);
  return { ready: live.ready, stop: () => clearInterval(timer) };
}

function drawn(
  market: string,
  { book, mark, index, trades }: Seen,
  levels: number,
  state: string,
): string {
  const bids = book?.bids ?? [];
  const asks = book?.asks ?? [];
  const rows = Array.from(
    { length: Math.min(levels, Math.max(bids.length, asks.length)) },
    (_, i) => [
      bids[i]?.orders,
      bids[i]?.size,
      bids[i]?.price,
      asks[i]?.price,
      asks[i]?.size,
      asks[i]?.orders,
    ],
  );
  const head = `${market}  mark ${mark ?? '-'}  index ${index ?? '-'}  sequence ${book?.sequence ?? 0}`;
  const note = state === 'open' ? '' : `  (${state})`;
  return [
    head + note,
    '',
    columns(['orders', 'size', 'bid', 'ask', 'size', 'orders'], rows),
    '',
    columns(['time', 'taker', 'price', 'size'], trades),
    '',
  ].join('\n');
}

function lines(client: PlimsollClient, market: string): Running {
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  for (const channel of ['book', 'trades', 'mark'] as const) {
    const print = (type: string) => (data: unknown, sequence: number) => {
      resolve();
      console.log(JSON.stringify({ type, channel, market, sequence, data }));
    };
    client.stream.subscribe(
      { channel, market },
      { onSnapshot: print('snapshot'), onDelta: print('delta'), onRefused: reject },
    );
  }
  return { ready, stop: () => undefined };
}
