// Our figures in the shape of the golden file, so that they can be compared with what the SDK says
// as they stand. Names and order are the file's; it writes −1 for no liquidation price.

import { driftFigures, type DriftPositionFigures } from './figures.ts';
import { openAccount, type OpenAccount } from './margin.ts';
import { sdkLiquidationPrice, type SdkLiquidationTerms } from './sdk-liquidation-price.ts';
import type { DriftAccount } from './types.ts';

/** The trades previewed for the perp positions, in their order. */
export type TradesShown = readonly SdkLiquidationTerms['trade'][];

/** All that the file expects of an account; whole numbers as text. */
export function inSdkShape(account: DriftAccount, trades: TradesShown): unknown {
  const open = openAccount(account, 'sdk');
  const { markets, marginRatio, ...figures } = driftFigures(account, 'sdk');
  return withText({
    ...figures,
    marginRatio: marginRatio ?? 'none',
    markets: markets.map((market, i) => marketShape(open, market, i, trades[i])),
  });
}

function marketShape(
  open: OpenAccount,
  figures: DriftPositionFigures,
  i: number,
  trade: SdkLiquidationTerms['trade'],
): unknown {
  const { isolated, sdkLiquidationPrice: price, liquidationPrices: _, ...market } = figures;
  const ratios = {
    marginRatioInitial: BigInt(market.marginRatioInitial),
    marginRatioMaintenance: BigInt(market.marginRatioMaintenance),
  };
  if (isolated !== undefined) {
    // For market 0 the SDK's getHealth answers for the cross account; the file leaves it out.
    const { health: __, ...rest } = isolated;
    const shown = market.marketIndex === 0 ? rest : isolated;
    return { ...market, ...ratios, isolated: { ...shown, liquidationPrice: price ?? -1n } };
  }
  const ask = (terms: SdkLiquidationTerms): bigint =>
    sdkLiquidationPrice(open, open.perps[i], terms) ?? -1n;
  return {
    ...market,
    ...ratios,
    liquidationPrice: price ?? -1n,
    liquidationPriceWithOrders: ask({ withOrders: true }),
    liquidationPriceAfterDeposit100: ask({ deposit: 100_000_000n }),
    ...(trade === undefined ? {} : { liquidationPriceAfterTrade: ask({ trade }) }),
  };
}

/** Whole numbers as text, and nothing that is undefined. */
function withText(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}` : part)),
  );
}
