// Proves that the strict reader agrees with JSON.parse on everything that both accept, and that
// what it refuses beyond that is exactly what it promises to refuse.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEPTH_MAX,
  JsonNumber,
  JsonObject,
  JsonReader,
  Malformed,
  type JsonValue,
} from './json.ts';

const reader = new JsonReader();
const read = (text: string): JsonObject => reader.object(text);

function fault(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
  return 'accepted';
}

/** As JSON.parse would have it. */
function plain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return JSON.parse(value.text) as unknown;
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof JsonObject)) return value;
  return Object.fromEntries(value.names.map((name, i) => [name, plain(value.values[i])]));
}

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
    : 0;

describe('the strict reader', () => {
  test('reads any object that JSON.stringify writes, with any spaces', () => {
    const spaces = fc.constantFrom(undefined, 1, 2, '\t');
    const objects = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 5 }));
    fc.assert(
      fc.property(objects, spaces, (object, space) => {
        fc.pre(depthOf(object) <= DEPTH_MAX);
        const text = JSON.stringify(object, undefined, space);
        expect(plain(read(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('accepts nothing that JSON.parse refuses, whatever one edit does to a line', () => {
    const line = '{"a":"x\\u00e9\\n","b":[1,-2.5e+3,true,null],"c":{"d":"","e":false}}';
    const edits = fc.record({
      at: fc.nat(line.length),
      cut: fc.nat(3),
      put: fc.string({
        unit: fc.constantFrom(...'{}[]",:\\u0123456789-+.eE \t\rtruefalsnx\u0001é'),
        maxLength: 3,
      }),
    });
    fc.assert(
      fc.property(edits, ({ at, cut, put }) => {
        const text = line.slice(0, at) + put + line.slice(at + cut);
        let parsed: unknown;
        try {
          parsed = JSON.parse(text) as unknown;
        } catch {
          expect(fault(text)).not.toBe('accepted');
          return;
        }
        const why = fault(text);
        if (why === 'accepted') expect(plain(read(text))).toEqual(parsed);
        else expect(why).toMatch(/given twice|surrogate|one JSON object/);
      }),
      { numRuns: 2_000 },
    );
  });

  test('refuses every line that is cut short', () => {
    const line = '{"command":"deposit","amount":"1.5","n":[1,{"x":true}]}';
    for (let length = 0; length < line.length; length += 1) {
      expect(fault(line.slice(0, length)), line.slice(0, length)).not.toBe('accepted');
    }
    expect(fault(line)).toBe('accepted');
  });

  test('keeps the text of numbers and reads a part of a longer text', () => {
    const chunk = '{"x":1}\n{"n":1.10,"m":-0,"e":1E400}\n{';
    const object = reader.object(chunk, 8, 35);
    expect(object.values).toEqual([
      new JsonNumber('1.10'),
      new JsonNumber('-0'),
      new JsonNumber('1E400'),
    ]);
  });

  test.each([
    ['', 'The line is empty.'],
    ['   ', 'The line is empty.'],
    ['[]', 'one JSON object'],
    ['1', 'one JSON object'],
    ['null', 'one JSON object'],
    ['\ufeff{}', 'byte order mark'],
    ['{"a":1}{}', 'the end of the line is expected'],
    ['{"a":1} x', 'the end of the line is expected'],
    ['{"a":1,}', 'a name in double quotes is expected'],
    ["{'a':1}", 'a name in double quotes is expected'],
    ['{a:1}', 'a name in double quotes is expected'],
    ['{"a":1,"b":2,"a":3}', 'Field "a" is given twice.'],
    ['{"a":{"b":1,"b":1}}', 'Field "b" is given twice.'],
    ['{"__proto__":1,"__proto__":2}', 'Field "__proto__" is given twice.'],
    ['{"\\u0061":1,"a":2}', 'Field "a" is given twice.'],
    ['{"a":"\\ud800"}', 'half of a surrogate pair'],
    ['{"a":"\\udc00x"}', 'half of a surrogate pair'],
    ['{"a":"\\ud83d\\ud83d"}', 'half of a surrogate pair'],
    ['{"a":"\\x41"}', 'a known escape'],
    ['{"a":"\\u12g4"}', 'four hexadecimal digits'],
    ['{"a":"\\', 'a known escape'],
    ['{"a":"b\tc"}', 'no control character'],
    ['{"a":"b\u0000c"}', 'no control character'],
    ['{"a":NaN}', 'a value is expected'],
    ['{"a":Infinity}', 'a value is expected'],
    ['{"a":-Infinity}', 'a number is expected'],
    ['{"a":01}', 'a JSON number is expected'],
    ['{"a":1.}', 'a JSON number is expected'],
    ['{"a":.5}', 'a value is expected'],
    ['{"a":+1}', 'a value is expected'],
    ['{"a":0x10}', 'a comma or a closing brace'],
    ['{"a":1_000}', 'a comma or a closing brace'],
    ['{"a":1e}', 'a comma or a closing brace'],
    ['{"a":tru}', 'a value is expected'],
    ['{"a":True}', 'a value is expected'],
    ['{"a":1 /* b */}', 'a comma or a closing brace'],
    ['{"a":1} // b', 'the end of the line'],
    [`{"a":${'['.repeat(100_000)}`, 'no deeper than 8'],
    [`{"a":${'{"a":'.repeat(20)}`, 'no deeper than 8'],
  ])('refuses %s', (text, message) => {
    expect(fault(text)).toContain(message);
  });

  test('takes the depth that is allowed and no more', () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(fault(nested(DEPTH_MAX - 1))).toBe('accepted');
    expect(fault(nested(DEPTH_MAX))).toContain('no deeper');
  });

  test('finds a name that is given twice among thousands, and takes thousands', () => {
    const members = Array.from({ length: 5_000 }, (_, i) => `"n${i}":1`);
    expect(fault(`{${members.join()}}`)).toBe('accepted');
    expect(fault(`{${members.join()},"n3":1}`)).toBe('Field "n3" is given twice.');
  });

  test('makes no plain object, so `__proto__` is a name like any other', () => {
    const object = read('{"__proto__":{"admin":true},"constructor":1}');
    expect(object.names).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  test('says where it stopped, and never repeats more than a little of what it was given', () => {
    expect(fault('{"a" 1}')).toBe('Not JSON at character 6: a colon is expected, found "1".');
    const long = 'x'.repeat(10_000);
    expect(fault(`{"${long}":1,"${long}":1}`).length).toBeLessThan(80);
  });
});
