// A record and a state as text: for people and for programs that read one JSON object a line.
// Numbers stay the whole units of the journal, because an archive is read by what knows the
// markets.

import { decodeCommand } from '../../engine/codec.ts';
import { EVENTS, EVENT_WIDTHS } from '../../engine/event.ts';
import type { Engine } from '../../engine/engine.ts';
import { formatDecimal } from '../../units/decimal.ts';

/** One record with what it did. */
export function archiveLine(
  sequence: number,
  timeMs: number,
  bytes: Uint8Array,
  engine: Engine,
): string {
  const command = decodeCommand(bytes, 0, bytes.length);
  const { reason } = engine.lastOutcome;
  return JSON.stringify({
    sequence,
    time: timeMs,
    command,
    refusal: reason,
    events: eventsOf(engine),
  });
}

/** Per asset: what was paid in and out, and whether it is all there. */
export function conservationLines(engine: Engine): string[] {
  return engine.conservation().map((row) => {
    const { symbol, decimals } = engine.assets()[row.asset];
    const inside = row.deposited - row.withdrawn;
    const total = formatDecimal(Number(inside), decimals);
    return `${symbol.padEnd(11)} ${total} paid in less paid out, difference ${row.difference}`;
  });
}

function eventsOf(engine: Engine): Record<string, number | string>[] {
  const { data, length } = engine.events;
  const events: Record<string, number | string>[] = [];
  for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) {
    const event = EVENTS[data[at]];
    if (event === undefined) continue;
    const fields = event.fields.flatMap(([name, unit], i) =>
      unit === 'internal' ? [] : [[name, data[at + 1 + i]] as const],
    );
    events.push({ event: event.name, ...Object.fromEntries(fields) });
  }
  return events;
}
