// Proves the history in both databases with one and the same suite. SQLite is always there;
// PostgreSQL where it is installed, in a server of our own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { findOrInstallPostgres, TestPostgres } from '../testing/postgres/postgres.ts';
import { proveCrashes } from './crash.suite.ts';
import { proveFlow, proveHistory } from './history.suite.ts';

const directory = mkdtempSync(join(tmpdir(), 'plimsoll-history-'));
const found = findOrInstallPostgres();
let server: TestPostgres | undefined;
let made = 0;

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

proveFlow();

describe('history in SQLite', () => {
  const newFile = (): string => join(directory, `${(made += 1)}.db`);
  proveHistory(newFile);
  proveCrashes(directory, newFile, 10);
});

const why = found.kind === 'absent' ? ` [${found.reason}]` : '';
describe.skipIf(found.kind === 'absent')(`history in PostgreSQL${why}`, () => {
  beforeAll(async () => {
    if (found.kind === 'found') server = await TestPostgres.start(found);
  });
  afterAll(async () => {
    await server?.stop();
  });
  const newDatabase = (): string => server?.create(`history_${(made += 1)}`) ?? '';
  proveHistory(newDatabase);
  proveCrashes(directory, newDatabase, 6);
});
