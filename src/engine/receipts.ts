// The receipts of a command's liquidations, out of its events: plain objects with every input, for
// whoever wants to make the decision again (src/margin/receipt.ts). To be read right after the
// command, because the terms of the markets are taken as they are now.

import type { Receipt, ReceiptBalance, ReceiptPosition } from '../margin/receipt.ts';
import { NONE } from '../units/table.ts';
import { MODE_ISOLATED } from './command.ts';
import type { Engine } from './engine.ts';
import {
  EVENT_WIDTHS,
  LIQUIDATED,
  LIQUIDATION_BALANCE,
  LIQUIDATION_BYS,
  LIQUIDATION_POSITION,
} from './event.ts';
import { LINKS, MODE } from './state/positions.ts';

/** The receipts of the last command, in the order of its steps. */
export function receiptsOf(engine: Engine): Receipt[] {
  const { data, length } = engine.events;
  const receipts: Receipt[] = [];
  let balances: ReceiptBalance[] = [];
  let positions: ReceiptPosition[] = [];
  for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) {
    const kind = data[at];
    if (kind === LIQUIDATION_BALANCE) balances.push(balanceOf(engine, data, at + 1));
    if (kind === LIQUIDATION_POSITION) positions.push(positionOf(engine, data, at + 1));
    if (kind !== LIQUIDATED) continue;
    receipts.push(receiptOf(engine, data, at + 1, balances, positions));
    balances = [];
    positions = [];
  }
  return receipts;
}

function balanceOf(engine: Engine, data: Float64Array, at: number): ReceiptBalance {
  const asset = engine.assets()[data[at + 1]];
  const free = data[at + 2];
  const { symbol, settlement, weightPpm, liabilityWeightPpm, decimals } = asset;
  const interest = settlement ? free - data[at + 3] : 0;
  const price = data[at + 4];
  const waits = data[at + 5] === 1;
  return {
    asset: symbol,
    free,
    interest,
    settlement,
    price,
    weightPpm,
    liabilityWeightPpm,
    decimals,
    waits,
  };
}

function positionOf(engine: Engine, data: Float64Array, at: number): ReceiptPosition {
  const market = engine.markets()[data[at + 1]];
  return {
    market: market.symbol,
    size: data[at + 2],
    cost: data[at + 3],
    collateral: data[at + 4],
    funding: data[at + 5],
    mark: data[at + 6],
    index: data[at + 7],
    indexAge: data[at + 8],
    k: market.multiplier,
    brackets: market.bracketsNow(),
    waits: data[at + 10] === 1,
  };
}

function receiptOf(
  engine: Engine,
  data: Float64Array,
  at: number,
  balances: readonly ReceiptBalance[],
  positions: readonly ReceiptPosition[],
): Receipt {
  const market = engine.markets()[data[at + 2]];
  const { terms } = market;
  const row = engine.state.row(data[at + 1], market.number);
  const moved = data[at + 18];
  return {
    receipt: data[at],
    account: engine.accountName(data[at + 1]),
    market: market.symbol,
    isolated: engine.state.positions.links[row * LINKS + MODE] === MODE_ISOLATED,
    by: LIQUIDATION_BYS[data[at + 3]],
    counterparty: data[at + 4] === NONE ? '' : engine.accountName(data[at + 4]),
    size: data[at + 5],
    closed: data[at + 6],
    asked: data[at + 7],
    limitPrice: data[at + 8],
    bankruptcyPrice: data[at + 9],
    liquidationPrice: data[at + 10],
    value: data[at + 11],
    fee: data[at + 12],
    shortfall: data[at + 13],
    equityBefore: data[at + 14],
    maintenanceBefore: data[at + 15],
    equity: data[at + 16],
    maintenance: data[at + 17],
    movedMarket: moved === NONE ? '' : engine.markets()[moved].symbol,
    terms: {
      tick: market.tickSize,
      lot: market.lotSize,
      minimumSize: terms.minimumSize,
      minimumNotional: terms.minimumNotional,
      liquidationFeePpm: terms.liquidationFeePpm,
      bufferPpm: terms.risk.liquidationBufferPpm,
      cureSlipPpm: terms.risk.cureSlipPpm,
    },
    balances,
    positions,
  };
}
