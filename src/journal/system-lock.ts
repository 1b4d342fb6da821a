// A lock that the system holds for this process and takes back when the process ends, however it
// ends. It is seen by every process of the same kernel, from whatever container, which a process id
// is not. Node has no call for it; its SQLite takes one on its file, and an empty file stays empty.

import { chmodSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const OWNER_ONLY = 0o600;
/** What SQLite says when somebody else has the lock. */
const BUSY = 5;

export interface SystemLock {
  /** Which file is locked: it stays the same only while nobody deletes and makes it anew. */
  readonly file: string;
  /** Gives it back; a second time does nothing. */
  release(): void;
}

/**
 * Locks the file, which is made when it is missing. `busy`: somebody else holds it, in this process
 * or another one. `none`: this file system, or this file, knows no locks.
 *
 * Nothing else in this process may open the file: POSIX gives the lock up with any descriptor of it
 * that the process closes.
 */
export function takeSystemLock(path: string): SystemLock | 'busy' | 'none' {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // In memory: not even a file beside it, which a killed process would leave.
    database.exec('pragma journal_mode = memory; begin exclusive');
    const { dev, ino, mode } = statSync(path, { bigint: true });
    if ((Number(mode) & 0o077) !== 0) chmodSync(path, OWNER_ONLY); // or others could lock it too
    const held = database;
    const release = (): void => {
      if (held.isOpen) held.close();
    };
    return { file: `${dev}:${ino}`, release };
  } catch (error) {
    database?.close();
    return isBusy(error) ? 'busy' : 'none';
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === BUSY;
