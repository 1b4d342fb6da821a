// The data directory: where the journal lies, the operator's token, the credentials. Nothing in it
// is ever deleted here; a fresh start puts the old one aside.

import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { newSecret, readPrivateFile, SecretFileError, writePrivateFile } from '../api/secrets.ts';
import { ConfigError } from './config.ts';

export interface DataDirectory {
  readonly path: string;
  readonly journal: string;
  readonly credentials: string;
  /** The file of the operator's token. */
  readonly tokenFile: string;
}

const OWNER_ONLY = 0o700;
const TOKEN = /^[A-Za-z0-9_-]{32,100}$/;

export function openDataDirectory(path: string, tokenFile: string | undefined): DataDirectory {
  mkdirSync(path, { recursive: true, mode: OWNER_ONLY });
  return {
    path,
    journal: join(path, 'journal'),
    credentials: join(path, 'credentials.json'),
    tokenFile: tokenFile ?? join(path, 'token'),
  };
}

/**
 * The operator's token; made when there is none and the file is ours to make.
 * @throws ConfigError when the file cannot be used
 */
export function operatorToken({ tokenFile }: DataDirectory, mayMake: boolean): string {
  const text = textOf(tokenFile)?.trim();
  if (text !== undefined) {
    if (TOKEN.test(text)) return text;
    const what = `${text.length} characters that are no token`;
    throw new ConfigError(`${tokenFile} holds ${what}: 32 to 100 of A-Z a-z 0-9 _ - are needed`);
  }
  if (!mayMake) throw new ConfigError(`${tokenFile} is missing: it must hold the operator's token`);
  const token = newSecret();
  writePrivateFile(tokenFile, `${token}\n`);
  return token;
}

function textOf(tokenFile: string): string | undefined {
  try {
    return readPrivateFile(tokenFile);
  } catch (error) {
    if (!(error instanceof SecretFileError)) throw error;
    throw new ConfigError(`the operator's token: ${error.message}`);
  }
}

/** Puts an old data directory aside and returns its new name; undefined when there was none. */
export function setAside(path: string, nowMs: number): string | undefined {
  if (!existsSync(path)) return undefined;
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const aside = `${path.replace(/\/+$/, '')}.${stamp}`;
  renameSync(path, aside);
  return aside;
}

/** Bytes of the files in a directory, one level deep. */
export function bytesIn(directory: string): number {
  let bytes = 0;
  for (const name of readdirSync(directory)) {
    bytes += statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
