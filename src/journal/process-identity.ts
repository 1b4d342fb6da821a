// Who holds a directory: enough about a process to tell later, without doubt, that it is gone.
// Reads only what the system publishes; never guesses about a process it cannot see.

import { readFileSync, readlinkSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type SystemLock, takeSystemLock } from './system-lock.ts';

/** What a lock file says about its holder. Absent facts are ''. */
export interface Claimant {
  readonly pid: number;
  /**
   * When the process was started, in the system's own count: tells a reused pid from the old one.
   */
  readonly started: string;
  /** Changes with every boot of the machine. */
  readonly boot: string;
  /** Processes see one another only within one of these (a container has its own). */
  readonly namespace: string;
  readonly host: string;
  /** The file that the system had locked for it; '' for a version or a disk without that. */
  readonly lock: string;
}

/** `unknown`: it runs where this process cannot look. */
export type Liveness = 'alive' | 'gone' | 'unknown';

export interface ProcessIdentity {
  readonly self: Omit<Claimant, 'lock'>;
  /** Unique for every attempt to lock. */
  token(): string;
  /** Asks the system for the lock that ends with this process. */
  hold(path: string): SystemLock | 'busy' | 'none';
  /** `lock`: the file that the system has locked for this process, '' when there is none. */
  liveness(other: Claimant, lock: string): Liveness;
}

/** This process on this machine. */
export function currentProcess(): ProcessIdentity {
  const self = {
    pid: process.pid,
    started: startTime(process.pid),
    boot: readText('/proc/sys/kernel/random/boot_id'),
    namespace: readLink('/proc/self/ns/pid'),
    host: hostname(),
  };
  return {
    self,
    token: () => randomBytes(8).toString('hex'),
    hold: takeSystemLock,
    liveness: (other, lock) => judgeLiveness({ ...self, lock }, other, isRunning, startTime),
  };
}

/** The decision behind `liveness`, with the questions to the system given. */
export function judgeLiveness(
  self: Claimant,
  other: Claimant,
  running: (pid: number) => boolean,
  started: (pid: number) => string,
): Liveness {
  // A boot has one kernel, whatever its containers call themselves.
  const isSameKernel = other.boot !== '' && other.boot === self.boot;
  if (!isSameKernel && other.host !== self.host) return 'unknown';
  // The same host under another boot: everything that ran before is gone.
  if (other.boot !== self.boot) return other.boot === '' || self.boot === '' ? 'unknown' : 'gone';
  if (other.namespace !== self.namespace) {
    // Its pid says nothing here. But the system gives the lock of a file to one process at a time,
    // and the other one had it: it would have it still.
    return isSameKernel && self.lock !== '' && other.lock === self.lock ? 'gone' : 'unknown';
  }
  if (!running(other.pid)) return 'gone';
  const now = started(other.pid);
  // Without start times (not Linux) a running process with that pid has to be taken for the holder.
  if (now === '' || other.started === '') return 'alive';
  return now === other.started ? 'alive' : 'gone';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Field 22 of /proc/<pid>/stat; the name in field 2 may hold spaces and brackets. '' when unknown.
 */
function startTime(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? '' : (afterName[19] ?? '');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
