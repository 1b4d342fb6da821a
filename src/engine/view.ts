// What a reader may ask of the state: plain objects of whole numbers in the market's own units,
// made for one answer. Reading never changes anything, and nothing here is on the hot path.

/** One price level of a book; `queue` holds the orders in time order when it was asked for. */
export interface LevelView {
  readonly price: number;
  readonly size: number;
  readonly orders: number;
  readonly queue?: readonly {
    readonly order: number;
    readonly account: number;
    readonly open: number;
  }[];
}

export interface BookView {
  readonly market: number;
  readonly bids: readonly LevelView[];
  readonly asks: readonly LevelView[];
  readonly last: number;
  readonly mark: number;
  readonly index: number;
}

export interface OrderView {
  readonly order: number;
  readonly clientOrderId: string;
  readonly account: number;
  readonly market: number;
  readonly side: number;
  readonly type: number;
  readonly price: number;
  readonly size: number;
  readonly open: number;
  readonly filled: number;
  readonly timeInForce: number;
  readonly expiresAt: number;
  readonly flags: number;
  readonly selfTrade: number;
  readonly triggerPrice: number;
  readonly triggerBy: number;
  /** A stop or take-profit that its price has let go; false where there is no trigger. */
  readonly isTriggered: boolean;
  readonly takeProfit: number;
  readonly stopLoss: number;
  readonly hold: number;
}

export interface BalanceView {
  readonly asset: number;
  /** Exact; a bigint because the fees account may pass 2^53. */
  readonly free: bigint;
  readonly held: bigint;
}

export interface PositionView {
  readonly account: number;
  readonly market: number;
  readonly mode: number;
  readonly leverage: number;
  readonly size: number;
  readonly cost: number;
  readonly collateral: number;
  readonly mark: number;
  readonly unrealised: number;
  /** Since the position was opened from flat. */
  readonly realised: number;
  readonly notional: number;
  readonly initial: number;
  readonly maintenance: number;
  /** Entry for display, price units, half-even; 0 when flat. */
  readonly entry: number;
  /** Price units; undefined = no price above zero liquidates. */
  readonly liquidationPrice: number | undefined;
  readonly openOrders: number;
  readonly takeProfitOrder: number;
  readonly stopLossOrder: number;
}

/** The cross scope of an account, in settlement units. */
export interface AccountView {
  readonly account: number;
  readonly name: string;
  readonly owner: string;
  readonly balances: readonly BalanceView[];
  readonly equity: number;
  readonly initial: number;
  readonly maintenance: number;
  /** In settlement units: what may be withdrawn of the settlement asset now. */
  readonly withdrawable: number;
  /** 0.01 %, floored. */
  readonly health: number;
  readonly deadManAt: number;
}

/**
 * Σ over everything, per asset: what went in minus what went out minus what is there. Zero, or
 * money was made.
 */
export interface ConservationView {
  readonly asset: number;
  readonly deposited: bigint;
  readonly withdrawn: bigint;
  readonly free: bigint;
  readonly held: bigint;
  readonly collateral: bigint;
  readonly cost: bigint;
  readonly fees: bigint;
  readonly rounding: bigint;
  /** Charged to borrowers and not yet handed to the insurance fund. */
  readonly interest: bigint;
  readonly difference: bigint;
}

/**
 * The largest accepted value of each input, the others as given; submitting one is never refused
 * for margin.
 */
export interface LimitsView {
  readonly buyMax: number;
  readonly sellMax: number;
  readonly withdrawMax: number;
  readonly collateralAddMax: number;
  readonly collateralRemoveMax: number;
  readonly leverageMax: number;
}
