// A PostgreSQL of our own for tests: the machine's installed one, in a new directory, as the user
// `postgres` when the tests run as root (it refuses to run as root). It listens on a socket in that
// directory and on no port, and is ended by its own process id.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const INSTALLED = '/usr/lib/postgresql';
const START_MS_MAX = 30_000;
const INSTALL_MS_MAX = 180_000;
const POLL_MS = 50;

/** Where PostgreSQL is and who runs it; or why there is none, for the name of a skipped test. */
export type FoundPostgres =
  | { readonly kind: 'found'; readonly bin: string; readonly as: RunAs }
  | { readonly kind: 'absent'; readonly reason: string };

interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

export function findPostgres(): FoundPostgres {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED) : [];
  const bin = versions
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(INSTALLED, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
  if (bin === undefined) return { kind: 'absent', reason: 'PostgreSQL is not installed' };
  if (process.getuid?.() !== 0) return { kind: 'found', bin, as: {} };
  const [uid, gid] = ['-u', '-g'].map((flag) => idOf(flag));
  if (uid === undefined || gid === undefined) {
    return { kind: 'absent', reason: 'root without a user postgres' };
  }
  return { kind: 'found', bin, as: { uid, gid } };
}

/** The same; on Debian as root it is installed first, once and for a bounded time. */
export function findOrInstallPostgres(): FoundPostgres {
  const found = findPostgres();
  const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (found.kind === 'found' || !mayInstall) return found;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', ['install', '-y', 'postgresql'], {
    env,
    timeout: INSTALL_MS_MAX,
    stdio: 'ignore',
  });
  if (status === 0) return findPostgres();
  return { kind: 'absent', reason: 'apt-get could not install PostgreSQL' };
}

function idOf(flag: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}

export class TestPostgres {
  private readonly bin: string;
  private readonly as: RunAs;
  private readonly directory: string;
  private readonly server: ChildProcess;
  private readonly exited: Promise<void>;
  private readonly onExit = (): void => void this.server.kill('SIGQUIT');
  private output = '';

  private constructor(bin: string, as: RunAs, directory: string) {
    this.bin = bin;
    this.as = as;
    this.directory = directory;
    const settings = ['listen_addresses=', `unix_socket_directories=${directory}`, 'fsync=off'];
    const options = settings.flatMap((setting) => ['-c', setting]);
    this.server = spawn(join(bin, 'postgres'), ['-D', join(directory, 'data'), ...options], {
      ...as,
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.server.stdout, this.server.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-4_000);
      });
    }
    this.exited = new Promise((resolve) => {
      this.server.once('exit', () => resolve());
    });
    process.once('exit', this.onExit);
  }

  static async start({
    bin,
    as,
  }: Extract<FoundPostgres, { kind: 'found' }>): Promise<TestPostgres> {
    const directory = mkdtempSync(join(tmpdir(), 'plimsoll-pg-'));
    if (as.uid !== undefined && as.gid !== undefined) chownSync(directory, as.uid, as.gid);
    const data = ['-D', join(directory, 'data'), '-U', 'postgres', '-A', 'trust'];
    const options = ['--no-sync', '-E', 'UTF8', '--locale=C'];
    const made = spawnSync(join(bin, 'initdb'), [...data, ...options], {
      ...as,
      cwd: directory,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
    const server = new TestPostgres(bin, as, directory);
    await server.ready();
    return server;
  }

  /** The URL of a new, empty database. */
  create(name: string): string {
    this.run('createdb', name);
    return `postgres://postgres@localhost/${name}?host=${encodeURIComponent(this.directory)}`;
  }

  async stop(): Promise<void> {
    this.server.kill('SIGINT');
    await this.exited;
    process.off('exit', this.onExit);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const until = Date.now() + START_MS_MAX;
    while (Date.now() < until && this.server.exitCode === null) {
      const args = ['-h', this.directory, '-U', 'postgres', '-q'];
      if (spawnSync(join(this.bin, 'pg_isready'), args).status === 0) return;
      await sleep(POLL_MS);
    }
    this.server.kill('SIGQUIT');
    throw new Error(`PostgreSQL does not start: ${this.output}`);
  }

  private run(program: string, ...args: string[]): void {
    const where = ['-h', this.directory, '-U', 'postgres'];
    const { status, stderr } = spawnSync(join(this.bin, program), [...where, ...args], {
      ...this.as,
      cwd: this.directory,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
  }
}
