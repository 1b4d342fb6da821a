// A strict reader of JSON bodies. It refuses what JSON.parse is too kind for where money moves: a
// key given twice, `__proto__`, halves of surrogate pairs, numbers that a double cannot hold as
// they were written, and depth without end. What it returns is plain data without surprises.

export type JsonData = string | number | boolean | null | JsonData[] | { [name: string]: JsonData };

/** A text that is no acceptable JSON, with the sentence for whoever wrote it. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
  /** The member to blame, or undefined when the text itself is not readable. */
  readonly field: string | undefined;

  constructor(message: string, field?: string) {
    super(message);
    this.field = field;
  }
}

/** Objects and arrays within each other. */
export const DEPTH_MAX = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const SHOWN_MAX = 40;

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

/** Reads a text that must be one JSON value and nothing else. @throws NotJson */
export function parseStrictJson(text: string): JsonData {
  return new Reader(text).whole();
}

class Reader {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  whole(): JsonData {
    if (this.text.charCodeAt(0) === 0xfeff) {
      throw new NotJson('The body begins with a byte order mark.');
    }
    const value = this.value('');
    if (this.next() !== -1) throw this.unexpected('the end of the body');
    return value;
  }

  /** The next character that is no space, not yet taken; -1 at the end. */
  private next(): number {
    const { text } = this;
    while (this.at < text.length) {
      const code = text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) return code;
      this.at += 1;
    }
    return -1;
  }

  private value(name: string): JsonData {
    const code = this.next();
    if (code === QUOTE) return this.string();
    if (code === 0x7b) return this.members();
    if (code === 0x5b) return this.array(name);
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.number(name);
    if (this.word('true')) return true;
    if (this.word('false')) return false;
    if (this.word('null')) return null;
    throw this.unexpected('a value');
  }

  private members(): { [name: string]: JsonData } {
    const object: { [name: string]: JsonData } = {};
    this.enter();
    if (this.next() === 0x7d) return this.leave(object);
    for (;;) {
      if (this.next() !== QUOTE) throw this.unexpected('a name in double quotes');
      const name = this.string();
      if (name === '__proto__') throw new NotJson('A field is not named "__proto__".', name);
      if (Object.hasOwn(object, name)) {
        throw new NotJson(`Field ${shown(name)} is given twice.`, short(name));
      }
      if (this.next() !== COLON) throw this.unexpected('a colon');
      this.at += 1;
      object[name] = this.value(name);
      const after = this.next();
      if (after === 0x7d) return this.leave(object);
      if (after !== COMMA) throw this.unexpected('a comma or a closing brace');
      this.at += 1;
    }
  }

  private array(name: string): JsonData[] {
    const array: JsonData[] = [];
    this.enter();
    if (this.next() === 0x5d) return this.leave(array);
    for (;;) {
      array.push(this.value(name));
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
      throw new NotJson(`Objects and arrays go no deeper than ${DEPTH_MAX}.`);
    }
  }

  private leave<T>(value: T): T {
    this.at += 1;
    this.depth -= 1;
    return value;
  }

  private string(): string {
    const { text } = this;
    const from = this.at + 1;
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return text.slice(from, at);
      }
      if (code === BACKSLASH) return this.escaped(from, at);
      if (code < 0x20) throw this.unexpected('no control character in a string', at);
    }
    throw this.unexpected('a closing quote', text.length);
  }

  /** A string with escapes; `at` is the first of them. */
  private escaped(from: number, at: number): string {
    const { text } = this;
    let out = text.slice(from, at);
    for (let i = at; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) {
        this.at = i + 1;
        if (!out.isWellFormed()) throw new NotJson('A string holds half of a surrogate pair.');
        return out;
      }
      if (code < 0x20) throw this.unexpected('no control character in a string', i);
      if (code !== BACKSLASH) {
        out += text[i];
        continue;
      }
      i += 1;
      if (text[i] === 'u') {
        const digits = text.slice(i + 1, i + 5);
        if (!HEX4.test(digits)) throw this.unexpected('four hexadecimal digits', i + 1);
        out += String.fromCharCode(Number.parseInt(digits, 16));
        i += 4;
      } else {
        const plain = ESCAPES.get(text[i] ?? '');
        if (plain === undefined) throw this.unexpected('a known escape', i);
        out += plain;
      }
    }
    throw this.unexpected('a closing quote', text.length);
  }

  /** A number that prints as it was written, but for zeros at its end. */
  private number(name: string): number {
    NUMBER.lastIndex = this.at;
    const written = NUMBER.exec(this.text)?.[0];
    if (written === undefined) throw this.unexpected('a number');
    this.at += written.length;
    const after = this.text.charCodeAt(this.at);
    if ((after >= 0x30 && after <= 0x39) || after === 0x2e) throw this.unexpected('a JSON number');
    const value = Number(written);
    const canonical = written.includes('.') ? written.replace(/\.?0+$/, '') : written;
    if (String(value) !== canonical || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      const what = `A number loses digits or is not plain: ${shown(written)}.`;
      throw new NotJson(`${what} Write it without exponent; amounts are strings.`, name);
    }
    return value;
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private unexpected(wanted: string, at = this.at): NotJson {
    const found = at < this.text.length ? shown(this.text.slice(at, at + 1)) : 'the body ends';
    const where = `Not JSON at character ${at + 1}`;
    return new NotJson(`${where}: ${wanted} is expected, found ${found}.`);
  }
}

/** Text from outside, safe to put into a sentence: quoted, escaped and cut. */
export function shown(text: string): string {
  const quoted = JSON.stringify(short(text));
  return text.length > SHOWN_MAX ? `${quoted.slice(0, -1)}…"` : quoted;
}

/** Text from outside, cut to a length that an answer can carry, never through a surrogate pair. */
export function short(text: string): string {
  return text.slice(0, SHOWN_MAX).toWellFormed();
}
