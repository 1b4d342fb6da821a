// Secrets and their files: made by the system's generator, kept as hashes, compared in constant
// time, readable by their owner only. A secret is never logged.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { readFileSync, statSync, type Stats } from 'node:fs';

const SECRET_BYTES = 32;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const GROUP_READS = 0o040;

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

export const hashOf = (secret: string): string => hash('sha256', secret, 'hex');

/** A hash as text, to be looked up, and as bytes, to be compared. */
export class SecretHash {
  readonly text: string;
  private readonly bytes: Buffer;

  constructor(secret: string) {
    this.text = hashOf(secret);
    this.bytes = Buffer.from(this.text, 'latin1');
  }

  /** Compares without telling how far the two agree. */
  isSame({ bytes }: SecretHash): boolean {
    return this.bytes.length === bytes.length && timingSafeEqual(this.bytes, bytes);
  }
}

/** Replaces a file as a whole, durably, for its owner only. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, 'w', OWNER_ONLY);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(temporary, OWNER_ONLY);
  renameSync(temporary, path);
}

/** A file of secrets that cannot be used as it is; the sentence is for the operator. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError';
}

/**
 * The text of a file that only its owner may read; undefined when there is none. Wider rights are
 * narrowed. @throws SecretFileError when they cannot be, or when the file cannot be read
 */
export function readPrivateFile(path: string): string | undefined {
  const stat = attempt(path, 'found', () => statSync(path, { throwIfNoEntry: false }));
  if (stat === undefined) return undefined;
  if (!stat.isFile()) throw new SecretFileError(`${path} is not a file`);
  if (isTooWide(stat)) narrow(path, stat.mode);
  return attempt(path, 'read', () => readFileSync(path, 'utf8'));
}

/**
 * systemd hands its credentials over as root:root with the right of one more user, which shows as
 * the right of the group: nobody but root and that user has it.
 */
function isTooWide({ mode, uid, gid }: Stats): boolean {
  if ((mode & OTHERS) === 0) return false;
  const isHandedOver = uid === 0 && gid === 0 && process.getuid?.() !== 0;
  return !(isHandedOver && (mode & OTHERS) === GROUP_READS);
}

function narrow(path: string, mode: number): void {
  try {
    chmodSync(path, OWNER_ONLY);
  } catch (error) {
    const rights = (mode & 0o777).toString(8).padStart(4, '0');
    throw new SecretFileError(
      `${path} can be read by others (mode ${rights}), and that cannot be changed from here ` +
        `(${codeOf(error)}): run \`chmod 600\` on it where it is kept`,
    );
  }
}

function attempt<T>(path: string, what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const who = process.getuid === undefined ? 'this user' : `user ${process.getuid()}`;
    throw new SecretFileError(`${path} cannot be ${what} by ${who} (${codeOf(error)})`);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
