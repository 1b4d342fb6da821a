// What a command answered, kept: the engine reuses its own. Events get their fields by name, fills
// and cancels a line each that a test can compare at a glance.

import type { Engine } from '../engine/engine.ts';
import { CANCEL_WHYS, EVENTS, EVENT_WIDTHS } from '../engine/event.ts';
import { OK, reasonRow } from '../engine/reason.ts';

/** An event with its fields by name. */
export interface EventFields {
  readonly name: string;
  readonly [field: string]: number | string;
}

/** What one command answered, kept. */
export interface Answer {
  /** `OK`, or the refusal's code and its numbers, in one line. */
  readonly said: string;
  readonly created: number;
  readonly sequence: number;
  readonly time: number;
  readonly repeated: boolean;
  readonly taken: boolean;
  readonly events: readonly EventFields[];
  /** Per fill: `maker order: size @ price`. */
  readonly fills: readonly string[];
  /** Per cancelled order: `order why unfilled`, and the refusal's code where there is one. */
  readonly cancels: readonly string[];
}

/** Copies an outcome and the engine's events, which the next command overwrites. */
export function keep(engine: Engine, outcome: ReturnType<Engine['execute']>): Answer {
  const events: EventFields[] = [];
  const { data, length } = engine.events;
  for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) {
    const row = EVENTS[data[at]];
    if (row === undefined) throw new Error(`no event ${data[at]}`);
    events.push({
      name: row.name,
      ...Object.fromEntries(row.fields.map(([field], i) => [field, data[at + 1 + i]])),
    });
  }
  const { reason, params, created, sequence, time, repeated, taken } = outcome;
  const row = reason === OK ? undefined : reasonRow(reason);
  const said =
    row === undefined ? 'OK' : [row.code, ...params.slice(0, row.params.length)].join(' ');
  const filled = events.filter(({ name }) => name === 'order_filled');
  const cancelled = events.filter(({ name }) => name === 'order_cancelled');
  return {
    said,
    created,
    sequence,
    time,
    repeated,
    taken,
    events,
    fills: filled.map((event) => `${event['maker_order']}: ${event['size']} @ ${event['price']}`),
    cancels: cancelled.map((event) => {
      const code = event['refusal'] === 0 ? '' : ` ${reasonRow(Number(event['refusal'])).code}`;
      return `${event['order']} ${CANCEL_WHYS[Number(event['why'])]} ${event['unfilled']}${code}`;
    }),
  };
}
