// One process per directory. The system's lock decides where there is one: it cannot be left
// behind. It says nothing about another machine, and some disks have none; so everybody also puts a
// claim of his own into the directory and then looks at all claims: whoever sees a living one
// besides his own withdraws. Two who start at once may both withdraw, but never both stay, and a
// claim is removed only by its owner or when its owner is gone. There is no moment, as with one
// lock file, in which a stale lock is taken away and a fresh one with it.

import { type Disk, isMissing, readFully, withFile, writeFully } from './disk.ts';
import { LogFailed } from './log.ts';
import { lockName, parseName, SYSTEM_LOCK_NAME } from './names.ts';
import type { Claimant, ProcessIdentity } from './process-identity.ts';
import type { SystemLock } from './system-lock.ts';
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
  const hold = identity.hold(`${directory}/${SYSTEM_LOCK_NAME}`);
  if (hold === 'busy') return { kind: 'refused', refusal: await busy(disk, directory, identity) };
  const system = hold === 'none' ? undefined : hold;
  let locked: Locked | undefined;
  try {
    locked = await claim(disk, directory, identity, system);
    return locked;
  } finally {
    if (locked?.kind !== 'held') system?.release();
  }
}

async function claim(
  disk: Disk,
  directory: string,
  identity: ProcessIdentity,
  system: SystemLock | undefined,
): Promise<Locked> {
  const name = lockName(identity.token());
  const self: Claimant = { ...identity.self, lock: system?.file ?? '' };
  try {
    await writeClaim(disk, directory, name, self);
  } catch (error) {
    if (!isMissing(error)) throw error;
    // The holder cleans up temporary files when it starts: it has just taken ours.
    return { kind: 'refused', refusal: finding(13, { file: name }, STARTING, START_ONE) };
  }
  const lock = new DirectoryLock(disk, directory, name, system);
  for (const other of await claims(disk, directory)) {
    if (other === name) continue;
    const refusal = await judgeClaim(disk, directory, other, identity, self.lock);
    if (refusal === undefined) continue;
    await lock.release();
    return { kind: 'refused', refusal };
  }
  return { kind: 'held', lock };
}

const STARTING = 'Another process is starting here at this moment.';
const START_ONE = 'Start one of them only.';

/** The system has given the lock to another process: names it as far as its claim is there. */
async function busy(disk: Disk, directory: string, identity: ProcessIdentity): Promise<Finding> {
  for (const name of await claims(disk, directory)) {
    const claimant = await readClaim(disk, `${directory}/${name}`);
    if (claimant === undefined || identity.liveness(claimant, '') === 'gone') continue;
    return finding(13, { file: name }, `It belongs to ${running(claimant)}.`, STOP_IT);
  }
  const remedy = `${START_ONE} If there is no other, this file system gives no locks: use another.`;
  return finding(13, { file: SYSTEM_LOCK_NAME }, STARTING, remedy);
}

const running = ({ pid, host }: Claimant): string => `process ${pid} on ${host}, which is running`;
const STOP_IT = 'Stop that process, or use another directory.';

/** The claim of this process. */
export class DirectoryLock {
  private readonly disk: Disk;
  private readonly directory: string;
  private readonly name: string;
  private system: SystemLock | undefined;

  constructor(disk: Disk, directory: string, name: string, system: SystemLock | undefined) {
    this.disk = disk;
    this.directory = directory;
    this.name = name;
    this.system = system;
  }

  /** @throws LogFailed when somebody took the claim away: then another process may write here. */
  async prove(): Promise<void> {
    const found = await claims(this.disk, this.directory);
    if (!found.includes(this.name)) {
      throw new LogFailed(`${this.directory}: the lock of this process was removed`);
    }
  }

  async release(): Promise<void> {
    try {
      await removeIfThere(this.disk, `${this.directory}/${this.name}`);
    } finally {
      this.system?.release(); // last: whoever gets it sees no claim of ours
      this.system = undefined;
    }
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
  lock: string,
): Promise<Finding | undefined> {
  const path = `${directory}/${name}`;
  const claimant = await readClaim(disk, path);
  // Unreadable: the machine stopped before the claim's bytes were written, so its process is gone
  // too.
  const liveness = claimant === undefined ? 'gone' : identity.liveness(claimant, lock);
  if (liveness === 'gone' || claimant === undefined) {
    await removeIfThere(disk, path);
    return undefined;
  }
  if (liveness === 'alive') {
    return finding(13, { file: name }, `It belongs to ${running(claimant)}.`, STOP_IT);
  }
  const who = `process ${claimant.pid} on ${claimant.host}`;
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
    const { pid, started, boot, namespace, host, lock = '' } = claim ?? {};
    if (!Number.isSafeInteger(pid)) return undefined;
    const texts = [started, boot, namespace, host, lock];
    if (texts.some((value) => typeof value !== 'string')) return undefined;
    return { ...claim, lock } as Claimant;
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
