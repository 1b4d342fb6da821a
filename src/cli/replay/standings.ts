// Who stands where at the end of a replay: open positions, and the accounts that won and lost most.
// Read from the engine's own views; the profit of an account is all it has minus what it was given.

import { MODE_ISOLATED } from '../../engine/command.ts';
import type { Crowd } from './crowd.ts';
import type { PerpMarket } from './perp-market.ts';
import { QUOTER_FUNDS } from './quoter.ts';
import type { Session } from './session.ts';
import type { Detail } from './source.ts';
import { formatAmount } from './format.ts';

const SHOWN = 3;

interface Standing {
  readonly name: string;
  /** Units of the settlement asset. */
  readonly profit: bigint;
  readonly open: boolean;
  readonly isolated: boolean;
  /** Signed lots. */
  readonly size: number;
}

export function standings(
  session: Session,
  market: PerpMarket,
  crowd: Crowd,
  quoter: number,
): Detail[] {
  const { decimals } = market.asset;
  const unit = 10n ** BigInt(decimals);
  const traders = Array.from(crowd.accounts, (account, i) =>
    standing(session, account, BigInt(crowd.funds[i]) * unit),
  ).sort((a, b) => (a.profit < b.profit ? -1 : a.profit > b.profit ? 1 : 0));
  const maker = standing(session, quoter, BigInt(QUOTER_FUNDS) * unit);
  const open = traders.filter((trader) => trader.open);
  const isolated = open.filter((trader) => trader.isolated).length;
  const sizes = [maker, ...traders].reduce((sum, { size }) => sum + size, 0);
  const moved = traders.filter((trader) => trader.open || trader.profit !== 0n);
  const line = (name: string, list: readonly Standing[]): Detail => ({
    name,
    text: list.map((one) => `${one.name} ${signed(one.profit, decimals)}`).join(', '),
    json: list.map((one) => ({ account: one.name, profit: formatAmount(one.profit, decimals) })),
  });
  return [
    {
      name: 'positions',
      text:
        `${open.length} open (${open.length - isolated} cross, ${isolated} isolated), ` +
        `sizes add up to ${sizes}`,
      json: { open: open.length, isolated, sum_of_sizes: sizes },
    },
    line('best', moved.slice(-SHOWN).toReversed()),
    line('worst', moved.slice(0, SHOWN)),
    line('market maker', [maker]),
  ];
}

function standing(session: Session, account: number, given: bigint): Standing {
  const { engine } = session;
  const view = engine.account(account);
  const positions = engine.positions(account);
  let total = BigInt(view.equity);
  for (const position of positions) {
    if (position.mode !== MODE_ISOLATED) continue;
    total += BigInt(position.collateral) + BigInt(position.unrealised);
  }
  const size = positions.reduce((sum, position) => sum + position.size, 0);
  return {
    name: view.name,
    profit: total - given,
    open: positions.some((position) => position.size !== 0),
    isolated: positions.some(({ mode, size: open }) => open !== 0 && mode === MODE_ISOLATED),
    size,
  };
}

function signed(value: bigint, decimals: number): string {
  return `${value > 0n ? '+' : ''}${formatAmount(value, decimals)}`;
}
