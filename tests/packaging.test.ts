// Proves what can be known of the image and of the service without building or starting them: that
// the Dockerfile copies what is there and all that the program imports, that nobody is root, that
// paths, ports and limits agree with the code, and that systemd has nothing against the unit.
// tests/packaging-image.test.ts builds the image and runs it.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONNECTIONS_MAX } from '../src/api/limits.ts';
import { parseConfig } from '../src/app/config.ts';
import { PORT_DEFAULT } from '../src/app/listen.ts';
import { buildProgram } from '../src/cli/program.ts';
import { getHealth } from '../src/contract/operations/get-health.ts';
import { importsOf } from './tidy/imports.ts';
import { readRepo } from './tidy/repo.ts';
import { HUGE_PAGES } from '../src/runtime/tuning.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of a Dockerfile by stage; comments are gone and continued lines are joined. */
function stagesOf(text: string): Instruction[][] {
  const joined = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, ' ');
  const stages: Instruction[][] = [[]]; // before the first FROM there are arguments
  for (const line of joined.split('\n').filter((one) => one.trim() !== '')) {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`no instruction: ${line}`);
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, text: rest });
  }
  return stages;
}

/** Whether .dockerignore keeps a path out: the last line that speaks of it decides. */
function isIgnored(path: string): boolean {
  let ignored = false;
  for (const line of read('.dockerignore').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (patternOf(line.replace(/^!/, '')).test(path)) ignored = !line.startsWith('!');
  }
  return ignored;
}

/** Unlike in a shell a star stands for hidden files too, and a folder for what is in it. */
function patternOf(line: string): RegExp {
  const parts = line.replaceAll('.', '\\.').split(/(\*\*\/|\*)/);
  const text = parts.map((part) => ({ '**/': '(?:.*/)?', '*': '[^/]*' })[part] ?? part).join('');
  return new RegExp(`^${text}(?:/.*)?$`);
}

describe('the Dockerfile', () => {
  const [before = [], ...stages] = stagesOf(read('Dockerfile'));
  const last = stages.at(-1) ?? [];
  const all = (name: string): string[] =>
    last.filter((one) => one.name === name).map(({ text }) => text);
  const copied = stages
    .flat()
    .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from='))
    .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));

  test('has a base that can be another one, in both stages', () => {
    expect(before.map(({ name, text }) => `${name} ${text}`).join()).toMatch(
      /^ARG BASE_IMAGE=.*24/,
    );
    const bases = stages.map(([from]) => from?.text.split(' ')[0]);
    expect(bases).toEqual(['${BASE_IMAGE}', '${BASE_IMAGE}']);
  });

  test('copies only what is there and is let in', () => {
    expect(copied.length).toBeGreaterThan(4);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(copied.filter((path) => isIgnored(path))).toEqual([]);
    for (const path of ['plimsoll-data/token', '.git/config', 'node_modules/a.js', '.env']) {
      expect(isIgnored(path), path).toBe(true);
    }
  });

  test('brings every file that the program imports', () => {
    const byPath = new Map(readRepo(root).code.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (path: string): void => {
      const file = byPath.get(path);
      if (file === undefined || reached.has(path)) return;
      reached.add(path);
      for (const { target } of importsOf(file)) if (target !== undefined) visit(target);
    };
    visit('bin/plimsoll.mjs');
    visit('src/cli/main.ts');
    expect(reached.size).toBeGreaterThan(50);
    const missing = [...reached].filter(
      (path) => isIgnored(path) || !copied.some((from) => path.startsWith(`${from}/`)),
    );
    expect(missing).toEqual([]);
  });

  test('runs as nobody in particular, with its data in a volume', () => {
    expect(Number(all('USER').at(-1)?.split(':')[0])).toBeGreaterThan(0);
    expect(all('VOLUME')).toEqual(['/data']);
    expect(JSON.parse(all('ENTRYPOINT')[0] ?? '')).toEqual([
      'plimsoll',
      'serve',
      '--data',
      '/data',
    ]);
    const { bin } = JSON.parse(read('package.json')) as { bin: { plimsoll: string } };
    expect(all('RUN').join()).toContain(`/opt/plimsoll/${bin.plimsoll} /usr/local/bin/plimsoll`);
    expect(stages.flat().some(({ text }) => /\b(?:curl|wget|sudo|apt-get|ADD)\b/.test(text))).toBe(
      false,
    );
  });

  test('has the port and the path of the code', () => {
    expect(all('EXPOSE')).toEqual([String(PORT_DEFAULT)]);
    expect(all('HEALTHCHECK')[0]).toContain(`http://127.0.0.1:${PORT_DEFAULT}${getHealth.path}`);
  });
});

test('image and unit set for the engine what the benchmarks set', () => {
  const [setting] = Object.entries(HUGE_PAGES).map(([name, value]) => `${name}=${value}`);
  expect(read('Dockerfile')).toMatch(new RegExp(`^ENV .*${setting}`, 'm'));
  expect(read('packaging/plimsoll.service')).toContain(`\nEnvironment=${setting}\n`);
});

test('image and unit keep what was compiled, and the image brings it along', () => {
  const [, place] = /NODE_COMPILE_CACHE=(\S+)/.exec(read('Dockerfile')) ?? [];
  expect(place).toBe('/opt/plimsoll/.compiled');
  expect(read('Dockerfile')).toMatch(/^RUN node bin\/compiled\.mjs/m);
  const unit = read('packaging/plimsoll.service');
  expect(unit).toContain('\nEnvironment=NODE_COMPILE_CACHE=/var/cache/plimsoll\n');
  expect(unit).toContain('\nCacheDirectory=plimsoll\n');
});

describe('the systemd unit', () => {
  const path = join(root, 'packaging', 'plimsoll.service');
  const settings = [...readFileSync(path, 'utf8').matchAll(/^([A-Za-z]+)=(.*)$/gm)];
  const value = (name: string): string | undefined =>
    settings.filter((match) => match[1] === name).at(-1)?.[2];

  test.each([
    ['DynamicUser', 'yes'],
    ['ProtectSystem', 'strict'],
    ['NoNewPrivileges', 'yes'],
    ['Restart', 'on-failure'],
    ['KillSignal', 'SIGTERM'],
    ['CapabilityBoundingSet', ''],
    // Node compiles while it runs, and the lock of the journal is judged from /proc.
    ['MemoryDenyWriteExecute', undefined],
    ['ProtectProc', undefined],
    ['ProcSubset', undefined],
  ])('%s=%s', (name, wanted) => {
    expect(value(name)).toBe(wanted);
  });

  test('agrees with the program', () => {
    expect(value('ExecStart')).toContain(` serve --data /var/lib/${value('StateDirectory')}`);
    expect(value('WorkingDirectory')).toBe(`/etc/${value('ConfigurationDirectory')}`);
    const { bin } = JSON.parse(read('package.json')) as { bin: { plimsoll: string } };
    expect(value('ExecStart')).toContain(`/opt/plimsoll/${bin.plimsoll}`);
    expect(Number(value('LimitNOFILE'))).toBeGreaterThan(2 * CONNECTIONS_MAX);
    expect(Number(value('TimeoutStopSec'))).toBeGreaterThanOrEqual(30);
  });

  const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;
  const why = isThere ? '' : ' [systemd-analyze is not installed]';

  test.skipIf(!isThere)(`is what systemd takes, exposed at most 2.0 of 10${why}`, () => {
    const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    expect(verified.stdout + verified.stderr).toBe('');
    expect(verified.status).toBe(0);
    const args = ['security', '--offline=true', '--threshold=20', path];
    const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  });
});

describe.each(['install', 'run', 'configuration'])('docs/operating/%s.md', (name) => {
  const text = read(`docs/operating/${name}.md`);

  test('links to pages that are there', () => {
    const targets = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(
      (match) => match[1] ?? '',
    );
    const lost = targets.filter((target) => !existsSync(join(root, 'docs/operating', target)));
    expect(lost).toEqual([]);
  });

  test('has configurations that can be used', () => {
    for (const [, json = ''] of text.matchAll(/^```json\n([\s\S]*?)^```/gm)) {
      expect(() => parseConfig(json, name)).not.toThrow();
    }
  });

  test('names commands and options that exist', () => {
    const program = buildProgram('');
    for (const [, command = '', rest = ''] of text.matchAll(/plimsoll\.mjs (\w+)([^`\n|;]*)/g)) {
      const found = program.commands.find((one) => one.name() === command);
      expect(found, command).toBeDefined();
      for (const [option] of rest.matchAll(/--[a-z][a-z-]*/g)) {
        expect(
          found?.options.map(({ long }) => long),
          `${command} ${option}`,
        ).toContain(option);
      }
    }
  });
});
