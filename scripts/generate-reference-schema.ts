// Tables of fields from the schemas of the contract, for the reference pages. What a schema says of
// itself is all that is shown; nothing is described twice.

import * as z from 'zod';
import { table } from './generate-reference-markdown.ts';

/** The part of JSON Schema that the contract's schemas are made of. */
interface Shape {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Shape>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly oneOf?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
}

export interface Described {
  readonly shape: Shape;
  /** Every schema with a name that it mentions. */
  readonly named: ReadonlyMap<string, Shape>;
}

export function described(schema: z.ZodType, io: 'input' | 'output'): Described {
  const whole = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Shape;
  const named = new Map(Object.entries(whole.$defs ?? {}));
  return { shape: resolved(whole, named), named };
}

/** The alternatives of a union by the constant that tells them apart. */
export function alternatives({ shape, named }: Described, tag: string): Map<string, Described> {
  const all = (shape.oneOf ?? []).map((one) => {
    const own = resolved(one, named);
    return [String(own.properties?.[tag]?.const), { shape: own, named }] as const;
  });
  return new Map(all);
}

/** The fields of an object as a table, but for those in `without`. */
export function fieldTable({ shape }: Described, without: readonly string[] = []): string {
  const rows = Object.entries(shape.properties ?? {})
    .filter(([name]) => !without.includes(name))
    .map(([name, field]) => {
      const isNeeded = shape.required?.includes(name) === true;
      const standard = field.default === undefined ? '' : `\`${JSON.stringify(field.default)}\``;
      return [
        `\`${name}\``,
        typeText(field),
        isNeeded ? 'always' : standard,
        field.description ?? '',
      ];
    });
  return rows.length === 0 ? '' : table(['Field', 'Value', 'Given', ''], rows);
}

/** One line for an object: its fields with their types. */
export function fieldLine({ shape }: Described): string {
  const fields = Object.entries(shape.properties ?? {});
  return fields.map(([name, field]) => `\`${name}\`: ${typeText(field)}`).join(', ');
}

/** Named objects that are reached from here, and the plain values with a name. */
export function namesIn({ named }: Described): { objects: string[]; values: string[] } {
  const all = [...named].filter(([, one]) => one.oneOf === undefined);
  const isObject = ([, { type }]: [string, Shape]): boolean => type === 'object';
  const names = (wanted: boolean): string[] =>
    all.filter((one) => isObject(one) === wanted).map(([name]) => name);
  return { objects: names(true), values: names(false) };
}

export function valueText({ named }: Described, name: string): string {
  const { enum: words, pattern, examples, description } = named.get(name) ?? {};
  const parts = [
    words?.map((word) => `\`${String(word)}\``).join(', '),
    words === undefined && pattern !== undefined ? `\`${pattern}\`` : undefined,
    description,
    examples === undefined ? undefined : `Such as \`${JSON.stringify(examples[0])}\`.`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

function typeText(field: Shape): string {
  if (field.$ref !== undefined) return nameOf(field.$ref);
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((one) => `\`${String(one)}\``).join(', ');
  const choices = field.anyOf ?? field.oneOf;
  if (choices !== undefined) return choices.map(typeText).join(' or ');
  if (field.items !== undefined) return `list of ${typeText(field.items)}`;
  if (field.properties !== undefined) return `{ ${fieldLine({ shape: field, named: new Map() })} }`;
  const words: Record<string, string> = {
    integer: 'whole number',
    string: 'text',
    object: 'object',
  };
  const types = [field.type ?? 'any'].flat();
  return types.map((type) => words[type] ?? type).join(' or ');
}

const nameOf = (reference: string): string => reference.split('/').at(-1) ?? '';

function resolved(shape: Shape, named: ReadonlyMap<string, Shape>): Shape {
  if (shape.$ref === undefined) return shape;
  return { ...named.get(nameOf(shape.$ref)), ...shape };
}
