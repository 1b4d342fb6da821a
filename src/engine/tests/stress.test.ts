// A shock on a copy does what the same price does to the exchange itself: the same liquidations,
// the same fund, the same losers. And it is followed to its end, whatever the market's own mark
// would have said.

import { describe, expect, test } from 'vitest';
import { World, ok, rates } from '../../testing/engine-kit.ts';
import { ACCOUNT_INSURANCE, STATUS_SETTLED } from '../command.ts';
import { DEFAULT_RISK } from '../risk-terms.ts';
import type { Engine } from '../engine.ts';
import { follow, stress } from '../stress.ts';
import type { Shock, StressReport } from '../stress.ts';

const ppm = (percent: number): number => percent * 10_000;

function on(w: World, ...shocks: Shock[]): StressReport {
  const report = stress(w.restored(), shocks);
  if ('refused' in report) throw new Error(`refused: ${report.why} ${report.reason}`);
  return report;
}

const refusal = (w: World, shock: Shock): string => {
  const report = stress(w.restored(), [shock]);
  return 'refused' in report ? report.why : 'followed';
};

/** Longs of leverage 10, 8 and 5 against one short; bids for the first of them; a fund. */
function world(fund = 5_000) {
  const w = new World();
  const m = w.perp({ liquidationFeePpm: 5_000 });
  if (fund > 0) {
    const account = ACCOUNT_INSURANCE;
    ok(w.send({ kind: 'adjust', account, asset: 0, amount: fund, operator: 'op', reason: 'why' }));
  }
  const short = w.account('short', 1_000_000);
  const longs = [10_000, 12_500, 20_000].map((usd, i) => {
    const long = w.account(`long${i}`, usd);
    ok(w.sell(short, m, 100, 1_000));
    ok(w.buy(long, m, 100, 1_000));
    return long;
  });
  return { w, m, short, longs };
}

describe('a shock', () => {
  test('that reaches nobody moves the mark and nothing else', () => {
    const { w, m } = world();
    const { moves, rounds, totals, fund } = on(w, { market: m, changePpm: ppm(-1) });
    expect(moves).toEqual([{ market: m, from: 1_000, to: 990 }]);
    expect(rounds).toEqual([]);
    expect(totals).toMatchObject({ started: 0, book: 0, fund: 0, deficit: 0 });
    expect(fund).toEqual({ before: 5_000, lowest: 5_000, after: 5_000 });
  });

  test('is followed round by round', () => {
    const { w, m, short } = world();
    ok(w.buy(short, m, 20, 930));
    const { rounds, totals } = on(w, { market: m, changePpm: ppm(-6) });
    // 1: its orders. 2: the cure, for which too little is bid. 3: all of it, in an empty book.
    // 4: the fund, at 940 − 3,707 ÷ 80. 5: what is left above zero has recovered.
    expect(rounds.map(({ started, book, fund }) => ({ started, book, fund }))).toEqual([
      { started: 1, book: 0, fund: 0 },
      { started: 0, book: 20 * 930, fund: 0 },
      { started: 0, book: 0, fund: 0 },
      { started: 0, book: 0, fund: 80 * 894 },
      { started: 0, book: 0, fund: 0 },
    ]);
    expect(rounds.every(({ market }) => market === m)).toBe(true);
    expect(totals).toMatchObject({ started: 1, recovered: 1, fees: 93, deleveraged: 0 });
    // 930 against a mark of 940.
    expect(totals.impactPpm).toBe(10_638);
  });

  test('beyond the fund reaches counterparties', () => {
    const { w, m } = world(0);
    const { totals, fund, losers } = on(w, { market: m, changePpm: ppm(-12) });
    expect(totals).toMatchObject({ started: 2, fund: 0, deleveraged: 2 });
    expect(totals.counterparties).toBe(100 * 900 + 100 * 875);
    expect(fund).toEqual({ before: 0, lowest: 0, after: 0 });
    expect(losers.map(({ before, after }) => [before, after])).toEqual([
      [12_500, 0],
      [20_000, 8_000],
      [10_000, 0],
    ]);
  });

  test.each([-3, -6, -9, -12, -25, 20, 45])('of %d % does what that price does', (percent) => {
    const { w, m, short } = world();
    ok(w.buy(short, m, 40, 930));
    ok(w.sell(short, m, 40, 1_020));
    const { fund, losers, rounds, totals } = on(w, { market: m, changePpm: ppm(percent) });
    const live = w.restored();
    const time = live.state.clock;
    const mark = 1_000 + percent * 10;
    const command = { kind: 'update_index', id: '', time, market: m, price: mark, mark };
    live.execute(command as Parameters<Engine['execute']>[0]);
    live.execute({ kind: 'tick', id: '', time });
    const equity = (account: number): number => live.account(account).equity;
    const pool = live
      .positions(ACCOUNT_INSURANCE)
      .reduce((sum, { collateral, unrealised }) => sum + collateral + unrealised, 0);
    expect(fund.after).toBe(equity(ACCOUNT_INSURANCE) + pool);
    for (const { account, after } of losers) expect(after).toBe(equity(account));
    expect(rounds.reduce((sum, { book }) => sum + book, 0)).toBe(totals.book);
    expect(rounds.reduce((sum, { started }) => sum + started, 0)).toBe(totals.started);
  });

  test('leaves the exchange as it is', () => {
    const { w, m } = world();
    const before = w.engine.hash();
    on(w, { market: m, changePpm: ppm(-30) });
    expect(w.engine.hash()).toBe(before);
  });

  test('follows another in a cross account that holds both', () => {
    const { w, m, short } = world();
    const other = w.perp();
    const both = w.account('both', 20_000);
    for (const market of [m, other]) {
      ok(w.sell(short, market, 90, 1_000));
      ok(w.buy(both, market, 90, 1_000));
    }
    expect(on(w, { market: other, changePpm: ppm(-9) }).totals.started).toBe(0);
    const report = on(w, { market: other, changePpm: ppm(-9) }, { market: m, changePpm: ppm(-4) });
    expect(report.totals.started).toBe(1);
    expect(report.rounds[0].market).toBe(m);
  });

  test('reaches its price whatever sources and book say', () => {
    const { w, m: _ } = world();
    const risk = {
      ...DEFAULT_RISK,
      sourcesRequired: 2,
      sourceMaxAgeMs: 5_000,
      sourceDeviationPpm: 10_000,
    };
    const m = w.perp({ markSource: 2, risk }, 0);
    const sources = [0, 2].map((source) => ({ source, price: 1_000, at: w.time }));
    ok(w.send({ kind: 'update_index', market: m, price: 0, mark: 0, sources }));
    const a = w.account('a', 10_000);
    const b = w.account('b', 100_000);
    ok(w.sell(b, m, 100, 1_000));
    ok(w.buy(a, m, 100, 1_000));
    ok(w.tick(w.time + 60_000)); // silent: nobody would be liquidated
    const { moves, totals, finished } = on(w, { market: m, changePpm: ppm(-7) });
    expect(moves).toEqual([{ market: m, from: 1_000, to: 930 }]);
    expect(totals.started).toBe(1);
    expect(finished).toBe(true);
  });

  test('closes what it can beside a market without sources, and calls nobody recovered', () => {
    const { w, m: open, short } = world();
    const risk = { ...DEFAULT_RISK, sourcesRequired: 2, sourceMaxAgeMs: 5_000 };
    const silent = w.perp({ markSource: 1, risk }, 0);
    const sources = [0, 1].map((source) => ({ source, price: 1_000, at: w.time }));
    ok(w.send({ kind: 'update_index', market: silent, price: 0, mark: 0, sources }));
    const both = w.account('both', 20_000);
    for (const market of [open, silent]) {
      ok(w.sell(short, market, 100, 1_000));
      ok(w.buy(both, market, 100, 1_000));
    }
    ok(w.tick(w.time + 60_000));
    const { totals, finished, losers } = on(w, { market: open, changePpm: ppm(-11) });
    // The three of leverage 10 and 8 and of both markets; 20,000 − 11,000 below 4,450 + 5,000.
    expect(totals).toMatchObject({ started: 3, recovered: 2 });
    expect(losers.map(({ account }) => account)).toContain(both);
    expect(finished).toBe(true);
  });

  test('of a spot market moves the collateral', () => {
    const w = new World();
    const spot = w.spot({}, 100);
    const m = w.perp();
    const short = w.account('short', 1_000_000);
    const long = w.account('long', 0, 100); // worth 9,000
    ok(w.sell(short, m, 80, 1_000));
    ok(w.buy(long, m, 80, 1_000));
    const { moves, totals } = on(w, { market: spot, changePpm: ppm(-60) });
    expect(moves).toEqual([{ market: spot, from: 100, to: 40 }]);
    expect(totals.started).toBe(1);
  });

  test('goes on over the step bound', () => {
    const w = new World({ limits: { stepsPerCommand: 3 } });
    const m = w.perp();
    const short = w.account('short', 1_000_000);
    for (let i = 0; i < 5; i++) {
      const long = w.account(`long${i}`, 10_000);
      ok(w.sell(short, m, 100, 1_000));
      ok(w.buy(long, m, 100, 1_000));
    }
    const { totals, ticks, finished } = on(w, { market: m, changePpm: ppm(-8) });
    expect(totals.started).toBe(5);
    expect(ticks).toBeGreaterThan(5);
    expect(finished).toBe(true);
  });

  test('counts at the rates that hold now, also in a ramp', () => {
    const { w, m } = world();
    const terms = { ...w.engine.markets()[m].terms, brackets: rates(400_000, 200_000) };
    const named = { operator: 'op', reason: 'why' };
    ok(w.send({ kind: 'update_market', market: m, terms, rampMs: 86_400_000, ...named }));
    expect(on(w, { market: m, changePpm: ppm(-1) }).totals.started).toBe(0);
  });
});

describe('a shock is refused', () => {
  test.each([
    ['of a market that is not there', 99, -1, 'settled'],
    ['by everything', 0, -100, 'out_of_range'],
    ['to a price of nothing', 0, -99.99, 'out_of_range'],
  ] as const)('%s', (_, market, percent, why) => {
    const { w } = world();
    expect(refusal(w, { market, changePpm: Math.round(percent * 10_000) })).toBe(why);
  });

  test('beyond what anybody’s notional can be', () => {
    const { w, m } = world();
    const [a, b] = [w.account('a', 2_000_000_000), w.account('b', 2_000_000_000)];
    ok(w.sell(a, m, 1_000_000, 1_000));
    ok(w.buy(b, m, 1_000_000, 1_000));
    expect(refusal(w, { market: m, changePpm: 5_000_000_000_000 })).toBe('refused');
  });

  test('of a market that is settled, that has no mark, that is quoted in something else', () => {
    const w = new World();
    const settled = w.perp();
    ok(w.status(settled, STATUS_SETTLED));
    const fresh = ok(w.market());
    const eur = ok(w.asset('EUR', { settlement: false }));
    const foreign = w.perp({}, 1_000, { quote: eur });
    const why = (market: number): string => refusal(w, { market, changePpm: ppm(-1) });
    expect([why(settled), why(fresh), why(foreign)]).toEqual(['settled', 'no_mark', 'other_asset']);
  });
});

describe('new terms', () => {
  test('are followed like a price', () => {
    const { w, m } = world();
    const terms = { ...w.engine.markets()[m].terms, brackets: rates(150_000, 110_000) };
    const command = { kind: 'update_market', id: '', time: w.time, market: m, terms, rampMs: 0 };
    const named = { ...command, operator: 'op', reason: 'why' };
    const report = follow(w.restored(), [named as Parameters<Engine['execute']>[0]]);
    if ('refused' in report) throw new Error('refused');
    expect(report.belowInitial).toEqual({ before: 0, after: 1 });
    expect(report.totals.started).toBe(1);
    expect(report.moves).toEqual([]);
  });
});
