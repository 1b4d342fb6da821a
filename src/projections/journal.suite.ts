// A journal for tests: seeded commands of every kind through a real engine, and a source that
// replays them as the journal would, from the beginning or only from a later state.

import type { Command } from '../engine/command.ts';
import { Engine } from '../engine/engine.ts';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import type { HistorySource, HistoryStart } from './history.ts';
import { type HistoryRecord, recordOfLast } from './record.ts';

const STARTED_MS = 1_740_787_200_000;
const ACCOUNTS = 6;
const BORROWER = 4;
const PRICE = 600_000;

const TERMS = {
  brackets: [{ floorNotional: 0, initialPpm: 50_000, maintenancePpm: 25_000 }],
  makerFeePpm: -100,
  takerFeePpm: 500,
  liquidationFeePpm: 2_000,
  priceBandPpm: 0,
  openInterestCap: 0,
  openInterestScaleFrom: 0,
  openInterestScaleTo: 0,
  minimumSize: 0,
  minimumNotional: 0,
  profitWeightPpm: 1_000_000,
  profitCap: 0,
  markSource: 0,
  selfTradeAllowed: true,
  risk: {
    cureSlipPpm: 0,
    liquidationBufferPpm: 100_000,
    insuranceCap: 40,
    accountLimit: 0,
    ownerLimit: 0,
    fundingIntervalMs: 3_600_000,
    fundingInterestE12: 100_000_000,
    fundingCapE12: 40_000_000_000,
    impactNotional: 0,
    basisLimitPpm: 5_000,
    markLimitPpm: 5_000,
    sourcesRequired: 1,
    sourceMaxAgeMs: 0,
    sourceDeviationPpm: 0,
  },
};
const SPOT_TERMS = { ...TERMS, makerFeePpm: 200, markSource: 1 };
const UNITS = { priceUnit: '0.1', sizeUnit: '0.001', multiplier: 100, tickSize: 1, lotSize: 1 };
const ORDER = {
  kind: 'place_order',
  timeInForce: 0,
  expiresAt: 0,
  postOnly: false,
  reduceOnly: false,
  selfTrade: 0,
  triggerPrice: 0,
  triggerBy: 0,
  takeProfit: 0,
  stopLoss: 0,
  clientOrderId: '',
};
const ASSET = {
  kind: 'create_asset',
  weightPpm: 900_000,
  liabilityWeightPpm: 1_100_000,
  price: 0,
  interestE12: 10_000_000,
  autoConvertLimit: 0,
};
/** The insurance fund's money at first: a few liquidations are more than it can carry. */
const INSURANCE = { account: 2, asset: 0, amount: 400e6 };
/** A gambler opens with little at a leverage of 18; a jump of the mark then goes this far. */
const STAKE = 60e6;
const JUMP = 34_000;

/** The taken commands of a seed, and the records of what they did. */
export interface TestJournal {
  readonly commands: readonly Command[];
  readonly records: readonly HistoryRecord[];
}

export function makeJournal(seed: number, length: number, clientIds = true): TestJournal {
  const maker = new JournalMaker(seed, clientIds);
  maker.setUp();
  while (maker.records.length < length) maker.step(); // a step may be two commands
  return { commands: maker.commands.slice(0, length), records: maker.records.slice(0, length) };
}

class JournalMaker implements TestJournal {
  readonly commands: Command[] = [];
  readonly records: HistoryRecord[] = [];
  private readonly engine = new Engine();
  private readonly random: Sfc32;
  private readonly clientIds: boolean;
  private time = STARTED_MS;
  private mark = PRICE;
  private interval = 0;

  constructor(seed: number, clientIds: boolean) {
    this.random = new Sfc32(seed);
    this.clientIds = clientIds;
  }

  setUp(): void {
    this.run({ ...ASSET, symbol: 'USDT', decimals: 6, settlement: true });
    this.run({ ...ASSET, symbol: 'BTC', decimals: 8, settlement: false });
    const perp = { base: -1, quote: 0, baseMultiplier: 0, terms: TERMS };
    const spot = { base: 1, quote: 0, baseMultiplier: 100_000, terms: SPOT_TERMS };
    this.run({ kind: 'create_market', symbol: 'BTC-PERP', marketKind: 1, ...UNITS, ...perp });
    this.run({ kind: 'create_market', symbol: 'BTC/USDT', marketKind: 0, ...UNITS, ...spot });
    for (let i = 0; i < ACCOUNTS; i++) {
      this.run({ kind: 'create_account', name: `trader-${i}`, owner: i === 1 ? 'trader-0' : '' });
      // One trades on borrowed money, against the coins he has.
      const amount = i === BORROWER ? 20e6 : 50_000e6;
      this.run({ kind: 'deposit', account: 3 + i, asset: 0, amount });
      this.run({ kind: 'deposit', account: 3 + i, asset: 1, amount: 2e8 });
      if (i % 2 === 1) this.run({ kind: 'set_margin_mode', account: 3 + i, market: 0, mode: 1 });
      this.run({ kind: 'set_leverage', account: 3 + i, market: 0, leverage: 5 });
    }
    this.run({ kind: 'adjust', ...INSURANCE, operator: 'op', reason: 'seed' });
    this.marks();
  }

  step(): void {
    this.time += this.random.below(20) === 0 ? this.random.below(200_000) : this.random.below(900);
    const dice = this.random.below(100);
    if (dice < 8) this.marks();
    else if (dice < 60) this.order();
    else if (dice < 66) this.stop();
    else if (dice < 76) this.change();
    else if (dice < 84) this.edit();
    else if (dice < 92) this.money();
    else if (dice < 96) this.run({ kind: 'tick' });
    else this.rare();
  }

  private order(): void {
    const { random } = this;
    const account = this.account();
    // Without coins to sell the borrower stays in debt.
    const market = account === 3 + BORROWER ? 0 : random.below(2);
    const side = this.side();
    const type = random.below(6) === 0 ? 1 : 0;
    const timeInForce = random.below(10) < 7 ? 0 : 1 + random.below(3);
    const expiresAt = timeInForce === 3 ? this.time + 1 + random.below(30_000) : 0;
    const pair = market === 0 && random.below(8) === 0;
    const up = PRICE + 3_000 + random.below(500);
    const down = PRICE - 3_000 - random.below(500);
    this.run({
      ...ORDER,
      account,
      market,
      side,
      type,
      timeInForce: type === 1 && timeInForce === 3 ? 0 : timeInForce,
      expiresAt: type === 1 ? 0 : expiresAt,
      price: type === 1 ? 0 : PRICE - side * (random.below(400) - 150),
      size: 1 + random.below(120),
      reduceOnly: market === 0 && !pair && random.below(10) === 0,
      selfTrade: random.below(4),
      takeProfit: pair ? (side > 0 ? up : down) : 0,
      stopLoss: pair ? (side > 0 ? down : up) : 0,
      clientOrderId: this.clientIds && random.below(3) === 0 ? `c${random.below(40)}` : '',
    });
  }

  private stop(): void {
    const { random } = this;
    const side = this.side();
    const away = side * (50 + random.below(300));
    const limit = random.below(2) === 0;
    this.run({
      ...ORDER,
      account: this.account(),
      market: 0,
      side,
      type: limit ? 3 : 2,
      price: limit ? this.mark + away * 2 : 0,
      size: 1 + random.below(60),
      triggerPrice: this.mark + away,
      reduceOnly: random.below(3) === 0,
    });
  }

  /** Amends or cancels one of an account's orders. */
  private change(): void {
    const account = this.account();
    const orders = this.engine.orders(account);
    const view = orders[this.random.below(Math.max(orders.length, 1))];
    if (view === undefined) return;
    const by = { account, order: view.order, clientOrderId: '' };
    const dice = this.random.below(4);
    if (dice === 0) this.run({ kind: 'cancel_order', ...by });
    else if (dice === 1) this.run({ kind: 'amend_order', ...by, price: 0, size: view.size - 1 });
    else if (dice === 2) this.run({ kind: 'amend_order', ...by, price: view.price + 40, size: 0 });
    else this.run({ kind: 'amend_order', ...by, price: 0, size: Math.max(view.filled, 1) });
  }

  private edit(): void {
    const account = 4 + 2 * this.random.below(ACCOUNTS / 2);
    const edit = this.random.below(6);
    const none = { side: 0, collateral: 0, leverage: 0, size: 0, worstPrice: 0 };
    const open = { side: edit === 0 ? this.side() : 0, collateral: 200e6, leverage: 4 };
    const given = [open, open, { size: 20 }, {}, { collateral: 30e6 }, { collateral: 10e6 }][edit];
    this.run({ kind: 'edit_position', account, market: 0, edit, ...none, ...given });
  }

  private money(): void {
    const account = this.account();
    const asset = this.random.below(2);
    const amount = 1 + this.random.below(asset === 0 ? 100e6 : 1e6);
    const dice = this.random.below(4);
    if (dice === 0) this.run({ kind: 'deposit', account, asset, amount });
    else if (dice === 1) this.run({ kind: 'withdraw', account, asset, amount });
    else if (dice === 2) this.run({ kind: 'transfer', account, to: this.account(), asset, amount });
    else this.run({ kind: 'adjust', account, asset, amount, operator: 'op', reason: 'test' });
  }

  private rare(): void {
    const dice = this.random.below(11);
    const account = this.account();
    if (dice === 0) this.run({ kind: 'cancel_all', account, market: -1, side: 0 });
    else if (dice === 1) this.run({ kind: 'set_dead_man', account, timeoutMs: 20_000 });
    else if (dice === 2) this.run({ kind: 'set_leverage', account, market: 0, leverage: 6 });
    else if (dice === 3) {
      const status = { kind: 'set_market_status', market: 1, operator: 'op', reason: 'test' };
      this.run({ ...status, status: 1 });
      this.run({ ...status, status: 0 });
    } else if (dice < 7) this.gamble();
    else if (dice === 7) {
      this.interval += 1;
      const rateE12 = this.random.below(400_000_000) - 150_000_000;
      this.run({ kind: 'settle_funding', market: 0, interval: this.interval, rateE12 });
    } else if (dice < 10) this.borrow();
    else {
      // A refusal that has an id takes a sequence and leaves nothing else.
      const id = `r${this.records.length}`;
      this.run({ kind: 'withdraw', id, account, asset: 0, amount: 1e15 });
    }
  }

  /** An isolated trader takes on what he cannot bear, and the mark goes against him. */
  private gamble(): void {
    const account = 4 + 2 * this.random.below(ACCOUNTS / 2);
    const side = this.side();
    const open = { edit: 0, side, collateral: STAKE, leverage: 18, size: 0, worstPrice: 0 };
    this.run({ kind: 'edit_position', account, market: 0, ...open });
    this.marks(-side * JUMP);
    this.marks();
  }

  /** Takes out what he has and trades on: fees and losses are then a debt. */
  private borrow(): void {
    const account = 3 + BORROWER;
    const [{ free }] = this.engine.account(account).balances;
    if (free > 0n) this.run({ kind: 'withdraw', account, asset: 0, amount: Number(free) });
    this.run({ ...ORDER, account, market: 0, side: this.side(), type: 1, price: 0, size: 100 });
  }

  private marks(jump = 0): void {
    this.mark = PRICE + jump + this.random.below(600) - 300;
    this.run({ kind: 'update_index', market: 0, price: this.mark, mark: this.mark + 1 });
    this.run({ kind: 'update_index', market: 1, price: this.mark, mark: 0 });
  }

  private side(): 1 | -1 {
    return this.random.below(2) === 0 ? 1 : -1;
  }

  private account(): number {
    return 3 + this.random.below(ACCOUNTS);
  }

  private run(fields: { readonly kind: string } & Record<string, unknown>): void {
    const command = { id: '', time: this.time, ...fields } as unknown as Command;
    const { taken, sequence, time } = this.engine.execute(command);
    if (!taken) return;
    this.commands.push(command);
    this.records.push(recordOfLast(sequence, time, this.engine));
  }
}

/** Replays a journal; `oldest` is the first sequence that it still has, `head` the last. */
export class TestSource implements HistorySource {
  head: number;
  private readonly commands: readonly Command[];
  private readonly oldest: number;

  constructor({ commands }: TestJournal, head: number = commands.length, oldest = 1) {
    this.commands = commands;
    this.head = head;
    this.oldest = oldest;
  }

  sequence(): number {
    return this.head;
  }

  open(after: number, until = this.head): Promise<HistoryStart> {
    const engine = new Engine();
    const sequence = Math.max(after, this.oldest - 1);
    let time = 0;
    for (let i = 0; i < sequence; i++) ({ time } = engine.execute(this.commands[i]));
    return Promise.resolve({ sequence, time, engine, records: this.read(engine, sequence, until) });
  }

  private async *read(
    engine: Engine,
    from: number,
    until: number,
  ): AsyncGenerator<readonly HistoryRecord[]> {
    for (let at = from; at < until;) {
      const records: HistoryRecord[] = [];
      for (; at < until && records.length < 100; at++) {
        const { sequence, time } = engine.execute(this.commands[at]);
        records.push(recordOfLast(sequence, time, engine));
      }
      yield await Promise.resolve(records);
    }
  }
}
