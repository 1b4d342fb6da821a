// Proves that the comment wrapper shortens what is too long, changes nothing else, and is done
// after one pass.

import { expect, test } from 'vitest';
import { wrapComments } from '../scripts/wrap-comments.ts';

const words = (count: number): string => Array.from({ length: count }, (_, i) => `w${i}`).join(' ');

test('wraps a long paragraph and keeps its words', () => {
  const before = `  // ${words(60)}\n  // and more\n  const x = 1;`;
  const after = wrapComments(before);
  expect(after.split('\n').every((line) => line.length <= 100)).toBe(true);
  expect(after.replace(/\n? +\/\//g, '')).toBe(before.replace(/\n? +\/\//g, ''));
  expect(wrapComments(after)).toBe(after);
});

test('opens a one-line doc comment that is too long', () => {
  const after = wrapComments(`/** ${words(40)} */\nconst x = 1;`).split('\n');
  expect(after[0]).toBe('/**');
  expect(after.at(-2)).toBe(' */');
  expect(after.every((line) => line.length <= 100)).toBe(true);
});

test('moves a long comment behind code above it', () => {
  const after = wrapComments(`  const s = '//'; // ${words(24)}`).split('\n');
  expect(after).toEqual([`  // ${words(24)}`, "  const s = '//';"]);
});

test.each([
  '// short\n// lines stay\n',
  `const s = 'a // ${words(40)}';`,
  `// | ${words(40)} |`,
  `//   ${words(40)}`,
  'const product = a\n  * b;',
])('leaves alone: %s', (text) => {
  expect(wrapComments(text)).toBe(text);
});

test('begins a new paragraph at a list item and at a tag', () => {
  const after = wrapComments(`/**\n * ${words(40)}\n * - item\n * @throws never\n */`).split('\n');
  expect(after.slice(-3)).toEqual([' * - item', ' * @throws never', ' */']);
});
