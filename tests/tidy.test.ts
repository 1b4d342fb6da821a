// Proves that the repository keeps its own rules of taste, and that every rule is able to fail:
// each one carries samples that must be found and one that must pass. The rules read files as text;
// they are a test and no linter plugin, so that they can be read in one sitting and cannot be
// switched off by a comment.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blank } from './tidy/blank.ts';
import { codeRules } from './tidy/code.ts';
import { functionSpans } from './tidy/functions.ts';
import { importRules } from './tidy/imports.ts';
import { proseRules } from './tidy/prose.ts';
import { readRepo, repoOf } from './tidy/repo.ts';
import type { Rule } from './tidy/rule.ts';

const repo = readRepo(join(import.meta.dirname, '..'));

for (const rule of [...importRules, ...codeRules, ...proseRules]) {
  describe(rule.name, () => {
    keepsAndCatches(rule);
  });
}

function keepsAndCatches({ check, bad, good }: Rule): void {
  test('here', () => {
    expect(check(repo).join('\n')).toBe('');
  });

  test('finds each bad sample', () => {
    expect(bad.filter((sample) => check(repoOf(sample)).length === 0)).toEqual([]);
  });

  test('accepts the good sample', () => {
    expect(check(repoOf(good))).toEqual([]);
  });
}

describe('the scanner', () => {
  test.each([
    ["a / 'b/c' // d", "a / '   '     "],
    ['x = /[/]"/g + 1', 'x = "     " + 1'],
    ['`a${b / `c${d}`}e` / 2', '`  {b / `  {d}`} ` / 2'],
    ['(a) / b /* c */', '(a) / b        '],
    ["'it\\'s' / 2", "'     ' / 2"],
    ['return /x/', 'return "x"'.replace('x', ' ')],
  ])('blanks %s', (text, blanked) => {
    expect(blank(text)).toBe(blanked);
  });

  test.each([
    ['function f() {\n}', ['f 2']],
    ['const f = (a: X): { b: C } => {\n\n};', ['f 3']],
    ['class A {\n  get x(): A | { b: C } {\n  }\n}', ['x 2']],
    ['const f = async <T>(a: T): Promise<{ a: T }> => {\n};', ['f 2']],
    ['function f(): (a: B) => void {\n}', ['f 2']],
    ['if (a) {\n}\nfor (;;) {\n}\nconst a = b ? (c) : { d };', []],
    ['f(() => {\n  g(() => {\n  });\n});', ['g 2', 'f 4']],
    ['interface A {\n  b(c: D): void;\n}', []],
  ])('measures the functions of %s', (text, spans) => {
    expect(functionSpans(blank(text)).map(({ name, lines }) => `${name} ${lines}`)).toEqual(spans);
  });

  test('measures own lines without the functions inside', () => {
    const [inner, outer] = functionSpans(blank('f(() => {\n  g(() => {\n  });\n});'));
    expect([inner?.ownLines, outer?.ownLines]).toEqual([2, 2]);
  });
});
