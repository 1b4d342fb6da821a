// Proves the worked figures of spec margin §6 to the unit, every rule of every edit by a table, and
// every refusal in its place of precedence.

import { describe, expect, test } from 'vitest';
import type { Edit, EditRefusalCode, EditTerms, IsolatedPosition, Projection } from './edit.ts';
import { figuresOf } from './figures.ts';
import { bracketsOf, termsOf } from './naive.suite.ts';
import { ask, AT_MARK, LONG, SHORT, TERMS, USDT } from './project.suite.ts';
import type { ExpectedFill } from './sizing.ts';

type Accepted = Projection & { ok: true };

function accepted(projection: Projection): Accepted {
  if (!projection.ok) throw new Error(`${projection.code} ${JSON.stringify(projection.numbers)}`);
  return projection;
}

describe('the worked figures', () => {
  test('now: effective 6, mark leverage 4.5714, liquidation 52,631.57, margin ratio 77.14', () => {
    expect(figuresOf(LONG, TERMS)).toEqual({
      entry: 6_000_000,
      notional: 6_400 * USDT,
      unrealised: 400 * USDT,
      equity: 1_400 * USDT,
      initial: 10_666_666_667,
      maintenance: 320 * USDT,
      effectiveLeverage: 600_000,
      markLeverage: 457_143, // 4.571428… up; the specification cuts it to 4.5714
      health: 7_714,
      band: 'healthy',
      liquidation: { kind: 'price', price: 5_263_157 },
      distance: 1_776,
    });
  });

  test('500 at 3×: +0.02343, entry 60,759.30, pool 1,500, effective 4.99968, ratio 79.21', () => {
    const { after, derived, figures, warnings } = accepted(
      ask(LONG, { kind: 'increase', collateral: 500 * USDT, leverage: 3 }),
    );
    expect(after).toEqual({
      size: 12_343,
      cost: 74_995_200_000,
      collateral: 1_500 * USDT,
      leverage: 6,
    });
    expect(derived).toMatchObject({ addedSize: 2_343, requiredCollateral: 500 * USDT, fee: 0 });
    expect(derived.estimatedPrice).toBe(6_400_000);
    expect(figures).toMatchObject({ entry: 6_075_930, effectiveLeverage: 499_968, health: 7_921 });
    expect(figures?.liquidation).toEqual({ kind: 'price', price: 5_116_490 });
    expect(warnings).toEqual([]);
  });

  test('0.05 more: required 533.333334, entry 61,333.33, effective 6, ratio 75.17', () => {
    const { after, derived, figures, warnings } = accepted(
      ask(LONG, { kind: 'increase', size: 5_000 }),
    );
    // In units of 10^−7; rounded up to six decimals that is the 533.333334 of the specification.
    expect(derived.requiredCollateral).toBe(5_333_333_334);
    expect(after).toEqual({
      size: 15_000,
      cost: 9_200 * USDT,
      collateral: 15_333_333_334,
      leverage: 6,
    });
    expect(figures).toMatchObject({ entry: 6_133_333, effectiveLeverage: 600_000, health: 7_517 });
    expect(figures?.liquidation).toEqual({ kind: 'price', price: 5_380_116 });
    expect(warnings).toEqual([
      { code: 'LEVERAGE_HIGH', threshold: 500_000 },
      { code: 'LIQ_CLOSER', delta: 116_959 },
    ]);
  });

  test('with six quote decimals and price unit 0.1 required is 533.333334 to the unit', () => {
    const micro: IsolatedPosition = { ...LONG, cost: 6e9, collateral: 1e9 };
    const coarse = { mark: 640_000, available: 1e10 };
    const fills = [{ price: 640_000, size: 1_000_000 }];
    const bySize = accepted(ask(micro, { kind: 'increase', size: 5_000 }, coarse, fills));
    expect(bySize.derived.requiredCollateral).toBe(533_333_334);
    expect(bySize.figures).toMatchObject({ entry: 613_333, effectiveLeverage: 600_000 });
    expect(bySize.figures?.health).toBe(7_517);
    const edit: Edit = { kind: 'increase', collateral: 500e6, leverage: 3 };
    const byCollateral = accepted(ask(micro, edit, coarse, fills));
    expect(byCollateral.after).toMatchObject({ size: 12_343, collateral: 1_500e6 });
    expect(byCollateral.figures).toMatchObject({ effectiveLeverage: 499_968, health: 7_921 });
    // 52,631.57 is between two units of 0.1: the highest one at which it is liquidatable is
    // 52,631.5.
    expect(figuresOf(micro, { ...TERMS, ...coarse })?.liquidation).toEqual({
      kind: 'price',
      price: 526_315,
    });
  });

  test('9,200 over 1,500 is 6.13', () => {
    const position = { ...LONG, size: 15_000, cost: 9_200 * USDT, collateral: 1_500 * USDT };
    expect(figuresOf(position, TERMS)?.effectiveLeverage).toBe(613_334);
  });
});

describe('open', () => {
  test('by collateral: the fee is part of what is paid', () => {
    const edit: Edit = { kind: 'open', side: 1, collateral: 1_000 * USDT, leverage: 5 };
    const { after, derived } = accepted(ask(undefined, edit, { takerFeePpm: 1_000 }));
    // n · 6,400,000 · (1 ÷ 5 + 0.001) ≤ 10^10
    expect(derived).toMatchObject({ addedSize: 7_773, requiredCollateral: 1_000 * USDT });
    expect(derived.fee).toBe(49_747_200);
    expect(after.collateral).toBe(1_000 * USDT - 49_747_200);
    expect(after).toMatchObject({ size: 7_773, cost: 49_747_200_000, leverage: 5 });
  });

  test('by size: the collateral is derived', () => {
    const edit: Edit = { kind: 'open', side: -1, size: 10_000, leverage: 3 };
    const { after, derived } = accepted(ask(undefined, edit));
    expect(derived.requiredCollateral).toBe(21_333_333_334);
    expect(after).toMatchObject({ size: -10_000, cost: -64_000_000_000, leverage: 3 });
  });

  test('through a spread: the loss against the mark comes on top', () => {
    const edit: Edit = { kind: 'open', side: 1, size: 10, leverage: 10 };
    const fills = [
      { price: 6_400_100, size: 4 },
      { price: 6_400_200, size: 100 },
    ];
    const { after, derived, figures } = accepted(ask(undefined, edit, {}, fills));
    expect(derived.requiredCollateral).toBe(2_560_040 + 3_840_120 + 400 + 1_200);
    expect(derived.estimatedPrice).toBe(6_400_160);
    expect(figures?.unrealised).toBe(-1_600);
    expect(after.collateral + (figures?.unrealised ?? 0)).toBeGreaterThanOrEqual(6_400_000);
  });

  test('with interest: the first charge is paid from the pool', () => {
    const edit: Edit = { kind: 'open', side: 1, size: 10_000, leverage: 2 };
    const interestE12 = 1_000_000_000; // 0.1 %
    const { after, derived } = accepted(ask(undefined, edit, { interestE12 }));
    expect(derived).toMatchObject({ interest: 32_000_000, requiredCollateral: 32_032_000_000 });
    expect(after.collateral).toBe(32_000_000_000);
  });

  test('by collateral where the book ends: what is not used stays', () => {
    const edit: Edit = { kind: 'open', side: 1, collateral: 1_000 * USDT, leverage: 5 };
    const fills = [{ price: 6_400_000, size: 1_000 }];
    const { derived, warnings } = accepted(ask(undefined, edit, {}, fills));
    expect(derived).toMatchObject({ addedSize: 1_000, requiredCollateral: 1_280_000_000 });
    expect(warnings).toEqual([{ code: 'MAY_PARTIALLY_FILL', fillable: 1_000 }]);
  });
});

describe('increase', () => {
  test('at a higher execution leverage raises the leverage, at a lower one keeps it', () => {
    const at = (leverage: number): Accepted =>
      accepted(ask(LONG, { kind: 'increase', collateral: 100 * USDT, leverage }));
    expect([at(3).after.leverage, at(6).after.leverage, at(10).after.leverage]).toEqual([6, 6, 10]);
  });

  test('of a short adds to the short', () => {
    const fills = [{ price: 5_900_000, size: 100 }];
    const change = { mark: 5_900_000 };
    const { after } = accepted(ask(SHORT, { kind: 'increase', size: 100 }, change, fills));
    expect(after).toMatchObject({ size: -10_100, cost: -60_590_000_000 });
  });

  test('by size never raises the effective leverage before fees', () => {
    for (const size of [1, 2, 3, 7, 1_234, 9_999]) {
      const { figures } = accepted(ask(LONG, { kind: 'increase', size }));
      expect(figures?.effectiveLeverage).toBeLessThanOrEqual(600_000);
    }
  });
});

describe('collateral', () => {
  test('added changes nothing but the pool', () => {
    const { after, derived } = accepted(ask(LONG, { kind: 'add', collateral: 77 }));
    expect(after).toEqual({ ...LONG, collateral: LONG.collateral + 77 });
    expect(derived).toEqual({ addedCollateral: 77, requiredCollateral: 77, fee: 0, interest: 0 });
  });

  test('may be removed down to initial margin, to the unit', () => {
    // Equity 1,400 over initial 6,400 ÷ 6 = 1,066.6666667.
    const max = 1_400 * USDT - 10_666_666_667;
    const { after } = accepted(ask(LONG, { kind: 'remove', collateral: max }));
    expect(after).toEqual({ ...LONG, collateral: LONG.collateral - max });
    expect(ask(LONG, { kind: 'remove', collateral: max + 1 })).toEqual({
      ok: false,
      code: 'BELOW_INITIAL_MARGIN',
      numbers: { equity: 10_666_666_666, required: 10_666_666_667, max },
    });
  });

  test('never takes unrealised profit out', () => {
    const rich = { ...LONG, collateral: 10 * USDT, cost: 3_000 * USDT };
    expect(ask(rich, { kind: 'remove', collateral: 10 * USDT }).ok).toBe(true);
    expect(ask(rich, { kind: 'remove', collateral: 10 * USDT + 1 })).toMatchObject({
      code: 'BELOW_INITIAL_MARGIN',
      numbers: { max: 10 * USDT },
    });
  });

  test('counts profit only as far as the market lets it', () => {
    // Without the profit of 400 the pool of 1,000 is below initial 1,066.67.
    const edit: Edit = { kind: 'remove', collateral: 1 };
    expect(ask(LONG, edit, { profitWeightPpm: 0 })).toMatchObject({ code: 'BELOW_INITIAL_MARGIN' });
    expect(ask(LONG, edit, { profitCap: 100 * USDT }).ok).toBe(true);
  });

  test('leaves within the rule of a venue', () => {
    const rule = { transferOutMax: 50 };
    expect(ask(LONG, { kind: 'remove', collateral: 50 }, rule).ok).toBe(true);
    expect(ask(LONG, { kind: 'remove', collateral: 51 }, rule)).toMatchObject({
      code: 'BELOW_INITIAL_MARGIN',
      numbers: { max: 50 },
    });
  });

  test('removed by more than half warns', () => {
    const long = { ...LONG, leverage: 10, cost: 1_000 * USDT };
    const { warnings } = accepted(ask(long, { kind: 'remove', collateral: 501 * USDT }));
    expect(warnings).toContainEqual({ code: 'REMOVES_MOST_COLLATERAL', share: 5_010 });
  });
});

describe('reduce and close', () => {
  test('releases in proportion: leverage and liquidation price stay', () => {
    const { after, derived, figures } = accepted(ask(LONG, { kind: 'reduce', size: 2_500 }));
    expect(after).toEqual({ size: 7_500, cost: 4_500 * USDT, collateral: 750 * USDT, leverage: 6 });
    expect(derived).toMatchObject({
      reducedSize: 2_500,
      realised: 100 * USDT,
      releasedCollateral: 250 * USDT,
      payout: 350 * USDT,
    });
    expect(figures?.effectiveLeverage).toBe(600_000);
    expect(figures?.liquidation).toEqual({ kind: 'price', price: 5_263_157 });
  });

  test('fee and loss come out of the released part first', () => {
    const fills = [{ price: 5_900_000, size: 10_000 }];
    const edit: Edit = { kind: 'reduce', size: 2_500 };
    const change = { takerFeePpm: 1_000, mark: 5_950_000 };
    const high = { ...LONG, collateral: 1_100 * USDT };
    const { after, derived, warnings } = accepted(ask(high, edit, change, fills));
    expect(derived).toMatchObject({ realised: -25 * USDT, fee: 14_750_000 });
    expect(derived).toMatchObject({ releasedCollateral: 275 * USDT, payout: 2_485_250_000 });
    expect(after.collateral).toBe(825 * USDT);
    expect(warnings).toContainEqual({ code: 'REALISES_LOSS', amount: 25 * USDT });
  });

  test('a loss beyond the released part comes out of the pool', () => {
    const fills = [{ price: 4_700_000, size: 10_000 }];
    const { after, derived } = accepted(ask(LONG, { kind: 'reduce', size: 2_500 }, {}, fills));
    // Released 250, realised −325: 75 more from the pool.
    expect(derived).toMatchObject({ payout: 0, releasedCollateral: 250 * USDT });
    expect(after.collateral).toBe(675 * USDT);
  });

  test('below initial margin nothing is released, profit included', () => {
    // At 59,000 equity is 900, initial 983.33.
    const change = { mark: 5_900_000 };
    const fills = [{ price: 6_100_000, size: 10_000 }];
    const { after, derived } = accepted(ask(LONG, { kind: 'reduce', size: 2_500 }, change, fills));
    expect(derived).toMatchObject({ realised: 25 * USDT, payout: 0, releasedCollateral: 0 });
    expect(after.collateral).toBe(1_025 * USDT);
    const closed = accepted(ask(LONG, { kind: 'close' }, change, fills));
    expect(closed.derived.payout).toBe(1_100 * USDT);
    expect(closed.after).toMatchObject({ size: 0, cost: 0, collateral: 0 });
  });

  test('closing pays everything out, a reduce by all of it too', () => {
    const closed = accepted(ask(SHORT, { kind: 'close' }, { takerFeePpm: 500 }));
    expect(closed.figures).toBeUndefined();
    expect(closed.derived).toMatchObject({ realised: -400 * USDT, fee: 32_000_000 });
    expect(closed.derived.payout).toBe(600 * USDT - 32_000_000);
    expect(accepted(ask(SHORT, { kind: 'reduce', size: 10_000 }, { takerFeePpm: 500 }))).toEqual(
      closed,
    );
  });

  test('settles fill by fill as the exchange does', () => {
    const odd = { ...LONG, size: 3, cost: 100, collateral: 10 };
    const fills = [
      { price: 40, size: 1 },
      { price: 30, size: 9 },
    ];
    const change = { mark: 40 };
    const { after, derived } = accepted(ask(odd, { kind: 'reduce', size: 2 }, change, fills));
    // 33 of 100 released, then 33 of 67: realised 7 and −3; the pool gives 3 of 10, then 3 of 7.
    expect(derived).toMatchObject({ realised: 4, releasedCollateral: 6, payout: 10 });
    expect(after).toMatchObject({ size: 1, cost: 34, collateral: 4 });
  });

  test('where the book ends closes what there is', () => {
    const fills = [{ price: 6_400_000, size: 4_000 }];
    const { after, derived, warnings } = accepted(ask(LONG, { kind: 'close' }, {}, fills));
    expect(after).toMatchObject({ size: 6_000, collateral: 600 * USDT });
    expect(derived.reducedSize).toBe(4_000);
    expect(warnings).toContainEqual({ code: 'MAY_PARTIALLY_FILL', fillable: 4_000, size: 10_000 });
  });
});

const small = { minimumSize: 100, lot: 10 };
const poor = { available: 100 };
const increase = (size: number): Edit => ({ kind: 'increase', size });
const steep = {
  brackets: bracketsOf(termsOf([0, 100_000, 50_000], [7_000 * USDT, 900_000, 800_000])),
};
const far: ExpectedFill[] = [{ price: 4_920_000, size: 10_000 }];
const bad: ExpectedFill[] = [{ price: 3_000_000, size: 10_000 }];

type Refused = [
  code: EditRefusalCode,
  before: IsolatedPosition | undefined,
  edit: Edit,
  change: Partial<EditTerms>,
  fills?: ExpectedFill[],
];

const REFUSED: Refused[] = [
  ['POSITION_NOT_FOUND', undefined, increase(1), {}],
  ['POSITION_NOT_FOUND', { ...LONG, size: 0 }, { kind: 'close' }, {}],
  ['SIDE_WOULD_FLIP', LONG, { ...increase(1), side: -1 }, {}],
  ['SIDE_WOULD_FLIP', LONG, { kind: 'open', side: -1, size: 1, leverage: 2 }, {}],
  ['SIDE_WOULD_FLIP', LONG, { kind: 'reduce', size: 10_001 }, {}],
  ['BAD_COMBINATION', LONG, { kind: 'open', side: 1, size: 1, leverage: 2 }, {}],
  ['BAD_COMBINATION', LONG, { kind: 'increase' }, {}],
  ['BAD_COMBINATION', LONG, { kind: 'increase', collateral: 5 }, {}],
  ['BAD_COMBINATION', LONG, { kind: 'increase', leverage: 5 }, {}],
  ['BAD_COMBINATION', LONG, { kind: 'increase', size: 5, leverage: 5 }, {}],
  ['BAD_COMBINATION', LONG, { kind: 'increase', size: 5, collateral: 5, leverage: 5 }, {}],
  ['BAD_COMBINATION', LONG, increase(0), {}],
  ['BAD_COMBINATION', LONG, increase(-5), {}],
  ['BAD_COMBINATION', LONG, increase(0.5), {}],
  ['BAD_COMBINATION', LONG, { kind: 'add' }, {}],
  ['BAD_COMBINATION', LONG, { kind: 'remove', collateral: 5, size: 5 }, {}],
  ['BAD_COMBINATION', LONG, { kind: 'reduce' }, {}],
  ['BAD_COMBINATION', LONG, { kind: 'close', size: 5 }, {}],
  ['BAD_COMBINATION', undefined, { kind: 'open', size: 5, leverage: 5 }, {}],
  ['BAD_COMBINATION', undefined, { kind: 'open', side: 1, size: 5 }, {}],
  ['STEP_MISMATCH', LONG, increase(105), small],
  ['STEP_MISMATCH', LONG, { kind: 'reduce', size: 105 }, small],
  ['BELOW_MINIMUM', LONG, increase(90), small],
  ['BELOW_MINIMUM', LONG, { kind: 'reduce', size: 90 }, small],
  ['BELOW_MINIMUM', LONG, { kind: 'increase', collateral: 9_000_000, leverage: 1 }, small],
  ['BELOW_MINIMUM', LONG, increase(1), { minimumNotional: 6_400_001 }],
  ['AMOUNT_OUT_OF_RANGE', LONG, { kind: 'add', collateral: 4e15 }, {}],
  ['AMOUNT_OUT_OF_RANGE', LONG, { kind: 'add', collateral: 4e15 + 1 }, {}],
  ['AMOUNT_OUT_OF_RANGE', LONG, increase(700_000_000), {}, [{ price: 6_400_000, size: 1e9 }]],
  ['MARKET_SETTLED', LONG, { kind: 'add', collateral: 5 }, { state: 'settled' }],
  ['MARKET_HALTED', LONG, { kind: 'close' }, { state: 'halted' }],
  ['MARKET_HALTED', LONG, { kind: 'remove', collateral: 5 }, { state: 'halted' }],
  ['CANCEL_ONLY', LONG, { kind: 'reduce', size: 5 }, { state: 'cancel_only' }],
  ['CLOSE_ONLY', LONG, increase(5), { state: 'close_only' }],
  ['CLOSE_ONLY', LONG, { kind: 'remove', collateral: 5 }, { state: 'close_only' }],
  ['POST_ONLY_MARKET', LONG, increase(5), { state: 'post_only' }],
  ['NOT_ENOUGH_LIQUIDITY', LONG, increase(5), {}, []],
  ['NOT_ENOUGH_LIQUIDITY', LONG, { kind: 'close' }, {}, []],
  ['NOT_ENOUGH_LIQUIDITY', LONG, increase(200), small, [{ price: 6_400_000, size: 50 }]],
  ['INSUFFICIENT_BALANCE', LONG, increase(5_000), poor],
  ['INSUFFICIENT_BALANCE', LONG, { kind: 'add', collateral: 101 }, poor],
  ['ABOVE_MAX_LEVERAGE', LONG, { kind: 'increase', collateral: USDT, leverage: 11 }, {}],
  ['ABOVE_MAX_LEVERAGE', { ...LONG, collateral: 500 * USDT }, increase(100), {}],
  ['ABOVE_MAX_LEVERAGE', { ...LONG, collateral: 0 }, increase(100), {}],
  ['ABOVE_MAX_LEVERAGE', LONG, increase(5_000), steep],
  ['WOULD_BANKRUPT', LONG, { kind: 'close' }, {}, bad],
  ['WOULD_BANKRUPT', LONG, { kind: 'reduce', size: 9_999 }, {}, bad],
  ['WOULD_BE_LIQUIDATED', LONG, increase(100), { mark: 5_200_000 }],
  ['WOULD_BE_LIQUIDATED', LONG, { kind: 'remove', collateral: 999 * USDT }, { mark: 6_000_000 }],
  ['WOULD_BE_LIQUIDATED', LONG, { kind: 'reduce', size: 9_000 }, { mark: 6_000_000 }, far],
  ['INSUFFICIENT_MARGIN', LONG, increase(100), { mark: 5_900_000 }],
  ['INSUFFICIENT_MARGIN', LONG, increase(100), { liftPpm: 200_000 }],
  ['BELOW_INITIAL_MARGIN', LONG, { kind: 'remove', collateral: 400 * USDT }, {}],
  ['REMAINDER_TOO_SMALL', LONG, { kind: 'reduce', size: 9_950 }, small],
];

describe('refusals', () => {
  test.each<Refused>(REFUSED)('%s: %j %j', (code, before, edit, change, fills) => {
    expect(ask(before, edit, change, fills ?? AT_MARK)).toMatchObject({ ok: false, code });
  });

  test.each<[string, IsolatedPosition, Edit, Partial<EditTerms>]>([
    ['add in a halted market', LONG, { kind: 'add', collateral: 5 }, { state: 'halted' }],
    ['add below maintenance', LONG, { kind: 'add', collateral: 5 }, { mark: 5_200_000 }],
    ['close in a close-only market', LONG, { kind: 'close' }, { state: 'close_only' }],
    ['remove when only posting', LONG, { kind: 'remove', collateral: 5 }, { state: 'post_only' }],
    ['close below the minimum', { ...LONG, size: 50, cost: 30 * USDT }, { kind: 'close' }, small],
    [
      'a close of a size off step',
      { ...LONG, size: 55, cost: 33 * USDT },
      { kind: 'reduce', size: 55 },
      small,
    ],
    ['reduce below initial', LONG, { kind: 'reduce', size: 5_000 }, { mark: 5_700_000 }],
  ])('but not to %s', (_, before, edit, change) => {
    expect(ask(before, edit, change).ok).toBe(true);
  });

  test('give the numbers that explain them', () => {
    const numbersOf = (projection: Projection): object => (projection.ok ? {} : projection.numbers);
    expect(numbersOf(ask(LONG, increase(5_000), poor))).toEqual({
      required: 5_333_333_334,
      available: 100,
    });
    expect(numbersOf(ask(LONG, { kind: 'reduce', size: 9_950 }, small))).toEqual({
      rest: 50,
      minimum: 100,
      max: 9_900,
    });
    expect(numbersOf(ask(LONG, { kind: 'close' }, {}, bad))).toMatchObject({ worst: 5_000_000 });
    expect(numbersOf(ask(LONG, increase(100), { mark: 5_200_000 }))).toMatchObject({
      liquidation: 5_254_125,
      mark: 5_200_000,
    });
    expect(numbersOf(ask({ ...LONG, collateral: 500 * USDT }, increase(100)))).toMatchObject({
      max: 1_000_000,
    });
  });

  test('stand in the published order', () => {
    // One edit that everything is wrong with, and the faults taken away one by one.
    const broke = { ...LONG, collateral: 100 * USDT };
    const steps: [EditRefusalCode, IsolatedPosition | undefined, Edit, Partial<EditTerms>][] = [
      ['POSITION_NOT_FOUND', undefined, { kind: 'increase', side: -1, size: 5, leverage: 3 }, {}],
      ['SIDE_WOULD_FLIP', broke, { kind: 'increase', side: -1, size: 5, leverage: 3 }, {}],
      ['BAD_COMBINATION', broke, { kind: 'increase', side: 1, size: 5, leverage: 3 }, {}],
      ['STEP_MISMATCH', broke, { kind: 'increase', side: 1, size: 5 }, {}],
      ['BELOW_MINIMUM', broke, { kind: 'increase', side: 1, size: 90 }, {}],
      ['MARKET_HALTED', broke, { kind: 'increase', side: 1, size: 100 }, {}],
      ['INSUFFICIENT_BALANCE', broke, { kind: 'increase', size: 100 }, { state: 'active' }],
      [
        'ABOVE_MAX_LEVERAGE',
        broke,
        { kind: 'increase', size: 100 },
        { state: 'active', available: 1e12 },
      ],
    ];
    for (const [code, before, edit, change] of steps) {
      const all = { ...small, state: 'halted', available: 0, mark: 5_200_000, ...change } as const;
      expect(ask(before, edit, all)).toMatchObject({ code });
    }
    const rich = { ...small, mark: 5_200_000 };
    expect(ask(LONG, { kind: 'increase', size: 100 }, rich)).toMatchObject({
      code: 'WOULD_BE_LIQUIDATED',
    });
    const tight = { ...small, mark: 5_900_000 };
    expect(ask(LONG, { kind: 'increase', size: 100 }, tight)).toMatchObject({
      code: 'INSUFFICIENT_MARGIN',
    });
  });
});

describe('warnings', () => {
  test('a worse band, with the distance', () => {
    const { warnings } = accepted(
      ask({ ...LONG, leverage: 10 }, { kind: 'increase', collateral: 200 * USDT, leverage: 10 }),
    );
    expect(warnings).toContainEqual({ code: 'LEVERAGE_HIGH', threshold: 500_000 });
    expect(warnings.some(({ code }) => code === 'BAND_WORSENS')).toBe(false);
    const thin = accepted(
      ask({ ...LONG, leverage: 10 }, { kind: 'remove', collateral: 700 * USDT }),
    );
    expect(thin.warnings).toContainEqual({
      code: 'BAND_WORSENS',
      from: 'healthy',
      to: 'caution',
      distance: 625,
    });
  });

  test('a higher maintenance rate', () => {
    const brackets = bracketsOf(termsOf([0, 100_000, 50_000], [7_000 * USDT, 120_000, 60_000]));
    const { warnings } = accepted(ask(LONG, { kind: 'increase', size: 2_000 }, { brackets }));
    expect(warnings).toContainEqual({ code: 'TIER_CHANGE', fromPpm: 50_000, toPpm: 60_000 });
  });

  test('a liquidation price that comes closer to a short', () => {
    const { warnings } = accepted(
      ask(
        { ...SHORT, leverage: 10 },
        { kind: 'remove', collateral: 1 },
        {
          mark: 5_900_000,
        },
      ),
    );
    expect(warnings.map(({ code }) => code)).toContain('LEVERAGE_HIGH');
  });
});
