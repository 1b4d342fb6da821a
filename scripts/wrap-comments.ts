// Wraps comments at 100 columns, which the formatter leaves as they are: the second half of
// `npm run format`. Only a paragraph with a line that is too long is touched; lists, tables and
// indented lines keep their shape. A comment behind code that is too long moves above the code.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The widest a line of code or comment may be. */
export const COLUMNS_MAX = 100;
const FOLDERS = ['bench', 'bin', 'scripts', 'src', 'tests'];

interface CommentLine {
  /** Everything before the words: indentation and comment mark. */
  readonly lead: string;
  readonly words: string;
}

/** The text with its long comment paragraphs wrapped. */
export function wrapComments(text: string): string {
  const out: string[] = [];
  let paragraph: CommentLine[] = [];
  const flush = (): void => {
    out.push(...wrapParagraph(paragraph));
    paragraph = [];
  };
  for (const line of text.split('\n').flatMap(liftLongTail).flatMap(openLongDoc)) {
    const comment = commentLine(line);
    const last = paragraph.at(-1);
    if (!comment || (last && (last.lead !== comment.lead || startsAnew(comment.words)))) flush();
    if (!comment) out.push(line);
    else paragraph.push(comment);
  }
  flush();
  return out.join('\n');
}

/** A comment behind code moves above it when both together are too long. */
function liftLongTail(line: string): string[] {
  if (widthOf(line) <= COLUMNS_MAX) return [line];
  for (let at = line.indexOf(' // '); at >= 0; at = line.indexOf(' // ', at + 1)) {
    const code = line.slice(0, at).trimEnd();
    const quotes = code.match(/['"`]/g)?.length ?? 0;
    if (code === '' || quotes % 2 === 1) continue; // a whole line of comment, or inside of a string
    return [/^\s*/.exec(line)![0] + line.slice(at + 1), code];
  }
  return [line];
}

/** A one-line doc comment that is too long becomes one of three lines. */
function openLongDoc(line: string): string[] {
  const doc = /^(\s*)\/\*\* (.*\S) \*\/$/.exec(line);
  if (!doc || widthOf(line) <= COLUMNS_MAX) return [line];
  return [`${doc[1]}/**`, `${doc[1]} * ${doc[2]}`, `${doc[1]} */`];
}

/** A line that is only comment, of flowing words. */
function commentLine(line: string): CommentLine | undefined {
  const match = /^(\s*(?:\/\/|\*) )([^\s|].*)$/.exec(line);
  return match ? { lead: match[1]!, words: match[2]!.trimEnd() } : undefined;
}

function startsAnew(words: string): boolean {
  return /^(?:[-*] |\d+\. |@)/.test(words);
}

function wrapParagraph(lines: readonly CommentLine[]): string[] {
  const asWritten = lines.map(({ lead, words }) => lead + words);
  if (asWritten.every((line) => widthOf(line) <= COLUMNS_MAX)) return asWritten;
  const { lead } = lines[0]!;
  const wrapped: string[] = [];
  let current = '';
  for (const word of lines.flatMap(({ words }) => words.split(' '))) {
    const longer = current ? `${current} ${word}` : lead + word;
    if (current && widthOf(longer) > COLUMNS_MAX) {
      wrapped.push(current);
      current = lead + word;
    } else {
      current = longer;
    }
  }
  return [...wrapped, current];
}

/** Columns of a line, counted in code points. */
export function widthOf(line: string): number {
  return Array.from(line).length;
}

function main(): void {
  const root = join(import.meta.dirname, '..');
  for (const folder of FOLDERS) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(?:ts|mjs)$/.test(entry)) continue;
      const path = join(root, folder, entry);
      const before = readFileSync(path, 'utf8');
      const after = wrapComments(before);
      if (after !== before) writeFileSync(path, after);
    }
  }
}

if (import.meta.main) main();
