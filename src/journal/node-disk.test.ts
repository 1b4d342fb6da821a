// Proves that the real disk does what the journal relies on, and that a journal on it survives a
// restart.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from 'vitest';

import { describeDisk } from '../testing/disk/disk.suite.ts';
import { nodeDisk } from './node-disk.ts';

const made: string[] = [];

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-'));
  made.push(directory);
  return directory;
}

afterAll(async () => {
  for (const directory of made) await rm(directory, { recursive: true });
});

describeDisk('node', async () => ({ disk: nodeDisk, directory: await newDirectory() }));
