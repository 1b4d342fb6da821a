// The shape of a table of fields: one row per field of a command or query with its wire type,
// whether it may be left out and what then holds. The reader, the writer and the reference page all
// follow the same rows.

import type { MarketTerms } from '../../engine/command.ts';
import type { RiskTerms } from '../../engine/risk-terms.ts';
import type { Codec } from './codecs.ts';
import type { Scope } from './scope.ts';

/** A field is taken only where another one has one of these codes. */
export interface When {
  readonly key: string;
  readonly codes: readonly number[];
  readonly required: boolean;
}

/** One row. `fallback` holds when the field is left out; undefined means that it may not be. */
export interface Field<T> {
  readonly codec: Codec<T>;
  readonly note: string;
  /** Its name on the wire when that is not the property's name in snake case. */
  readonly wire: string | undefined;
  readonly fallback: T | ((scope: Scope) => T) | undefined;
  /** What the reference says about the default. */
  readonly fallbackText: string;
  readonly when: When | undefined;
}

/** A row for every property; the terms of a market and of its risk lie flat among the others. */
export type FieldsOf<C, Without extends keyof C> = {
  readonly [K in Exclude<keyof C, Without>]: C[K] extends MarketTerms
    ? FieldsOf<MarketTerms, never>
    : C[K] extends RiskTerms
      ? FieldsOf<RiskTerms, never>
      : Field<C[K]>;
};

/** Fields of which so many must be given. */
export interface Together {
  readonly wires: readonly string[];
  readonly count: 'exactly one' | 'at least one';
}

/** A table as the reader uses it. */
export interface Table {
  readonly name: string;
  readonly summary: string;
  readonly slots: readonly Slot[];
  /** Wire name → place in `slots`. */
  readonly places: ReadonlyMap<string, number>;
  readonly together: readonly Together[];
  /** Every property with its default, copied for each line so that all of a kind have one shape. */
  readonly template: Readonly<Record<string, unknown>>;
  /** Fills what has no field of its own. */
  readonly derive: ((target: Record<string, unknown>, scope: Scope) => void) | undefined;
}

export interface Slot {
  readonly wire: string;
  readonly key: string;
  /**
   * Where the value goes: the command, the terms in it, their risk, or nowhere: only the edge needs
   * it.
   */
  readonly goes: 'command' | 'terms' | 'risk' | 'nowhere';
  /** Left out, it is what the template has, whatever else the line says. */
  readonly isInTemplate: boolean;
  readonly field: Field<unknown>;
}

export function required<T>(codec: Codec<T>, note: string, wire?: string): Field<T> {
  return { codec, note, wire, fallback: undefined, fallbackText: 'required', when: undefined };
}

/** A field with a default; `says` is the default in words, where the value itself says nothing. */
export function optional<T>(
  codec: Codec<T>,
  fallback: T | ((scope: Scope) => T),
  note: string,
  { says, wire }: { says?: string; wire?: string } = {},
): Field<T> {
  return { codec, note, wire, fallback, fallbackText: says ?? '–', when: undefined };
}

/** A field that some values of another one require and all others forbid. */
export function requiredWhen<T>(
  key: string,
  codes: readonly number[],
  codec: Codec<T>,
  absent: T,
  note: string,
): Field<T> {
  const when = { key, codes, required: true };
  return { codec, note, wire: undefined, fallback: absent, fallbackText: '–', when };
}

/** A field that some values of another one allow and all others forbid. */
export function optionalWhen<T>(
  key: string,
  codes: readonly number[],
  codec: Codec<T>,
  absent: T,
  note: string,
  says = '–',
): Field<T> {
  const when = { key, codes, required: false };
  return { codec, note, wire: undefined, fallback: absent, fallbackText: says, when };
}

export interface TableParts {
  readonly name: string;
  readonly summary: string;
  readonly fields: object;
  readonly together?: readonly Together[];
  readonly derived?: readonly string[];
  readonly derive?: Table['derive'];
  readonly wireOnly?: object;
}

/** Compiles rows into a table. */
export function tableOf(parts: TableParts): Table {
  const wireOnly = new Set(Object.keys(parts.wireOnly ?? {}));
  const slots = slotsOf(parts.fields as Rows, 'command').map((slot) =>
    wireOnly.has(slot.key) ? { ...slot, goes: 'nowhere' as const } : slot,
  );
  const template: Record<string, unknown> = { kind: parts.name };
  for (const { key, goes, field } of slots) {
    if (goes === 'command') template[key] = isFixed(field) ? field.fallback : 0;
  }
  for (const key of parts.derived ?? []) template[key] = 0;
  if (slots.some((slot) => slot.goes === 'terms')) template['terms'] = 0;
  return {
    name: parts.name,
    summary: parts.summary,
    slots,
    places: new Map(slots.map((slot, i) => [slot.wire, i])),
    together: parts.together ?? [],
    // a copy has a compact shape that V8 copies again in 30 ns; the original takes 3 µs
    template: { ...template },
    derive: parts.derive,
  };
}

type Rows = Readonly<Record<string, unknown>>;

function slotsOf(fields: Rows, goes: 'command' | 'terms' | 'risk'): Slot[] {
  return Object.entries(fields).flatMap(([key, row]): Slot[] => {
    if (!isField(row)) return slotsOf(row as Rows, key === 'risk' ? 'risk' : 'terms');
    const isInTemplate = goes === 'command' && isFixed(row) && row.when === undefined;
    return [{ wire: row.wire ?? wireName(key), key, goes, isInTemplate, field: row }];
  });
}

/** Whether the default is a value, and not found anew for each line. */
function isFixed({ fallback }: Field<unknown>): boolean {
  return fallback !== undefined && typeof fallback !== 'function';
}

function isField(row: unknown): row is Field<unknown> {
  return typeof row === 'object' && row !== null && 'codec' in row;
}

/**
 * `makerFeePpm` → `maker_fee`, `interestE12` → `interest`: on the wire a ratio is a decimal, so its
 * unit is no part of the name.
 */
export function wireName(key: string): string {
  return key.replace(/(?:Ppm|E12)$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
