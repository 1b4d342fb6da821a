// Kills a process that writes the history, again and again, at moments that dice choose, and lets
// the next one go on: what it has said to have written is there, and at the end the rows are those
// of a run that nobody disturbed.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import { saveRecords } from './crash-child.suite.ts';
import { dump, type NewDatabase } from './fixture.suite.ts';
import { History } from './history.ts';
import { makeJournal } from './journal.suite.ts';

const SEED = 31;
const LENGTH = 2_000;
const CHILD = join(import.meta.dirname, 'crash-child.suite.ts');

interface Life {
  /** What the child said when it had opened, and last. */
  readonly opened: number;
  readonly said: number;
  readonly done: boolean;
}

/**
 * Starts a child and kills it `delayMs` after it has said something `lines` times; lets it live
 * when `lines` is undefined.
 */
function live(args: readonly string[], lines?: number, delayMs = 0): Promise<Life> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    let killing = false;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (lines === undefined || killing || output.split('\n').length <= lines) return;
      killing = true;
      setTimeout(() => child.kill('SIGKILL'), delayMs);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.once('close', (code) => {
      if (code !== null && code !== 0) {
        reject(new Error(errors));
        return;
      }
      const whole = output.slice(0, output.lastIndexOf('\n')).split('\n');
      const said = whole.filter((line) => line !== 'done').map(Number);
      resolve({ opened: said[0] ?? 0, said: said.at(-1) ?? 0, done: whole.includes('done') });
    });
  });
}

export function proveCrashes(directory: string, newDatabase: NewDatabase, kills: number): void {
  test(`${kills} kills in the middle of writing leave no trace`, async () => {
    const [undisturbed, url] = [newDatabase(), newDatabase()];
    const { records } = makeJournal(SEED, LENGTH);
    const file = join(directory, `records-${kills}.json`);
    saveRecords(file, records);
    const history = await History.open({ url: undisturbed, journal: 'crash' });
    await history.apply(records);
    await history.close();
    const random = new Sfc32(kills);
    let said = 0;
    for (let kill = 0; kill < kills; kill++) {
      const life = await live([url, file, `${kill}`], 1 + random.below(4), random.below(5));
      expect(life.opened).toBeGreaterThanOrEqual(said);
      expect(life.done).toBe(false);
      said = life.said;
    }
    expect(said).toBeGreaterThan(0);
    const last = await live([url, file, '0']);
    expect(last.opened).toBeGreaterThanOrEqual(said);
    expect(last).toMatchObject({ said: LENGTH, done: true });
    expect(await dump(url)).toEqual(await dump(undisturbed));
  });
}
