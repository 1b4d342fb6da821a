// Runs the exchange child under strace and reads the trace: which batch was on the disk when, and
// which answers had left the process by then. The trace is what the system saw, so nothing of the
// process under test is believed.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBatchHeader } from '../../src/journal/batch.ts';
import { decodeHeader } from '../../src/journal/header-sector.ts';
import { SECTOR_BYTES, SEGMENT_MAGIC } from '../../src/journal/layout.ts';

/** Why strace cannot be used here; '' when it can. */
export function straceMissing(): string {
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { timeout: 10_000 });
  if (tried.error !== undefined) return 'strace is not installed';
  return tried.status === 0 ? '' : 'tracing is not permitted';
}

export const straceInto = (file: string): readonly string[] => [
  'strace',
  '-f',
  '-y',
  '-s',
  '200000',
  '-o',
  file,
  '-e',
  'trace=openat,pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync',
];

export interface TraceReport {
  readonly faults: readonly string[];
  readonly batches: number;
  /** Answers that left the process. */
  readonly answers: number;
}

const LINE = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$/;
const WRITE = /^\d+<([^>]*\/segment-\d{16})>, .*, (\d+), (\d+)(?:\)| <unfinished)/s;

/** Reads a trace of a child whose segments are still all there. */
export function readTrace(file: string, directory: string): TraceReport {
  const ends = batchEnds(directory);
  const open = new Map<string, string>(); // by thread: the write that is under way
  const throughNames = new Set<string>();
  const faults: string[] = [];
  let synced = 0;
  let batches = 0;
  let answers = 0;
  const finish = (args: string): void => {
    const written = WRITE.exec(args);
    if (written === null) return;
    const last = ends.get(`${written[1]} ${written[3]} ${written[2]}`);
    if (last === undefined) return;
    if (!throughNames.has(written[1])) faults.push(`${written[1]} is not open with O_DSYNC`);
    synced = last;
    batches += 1;
  };
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const [, thread = '', resumed, begun, rest = ''] = LINE.exec(line) ?? [];
    if (begun === 'openat' && rest.includes('O_DSYNC')) noteOpen(rest, throughNames);
    else if (begun === 'pwrite64' && rest.includes('<unfinished')) open.set(thread, rest);
    else if (begun === 'pwrite64') finish(rest);
    else if (resumed === 'pwrite64') finish(open.get(thread) ?? '');
    else if (begun !== undefined) {
      for (const sequence of answersIn(rest)) {
        answers += 1;
        if (sequence > synced) faults.push(`${sequence} was answered when ${synced} was synced`);
      }
    }
  }
  return { faults, batches, answers };
}

function noteOpen(rest: string, names: Set<string>): void {
  const name = /"([^"]*\/segment-\d{16})"/.exec(rest)?.[1];
  if (name !== undefined) names.add(name);
}

const answersIn = (rest: string): number[] =>
  [...rest.matchAll(/\{\\"sequence\\":(\d+),/g)].map(([, digits]) => Number(digits));

/** The last sequence of each batch, by file, offset and length. */
function batchEnds(directory: string): Map<string, number> {
  const ends = new Map<string, number>();
  for (const name of readdirSync(directory).filter((one) => one.startsWith('segment-'))) {
    const path = join(directory, name);
    const bytes = readFileSync(path);
    const decoded = decodeHeader(bytes.subarray(0, SECTOR_BYTES), SEGMENT_MAGIC);
    if (decoded.kind !== 'ok') throw new Error(`${name} has no header`);
    for (let at = SECTOR_BYTES; at < bytes.length;) {
      const header = readBatchHeader(bytes, at, decoded.header.salt);
      if (header === undefined) break;
      ends.set(`${path} ${at} ${header.length}`, header.lastSequence);
      at += header.length;
    }
  }
  return ends;
}
