// Proves what the history reads of a running journal that has let its oldest segments go: the state
// at every sequence that is left, the records after it, and a gap where nothing is left.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { historySource } from '../src/app/history-source.ts';
import type { Command } from '../src/engine/command.ts';
import { nodeDisk } from '../src/journal/node-disk.ts';
import { currentProcess } from '../src/journal/process-identity.ts';
import { History, type HistorySource } from '../src/projections/history.ts';
import { makeJournal } from '../src/projections/journal.suite.ts';
import { type HistoryRecord, idOf, recordOf } from '../src/projections/record.ts';
import { EngineMachine, type Result } from '../src/runtime/engine-machine.ts';
import { startRuntime, type Runtime } from '../src/runtime/runtime.ts';

const COMMANDS = 1_500;
const GROUP = 30;

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-source-'));
const machine = new EngineMachine();
let runtime: Runtime<Command, Result>;
let source: HistorySource;
let live: History;

beforeAll(async () => {
  const started = await startRuntime<Command, Result>({
    disk: nodeDisk,
    directory: join(folder, 'journal'),
    identity: currentProcess(),
    machine,
    fingerprint: machine.fingerprint,
    segmentBytes: 32 * 1024,
    groupBytes: 16 * 1024,
    commandBytes: 1_024,
    snapshotEvery: 0,
    onStop: (error) => {
      throw error;
    },
  });
  if (started.kind === 'refused') throw new Error(started.refusal.what);
  ({ runtime } = started);
  const { journal } = runtime;
  const createMachine = (): EngineMachine => new EngineMachine();
  const sequence = (): number => journal.log.durableSequence;
  const directory = join(folder, 'journal');
  source = historySource({ disk: nodeDisk, directory, createMachine, sequence });
  live = await History.open({ url: join(folder, 'live.sqlite'), journal: journal.identity });
  const records: HistoryRecord[] = [];
  runtime.followers.add(
    {
      name: 'records',
      apply: (at, timeMs, result) => {
        records.push(recordOf(at, timeMs, result, machine.engine));
      },
    },
    0,
  );
  const { commands } = makeJournal(21, COMMANDS);
  for (let at = 0; at < COMMANDS; at += GROUP) {
    const group = commands.slice(at, at + GROUP);
    await Promise.all(group.map((command) => runtime.sequencer.execute(command)));
    if (at % 300 === 270) await runtime.snapshot();
  }
  await live.apply(records);
});

afterAll(async () => {
  await runtime.stop();
  await live.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a journal that has let its beginning go', () => {
  test('gives the state at every sequence that is left, and the records after it', async () => {
    const { segments, snapshots } = runtime.journal.survey;
    expect(segments[0]?.header.sequence).toBeGreaterThan(1);
    const oldest = snapshots[0] ?? 0;
    const end = source.sequence();
    for (const wanted of [oldest, oldest + 1, oldest + 150, end - 1]) {
      const start = await source.open(wanted, end);
      expect(start.sequence).toBe(wanted);
      let next = wanted + 1;
      for await (const records of start.records) {
        for (const { sequence } of records) expect(sequence).toBe(next++);
      }
      expect(next).toBe(end + 1);
      expect(start.engine.hash()).toBe(machine.stateHash());
    }
  });

  test('what it no longer has is a gap; what is after it is the same', async () => {
    const url = join(folder, 'late.sqlite');
    const late = await History.open({ url, journal: runtime.journal.identity });
    await late.catchUp(source);
    const [gap] = await late.reader.gaps();
    expect(gap?.first_sequence).toBe(1);
    expect(gap?.last_sequence).toBe(runtime.journal.survey.snapshots[0]);
    const after = idOf((gap?.last_sequence ?? 0) + 1, 0);
    const [wanted, got] = await Promise.all(
      [live, late].map(async ({ reader }) => {
        const { rows } = await reader.fills({ limit: 1_000 });
        return rows.filter(({ id }) => id >= after);
      }),
    );
    expect(wanted?.length).toBeGreaterThan(20);
    expect(got).toEqual(wanted);
    for (let account = 3; account < 9; account++) {
      expect((await late.reader.balances(account)).map(({ free, held }) => [free, held])).toEqual(
        (await live.reader.balances(account)).map(({ free, held }) => [free, held]),
      );
      const open = machine.engine.orders(account).map(({ order }) => order);
      const { rows } = await late.reader.orders({ account, state: 'open', limit: 1_000 });
      const numbers = rows.map((row) => row.order_id);
      expect(numbers.sort((a, b) => a - b)).toEqual(open.sort((a, b) => a - b));
    }
    await late.close();
  });
});
