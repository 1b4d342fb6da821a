// Finds the functions of a file and how long they are, by matching brackets in blanked code. A
// heuristic: a parameter list followed by `{`, by `=> {`, or by a return type and one of the two,
// is a function; `if (…) {` and its like are not. A class that extends a call is mistaken for a
// function; an arrow without braces is not seen.

/**
 * One function: where it begins, and how many lines it has from its parameter list to its closing
 * brace.
 */
export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
  /** `lines` without those of the functions inside it. */
  readonly ownLines: number;
}

const NOT_A_FUNCTION = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await']);
const TYPE_GOES_ON = new Set([':', '|', '&', '<', ',', '(', '>']); // `>` is the end of `=>`
const TYPE_GOES_ON_WORD = /\b(?:is|asserts|keyof|readonly|extends)$/;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/** Every function of a file that `blank` has been through, in order of their ends. */
export function functionSpans(code: string): FunctionSpan[] {
  const heads = functionHeads(code);
  const spans: FunctionSpan[] = [];
  const open: { head: number | undefined; inner: number }[] = [];
  for (let i = 0; i < code.length; i += 1) {
    if (code[i] === '{') open.push({ head: heads.get(i), inner: 0 });
    if (code[i] !== '}') continue;
    const block = open.pop();
    if (!block) continue;
    const outer = open.at(-1);
    if (block.head === undefined) {
      if (outer) outer.inner += block.inner;
      continue;
    }
    const line = lineOf(code, block.head);
    const lines = lineOf(code, i) - line + 1;
    spans.push({ name: nameBefore(code, block.head), line, lines, ownLines: lines - block.inner });
    if (outer) outer.inner += lines;
  }
  return spans;
}

/** Line number, from 1, of a place in a text. */
export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line += 1;
  return line;
}

/** Body brace → opening bracket of the parameter list. */
function functionHeads(code: string): Map<number, number> {
  const heads = new Map<number, number>();
  for (let i = code.indexOf('('); i >= 0; i = code.indexOf('(', i + 1)) {
    if (NOT_A_FUNCTION.has(/([A-Za-z]*)\s*$/.exec(code.slice(Math.max(0, i - 20), i))![1]!))
      continue;
    const body = bodyAfter(code, closing(code, i) + 1);
    if (body !== undefined && !heads.has(body)) heads.set(body, i);
  }
  return heads;
}

/** Where the body begins that follows a parameter list which ends before `from`, if one does. */
function bodyAfter(code: string, from: number): number | undefined {
  const at = skipSpace(code, from);
  if (code[at] === '{') return at;
  if (code.startsWith('=>', at)) return braceAt(code, at + 2);
  return code[at] === ':' ? bodyAfterType(code, at) : undefined;
}

/** Walks over the return type that follows the colon at `colon`. */
function bodyAfterType(code: string, colon: number): number | undefined {
  let previous = colon;
  let i = skipSpace(code, colon + 1);
  while (i < code.length) {
    const c = code[i]!;
    if (code.startsWith('=>', i)) {
      if (code[previous] !== ')') return braceAt(code, i + 2);
      previous = i + 1; // the arrow of a function type
      i += 2;
    } else if (c === '{' && !typeGoesOn(code, previous)) {
      return i;
    } else if (CLOSING[c]) {
      previous = closing(code, i);
      i = previous + 1;
    } else if (/[;})\],=?]/.test(c)) {
      return undefined;
    } else {
      previous = i;
      i += 1;
    }
    i = skipSpace(code, i);
  }
  return undefined;
}

function typeGoesOn(code: string, previous: number): boolean {
  const c = code[previous]!;
  if (c === '>' && code[previous - 1] !== '=') return false;
  return TYPE_GOES_ON.has(c) || TYPE_GOES_ON_WORD.test(code.slice(0, previous + 1));
}

function braceAt(code: string, from: number): number | undefined {
  const at = skipSpace(code, from);
  return code[at] === '{' ? at : undefined;
}

/** The bracket that closes the one at `open`, or the end of the text. */
function closing(code: string, open: number): number {
  const opener = code[open]!;
  const closer = CLOSING[opener]!;
  let depth = 0;
  for (let i = open; i < code.length; i += 1) {
    if (code[i] === opener) depth += 1;
    if (code[i] === closer && !(closer === '>' && code[i - 1] === '=')) depth -= 1;
    if (depth === 0) return i;
  }
  return code.length;
}

function skipSpace(code: string, from: number): number {
  let i = from;
  while (i < code.length && /\s/.test(code[i]!)) i += 1;
  return i;
}

/** The name of the function whose parameter list opens at `at`: its own, or what it is given to. */
function nameBefore(code: string, at: number): string {
  const before = code.slice(Math.max(0, at - 200), at).replace(/<[^<>()]*>\s*$/, '');
  const own = /([A-Za-z_$][\w$]*)\s*$/.exec(before);
  if (own && own[1] !== 'function' && own[1] !== 'async') return own[1]!;
  const given = /([A-Za-z_$][\w$]*)\s*(?::[^=;{}()]*)?[=:(][^=;{}()]*$/.exec(before);
  return given?.[1] ?? 'anonymous';
}
