// How each unit of an event or of a refusal is written, in words. The compiler holds both lists
// against the code.

import type { EventUnit } from '../src/cli/engine/event-text.ts';
import {
  IMPOSITIONS,
  MARGIN_MODES,
  ORDER_TYPES,
  SELF_TRADE_MODES,
  MARKET_STATUSES,
  TIMES_IN_FORCE,
  TRIGGERS_BY,
} from '../src/contract/words.ts';
import { BALANCE_WHYS, CANCEL_WHYS, INSURANCE_WHYS, LIQUIDATION_BYS } from '../src/engine/event.ts';
import type { ParamUnit } from '../src/engine/reason.ts';

const words = (list: readonly string[]): string => list.map((word) => `\`"${word}"\``).join(', ');

export const EVENT_UNITS: Readonly<Record<EventUnit, string>> = {
  order: 'string, the number of an order; `null` for none',
  account: 'string, the name of an account; `null` for none',
  market: 'string, the symbol of a market; `null` for none, or for a whole account',
  asset: 'string, the symbol of an asset',
  side: words(['buy', 'sell']),
  price: 'decimal string, in steps of the market’s price unit; `null` for none',
  size: 'decimal string, in steps of the market’s size unit; a position’s is negative when short',
  quote: 'decimal string in the market’s quote asset; of a whole account in the settlement asset',
  hold: 'decimal string in the market’s quote asset, or its base where a spot sell holds it',
  amount: 'decimal string in the event’s asset',
  owner: 'string, the name of an owner',
  settlement: 'decimal string in the settlement asset; `null` for none',
  worth: 'decimal string in the settlement asset',
  integer: 'JSON number',
  time: 'JSON number, milliseconds since 1970 (UTC); `null` for none',
  order_type: words(ORDER_TYPES),
  time_in_force: words(TIMES_IN_FORCE),
  self_trade: words(SELF_TRADE_MODES),
  trigger_by: words(TRIGGERS_BY),
  status: words(MARKET_STATUSES),
  mode: words(MARGIN_MODES),
  cancel_why: words(CANCEL_WHYS),
  balance_why: words(BALANCE_WHYS),
  reason: 'string, the code of a refusal; `null` for none',
  boolean: '`true` or `false`',
  flags: 'as `post_only`, `reduce_only`, `attached` and `client_order_id`',
  rate: 'decimal string, a fraction in steps of 0.000000000001',
  liquidation_by: words(LIQUIDATION_BYS),
  insurance_why: words(INSURANCE_WHYS),
  imposed: `array of ${words(IMPOSITIONS)}; empty when nothing is`,
  internal: 'not written',
};

export const PARAM_UNITS: Readonly<
  Record<ParamUnit, { readonly name: string; readonly text: string }>
> = {
  amount: {
    name: 'amount',
    text:
      'decimal string: in the asset of the command, or in the market’s quote asset, or in its base where a spot ' +
      'sell lacks it; what backs or is required by positions is in the settlement asset',
  },
  price: {
    name: 'price',
    text: 'decimal string, in steps of the market’s price unit; `null` for none',
  },
  size: { name: 'size', text: 'decimal string, in steps of the market’s size unit' },
  integer: { name: 'number', text: 'JSON number; the number of an order is a string' },
  time: { name: 'time', text: 'JSON number, milliseconds since 1970 (UTC)' },
  leverage: { name: 'leverage', text: 'JSON number: 10 is ten times' },
  field: { name: 'field', text: 'string, a field of the command' },
  term_rule: { name: 'rule', text: 'string, a rule of market terms as below' },
  raw: { name: 'value', text: 'as the field is written' },
};
