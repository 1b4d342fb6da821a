// From a line's members to a command or to the arguments of a query, by the rows of its table; and
// back. Shape is checked over the whole line before any refusal counts, so a typo is never hidden
// behind an unknown name.

import type { Plain } from './codecs.ts';
import type { Slot, Table, When } from './fields.ts';
import { Malformed, short, shown, type JsonObject, type JsonValue } from './json.ts';
import { nearestOf } from './nearest.ts';
import type { Scope } from './scope.ts';

const given: (JsonValue | undefined)[] = [];

/**
 * Reads the fields of `table` out of `object`, whose members in `envelope` are somebody else's.
 * What the edge refuses is left in `scope.refusal`; then the result is not to be used.
 * @throws Malformed
 */
export function decodeFields(
  table: Table,
  object: JsonObject,
  envelope: readonly string[],
  scope: Scope,
): Record<string, unknown> {
  scope.reset();
  sortIn(table, object, envelope);
  const target: Record<string, unknown> = { ...table.template };
  const risk: Record<string, unknown> = {};
  const terms: Record<string, unknown> | undefined = 'terms' in target ? { risk } : undefined;
  if (terms !== undefined) target['terms'] = terms;
  scope.target = target;
  const { slots } = table;
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i];
    if (slot.isInTemplate && given[i] === undefined) continue;
    const value = read(table, slot, given[i], target, scope);
    if (slot.goes === 'command') target[slot.key] = value;
    else if (slot.goes === 'terms' && terms !== undefined) terms[slot.key] = value;
    else if (slot.goes === 'risk') risk[slot.key] = value;
  }
  for (const { wires, count } of table.together) checkTogether(table, wires, count);
  table.derive?.(target, scope);
  return target;
}

/** Puts every member at the place of its row. */
function sortIn(table: Table, object: JsonObject, envelope: readonly string[]): void {
  for (let i = 0; i < table.slots.length; i += 1) given[i] = undefined;
  const { names, values } = object;
  for (let i = 0; i < names.length; i += 1) {
    const place = table.places.get(names[i]);
    if (place !== undefined) given[place] = values[i];
    else if (!envelope.includes(names[i])) throw unknownField(table, names[i], envelope);
  }
}

function unknownField(table: Table, name: string, envelope: readonly string[]): Malformed {
  const known = [...table.places.keys(), ...envelope];
  const near = nearestOf(name, known);
  return new Malformed(
    `${table.name} has no field ${shown(name)}${near}${near === '' ? '.' : '?'}`,
    short(name),
  );
}

function read(
  table: Table,
  slot: Slot,
  value: JsonValue | undefined,
  target: Readonly<Record<string, unknown>>,
  scope: Scope,
): unknown {
  const { field } = slot;
  scope.field = slot.wire;
  const { when } = field;
  if (when !== undefined && !holds(when, target)) {
    if (value !== undefined)
      throw scope.malformed(`does not go with ${governing(table, when, target)}.`);
  } else {
    if (value !== undefined) return field.codec.decode(value, scope);
    if (when?.required === true) {
      throw scope.malformed(`is missing: ${governing(table, when, target)} needs it.`);
    }
    if (field.fallback === undefined) throw scope.malformed('is missing.');
  }
  return typeof field.fallback === 'function'
    ? (field.fallback as (scope: Scope) => unknown)(scope)
    : field.fallback;
}

function holds(when: When, target: Readonly<Record<string, unknown>>): boolean {
  return when.codes.includes(target[when.key] as number);
}

/** `type "market"`: the field that decides, with its value. */
function governing(table: Table, when: When, target: Readonly<Record<string, unknown>>): string {
  const slot = table.slots.find(({ key }) => key === when.key);
  const words = slot?.field.codec.choices ?? [];
  return `${slot?.wire} "${words[target[when.key] as number]}"`;
}

function checkTogether(table: Table, wires: readonly string[], count: string): void {
  let found = 0;
  for (const wire of wires) if (given[table.places.get(wire) ?? 0] !== undefined) found += 1;
  if (found === 1 || (found > 1 && count === 'at least one')) return;
  throw new Malformed(
    `${table.name} takes ${count} of ${wires.join(', ')}: ${found} are given.`,
    wires[0],
  );
}

/** The members of a line that reads back as `value`; what is at its default is left out. */
export function encodeFields(
  table: Table,
  value: Readonly<Record<string, unknown>>,
  scope: Scope,
): Record<string, Plain> {
  const line: Record<string, Plain> = {};
  for (const slot of table.slots) {
    const { field, goes } = slot;
    const from = sourceOf(goes, value);
    if (field.when !== undefined && !holds(field.when, value)) continue;
    if (field.when?.required !== true && from[slot.key] === field.fallback) continue;
    const plain = field.codec.encode(from[slot.key], scope);
    if (plain !== null) line[slot.wire] = plain;
  }
  return line;
}

type Values = Readonly<Record<string, unknown>>;

function sourceOf(goes: Slot['goes'], value: Values): Values {
  if (goes !== 'terms' && goes !== 'risk') return value;
  const terms = value['terms'] as Values;
  return goes === 'terms' ? terms : (terms['risk'] as Values);
}
