// Proves that `verify`, `state` and `archive` say of a real directory what is in it, and of a
// damaged one where the damage is and what to do; that `--cut` gives up exactly what it was told;
// and that whatever goes wrong ends with exit code 1 and a sentence.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Command } from '../../engine/command.ts';
import { nodeDisk } from '../../journal/node-disk.ts';
import { currentProcess } from '../../journal/process-identity.ts';
import { EngineMachine, type Result } from '../../runtime/engine-machine.ts';
import { startRuntime } from '../../runtime/runtime.ts';
import { Sfc32 } from '../../testing/flow/sfc32.ts';
import { RandomCommands, worldCommands } from '../../testing/sim/random-commands.ts';
import { conservationLines, conservationOf } from './lines.ts';
import { findingText, wholeNumber } from './output.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const ACCOUNTS = 4;
const COMMANDS = 1_500;
const GROUP = 60;

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cli-journal-'));
const data = join(folder, 'data');
let last = { sequence: 0, hash: '' };

beforeAll(async () => {
  last = await makeJournal(join(data, 'journal'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A directory with several segments and snapshots, ended as by a crash. */
async function makeJournal(directory: string): Promise<{ sequence: number; hash: string }> {
  const machine = new EngineMachine();
  const started = await startRuntime<Command, Result>({
    disk: nodeDisk,
    directory,
    identity: currentProcess(),
    machine,
    fingerprint: machine.fingerprint,
    segmentBytes: 64 * 1024,
    groupBytes: 32 * 1024,
    snapshotEvery: 0,
    keepAll: true,
    onStop: (error) => {
      throw error;
    },
  });
  if (started.kind === 'refused') throw new Error(started.refusal.what);
  const { sequencer, journal } = started.runtime;
  const random = new RandomCommands(machine.engine, new Sfc32(2), ACCOUNTS);
  const world = worldCommands(ACCOUNTS);
  for (let sent = 0; sent < COMMANDS; sent += GROUP) {
    const commands = sent === 0 ? world : Array.from({ length: GROUP }, () => random.next());
    const answers = commands.map((command, i) => ({ ...command, id: `k-${sent + i}` }));
    await Promise.all(answers.map((command) => sequencer.execute(command)));
    if (sent % 480 === 0) await started.runtime.snapshot();
  }
  await journal.close();
  return { sequence: sequencer.sequence, hash: machine.stateHash() };
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function plimsoll(...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return { code: status, out: stdout, error: stderr };
}

/** A copy whose last segment but one has a byte in its middle flipped. */
function damagedCopy(name: string): string {
  const copy = join(folder, name);
  cpSync(data, copy, { recursive: true });
  const segments = readdirSync(join(copy, 'journal')).filter((one) => one.startsWith('segment-'));
  const path = join(copy, 'journal', segments.sort().at(-2) ?? '');
  const bytes = readFileSync(path);
  bytes[30_000] ^= 1;
  writeFileSync(path, bytes);
  return copy;
}

describe('a good directory', () => {
  test('verify says so, with the hash of its end', () => {
    const { code, out } = plimsoll('verify', data);
    expect(code).toBe(0);
    expect(out).toMatch(/^good\n/);
    expect(out).toContain(`sequences      1 to ${last.sequence}\n`);
    expect(out).toContain(`state hash     ${last.hash}\n`);
    const { out: json } = plimsoll('verify', data, '--json');
    const report = JSON.parse(json) as { snapshots: number[] };
    expect(report).toMatchObject({ good: true, stateHash: last.hash });
    expect(report.snapshots.length).toBeGreaterThan(2);
  });

  test('state has the hash, and every asset is all there', () => {
    const { code, out } = plimsoll('state', data, '--at', `${last.sequence}`);
    expect(code).toBe(0);
    expect(out).toContain(`state hash   ${last.hash}\n`);
    expect(out).toMatch(/USDT +\d+(\.\d+)? paid in less paid out, difference 0\n/);
    const { out: json } = plimsoll('state', data, '--at', '10', '--json');
    const value = JSON.parse(json) as { conservation: { difference: string }[] };
    expect(value).toMatchObject({ sequence: 10 });
    expect(value.conservation.every(({ difference }) => difference === '0')).toBe(true);
  });

  test('archive hands out every command once, in order, and says how far', () => {
    const { code, out, error } = plimsoll('archive', data);
    expect(code).toBe(0);
    const records = out.trimEnd().split('\n');
    const sequences = records.map((line) => (JSON.parse(line) as { sequence: number }).sequence);
    expect(sequences).toEqual(Array.from({ length: last.sequence }, (_, i) => i + 1));
    expect(error).toBe(`archived: sequences 1 to ${last.sequence}\n`);
    const middle = plimsoll('archive', join(data, 'journal'), '--from', '100', '--to', '101');
    expect(middle.out).toBe(`${records[99]}\n${records[100]}\n`);
  });

  test('what is not there is said, with what is', () => {
    const beyond = `${last.sequence + 1}`;
    expect(plimsoll('state', data, '--at', beyond)).toEqual({
      code: 1,
      out: '',
      error: `plimsoll: sequence ${beyond} is not there: ${last.sequence} is the last\n`,
    });
    expect(plimsoll('archive', data, '--from', beyond)).toMatchObject({
      code: 1,
      error: 'plimsoll: there is no command in that range\n',
    });
    expect(plimsoll('verify', join(folder, 'nowhere')).error).toContain('does not exist');
    expect(plimsoll('state', data, '--at', 'all')).toMatchObject({ code: 1 });
    const same = plimsoll('verify', data, '--cut', '5');
    expect(same).toMatchObject({ code: 0, out: 'nothing to cut: every batch is intact\n' });
  });

  test('limits other than those it was written under are refused, and the way out is named', () => {
    const config = join(folder, 'other.json');
    writeFileSync(config, '{"limits": {"accounts": 7}}');
    const { code, error } = plimsoll('verify', data, '--config', config);
    expect(code).toBe(1);
    expect(error).toMatch(/verdict 12.*--config/s);
  });

  test('the configuration that serve would read stands for these too', () => {
    const standing = join(folder, 'plimsoll.json');
    writeFileSync(standing, '{"limits": {"accounts": 7}}');
    try {
      expect(plimsoll('verify', data).error).toContain('verdict 12');
    } finally {
      rmSync(standing);
    }
  });
});

describe('a damaged directory', () => {
  test('verify names file, byte and sequence, and the command that gives it up', () => {
    const copy = damagedCopy('damaged');
    const { code, out } = plimsoll('verify', copy);
    expect(code).toBe(1);
    const place = /^verdict 4: .* \(segment-\d{16}, byte \d+, sequence (\d+)\)\./m.exec(out);
    const sequence = Number(place?.[1]);
    expect(out).toContain(`plimsoll verify ${copy} --cut ${sequence}\n`);

    const other = plimsoll('verify', copy, '--cut', `${sequence + 1}`);
    expect(other.code).toBe(1);
    expect(other.error).toContain(`begins with sequence ${sequence}, not ${sequence + 1}`);
    expect(plimsoll('verify', copy).code).toBe(1);

    const cut = plimsoll('verify', copy, '--cut', `${sequence}`);
    expect(cut.code).toBe(0);
    expect(cut.out).toContain(`cut: sequence ${sequence - 1} is the last now\n`);
    expect(cut.out).toMatch(/^put away: cut-segment-/m);
    expect(cut.out).toMatch(/^given up although intact: segment-/m);
    expect(plimsoll('verify', copy)).toMatchObject({ code: 0 });
    const left = plimsoll('state', copy, '--at', `${sequence - 1}`).out;
    expect(left).toBe(plimsoll('state', data, '--at', `${sequence - 1}`).out);
  });

  test('a missing segment is not cured by cutting, and nothing is cut', () => {
    const copy = join(folder, 'gap');
    cpSync(data, copy, { recursive: true });
    const segments = readdirSync(join(copy, 'journal')).filter((one) => one.startsWith('segment-'));
    rmSync(join(copy, 'journal', segments.sort()[1]));
    const { code, out } = plimsoll('verify', copy);
    expect(code).toBe(1);
    const sequence = /^verdict 5: .*sequence (\d+)/m.exec(out)?.[1] ?? '';
    const cut = plimsoll('verify', copy, '--cut', sequence);
    expect(cut).toMatchObject({ code: 1, out: '' });
    expect(cut.error).toContain('nothing was cut, because cutting would not cure it');
  });
});

describe('the texts', () => {
  test('a verdict is the same sentence without the start, and says what to do', () => {
    const found = { verdict: 13, starts: false, file: 'lock-1', what: 'W.', remedy: '' } as const;
    const text = 'verdict 13: the directory is in use (lock-1). W. Stop that process first, or';
    expect(findingText(found, 'd')).toContain(text);
  });

  test('a sequence is a whole number', () => {
    expect(wholeNumber('--at', '12')).toBe(12);
    for (const bad of ['', '-1', '1.5', '1e3', ' 1', '9'.repeat(16)]) {
      expect(() => wholeNumber('--at', bad), bad).toThrow('--at');
    }
  });

  test('sums are exact beyond what a double holds', () => {
    const { engine } = new EngineMachine();
    const row = { asset: 0, deposited: 2n ** 60n + 1n, withdrawn: 1n, difference: -50n };
    const stub = {
      conservation: () => [row],
      assets: () => [{ symbol: 'USD', decimals: 2 }],
    } as unknown as typeof engine;
    expect(conservationOf(stub)).toEqual([
      { asset: 'USD', inside: '11529215046068469.76', difference: '-0.5' },
    ]);
    expect(conservationLines(conservationOf(stub))[0]).toContain('difference -0.5');
  });
});
