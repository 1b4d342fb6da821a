// What the tidy rules look at: the text files of the repository, read once, or a made-up repository
// of a few strings, with which each rule is proven able to fail. Nothing here writes.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { blank } from './blank.ts';

/** The text files of a repository by path from its root, with forward slashes. */
export interface Repo {
  readonly files: ReadonlyMap<string, string>;
  /** TypeScript and JavaScript files with their blanked text. */
  readonly code: readonly CodeFile[];
}

export interface CodeFile {
  readonly path: string;
  readonly text: string;
  /** The text without comments, strings and regular expressions, everything in its place. */
  readonly blanked: string;
  /** The room (`engine`) of a file under src, or its top folder (`tests`), or '' at the root. */
  readonly area: string;
  readonly isRoom: boolean;
  readonly isTest: boolean;
}

const NOT_OURS = new Set(['node_modules', 'build', '.git', 'plimsoll-data', '.vitest']);
const TEXT = /(?:\.(?:ts|mjs|json|md|sh|yml)|^\.npmrc|^\.gitignore|^LICENSE|^\.ci\/run)$/;
const BYTES_MAX = 1_000_000; // larger files are data, not text that somebody wrote

export function readRepo(root: string): Repo {
  const files: Record<string, string> = {};
  for (const path of walk(root, '')) files[path] = readFileSync(join(root, path), 'utf8');
  return repoOf(files);
}

export function repoOf(files: Readonly<Record<string, string>>): Repo {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    files: new Map(entries),
    code: entries.filter(([path]) => /\.(?:ts|mjs)$/.test(path)).map(codeFile),
  };
}

function codeFile([path, text]: [string, string]): CodeFile {
  const [top = '', room = ''] = path.split('/').slice(0, -1);
  const isRoom = top === 'src';
  return {
    path,
    text,
    blanked: blank(text),
    area: isRoom ? room : top,
    isRoom,
    isTest: /\.(?:test|suite)\.ts$/.test(path),
  };
}

function* walk(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) {
      if (!NOT_OURS.has(entry.name)) yield* walk(root, path);
    } else if (TEXT.test(path) && statSync(join(root, path)).size <= BYTES_MAX) {
      yield path;
    }
  }
}
