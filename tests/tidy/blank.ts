// Blanks out what is not code, so that the tidy rules can search a file with plain patterns.
// Comments, the inside of strings and of regular expressions become spaces; everything keeps its
// place and its line. This is a scanner, not a parser: it decides between a regular expression and
// a division by the token before the slash.

const REGEX_AFTER = new Set('(,=:[!&|?{;+-*%~^<>'.split(''));
const REGEX_AFTER_WORD = new Set(
  'return typeof case in of void delete instanceof new else do yield await'.split(' '),
);

/**
 * The text with comments, strings and regular expressions blanked; the same length, the same lines.
 */
export function blank(text: string): string {
  const out = text.split('');
  const braces: boolean[] = []; // per open brace: does it belong to a `${` of a template?
  let i = 0;
  while (i < text.length) {
    const c = text[i];
    if (text.startsWith('//', i)) i = wipe(out, i, lineEnd(text, i));
    else if (text.startsWith('/*', i)) i = wipe(out, i, after(text, '*/', i + 2));
    else if (c === "'" || c === '"') i = wipeInside(out, i, stringEnd(text, i, c));
    else if (c === '`') i = template(text, out, i + 1, braces);
    else if (c === '/' && startsRegex(text, out, i)) i = regex(text, out, i);
    else if (c === '{') i = push(braces, false, i);
    else if (c === '}') i = braces.pop() ? template(text, out, i + 1, braces) : i + 1;
    else i += 1;
  }
  return out.join('');
}

/** Blanks template text from `start`, up to and with the closing backtick or the next `${`. */
function template(text: string, out: string[], start: number, braces: boolean[]): number {
  let i = start;
  while (i < text.length && text[i] !== '`') {
    if (text.startsWith('${', i)) {
      wipe(out, start, i + 1);
      return push(braces, true, i + 1);
    }
    i += text[i] === '\\' ? 2 : 1;
  }
  wipe(out, start, i);
  return i + 1;
}

function push(braces: boolean[], isTemplate: boolean, at: number): number {
  braces.push(isTemplate);
  return at + 1;
}

/** A quote takes the place of both slashes, so that what follows sees the end of a value. */
function regex(text: string, out: string[], start: number): number {
  const end = regexEnd(text, start);
  wipe(out, start, end);
  out[start] = '"';
  out[end - 1] = '"';
  return end;
}

function startsRegex(text: string, out: string[], at: number): boolean {
  let i = at - 1;
  while (i >= 0 && /\s/.test(out[i]!)) i -= 1;
  if (regexEnd(text, at) < 0) return false;
  if (i < 0 || REGEX_AFTER.has(out[i]!)) return true;
  const word = /[A-Za-z]+$/.exec(out.slice(Math.max(0, i - 12), i + 1).join(''));
  return word !== null && REGEX_AFTER_WORD.has(word[0]);
}

/** Just past the closing slash and its flags, or -1 when the line ends first. */
function regexEnd(text: string, start: number): number {
  let inClass = false;
  for (let i = start + 1; i < text.length && text[i] !== '\n'; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '[') inClass = true;
    else if (text[i] === ']') inClass = false;
    else if (text[i] === '/' && !inClass) {
      while (/[a-z]/.test(text[i + 1] ?? '')) i += 1;
      return i + 1;
    }
  }
  return -1;
}

function stringEnd(text: string, start: number, quote: string): number {
  let i = start + 1;
  while (i < text.length && text[i] !== quote && text[i] !== '\n') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

/** Keeps the quotes, so that what follows sees the end of a value. */
function wipeInside(out: string[], start: number, end: number): number {
  wipe(out, start + 1, end - 1);
  return end;
}

function wipe(out: string[], start: number, end: number): number {
  for (let i = start; i < Math.min(end, out.length); i += 1) if (out[i] !== '\n') out[i] = ' ';
  return end;
}
