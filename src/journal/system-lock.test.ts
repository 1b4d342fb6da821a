// Proves that the system's lock of a file is held once, within a process and between processes,
// that it ends with a process that is killed, and that a file without locks is told apart.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { takeSystemLock } from './system-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-lock-'));
const MODULE = JSON.stringify(join(import.meta.dirname, 'system-lock.ts'));
const HOLD = `import(${MODULE}).then(({ takeSystemLock }) => {
  const lock = takeSystemLock(process.argv[1]);
  console.log(typeof lock === 'string' ? lock : 'held');
  setInterval(() => lock, 1000);
})`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('is held once in a process, and leaves nothing beside an empty file', () => {
  const path = join(folder, 'own');
  const first = takeSystemLock(path);
  if (typeof first === 'string') throw new Error(first);
  expect(takeSystemLock(path)).toBe('busy');
  expect(readdirSync(folder)).toEqual(['own']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { dev, ino, size } = statSync(path);
  expect(first.file).toBe(`${dev}:${ino}`);
  expect(size).toBe(0);
  first.release();
  first.release();
  const second = takeSystemLock(path);
  if (typeof second === 'string') throw new Error(second);
  expect(second.file).toBe(first.file);
  second.release();
});

it('ends with a process that is killed, not before', async () => {
  const path = join(folder, 'killed');
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLD, path]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  expect(line).toBe('held');
  expect(takeSystemLock(path)).toBe('busy');
  child.kill('SIGKILL');
  await ended;
  const mine = takeSystemLock(path);
  expect(mine).toMatchObject({ file: expect.any(String) as string });
  if (typeof mine !== 'string') mine.release();
});

it('is none where there can be none', () => {
  mkdirSync(join(folder, 'directory'));
  writeFileSync(join(folder, 'other'), 'what somebody else put here');
  expect(takeSystemLock(join(folder, 'directory'))).toBe('none');
  expect(takeSystemLock(join(folder, 'other'))).toBe('none');
  expect(takeSystemLock(join(folder, 'missing', 'file'))).toBe('none');
  expect(existsSync(join(folder, 'missing'))).toBe(false);
});
