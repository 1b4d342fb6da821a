// What the journal asks of a disk, and nothing more: the real disk and the virtual one of the tests
// implement it. It promises nothing that POSIX does not: a write may be short, and nothing survives
// a crash before `datasync` (bytes) or `syncDirectory` (names).

/**
 * `read`: an existing file, never written. `create`: a new file that must not exist yet; its bytes
 * are durable after `datasync`. `durable`: an existing file whose writes are on the disk when they
 * resolve.
 */
export type OpenMode = 'read' | 'create' | 'durable';

export interface DiskFile {
  /** Reads into the whole of `into`; resolves to the count, which may be short; 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes `bytes`; resolves to the count, which may be short. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /**
   * Resolves when everything written is on the disk. Never to be called again once it has failed.
   */
  datasync(): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface Disk {
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  /** Names in the directory, in any order; none when it does not exist. */
  list(directory: string): Promise<string[]>;
  /** Makes the directory and its parents, durably. */
  makeDirectory(directory: string): Promise<void>;
  /** Replaces `to` when it exists. Durable after `syncDirectory`. */
  rename(from: string, to: string): Promise<void>;
  /** Durable after `syncDirectory`. */
  unlink(path: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
}

/**
 * The disk, the quota or the process's file size is used up: the one failure that may pass by
 * itself.
 */
export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** The system's name of an error, '' when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * Writes all of `bytes`, however short single writes are. Also a failed call may have written some.
 */
export async function writeFully(
  file: DiskFile,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const rest = done === 0 ? bytes : bytes.subarray(done);
    const count = await file.write(rest, position + done);
    if (!(count > 0)) throw new Error(`a write of ${rest.length} bytes wrote ${count}`);
    done += count;
  }
}

/** Reads until `into` is full or the file ends; resolves to the count. */
export async function readFully(
  file: DiskFile,
  into: Uint8Array,
  position: number,
): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const count = await file.read(done === 0 ? into : into.subarray(done), position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Opens, uses and closes a file, also when the use fails. */
export async function withFile<T>(
  disk: Disk,
  path: string,
  mode: OpenMode,
  use: (file: DiskFile) => Promise<T>,
): Promise<T> {
  const file = await disk.open(path, mode);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
