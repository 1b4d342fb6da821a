// The refusal table: every way to be told no, in order of precedence, numbered for ever. A refusal
// is a value with the numbers that explain it; it has changed nothing. Generated from here:
// docs/reference/reasons.md, the problem codes of the API and the wording of the desk. Numbers are
// never reused or renumbered.

export * from './field-names.ts';

/**
 * How a parameter of a refusal is to be read: which unit its whole number counts; leverage counts
 * 0.00001×, a term rule is a place in TERM_RULES (term-rules.ts).
 */
export type ParamUnit =
  | 'amount'
  | 'price'
  | 'size'
  | 'integer'
  | 'time'
  | 'leverage'
  | 'field'
  | 'term_rule'
  | 'raw';

/** A row of the table. `text` names its parameters in braces. */
export interface ReasonRow {
  readonly code: string;
  readonly number: number;
  /** transient: the same command may be accepted later; final: it never will be as it stands. */
  readonly lasting: 'transient' | 'final';
  readonly text: string;
  readonly params: readonly (readonly [name: string, unit: ParamUnit])[];
}

const row = (
  number: number,
  code: string,
  lasting: 'transient' | 'final',
  text: string,
  ...params: (readonly [string, ParamUnit])[]
): ReasonRow => ({ code, number, lasting, text, params });

/** Accepted. */
export const OK = 0;

export const ID_INVALID = 100;
export const ID_REUSED = 101;
export const ID_TABLE_FULL = 102;
export const VALUE_INVALID = 110;
export const AMOUNT_OUT_OF_RANGE = 111;
export const SYMBOL_INVALID = 120;
export const ALREADY_EXISTS = 121;
export const ASSET_NOT_FOUND = 130;
export const MARKET_NOT_FOUND = 131;
export const ACCOUNT_NOT_FOUND = 132;
export const ORDER_NOT_FOUND = 133;
export const ACCOUNT_RESERVED = 134;
export const LIMIT_REACHED = 140;
export const MARKET_TERMS_INVALID = 150;
export const MULTIPLIER_NOT_WHOLE = 151;
export const MARKET_IN_USE = 152;
export const MARK_NOT_ACCEPTED = 153;
export const POSITION_NOT_FOUND = 200;
export const SIDE_WOULD_FLIP = 201;
export const BAD_COMBINATION = 202;
export const BELOW_MINIMUM = 210;
export const STEP_MISMATCH = 211;
export const MARKET_HALTED = 220;
export const MARKET_SETTLED = 221;
export const CANCEL_ONLY = 222;
export const CLOSE_ONLY = 223;
export const POST_ONLY_MARKET = 224;
export const IN_LIQUIDATION = 225;
export const NO_MARK_PRICE = 226;
export const LIQUIDATIONS_PENDING = 227;
export const EXPIRED = 230;
export const PRICE_BAND = 231;
export const TRIGGER_PASSED = 232;
export const SELF_TRADE_NOT_ALLOWED = 233;
export const DUPLICATE_CLIENT_ORDER_ID = 234;
export const OPEN_ORDERS_LIMIT = 235;
export const BOOK_FULL = 236;
export const POST_ONLY_WOULD_CROSS = 240;
export const FOK_NOT_FILLABLE = 241;
export const NOT_ENOUGH_LIQUIDITY = 242;
export const REDUCE_ONLY_REJECTED = 243;
export const MODE_NEEDS_FLAT = 250;
export const LEVERAGE_HAS_ORDERS = 251;
export const MODE_NOT_AVAILABLE = 252;
export const NO_DEPOSITS_FOR_ASSET = 300;
export const INSUFFICIENT_BALANCE = 301;
export const WITHDRAWAL_UNDERCOLLATERALISED = 302;
export const ABOVE_MAX_LEVERAGE = 310;
export const OPEN_INTEREST_CAP = 311;
export const ACCOUNT_LIMIT = 312;
export const OWNER_LIMIT = 313;
export const WOULD_BANKRUPT = 320;
export const WOULD_BE_LIQUIDATED = 321;
export const INSUFFICIENT_MARGIN = 330;
export const BELOW_INITIAL_MARGIN = 331;
export const REMAINDER_TOO_SMALL = 340;

/** Every refusal, in order of precedence. */
export const REASONS: readonly ReasonRow[] = [
  row(ID_INVALID, 'ID_INVALID', 'final', 'The command id must be 1 to 36 of A-Z a-z 0-9 . _ : -'),
  row(
    ID_REUSED,
    'ID_REUSED',
    'final',
    'This id was used for another command (sequence {sequence}). Choose a new id.',
    ['sequence', 'integer'],
  ),
  row(
    ID_TABLE_FULL,
    'ID_TABLE_FULL',
    'transient',
    'The table of command ids is full ({limit}). Send the command without an id, or raise the limit.',
    ['limit', 'integer'],
  ),
  row(
    VALUE_INVALID,
    'VALUE_INVALID',
    'final',
    'Field {field} has a value that is not allowed here: {value}.',
    ['field', 'field'],
    ['value', 'raw'],
  ),
  row(
    AMOUNT_OUT_OF_RANGE,
    'AMOUNT_OUT_OF_RANGE',
    'final',
    'The amounts would pass what is counted exactly: {value}, the limit is {limit}. Lower the size.',
    ['value', 'raw'],
    ['limit', 'raw'],
  ),
  row(
    SYMBOL_INVALID,
    'SYMBOL_INVALID',
    'final',
    'A symbol is 2 to 15 of A-Z 0-9, a market may add one / or - and a second part; names are 1 to 36 of A-Z a-z 0-9 . _ : -',
  ),
  row(ALREADY_EXISTS, 'ALREADY_EXISTS', 'final', 'It already exists as number {number}.', [
    'number',
    'integer',
  ]),
  row(ASSET_NOT_FOUND, 'ASSET_NOT_FOUND', 'final', 'There is no such asset.'),
  row(MARKET_NOT_FOUND, 'MARKET_NOT_FOUND', 'final', 'There is no such market.'),
  row(ACCOUNT_NOT_FOUND, 'ACCOUNT_NOT_FOUND', 'final', 'Account not found.'),
  row(ORDER_NOT_FOUND, 'ORDER_NOT_FOUND', 'final', 'This account has no such open order.'),
  row(
    ACCOUNT_RESERVED,
    'ACCOUNT_RESERVED',
    'final',
    'This account belongs to the system and takes no such command.',
  ),
  row(LIMIT_REACHED, 'LIMIT_REACHED', 'final', 'The configured limit of {limit} is reached.', [
    'limit',
    'integer',
  ]),
  row(
    MARKET_TERMS_INVALID,
    'MARKET_TERMS_INVALID',
    'final',
    'The market terms are not valid: rule {rule} at bracket {bracket}.',
    ['rule', 'term_rule'],
    ['bracket', 'integer'],
  ),
  row(
    MULTIPLIER_NOT_WHOLE,
    'MULTIPLIER_NOT_WHOLE',
    'final',
    'Price unit × size unit must be a whole number of quote units. Choose finer units for the asset.',
  ),
  row(
    MARKET_IN_USE,
    'MARKET_IN_USE',
    'transient',
    'The market has {orders} open orders and {positions} open positions. They must be gone first.',
    ['orders', 'integer'],
    ['positions', 'integer'],
  ),
  row(
    MARK_NOT_ACCEPTED,
    'MARK_NOT_ACCEPTED',
    'final',
    'This market computes its mark. Leave the mark out.',
  ),
  row(
    POSITION_NOT_FOUND,
    'POSITION_NOT_FOUND',
    'transient',
    'There is no open position in this market.',
  ),
  row(
    SIDE_WOULD_FLIP,
    'SIDE_WOULD_FLIP',
    'final',
    'The position has size {size}. Close it and open the other side.',
    ['size', 'size'],
  ),
  row(
    BAD_COMBINATION,
    'BAD_COMBINATION',
    'final',
    'Give either collateral and leverage, or a size.',
  ),
  row(
    BELOW_MINIMUM,
    'BELOW_MINIMUM',
    'final',
    'The smallest order here is {minimum}, worth at least {notional}.',
    ['minimum', 'size'],
    ['notional', 'amount'],
  ),
  row(
    STEP_MISMATCH,
    'STEP_MISMATCH',
    'final',
    'Prices move in steps of {tick}, sizes in steps of {lot}.',
    ['tick', 'price'],
    ['lot', 'size'],
  ),
  row(
    MARKET_HALTED,
    'MARKET_HALTED',
    'transient',
    'Trading is halted in this market. You can still add collateral.',
  ),
  row(MARKET_SETTLED, 'MARKET_SETTLED', 'final', 'This market is settled.'),
  row(CANCEL_ONLY, 'CANCEL_ONLY', 'transient', 'This market accepts only cancels.'),
  row(
    CLOSE_ONLY,
    'CLOSE_ONLY',
    'transient',
    'This market accepts only orders that reduce positions.',
  ),
  row(
    POST_ONLY_MARKET,
    'POST_ONLY_MARKET',
    'transient',
    'This market accepts only post-only orders.',
  ),
  row(
    IN_LIQUIDATION,
    'IN_LIQUIDATION',
    'transient',
    'This account is being liquidated. Only deposits are accepted.',
  ),
  row(NO_MARK_PRICE, 'NO_MARK_PRICE', 'transient', 'The market has no mark price yet.'),
  row(
    LIQUIDATIONS_PENDING,
    'LIQUIDATIONS_PENDING',
    'transient',
    'Liquidations wait, or a price is not known, where this account has a position, or of the collateral that would back what stays: try again in a moment.',
  ),
  row(
    EXPIRED,
    'EXPIRED',
    'final',
    'The expiry {expires} is not after the clock {now}.',
    ['expires', 'time'],
    ['now', 'time'],
  ),
  row(
    PRICE_BAND,
    'PRICE_BAND',
    'transient',
    'The price is beyond the band: {bound} is the furthest now.',
    ['bound', 'price'],
  ),
  row(
    TRIGGER_PASSED,
    'TRIGGER_PASSED',
    'transient',
    'The trigger {trigger} is already passed by {price}.',
    ['trigger', 'price'],
    ['price', 'price'],
  ),
  row(
    SELF_TRADE_NOT_ALLOWED,
    'SELF_TRADE_NOT_ALLOWED',
    'final',
    'This market does not let orders switch self-trade prevention off.',
  ),
  row(
    DUPLICATE_CLIENT_ORDER_ID,
    'DUPLICATE_CLIENT_ORDER_ID',
    'transient',
    'Open order {order} has this client order id.',
    ['order', 'integer'],
  ),
  row(
    OPEN_ORDERS_LIMIT,
    'OPEN_ORDERS_LIMIT',
    'transient',
    'The account has {open} open orders in this market; the limit is {limit}.',
    ['open', 'integer'],
    ['limit', 'integer'],
  ),
  row(
    BOOK_FULL,
    'BOOK_FULL',
    'transient',
    'The book has no room for another order or price level (limit {limit}).',
    ['limit', 'integer'],
  ),
  row(
    POST_ONLY_WOULD_CROSS,
    'POST_ONLY_WOULD_CROSS',
    'transient',
    'A post-only order at this price would trade at {best}.',
    ['best', 'price'],
  ),
  row(
    FOK_NOT_FILLABLE,
    'FOK_NOT_FILLABLE',
    'transient',
    'Only {fillable} of {size} can be filled now.',
    ['fillable', 'size'],
    ['size', 'size'],
  ),
  row(
    NOT_ENOUGH_LIQUIDITY,
    'NOT_ENOUGH_LIQUIDITY',
    'transient',
    'Only {fillable} can be filled within {bound}. Lower the size or place a limit order.',
    ['fillable', 'size'],
    ['bound', 'price'],
  ),
  row(
    REDUCE_ONLY_REJECTED,
    'REDUCE_ONLY_REJECTED',
    'transient',
    'A reduce-only order needs a position on the other side; the position is {size}.',
    ['size', 'size'],
  ),
  row(
    MODE_NEEDS_FLAT,
    'MODE_NEEDS_FLAT',
    'transient',
    'The margin mode changes only without a position ({size}) and without open orders ({orders}).',
    ['size', 'size'],
    ['orders', 'integer'],
  ),
  row(
    LEVERAGE_HAS_ORDERS,
    'LEVERAGE_HAS_ORDERS',
    'transient',
    'Cancel the {orders} open orders of this isolated position first.',
    ['orders', 'integer'],
  ),
  row(
    MODE_NOT_AVAILABLE,
    'MODE_NOT_AVAILABLE',
    'final',
    'This market does not offer that margin mode.',
  ),
  row(NO_DEPOSITS_FOR_ASSET, 'NO_DEPOSITS_FOR_ASSET', 'transient', 'No deposits for this asset.'),
  row(
    INSUFFICIENT_BALANCE,
    'INSUFFICIENT_BALANCE',
    'transient',
    'Insufficient balance: need {required}, have {available}.',
    ['required', 'amount'],
    ['available', 'amount'],
  ),
  row(
    WITHDRAWAL_UNDERCOLLATERALISED,
    'WITHDRAWAL_UNDERCOLLATERALISED',
    'transient',
    'Withdrawal would cause undercollateralisation: {equity} would back positions and orders that require {required}.',
    ['equity', 'amount'],
    ['required', 'amount'],
  ),
  row(
    ABOVE_MAX_LEVERAGE,
    'ABOVE_MAX_LEVERAGE',
    'transient',
    'That would be {leverage}. The limit at this size is {max}.',
    ['leverage', 'leverage'],
    ['max', 'leverage'],
  ),
  row(
    OPEN_INTEREST_CAP,
    'OPEN_INTEREST_CAP',
    'transient',
    'Open interest would be {interest}; the cap is {cap}.',
    ['interest', 'size'],
    ['cap', 'size'],
  ),
  row(
    ACCOUNT_LIMIT,
    'ACCOUNT_LIMIT',
    'transient',
    'Position and orders would come to {exposure}, above the limit {limit} of an account here.',
    ['exposure', 'size'],
    ['limit', 'size'],
  ),
  row(
    OWNER_LIMIT,
    'OWNER_LIMIT',
    'transient',
    'All accounts of this owner would come to {exposure}, above the limit {limit} here.',
    ['exposure', 'size'],
    ['limit', 'size'],
  ),
  row(
    WOULD_BANKRUPT,
    'WOULD_BANKRUPT',
    'transient',
    'The fills would leave {equity}, below zero. Use a limit price of {worst} or better.',
    ['equity', 'amount'],
    ['worst', 'price'],
  ),
  row(
    WOULD_BE_LIQUIDATED,
    'WOULD_BE_LIQUIDATED',
    'transient',
    'The position would be liquidated at once: {equity} would back a maintenance margin of {required}.',
    ['equity', 'amount'],
    ['required', 'amount'],
  ),
  row(
    INSUFFICIENT_MARGIN,
    'INSUFFICIENT_MARGIN',
    'transient',
    'Insufficient margin: {required} is required and {equity} would back it.',
    ['equity', 'amount'],
    ['required', 'amount'],
  ),
  row(
    BELOW_INITIAL_MARGIN,
    'BELOW_INITIAL_MARGIN',
    'transient',
    'After this, {equity} would back the position and {required} is required. You can remove up to {max}.',
    ['equity', 'amount'],
    ['required', 'amount'],
    ['max', 'amount'],
  ),
  row(
    REMAINDER_TOO_SMALL,
    'REMAINDER_TOO_SMALL',
    'transient',
    '{rest} would remain; the smallest position is {minimum}. Reduce by less or close the position.',
    ['rest', 'size'],
    ['minimum', 'size'],
  ),
];

const byNumber = new Map(REASONS.map((reason) => [reason.number, reason]));

/** The row of a refusal number. @throws when there is none: refusals are made from this table. */
export function reasonRow(number: number): ReasonRow {
  const found = byNumber.get(number);
  if (found === undefined) throw new Error(`Invariant: no refusal has number ${number}`);
  return found;
}

/** A refusal with its numbers, in the order of the row's `params`. */
export class Refusal {
  reason = OK;
  readonly params: [number, number, number] = [0, 0, 0];

  /**
   * Sets the refusal and returns its number, so that a check reads `return refusal.because(X, a,
   * b)`.
   */
  because(reason: number, first = 0, second = 0, third = 0): number {
    this.reason = reason;
    this.params[0] = first;
    this.params[1] = second;
    this.params[2] = third;
    return reason;
  }
}
