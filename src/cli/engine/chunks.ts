// From the bytes of a stream to lines, one at a time, so that whoever takes them can wait for a
// slow reader between any two. Most input is plain ASCII: then a whole chunk is one text and a line
// is a place in it; only what is not is decoded line by line. It never keeps more of a begun line
// than a line may have.

import { isAscii, isUtf8 } from 'node:buffer';

/** The most bytes of a line, its end not counted. */
export const LINE_BYTES_MAX = 65_536;

const NEWLINE = 10;
const EMPTY = Buffer.alloc(0);

export class LineSplitter {
  /** The line that `next` found: text[from … to), or what is wrong with it. */
  text = '';
  from = 0;
  to = 0;
  fault = '';
  /** Whole lines that are not taken yet, the last byte being the end of the last one. */
  private bytes: Buffer = EMPTY;
  private chunkText = '';
  private isText = false;
  private at = 0;
  /** The begun line's bytes. */
  private rest: Buffer = EMPTY;
  /** The begun line is too long already: it is dropped up to its end, and then said to be. */
  private dropping = false;
  /** The first line of `bytes` is the end of a dropped one. */
  private dropped = false;

  /** Takes the next bytes. Every line of those before must have been taken. */
  push(chunk: Buffer): void {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.bytes = EMPTY;
      this.keep(chunk);
    } else {
      const whole = chunk.subarray(0, last + 1);
      this.bytes = this.rest.length === 0 ? whole : Buffer.concat([this.rest, whole]);
      this.rest = EMPTY;
      this.dropped = this.dropping;
      this.dropping = false;
      this.keep(chunk.subarray(last + 1));
    }
    this.at = 0;
    this.isText = isAscii(this.bytes);
    this.chunkText = this.isText ? this.bytes.toString('latin1') : '';
  }

  /** The input ends: what has begun is the last line. */
  end(): void {
    if (this.rest.length > 0 || this.dropping) this.push(Buffer.from('\n'));
  }

  /** Moves to the next line; false when there is none until more is pushed. */
  next(): boolean {
    const { at, bytes } = this;
    if (at >= bytes.length) return false;
    const to = this.isText ? this.chunkText.indexOf('\n', at) : bytes.indexOf(NEWLINE, at);
    this.at = to + 1;
    this.text = '';
    this.fault = '';
    if (this.dropped || to - at > LINE_BYTES_MAX) {
      this.dropped = false;
      this.fault = `The line has more than ${LINE_BYTES_MAX} bytes.`;
    } else if (this.isText) {
      this.text = this.chunkText;
      this.from = at;
      this.to = to;
    } else {
      this.decode(bytes.subarray(at, to));
    }
    return true;
  }

  private decode(line: Buffer): void {
    if (!isUtf8(line)) {
      this.fault = 'The line is not UTF-8.';
      return;
    }
    this.text = line.toString('utf8');
    this.from = 0;
    this.to = this.text.length;
  }

  private keep(bytes: Buffer): void {
    if (this.dropping || bytes.length === 0) return;
    if (this.rest.length + bytes.length > LINE_BYTES_MAX) {
      this.dropping = true;
      this.rest = EMPTY;
    } else {
      this.rest = Buffer.concat([this.rest, bytes]); // a copy: the stream may use its memory again
    }
  }
}
