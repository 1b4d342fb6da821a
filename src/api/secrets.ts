// Secrets and their files: made by the system's generator, kept as hashes, compared in constant
// time, readable by their owner only. A secret is never logged.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { readFileSync, statSync } from 'node:fs';

const SECRET_BYTES = 32;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

export const hashOf = (secret: string): string => hash('sha256', secret, 'hex');

/** Compares two hashes without telling how far they agree. */
export function isSameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'latin1');
  const right = Buffer.from(b, 'latin1');
  return left.length === right.length && timingSafeEqual(left, right);
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

/** The text of a file that only its owner may read; undefined when there is none. */
export function readPrivateFile(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if ((stat.mode & OTHERS) !== 0) chmodSync(path, OWNER_ONLY);
  return readFileSync(path, 'utf8');
}
