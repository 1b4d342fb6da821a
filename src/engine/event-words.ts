// The words of events that are codes in the log: why an order ended, why money moved, who took a
// liquidated position. Each list is in the order of its codes; readers find the word by the number.

/** Why an order ended unfilled, or in part. */
export const CANCEL_WHYS = [
  'requested',
  'unfilled_rest',
  'self_trade',
  'maker_margin',
  'reduce_only',
  'expired',
  'dead_man',
  'replaced',
  'amended_to_filled',
  'fill_limit',
  'position_closed',
  'sibling',
  'trigger_refused',
  'hold_not_covered',
  'market_status',
  'liquidation',
] as const;
export const WHY_REQUESTED = 0;
export const WHY_UNFILLED_REST = 1;
export const WHY_SELF_TRADE = 2;
export const WHY_MAKER_MARGIN = 3;
export const WHY_REDUCE_ONLY = 4;
export const WHY_EXPIRED = 5;
export const WHY_DEAD_MAN = 6;
export const WHY_REPLACED = 7;
export const WHY_AMENDED_TO_FILLED = 8;
export const WHY_FILL_LIMIT = 9;
export const WHY_POSITION_CLOSED = 10;
export const WHY_SIBLING = 11;
export const WHY_TRIGGER_REFUSED = 12;
export const WHY_HOLD_NOT_COVERED = 13;
export const WHY_MARKET_STATUS = 14;
export const WHY_LIQUIDATION = 15;

/** Why a balance moved. */
export const BALANCE_WHYS = [
  'trade',
  'deposit',
  'withdrawal',
  'transfer',
  'adjustment',
  'hold',
  'collateral',
  'liquidation',
  'insurance',
  'settlement',
] as const;
export const BALANCE_TRADE = 0;
export const BALANCE_DEPOSIT = 1;
export const BALANCE_WITHDRAWAL = 2;
export const BALANCE_TRANSFER = 3;
export const BALANCE_ADJUSTMENT = 4;
export const BALANCE_HOLD = 5;
export const BALANCE_COLLATERAL = 6;
export const BALANCE_LIQUIDATION = 7;
export const BALANCE_INSURANCE = 8;
export const BALANCE_SETTLEMENT = 9;

/**
 * Who took what a liquidation closed: the book, asked for a cure or for the whole, the insurance
 * fund, a counterparty at the bankruptcy price or at the mark.
 */
export const LIQUIDATION_BYS = ['cure', 'close', 'fund', 'counterparty', 'mark'] as const;
export const BY_CURE = 0;
export const BY_CLOSE = 1;
export const BY_FUND = 2;
export const BY_COUNTERPARTY = 3;
export const BY_MARK = 4;

/** Why the insurance fund's money moved. */
export const INSURANCE_WHYS = ['fee', 'takeover', 'deficit', 'collateral', 'interest'] as const;
export const FUND_FEE = 0;
export const FUND_TAKEOVER = 1;
export const FUND_DEFICIT = 2;
export const FUND_COLLATERAL = 3;
export const FUND_INTEREST = 4;
