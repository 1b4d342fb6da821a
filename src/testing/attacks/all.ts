// The attack library, in the order of its table.

import type { Attack } from './attack.ts';
import { noLosePair, ownPair } from './no-lose-pair.ts';
import { thinCollateral } from './thin-collateral.ts';
import { dustAccounts } from './dust-accounts.ts';
import { leverageWithOrders } from './leverage-with-orders.ts';
import { withdrawalRaces } from './withdrawal-races.ts';
import { ownLiquidation } from './own-liquidation.ts';
import { beyondTheFund } from './beyond-the-fund.ts';
import { silentPrints } from './silent-prints.ts';
import { forcedLiquidation } from './forced-liquidation.ts';
import { indexSources } from './index-sources.ts';
import { profitAsCollateral } from './profit-as-collateral.ts';
import { sharedCollateral } from './shared-collateral.ts';
import { fundingPush } from './funding-push.ts';
import { silentShield } from './silent-shield.ts';
import { staleWithdrawal } from './stale-index.ts';
import { washTrades } from './wash-trades.ts';

export const ATTACKS: readonly Attack[] = [
  washTrades,
  indexSources,
  profitAsCollateral,
  forcedLiquidation,
  sharedCollateral,
  thinCollateral,
  noLosePair,
  ownPair,
  dustAccounts,
  leverageWithOrders,
  withdrawalRaces,
  ownLiquidation,
  beyondTheFund,
  silentPrints,
  staleWithdrawal,
  silentShield,
  fundingPush,
];
