// Reads a text file line by line in pieces, so that a file may be larger than memory. Lines are
// handed out without waiting while the piece lasts; only `fill` reads the disk. Never interprets a
// line.

import { open, type FileHandle } from 'node:fs/promises';
import { ReplayError } from './replay-error.ts';

const PIECE_BYTES = 256 * 1024;
/** No format here has lines near this long: more means that it is no text file. */
const LINE_BYTES_MAX = 4_096;

/** The lines of one file. */
export class LineReader {
  readonly path: string;
  /** Size of the file when it was opened. */
  readonly bytesTotal: number;
  bytesRead = 0;
  /** Number of the line that `next` gave last, from 1. */
  line = 0;
  private readonly file: FileHandle;
  private readonly buffer = Buffer.allocUnsafe(PIECE_BYTES);
  private text = '';
  private at = 0;
  private atEnd = false;

  private constructor(path: string, file: FileHandle, bytesTotal: number) {
    this.path = path;
    this.file = file;
    this.bytesTotal = bytesTotal;
  }

  /** @throws ReplayError when there is no readable file. */
  static async open(path: string): Promise<LineReader> {
    try {
      const file = await open(path, 'r');
      const { size } = await file.stat();
      return new LineReader(path, file, size);
    } catch (error) {
      throw cannotRead(path, error);
    }
  }

  /** Bytes of the lines that `next` gave so far. */
  get bytesGiven(): number {
    return this.bytesRead - Math.max(this.text.length - this.at, 0);
  }

  /** Whether `next` has a whole line without reading on. */
  ready(): boolean {
    if (this.text.indexOf('\n', this.at) >= 0) return true;
    return this.atEnd && this.at < this.text.length;
  }

  /** Reads on until a line is ready. False at the end of the file. */
  async fill(): Promise<boolean> {
    while (!this.ready()) {
      if (this.atEnd) return false;
      const { bytesRead } = await this.read();
      this.bytesRead += bytesRead;
      this.atEnd = bytesRead === 0;
      // One byte, one character, so that nothing is cut in two; `original` undoes it for messages.
      this.text = this.text.slice(this.at) + this.buffer.toString('latin1', 0, bytesRead);
      this.at = 0;
      if (this.text.length > LINE_BYTES_MAX + PIECE_BYTES) throw this.tooLong();
    }
    return true;
  }

  /** The next line without its end. Only after `ready` or `fill` said that there is one. */
  next(): string {
    const newline = this.text.indexOf('\n', this.at);
    let end = newline < 0 ? this.text.length : newline;
    const begin = this.at;
    this.at = end + 1;
    this.line += 1;
    if (end - begin > LINE_BYTES_MAX) throw this.tooLong();
    if (this.text[end - 1] === '\r' && end > begin) end -= 1;
    return this.text.slice(begin, end);
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async read(): Promise<{ bytesRead: number }> {
    try {
      return await this.file.read(this.buffer, 0, PIECE_BYTES);
    } catch (error) {
      throw cannotRead(this.path, error);
    }
  }

  private tooLong(): ReplayError {
    return new ReplayError(
      `${this.path}:${this.line + 1}: a line of more than ${LINE_BYTES_MAX} bytes: this is no CSV file`,
    );
  }
}

/** The first line of a file; '' when it is empty. @throws ReplayError */
export async function firstLine(path: string): Promise<string> {
  const lines = await LineReader.open(path);
  try {
    return (await lines.fill()) ? lines.next() : '';
  } finally {
    await lines.close();
  }
}

/** The text of a line as its author wrote it, for a message. */
export function original(line: string): string {
  return Buffer.from(line, 'latin1').toString('utf8');
}

function cannotRead(path: string, error: unknown): ReplayError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return new ReplayError(`${path}: there is no such file`);
  if (code === 'EACCES') return new ReplayError(`${path}: no permission to read it`);
  if (code === 'EISDIR') return new ReplayError(`${path}: is a folder, a file was expected`);
  return new ReplayError(`${path}: cannot be read: ${String(error)}`);
}
