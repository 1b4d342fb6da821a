// What is kept of the past, in the engine's whole numbers: rows of trades, fills, ended orders and
// money. Whoever keeps them (memory now, SQL later) knows nothing of decimals, names or JSON.

/** The place of a row: the command that made it, and which of its events. Newest = largest. */
export interface RowKey {
  readonly sequence: number;
  readonly index: number;
}

interface Row extends RowKey {
  readonly timeMs: number;
}

export interface TradeRow extends Row {
  readonly market: number;
  readonly price: number;
  readonly size: number;
  readonly takerSide: number;
  /** A liquidation took it. */
  readonly isLiquidation: boolean;
}

export interface FillRow extends Row {
  readonly account: number;
  readonly market: number;
  /** 0: taken by a liquidation. */
  readonly order: number;
  readonly isMaker: boolean;
  readonly side: number;
  readonly price: number;
  readonly size: number;
  /** Quote units; negative = a rebate. */
  readonly fee: number;
}

/** An order from its first event on; `closedMs` 0 while it is open. */
export interface OrderRow extends Row {
  readonly order: number;
  readonly clientOrderId: string;
  readonly account: number;
  readonly market: number;
  readonly side: number;
  readonly type: number;
  readonly price: number;
  readonly size: number;
  readonly filled: number;
  /** Σ price × size of its fills, exact; −1 when some of them are not known any more. */
  readonly value: bigint;
  readonly timeInForce: number;
  readonly expiresAt: number;
  readonly flags: number;
  readonly selfTrade: number;
  readonly triggerPrice: number;
  readonly triggerBy: number;
  readonly takeProfit: number;
  readonly stopLoss: number;
  /** A stop whose trigger was reached. */
  readonly isTriggered: boolean;
  /** 0 = before what is remembered. */
  readonly createdMs: number;
  readonly closedMs: number;
  /** '' while open, 'filled', or the word for why it was cancelled. */
  readonly why: string;
}

export interface TransferRow extends Row {
  readonly account: number;
  readonly asset: number;
  readonly why: number;
  readonly change: number;
  readonly free: number;
}

export interface CandleRow {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

export interface FundingRow extends Row {
  readonly market: number;
  readonly interval: number;
  readonly rateE12: number;
  readonly mark: number;
  readonly missed: number;
}

export interface FundingPaymentRow extends Row {
  readonly account: number;
  readonly market: number;
  /** Signed. */
  readonly size: number;
  /** Quote units; negative = received. */
  readonly amount: number;
}

export interface InterestRow extends Row {
  readonly account: number;
  readonly asset: number;
  readonly amount: number;
}

export interface InsuranceRow extends Row {
  readonly asset: number;
  /** A place in INSURANCE_WHYS. */
  readonly why: number;
  readonly change: number;
  readonly balance: number;
}

/** The receipt of one step of a liquidation. */
export interface LiquidationRow extends Row {
  readonly receipt: number;
  readonly account: number;
  readonly market: number;
  /** A place in LIQUIDATION_BYS. */
  readonly by: number;
  /** −1 = the book. */
  readonly counterparty: number;
  /** Signed, before it. */
  readonly positionSize: number;
  readonly closed: number;
  /** 0 = none. */
  readonly liquidationPrice: number;
  readonly limitPrice: number;
  readonly bankruptcyPrice: number;
  /** Σ price × size × multiplier of what was closed, quote units. */
  readonly value: number;
  readonly fee: number;
  readonly shortfall: number;
  readonly equityBefore: number;
  readonly maintenanceBefore: number;
  readonly equity: number;
  readonly maintenance: number;
}
