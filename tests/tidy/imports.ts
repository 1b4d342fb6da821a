// Rules about who imports whom: rooms, packages, cycles of configuration, and files that nobody
// imports.

import { posix } from 'node:path';
import { lineOf } from './functions.ts';
import type { CodeFile, Repo } from './repo.ts';
import { OUTSIDE, ROOMS, TEST_GUESTS, type Room } from './rooms.ts';
import type { Rule } from './rule.ts';

interface Import {
  readonly line: number;
  readonly specifier: string;
  /** Path from the root for a relative import, undefined for a package. */
  readonly target: string | undefined;
}

/** An import, or the entry of a thread: `new Worker(new URL('./x.ts', import.meta.url))`. */
const FROM =
  /\b(?:(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*\(?|new Worker\(\s*new URL\()\s*(['"])([^'"\n]+)\1/g;
const NO_ROOM: Room = { rooms: [], packages: [] };

export function importsOf(file: CodeFile): Import[] {
  const imports: Import[] = [];
  for (const match of file.text.matchAll(FROM)) {
    if (file.blanked[match.index] === ' ') continue; // in a comment or a string
    const specifier = match[2]!;
    const target = specifier.startsWith('.')
      ? posix.join(posix.dirname(file.path), specifier)
      : undefined;
    imports.push({ line: lineOf(file.text, match.index), specifier, target });
  }
  return imports;
}

function guestsOf(file: CodeFile): Room {
  const own = (file.isRoom ? ROOMS[file.area] : OUTSIDE[file.area]) ?? NO_ROOM;
  if (!file.isRoom || !file.isTest) return own;
  return {
    rooms: [...own.rooms, ...TEST_GUESTS.rooms],
    packages: [...own.packages, ...TEST_GUESTS.packages],
  };
}

const roomImports: Rule = {
  name: 'a room imports only the rooms below it',
  check: (repo) =>
    repo.code.flatMap((file) => {
      const allowed = guestsOf(file).rooms;
      return importsOf(file).flatMap(({ line, target }) => {
        if (target === undefined) return [];
        const [top = '', room = ''] = target.split('/').slice(0, -1);
        const area = top === 'src' ? room : top;
        const isOwn = area === file.area && (top === 'src') === file.isRoom;
        if (isOwn || allowed.includes(area)) return [];
        return [`${file.path}:${line} imports ${target}: ${file.area} may not see ${area}`];
      });
    }),
  bad: [
    { 'src/margin/a.ts': "import { x } from '../engine/b.ts';" },
    { 'src/units/a.ts': "export * from '../testing/b.ts';" },
    { 'src/engine/a.ts': "import type {\n  X,\n} from '../journal/b.ts';" },
    { 'src/cli/a.ts': "const m = await import('../../tests/b.ts');" },
    { 'src/nowhere/a.ts': "import '../units/b.ts';" },
  ],
  good: {
    'src/engine/state/a.ts': "import { x } from '../../book/b.ts';\nimport '../c.ts';",
    'src/margin/a.test.ts': "import { x } from '../testing/b.ts';",
    'src/units/a.ts': "// import { x } from '../engine/b.ts'\nconst s = `from '../engine/b.ts'`;",
  },
};

const packageImports: Rule = {
  name: 'a package is imported only where it is a guest',
  check: (repo) =>
    repo.code.flatMap((file) => {
      const allowed = guestsOf(file).packages;
      return importsOf(file).flatMap(({ line, specifier, target }) => {
        if (target !== undefined) return [];
        const isNode = specifier.startsWith('node:');
        const parts = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1);
        if (allowed.includes(isNode ? 'node:' : parts.join('/'))) return [];
        return [
          `${file.path}:${line} imports ${specifier}: no guest in ${file.area || 'the root'}`,
        ];
      });
    }),
  bad: [
    { 'src/engine/a.ts': "import { readFileSync } from 'node:fs';" },
    { 'src/margin/a.ts': "import z from 'zod';" },
    { 'src/runtime/a.ts': "import { Command } from 'commander';" },
    { 'src/book/a.ts': "import { test } from 'vitest';" },
    { 'bin/a.mjs': "import '@scope/name/deep';" },
  ],
  good: {
    'src/cli/a.ts': "import { Command } from 'commander';\nimport { join } from 'node:path';",
    'src/book/a.test.ts': "import { test } from 'vitest';",
  },
};

const deadFiles: Rule = {
  name: 'every file under src is reached from the command line, a bench, a script, a test or by name',
  check: (repo) => {
    const byPath = new Map(repo.code.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (path: string): void => {
      const file = byPath.get(path);
      if (!file || reached.has(path)) return;
      reached.add(path);
      for (const { target } of importsOf(file)) if (target !== undefined) visit(target);
    };
    for (const { path } of repo.code) if (isEntry(path)) visit(path);
    for (const path of exportedFiles(repo)) visit(path);
    return repo.code
      .filter((file) => file.isRoom && !reached.has(file.path))
      .map((file) => `${file.path} is reached from no entry`);
  },
  bad: [
    { 'src/units/a.ts': 'export const x = 1;' },
    { 'src/units/a.ts': "import './b.ts';", 'src/units/b.ts': "import './a.ts';" },
    { 'src/book/a.suite.ts': 'export const x = 1;' },
  ],
  good: {
    'src/cli/main.ts': "import '../units/a.ts';",
    'src/units/a.ts': "import './b.ts';",
    'src/units/b.ts': 'export const x = 1;',
    'bench/run.ts': "import '../src/book/c.ts';",
    'src/book/c.ts': "new Worker(new URL('./d.ts', import.meta.url));",
    'src/book/d.ts': '',
    'package.json': '{"exports": {"./e": "./src/book/e.ts"}}',
    'src/book/e.ts': '',
  },
};

/** What a program outside reaches by the name of the package. */
function exportedFiles(repo: Repo): string[] {
  const { exports = {} } = JSON.parse(repo.files.get('package.json') ?? '{}') as {
    exports?: Record<string, string>;
  };
  return Object.values(exports).map((path) => posix.normalize(path));
}

function isEntry(path: string): boolean {
  return path === 'src/cli/main.ts' || !path.startsWith('src/') || path.endsWith('.test.ts');
}

const missingTargets: Rule = {
  name: 'an import names a file that is there, with its ending',
  check: (repo) =>
    repo.code.flatMap((file) =>
      importsOf(file).flatMap(({ line, target }) =>
        target === undefined || repo.files.has(target)
          ? []
          : [`${file.path}:${line} imports ${target}, which is not there`],
      ),
    ),
  bad: [{ 'src/units/a.ts': "import './b';", 'src/units/b.ts': '' }],
  good: { 'src/units/a.ts': "import './b.ts';", 'src/units/b.ts': '' },
};

const roomProjects: Rule = {
  name: 'every room is a TypeScript project whose references are its row in the table',
  check: (repo) => {
    const present = roomsOf(repo);
    const found = present.flatMap((room) => projectFaults(repo, room));
    for (const path of ['tsconfig.json', 'tsconfig.tests.json']) {
      const references = referencesOf(repo, path);
      for (const room of present) {
        if (!references.includes(`src/${room}`))
          found.push(`${path} does not reference src/${room}`);
      }
    }
    return found;
  },
  bad: [
    project({ units: [] }, { root: [] }),
    project({ units: [], margin: ['../units', '../engine'] }),
    project({ units: [], margin: [] }),
    project({ unheard: [] }),
    { ...project({ units: [] }), 'src/margin/a.ts': '' },
  ],
  good: project({ units: [], margin: ['../units'] }),
};

/** The folders of src that hold a file. */
function roomsOf(repo: Repo): string[] {
  const rooms = [...repo.files.keys()].flatMap((path) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(rooms)];
}

function projectFaults(repo: Repo, room: string): string[] {
  const path = `src/${room}/tsconfig.json`;
  const row = ROOMS[room];
  if (!row) return [`src/${room} has no row in tests/tidy/rooms.ts`];
  if (!repo.files.has(path)) return [`${path} is missing`];
  const wanted = row.rooms.map((name) => `../${name}`).sort();
  const actual = referencesOf(repo, path).sort();
  if (wanted.join() === actual.join()) return [];
  return [`${path} references ${actual.join(', ')} instead of ${wanted.join(', ')}`];
}

function referencesOf(repo: Repo, path: string): string[] {
  const config = JSON.parse(repo.files.get(path) ?? '{}') as { references?: { path: string }[] };
  return (config.references ?? []).map((reference) => reference.path);
}

function project(
  rooms: Readonly<Record<string, string[]>>,
  { root = Object.keys(rooms).map((room) => `src/${room}`) }: { root?: string[] } = {},
): Record<string, string> {
  const write = (paths: string[]): string =>
    JSON.stringify({ references: paths.map((path) => ({ path })) });
  const files = { 'tsconfig.json': write(root), 'tsconfig.tests.json': write(root) };
  const projects = Object.entries(rooms).map(([room, references]) => [
    `src/${room}/tsconfig.json`,
    write(references),
  ]);
  return { ...files, ...(Object.fromEntries(projects) as Record<string, string>) };
}

export const importRules: readonly Rule[] = [
  roomImports,
  packageImports,
  missingTargets,
  deadFiles,
  roomProjects,
];
