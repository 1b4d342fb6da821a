// The fields of an event as a table, in the order in which they are written.

import { fieldOf } from '../src/cli/engine/event-text.ts';
import type { EventRow } from '../src/engine/event.ts';
import { table } from './generate-reference-markdown.ts';

const POSITION_FIGURES: readonly (readonly [string, string])[] = [
  ['entry_price', 'price: cost per size, rounded to the price unit, for display'],
  [
    'liquidation_price',
    'price, after the last change of the position in an answer; not in previews',
  ],
  [
    'margin_ratio',
    'decimal string 0 to 100: 100 · (1 − maintenance ÷ equity); as `liquidation_price`',
  ],
];

const FLAGS: readonly (readonly [string, string])[] = [
  ['post_only', 'boolean'],
  ['reduce_only', 'boolean'],
  ['attached', 'boolean: one of a take-profit and stop-loss pair'],
  ['client_order_id', 'string; `null` for none'],
];

/** The fields that are written, with their units. */
export function eventFields(row: EventRow): string {
  const rows = row.fields.flatMap(([name, unit]): (readonly [string, string])[] => {
    if (unit === 'internal') return [];
    if (unit === 'flags') return [...FLAGS];
    const field = fieldOf(row, name, unit);
    return [[field.name, field.unit.replaceAll('_', ' ')]];
  });
  const more = row.name === 'position_changed' ? POSITION_FIGURES : [];
  return table(
    ['Field', 'Unit'],
    [...rows, ...more].map(([name, unit]) => [`\`${name}\``, unit]),
  );
}
