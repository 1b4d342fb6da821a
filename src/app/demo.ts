// The demo: makers who quote around the index and takers who hit the quotes, with the outside
// prices at most 20 commands a second in all. It uses the same door as everybody and knows nothing
// that they do not; without somebody there, or with too much on the disk, it stands still.

import { TIF_GTC, TIF_IOC } from '../engine/command.ts';
import type { Command, Exchange } from '../api/exchange.ts';
import { Dice } from '../feeds/price-walk.ts';
import type { Side } from '../units/brand.ts';
import { bytesIn } from './data-directory.ts';
import type { Logger } from './log.ts';
import { Gamblers } from './demo-gamblers.ts';
import { DEMO_MAKERS, DEMO_MARKETS, DEMO_TAKERS, type DemoMarket } from './demo-markets.ts';
import { orderOf } from './demo-orders.ts';

/** Commands of one turn; with a new price and a tick each, four turns a second make at most 20. */
const TURN_MS = 250;
const COMMANDS_PER_TURN = 3;
/** Every so many turns a gambler moves. */
const GAMBLE_EVERY = 8;
/** Quotes of one maker on each side of a market. */
const QUOTES = 4;
const TAKE_LOTS_MAX = 25;
/** Of 100 chances to take, so many are used. */
const TAKES_PER_100 = 60;
const BYTES_MAX = 500 * 1_000_000;
/** A snapshot lets go of old segments well before the end; the history bounds itself. */
const BYTES_SNAPSHOT = 250 * 1_000_000;
const LOOK_AT_DISK_MS = 60_000;

export interface DemoOptions {
  readonly exchange: Exchange;
  /** The data directory, and the one of the journal in it. */
  readonly path: string;
  readonly journal: string;
  readonly log: Logger;
  readonly isSomebodyThere: () => boolean;
}

interface Live {
  readonly market: DemoMarket;
  readonly number: number;
  /** Which quote is renewed next. */
  turn: number;
}

export class Demo {
  /** Commands sent so far. */
  sent = 0;
  private readonly options: DemoOptions;
  private readonly live: readonly Live[];
  private readonly dice: Dice;
  private readonly makers: readonly number[];
  private readonly takers: readonly number[];
  private readonly gamblers: Gamblers;
  private timer: NodeJS.Timeout | undefined;
  private turns = 0;
  private isFull = false;
  private lookAtDiskMs = 0;
  private waiting = 0;

  constructor(options: DemoOptions) {
    this.options = options;
    const { engine } = options.exchange;
    const { sequence } = options.exchange.runtime.sequencer; // so that no two runs are alike
    this.dice = new Dice(sequence + 7);
    this.live = DEMO_MARKETS.map((market) => {
      return { market, number: engine.marketNumber(market.symbol), turn: 0 };
    });
    this.makers = DEMO_MAKERS.map((name) => engine.accountNumber(name));
    this.takers = DEMO_TAKERS.map((name) => engine.accountNumber(name));
    this.gamblers = new Gamblers(options.exchange, this.dice);
  }

  /** Gives every market that has none its first quotes. */
  async begin(): Promise<void> {
    const { exchange } = this.options;
    for (const live of this.live) {
      const isNew = exchange.engine.markets()[live.number].orders === 0;
      const rounds = isNew ? QUOTES * this.makers.length * 2 : 0;
      for (let i = 0; i < rounds; i += 1) {
        for (const command of this.quotes(live)) await exchange.execute(command);
      }
    }
  }

  start(): void {
    this.timer = setInterval(() => this.turn(), TURN_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** One turn: at most COMMANDS_PER_TURN commands, none while the last turn's are under way. */
  turn(): void {
    const { exchange } = this.options;
    if (this.waiting > 0 || !this.isAwake()) return;
    if (exchange.runtime.sequencer.unavailable !== undefined) return;
    const live = this.live[this.turns % this.live.length];
    this.turns += 1;
    const gamble = this.turns % GAMBLE_EVERY === 0 ? this.gamblers.next(live.number) : [];
    const commands = [...gamble, ...this.quotes(live), ...this.takes(live)];
    for (const command of commands.slice(0, COMMANDS_PER_TURN)) this.send(command);
  }

  /** Whether the demo goes on: somebody is there, and there is space. */
  isAwake(): boolean {
    return this.options.isSomebodyThere() && this.hasSpace();
  }

  private send(command: Command): void {
    this.sent += 1;
    this.waiting += 1;
    this.options.exchange.submit(command, () => {
      this.waiting -= 1;
    });
  }

  /** One maker takes back his farthest quote of a side and puts a new one next to the index. */
  private quotes(live: Live): Command[] {
    const { exchange } = this.options;
    const { index } = exchange.engine.markets()[live.number];
    if (index === 0) return []; // no feed has given a price yet
    const maker = this.makers[live.turn % this.makers.length];
    const side: Side = Math.floor(live.turn / this.makers.length) % 2 === 0 ? 1 : -1;
    live.turn += 1;
    const own = exchange.engine
      .orders(maker, live.number)
      .filter((order) => order.side === side)
      .sort((a, b) => side * (a.price - b.price));
    const { tickSize, lotSize } = exchange.catalog.marketAt(live.number);
    const { gapTicks, lots } = live.market;
    const steps = 1 + this.dice.below(QUOTES * 2);
    const raw = index - side * steps * gapTicks * tickSize;
    const quote = Math.max(tickSize, raw - (raw % tickSize));
    const amount = (1 + this.dice.below(lots)) * lotSize;
    const commands: Command[] = [];
    const stale = own.find((order) => side * (order.price - index) >= 0) ?? own[0];
    if (own.length >= QUOTES && stale !== undefined) {
      const order = stale.order;
      const parts = { id: '', time: 0, account: maker, order, clientOrderId: '' };
      commands.push({ kind: 'cancel_order', ...parts });
    }
    const book = exchange.engine.book(live.number, 1, false);
    const best = side === 1 ? book.asks[0]?.price : book.bids[0]?.price;
    if (best !== undefined && side * (quote - best) >= 0) return commands;
    return [...commands, orderOf(live.number, maker, side, quote, amount, TIF_GTC)];
  }

  /** A taker hits the best quote of a side drawn by lot. */
  private takes(live: Live): Command[] {
    if (this.dice.below(100) >= TAKES_PER_100) return [];
    const { exchange } = this.options;
    const side: Side = this.dice.below(2) === 0 ? 1 : -1;
    const book = exchange.engine.book(live.number, 1, false);
    const best = side === 1 ? book.asks[0] : book.bids[0];
    if (best === undefined) return [];
    const taker = this.takers[this.dice.below(this.takers.length)];
    const { lotSize } = exchange.catalog.marketAt(live.number);
    const amount = (1 + this.dice.below(TAKE_LOTS_MAX)) * lotSize;
    return [orderOf(live.number, taker, side, best.price, amount, TIF_IOC)];
  }

  /** Looks at the disk once a minute; a snapshot lets the journal drop its oldest segments. */
  private hasSpace(): boolean {
    const now = Date.now();
    if (now < this.lookAtDiskMs) return !this.isFull;
    this.lookAtDiskMs = now + LOOK_AT_DISK_MS;
    const { exchange, path, journal, log } = this.options;
    const journalBytes = bytesIn(journal);
    const bytes = journalBytes + bytesIn(path);
    if (journalBytes > BYTES_SNAPSHOT) exchange.runtime.snapshot().catch(() => undefined);
    const isFull = bytes > BYTES_MAX;
    if (isFull !== this.isFull) log.warn({ bytes }, isFull ? 'the demo rests: 500 MB' : 'demo');
    this.isFull = isFull;
    return !isFull;
  }
}
