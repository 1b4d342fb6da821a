// Watches the real disk and the acknowledgements at once. A batch counts as synced only when a
// write that returned covers its last byte, on a file that was opened so that writes are on the
// disk when they return; whatever is answered or published before that is a fault.

import { constants, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { BATCH_HEADER_BYTES } from '../../src/journal/layout.ts';
import { readBatchHeader } from '../../src/journal/batch.ts';
import type { Disk } from '../../src/journal/disk.ts';
import { type DiskCall, type Phase, watchDisk } from './watched-disk.ts';

interface Writing {
  readonly end: number;
  readonly lastSequence: number;
}

export class AckOrder {
  readonly disk: Disk;
  readonly faults: string[] = [];
  /** The last sequence of which a finished write is known. */
  synced = 0;
  batches = 0;
  private readonly salt: number;
  /** By path: the batch whose bytes are on their way; a short write leaves a rest. */
  private readonly writing = new Map<string, Writing>();
  private readonly looked = new Set<string>();

  constructor(disk: Disk, salt: number) {
    this.salt = salt;
    this.disk = watchDisk(disk, (call, phase) => this.see(call, phase));
  }

  /** Segments that batches were written to. */
  get segments(): number {
    return this.looked.size;
  }

  /** Somebody is told of a sequence now. */
  told(how: string, sequence: number): void {
    if (sequence <= this.synced) return;
    this.faults.push(`${sequence} was ${how} when ${this.synced} was synced`);
  }

  private see(call: DiskCall, phase: Phase): void {
    const { operation, path, position, bytes } = call;
    if (operation !== 'write' || bytes === undefined || !/\/segment-\d+$/.test(path)) return;
    if (phase === 'before') this.begin(path, position, bytes);
    if (phase === 'after') this.end(path, position + Number(call.result));
  }

  private begin(path: string, position: number, bytes: Uint8Array): void {
    if (bytes.length < BATCH_HEADER_BYTES) return;
    const header = readBatchHeader(bytes, 0, this.salt);
    if (header === undefined) return; // the rest of a short write
    const { lastSequence, length } = header;
    this.writing.set(path, { end: position + length, lastSequence });
    if (this.looked.has(path)) return;
    this.looked.add(path);
    if (isWrittenThrough(path) === false) this.faults.push(`${path} is not open with O_DSYNC`);
  }

  private end(path: string, at: number): void {
    const batch = this.writing.get(path);
    if (batch === undefined || at < batch.end) return;
    this.writing.delete(path);
    this.synced = batch.lastSequence;
    this.batches += 1;
  }
}

/**
 * Whether writes to the path are on the disk when they return, as the system says of the descriptor
 * that this process has; undefined where the system does not say.
 */
function isWrittenThrough(path: string): boolean | undefined {
  if (!existsSync('/proc/self/fdinfo')) return undefined;
  const own = readdirSync('/proc/self/fd').filter((descriptor) => linkOf(descriptor) === path);
  return own.some((descriptor) => {
    const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    const flags = Number.parseInt(/flags:\s*(\d+)/.exec(text)?.[1] ?? '0', 8);
    return (flags & constants.O_DSYNC) !== 0;
  });
}

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return ''; // closed meanwhile
  }
}
