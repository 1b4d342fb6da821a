// Every operation of the API, in the order of the reference. A route without a row here cannot be
// mounted, and a row without a handler does not start.

import type { Operation } from './operation.ts';
import { adjustBalance } from './operations/adjust-balance.ts';
import { amendOrder } from './operations/amend-order.ts';
import { cancelOrder } from './operations/cancel-order.ts';
import { cancelOrders } from './operations/cancel-orders.ts';
import { closePair } from './operations/close-pair.ts';
import { createAccount } from './operations/create-account.ts';
import { createAsset } from './operations/create-asset.ts';
import { createCredential } from './operations/create-credential.ts';
import { createMarket } from './operations/create-market.ts';
import { editPosition } from './operations/edit-position.ts';
import { exportFills } from './operations/export-fills.ts';
import { exportFunding } from './operations/export-funding.ts';
import { getAccount } from './operations/get-account.ts';
import { getBook } from './operations/get-book.ts';
import { getInsurance } from './operations/get-insurance.ts';
import { getHealth } from './operations/get-health.ts';
import { getInfo } from './operations/get-info.ts';
import { getLivePnl } from './operations/get-live-pnl.ts';
import { getMarket } from './operations/get-market.ts';
import { getMetrics } from './operations/get-metrics.ts';
import { getOrder } from './operations/get-order.ts';
import { getReady } from './operations/get-ready.ts';
import { getState } from './operations/get-state.ts';
import { getTime } from './operations/get-time.ts';
import { listAccounts } from './operations/list-accounts.ts';
import { listCandles } from './operations/list-candles.ts';
import { listClosedOrders } from './operations/list-closed-orders.ts';
import { listFills } from './operations/list-fills.ts';
import { listFunding } from './operations/list-funding.ts';
import { listFundingPayments } from './operations/list-funding-payments.ts';
import { listInsuranceChanges } from './operations/list-insurance-changes.ts';
import { listInterest } from './operations/list-interest.ts';
import { listLiquidations } from './operations/list-liquidations.ts';
import { listMarkets } from './operations/list-markets.ts';
import { listOrders } from './operations/list-orders.ts';
import { listPairs } from './operations/list-pairs.ts';
import { listPositions } from './operations/list-positions.ts';
import { listTrades } from './operations/list-trades.ts';
import { listTransfers } from './operations/list-transfers.ts';
import { makeDeposit } from './operations/make-deposit.ts';
import { makeTransfer } from './operations/make-transfer.ts';
import { makeWithdrawal } from './operations/make-withdrawal.ts';
import { openPair } from './operations/open-pair.ts';
import { placeBatch } from './operations/place-batch.ts';
import { placeOrder } from './operations/place-order.ts';
import { preview } from './operations/preview.ts';
import { revokeCredential } from './operations/revoke-credential.ts';
import { setDeadMan } from './operations/set-dead-man.ts';
import { setLeverage } from './operations/set-leverage.ts';
import { setMarketStatus } from './operations/set-market-status.ts';
import { settleFunding } from './operations/settle-funding.ts';
import { updateIndex } from './operations/update-index.ts';
import { previewMarketUpdate } from './operations/preview-market-update.ts';
import { stressTest } from './operations/stress-test.ts';
import { updateMarket } from './operations/update-market.ts';
import { useFaucet } from './operations/use-faucet.ts';

export const OPERATIONS: readonly Operation[] = [
  getTime,
  getInfo,
  listMarkets,
  getMarket,
  getBook,
  listTrades,
  listCandles,
  listFunding,
  getInsurance,
  listInsuranceChanges,
  placeOrder,
  placeBatch,
  listOrders,
  listClosedOrders,
  getOrder,
  amendOrder,
  cancelOrder,
  cancelOrders,
  setDeadMan,
  preview,
  getAccount,
  listPositions,
  editPosition,
  setLeverage,
  listFills,
  exportFills,
  listTransfers,
  makeTransfer,
  makeWithdrawal,
  listFundingPayments,
  exportFunding,
  listInterest,
  listLiquidations,
  openPair,
  listPairs,
  getLivePnl,
  closePair,
  createAccount,
  listAccounts,
  makeDeposit,
  adjustBalance,
  createAsset,
  createMarket,
  updateMarket,
  previewMarketUpdate,
  stressTest,
  setMarketStatus,
  updateIndex,
  settleFunding,
  createCredential,
  revokeCredential,
  getState,
  useFaucet,
  getHealth,
  getReady,
  getMetrics,
];
