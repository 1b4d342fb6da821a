// Funding, interest, liquidations and the insurance fund as resources of the wire. Who took a
// position over is told when it is the fund; other traders are never named.

import { ACCOUNT_INSURANCE } from '../engine/command.ts';
import { INSURANCE_WHYS, LIQUIDATION_BYS } from '../engine/event.ts';
import type { AccountView } from '../engine/view.ts';
import type { Catalog, MarketUnits } from './catalog.ts';
import { amountText, priceOrNull, priceText, sizeText, sumText } from './catalog.ts';
import type * as H from './history-rows.ts';
import type { LivePosition } from './live-risk.ts';
import { rateText } from './market-terms.ts';
import type * as R from './resources.ts';
import { positionView, rowId, type Wire } from './views.ts';
import * as W from './words.ts';

export function fundingView(row: H.FundingRow, catalog: Catalog): Wire<typeof R.funding> {
  const units = catalog.marketAt(row.market);
  return {
    id: rowId(row),
    market: units.symbol,
    interval: row.interval,
    rate: rateText(row.rateE12),
    mark: priceText(row.mark, units),
    missed: row.missed,
    paid_at: W.isoTime(row.timeMs),
  };
}

export function fundingPaymentView(
  row: H.FundingPaymentRow,
  catalog: Catalog,
): Wire<typeof R.fundingPayment> {
  const units = catalog.marketAt(row.market);
  return {
    id: rowId(row),
    account: catalog.accountName(row.account),
    market: units.symbol,
    position_size: sizeText(row.size, units),
    amount: amountText(row.amount, units.quote),
    asset: units.quote.symbol,
    paid_at: W.isoTime(row.timeMs),
  };
}

export function interestView(row: H.InterestRow, catalog: Catalog): Wire<typeof R.interestCharge> {
  const units = catalog.assetAt(row.asset);
  return {
    id: rowId(row),
    account: catalog.accountName(row.account),
    asset: units.symbol,
    amount: amountText(row.amount, units),
    charged_at: W.isoTime(row.timeMs),
  };
}

export function insuranceChangeView(
  row: H.InsuranceRow,
  catalog: Catalog,
): Wire<typeof R.insuranceChange> {
  const units = catalog.assetAt(row.asset);
  return {
    id: rowId(row),
    asset: units.symbol,
    why: INSURANCE_WHYS[row.why],
    change: amountText(row.change, units),
    balance: amountText(row.balance, units),
    changed_at: W.isoTime(row.timeMs),
  };
}

/** The insurance fund as it stands: its money, and the positions that it took over. */
export function insuranceView(
  view: AccountView,
  positions: readonly LivePosition[],
  sequence: number,
  catalog: Catalog,
): Wire<typeof R.insurance> {
  const behind = new Map<number, bigint>();
  const open = positions.filter(({ size }) => size !== 0);
  for (const { market, collateral } of open) {
    const { number } = catalog.marketAt(market).quote;
    behind.set(number, (behind.get(number) ?? 0n) + BigInt(collateral));
  }
  return {
    balances: view.balances.map(({ asset, free, held }) => {
      const units = catalog.assetAt(asset);
      return {
        asset: units.symbol,
        balance: sumText(free + held, units),
        collateral: sumText(behind.get(asset) ?? 0n, units),
      };
    }),
    positions: open.map((row) => {
      const { market, size, entry_price, collateral, unrealized_pnl } = positionView(row, catalog);
      return { market, size, entry_price, collateral, unrealized_pnl };
    }),
    sequence,
  };
}

/** As the account itself sees it: other traders are not named. */
export function liquidationView(
  row: H.LiquidationRow,
  catalog: Catalog,
): Wire<typeof R.liquidation> {
  const units = catalog.marketAt(row.market);
  const quote = (value: number): string => amountText(value, units.quote);
  return {
    id: rowId(row),
    account: catalog.accountName(row.account),
    market: units.symbol,
    receipt: row.receipt,
    by: LIQUIDATION_BYS[row.by],
    counterparty:
      row.counterparty === ACCOUNT_INSURANCE ? catalog.accountName(row.counterparty) : null,
    position_size: sizeText(row.positionSize, units),
    closed_size: sizeText(row.closed, units),
    liquidation_price: priceOrNull(row.liquidationPrice, units),
    limit_price: priceOrNull(row.limitPrice, units),
    fill_price: priceOrNull(fillPrice(row, units), units),
    bankruptcy_price: priceOrNull(row.bankruptcyPrice, units),
    fee: quote(row.fee),
    shortfall: quote(row.shortfall),
    equity_before: quote(row.equityBefore),
    maintenance_before: quote(row.maintenanceBefore),
    equity: quote(row.equity),
    maintenance: quote(row.maintenance),
    timestamp: W.isoTime(row.timeMs),
  };
}

/** As everybody sees it; undefined when nothing was closed. */
export function publicLiquidationView(
  row: H.LiquidationRow,
  catalog: Catalog,
): Wire<typeof R.publicLiquidation> | undefined {
  if (row.closed === 0) return undefined;
  const units = catalog.marketAt(row.market);
  return {
    id: rowId(row),
    market: units.symbol,
    side: row.positionSize > 0 ? 'long' : 'short',
    by: LIQUIDATION_BYS[row.by],
    closed_size: sizeText(row.closed, units),
    fill_price: priceText(fillPrice(row, units), units),
    timestamp: W.isoTime(row.timeMs),
  };
}

/** The average price of what was closed, to the price unit, half up; 0 = nothing was. */
function fillPrice({ closed, value }: H.LiquidationRow, { multiplier }: MarketUnits): number {
  if (closed === 0) return 0;
  const whole = BigInt(closed) * BigInt(multiplier);
  return Number((BigInt(value) * 2n + whole) / (whole * 2n));
}
