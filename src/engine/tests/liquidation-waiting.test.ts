// Proves what becomes of a cross account with something in a market whose price is not known (spec
// margin §7, §8; decision 0023): the rest of it is liquidated, what waits is counted at its last
// mark and touched by nobody, and its profit or loss is paid out to nobody before the price is
// back. Figures by hand: 10 % initial, 5 % maintenance, notional = price × size.

import { describe, expect, test } from 'vitest';
import { verifyReceipt } from '../../margin/receipt.ts';
import type { Finding, Receipt } from '../../margin/receipt.ts';
import type { Answer } from '../../testing/answer.ts';
import { receiptLines, startedAccounts } from '../../testing/receipt-lines.ts';
import { GOLD, World, ok } from '../../testing/engine-kit.ts';
import type { Terms, WorldOptions } from '../../testing/engine-kit.ts';
import { STATUS_ACTIVE, STATUS_HALTED, STATUS_SETTLED } from '../command.ts';
import { receiptsOf } from '../receipts.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';
import { IMPOSED_BOUND, IMPOSED_SOURCES as SOURCES } from '../state/market.ts';

const FUND = 2;
const RISK = {
  ...DEFAULT_RISK,
  sourcesRequired: 2,
  sourceMaxAgeMs: 10_000,
  sourceDeviationPpm: 30_000,
};

interface SceneOptions extends WorldOptions {
  /** The trader's cash. */
  readonly cash: number;
  /** How many long at 1,000 in the market that falls silent, and where its mark stands then. */
  readonly waiting: number;
  readonly last?: number;
  /** How many long at 1,000 in the other one. */
  readonly open?: number;
  readonly terms?: Partial<Terms>;
}

/** A trader is long at 1,000 in two markets; then the sources of one fall silent. */
class Scene {
  readonly world: World;
  readonly open: number;
  readonly silent: number;
  readonly rich: number;
  readonly trader: number;

  constructor({ cash, waiting, last = 1_000, open = 100, terms = {}, ...options }: SceneOptions) {
    const world = new World(options);
    this.world = world;
    this.open = world.perp(terms);
    this.silent = world.perp({ markSource: 1, risk: RISK }, 0);
    world.time = 100_000;
    ok(this.say(1_000));
    this.rich = world.account('rich', 10_000_000);
    this.trader = world.account('trader', cash);
    const sizes = [
      [this.open, open],
      [this.silent, waiting],
    ];
    for (const [market, size] of sizes.filter(([, one]) => one > 0)) {
      ok(world.sell(this.rich, market, size, 1_000));
      ok(world.buy(this.trader, market, size, 1_000));
    }
    if (last !== 1_000) ok(this.say(last));
    ok(world.tick(world.time + 20_000));
    if (world.engine.markets()[this.silent].imposed !== SOURCES) throw new Error('it speaks');
  }

  /** Both sources of the silent market, or of another, say a price. */
  say(price: number, market = this.silent): Answer {
    const sources = [0, 1].map((source) => ({ source, price, at: this.world.time }));
    return this.world.send({ kind: 'update_index', market, price: 0, mark: 0, sources });
  }

  /** What the trader has: cash, and its positions. */
  get trade(): string {
    const { world, trader, open, silent } = this;
    return `${world.free(trader)}: ${world.stands(trader, open)}, ${world.stands(trader, silent)}`;
  }

  /** The receipts of the last command, of which there must be some. */
  receipts(): Receipt[] {
    const receipts = receiptsOf(this.world.engine);
    if (receipts.length === 0) throw new Error('nothing was liquidated');
    return receipts;
  }

  /** What is found when they are made again. */
  findings(): Finding[] {
    return this.receipts().flatMap(verifyReceipt);
  }
}

const ended = (said: Answer): (readonly [unknown, unknown])[] =>
  said.events
    .filter(({ name }) => name === 'liquidation_ended')
    .map(({ equity, maintenance }) => [equity, maintenance]);

describe('what lies in open markets is liquidated', () => {
  test('one lot in a silent market shields nothing', () => {
    const scene = new Scene({ cash: 10_100, waiting: 1 });
    const { world, open, rich } = scene;
    ok(world.buy(rich, open, 100, 920));
    // At 940: 4,100 below 4,700 + 50. The open market's share is 4,100 · 4,700 ÷ 4,750 = 4,056.8.
    // A lot costs 23 at 917 and frees 47: 4,100 − 23 n ≥ 4,750 − 47 n from 27.1 on.
    const said = world.mark(open, 940);
    expect(receiptLines(said)).toEqual(['cure 28/28 @917']);
    expect(scene.findings()).toEqual([]);
    // 28 · 80 are lost, the rest is safe.
    expect(scene.trade).toBe('7860: 72 72000 0, 1 1000 0');
    expect(ended(said)).toEqual([[3_540, 3_434]]);
  });

  test('all of it, and what waits keeps its share of what is left', () => {
    const scene = new Scene({ cash: 15_000, waiting: 50 });
    const { world, open, rich } = scene;
    // At 900: 5,000 below 4,500 + 2,500. 5,000 · 4,500 ÷ 7,000 = 3,214.2: 900 − 32.1, up to 868.
    const said = world.mark(open, 900);
    expect(receiptLines(said).slice(1)).toEqual([
      'close 0/100 @868',
      'fund 0/100 @868',
      `counterparty 100/100 @868 with ${rich}`,
    ]);
    expect(scene.findings()).toEqual([]);
    expect(scene.trade).toBe('1800: flat, 50 50000 0');
    // It leaves below maintenance, because what is left waits.
    expect(ended(said)).toEqual([[1_800, 2_500]]);
    expect(world.engine.state.liquidating.count).toBe(0);
  });

  test('a halted market is no shield either', () => {
    const world = new World();
    const [open, halted] = [world.perp(), world.perp()];
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 15_000);
    for (const [market, size] of [
      [open, 100],
      [halted, 50],
    ]) {
      ok(world.sell(rich, market, size, 1_000));
      ok(world.buy(trader, market, size, 1_000));
    }
    ok(world.status(halted, STATUS_HALTED));
    expect(startedAccounts(world.mark(open, 900))).toEqual([trader]);
    expect(world.stands(trader, halted)).toBe('50 50000 0');
    expect(startedAccounts(world.mark(halted, 1_010))).toEqual([]);
    // 1,800 − 500 below 2,475: found when it opens.
    ok(world.mark(halted, 990));
    expect(startedAccounts(world.status(halted, STATUS_ACTIVE))).toEqual([trader]);
    expect(world.stands(trader, halted)).toBe('flat');
  });

  test('an isolated position goes by its own market alone', () => {
    const scene = new Scene({ cash: 40_000, waiting: 0, open: 0 });
    const { world, open, silent, trader, rich } = scene;
    for (const market of [open, silent]) world.isolate(trader, market);
    ok(scene.say(1_000));
    for (const market of [open, silent]) {
      ok(world.sell(rich, market, 100, 1_000));
      ok(world.buy(trader, market, 100, 1_000));
    }
    ok(world.tick(world.time + 20_000));
    const said = world.mark(open, 930);
    expect(said.events.filter(({ name }) => name === 'liquidation_started')).toMatchObject([
      { account: trader, market: open },
    ]);
    expect(world.stands(trader, silent)).toBe('100 100000 10000');
    expect(startedAccounts(scene.say(930))).toEqual([trader]);
    expect(world.stands(trader, silent)).toBe('flat');
  });
});

describe('who pays while something waits', () => {
  test('a profit that waits is paid out to nobody: at the mark, on credit', () => {
    const scene = new Scene({ cash: 15_000, waiting: 50, last: 1_200 });
    const { world, open, rich, trader } = scene;
    const before = world.free(rich);
    // At 800: −5,000 without the profit of 10,000; 5,000 with it, below 4,000 + 3,000.
    const said = world.mark(open, 800);
    expect(receiptLines(said).at(-1)).toBe(`counterparty 100/100 @800 with ${rich}`);
    expect(scene.findings()).toEqual([]);
    expect(world.free(rich) - before).toBe(20_000);
    expect(scene.trade).toBe('-5000: flat, 50 50000 0');
    expect(world.free(FUND)).toBe(0);
    expect(ended(said)).toEqual([[5_000, 3_000]]);
    // Half of it was never there: the 2,500 that are missing are the affair of the silent market.
    const back = scene.say(1_050);
    expect(startedAccounts(back)).toEqual([trader]);
    expect(receiptLines(back).at(-1)).toBe(`counterparty 50/50 @1100 with ${rich}`);
    expect(scene.trade).toBe('0: flat, flat');
  });

  test('a receipt that says that nothing waits is found out', () => {
    const scene = new Scene({ cash: 15_000, waiting: 50, last: 1_200 });
    ok(scene.world.mark(scene.open, 800));
    for (const receipt of scene.receipts()) {
      const positions = receipt.positions.map((position) => ({ ...position, waits: false }));
      const found = verifyReceipt({ ...receipt, positions }).map(({ figure }) => figure);
      expect(found).toContain('bankruptcy_price');
      const moved = receipt.positions.map((position) => ({ ...position, waits: true }));
      const closed = verifyReceipt({ ...receipt, positions: moved }).map(({ figure }) => figure);
      expect(closed).toContain('waits');
    }
  });

  test('a loss that waits is paid by nobody: at the mark, and the cash stays', () => {
    const scene = new Scene({ cash: 25_000, waiting: 50, last: 800 });
    const { world, open, rich, silent, trader } = scene;
    // At 820: 7,000 without the loss of 10,000, −3,000 with it.
    const said = world.mark(open, 820);
    expect(receiptLines(said).at(-1)).toBe(`counterparty 100/100 @820 with ${rich}`);
    expect(scene.findings()).toEqual([]);
    expect(scene.trade).toBe('7000: flat, 50 50000 0');
    expect(ended(said)).toEqual([[-3_000, 2_000]]);
    expect(world.free(FUND)).toBe(0);
    // Nothing of it leaves, and nothing happens, until the price is back.
    expect(world.withdraw(trader, 1).said).toBe('LIQUIDATIONS_PENDING');
    expect(world.buy(trader, open, 1, 820).said).toMatch(/^INSUFFICIENT_MARGIN/);
    world.isolate(trader, open);
    expect(world.buy(trader, open, 1, 820).said).toBe('INSUFFICIENT_BALANCE 82 0');
    for (const mark of [700, 900]) expect(startedAccounts(world.mark(open, mark))).toEqual([]);
    expect(receiptLines(scene.say(860)).at(-1)).toBe(`counterparty 50/50 @860 with ${rich}`);
    expect(world.stands(trader, silent)).toBe('flat');
  });

  test('a deficit of the open market is paid there, as if nothing waited', () => {
    const scene = new Scene({ cash: 15_000, waiting: 50 });
    const { world, open, rich } = scene;
    // At 840 1,000 are missing: 850.
    const said = world.mark(open, 840);
    expect(receiptLines(said).at(-1)).toBe(`counterparty 100/100 @850 with ${rich}`);
    expect(scene.findings()).toEqual([]);
    expect(scene.trade).toBe('0: flat, 50 50000 0');
  });

  test('a loss that waits does not close the owner’s other side first', () => {
    const scene = new Scene({ cash: 25_000, waiting: 50, last: 800 });
    const { world, open, rich } = scene;
    const sibling = world.account('sibling', 100_000, 0, 'trader');
    ok(world.buy(rich, open, 10, 1_000));
    ok(world.sell(sibling, open, 10, 1_000));
    const lines = receiptLines(world.mark(open, 820));
    expect(lines.slice(-2)).toEqual([
      `counterparty 90/100 @820 with ${rich}`,
      `counterparty 10/10 @820 with ${sibling}`,
    ]);
  });

  test('no fee is taken out of a profit that waits', () => {
    const fee = { liquidationFeePpm: 10_000 };
    const scene = new Scene({ cash: 15_000, waiting: 50, last: 1_200, terms: fee });
    const { world, open, rich } = scene;
    ok(world.buy(rich, open, 100, 805));
    // The cure counts the fee that it would pay: 5,000 − 8 n ≥ 7,000 − 40 n.
    expect(receiptLines(world.mark(open, 800))).toEqual(['cure 63/63 @800']);
    expect(scene.findings()).toEqual([]);
    expect(world.free(FUND)).toBe(0);
    expect(scene.trade).toBe('2715: 37 37000 0, 50 50000 0');
  });

  test('the fund takes over what it can, at the mark at worst', () => {
    const scene = new Scene({ cash: 25_000, waiting: 50, last: 800 });
    const { world, open } = scene;
    ok(world.adjust(FUND, 5_000));
    expect(receiptLines(world.mark(open, 820))).toContain('fund 60/100 @820');
    // 60 · 820 · 10 % lie in its pool.
    expect(world.free(FUND)).toBe(5_000 - 4_920);
  });
});

describe('what waits', () => {
  test('alone waits as ever, and all is caught up with when the price is back', () => {
    const scene = new Scene({ cash: 10_000, waiting: 100, open: 0 });
    const { world, open, trader } = scene;
    for (const mark of [900, 1_100]) expect(startedAccounts(world.mark(open, mark))).toEqual([]);
    expect(startedAccounts(scene.say(940))).toEqual([trader]);
  });

  test('is safe again when the price that is back says so', () => {
    const scene = new Scene({ cash: 15_000, waiting: 50 });
    ok(scene.world.mark(scene.open, 900));
    expect(startedAccounts(scene.say(1_015))).toEqual([]); // 2,550 is not below 2,538
    expect(scene.world.engine.account(scene.trader).balances[0].free).toBe(1_800n);
  });

  test('is rescued by a deposit', () => {
    const scene = new Scene({ cash: 15_000, waiting: 50 });
    const { world, open, trader } = scene;
    ok(world.mark(open, 900));
    ok(world.deposit(trader, 700)); // exactly maintenance
    expect(startedAccounts(scene.say(1_000))).toEqual([]);
    expect(scene.trade).toBe('2500: flat, 50 50000 0');
  });

  test('ends with a settlement of its market', () => {
    const scene = new Scene({ cash: 25_000, waiting: 50, last: 800 });
    const { world, open, silent } = scene;
    ok(world.mark(open, 820));
    const settled = { market: silent, status: STATUS_SETTLED, price: 950 };
    ok(world.send({ kind: 'set_market_status', ...settled, operator: 'op', reason: 'test' }));
    expect(scene.trade).toBe('4500: flat, flat');
    expect(world.engine.markets()[silent].imposed).toBe(0);
  });

  test.each([1, 2, 3, 5, 8])('comes to the same under a bound of %d steps', (stepsPerCommand) => {
    const limits = { stepsPerCommand };
    const scene = new Scene({ cash: 15_000, waiting: 50, limits, finishes: false });
    const { world, open, silent, trader } = scene;
    ok(world.mark(open, 900));
    const imposed = (market: number): number => world.engine.markets()[market].imposed;
    for (let i = 0; i < 10; i++) {
      // The silent market is not restricted for what is to be closed in the other one.
      const isClosing = world.stands(trader, open) !== 'flat';
      if (isClosing) expect([imposed(open), imposed(silent)]).toEqual([IMPOSED_BOUND, SOURCES]);
      ok(world.tick());
    }
    expect(world.engine.markets()[silent].imposed).toBe(SOURCES);
    expect(scene.trade).toBe('1800: flat, 50 50000 0');
    expect(world.engine.markets()[open].imposed).toBe(0);
    expect(world.engine.state.liquidating.count).toBe(0);
  });
});

describe('collateral whose price is not known', () => {
  /** Long 90 at 1,000 on 100 gold at 100; then the sources of gold fall silent. */
  function onGold(interestE12 = 0) {
    const world = new World({ gold: { weightPpm: 1_000_000 }, usd: { interestE12 } });
    const market = world.perp();
    const gold = world.spot({ markSource: 1, risk: RISK }, 0);
    world.time = 100_000;
    const say = (price: number): Answer => {
      const sources = [0, 1].map((source) => ({ source, price, at: world.time }));
      return world.send({ kind: 'update_index', market: gold, price: 0, mark: 0, sources });
    };
    ok(say(100));
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 0, 100);
    ok(world.sell(rich, market, 90, 1_000));
    ok(world.buy(trader, market, 90, 1_000));
    ok(world.buy(rich, gold, 1_000, 100));
    ok(world.adjust(FUND, 50_000));
    ok(world.tick(world.time + 20_000));
    return { world, market, gold, trader, rich, say };
  }

  test('is neither sold nor bought, and pays no counterparty', () => {
    const { world, market, trader, rich } = onGold();
    // At 900: −9,000 without the gold, 1,000 with it, below 4,050.
    const said = world.mark(market, 900);
    expect(receiptLines(said).slice(0, 2)).toEqual(['cure 0/68 @900', 'close 0/90 @900']);
    for (const receipt of receiptsOf(world.engine)) expect(verifyReceipt(receipt)).toEqual([]);
    expect(world.stands(trader, market)).toBe('flat');
    expect(world.free(trader)).toBe(-9_000);
    expect(world.free(trader, GOLD)).toBe(100);
    expect(world.free(FUND, GOLD)).toBe(0);
    expect(world.free(rich)).toBeGreaterThan(0);
  });

  test('backs nothing that leaves, before its price is back', () => {
    const { world, trader, say } = onGold();
    ok(world.deposit(trader, 9_500)); // for 9,000 of initial margin; the gold was 10,000
    expect(world.withdraw(trader, 501).said).toBe('LIQUIDATIONS_PENDING');
    expect(world.withdraw(trader, 500).said).toBe('OK');
    expect(world.withdraw(trader, 10, GOLD).said).toBe('OK'); // what stays needs none of it
    expect(world.withdraw(trader, 1).said).toBe('LIQUIDATIONS_PENDING');
    ok(say(100));
    expect(world.withdraw(trader, 9_000).said).toBe('OK');
    expect(world.withdraw(trader, 1, GOLD).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 8900 9000');
  });

  test('nor does the fund pay the debt before it is known what it is worth', () => {
    const { world, market, trader, say } = onGold(10_000_000_000);
    ok(world.mark(market, 900));
    // Twelve hours at 1 % are 1,142 and more: the debt is more than the gold was worth.
    const fund = world.free(FUND);
    const hour = 3_600_000;
    for (let hours = 1; hours <= 12; hours++)
      expect(startedAccounts(world.tick(hours * hour + 1))).toEqual([]);
    expect(world.free(trader, GOLD)).toBe(100);
    expect(world.free(FUND)).toBe(fund);
    const said = say(100);
    expect(startedAccounts(said)).toEqual([trader]);
    expect(world.free(trader, GOLD)).toBe(0);
    expect(world.free(trader)).toBe(0);
  });

  test('comes back by a tick alone, when sources that were too far off are too old', () => {
    const { world, market, trader, gold } = onGold(10_000_000_000);
    ok(world.mark(market, 900));
    const hour = 3_600_000;
    for (let hours = 1; hours <= 12; hours++) ok(world.tick(hours * hour + 1));
    // Two say 100 now, two have said 130 nine seconds ago: no two of a kind are near the middle.
    const sources = [100, 100, 130, 130].map((price, source) => {
      return { source, price, at: world.time - (source < 2 ? 0 : 9_000) };
    });
    const update = { kind: 'update_index', market: gold, price: 0, mark: 0, sources };
    expect(startedAccounts(world.send(update))).toEqual([]);
    expect(startedAccounts(world.tick(world.time + 2_000))).toEqual([trader]);
    expect(world.free(trader)).toBe(0);
  });

  test('is not sold to pay a debt while positions are closed', () => {
    const { world, market, trader, rich } = onGold();
    ok(world.deposit(trader, 100, GOLD));
    ok(world.buy(rich, market, 50, 800));
    ok(world.mark(market, 920));
    ok(world.sell(trader, market, 40, 0)); // at 800: −8,000 of cash
    ok(world.tick(world.time + 20_000));
    expect(world.free(trader)).toBe(-8_000);
    // At 760: 20,000 − 8,000 − 12,000 below 1,900.
    const said = world.mark(market, 760);
    expect(startedAccounts(said)).toEqual([trader]);
    expect(world.stands(trader, market)).toBe('flat');
    expect(world.free(trader, GOLD)).toBe(200);
    expect(world.free(FUND, GOLD)).toBe(0);
  });

  test('that is worth more when its price is back is kept', () => {
    const { world, market, trader, say } = onGold();
    ok(world.mark(market, 900));
    expect(startedAccounts(say(120))).toEqual([]);
    expect(world.free(trader, GOLD)).toBe(100);
  });
});
