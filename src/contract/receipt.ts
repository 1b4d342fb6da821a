// A liquidation receipt as JSON: what `plimsoll receipts` writes and `plimsoll verify-receipt`
// reads. Whole numbers in the units of the engine, because the check is exact; names for whom and
// where.

import * as z from 'zod';

const whole = z.int();
const count = z.int().min(0);
const name = z.string().min(1).max(36);

const bracket = z.strictObject({
  floorNotional: count,
  initialPpm: count,
  maintenancePpm: count,
});

const balance = z.strictObject({
  asset: name,
  free: whole,
  interest: count,
  settlement: z.boolean(),
  price: count,
  weightPpm: count,
  liabilityWeightPpm: count,
  decimals: z.int().min(0).max(12),
  waits: z.boolean(),
});

const position = z.strictObject({
  market: name,
  size: whole,
  cost: whole,
  collateral: whole,
  funding: whole,
  mark: z.int().min(1),
  index: count,
  indexAge: count,
  k: z.int().min(1),
  brackets: z.array(bracket).min(1).max(64),
  waits: z.boolean(),
});

const terms = z.strictObject({
  tick: z.int().min(1),
  lot: z.int().min(1),
  minimumSize: count,
  minimumNotional: count,
  liquidationFeePpm: count,
  bufferPpm: count,
  cureSlipPpm: count,
});

export const receiptSchema = z.strictObject({
  /** Where it stands in the journal; not part of what is checked. */
  sequence: count.optional(),
  at: z.string().optional(),
  receipt: z.int().min(1),
  account: name,
  market: name,
  isolated: z.boolean(),
  by: z.enum(['cure', 'close', 'fund', 'counterparty', 'mark']),
  counterparty: z.string().max(36),
  size: whole,
  closed: count,
  asked: count,
  limitPrice: count,
  bankruptcyPrice: count,
  liquidationPrice: count,
  value: count,
  fee: count,
  shortfall: count,
  equityBefore: whole,
  maintenanceBefore: count,
  equity: whole,
  maintenance: count,
  movedMarket: z.string().max(36),
  terms,
  balances: z.array(balance).max(64),
  positions: z.array(position).min(1).max(64),
});

export type ReceiptJson = z.output<typeof receiptSchema>;
