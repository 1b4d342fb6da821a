// A small market maker that uses nothing but the client: it quotes both sides around the middle of
// the book, moves its quotes with it, leans against what it holds, and leaves nothing behind.
// Seeded and bounded, so that two runs with the same market do the same.

import type { PlimsollClient } from '../../src/client/client.ts';
import { PlimsollError } from '../../src/client/errors.ts';

export interface BotOptions {
  readonly client: PlimsollClient;
  readonly market: string;
  readonly seed: number;
  readonly runMs: number;
  /** Between two rounds of quotes. */
  readonly everyMs?: number;
  /** Lots of one quote, at most. */
  readonly lotsMax?: number;
  /** Lots that it holds at most in one direction. */
  readonly positionLotsMax?: number;
  readonly signal?: AbortSignal;
  readonly onRound?: (report: BotReport) => void;
}

export interface BotReport {
  readonly rounds: number;
  readonly placed: number;
  readonly refused: number;
  readonly fills: number;
  /** Signed, in lots. */
  readonly positionLots: number;
  /** What it left in the book: none. */
  readonly openOrders: number;
}

const SPREAD_TICKS = 4;
const QUOTES_PER_SIDE = 2;

/** Quotes until its time is over or it is told to stop, then cancels everything. */
export async function runBot(options: BotOptions): Promise<BotReport> {
  const { client, market, runMs, everyMs = 200, signal } = options;
  await client.connect();
  const bot = await Bot.begin(options);
  try {
    const endMs = performance.now() + runMs;
    while (performance.now() < endMs && signal?.aborted !== true) {
      await bot.round();
      options.onRound?.(bot.report(0));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  } finally {
    await client.cancelOrders({ market });
  }
  bot.end();
  const { orders } = await client.http.listOrders({ query: { market } });
  return bot.report(orders.length);
}

class Bot {
  private rounds = 0;
  private placed = 0;
  private refused = 0;
  private fills = 0;
  private positionLots = 0;
  private seed: number;
  private readonly options: BotOptions;
  private readonly tick: number;
  private readonly lot: number;
  private readonly digits: { readonly price: number; readonly size: number };
  private readonly live: ReturnType<PlimsollClient['book']>;
  private readonly readings: { close(): void }[] = [];
  private mark: string | null = null;

  private constructor(options: BotOptions, tick: string, lot: string) {
    const { client, market } = options;
    this.options = options;
    this.seed = options.seed;
    this.tick = Number(tick);
    this.lot = Number(lot);
    this.digits = { price: digitsOf(tick), size: digitsOf(lot) };
    this.live = client.book(market);
    const follow = ({ mark }: { mark: string | null }): void => {
      this.mark = mark;
    };
    this.readings.push(
      client.stream.subscribe(
        { channel: 'fills' },
        {
          onSnapshot: () => undefined,
          onDelta: ({ fills }) => {
            for (const fill of fills) {
              if (fill.market !== market) continue;
              this.fills += 1;
              const lots = Math.round(Number(fill.size) / this.lot);
              this.positionLots += fill.side === 'buy' ? lots : -lots;
            }
          },
        },
      ),
      client.stream.subscribe({ channel: 'mark', market }, { onSnapshot: follow, onDelta: follow }),
    );
  }

  static async begin(options: BotOptions): Promise<Bot> {
    const { client, market } = options;
    const terms = await client.http.getMarket({ params: { market } });
    const bot = new Bot(options, terms.tick_size, terms.lot_size);
    await bot.live.ready;
    return bot;
  }

  /** Takes the old quotes back and puts new ones around the middle, smaller where it holds more. */
  async round(): Promise<void> {
    const { client, market, lotsMax = 5, positionLotsMax = 50 } = this.options;
    this.rounds += 1;
    await client.cancelOrders({ market });
    const middle = this.middle();
    if (middle === undefined) return;
    const lean = -Math.round((this.positionLots / positionLotsMax) * SPREAD_TICKS);
    const wanted = (['buy', 'sell'] as const).flatMap((side) => {
      const direction = side === 'buy' ? 1 : -1;
      if (this.positionLots * direction >= positionLotsMax) return [];
      return Array.from({ length: QUOTES_PER_SIDE }, (_, i) => {
        const away = SPREAD_TICKS * (i + 1) - direction * lean + this.below(2);
        return this.quote(side, middle - direction * away, 1 + this.below(lotsMax));
      });
    });
    await Promise.all(wanted);
  }

  end(): void {
    this.live.close();
    for (const reading of this.readings) reading.close();
  }

  report(openOrders: number): BotReport {
    const { rounds, placed, refused, fills, positionLots } = this;
    return { rounds, placed, refused, fills, positionLots, openOrders };
  }

  private async quote(side: 'buy' | 'sell', ticks: number, lots: number): Promise<void> {
    const { client, market } = this.options;
    const price = (ticks * this.tick).toFixed(this.digits.price);
    const size = (lots * this.lot).toFixed(this.digits.size);
    try {
      await client.placeOrder({ market, side, price, size });
      this.placed += 1;
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      this.refused += 1; // a rule or a rate: the next round asks anew
    }
  }

  /** In ticks; the mark when a side of the book is empty. */
  private middle(): number | undefined {
    const { bestBid, bestAsk } = this.live.book;
    if (bestBid !== undefined && bestAsk !== undefined) {
      return Math.round((Number(bestBid.price) + Number(bestAsk.price)) / 2 / this.tick);
    }
    return this.mark === null ? undefined : Math.round(Number(this.mark) / this.tick);
  }

  /** A whole number from 0 to most − 1, by the seed. */
  private below(most: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * most);
  }
}

const digitsOf = (step: string): number => step.split('.')[1]?.length ?? 0;
