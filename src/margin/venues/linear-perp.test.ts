// Proves the liquidation prices of linear perpetuals at Binance, OKX, Gate and Bybit against prices
// that others have published, and that each is the last price at which its venue liquidates.

import { describe, expect, test } from 'vitest';
import { Draw } from '../../units/draw.suite.ts';
import {
  bybitLiquidationPrice,
  isLinearLiquidatable,
  linearLiquidationPrice,
  type LinearPosition,
  type LinearTerms,
} from './linear-perp.ts';
import type { VenueScale } from './scale.ts';

const SCALE: VenueScale = { baseDecimals: 8, quoteDecimals: 8, priceDecimals: 8 };
const ONE = 100_000_000n;
const DRAWN = 20_000;

/** A plain decimal as a count of 10^-8, further digits cut. */
function count(text: string): bigint {
  const [whole, fraction = ''] = text.split('.');
  const digits = BigInt(`${whole}${fraction.slice(0, 8).padEnd(8, '0')}`);
  return digits;
}

const valueOf = (size: string, price: string): bigint => (count(size) * count(price)) / ONE;

interface Row {
  readonly size: string;
  readonly entry: string;
  readonly collateral: bigint;
  readonly mmr: number;
  readonly amount?: string;
  readonly fee?: number;
}

function priceOf({ size, entry, collateral, mmr, amount = '0', fee = 0 }: Row): bigint {
  const isShort = size.startsWith('-');
  const units = count(size.replace('-', ''));
  const found = linearLiquidationPrice(
    { size: isShort ? -units : units, entry: count(entry), collateral },
    { maintenancePpm: mmr, maintenanceAmount: count(amount), takerFeePpm: fee },
    SCALE,
  );
  expect(found.kind).toBe(isShort ? 'above' : 'below');
  return 'price' in found ? found.price : -1n;
}

/** What a position beside takes from a cross account: maintenance less unrealised profit. */
function takes(size: string, entry: string, mark: string, mmr: bigint, amount: string): bigint {
  const value = valueOf(size, mark);
  return (value * mmr) / 1_000_000n - count(amount) - (value - valueOf(size, entry));
}

describe('published prices', () => {
  const wallet = count('1535443.01');
  const btc = { size: '109.488', entry: '32481.98', mmr: 25_000, amount: '16300' } as const;
  const eth = { size: '3683.979', entry: '1456.84', mmr: 100_000, amount: '135365' } as const;
  const besideBtc = takes('109.488', '32481.98', '31967.27', 25_000n, '16300');
  const besideEth = takes('3683.979', '1456.84', '1335.18', 100_000n, '135365');

  // Binance's own worked example, and the tests of freqtrade, which print two decimals of it.
  test.each<[string, Row, string]>([
    ['BTC, isolated', { ...btc, collateral: wallet }, '18778.73'],
    ['ETH, isolated', { ...eth, collateral: wallet }, '1114.78'],
    ['BTC, cross', { ...btc, collateral: wallet - besideEth }, '26316.89'],
    ['ETH, cross', { ...eth, collateral: wallet - besideBtc }, '1153.26'],
  ])('Binance %s', (_, row, published) => {
    const off = priceOf(row) - count(published);
    expect(off > -ONE / 200n && off < ONE / 200n, `${priceOf(row)}`).toBe(true);
  });

  // Values of freqtrade's tests: 1 at 10, five times leverage, so a margin of 2.
  test.each<[string, Row, string]>([
    [
      'Binance long',
      { size: '1', entry: '10', collateral: 2n * ONE, mmr: 10_000, amount: '0.01' },
      '8.070707070707071',
    ],
    [
      'Binance short',
      { size: '-1', entry: '10', collateral: 2n * ONE, mmr: 10_000, amount: '0.01' },
      '11.89108910891089',
    ],
    [
      'Gate and OKX long',
      { size: '1', entry: '10', collateral: 2n * ONE, mmr: 10_000, fee: 600 },
      '8.085708510208207',
    ],
    [
      'Gate and OKX short',
      { size: '-1', entry: '10', collateral: 2n * ONE, mmr: 10_000, fee: 600 },
      '11.87413417771621',
    ],
  ])('%s', (_, row, published) => {
    // A long's price is cut, a short's is the next unit up.
    const cut = count(published);
    expect(priceOf(row)).toBe(row.size.startsWith('-') ? cut + 1n : cut);
  });

  test.each([
    // side, entry, leverage, published
    [1, '10', 500, '8.1'],
    [-1, '10', 500, '11.9'],
    [1, '10', 100, '0.1'],
    [-1, '10', 100, '19.9'],
    [1, '10', 1_000, '9.1'],
    [-1, '10', 1_000, '10.9'],
    [1, '40000', 5_000, '39600'],
    [1, '20000', 5_000, '19800'],
    [1, '10', 300, '6.76666666'], // 6.7666… cut
    [-1, '10', 300, '13.23333334'], // 13.2333… up
  ] as const)('Bybit side %i from %s at %i hundredths', (side, entry, leverageHundredths, text) => {
    const found = bybitLiquidationPrice({
      side,
      entry: count(entry),
      leverageHundredths,
      maintenancePpm: 10_000,
    });
    expect(found).toEqual({ kind: side > 0 ? 'below' : 'above', price: count(text) });
  });
});

describe('a liquidation price', () => {
  const draws = new Draw(5);

  function drawPosition(draw: Draw): [LinearPosition, LinearTerms, VenueScale] {
    const size = BigInt(draw.scaled(1, 1e12));
    const entry = BigInt(draw.scaled(1, 1e10));
    const scale = {
      baseDecimals: draw.whole(0, 12),
      quoteDecimals: draw.whole(2, 12),
      priceDecimals: draw.whole(0, 8),
    };
    const position = {
      size: draw.oneIn(2) ? size : -size,
      entry,
      collateral: BigInt(draw.scaled(1, 1e15)),
    };
    const terms = {
      maintenancePpm: draw.whole(1_000, 500_000),
      maintenanceAmount: draw.oneIn(2) ? 0n : BigInt(draw.scaled(1, 1e9)),
      takerFeePpm: draw.pick([0, 500, 600]),
    };
    return [position, terms, scale];
  }

  test(`is the last one at which ${DRAWN} random positions are liquidatable`, () => {
    const found = { below: 0, above: 0, none: 0, always: 0 };
    for (let i = 0; i < DRAWN; i += 1) {
      const [position, terms, scale] = drawPosition(draws);
      const result = linearLiquidationPrice(position, terms, scale);
      found[result.kind] += 1;
      const isBad = (price: bigint): boolean => isLinearLiquidatable(position, price, terms, scale);
      const asked =
        result.kind === 'below'
          ? [isBad(result.price), !isBad(result.price + 1n)]
          : result.kind === 'above'
            ? [isBad(result.price), !isBad(result.price - 1n)]
            : [isBad(1n) === (result.kind === 'always')];
      expect(asked.every(Boolean), `${i}`).toBe(true);
    }
    // A short with a margin has a price at 1 only when nothing covers it, which is not drawn.
    expect(Math.min(found.below, found.above, found.none)).toBeGreaterThan(1_000);
  });

  test('is at once reached by a position whose margin is below maintenance at entry', () => {
    const terms = { maintenancePpm: 100_000, maintenanceAmount: 0n, takerFeePpm: 0 };
    const position = { size: 10n * ONE, entry: 100n * ONE, collateral: 50n * ONE };
    expect(isLinearLiquidatable(position, position.entry, terms, SCALE)).toBe(true);
    const found = linearLiquidationPrice(position, terms, SCALE);
    expect(found).toEqual({ kind: 'below', price: 10_555_555_555n }); // 950 ÷ 9
  });
});
