// Proves the rules of a liquidation in the book (spec margin §8.1 to §8.3): who is due, in which
// order, how little is sold, at which limit, with which fee, and what it leaves alone. All figures
// are worked out by hand from the specification; 10 % initial, 5 % maintenance, notional = price ×
// size.

import { describe, expect, test } from 'vitest';
import {
  cancelledByLiquidation,
  receiptLines,
  startedAccounts,
} from '../../testing/receipt-lines.ts';
import { GOLD, STOP, World, ok } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import { EDIT_ADD_COLLATERAL, STATUS_HALTED, TRIGGER_BY_LAST } from '../command.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';

interface Scene {
  readonly world: World;
  readonly market: number;
  readonly trader: number;
  readonly rich: number;
}

/** A trader is long 100 at 1,000 on 10,000 of his own, isolated; a rich stranger is short. */
function longHundred(terms: Partial<Terms> = {}): Scene {
  const world = new World();
  const market = world.perp(terms);
  const rich = world.account('rich', 10_000_000);
  const trader = world.account('trader', 20_000);
  world.isolate(trader, market, 10);
  ok(world.sell(rich, market, 100, 1_000));
  ok(world.buy(trader, market, 100, 1_000));
  expect(world.stands(trader, market)).toBe('100 100000 10000');
  return { world, market, trader, rich };
}

/** The mirror: short 100 at 1,000. */
function shortHundred(): Scene {
  const world = new World();
  const market = world.perp();
  const rich = world.account('rich', 10_000_000);
  const trader = world.account('trader', 20_000);
  world.isolate(trader, market, 10);
  ok(world.buy(rich, market, 100, 1_000));
  ok(world.sell(trader, market, 100, 1_000));
  return { world, market, trader, rich };
}

describe('who is due', () => {
  test('equality is safe, one unit more is not', () => {
    const { world, market, trader } = longHundred();
    // At 900: 14,500 − 10,000 = 4,500 = 5 % of 90,000. At 899: 4,400 < 4,495.
    ok(world.edit(trader, market, EDIT_ADD_COLLATERAL, { collateral: 4_500 }));
    expect(startedAccounts(world.mark(market, 900))).toEqual([]);
    expect(startedAccounts(world.mark(market, 899))).toEqual([trader]);
  });

  test('the worst is first, by equity against maintenance, then the lower account', () => {
    const world = new World();
    const market = world.perp();
    const rich = world.account('rich', 10_000_000);
    const pools = [12_000, 10_000, 11_000, 10_000];
    const traders = pools.map((pool, i) => {
      const trader = world.account(`t${i}`, 50_000);
      world.isolate(trader, market, 10);
      ok(world.sell(rich, market, 100, 1_000));
      ok(world.buy(trader, market, 100, 1_000));
      if (pool > 10_000)
        ok(world.edit(trader, market, EDIT_ADD_COLLATERAL, { collateral: pool - 10_000 }));
      return trader;
    });
    const [a, b, c, d] = traders;
    expect(startedAccounts(world.mark(market, 900))).toEqual([b, d, c, a]);
  });

  test('a scope without maintenance and with less than nothing comes before all', () => {
    const world = new World({ gold: { weightPpm: 1_000_000 } });
    const market = world.perp();
    const gold = world.spot({}, 100);
    const rich = world.account('rich', 10_000_000);
    // Both stand on 100 gold. One has lost 9,000 and is flat, the other still holds its position.
    const holder = world.account('holder', 0, 100);
    const debtor = world.account('debtor', 0, 100);
    for (const trader of [holder, debtor]) {
      ok(world.sell(rich, market, 90, 1_000));
      ok(world.buy(trader, market, 90, 1_000));
    }
    ok(world.mark(market, 950));
    ok(world.buy(rich, market, 90, 900));
    ok(world.sell(debtor, market, 90, 900));
    expect(world.stands(debtor, market)).toBe('flat');
    expect(world.free(debtor)).toBe(-9_000);
    // At 80 the holder has 8,000 − 4,500 = 3,500 below 4,275, the debtor 8,000 − 9,000.
    expect(startedAccounts(world.index(gold, 80))).toEqual([debtor, holder]);
  });

  test('a cross scope comes before the isolated ones of its account', () => {
    const world = new World();
    const first = world.perp();
    const second = world.perp();
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 15_000);
    world.isolate(trader, first, 10);
    ok(world.sell(rich, first, 50, 1_000));
    ok(world.buy(trader, first, 50, 1_000));
    ok(world.sell(rich, second, 100, 1_000));
    ok(world.buy(trader, second, 100, 1_000));
    ok(world.status(first, STATUS_HALTED));
    ok(world.mark(first, 940)); // 5,000 − 3,000 = 2,000 below 2,350: but halted
    const said = world.mark(second, 945); // 10,000 − 5,500 = 4,500 below 4,725
    expect(startedAccounts(said)).toEqual([trader]);
    expect(world.stands(trader, first)).toBe('50 50000 5000');
  });
});

describe('the smallest cure', () => {
  // At 940: equity 4,000, maintenance 4,700. Cure price 940 · 0.975 = 916.5, up to 917; bankruptcy
  // 940 − 40 = 900. A lot costs 23 and frees 47: 4,000 − 23 n ≥ 4,700 − 47 n from n = 29.2 on.
  const cases: [string, Partial<Terms>, string][] = [
    ['half the maintenance rate is the slip', {}, 'cure 30/30 @917'],
    // 4,000 − 9 n ≥ 4,700 − 47 n from 18.4 on, at 940 · 0.99 = 930.6, up to 931.
    [
      'a market says otherwise',
      { risk: { ...DEFAULT_RISK, cureSlipPpm: 10_000 } },
      'cure 0/19 @931',
    ],
    // 4,000 − 23 n ≥ 1.2 · (4,700 − 47 n) from 49.1 on.
    [
      'the buffer is reached',
      { risk: { ...DEFAULT_RISK, liquidationBufferPpm: 200_000 } },
      'cure 50/50 @917',
    ],
    // The fee is 1 % of 917 n: 4,000 − 32.17 n ≥ 4,700 − 47 n from 47.2 on; 1 % of 48 · 920.
    ['the fee is counted', { liquidationFeePpm: 10_000 }, 'cure 48/48 @917 fee 442'],
    ['a rest of 70 is below the minimum: all', { minimumSize: 80 }, 'cure 100/100 @917'],
    ['a rest of 65,800 is below it', { minimumNotional: 66_000 }, 'cure 100/100 @917'],
    ['a rest of 65,800 is not', { minimumNotional: 65_800 }, 'cure 30/30 @917'],
  ];
  test.each(cases)('%s', (_, terms, expected) => {
    const { world, market, rich } = longHundred({ ...terms });
    ok(world.buy(rich, market, 100, 920));
    expect(receiptLines(world.mark(market, 940))[0]).toBe(expected);
  });

  test('lots are kept: the smallest whole number of them', () => {
    const world = new World();
    const market = world.perp({}, 1_000, { lotSize: 20 });
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 20_000);
    world.isolate(trader, market, 10);
    ok(world.sell(rich, market, 100, 1_000));
    ok(world.buy(trader, market, 100, 1_000));
    ok(world.buy(rich, market, 100, 920));
    expect(receiptLines(world.mark(market, 940))).toEqual(['cure 40/40 @917']);
  });

  test('what it leaves: position, pool and a scope that goes on', () => {
    const { world, market, trader, rich } = longHundred();
    ok(world.buy(rich, market, 30, 920));
    const said = world.mark(market, 940);
    // 30 lots lose 80 each; nothing of the pool is paid out.
    expect(world.stands(trader, market)).toBe('70 70000 7600');
    expect(world.free(trader)).toBe(10_000);
    const ended = said.events.filter(({ name }) => name === 'liquidation_ended');
    expect(ended).toMatchObject([{ account: trader, equity: 3_400, maintenance: 3_290 }]);
    ok(world.sell(trader, market, 1, 950)); // orders are accepted again
  });

  test('of a short, upward', () => {
    const { world, market, trader, rich } = shortHundred();
    ok(world.sell(rich, market, 100, 1_080));
    // At 1,060: equity 4,000, maintenance 5,300, cure price 1,060 · 1.025 = 1,086.5, down to 1,086;
    // bankruptcy 1,100. 4,000 − 26 n ≥ 5,300 − 53 n from 48.1 on.
    expect(receiptLines(world.mark(market, 1_060))).toEqual(['cure 49/49 @1086']);
    expect(world.stands(trader, market)).toBe('-51 -51000 6080');
  });
});

describe('the whole', () => {
  test('is offered at the bankruptcy price when the cure fails', () => {
    const { world, market, trader, rich } = longHundred();
    ok(world.buy(rich, market, 100, 905));
    expect(receiptLines(world.mark(market, 940))).toEqual(['cure 0/30 @917', 'close 100/100 @900']);
    // What the book pays better than 900 is the account's.
    expect(world.free(trader)).toBe(10_000 + 500);
  });

  test('the better of cure and bankruptcy price is the limit', () => {
    const { world, market, trader, rich } = longHundred();
    ok(world.buy(rich, market, 100, 900));
    // At 902 the cure price is 880; at the bankruptcy price nothing but all of it cures.
    expect(receiptLines(world.mark(market, 902))).toEqual(['cure 100/100 @900']);
    expect(world.free(trader)).toBe(10_000);
  });

  test('the fee is no more than what is left', () => {
    const { world, market, trader, rich } = longHundred({ liquidationFeePpm: 10_000 });
    ok(world.buy(rich, market, 100, 901));
    // 10,000 − 9,900 = 100 is left; 1 % would be 901.
    expect(receiptLines(world.mark(market, 902))).toEqual(['cure 100/100 @900 fee 100']);
    expect(world.free(trader)).toBe(10_000);
    expect(world.free(2)).toBe(100);
  });

  test('only makers below the limit: nothing sold, all of the position still there', () => {
    const { world, market, rich } = longHundred();
    ok(world.buy(rich, market, 100, 899));
    const lines = receiptLines(world.mark(market, 940));
    expect(lines.slice(0, 2)).toEqual(['cure 0/30 @917', 'close 0/100 @900']);
  });
});

describe('what a liquidation leaves alone', () => {
  test('its maker pays as always, the liquidated one no trading fee', () => {
    const { world, market, trader } = longHundred({ makerFeePpm: 1_000, takerFeePpm: 1_000 });
    const maker = world.account('maker', 100_000);
    ok(world.buy(maker, market, 30, 920));
    const fees = world.fees();
    const free = world.free(trader);
    ok(world.mark(market, 940));
    expect(world.free(maker)).toBe(100_000 - 28); // 0.1 % of 27,600 is 27.6, up
    expect(world.fees() - fees).toBe(28);
    expect(world.free(trader)).toBe(free);
  });

  test('neither last price nor stops by last see its prints', () => {
    const { world, market, rich } = longHundred();
    const stopper = world.account('stopper', 1_000_000);
    ok(world.buy(rich, market, 30, 920));
    ok(
      world.order(stopper, market, -1, 1, 0, {
        ...STOP,
        triggerPrice: 930,
        triggerBy: TRIGGER_BY_LAST,
      }),
    );
    const said = world.mark(market, 940);
    expect(said.fills).toHaveLength(1);
    expect(world.engine.markets()[market].last).toBe(1_000);
    expect(said.events.map(({ name }) => name)).not.toContain('order_triggered');
  });

  test('self-trade prevention: the same owner may take it', () => {
    const { world, market } = longHundred();
    const sibling = world.account('sibling', 100_000, 0, 'trader');
    ok(world.buy(sibling, market, 30, 920));
    expect(receiptLines(world.mark(market, 940))).toEqual(['cure 30/30 @917']);
    expect(world.stands(sibling, market)).toBe('30 27600 0');
  });

  test('orders of other scopes; those of its own are cancelled first', () => {
    const { world, market, trader, rich } = longHundred();
    const other = world.perp();
    ok(world.buy(rich, market, 30, 920));
    const own = ok(world.sell(trader, market, 10, 1_200, { reduceOnly: true }));
    const cross = ok(world.buy(trader, other, 1, 900));
    expect(cancelledByLiquidation(world.mark(market, 940))).toEqual([own]);
    expect(world.open(trader)).toEqual([cross]);
  });

  test('a maker that it would push below maintenance is dropped, with its hold back', () => {
    const { world, market } = longHundred();
    const weak = world.account('weak', 10_000);
    world.isolate(weak, market, 10);
    // Holds 10,000, a tenth of 100 at the mark. Filled at 890 it would be worth nothing.
    const order = ok(world.buy(weak, market, 100, 990));
    expect(world.held(weak)).toBe(10_000);
    const said = world.mark(market, 890);
    expect(said.cancels).toContain(`${order} maker_margin 100`);
    expect(world.free(weak)).toBe(10_000);
    expect(world.held(weak)).toBe(0);
  });
});

describe('several positions of a cross scope', () => {
  /** Long 100 in the first market and 150 in the second at 1,000, on 26,000. */
  function twoMarkets(): { world: World; markets: number[]; trader: number; rich: number } {
    const world = new World();
    const markets = [world.perp(), world.perp()];
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 26_000);
    [100, 150].forEach((size, i) => {
      ok(world.sell(rich, markets[i], size, 1_000));
      ok(world.buy(trader, markets[i], size, 1_000));
    });
    return { world, markets, trader, rich };
  }

  test('the largest maintenance is first, and all go through the book before any goes on', () => {
    const { world, markets } = twoMarkets();
    // Second at 900: 26,000 − 15,000 = 11,000 below 5,000 + 6,750.
    const said = world.mark(markets[1], 900);
    const steps = said.events
      .filter(({ name }) => name === 'liquidated')
      .map((event) => `${event['market']} ${event['by']}`);
    expect(steps.slice(0, 6)).toEqual(['1 0', '1 1', '0 0', '0 1', '1 2', '1 3']);
  });

  test('equity above zero is shared by maintenance', () => {
    const { world, markets } = twoMarkets();
    const said = world.mark(markets[1], 900);
    const prices = said.events
      .filter(({ name, by }) => name === 'liquidated' && by === 0)
      .map((event) => event['bankruptcy_price']);
    // 11,000 · 6,750 ÷ 11,750 = 6,319.1: 900 − 42.1; 11,000 · 5,000 ÷ 11,750 = 4,680.8: 1,000 −
    // 46.8.
    expect(prices).toEqual([858, 954]);
  });

  test('a deficit belongs to the market whose mark moved', () => {
    const { world, markets } = twoMarkets();
    const said = world.mark(markets[1], 800);
    const prices = said.events
      .filter(({ name, by }) => name === 'liquidated' && by === 0)
      .map((event) => `${event['market']}: ${event['bankruptcy_price']}`);
    // −4,000 is the second's: 800 + 26.7, up. The first is bankrupt at its mark.
    expect(prices).toEqual(['1: 827', '0: 1000']);
  });

  test('one cure heals the whole scope', () => {
    const { world, markets, trader, rich } = twoMarkets();
    ok(world.buy(rich, markets[1], 150, 900));
    const said = world.mark(markets[1], 900);
    // A lot costs 22 (878 limit) and frees 45: 11,000 − 22 n ≥ 11,750 − 45 n from 32.6 on.
    expect(receiptLines(said)).toEqual(['cure 33/33 @878']);
    expect(world.stands(trader, markets[0])).toBe('100 100000 0');
    expect(world.stands(trader, markets[1])).toBe('117 117000 0');
  });
});

describe('collateral of another kind', () => {
  /**
   * Long 100 at 1,000 on 200 gold that counts for 90 of 100 each; the mark loses 9,000 to start.
   */
  function onGold(autoConvertLimit: number): Scene & { gold: number } {
    const world = new World({ usd: { autoConvertLimit } });
    const market = world.perp();
    const gold = world.spot({}, 100);
    const rich = world.account('rich', 10_000_000);
    const trader = world.account('trader', 0, 200);
    ok(world.sell(rich, market, 100, 1_000));
    ok(world.buy(trader, market, 100, 1_000));
    ok(world.buy(rich, market, 50, 800));
    ok(world.mark(market, 910));
    ok(world.sell(trader, market, 40, 0)); // sold at 800: −8,000 of cash
    expect(world.free(trader)).toBe(-8_000);
    return { world, market, trader, rich, gold };
  }

  test('is sold first, at no less than it counts for, and as little as the debt needs', () => {
    const { world, market, trader, rich, gold } = onGold(0);
    ok(world.buy(rich, gold, 500, 95));
    // Cash −8,000, gold 18,000, 60 at 856: −8,640; equity 1,360 below 2,568.
    const said = world.mark(market, 856);
    expect(said.fills[0]).toMatch(/: 89 @ 95$/); // 8,000 ÷ 90 = 88.9
    expect(world.free(trader, GOLD)).toBe(200 - 89);
  });

  test('stays while the debt is within the limit', () => {
    const { world, market, trader, rich, gold } = onGold(8_000);
    ok(world.buy(rich, gold, 500, 95));
    ok(world.mark(market, 856));
    expect(world.free(trader, GOLD)).toBe(200);
  });

  test('the rest goes to the fund at its weighted value, as far as its cash goes', () => {
    const { world, market, trader } = onGold(0);
    ok(world.adjust(2, 1_000));
    ok(world.mark(market, 856));
    // 11 · 90 = 990 of 1,000: a twelfth would cost 80 more than there is.
    expect(world.free(2, GOLD)).toBe(11);
    expect(world.free(2)).toBeGreaterThanOrEqual(0);
    expect(world.free(trader, GOLD)).toBe(189);
  });
});
