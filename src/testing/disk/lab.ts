// For tests that prepare a directory in a certain state and then look what a start makes of it:
// journals with known batches, a look at where they lie, and hands to damage them. Uses the
// journal's own reader and writer.

import {
  bodyIsIntact,
  readBatchHeader,
  sealBatch,
  sealedLength,
  type SealContext,
} from '../../journal/batch.ts';
import { decodeHeader, encodeHeader, type HeaderSector } from '../../journal/header-sector.ts';
import { HEADER, SECTOR_BYTES, SEGMENT_MAGIC } from '../../journal/layout.ts';
import { COMMAND_BYTES_MAX } from '../../journal/limits.ts';
import { RecordBatch } from '../../journal/record-batch.ts';
import { type Ledger, type LedgerCommand, deposit, note } from './ledger.ts';
import { KEEP_ALL } from './crash-choices.ts';
import { VirtualDisk } from './virtual-disk.ts';
import { DIRECTORY, type LedgerRuntime, runtimeOf, SALT, startWorld, type World } from './world.ts';

export interface LabOptions {
  /** One batch each, of this many commands. */
  readonly groups: readonly number[];
  /** Takes a snapshot after these groups (counted from 1). */
  readonly snapshotsAfter?: readonly number[];
  /** Stops cleanly; else the plug is pulled. */
  readonly stop?: boolean;
  /** Bytes of ballast per command: makes batches of several sectors. */
  readonly ballast?: number;
  readonly segmentBytes?: number;
  readonly keepAll?: boolean;
  readonly ledger?: Ledger;
  readonly fingerprint?: string;
}

export interface Lab {
  readonly disk: VirtualDisk;
  /** The state's hash after each group; [0] is the empty state. */
  readonly hashes: readonly string[];
  /** The last sequence of each group; [0] = 0. */
  readonly sequences: readonly number[];
}

/** Writes a journal and ends it, cleanly or by pulling the plug. */
export async function makeLab(options: LabOptions): Promise<Lab> {
  const { groups, snapshotsAfter = [], stop = false, ballast = 0, ...rest } = options;
  const disk = new VirtualDisk();
  const world = await startWorld(disk, rest);
  const runtime = runtimeOf(world);
  const hashes = [world.ledger.stateHash()];
  const sequences = [0];
  for (const [i, size] of groups.entries()) {
    await sendGroup(runtime, commandsOf(i, size, ballast));
    hashes.push(world.ledger.stateHash());
    sequences.push(runtime.sequencer.sequence);
    if (snapshotsAfter.includes(i + 1)) await runtime.snapshot();
  }
  if (stop) await runtime.stop();
  else disk.crash(KEEP_ALL);
  return { disk, hashes, sequences };
}

/** Sends commands in one turn; resolves with the kinds of the answers. */
export function sendGroup(
  runtime: LedgerRuntime,
  commands: readonly LedgerCommand[],
): Promise<string[]> {
  return Promise.all(
    commands.map(async (command) => (await runtime.sequencer.execute(command)).kind),
  );
}

export function commandsOf(group: number, size: number, ballast: number): LedgerCommand[] {
  return Array.from({ length: size }, (_, i) => {
    const id = `g${group}-${i}`;
    if (ballast === 0) return deposit(id, i % 8, 1 + i);
    return note(
      id,
      new Uint8Array(ballast).map((__, at) => 1 + ((at + i) % 255)),
    );
  });
}

/** Starts again on the same disk and says which verdicts it gave. */
export async function restart(
  disk: VirtualDisk,
  change: Parameters<typeof startWorld>[1] = {},
): Promise<World> {
  return startWorld(disk, change);
}

export interface BatchPlace {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly headerCrc: number;
  readonly previousCrc: number;
  readonly zeroSectors: number;
}

/** Every intact batch, in order. */
export function batchesOn(disk: VirtualDisk): BatchPlace[] {
  const found: BatchPlace[] = [];
  for (const path of segmentPaths(disk)) {
    const bytes = disk.file(path).bytes();
    for (let offset = SECTOR_BYTES; offset < bytes.length; offset += SECTOR_BYTES) {
      const header = readBatchHeader(bytes, offset, SALT);
      if (header === undefined || !bodyIsIntact(bytes, offset, header)) continue;
      found.push({ path, offset, ...header });
    }
  }
  return found;
}

export function segmentPaths(disk: VirtualDisk): string[] {
  return disk.paths().filter((path) => path.startsWith(`${DIRECTORY}/segment-`));
}

export function snapshotPaths(disk: VirtualDisk): string[] {
  return disk.paths().filter((path) => /\/snapshot-\d+$/.test(path));
}

export function zero(disk: VirtualDisk, path: string, from: number, to: number): void {
  for (let at = from; at < to; at += 1) disk.file(path).damage(at, () => 0);
}

export function flip(disk: VirtualDisk, path: string, at: number, bit = 0): void {
  disk.file(path).damage(at, (byte) => byte ^ (1 << bit));
}

/** Puts bytes over those that are there. */
export function overwrite(disk: VirtualDisk, path: string, at: number, bytes: Uint8Array): void {
  bytes.forEach((byte, i) => disk.file(path).damage(at + i, () => byte));
}

/** A batch of one deposit as the journal would write it, but with any context. */
export function forgeBatch(
  ledger: Ledger,
  firstSequence: number,
  context: Partial<SealContext>,
  change: { readonly timeMs?: number; readonly digest?: readonly [number, number] } = {},
): Uint8Array {
  const batch = new RecordBatch(COMMAND_BYTES_MAX);
  const { timeMs = 1_700_000_000_000, digest = [1, 2] } = change;
  const length = ledger.encode(deposit('forged', 1, 1), batch.bytes, batch.commandOffset);
  batch.push(firstSequence, timeMs, length, digest[0], digest[1]);
  sealBatch(batch, { salt: SALT, previousCrc: 0, rulesVersion: 1, durableSequence: 0, ...context });
  return batch.bytes.slice(0, sealedLength(batch));
}

/** Rewrites the header sector of a file with other values and a right checksum. */
export function changeHeader(
  disk: VirtualDisk,
  path: string,
  change: Partial<HeaderSector>,
  magic = SEGMENT_MAGIC,
): void {
  const decoded = decodeHeader(disk.file(path).bytes().subarray(0, SECTOR_BYTES), magic);
  if (decoded.kind !== 'ok') throw new Error(`${path} has no header`);
  overwrite(disk, path, 0, encodeHeader({ ...decoded.header, ...change }));
}

/** Gives a file a newer format, with a right checksum. */
export function makeNewer(
  disk: VirtualDisk,
  path: string,
  crcOf: (bytes: Uint8Array) => number,
): void {
  const sector = disk.file(path).bytes().slice(0, SECTOR_BYTES);
  const view = new DataView(sector.buffer);
  view.setUint32(HEADER.formatVersion, 99, true);
  view.setUint32(HEADER.crc, crcOf(sector.subarray(0, HEADER.crc)), true);
  overwrite(disk, path, 0, sector);
}

/** Everything on the disk but locks: a refused start must leave it as it was. */
export function contentOf(disk: VirtualDisk): Map<string, string> {
  const all = new Map<string, string>();
  for (const path of disk.paths()) {
    if (path.includes('/lock-')) continue;
    all.set(path, Buffer.from(disk.file(path).bytes()).toString('latin1'));
  }
  return all;
}
