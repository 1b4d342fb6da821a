// One process per directory. Everybody who wants it first puts a claim of his own into the
// directory and then looks at all claims: whoever sees a living one besides his own withdraws. Two
// who start at once may both withdraw, but never both stay, and a claim is removed only by its
// owner or when its owner is gone. There is no moment, as with one lock file, in which a stale lock
// is taken away and a fresh one with it.

import { type Disk, isMissing, readFully, withFile, writeFully } from './disk.ts';
import { LogFailed } from './log.ts';
import { lockName, parseName } from './names.ts';
import type { Claimant, ProcessIdentity } from './process-identity.ts';
import { type Finding, finding } from './verdict.ts';

const CLAIM_BYTES_MAX = 4096;

export type Locked =
  | { readonly kind: 'held'; readonly lock: DirectoryLock }
  | { readonly kind: 'refused'; readonly refusal: Finding };

/** Takes the directory for this process. Claims of processes that are gone are removed. */
export async function lockDirectory(
  disk: Disk,
  directory: string,
  identity: ProcessIdentity,
): Promise<Locked> {
  const name = lockName(identity.token());
  try {
    await writeClaim(disk, directory, name, identity.self);
  } catch (error) {
    if (!isMissing(error)) throw error;
    // The holder cleans up temporary files when it starts: it has just taken ours.
    const what = 'Another process is starting here at this moment.';
    return {
      kind: 'refused',
      refusal: finding(13, { file: name }, what, 'Start one of them only.'),
    };
  }
  const lock = new DirectoryLock(disk, directory, name);
  for (const other of await claims(disk, directory)) {
    if (other === name) continue;
    const refusal = await judgeClaim(disk, directory, other, identity);
    if (refusal === undefined) continue;
    await lock.release();
    return { kind: 'refused', refusal };
  }
  return { kind: 'held', lock };
}

/** The claim of this process. */
export class DirectoryLock {
  private readonly disk: Disk;
  private readonly directory: string;
  private readonly name: string;

  constructor(disk: Disk, directory: string, name: string) {
    this.disk = disk;
    this.directory = directory;
    this.name = name;
  }

  /** @throws LogFailed when somebody took the claim away: then another process may write here. */
  async prove(): Promise<void> {
    const found = await claims(this.disk, this.directory);
    if (!found.includes(this.name)) {
      throw new LogFailed(`${this.directory}: the lock of this process was removed`);
    }
  }

  async release(): Promise<void> {
    await removeIfThere(this.disk, `${this.directory}/${this.name}`);
  }
}

async function claims(disk: Disk, directory: string): Promise<string[]> {
  const names = await disk.list(directory);
  return names.filter((name) => parseName(name).kind === 'lock').sort();
}

/** The claim appears with all its bytes at once: a rename is atomic for other processes. */
async function writeClaim(
  disk: Disk,
  directory: string,
  name: string,
  self: Claimant,
): Promise<void> {
  const temporary = `${directory}/${name}.tmp`;
  await withFile(disk, temporary, 'create', (file) =>
    writeFully(file, new TextEncoder().encode(JSON.stringify(self)), 0),
  );
  await disk.rename(temporary, `${directory}/${name}`);
}

async function judgeClaim(
  disk: Disk,
  directory: string,
  name: string,
  identity: ProcessIdentity,
): Promise<Finding | undefined> {
  const path = `${directory}/${name}`;
  const claimant = await readClaim(disk, path);
  // Unreadable: the machine stopped before the claim's bytes were written, so its process is gone
  // too.
  const liveness = claimant === undefined ? 'gone' : identity.liveness(claimant);
  if (liveness === 'gone' || claimant === undefined) {
    await removeIfThere(disk, path);
    return undefined;
  }
  const who = `process ${claimant.pid} on ${claimant.host}`;
  if (liveness === 'alive') {
    const what = `It belongs to ${who}, which is running.`;
    return finding(13, { file: name }, what, 'Stop that process, or use another directory.');
  }
  const what = `It belongs to ${who}, another machine or container, where one cannot look.`;
  const remedy = 'Make sure that it has stopped; then delete this file and start again.';
  return finding(13, { file: name }, what, remedy);
}

/** The claimant, or undefined when the file is gone or holds no claim. */
async function readClaim(disk: Disk, path: string): Promise<Claimant | undefined> {
  try {
    return await withFile(disk, path, 'read', async (file) => {
      const bytes = new Uint8Array(CLAIM_BYTES_MAX);
      const count = await readFully(file, bytes, 0);
      return parseClaim(new TextDecoder().decode(bytes.subarray(0, count)));
    });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function parseClaim(text: string): Claimant | undefined {
  try {
    const claim = JSON.parse(text) as Partial<Claimant> | null;
    const { pid, started, boot, namespace, host } = claim ?? {};
    if (!Number.isSafeInteger(pid)) return undefined;
    const texts = [started, boot, namespace, host];
    if (texts.some((value) => typeof value !== 'string')) return undefined;
    return claim as Claimant;
  } catch {
    return undefined; // JSON.parse: not a claim
  }
}

async function removeIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
