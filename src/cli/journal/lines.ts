// A record and a state as text: for people and for programs that read one JSON object a line.
// Numbers stay the whole units of the journal, because an archive is read by what knows the
// markets.

import { decodeCommand } from '../../engine/codec.ts';
import { EVENTS, EVENT_WIDTHS } from '../../engine/event.ts';
import type { Engine } from '../../engine/engine.ts';

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

/** Of one asset, in decimals of it. */
export interface Conservation {
  readonly asset: string;
  /** Paid in less paid out: what must be inside. */
  readonly inside: string;
  /** What is inside less what must be: anything but 0 is a fault. */
  readonly difference: string;
}

export function conservationOf(engine: Engine): Conservation[] {
  return engine.conservation().map((row) => {
    const { symbol, decimals } = engine.assets()[row.asset];
    const inside = decimalText(row.deposited - row.withdrawn, decimals);
    return { asset: symbol, inside, difference: decimalText(row.difference, decimals) };
  });
}

export function conservationLines(rows: readonly Conservation[]): string[] {
  return rows.map(
    ({ asset, inside, difference }) =>
      `${asset.padEnd(12)} ${inside} paid in less paid out, difference ${difference}`,
  );
}

/** A sum over all accounts, which may be beyond what a double holds. */
function decimalText(units: bigint, decimals: number): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${sign}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
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
