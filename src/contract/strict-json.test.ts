// Proves that the strict reader agrees with JSON.parse on what both take, and refuses what would
// lose digits, hide a key or nest without end.

import { describe, expect, test } from 'vitest';
import { DEPTH_MAX, NotJson, parseStrictJson } from './strict-json.ts';

describe('takes', () => {
  test.each([
    '{}',
    '[]',
    '"a"',
    '0',
    '-1',
    'true',
    'null',
    '1.5',
    '0.1',
    '1.50',
    '9007199254740991',
    ' { "a" : [ 1 , { "b" : "\\u00e9\\n\\ud83d\\ude00" } ] } ',
    '{"constructor":{"a":1}}',
    '["[[[[[[[[[["]',
  ])('%s', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  test(`depth ${DEPTH_MAX}`, () => {
    const text = '['.repeat(DEPTH_MAX) + ']'.repeat(DEPTH_MAX);
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });
});

describe('refuses', () => {
  test.each([
    ['', undefined],
    ['{', undefined],
    ['{"a":1,}', undefined],
    ['[1,]', undefined],
    ['{"a":1}{', undefined],
    ["{'a':1}", undefined],
    ['{"a":01}', undefined],
    ['{"a":+1}', undefined],
    ['{"a":.5}', undefined],
    ['{"a":NaN}', undefined],
    ['{"a":1e400}', 'a'],
    ['{"a":1e3}', 'a'],
    ['{"a":-0}', 'a'],
    ['{"a":9007199254740993}', 'a'],
    ['{"a":0.1000000000000000055}', 'a'],
    [`{"a":${'1'.repeat(40)}}`, 'a'],
    ['{"a":1,"a":1}', 'a'],
    ['{"a":1,"\\u0061":1}', 'a'],
    ['{"__proto__":1}', '__proto__'],
    ['{"\\u005f_proto__":1}', '__proto__'],
    ['"\\ud800"', undefined],
    ['"\\x"', undefined],
    ['"\n"', undefined],
    ['"a', undefined],
    ['\ufeff{}', undefined],
    ['// {}', undefined],
    ['['.repeat(DEPTH_MAX + 1), undefined],
    ['{"a":'.repeat(60_000), undefined],
  ] as [string, string | undefined][])('%j', (text, field) => {
    let thrown: unknown;
    try {
      parseStrictJson(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NotJson);
    expect((thrown as NotJson).field).toBe(field);
  });
});
