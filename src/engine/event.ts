// What happened, as numbers. The plan of a step is this log: `plan` appends events that hold the
// absolute values after the change, `commit` is a fold over them, and a preview is a plan that
// nobody commits. One table below says what every field of every event means; the digest, the
// reference page and the JSON form all follow it.

/**
 * How a field of an event is to be read. `quote` counts the market's quote asset, `amount` the
 * event's asset; `hold` is quote, or base for a spot sell; `reason` is a refusal's number, 0 =
 * none; `internal` is not shown.
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

/** Bits of an order's `flags`. */
export const FLAG_POST_ONLY = 1;
export const FLAG_REDUCE_ONLY = 2;
/** One of a take-profit and stop-loss pair: sized with the position, gone with it. */
export const FLAG_ATTACHED = 4;
/** The order carries a client order id. */
export const FLAG_CLIENT_ID = 8;

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

/** Why a balance moved. */
export const BALANCE_WHYS = [
  'trade',
  'deposit',
  'withdrawal',
  'transfer',
  'adjustment',
  'hold',
  'collateral',
] as const;
export const BALANCE_TRADE = 0;
export const BALANCE_DEPOSIT = 1;
export const BALANCE_WITHDRAWAL = 2;
export const BALANCE_TRANSFER = 3;
export const BALANCE_ADJUSTMENT = 4;
export const BALANCE_HOLD = 5;
export const BALANCE_COLLATERAL = 6;

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
);
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

/** Every event by kind. */
export const EVENTS: readonly (EventRow | undefined)[] = rows;

/** Values per event by kind, the kind itself included; 0 for a number that is no kind. */
export const EVENT_WIDTHS: Int32Array = Int32Array.from({ length: 32 }, (_, kind) => {
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
