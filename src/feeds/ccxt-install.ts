// Where ccxt is, if it is: an optional package of a hundred exchanges, of which one file is loaded.
// Its package does not export those files by name, so they are found by path.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FeedError } from './feed.ts';

/** The file of one exchange. @throws FeedError when there is no ccxt, or no such exchange in it */
export function exchangeFile(exchange: string, from: string = import.meta.filename): string {
  const library = libraryFolder(from);
  const file = join(library, 'js', 'src', `${exchange}.js`);
  if (existsSync(file)) return file;
  const { version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
    version: string;
  };
  const page = 'https://docs.ccxt.com/#/README?id=exchanges';
  throw new FeedError(`ccxt ${version} has no exchange "${exchange}"; those it has: ${page}`);
}

function libraryFolder(from: string): string {
  try {
    return dirname(dirname(createRequire(from).resolve('ccxt'))); // …/ccxt/dist/ccxt.cjs
  } catch {
    throw new FeedError(
      'this feed needs the optional package ccxt, which is not installed: run `npm ci` without ' +
        '--omit=optional in the directory of Plimsoll, and start again',
    );
  }
}
