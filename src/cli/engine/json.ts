// A strict reader for one line of JSON. It differs from JSON.parse where that is too kind for
// commands that move money: numbers keep their text, a key may stand only once, text may hold no
// half of a surrogate pair, and the depth is bounded. It makes no plain objects, so a key such as
// `__proto__` is a name like any other.

/** A number as it was written: what it means is decided by the field it is given for. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The members of an object in the order in which they were written. */
export class JsonObject {
  readonly names: string[] = [];
  readonly values: JsonValue[] = [];

  /** The value of a member, or undefined when there is none of that name. */
  get(name: string): JsonValue | undefined {
    return this.values[this.names.indexOf(name)];
  }
}

export type JsonValue = string | boolean | null | JsonNumber | JsonObject | JsonValue[];

/**
 * A line that is no request, with the sentence for whoever wrote it. Thrown at the edge, answered
 * at the edge.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed';
  /** The field to blame, or undefined when the line itself is not readable. */
  readonly field: string | undefined;

  constructor(message: string, field?: string) {
    super(message);
    this.field = field;
  }
}

/** Objects and arrays within each other. */
export const DEPTH_MAX = 8;

const NAMES_SCANNED_MAX = 24; // up to here comparing with each earlier name is faster than a set

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const BYTE_ORDER_MARK = 0xfeff;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEX4 = /^[0-9A-Fa-f]{4}$/;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Reads lines; one instance serves all of them, one after another. */
export class JsonReader {
  private text = '';
  private start = 0;
  private at = 0;
  private end = 0;
  private depth = 0;

  /** Reads text[from … to), which must be one object and nothing else. @throws Malformed */
  object(text: string, from = 0, to = text.length): JsonObject {
    this.text = text;
    this.start = from;
    this.at = from;
    this.end = to;
    this.depth = 0;
    const first = this.next();
    if (first === BYTE_ORDER_MARK) throw new Malformed('The line begins with a byte order mark.');
    if (first === -1) throw new Malformed('The line is empty.');
    if (first !== 0x7b) throw new Malformed('A line is one JSON object: {"command": …}.');
    const value = this.members();
    if (this.next() !== -1) throw this.unexpected('the end of the line');
    return value;
  }

  /** The next character that is no space, not yet taken; -1 at the end of the line. */
  private next(): number {
    while (this.at < this.end) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) return code;
      this.at += 1;
    }
    return -1;
  }

  private value(): JsonValue {
    const code = this.next();
    if (code === QUOTE) return this.string();
    if (code === 0x7b) return this.members();
    if (code === 0x5b) return this.array();
    if (code === MINUS || (code >= 0x30 && code <= 0x39)) return this.number();
    if (this.word('true')) return true;
    if (this.word('false')) return false;
    if (this.word('null')) return null;
    throw this.unexpected('a value');
  }

  private members(): JsonObject {
    const object = new JsonObject();
    this.enter();
    if (this.next() === 0x7d) return this.leave(object);
    let seen: Set<string> | undefined;
    for (;;) {
      if (this.next() !== QUOTE) throw this.unexpected('a name in double quotes');
      const name = this.string();
      if (object.names.length === NAMES_SCANNED_MAX) seen = new Set(object.names);
      if (seen === undefined ? object.names.includes(name) : seen.has(name)) {
        throw new Malformed(`Field ${shown(name)} is given twice.`, short(name));
      }
      seen?.add(name);
      if (this.next() !== COLON) throw this.unexpected('a colon');
      this.at += 1;
      object.names.push(name);
      object.values.push(this.value());
      const after = this.next();
      if (after === 0x7d) return this.leave(object);
      if (after !== COMMA) throw this.unexpected('a comma or a closing brace');
      this.at += 1;
    }
  }

  private array(): JsonValue[] {
    const array: JsonValue[] = [];
    this.enter();
    if (this.next() === 0x5d) return this.leave(array);
    for (;;) {
      array.push(this.value());
      const after = this.next();
      if (after === 0x5d) return this.leave(array);
      if (after !== COMMA) throw this.unexpected('a comma or a closing bracket');
      this.at += 1;
    }
  }

  private enter(): void {
    this.at += 1;
    this.depth += 1;
    if (this.depth > DEPTH_MAX) {
      throw new Malformed(`Objects and arrays go no deeper than ${DEPTH_MAX}.`);
    }
  }

  private leave<T>(value: T): T {
    this.at += 1;
    this.depth -= 1;
    return value;
  }

  private string(): string {
    const { text, end } = this;
    const from = this.at + 1;
    for (let at = from; at < end; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return text.slice(from, at);
      }
      if (code === BACKSLASH) return this.escaped(from, at);
      if (code < 0x20) throw this.unexpected('no control character in a string', at);
    }
    throw this.unexpected('a closing quote', end);
  }

  /** A string with escapes; `at` is the first of them. */
  private escaped(from: number, at: number): string {
    const { text, end } = this;
    let out = text.slice(from, at);
    for (let i = at; i < end; i += 1) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) {
        this.at = i + 1;
        if (!out.isWellFormed()) throw new Malformed('A string holds half of a surrogate pair.');
        return out;
      }
      if (code < 0x20) throw this.unexpected('no control character in a string', i);
      if (code !== BACKSLASH) {
        out += text[i];
        continue;
      }
      i += 1;
      const letter = i < end ? text[i] : '';
      if (letter === 'u') {
        const digits = text.slice(i + 1, Math.min(i + 5, end));
        if (!HEX4.test(digits)) throw this.unexpected('four hexadecimal digits', i + 1);
        out += String.fromCharCode(Number.parseInt(digits, 16));
        i += 4;
      } else {
        const plain = ESCAPES.get(letter);
        if (plain === undefined) throw this.unexpected('a known escape', i);
        out += plain;
      }
    }
    throw this.unexpected('a closing quote', end);
  }

  private number(): JsonNumber {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null || this.at + match[0].length > this.end) throw this.unexpected('a number');
    this.at += match[0].length;
    const after = this.at < this.end ? this.text.charCodeAt(this.at) : -1;
    if ((after >= 0x30 && after <= 0x39) || after === 0x2e) throw this.unexpected('a JSON number');
    return new JsonNumber(match[0]);
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at) || this.at + word.length > this.end) return false;
    this.at += word.length;
    return true;
  }

  private unexpected(wanted: string, at = this.at): Malformed {
    const column = at - this.start + 1;
    const found = at < this.end ? shown(this.text.slice(at, at + 1)) : 'the line ends';
    return new Malformed(`Not JSON at character ${column}: ${wanted} is expected, found ${found}.`);
  }
}

const SHOWN_MAX = 40;

/** Text from outside, safe to put into a sentence: quoted, escaped and cut. */
export function shown(text: string): string {
  const quoted = JSON.stringify(short(text));
  return text.length > SHOWN_MAX ? `${quoted.slice(0, -1)}…"` : quoted;
}

/** Text from outside, cut to a length that an answer can carry, never through a surrogate pair. */
export function short(text: string): string {
  return text.slice(0, SHOWN_MAX).toWellFormed();
}
