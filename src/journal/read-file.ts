// Reading for those who must judge what they read: an error of the disk becomes a value that names
// the file and the byte. Nothing is retried: a disk that fails to read once has to be looked at.

import { codeOf, type Disk, type DiskFile, readFully, withFile } from './disk.ts';
import { type Finding, finding, REMEDY_RESTORE } from './verdict.ts';

/** A file could not be read. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly finding: Finding;

  constructor(file: string, offset: number, cause: unknown) {
    super(`${file} cannot be read at byte ${offset}`, { cause });
    const what = `The disk fails to read it: ${codeOf(cause) || String(cause)}.`;
    this.finding = finding(4, { file, offset }, what, REMEDY_RESTORE);
  }
}

/** Opens a file of the directory for reading. @throws Unreadable */
export async function readFrom<T>(
  disk: Disk,
  directory: string,
  name: string,
  use: (file: DiskFile) => Promise<T>,
): Promise<T> {
  try {
    return await withFile(disk, `${directory}/${name}`, 'read', use);
  } catch (error) {
    if (codeOf(error) === '' || error instanceof Unreadable) throw error;
    throw new Unreadable(name, 0, error);
  }
}

/** Fills `into` as far as the file goes; returns the count. @throws Unreadable */
export async function readInto(
  disk: Disk,
  directory: string,
  name: string,
  into: Uint8Array,
): Promise<number> {
  const { counted } = await startReading(disk, directory, name, into);
  return counted;
}

/** `readInto`, but it returns when the read is under way. The file is closed when it has ended. */
export async function startReading(
  disk: Disk,
  directory: string,
  name: string,
  into: Uint8Array,
): Promise<{ readonly counted: Promise<number> }> {
  try {
    const file = await disk.open(`${directory}/${name}`, 'read');
    return { counted: readAndClose(file, name, into) };
  } catch (error) {
    throw new Unreadable(name, 0, error);
  }
}

async function readAndClose(file: DiskFile, name: string, into: Uint8Array): Promise<number> {
  try {
    return await readFully(file, into, 0);
  } catch (error) {
    throw new Unreadable(name, 0, error);
  } finally {
    await file.close();
  }
}
