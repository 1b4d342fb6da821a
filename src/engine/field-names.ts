// The fields of commands that a refusal can name, by number. Numbers are never reused: a new field
// goes to the end.

/** Fields that `VALUE_INVALID` can name; its first parameter is a place in this list. */
export const FIELD_NAMES = [
  'kind',
  'time',
  'decimals',
  'weight',
  'liability_weight',
  'price',
  'market_kind',
  'side',
  'type',
  'size',
  'time_in_force',
  'expires_at',
  'self_trade',
  'trigger_price',
  'trigger_by',
  'take_profit',
  'stop_loss',
  'amount',
  'leverage',
  'mode',
  'timeout_ms',
  'edit',
  'collateral',
  'worst_price',
  'mark',
  'status',
  'tick_size',
  'lot_size',
  'settlement',
  'post_only',
  'client_order_id',
  'to',
  'operator',
  'reason',
  'reduce_only',
  'sources',
  'source',
  'source_time',
  'interval',
  'rate',
  'interest',
  'auto_convert_limit',
  'ramp_ms',
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** The number by which a refusal names a field. */
export const fieldNumber = (name: FieldName): number => FIELD_NAMES.indexOf(name);
