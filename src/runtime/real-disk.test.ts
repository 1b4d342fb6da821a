// Proves the whole of it on the disk of this machine: a restart gives the same state, files go that
// nobody needs, and a second process is refused.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { nodeDisk } from '../journal/node-disk.ts';
import { currentProcess } from '../journal/process-identity.ts';
import { deposit, Ledger, type LedgerCommand, type LedgerOutcome } from '../testing/disk/ledger.ts';
import { startRuntime } from './runtime.ts';

const made: string[] = [];

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-'));
  made.push(directory);
  return directory;
}

afterAll(async () => {
  for (const directory of made) await rm(directory, { recursive: true });
});

describe('a journal on the real disk', () => {
  const start = async (directory: string, ledger: Ledger) =>
    startRuntime<LedgerCommand, LedgerOutcome>({
      disk: nodeDisk,
      directory,
      identity: currentProcess(),
      machine: ledger,
      segmentBytes: 64 * 1024,
      groupBytes: 32 * 1024,
      snapshotEvery: 300,
      onStop: (error) => {
        throw error;
      },
    });

  it('gives the same state after a clean stop; a second process is refused', async () => {
    const directory = join(await newDirectory(), 'deeper', 'journal');
    const ledger = new Ledger();
    const first = await start(directory, ledger);
    if (first.kind === 'refused') throw new Error(first.refusal.what);
    for (let from = 0; from < 2000; from += 100) {
      const commands = Array.from({ length: 100 }, (_, i) => deposit(`d${from + i}`, i % 8, 1 + i));
      const answers = await Promise.all(
        commands.map((one) => first.runtime.sequencer.execute(one)),
      );
      expect(answers.every((one) => one.kind === 'done')).toBe(true);
    }
    expect(await start(directory, new Ledger())).toMatchObject({
      kind: 'refused',
      refusal: { verdict: 13 },
    });
    expect(await first.runtime.stop()).toBe(true);
    const again = new Ledger();
    const second = await start(directory, again);
    if (second.kind === 'refused') throw new Error(second.refusal.what);
    expect(again.stateHash()).toBe(ledger.stateHash());
    expect(second.findings.map((one) => one.verdict)).toContain(1);
    await second.runtime.journal.close();
    const names = await readdir(directory);
    expect(names.filter((name) => name.startsWith('snapshot-')).length).toBeLessThanOrEqual(3);
    expect(names.filter((name) => name.startsWith('lock-'))).toEqual([]);
  });
});
