// Proves the records of pairs in both databases with one and the same suite, and that a commit in
// SQLite waits for the disk.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOrInstallPostgres, TestPostgres } from '../testing/postgres/postgres.ts';
import { provePairs } from './pairs.suite.ts';
import { openRecords } from './sql/records.ts';

const directory = mkdtempSync(join(tmpdir(), 'plimsoll-pairs-'));
const found = findOrInstallPostgres();
let server: TestPostgres | undefined;
let made = 0;

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** What a database says of one of its settings. */
async function settingOf(url: string, question: string): Promise<unknown> {
  const records = await openRecords(url);
  try {
    const { rows } = await sql<Record<string, unknown>>`${sql.raw(question)}`.execute(records);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await records.destroy();
  }
}

describe('pairs in SQLite', () => {
  const newFile = (): string => join(directory, `${(made += 1)}.db`);
  provePairs(newFile);

  test('a commit waits for the disk', async () => {
    expect(await settingOf(newFile(), 'pragma synchronous')).toBe(2n);
  });
});

const why = found.kind === 'absent' ? ` [${found.reason}]` : '';
describe.skipIf(found.kind === 'absent')(`pairs in PostgreSQL${why}`, () => {
  beforeAll(async () => {
    if (found.kind === 'found') server = await TestPostgres.start(found);
  });
  afterAll(async () => {
    await server?.stop();
  });
  const newDatabase = (): string => server?.create(`pairs_${(made += 1)}`) ?? '';
  provePairs(newDatabase);

  test('a commit waits for the disk', async () => {
    expect(await settingOf(newDatabase(), 'show synchronous_commit')).toBe('on');
  });
});
