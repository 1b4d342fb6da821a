// The lines of the report about risk, out of what was counted: who took what of the liquidated, the
// insurance fund from its start to its end, deficits, deleveraging, funding.

import { ACCOUNT_INSURANCE } from '../../engine/command.ts';
import { BY_CLOSE, BY_COUNTERPARTY, BY_CURE, BY_FUND, BY_MARK } from '../../engine/event.ts';
import { formatAmount, thousands } from './format.ts';
import type { RiskCounts, Taken } from './risk-counts.ts';
import type { AssetInfo, Session } from './session.ts';
import type { Detail } from './source.ts';

const WAYS = [
  [BY_CURE, 'by book, cure'],
  [BY_CLOSE, 'by book, whole'],
  [BY_FUND, 'by the fund'],
  [BY_COUNTERPARTY, 'by counterparties'],
  [BY_MARK, 'at mark'],
] as const;

/** @param asset What the market settles in. */
export function riskLines(session: Session, asset: AssetInfo): Detail[] {
  const { risk } = session;
  const cross = risk.crossLiquidated.size;
  const isolated = risk.isolatedLiquidated.size;
  const accounts = risk.liquidatedAccounts();
  const paid = risk.fundingPaid.value();
  const received = risk.fundingReceived.value();
  return [
    {
      name: 'liquidations',
      text:
        `${thousands(risk.started)} of ${thousands(accounts)} accounts ` +
        `(${thousands(cross)} cross, ${thousands(isolated)} isolated)`,
      json: { started: risk.started, accounts, cross, isolated },
    },
    ...WAYS.map(([by, name]) => takenLine(name, risk.by[by], asset)),
    {
      name: 'deleveraged',
      text: `${thousands(risk.deleveraged.size)} accounts, ${thousands(risk.deleverages)} times`,
      json: { accounts: risk.deleveraged.size, times: risk.deleverages },
    },
    ...fundLines(session, risk, asset),
    {
      name: 'funding',
      text:
        `${thousands(risk.fundings)} intervals, ${money(paid, asset)} paid, ` +
        `${money(received, asset)} received`,
      json: {
        intervals: risk.fundings,
        paid: formatAmount(paid, asset.decimals),
        received: formatAmount(received, asset.decimals),
      },
    },
  ];
}

function takenLine(name: string, taken: Taken, asset: AssetInfo): Detail {
  const { closings, accounts } = taken;
  const value = taken.value.value();
  return {
    name,
    text:
      `${thousands(closings)} closings of ${thousands(accounts.size)} accounts, ` +
      `worth ${money(value, asset)}`,
    json: { closings, accounts: accounts.size, value: formatAmount(value, asset.decimals) },
  };
}

function fundLines({ engine }: Session, risk: RiskCounts, asset: AssetInfo): Detail[] {
  const { decimals } = asset;
  const end = engine.account(ACCOUNT_INSURANCE).balances[asset.number].free;
  const positions = engine.positions(ACCOUNT_INSURANCE).filter(({ size }) => size !== 0);
  const backing = positions.reduce(
    (sum, { collateral, unrealised }) => sum + BigInt(collateral) + BigInt(unrealised),
    0n,
  );
  const start = BigInt(risk.fundStart ?? 0);
  const low = BigInt(risk.fundLow ?? 0);
  const deficits = risk.deficits.value();
  const fees = risk.fees.value();
  return [
    {
      name: 'insurance fund',
      text:
        `${money(start, asset)} at the start, ${money(low, asset)} at its low, ` +
        `${money(end, asset)} free and ${money(backing, asset)} in ${positions.length} ` +
        'positions at the end',
      json: {
        start: formatAmount(start, decimals),
        low: formatAmount(low, decimals),
        end: formatAmount(end, decimals),
        in_positions: formatAmount(backing, decimals),
      },
    },
    {
      name: 'fund income',
      text: `${money(fees, asset)} of liquidation fees`,
      json: formatAmount(fees, decimals),
    },
    {
      name: 'deficits',
      text: `${money(deficits, asset)} paid by the fund`,
      json: formatAmount(deficits, decimals),
    },
  ];
}

const money = (units: bigint, { decimals, symbol }: AssetInfo): string =>
  `${thousands(formatAmount(units, decimals))} ${symbol}`;
