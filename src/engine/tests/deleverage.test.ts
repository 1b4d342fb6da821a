// Proves the end of the line (spec margin §8.5 and §8.6): who gives up a position, in which order,
// how much at most, at which price; and, when nobody can, the closing at the mark that the fund
// pays for. Figures by hand: 10 % initial, 5 % maintenance, notional = price × size. The fund is
// empty.

import { describe, expect, test } from 'vitest';
import { receiptLines } from '../../testing/receipt-lines.ts';
import { GOLD, TAKE, World, ok } from '../../testing/engine-kit.ts';
import type { Answer } from '../../testing/answer.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';

const FUND = 2;

/** The receipts after those of the book and of the fund. */
const atTheEnd = (answer: Answer): string[] =>
  receiptLines(answer).filter((line) => /^(counterparty|mark)/.test(line));

/** Sells `size` at `price` to a buyer. */
function trade(
  world: World,
  market: number,
  seller: number,
  buyer: number,
  size: number,
  price: number,
): void {
  ok(world.sell(seller, market, size, price));
  ok(world.buy(buyer, market, size, price));
}

/** A victim on 10,000, isolated, of the owner `victim`. */
function victimOf(world: World, market: number, name = 'victim'): number {
  const victim = world.account(name, 20_000);
  world.isolate(victim, market, 10);
  return victim;
}

describe('the order of counterparties', () => {
  test('profit · notional ÷ equity²: more profit, more leverage, more first', () => {
    const world = new World();
    const market = world.perp();
    const victim = victimOf(world, market);
    // At 850 with 30 short at 1,000 each: profit 4,500 and notional 25,500 for all three.
    const calm = world.account('calm', 1_000_000);
    const bold = world.account('bold', 5_000);
    const middle = world.account('middle', 20_000);
    for (const seller of [calm, bold, middle]) trade(world, market, seller, victim, 30, 1_000);
    // Equity 9,500 of bold, 24,500 of middle, 1,004,500 of calm.
    expect(atTheEnd(world.mark(market, 850))).toEqual([
      `counterparty 30/90 @900 with ${bold}`,
      `counterparty 30/60 @900 with ${middle}`,
      `counterparty 30/30 @900 with ${calm}`,
    ]);
  });

  test('the own other side pays first; then losers come after winners, equals by account', () => {
    const world = new World();
    const market = world.perp();
    const victim = victimOf(world, market);
    const sibling = world.account('sibling', 5_000, 0, 'victim');
    const first = world.account('first', 100_000);
    const second = world.account('second', 100_000);
    const loser = world.account('loser', 100_000);
    const between = world.account('between', 1_000_000);
    // What belongs together does not trade with each other: a stranger stands between.
    for (const seller of [sibling, first, second]) trade(world, market, seller, between, 20, 1_000);
    trade(world, market, between, victim, 80, 1_000);
    trade(world, market, loser, between, 30, 840);
    const lines = atTheEnd(world.mark(market, 850));
    expect(lines).toEqual([
      `counterparty 20/80 @900 with ${sibling}`,
      `counterparty 20/60 @900 with ${first}`,
      `counterparty 20/40 @900 with ${second}`,
      `counterparty 20/20 @900 with ${loser}`,
    ]);
  });
});

describe('how much a counterparty gives, and the last resort', () => {
  /** Long 100 at 1,000 on 1,000 gold at a mark of 700; 40 and 60 short at 700 on a tenth of it. */
  function overGold() {
    const world = new World({ gold: { weightPpm: 1_000_000 } });
    const market = world.perp();
    const gold = world.spot({}, 100);
    const victim = world.account('victim', 0, 1_000);
    const rich = world.account('rich', 10_000_000);
    const few = world.account('few', 2_800);
    const more = world.account('more', 4_200);
    trade(world, market, rich, victim, 100, 1_000);
    ok(world.mark(market, 700));
    trade(world, market, few, rich, 40, 700);
    trade(world, market, more, rich, 60, 700);
    return { world, market, gold, victim, few, more };
  }

  test('at most what leaves it at maintenance; then at the mark, which costs it nothing', () => {
    const { world, market, gold, victim, few, more } = overGold();
    // Gold at 20: 20,000 − 30,000 behind 100 long: bankrupt at 800. A lot there costs a short 100
    // and frees 35 of maintenance: 2,800 − 100 n ≥ 1,400 − 35 n up to 21, 4,200 − 100 n ≥ 2,100 −
    // 35 n up to 32. Nobody can take one more.
    const said = world.index(gold, 20);
    expect(atTheEnd(said)).toEqual([
      `counterparty 21/100 @800 with ${few}`,
      `counterparty 32/79 @800 with ${more}`,
      `mark 19/47 @700 with ${few}`,
      `mark 28/28 @700 with ${more}`,
    ]);
    expect(world.free(few)).toBe(2_800 - 2_100);
    expect(world.free(more)).toBe(4_200 - 3_200);
    expect(world.stands(victim, market)).toBe('flat');
    expect(world.free(victim)).toBe(0);
  });

  test('the fund buys what is left and pays the deficit; the market is close-only', () => {
    const { world, gold, victim } = overGold();
    const said = world.index(gold, 20);
    // 24,700 are lost, 20,000 of gold go to the fund for as much, 4,700 are missing.
    expect(world.free(victim, GOLD)).toBe(0);
    expect(world.free(FUND, GOLD)).toBe(1_000);
    expect(world.free(FUND)).toBe(-24_700);
    const paid = said.events.filter(({ name, why }) => name === 'insurance_changed' && why === 2);
    expect(paid).toMatchObject([{ change: -4_700 }]);
    const imposed = said.events.filter(({ name }) => name === 'market_imposed');
    expect(imposed).toHaveLength(1);
    // What the fund lacks is nobody's to liquidate: prices may move on.
    expect(world.index(gold, 10).events.map(({ name }) => name)).not.toContain('liquidated');
    expect(world.free(FUND)).toBe(-24_700);
  });
});

describe('a list that was made before the position was', () => {
  test('somebody who took over a counterparty in the same command is found', () => {
    const terms = {
      markSource: 1,
      risk: { ...DEFAULT_RISK, sourceMaxAgeMs: 1_000 },
    } as const;
    const world = new World();
    const first = world.perp(terms, 0);
    const second = world.perp(terms, 0);
    const say = (market: number, source: number, price: number): Answer =>
      world.send({
        kind: 'update_index',
        market,
        price: 0,
        mark: 0,
        sources: [{ source, price, at: world.time }],
      });
    for (const market of [first, second]) ok(say(market, 0, 1_000));
    const early = victimOf(world, first, 'early');
    const late = world.account('late', 50_000);
    const seller = world.account('seller', 1_000_000);
    const newcomer = world.account('newcomer', 1_000_000);
    trade(world, first, seller, early, 100, 1_000);
    ok(world.edit(early, first, 4, { collateral: 5_000 }));
    trade(world, first, seller, late, 100, 1_000);
    trade(world, second, newcomer, late, 150, 1_000);
    // The seller takes its profit at 850 from the newcomer, who is short then.
    ok(world.order(seller, first, 1, 100, 0, { ...TAKE, triggerPrice: 850 }));
    ok(world.sell(newcomer, first, 100, 1_001));
    world.time += 500;
    ok(say(first, 1, 800));
    ok(say(second, 1, 800));
    expect(world.stands(early, first)).toBe('100 100000 15000');
    // The first source is too old at the tick: 800 in both, the first market before the second.
    const said = world.tick(world.time + 800);
    expect(atTheEnd(said)).toEqual([
      `counterparty 100/100 @850 with ${seller}`,
      `counterparty 150/150 @800 with ${newcomer}`,
      `counterparty 100/100 @800 with ${newcomer}`,
    ]);
    expect(world.stands(late, first)).toBe('flat');
  });
});
