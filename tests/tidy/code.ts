// Rules about the code itself: what the pure rooms may not say, how long and how wide things may
// be, names.

import { COLUMNS_MAX, widthOf } from '../../scripts/wrap-comments.ts';
import { functionSpans, lineOf } from './functions.ts';
import type { CodeFile, Repo } from './repo.ts';
import { PURE_ROOMS } from './rooms.ts';
import type { Rule } from './rule.ts';

const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;
const RATCHET = 'tests/tidy-ratchet.json';

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  /** The pure rooms where the words are banned. */
  readonly rooms: readonly string[];
}

const NOT_UNITS = PURE_ROOMS.filter((room) => room !== 'units');

const BANS: readonly Ban[] = [
  {
    pattern: /\bDate\.now\b|\bnew Date\b/g,
    instead: 'time comes in the command',
    rooms: PURE_ROOMS,
  },
  { pattern: /\bperformance\./g, instead: 'time comes in the command', rooms: PURE_ROOMS },
  { pattern: /\bMath\.random\b/g, instead: 'nothing is drawn by lot', rooms: PURE_ROOMS },
  { pattern: /\bcrypto\./g, instead: 'ids come in the command', rooms: PURE_ROOMS },
  { pattern: /\bset(?:Timeout|Interval|Immediate)\b/g, instead: 'no timers', rooms: PURE_ROOMS },
  { pattern: /\bqueueMicrotask\b|\basync\b|\bawait\b/g, instead: 'no waiting', rooms: PURE_ROOMS },
  { pattern: /\bprocess\./g, instead: 'no environment', rooms: PURE_ROOMS },
  { pattern: /\bparse(?:Float|Int)\b/g, instead: 'units/decimal.ts parses', rooms: PURE_ROOMS },
  { pattern: /\bIntl\.|\btoLocale\w+/g, instead: 'no locale', rooms: PURE_ROOMS },
  { pattern: /\bNumber\(/g, instead: 'units/decimal.ts converts', rooms: NOT_UNITS },
  {
    pattern: /\bMath\.(?:round|floor|ceil|trunc)\b/g,
    instead: 'units/rounding.ts rounds, with the direction in its name',
    rooms: NOT_UNITS,
  },
  {
    pattern: /\bObject\.(?:keys|entries|values)\b|\bfor \((?:const|let) \w+ in\b/g,
    instead: 'plain objects reorder their keys: iterate an array',
    rooms: NOT_UNITS,
  },
  { pattern: /\//g, instead: 'only units/rounding.ts divides', rooms: NOT_UNITS },
];

const bannedWords: Rule = {
  name: 'the pure rooms have no clock, no dice, no I/O, no locale and no division of their own',
  check: (repo) =>
    repo.code
      .filter((file) => file.isRoom && !file.isTest)
      .flatMap((file) =>
        BANS.filter((ban) => ban.rooms.includes(file.area)).flatMap(({ pattern, instead }) =>
          [...file.blanked.matchAll(pattern)].map(
            (match) => `${at(file, match.index)} says \`${match[0]}\`: ${instead}`,
          ),
        ),
      ),
  bad: [
    { 'src/engine/a.ts': 'const t = Date.now();' },
    { 'src/units/a.ts': 'const t = new Date();' },
    { 'src/book/a.ts': 'const t = performance.now();' },
    { 'src/margin/a.ts': 'const r = Math.random();' },
    { 'src/engine/a.ts': 'const id = crypto.randomUUID();' },
    { 'src/engine/a.ts': 'setTimeout(f, 1);' },
    { 'src/engine/a.ts': 'async function f() {}' },
    { 'src/engine/a.ts': 'const e = process.env.X;' },
    { 'src/units/a.ts': "const x = parseFloat('1');" },
    { 'src/units/a.ts': 'const s = (1).toLocaleString();' },
    { 'src/margin/a.ts': "const x = Number('1');" },
    { 'src/book/a.ts': 'const x = Math.floor(y);' },
    { 'src/engine/a.ts': 'for (const k of Object.keys(o)) f(k);' },
    { 'src/engine/a.ts': 'for (const k in o) f(k);' },
    { 'src/margin/a.ts': 'const x = (a + b) / c;' },
    { 'src/engine/state/a.ts': 'x /= 2;' },
    { 'src/engine/a.ts': 'const s = `${a / b}`;' },
  ],
  good: {
    'src/engine/a.ts': "// a / b, Date.now()\nconst s = 'a / b'; const r = /a\\/b/.test(s);",
    'src/units/a.ts': 'const x = Math.floor(a / b); const n = Number(s);',
    'src/margin/a.ts': 'const ok = Number.isSafeInteger(x);',
    'src/margin/a.test.ts': 'const x = Number(a) / 2;',
    'src/runtime/a.ts': 'const t = Date.now();',
  },
};

/** A string is not broken for its length: somebody may search for its words. */
const columns: Rule = {
  name: `a line of code has at most ${COLUMNS_MAX} columns, but for a long string or address`,
  check: (repo) =>
    repo.code.flatMap((file) => {
      const blanked = file.blanked.split('\n');
      return file.text.split('\n').flatMap((line, i) => {
        const width = widthOf(line);
        if (width <= COLUMNS_MAX || line.includes('://')) return [];
        if (endsInString(blanked[i]!)) return [];
        return [`${file.path}:${i + 1} has ${width} columns`];
      });
    }),
  bad: [
    { 'src/units/a.ts': `// ${'x'.repeat(98)}` },
    { 'src/units/a.ts': `const s = 'x'; // ${"it's ".repeat(20)}` },
    { 'src/units/a.ts': `const s = 'x' + ${'y + '.repeat(25)}z;` },
  ],
  good: {
    'src/units/a.ts': `// ${'≤'.repeat(97)}\n// https://example.org/${'x'.repeat(90)}`,
    'src/units/b.ts': `throw new Error('${'x'.repeat(90)}');`,
  },
};

/**
 * True when a string reaches to the last column, or to the few signs before the end of the line.
 */
function endsInString(blankedLine: string): boolean {
  return /['"`]/.test(blankedLine.slice(COLUMNS_MAX)) || /['"`][ ;,+)\]}]{0,6}$/.test(blankedLine);
}

const lengths: Rule = {
  name: `a file has at most ${FILE_LINES_MAX} lines, a function ${FUNCTION_LINES_MAX}`,
  check: (repo) => {
    const listed = readRatchet(repo);
    const found = repo.code.flatMap(tooLong);
    const names = new Set(found.map(({ name }) => name));
    const stale = Object.keys(listed).filter((name) => !names.has(name));
    return [
      ...found.flatMap(({ name, size, max }) => ratchetFault(name, size, max, listed[name])),
      ...stale.map((name) => `${name} is short enough: take it out of ${RATCHET}`),
    ];
  },
  bad: [
    { 'src/units/a.ts': lines(501) },
    { 'src/units/a.ts': functionOf(71) },
    { 'src/units/a.ts': `export const f = (a: X): { b: C } | undefined => {${lines(71)}};` },
    { 'src/units/a.ts': `class A {\n  get(a: () => void): A<B> {${lines(71)}}\n}` },
    { 'src/units/a.test.ts': functionOf(71) },
    { 'src/units/a.ts': lines(503), [RATCHET]: '{"src/units/a.ts": 502}' },
    { 'src/units/a.ts': lines(501), [RATCHET]: '{"src/units/a.ts": 502}' },
    { 'src/units/a.ts': lines(10), [RATCHET]: '{"src/units/a.ts": 502}' },
    { 'src/units/a.ts': functionOf(10), [RATCHET]: '{"src/units/a.ts#long": 80}' },
  ],
  good: {
    'src/units/a.ts': functionOf(70),
    'src/units/b.ts': functionOf(80),
    'src/units/c.ts': `if (x) {${lines(90)}}`,
    'src/units/d.test.ts': `describe('d', () => {${functionOf(60)}${functionOf(60)}});`,
    [RATCHET]: '{"src/units/b.ts#long": 80}',
  },
};

interface TooLong {
  readonly name: string;
  readonly size: number;
  readonly max: number;
}

/**
 * In tests a function is measured without the functions inside it: a `describe` may hold many
 * tests.
 */
function tooLong(file: CodeFile): TooLong[] {
  const found: TooLong[] = [];
  const fileLines = file.text.replace(/\n$/, '').split('\n').length;
  if (fileLines > FILE_LINES_MAX) {
    found.push({ name: file.path, size: fileLines, max: FILE_LINES_MAX });
  }
  for (const span of functionSpans(file.blanked)) {
    const size = file.isTest ? span.ownLines : span.lines;
    if (size <= FUNCTION_LINES_MAX) continue;
    found.push({ name: `${file.path}#${span.name}`, size, max: FUNCTION_LINES_MAX });
  }
  return found;
}

function ratchetFault(
  name: string,
  size: number,
  max: number,
  listed: number | undefined,
): string[] {
  if (listed === undefined) return [`${name} has ${size} lines, more than ${max}`];
  if (size > listed) return [`${name} has grown from ${listed} to ${size} lines`];
  if (size < listed) return [`${name} has shrunk to ${size} lines: lower its entry in ${RATCHET}`];
  return [];
}

function readRatchet(repo: Repo): Record<string, number> {
  return JSON.parse(repo.files.get(RATCHET) ?? '{}') as Record<string, number>;
}

const defaultExports: Rule = {
  name: 'nothing is exported by default',
  check: (repo) =>
    repo.code
      .filter((file) => file.path !== 'vitest.config.ts')
      .flatMap((file) =>
        [...file.blanked.matchAll(/\bexport default\b|\bas default\b/g)].map(
          (match) => `${at(file, match.index)} has a default export`,
        ),
      ),
  bad: [
    { 'src/units/a.ts': 'export default 1;' },
    { 'src/units/a.ts': 'const a = 1;\nexport { a as default };' },
  ],
  good: { 'vitest.config.ts': 'export default {};', 'src/units/a.ts': '// export default 1' },
};

const names: Rule = {
  name: 'file names are kebab-case and say what is inside, not that it is shared',
  check: (repo) =>
    repo.code.flatMap(({ path }) =>
      path.split('/').flatMap((part) => {
        const base = part.replace(/\.(?:(?:property\.)?test\.ts|suite\.ts|ts|mjs|config\.ts)$/, '');
        if (/^(?:utils?|common|misc)$/.test(base)) return [`${path}: what is in it? Name that`];
        if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(base)) return [`${path} is not kebab-case`];
        return [];
      }),
    ),
  bad: [
    { 'src/units/utils.ts': '' },
    { 'src/common/a.ts': '' },
    { 'src/units/someThing.ts': '' },
    { 'src/units/some_thing.test.ts': '' },
  ],
  good: { 'src/units/liquidation-price.property.test.ts': '', 'src/book/a.suite.ts': '' },
};

const openings: Rule = {
  name: 'a file begins with a comment that says what it is for',
  check: (repo) =>
    repo.code
      .filter((file) => !/^(?:#!.*\n)?\/\/ \S/.test(file.text))
      .map((file) => `${file.path}:1 begins without a comment`),
  bad: [{ 'src/units/a.ts': "import './b.ts';" }, { 'src/units/a.ts': '' }],
  good: { 'bin/a.mjs': '#!/usr/bin/env node\n// What it is for.\n', 'src/units/a.ts': '// A.' },
};

function at(file: CodeFile, index: number): string {
  return `${file.path}:${lineOf(file.text, index)}`;
}

function lines(count: number): string {
  return 'x;\n'.repeat(count);
}

/** A function `long` of `count` lines. */
function functionOf(count: number): string {
  return `export function long<T>(a: T): void {\n${lines(count - 2)}}\n`;
}

export const codeRules: readonly Rule[] = [
  bannedWords,
  columns,
  lengths,
  defaultExports,
  names,
  openings,
];
