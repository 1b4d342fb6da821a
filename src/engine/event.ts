// What happened, as numbers. The plan of a step is this log: `plan` appends events that hold the
// absolute values after the change, `commit` is a fold over them, and a preview is a plan that
// nobody commits. One table below says what every field of every event means; the digest, the
// reference page and the JSON form all follow it.

export * from './event-words.ts';

/**
 * How a field of an event is to be read. `quote` counts the market's quote asset, `amount` the
 * event's asset; `hold` is quote, or base for a spot sell; `reason` is a refusal's number, 0 =
 * none; `rate` counts 10^−12; `internal` is not shown.
 */
export type FieldUnit =
  | 'order'
  | 'account'
  | 'market'
  | 'asset'
  | 'side'
  | 'price'
  | 'size'
  | 'quote'
  | 'amount'
  | 'integer'
  | 'time'
  | 'order_type'
  | 'time_in_force'
  | 'self_trade'
  | 'trigger_by'
  | 'status'
  | 'mode'
  | 'flags'
  | 'cancel_why'
  | 'balance_why'
  | 'boolean'
  | 'hold'
  | 'reason'
  | 'rate'
  | 'liquidation_by'
  | 'insurance_why'
  | 'imposed'
  | 'internal';

/** An event's layout: its name and its fields, which follow the kind in the log. */
export interface EventRow {
  readonly name: string;
  readonly fields: readonly (readonly [name: string, unit: FieldUnit])[];
}

export const ORDER_ACCEPTED = 1;
export const ORDER_FILLED = 2;
export const ORDER_AMENDED = 3;
export const ORDER_CANCELLED = 4;
export const ORDER_TRIGGERED = 5;
export const ORDER_HOLD_CHANGED = 6;
export const POSITION_CHANGED = 7;
export const BALANCE_CHANGED = 8;
export const MARK_CHANGED = 9;
export const ASSET_CREATED = 10;
export const MARKET_CREATED = 11;
export const MARKET_CHANGED = 12;
export const ACCOUNT_CREATED = 13;
export const LEVERAGE_CHANGED = 14;
export const DEAD_MAN_CHANGED = 15;
export const ATTACHED_CHANGED = 16;
export const FEES_CHANGED = 17;
export const ASSET_PRICED = 18;
export const FUNDING_SETTLED = 19;
export const FUNDING_PAID = 20;
export const INTEREST_ACCRUED = 21;
export const INTEREST_CHARGED = 22;
export const LIQUIDATION_STARTED = 23;
export const LIQUIDATION_STAGE = 24;
export const LIQUIDATION_BALANCE = 25;
export const LIQUIDATION_POSITION = 26;
export const LIQUIDATED = 27;
export const LIQUIDATION_ENDED = 28;
export const DELEVERAGED = 29;
export const INSURANCE_CHANGED = 30;
export const MARKET_IMPOSED = 31;
export const INDEX_SOURCE = 32;
export const MARKET_SAMPLED = 33;
export const INTEREST_SWEPT = 34;
export const MARKET_RAMPED = 35;
export const MARGIN_CALLED = 36;
export const MARGIN_CALL_ENDED = 37;

/** Bits of an order's `flags`. */
export const FLAG_POST_ONLY = 1;
export const FLAG_REDUCE_ONLY = 2;
/** One of a take-profit and stop-loss pair: sized with the position, gone with it. */
export const FLAG_ATTACHED = 4;
/** The order carries a client order id. */
export const FLAG_CLIENT_ID = 8;

const rows: (EventRow | undefined)[] = [];
const define = (kind: number, name: string, ...fields: (readonly [string, FieldUnit])[]): void => {
  rows[kind] = { name, fields };
};

define(
  ORDER_ACCEPTED,
  'order_accepted',
  ['order', 'order'],
  ['account', 'account'],
  ['market', 'market'],
  ['side', 'side'],
  ['type', 'order_type'],
  ['price', 'price'],
  ['size', 'size'],
  ['time_in_force', 'time_in_force'],
  ['expires_at', 'time'],
  ['flags', 'flags'],
  ['self_trade', 'self_trade'],
  ['trigger_price', 'price'],
  ['trigger_by', 'trigger_by'],
  ['take_profit', 'price'],
  ['stop_loss', 'price'],
  ['resting', 'size'],
  ['hold', 'hold'],
  ['opening', 'internal'],
);
define(
  ORDER_FILLED,
  'order_filled',
  ['maker_order', 'order'],
  ['taker_order', 'order'],
  ['maker', 'account'],
  ['taker', 'account'],
  ['market', 'market'],
  ['taker_side', 'side'],
  ['price', 'price'],
  ['size', 'size'],
  ['maker_fee', 'quote'],
  ['taker_fee', 'quote'],
  ['maker_open', 'size'],
  ['maker_hold', 'internal'],
  ['maker_slot', 'internal'],
);
define(
  ORDER_AMENDED,
  'order_amended',
  ['order', 'order'],
  ['account', 'account'],
  ['market', 'market'],
  ['price', 'price'],
  ['size', 'size'],
  ['resting', 'size'],
  ['hold', 'hold'],
  ['kept_place', 'boolean'],
  ['opening', 'internal'],
  ['slot', 'internal'],
);
define(
  ORDER_CANCELLED,
  'order_cancelled',
  ['order', 'order'],
  ['account', 'account'],
  ['market', 'market'],
  ['why', 'cancel_why'],
  ['unfilled', 'size'],
  ['refusal', 'reason'],
  ['slot', 'internal'],
);
define(
  ORDER_TRIGGERED,
  'order_triggered',
  ['order', 'order'],
  ['account', 'account'],
  ['market', 'market'],
  ['trigger_price', 'price'],
  ['price', 'price'],
  ['resting', 'size'],
  ['hold', 'hold'],
  ['opening', 'internal'],
  ['slot', 'internal'],
  ['size', 'size'],
);
define(
  ORDER_HOLD_CHANGED,
  'order_hold_changed',
  ['order', 'order'],
  ['account', 'account'],
  ['market', 'market'],
  ['hold', 'hold'],
  ['opening', 'internal'],
  ['slot', 'internal'],
);
define(
  POSITION_CHANGED,
  'position_changed',
  ['account', 'account'],
  ['market', 'market'],
  ['size_before', 'size'],
  ['cost_before', 'quote'],
  ['collateral_before', 'quote'],
  ['size', 'size'],
  ['cost', 'quote'],
  ['collateral', 'quote'],
  ['realised', 'quote'],
);
define(
  BALANCE_CHANGED,
  'balance_changed',
  ['account', 'account'],
  ['asset', 'asset'],
  ['why', 'balance_why'],
  ['change', 'amount'],
  ['held_change', 'amount'],
  ['free', 'amount'],
  ['held', 'amount'],
);
define(
  MARK_CHANGED,
  'mark_changed',
  ['market', 'market'],
  ['index', 'price'],
  ['mark', 'price'],
  ['mark_before', 'price'],
);
define(ASSET_CREATED, 'asset_created', ['asset', 'asset']);
define(ASSET_PRICED, 'asset_priced', ['asset', 'asset'], ['price', 'integer']);
define(MARKET_CREATED, 'market_created', ['market', 'market']);
define(
  MARKET_CHANGED,
  'market_changed',
  ['market', 'market'],
  ['status', 'status'],
  ['terms', 'boolean'],
  ['ramp_until', 'time'],
);
define(MARKET_RAMPED, 'market_ramped', ['market', 'market'], ['at', 'time']);
define(ACCOUNT_CREATED, 'account_created', ['account', 'account'], ['group', 'integer']);
define(
  LEVERAGE_CHANGED,
  'leverage_changed',
  ['account', 'account'],
  ['market', 'market'],
  ['leverage', 'integer'],
  ['mode', 'mode'],
);
define(DEAD_MAN_CHANGED, 'dead_man_changed', ['account', 'account'], ['deadline', 'time']);
define(
  ATTACHED_CHANGED,
  'attached_changed',
  ['account', 'account'],
  ['market', 'market'],
  ['take_profit_order', 'order'],
  ['stop_loss_order', 'order'],
);
define(FEES_CHANGED, 'fees_changed', ['asset', 'asset'], ['change', 'amount']);

define(
  FUNDING_SETTLED,
  'funding_settled',
  ['market', 'market'],
  ['interval', 'integer'],
  ['rate', 'rate'],
  ['mark', 'price'],
  ['missed', 'integer'],
  ['index_whole', 'internal'],
  ['index_rest', 'internal'],
);
define(
  FUNDING_PAID,
  'funding_paid',
  ['account', 'account'],
  ['market', 'market'],
  ['size', 'size'],
  ['amount', 'quote'],
  ['free', 'quote'],
  ['collateral', 'quote'],
);
define(
  INTEREST_ACCRUED,
  'interest_accrued',
  ['asset', 'asset'],
  ['hour', 'integer'],
  ['index', 'rate'],
);
define(
  INTEREST_CHARGED,
  'interest_charged',
  ['account', 'account'],
  ['asset', 'asset'],
  ['amount', 'amount'],
  ['free', 'amount'],
);
// A liquidation's steps carry everything that its decision was made from, so that it can be made
// again outside: LIQUIDATION_BALANCE and LIQUIDATION_POSITION lines, then what was done. What
// `waits` counts at its last price and stays. LIQUIDATION_ENDED below maintenance: only that is
// left.
define(
  LIQUIDATION_STARTED,
  'liquidation_started',
  ['account', 'account'],
  ['market', 'market'],
  ['equity', 'quote'],
  ['maintenance', 'quote'],
);
define(
  LIQUIDATION_STAGE,
  'liquidation_stage',
  ['account', 'account'],
  ['market', 'market'],
  ['stage', 'integer'],
);
define(
  LIQUIDATION_BALANCE,
  'liquidation_balance',
  ['account', 'account'],
  ['asset', 'asset'],
  ['free', 'amount'],
  ['value', 'integer'],
  ['price', 'integer'],
  ['waits', 'boolean'],
);
define(
  LIQUIDATION_POSITION,
  'liquidation_position',
  ['account', 'account'],
  ['market', 'market'],
  ['size', 'size'],
  ['cost', 'quote'],
  ['collateral', 'quote'],
  ['funding', 'quote'],
  ['mark', 'price'],
  ['index', 'price'],
  ['index_age', 'integer'],
  ['maintenance', 'quote'],
  ['waits', 'boolean'],
);
define(
  LIQUIDATED,
  'liquidated',
  ['receipt', 'integer'],
  ['account', 'account'],
  ['market', 'market'],
  ['by', 'liquidation_by'],
  ['counterparty', 'account'],
  ['size', 'size'],
  ['closed', 'size'],
  ['asked', 'size'],
  ['limit_price', 'price'],
  ['bankruptcy_price', 'price'],
  ['liquidation_price', 'price'],
  ['value', 'quote'],
  ['fee', 'quote'],
  ['shortfall', 'quote'],
  ['equity_before', 'quote'],
  ['maintenance_before', 'quote'],
  ['equity', 'quote'],
  ['maintenance', 'quote'],
  ['deficit_market', 'market'],
);
define(
  LIQUIDATION_ENDED,
  'liquidation_ended',
  ['account', 'account'],
  ['market', 'market'],
  ['equity', 'quote'],
  ['maintenance', 'quote'],
);
define(
  DELEVERAGED,
  'deleveraged',
  ['account', 'account'],
  ['market', 'market'],
  ['side', 'side'],
  ['size', 'size'],
  ['price', 'price'],
  ['liquidated', 'account'],
);
define(
  INSURANCE_CHANGED,
  'insurance_changed',
  ['asset', 'asset'],
  ['why', 'insurance_why'],
  ['change', 'amount'],
  ['balance', 'amount'],
);
define(MARKET_IMPOSED, 'market_imposed', ['market', 'market'], ['imposed', 'imposed']);
define(
  MARGIN_CALLED,
  'margin_called',
  ['account', 'account'],
  ['market', 'market'],
  ['equity', 'quote'],
  ['maintenance', 'quote'],
);
define(
  MARGIN_CALL_ENDED,
  'margin_call_ended',
  ['account', 'account'],
  ['market', 'market'],
  ['equity', 'quote'],
  ['maintenance', 'quote'],
);
define(INTEREST_SWEPT, 'interest_swept', ['asset', 'asset'], ['amount', 'amount']);
define(
  INDEX_SOURCE,
  'index_source',
  ['market', 'market'],
  ['source', 'integer'],
  ['price', 'price'],
  ['at', 'time'],
);
define(
  MARKET_SAMPLED,
  'market_sampled',
  ['market', 'market'],
  ['premium_sum', 'rate'],
  ['samples', 'integer'],
  ['sampled_at', 'time'],
  ['ema', 'internal'],
);

/** Every event by kind. */
export const EVENTS: readonly (EventRow | undefined)[] = rows;

/** Values per event by kind, the kind itself included; 0 for a number that is no kind. */
export const EVENT_WIDTHS: Int32Array = Int32Array.from({ length: 64 }, (_, kind) => {
  const event = rows[kind];
  return event === undefined ? 0 : event.fields.length + 1;
});

const WIDTH_MAX = 20;
const CAPACITY_FIRST = 4_096;

/**
 * The reused buffer of one step, or of all steps of one command. Events lie one behind the other,
 * each as its kind and then its fields in the order of the table. `data` is replaced when it grows:
 * never keep a reference to it.
 */
export class EventLog {
  data = new Float64Array(CAPACITY_FIRST);
  /** The same bytes as 32-bit words, for the digest. */
  words = new Uint32Array(this.data.buffer);
  length = 0;
  count = 0;

  clear(): void {
    this.length = 0;
    this.count = 0;
  }

  /** Takes back what was written since the log had this length and this many events. */
  rewind(length: number, count: number): void {
    this.length = length;
    this.count = count;
  }

  /** Begins an event and returns the offset of its first field; the caller writes every field. */
  begin(kind: number): number {
    const at = this.length;
    if (at + WIDTH_MAX > this.data.length) this.grow();
    this.data[at] = kind;
    this.length = at + EVENT_WIDTHS[kind]!;
    this.count += 1;
    return at + 1;
  }

  private grow(): void {
    const larger = new Float64Array(this.data.length * 2);
    larger.set(this.data);
    this.data = larger;
    this.words = new Uint32Array(larger.buffer);
  }
}
