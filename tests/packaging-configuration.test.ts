// Proves that docs/operating/configuration.md has every key of the configuration with the default
// that holds. The table comes from what `plimsoll config schema` prints. To write it again:
//   WRITE_PAGE=1 npm run vitest -- tests/packaging-configuration.test.ts

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configJsonSchema, configSchema } from '../src/app/config.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'operating', 'configuration.md');
const BEGIN = '<!-- generated from `plimsoll config schema`: begin -->';
const END = '<!-- generated: end -->';

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

interface Row {
  readonly key: string;
  readonly what: string;
  readonly standard: string;
  readonly remark: string;
}

const schema = configJsonSchema() as Schema;

/** A schema with what it refers to; what is said where it is used goes before. */
function resolved(given: Schema): Schema {
  if (given.$ref === undefined) return given;
  const name = given.$ref.split('/').at(-1) ?? '';
  return { ...schema.$defs?.[name], ...given };
}

function rowsOf(parent: Schema, prefix: string): Row[] {
  return Object.entries(parent.properties ?? {}).flatMap(([name, given]) => {
    const inherited = (parent.default as Readonly<Record<string, unknown>> | undefined)?.[name];
    const own = resolved(given);
    const one = inherited === undefined ? own : { ...own, default: inherited };
    const key = prefix + name;
    const isRequired = parent.required?.includes(name) === true && one.default === undefined;
    const inner = resolved(one.items ?? {});
    const hasOwn = one.properties !== undefined && one.default !== undefined;
    const isGroup = one.properties !== undefined && JSON.stringify(one.default ?? {}) === '{}';
    const standard = standardOf(one, isRequired);
    const row = { key, what: whatOf(one), standard, remark: said(given) };
    return [
      ...(isGroup && hasOwn ? [] : [row]),
      ...rowsOf(one, `${key}.`),
      ...rowsOf(inner, `${key}[].`),
    ];
  });
}

const said = (given: Schema): string => resolved(given).description ?? '';

function whatOf(one: Schema): string {
  if (one.enum !== undefined) return one.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (one.type === 'array') return `list of at most ${grouped(one.maxItems)}`;
  if (one.type === 'integer') return `whole, ${grouped(one.minimum)} to ${grouped(one.maximum)}`;
  if (one.type === 'number') {
    const from = one.minimum ?? one.exclusiveMinimum;
    const word = one.minimum === undefined ? 'above' : 'from';
    return `number, ${word} ${from} to ${grouped(one.maximum)}`;
  }
  return { string: 'text', boolean: 'yes or no', object: 'object' }[one.type ?? ''] ?? '';
}

function standardOf(one: Schema, isRequired: boolean): string {
  if (isRequired) return '**required**';
  return one.default === undefined ? '' : `\`${JSON.stringify(one.default)}\``;
}

const grouped = (value: number | undefined): string =>
  value === undefined ? '?' : value.toLocaleString('en-US');

function table(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const rows = rowsOf(schema, '').filter(({ key }) => key !== '$schema');
  const lines = rows.map(
    ({ key, what, standard, remark }) =>
      `| \`${key}\` | ${cell(what)} | ${cell(standard)} | ${cell(remark)} |`,
  );
  return ['| key | value | default | |', '|---|---|---|---|', ...lines].join('\n');
}

test('the page has every key with its default (else write it again: see this file)', () => {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  expect(from).toBeGreaterThan(0);
  expect(to).toBeGreaterThan(from);
  const fresh = `${page.slice(0, from)}${BEGIN}\n${table()}\n${page.slice(to)}`;
  if (process.env['WRITE_PAGE'] !== undefined) writeFileSync(PAGE, fresh);
  else expect(page).toBe(fresh);
});

test('the table has every default that an empty file gets', () => {
  const rows = new Map(rowsOf(schema, '').map((row) => [row.key, row.standard]));
  const walk = (value: unknown, key: string): void => {
    const shown = rows.get(key);
    if (shown !== undefined && shown !== '') {
      expect(shown, key).toBe(`\`${JSON.stringify(value)}\``);
      return;
    }
    expect(typeof value === 'object' && value !== null, `${key} has no default`).toBe(true);
    for (const [name, inner] of Object.entries(value as object)) {
      walk(inner, key === '' ? name : `${key}.${name}`);
    }
  };
  walk(configSchema.parse({}), '');
});

test('every key says what it does', () => {
  const silent = rowsOf(schema, '').filter(({ remark }) => remark === '');
  expect(silent.map(({ key }) => key)).toEqual([]);
  // Nor is the sentence of the type enough, where many keys share it.
  const common = ['A plain decimal as a string.', 'A decimal of either sign.'];
  const vague = rowsOf(schema, '').filter(({ remark }) => common.includes(remark));
  expect(vague.map(({ key }) => key)).toEqual([]);
});
