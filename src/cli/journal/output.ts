// How the commands on a journal answer: what was asked for on standard output, everything else in
// one sentence on standard error, with the place and with what to do. Exit code 1 whenever the
// answer is not the one that was hoped for.

import { writeSync } from 'node:fs';
import { codeOf } from '../../journal/disk.ts';
import { describe, type Finding, type VerdictNumber } from '../../journal/verdict.ts';

export const EXIT_FAILED = 1;

/** Text that is gathered before it is written. */
const CHUNK_CHARS = 65_536;
/** A pipe that is full is tried again after so long, ms. */
const FULL_PIPE_MS = 2;
const STDOUT = 1;

/** Whoever read our output has gone: `plimsoll archive DIR | head`. */
class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/** Runs a command; what it throws becomes a sentence. */
export async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ReaderGone) return;
    say(error instanceof Error ? error.message : String(error));
  }
}

/** One sentence on standard error, and exit code 1. */
export function say(text: string): void {
  process.stderr.write(`plimsoll: ${text}\n`);
  process.exitCode = EXIT_FAILED;
}

export function print(json: boolean | undefined, value: object, text: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${text}\n`);
}

/** What was found, with its place and what to do about it in this directory. */
export function findingText(found: Finding, directory: string): string {
  const text = describe(found).replace(/^(?:started|refused to start), /, '');
  const advice = adviceOn(found, directory);
  return advice === '' ? text : `${text} ${advice}`;
}

const CUTTABLE: ReadonlySet<VerdictNumber> = new Set([3, 4, 14]);

function adviceOn({ verdict, sequence, file }: Finding, directory: string): string {
  if (CUTTABLE.has(verdict) && sequence !== undefined) {
    const command = `plimsoll verify ${directory} --cut ${sequence}`;
    return `To give up sequence ${sequence} and everything after it: ${command}`;
  }
  if (verdict === 7) return `Once verify is good but for ${file}, that file can be deleted.`;
  if (verdict === 12) return 'Were other limits configured? Then name that file with --config.';
  if (verdict === 13) return 'Stop that process first, or look at a copy of the directory.';
  return '';
}

/** @throws Error */
export function wholeNumber(option: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Error(`${option} is a sequence, a whole number: ${text} is not`);
}

/** Many lines to standard output, no faster than they are read. */
export class LineWriter {
  private text = '';

  line(text: string): void {
    this.text += `${text}\n`;
    if (this.text.length >= CHUNK_CHARS) this.flush();
  }

  /** @throws Error when nobody reads any more */
  flush(): void {
    const bytes = Buffer.from(this.text);
    this.text = '';
    for (let done = 0; done < bytes.length;) done += writeSome(bytes.subarray(done));
  }
}

/** Waits for a full pipe: a journal is larger than memory. */
function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    if (codeOf(error) === 'EPIPE') throw new ReaderGone();
    if (codeOf(error) !== 'EAGAIN') throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_MS);
    return 0;
  }
}
