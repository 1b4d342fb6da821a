// What may be asked of the engine. A command is a plain object of whole numbers in the market's own
// units and numeric codes; names, decimal strings and permissions are the edge's business and never
// appear here. Hot callers may reuse one object per kind: the engine keeps no reference to a
// command.

import type { Amount, Ppm, Price, Side, Size } from '../units/brand.ts';
import type { RiskTerms } from './risk-terms.ts';

export const ORDER_LIMIT = 0;
export const ORDER_MARKET = 1;
export const ORDER_STOP_MARKET = 2;
export const ORDER_STOP_LIMIT = 3;
export const ORDER_TAKE_PROFIT_MARKET = 4;
export const ORDER_TAKE_PROFIT_LIMIT = 5;
export type OrderType = 0 | 1 | 2 | 3 | 4 | 5;

export const TIF_GTC = 0;
export const TIF_IOC = 1;
export const TIF_FOK = 2;
export const TIF_GTD = 3;
export type TimeInForce = 0 | 1 | 2 | 3;

/**
 * Self-trade prevention, decided by the taker: what happens when it meets an order of its own owner
 * group.
 */
export const STP_EXPIRE_MAKER = 0;
export const STP_EXPIRE_TAKER = 1;
export const STP_EXPIRE_BOTH = 2;
export const STP_NONE = 3;
export type SelfTradeMode = 0 | 1 | 2 | 3;

export const TRIGGER_BY_MARK = 0;
export const TRIGGER_BY_LAST = 1;
export type TriggerBy = 0 | 1;

export const MARKET_SPOT = 0;
export const MARKET_PERP = 1;
export type MarketKind = 0 | 1;

export const STATUS_ACTIVE = 0;
export const STATUS_POST_ONLY = 1;
export const STATUS_CLOSE_ONLY = 2;
export const STATUS_CANCEL_ONLY = 3;
export const STATUS_HALTED = 4;
export const STATUS_SETTLED = 5;
export type MarketStatus = 0 | 1 | 2 | 3 | 4 | 5;

/** Where the mark comes from: given with `update_index`, equal to the index, or computed. */
export const MARK_GIVEN = 0;
export const MARK_INDEX = 1;
/** The median of index, basis and book; see src/margin/mark-price.ts. */
export const MARK_MEDIAN = 2;
export type MarkSource = 0 | 1 | 2;

export const MODE_CROSS = 0;
export const MODE_ISOLATED = 1;
export type MarginMode = 0 | 1;

export const EDIT_OPEN = 0;
export const EDIT_INCREASE = 1;
export const EDIT_REDUCE = 2;
export const EDIT_CLOSE = 3;
export const EDIT_ADD_COLLATERAL = 4;
export const EDIT_REMOVE_COLLATERAL = 5;
export type EditKind = 0 | 1 | 2 | 3 | 4 | 5;

/** Every command has these. */
interface Common {
  /** Chosen by the client, `^[A-Za-z0-9._:-]{1,36}$`; '' = none: then a repeat is a new command. */
  readonly id: string;
  /** Milliseconds since the epoch. The engine's clock is the largest time it has seen. */
  readonly time: number;
}

/** A command on behalf of an account; `account` is the number that `create_account` gave. */
interface OfAccount extends Common {
  readonly account: number;
}

export interface CreateAsset extends Common {
  readonly kind: 'create_asset';
  /** `^[A-Z0-9]{2,15}$`, unique. */
  readonly symbol: string;
  /** Digits after the point of the smallest unit, 0…12. */
  readonly decimals: number;
  /**
   * True for the one asset that cross margin is counted in. The first settlement asset stays it.
   */
  readonly settlement: boolean;
  /** Share of a positive balance that counts as collateral. */
  readonly weightPpm: Ppm;
  /** Factor ≥ 10^6 by which a negative balance is valued up. */
  readonly liabilityWeightPpm: Ppm;
  /** Settlement units per whole asset; 0 = no price yet, then it is worth nothing as collateral. */
  readonly price: Amount;
  /** Interest of one hour on a negative balance, 10^−12; the settlement asset's alone is used. */
  readonly interestE12: number;
  /**
   * In a liquidation other collateral is sold once the settlement balance is below minus this.
   */
  readonly autoConvertLimit: Amount;
}

/** One row of a market's bracket table; `floorNotional` ascends from 0. */
export interface BracketTerms {
  readonly floorNotional: Amount;
  readonly initialPpm: Ppm;
  readonly maintenancePpm: Ppm;
}

/** What `create_market` fixes and `update_market` may change. */
export interface MarketTerms {
  readonly brackets: readonly BracketTerms[];
  readonly makerFeePpm: Ppm;
  readonly takerFeePpm: Ppm;
  readonly liquidationFeePpm: Ppm;
  /** Orders may not be priced further than this through the reference price. 0 = no band. */
  readonly priceBandPpm: Ppm;
  /** Largest open interest, in size; 0 = no cap. */
  readonly openInterestCap: Size;
  /**
   * Open interest from which the initial rate rises, and at which it is 100 %; both 0 = not scaled.
   */
  readonly openInterestScaleFrom: Size;
  readonly openInterestScaleTo: Size;
  /** Smallest order; a close is never too small. */
  readonly minimumSize: Size;
  readonly minimumNotional: Amount;
  /**
   * Share of unrealised profit that counts for new risk, and its cap per position; cap 0 = none.
   */
  readonly profitWeightPpm: Ppm;
  readonly profitCap: Amount;
  readonly markSource: MarkSource;
  /** Whether orders may switch self-trade prevention off. */
  readonly selfTradeAllowed: boolean;
  readonly risk: RiskTerms;
}

export interface CreateMarket extends Common {
  readonly kind: 'create_market';
  readonly symbol: string;
  readonly marketKind: MarketKind;
  /** Asset numbers. The base of a perpetual is only a name: NO_ASSET. */
  readonly base: number;
  readonly quote: number;
  /**
   * Decimal strings of one unit, e.g. "0.1" and "0.00001"; `price × size × multiplier` is a whole
   * amount.
   */
  readonly priceUnit: string;
  readonly sizeUnit: string;
  /** Quote units per price unit × size unit, whole and ≥ 1: derived at the edge, checked here. */
  readonly multiplier: number;
  /** Base units per size unit, whole and ≥ 1 (spot); 0 for a perpetual. */
  readonly baseMultiplier: number;
  readonly tickSize: Price;
  readonly lotSize: Size;
  readonly terms: MarketTerms;
}

export interface UpdateMarket extends Common {
  readonly kind: 'update_market';
  readonly market: number;
  readonly terms: MarketTerms;
  /**
   * Margin rates reach their new values in this time, evenly, ms; 0 = at once, as everything else.
   */
  readonly rampMs: number;
  readonly operator: string;
  readonly reason: string;
}

export interface SetMarketStatus extends Common {
  readonly kind: 'set_market_status';
  readonly market: number;
  readonly status: MarketStatus;
  /** With `settled`: the price at which every position is closed; 0 when there is none. */
  readonly price: Price;
  readonly operator: string;
  readonly reason: string;
}

export interface CreateAccount extends Common {
  readonly kind: 'create_account';
  /** `^[A-Za-z0-9._:-]{1,36}$`, unique. */
  readonly name: string;
  /**
   * Owner group, same alphabet; '' = the account's own name. Orders of one group do not trade with
   * each other.
   */
  readonly owner: string;
}

export interface Deposit extends OfAccount {
  readonly kind: 'deposit';
  readonly asset: number;
  readonly amount: Amount;
}

export interface Withdraw extends OfAccount {
  readonly kind: 'withdraw';
  readonly asset: number;
  readonly amount: Amount;
}

export interface Transfer extends OfAccount {
  readonly kind: 'transfer';
  readonly to: number;
  readonly asset: number;
  readonly amount: Amount;
}

/** Operator's correction of a balance, either sign; counted with the deposits or withdrawals. */
export interface Adjust extends OfAccount {
  readonly kind: 'adjust';
  readonly asset: number;
  readonly amount: Amount;
  readonly operator: string;
  readonly reason: string;
}

export interface SetLeverage extends OfAccount {
  readonly kind: 'set_leverage';
  readonly market: number;
  /** Whole number, 1 … floor(10^6 ÷ first initial rate). */
  readonly leverage: number;
}

export interface SetMarginMode extends OfAccount {
  readonly kind: 'set_margin_mode';
  readonly market: number;
  readonly mode: MarginMode;
}

export interface PlaceOrder extends OfAccount {
  readonly kind: 'place_order';
  readonly market: number;
  readonly side: Side;
  readonly type: OrderType;
  /** Limit price; 0 for market types. */
  readonly price: Price;
  readonly size: Size;
  readonly timeInForce: TimeInForce;
  /** GTD only: the order is cancelled once the clock reaches it; 0 otherwise. */
  readonly expiresAt: number;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly selfTrade: SelfTradeMode;
  /** Stop and take-profit types only; 0 otherwise. */
  readonly triggerPrice: Price;
  readonly triggerBy: TriggerBy;
  /** Attached pair, by mark, reduce-only, at market: 0 = none. Not for stop types. */
  readonly takeProfit: Price;
  readonly stopLoss: Price;
  /** '' = none; unique among the account's open orders. */
  readonly clientOrderId: string;
}

export interface AmendOrder extends OfAccount {
  readonly kind: 'amend_order';
  /** The order's number, or 0 and its client order id. */
  readonly order: number;
  readonly clientOrderId: string;
  /** 0 = unchanged. */
  readonly price: Price;
  /** The new total size, filled part included; 0 = unchanged. */
  readonly size: Size;
}

export interface CancelOrder extends OfAccount {
  readonly kind: 'cancel_order';
  readonly order: number;
  readonly clientOrderId: string;
}

export interface CancelAll extends OfAccount {
  readonly kind: 'cancel_all';
  /** ANY_MARKET = every market. */
  readonly market: number;
  /** 0 = both sides. */
  readonly side: Side | 0;
}

export interface SetDeadMan extends OfAccount {
  readonly kind: 'set_dead_man';
  /**
   * After this many ms without another `set_dead_man` the account's orders are cancelled; 0 = off.
   */
  readonly timeoutMs: number;
}

/**
 * One change of an isolated position, at market; exactly the inputs its kind takes, the others 0.
 */
export interface EditPosition extends OfAccount {
  readonly kind: 'edit_position';
  readonly market: number;
  readonly edit: EditKind;
  /** open: the direction; others: 0, or the position's own side. */
  readonly side: Side | 0;
  /** open, increase: what is put up; add, remove: the amount. */
  readonly collateral: Amount;
  /** open, increase by collateral: whole number. */
  readonly leverage: number;
  /** open, increase by size; reduce. */
  readonly size: Size;
  /** Worst acceptable price; 0 = the price band. */
  readonly worstPrice: Price;
}

/** What one source says. */
export interface SourcePrice {
  /** Its number, 0 … INDEX_SOURCES_MAX − 1 of src/margin/limits.ts. */
  readonly source: number;
  readonly price: Price;
  /** When it said so, ms. */
  readonly at: number;
}

export interface UpdateIndex extends Common {
  readonly kind: 'update_index';
  readonly market: number;
  /** The index, or what the one source says; 0 with `sources`. */
  readonly price: Price;
  /** What several sources say: the index is made of them and of what others said before. */
  readonly sources?: readonly SourcePrice[];
  /** Only where the market's mark is given; 0 elsewhere. */
  readonly mark: Price;
}

/**
 * Funding of one interval at a given rate, where the mark is given too (tests, replay); elsewhere a
 * tick settles it. A repeated or older interval is a no-op.
 */
export interface SettleFunding extends Common {
  readonly kind: 'settle_funding';
  readonly market: number;
  /** Number of the interval, > 0. */
  readonly interval: number;
  /** Of the interval, 10^−12, either sign. */
  readonly rateE12: number;
}

/**
 * Time passes: expiries, dead-man switches, and whatever an earlier command left in the step queue.
 */
export interface Tick extends Common {
  readonly kind: 'tick';
}

export type Command =
  | CreateAsset
  | CreateMarket
  | UpdateMarket
  | SetMarketStatus
  | CreateAccount
  | Deposit
  | Withdraw
  | Transfer
  | Adjust
  | SetLeverage
  | SetMarginMode
  | PlaceOrder
  | AmendOrder
  | CancelOrder
  | CancelAll
  | SetDeadMan
  | EditPosition
  | UpdateIndex
  | SettleFunding
  | Tick;

export type CommandKind = Command['kind'];

/** The base asset of a perpetual. */
export const NO_ASSET = -1;
/** `cancel_all` in every market. */
export const ANY_MARKET = -1;

/** Accounts that exist from the start. They take no orders, deposits or withdrawals. */
export const ACCOUNT_FEES = 0;
export const ACCOUNT_ROUNDING = 1;
export const ACCOUNT_INSURANCE = 2;
export const SYSTEM_ACCOUNTS = ['fees', 'rounding', 'insurance'] as const;
