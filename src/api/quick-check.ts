// The same check as a schema's own, for the shapes that most bodies have, without an object for
// every field. It only ever says yes: what it does not know for certain it leaves to the schema,
// whose answer counts, and so does every refusal.

import type * as z from 'zod';

/** Not known to be good. */
export const UNSURE = Symbol('unsure');

/** The checked value as the schema would give it, or UNSURE. */
export type QuickCheck = (value: unknown) => unknown;

type Schema = z.core.$ZodType;
type Definition = z.core.$ZodTypes['_zod']['def'];
type Checks = readonly z.core.$ZodCheck<never>[];

/** How a schema checks what it is certain of. */
export function quickCheck(schema: Schema): QuickCheck {
  const { absent, given } = ruleOf(schema);
  return (value) => (value === undefined ? absent : given(value));
}

interface Rule {
  /** What a value that is not there becomes. */
  readonly absent: unknown;
  readonly given: QuickCheck;
}

function ruleOf(schema: Schema): Rule {
  const { def } = schema._zod as { readonly def: Definition };
  if (def.type === 'string') return needed(ofString(def));
  if (def.type === 'object') return needed(ofObject(def));
  if (checksOf(def).length > 0) return needed(never);
  if (def.type === 'enum') return needed(ofEnum(new Set<unknown>(Object.values(def.entries))));
  if (def.type === 'boolean' && def.coerce !== true) return needed(ofBoolean);
  if (def.type === 'optional') return { absent: undefined, given: ruleOf(def.innerType).given };
  return def.type === 'default' ? ofDefault(def) : needed(never);
}

const needed = (given: QuickCheck): Rule => ({ absent: UNSURE, given });

const never: QuickCheck = () => UNSURE;

const checksOf = ({ checks }: { readonly checks?: unknown }): Checks => (checks ?? []) as Checks;

const ofBoolean: QuickCheck = (value) => (typeof value === 'boolean' ? value : UNSURE);

const ofEnum =
  (words: ReadonlySet<unknown>): QuickCheck =>
  (value) =>
    words.has(value) ? value : UNSURE;

/** A string under at most one pattern. */
function ofString(def: z.core.$ZodStringDef): QuickCheck {
  const [check, ...others] = checksOf(def);
  if (check === undefined || others.length > 0 || def.coerce === true) return never;
  const { check: kind, format, pattern } = check._zod.def as Partial<z.core.$ZodCheckRegexDef>;
  const isPlain = kind === 'string_format' && format === 'regex' && pattern?.flags === '';
  if (!isPlain) return never;
  return (value) => (typeof value === 'string' && pattern.test(value) ? value : UNSURE);
}

/** Defaults that are no objects: those are made anew for each. */
function ofDefault({ defaultValue, innerType }: z.core.$ZodDefaultDef): Rule {
  if (typeof defaultValue === 'object' || typeof defaultValue === 'function') return needed(never);
  return { absent: defaultValue, given: ruleOf(innerType).given };
}

/** An object that takes no other fields, with whatever its own checks say of all of them. */
function ofObject(def: z.core.$ZodObjectDef): QuickCheck {
  const { shape, catchall } = def;
  const checks = checksOf(def);
  const isStrict = catchall?._zod.def.type === 'never';
  if (!isStrict || checks.some((check) => check._zod.def.when !== undefined)) return never;
  const fields = Object.entries(shape).map(([name, schema]) => ({ name, ...ruleOf(schema) }));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return UNSURE;
    const given = value as Readonly<Record<string, unknown>>;
    const made: Record<string, unknown> = {};
    let known = 0;
    for (const field of fields) {
      const one = given[field.name];
      let read = field.absent;
      if (one !== undefined) {
        known += 1;
        read = field.given(one);
      }
      if (read === UNSURE) return UNSURE;
      if (read !== undefined) made[field.name] = read;
    }
    // A field that is there and undefined, or comes from a prototype, is not for here.
    if (Object.keys(given).length !== known) return UNSURE;
    return passes(checks, made) ? made : UNSURE;
  };
}

function passes(checks: Checks, value: unknown): boolean {
  for (const check of checks) {
    const payload = { value: value as never, issues: [] };
    const later = check._zod.check(payload);
    if (later !== undefined || payload.issues.length > 0 || payload.value !== value) return false;
  }
  return true;
}
