// The operations of the contract as typed calls: what each takes and answers comes from its
// schemas, so that a new operation is one line here.

import type * as z from 'zod';
import type { Operation, Shapes } from '../contract/operation.ts';
import { adjustBalance } from '../contract/operations/adjust-balance.ts';
import { amendOrder } from '../contract/operations/amend-order.ts';
import { cancelOrder } from '../contract/operations/cancel-order.ts';
import { cancelOrders } from '../contract/operations/cancel-orders.ts';
import { closePair } from '../contract/operations/close-pair.ts';
import { createAccount } from '../contract/operations/create-account.ts';
import { createAsset } from '../contract/operations/create-asset.ts';
import { createCredential } from '../contract/operations/create-credential.ts';
import { createMarket } from '../contract/operations/create-market.ts';
import { editPosition } from '../contract/operations/edit-position.ts';
import { exportFills } from '../contract/operations/export-fills.ts';
import { exportFunding } from '../contract/operations/export-funding.ts';
import { getAccount } from '../contract/operations/get-account.ts';
import { getBook } from '../contract/operations/get-book.ts';
import { getHealth } from '../contract/operations/get-health.ts';
import { getInfo } from '../contract/operations/get-info.ts';
import { getInsurance } from '../contract/operations/get-insurance.ts';
import { getLivePnl } from '../contract/operations/get-live-pnl.ts';
import { getMarket } from '../contract/operations/get-market.ts';
import { getMetrics } from '../contract/operations/get-metrics.ts';
import { getOrder } from '../contract/operations/get-order.ts';
import { getReady } from '../contract/operations/get-ready.ts';
import { getState } from '../contract/operations/get-state.ts';
import { getTime } from '../contract/operations/get-time.ts';
import { listAccounts } from '../contract/operations/list-accounts.ts';
import { listCandles } from '../contract/operations/list-candles.ts';
import { listClosedOrders } from '../contract/operations/list-closed-orders.ts';
import { listFills } from '../contract/operations/list-fills.ts';
import { listFundingPayments } from '../contract/operations/list-funding-payments.ts';
import { listFunding } from '../contract/operations/list-funding.ts';
import { listInsuranceChanges } from '../contract/operations/list-insurance-changes.ts';
import { listInterest } from '../contract/operations/list-interest.ts';
import { listLiquidations } from '../contract/operations/list-liquidations.ts';
import { listMarkets } from '../contract/operations/list-markets.ts';
import { listOrders } from '../contract/operations/list-orders.ts';
import { listPairs } from '../contract/operations/list-pairs.ts';
import { listPositions } from '../contract/operations/list-positions.ts';
import { listTrades } from '../contract/operations/list-trades.ts';
import { listTransfers } from '../contract/operations/list-transfers.ts';
import { makeDeposit } from '../contract/operations/make-deposit.ts';
import { makeTransfer } from '../contract/operations/make-transfer.ts';
import { makeWithdrawal } from '../contract/operations/make-withdrawal.ts';
import { openPair } from '../contract/operations/open-pair.ts';
import { placeBatch } from '../contract/operations/place-batch.ts';
import { placeOrder } from '../contract/operations/place-order.ts';
import { preview } from '../contract/operations/preview.ts';
import { revokeCredential } from '../contract/operations/revoke-credential.ts';
import { setDeadMan } from '../contract/operations/set-dead-man.ts';
import { setLeverage } from '../contract/operations/set-leverage.ts';
import { setMarketStatus } from '../contract/operations/set-market-status.ts';
import { settleFunding } from '../contract/operations/settle-funding.ts';
import { updateIndex } from '../contract/operations/update-index.ts';
import { previewMarketUpdate } from '../contract/operations/preview-market-update.ts';
import { stressTest } from '../contract/operations/stress-test.ts';
import { updateMarket } from '../contract/operations/update-market.ts';
import { useFaucet } from '../contract/operations/use-faucet.ts';

/** Every operation that can be called, by the name of its method. */
export const CALLS = {
  adjustBalance,
  amendOrder,
  cancelOrder,
  cancelOrders,
  closePair,
  createAccount,
  createAsset,
  createCredential,
  createMarket,
  editPosition,
  exportFills,
  exportFunding,
  getAccount,
  getBook,
  getHealth,
  getInfo,
  getInsurance,
  getLivePnl,
  getMarket,
  getMetrics,
  getOrder,
  getReady,
  getState,
  getTime,
  listAccounts,
  listCandles,
  listClosedOrders,
  listFills,
  listFunding,
  listFundingPayments,
  listInsuranceChanges,
  listInterest,
  listLiquidations,
  listMarkets,
  listOrders,
  listPairs,
  listPositions,
  listTrades,
  listTransfers,
  makeDeposit,
  makeTransfer,
  makeWithdrawal,
  openPair,
  placeBatch,
  placeOrder,
  preview,
  revokeCredential,
  setDeadMan,
  setLeverage,
  setMarketStatus,
  settleFunding,
  updateIndex,
  updateMarket,
  previewMarketUpdate,
  stressTest,
  useFaucet,
} as const;

export interface CallOptions {
  /** Left out, a change gets a new one: a repeat after a timeout cannot execute twice. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** Of one attempt. */
  readonly timeoutMs?: number;
  /** Attempts after the first one. */
  readonly retries?: number;
}

type Part<Name extends string, T> = T extends z.ZodType
  ? object extends z.input<T>
    ? { readonly [N in Name]?: z.input<T> }
    : { readonly [N in Name]: z.input<T> }
  : unknown;

/** What a call takes: the parts of its request, and how to go about it. */
export type Request<S extends Shapes> = CallOptions &
  Part<'params', S['params']> &
  Part<'query', S['query']> &
  Part<'body', S['body']>;

export type Answered<S extends Shapes> = z.output<S['answer']>;

type ShapesOf<O> = O extends Operation<infer S> ? S : never;

type Call<S extends Shapes> =
  object extends Request<S>
    ? (request?: Request<S>) => Promise<Answered<S>>
    : (request: Request<S>) => Promise<Answered<S>>;

/** A method for every operation. */
export type Calls = { readonly [Name in keyof typeof CALLS]: Call<ShapesOf<(typeof CALLS)[Name]>> };
