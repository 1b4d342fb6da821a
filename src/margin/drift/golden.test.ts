// Proves that mode `sdk` gives the numbers of Drift's own SDK: every expected field of every golden
// account, to the unit.

import { describe, expect, test } from 'vitest';
import { driftFigures } from './figures.ts';
import { goldenCases, type GoldenCase } from '../../testing/drift/golden.ts';
import { openAccount } from './margin.ts';
import { sdkLiquidationPrice } from './sdk-liquidation-price.ts';

const CASES = goldenCases();

/** Our figures in the shape of the file: the SDK writes −1 for no liquidation price. */
function inTheirShape({ account, trades }: GoldenCase): unknown {
  const open = openAccount(account, 'sdk');
  const { markets, ...figures } = driftFigures(account, 'sdk');
  return asText({
    ...figures,
    markets: markets.map((all, i) => {
      const { isolated, sdkLiquidationPrice: price, liquidationPrices: _, ...market } = all;
      const leg = open.perps[i];
      const trade = trades[i];
      const ask = (terms: Parameters<typeof sdkLiquidationPrice>[2]): bigint =>
        sdkLiquidationPrice(open, leg, terms) ?? -1n;
      const ratios = {
        marginRatioInitial: BigInt(market.marginRatioInitial),
        marginRatioMaintenance: BigInt(market.marginRatioMaintenance),
      };
      if (isolated !== undefined) {
        // For market 0 the SDK's getHealth answers for the cross account; the file leaves it out.
        const { health: _, ...rest } = isolated;
        const shown = market.marketIndex === 0 ? rest : isolated;
        return { ...market, ...ratios, isolated: { ...shown, liquidationPrice: price ?? -1n } };
      }
      return {
        ...market,
        ...ratios,
        liquidationPrice: price ?? -1n,
        liquidationPriceWithOrders: ask({ withOrders: true }),
        liquidationPriceAfterDeposit100: ask({ deposit: 100_000_000n }),
        ...(trade === undefined ? {} : { liquidationPriceAfterTrade: ask({ trade }) }),
      };
    }),
  });
}

function asText(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}` : part)),
  );
}

/** How many single values are expected: the test must not pass by comparing nothing. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + countOf(part), 0);
}

describe('golden accounts', () => {
  test('are all there', () => {
    expect(CASES.length).toBe(235);
    expect(CASES.reduce((sum, { expected }) => sum + countOf(expected), 0)).toBe(11_198);
  });

  test.each(CASES.map((one) => [one.id, one.tags.join(' '), one] as const))(
    '%i %s',
    (_, __, one) => {
      expect(inTheirShape(one)).toEqual(one.expected);
    },
  );
});
