// Proves what the insurance fund takes over and what it pays (spec margin §8.4 and §8.6): at the
// bankruptcy price, as much as its own cash and its cap carry, opposite positions first, never
// below zero but by a deficit. Figures by hand: 10 % initial, 5 % maintenance, notional = price ×
// size.

import { describe, expect, test } from 'vitest';
import { receiptLines } from '../../testing/receipt-lines.ts';
import { GOLD, USD, World, ok } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';

const FUND = 2;

interface Scene {
  readonly world: World;
  readonly market: number;
  readonly trader: number;
  readonly rich: number;
}

/** A trader is long 100 at 1,000 on 10,000, isolated; nobody bids; the fund has this much. */
function withFund(cash: number, terms: Partial<Terms> = {}): Scene {
  const world = new World();
  const market = world.perp(terms);
  const rich = world.account('rich', 10_000_000);
  const trader = world.account('trader', 20_000);
  world.isolate(trader, market, 10);
  ok(world.sell(rich, market, 100, 1_000));
  ok(world.buy(trader, market, 100, 1_000));
  if (cash > 0) ok(world.adjust(FUND, cash));
  return { world, market, trader, rich };
}

/** What the receipts after the two of the book say. */
const afterBook = (lines: readonly string[]): string[] => lines.slice(2);

describe('a takeover', () => {
  test('of all at the bankruptcy price, its pool filled to initial', () => {
    const { world, market, trader } = withFund(50_000);
    // At 940 the bankruptcy price is 900: the fund gains 40 a lot, and 9,400 − 4,000 go to the
    // pool.
    expect(afterBook(receiptLines(world.mark(market, 940)))).toEqual(['fund 100/100 @900']);
    expect(world.stands(FUND, market)).toBe('100 90000 5400');
    expect(world.free(FUND)).toBe(44_600);
    expect(world.stands(trader, market)).toBe('flat');
    expect(world.free(trader)).toBe(10_000);
  });

  test('below the bankruptcy price its loss is in the pool too', () => {
    const { world, market } = withFund(50_000);
    // At 850 it loses 50 a lot: 8,500 + 5,000.
    ok(world.mark(market, 850));
    expect(world.stands(FUND, market)).toBe('100 90000 13500');
    expect(world.free(FUND)).toBe(36_500);
  });

  // At 850 a lot needs 85 + 50 = 135.
  const cases: [string, number, Partial<Terms>, string][] = [
    ['to the last lot that its cash carries', 135 * 40, {}, 'fund 40/100 @900'],
    ['one unit short is a lot less', 135 * 40 - 1, {}, 'fund 39/100 @900'],
    ['nothing without cash', 0, {}, 'fund 0/100 @900'],
    [
      'up to its cap',
      1_000_000,
      { risk: { ...DEFAULT_RISK, insuranceCap: 25 } },
      'fund 25/100 @900',
    ],
  ];
  test.each(cases)('%s', (_, cash, terms, expected) => {
    const { world, market } = withFund(cash, terms);
    expect(afterBook(receiptLines(world.mark(market, 850)))[0]).toBe(expected);
    expect(world.free(FUND)).toBeGreaterThanOrEqual(0);
  });

  test('moves neither last price nor stops by last', () => {
    const { world, market } = withFund(50_000);
    const said = world.mark(market, 940);
    expect(world.engine.markets()[market].last).toBe(1_000);
    expect(said.fills).toEqual([]);
  });

  test('by a short victim', () => {
    const world = new World();
    const market = world.perp();
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 20_000);
    world.isolate(trader, market, 10);
    ok(world.buy(rich, market, 100, 1_000));
    ok(world.sell(trader, market, 100, 1_000));
    ok(world.adjust(FUND, 50_000));
    // Bankruptcy 1,100; at 1,150 a lot needs 115 + 50.
    expect(afterBook(receiptLines(world.mark(market, 1_150)))).toEqual(['fund 100/100 @1100']);
    expect(world.stands(FUND, market)).toBe('-100 -110000 16500');
  });
});

describe('an opposite position of the fund', () => {
  /** The fund is long 100 at 900 on 5,400, at a mark of 940; a second trader is short `size`. */
  function fundLong(size: number, cash = 50_000): Scene {
    const scene = withFund(cash);
    const { world, market, rich } = scene;
    ok(world.mark(market, 940));
    const short = world.account('short', 20_000);
    world.isolate(short, market, 10);
    ok(world.buy(rich, market, size, 940));
    ok(world.sell(short, market, size, 940));
    return { ...scene, trader: short };
  }

  test('is reduced first; its pool stays', () => {
    const { world, market, trader } = fundLong(60);
    expect(world.stands(trader, market)).toBe('-60 -56400 5640');
    // Bankrupt at 1,034. At 1,040 the fund sells 60 there: (1,034 − 900) · 60 = 8,040 to its pool.
    expect(afterBook(receiptLines(world.mark(market, 1_040)))).toEqual(['fund 60/60 @1034']);
    expect(world.stands(FUND, market)).toBe('40 36000 13440');
    expect(world.free(FUND)).toBe(44_600);
  });

  test('is closed: pool and gain come back, and nothing stays behind', () => {
    const { world, market } = fundLong(100);
    // 5,400 + (1,034 − 900) · 100.
    expect(afterBook(receiptLines(world.mark(market, 1_040)))).toEqual(['fund 100/100 @1034']);
    expect(world.stands(FUND, market)).toBe('flat');
    expect(world.free(FUND)).toBe(44_600 + 18_800);
  });

  test('is closed at a loss beyond its pool: the cash pays once', () => {
    const { world, market, rich } = withFund(50_000);
    const gold = world.spot({}, 100);
    ok(world.mark(market, 940)); // the fund: 100 at 900 on 5,400, 44,600 left
    ok(world.mark(market, 895));
    const short = world.account('gold', 0, 300);
    ok(world.sell(rich, market, 100, 985));
    ok(world.buy(short, market, 100, 985));
    ok(world.buy(rich, market, 200, 895));
    ok(world.sell(short, market, 200, 895)); // 9,000 lost, 100 short at the mark
    // Gold at 14: the fund pays 3,780 for it; −5,220 stand behind 100 short: bankrupt at 842. The
    // fund sells its long there: 5,400 − 5,800.
    expect(afterBook(receiptLines(world.index(gold, 14)))).toEqual(['fund 100/100 @842']);
    expect(world.stands(FUND, market)).toBe('flat');
    expect(world.free(FUND)).toBe(44_600 - 3_780 - 400);
    expect(world.free(FUND, GOLD)).toBe(300);
  });

  test('is passed through: the new side stands on initial margin', () => {
    const { world, market } = fundLong(150);
    // Bankrupt at 1,034; the fund goes from long 100 to short 50 at a mark of 1,040. Its pool of
    // 5,400 + 13,400 covers 5,200 + 300 of loss: nothing more is needed, and it stays.
    expect(afterBook(receiptLines(world.mark(market, 1_040)))).toEqual(['fund 150/150 @1034']);
    expect(world.stands(FUND, market)).toBe('-50 -51700 18800');
    expect(world.free(FUND)).toBe(44_600);
  });
});

describe('what fills it, and what it pays', () => {
  test('liquidation fees', () => {
    const { world, market, rich } = withFund(0, { liquidationFeePpm: 10_000 });
    ok(world.buy(rich, market, 100, 920));
    const said = world.mark(market, 940);
    expect(said.events).toContainEqual({
      name: 'insurance_changed',
      asset: USD,
      why: 0,
      change: 442,
      balance: 442,
    });
  });

  test('fees that came since make room before a counterparty must give', () => {
    const { world, market, trader, rich } = withFund(0, { liquidationFeePpm: 10_000 });
    const other = world.perp({ liquidationFeePpm: 10_000 });
    const payer = world.account('payer', 20_000);
    world.isolate(payer, other, 10);
    ok(world.sell(rich, other, 100, 1_000));
    ok(world.buy(payer, other, 100, 1_000));
    expect(world.stands(trader, market)).toBe('100 100000 10000');
    ok(world.mark(other, 960)); // safe: 6,000 against 4,800
    const lines = receiptLines(world.mark(market, 850));
    expect(afterBook(lines)[0]).toBe('fund 0/100 @900');
    expect(afterBook(lines)[1]).toMatch(/^counterparty 100\/100 @900/);
  });
});
