// Proves the refusal table and the event table: numbers, codes, texts and parameters fit together,
// nothing in them is without use, and every event has a fold.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import {
  BALANCE_WHYS,
  CANCEL_WHYS,
  EVENTS,
  EVENT_WIDTHS,
  EventLog,
  INSURANCE_WHYS,
  LIQUIDATION_BYS,
} from '../event.ts';
import * as events from '../event.ts';
import { FIELD_NAMES, REASONS, Refusal, fieldNumber, reasonRow } from '../reason.ts';
import * as reasons from '../reason.ts';

const ROOM = fileURLToPath(new URL('..', import.meta.url));
const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('test'))
  .map((name) => ({ name, text: readFileSync(`${ROOM}/${name}`, 'utf8') }));
/** The room's code but for the file in which a table stands. */
const codeWithout = (table: string): string =>
  files
    .filter(({ name }) => name !== table)
    .map(({ text }) => text)
    .join('\n');

/** Constants of a module that are numbers, by name. */
const constantsOf = (module: object, prefix = ''): [string, number][] =>
  Object.entries(module).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'number' && name.startsWith(prefix) ? [[name, value] as [string, number]] : [],
  );

const REASON_CONSTANTS = constantsOf(reasons).filter(([name]) => name !== 'OK');
describe('the refusal table', () => {
  it('has ascending numbers above 0, each once', () => {
    const numbers = REASONS.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(numbers[0]).toBeGreaterThan(0);
  });

  it('has each code once, in capitals, under the constant of that name', () => {
    const byCode = Object.fromEntries(REASONS.map(({ code, number }) => [code, number]));
    expect(Object.keys(byCode)).toHaveLength(REASONS.length);
    expect(Object.fromEntries(REASON_CONSTANTS)).toEqual(byCode);
    for (const { code } of REASONS) expect(code).toMatch(/^[A-Z][A-Z_]+$/);
  });

  test.each(REASONS)(
    '$code says in its text just the numbers that it has',
    ({ number, text, params }) => {
      const named = [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect([...new Set(named)].toSorted()).toEqual(params.map(([name]) => name).toSorted());
      expect(params.length).toBeLessThanOrEqual(new Refusal().params.length);
      expect(text).toMatch(/\.$|[a-z-]$/);
      expect(reasonRow(number).number).toBe(number);
    },
  );

  test.each(REASON_CONSTANTS)('%s is given by somebody', (name) => {
    expect(codeWithout('reason.ts')).toMatch(
      new RegExp(`because\\(\\s*${name}\\b|return ${name};|: ${name};|= ${name};`),
    );
  });

  it('knows the codes that the specification asks for', () => {
    const codes = new Set(REASONS.map(({ code }) => code));
    const asked = [
      'INSUFFICIENT_BALANCE',
      'WITHDRAWAL_UNDERCOLLATERALISED',
      'ACCOUNT_NOT_FOUND',
      'NO_DEPOSITS_FOR_ASSET',
      'INSUFFICIENT_MARGIN',
      'WOULD_BANKRUPT',
      'AMOUNT_OUT_OF_RANGE',
      'STEP_MISMATCH',
      'ID_REUSED',
    ];
    expect(asked.filter((code) => !codes.has(code))).toEqual([]);
  });

  it('throws for a number that no refusal has', () => {
    expect(() => reasonRow(1)).toThrow('Invariant');
  });
});

describe('the names of fields', () => {
  it('are each once, and found by their place', () => {
    expect(new Set(FIELD_NAMES).size).toBe(FIELD_NAMES.length);
    FIELD_NAMES.forEach((name, place) => expect(fieldNumber(name)).toBe(place));
  });
});

describe('the event table', () => {
  const kinds = constantsOf(events).filter(([name, value]) => {
    return !/^(FLAG|WHY|BALANCE|BY|FUND)_/.test(name) || (name === 'BALANCE_CHANGED' && value > 0);
  });

  it('has a row for every constant, and no other', () => {
    const rows = EVENTS.flatMap((row, kind) =>
      row === undefined ? [] : [[row.name.toUpperCase(), kind]],
    );
    expect(Object.fromEntries(kinds)).toEqual(Object.fromEntries(rows));
  });

  test.each(kinds)(
    '%s has a width, field names that are each once, a writer and a fold',
    (name, kind) => {
      const row = EVENTS[kind];
      const fields = row?.fields.map(([field]) => field) ?? [];
      expect(EVENT_WIDTHS[kind]).toBe(fields.length + 1);
      expect(new Set(fields).size).toBe(fields.length);
      const folds = files.filter(({ name: file }) => /commit\/(commit|risk)\.ts$/.test(file));
      expect(folds.some(({ text }) => text.includes(`case ${name}:`))).toBe(true);
      expect(codeWithout('event.ts')).toMatch(new RegExp(`begin\\(${name}\\)`));
    },
  );

  it('names every reason of a cancel and of a balance', () => {
    const places = (prefix: string) =>
      constantsOf(events, prefix).filter(([name]) => name !== 'BALANCE_CHANGED');
    const named = (prefix: string, list: readonly string[]) =>
      places(prefix).map(([name, place]) => [name, `${prefix}${list[place]?.toUpperCase() ?? ''}`]);
    for (const [constant, name] of [
      ...named('WHY_', CANCEL_WHYS),
      ...named('BALANCE_', BALANCE_WHYS),
      ...named('BY_', LIQUIDATION_BYS),
      ...named('FUND_', INSURANCE_WHYS),
    ]) {
      expect(name).toBe(constant);
    }
    expect(places('WHY_')).toHaveLength(CANCEL_WHYS.length);
    expect(places('BALANCE_')).toHaveLength(BALANCE_WHYS.length);
    expect(places('BY_')).toHaveLength(LIQUIDATION_BYS.length);
    expect(places('FUND_')).toHaveLength(INSURANCE_WHYS.length);
  });
});

describe('the event log', () => {
  it('grows without losing what it has, and takes steps back', () => {
    const log = new EventLog();
    for (let i = 0; i < 1_000; i++) {
      const at = log.begin(events.ORDER_ACCEPTED);
      for (let field = 0; field < 18; field++) log.data[at + field] = i;
    }
    expect([log.count, log.length]).toEqual([1_000, 19_000]);
    expect([log.data[0], log.data[1], log.data[18_999]]).toEqual([events.ORDER_ACCEPTED, 0, 999]);
    expect(log.words.buffer).toBe(log.data.buffer);
    log.rewind(19 * 3, 3);
    expect([log.count, log.length]).toEqual([3, 57]);
    log.clear();
    expect([log.count, log.length]).toEqual([0, 0]);
  });
});
