// Proves that the history behind a running engine comes to the same rows however it is fed: in
// bursts, through a queue that is much too small, over failed writes of which it is unknown whether
// they are there; and that it says how far behind it is. Both ends are on this thread.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { AssertionError } from '../units/assert.ts';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import { HistoryFollower } from './history-follower.ts';
import { statusMemory } from './history-status.ts';
import { type HistoryTrouble, HistoryWriter } from './history-writer.ts';
import { History } from './history.ts';
import { dump } from './fixture.suite.ts';
import { makeJournal, TestSource } from './journal.suite.ts';
import { NaiveHistory } from './naive.suite.ts';
import type { HistoryRecord } from './record.ts';
import { queueMemory } from './record-queue.ts';

const LENGTH = 1_200;
const journal = makeJournal(23, LENGTH);
const { engine } = new NaiveHistory(journal);
const directory = mkdtempSync(join(tmpdir(), 'plimsoll-follower-'));
let made = 0;
let wanted: Record<string, object[]> = {};

const newFile = (): string => join(directory, `${(made += 1)}.db`);

beforeAll(async () => {
  const url = newFile();
  const history = await History.open({ url, journal: 'test' });
  await history.apply(journal.records);
  await history.close();
  wanted = await dump(url);
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Run {
  readonly follower: HistoryFollower;
  readonly writer: HistoryWriter;
  readonly source: TestSource;
  readonly troubles: HistoryTrouble[];
  readonly overflows: number[];
}

/**
 * Both ends of a history, of a journal that has `head` records already; the rest is fed by `feed`.
 */
async function follow(
  head: number,
  options: { queueBytes?: number; flaky?: (history: History) => History },
  use: (run: Run) => Promise<void>,
): Promise<string> {
  const url = newFile();
  const { flaky = (same: History): History => same, queueBytes } = options;
  const opened = await History.open({ url, journal: 'test' });
  const history = flaky(opened);
  const source = new TestSource(journal, head);
  const memory = { queue: queueMemory(queueBytes), status: statusMemory() };
  const troubles: HistoryTrouble[] = [];
  const overflows: number[] = [];
  const writer = new HistoryWriter({
    history,
    memory,
    source,
    onWritten: () => follower.onWritten(),
    onTrouble: (trouble) => troubles.push(trouble),
    retryMs: 1,
  });
  const follower: HistoryFollower = new HistoryFollower({
    memory,
    sequence: head,
    timeMs: 0,
    engine: () => engine,
    wake: () => writer.wake(),
    hurry: (sequence) => writer.hurry(sequence),
    onOverflow: (sequence) => overflows.push(sequence),
  });
  const run = writer.run().then(() => follower.onEnded());
  await use({ follower, writer, source, troubles, overflows });
  writer.stop();
  await run;
  await opened.close();
  return url;
}

function feed({ follower, source }: Run, records: readonly HistoryRecord[]): void {
  for (const record of records) {
    source.head = record.sequence;
    follower.apply(record.sequence, record.time, record);
  }
}

/** All records, in bursts with a turn of the loop between some of them. */
async function feedAll(run: Run, from: number, burst: number): Promise<void> {
  const random = new Sfc32(burst);
  for (let at = from; at < LENGTH;) {
    const size = 1 + random.below(burst);
    feed(run, journal.records.slice(at, at + size));
    at += size;
    for (let i = random.below(4); i > 0; i--) await turn();
  }
}

test('fed in bursts, beginning behind the journal, it comes to the same rows', async () => {
  const url = await follow(400, {}, async (run) => {
    expect(run.follower.lag()).toMatchObject({ sequence: 0, head: 400, records: 400 });
    await feedAll(run, 400, 60);
    expect(await run.follower.reached(LENGTH, 30_000)).toBe(true);
    expect(run.follower.lag()).toMatchObject({ mode: 'live', records: 0, behindMs: 0 });
    expect(run.troubles).toEqual([]);
  });
  expect(await dump(url)).toEqual(wanted);
});

test('a queue that is too small goes on from the journal, and says so', async () => {
  const url = await follow(0, { queueBytes: 8_192 }, async (run) => {
    for (let at = 0; at < LENGTH; at += 100) {
      feed(run, journal.records.slice(at, at + 100));
      expect(await run.follower.reached(at + 100, 30_000)).toBe(true);
    }
    expect(run.follower.lag().overflows).toBeGreaterThanOrEqual(LENGTH / 100);
    expect(run.overflows).toHaveLength(run.follower.lag().overflows);
    expect(run.troubles).toEqual([]);
  });
  expect(await dump(url)).toEqual(wanted);
});

test('a follower that cannot say what was created has failed, and says so', async () => {
  const memory = { queue: queueMemory(8_192), status: statusMemory() };
  const nobody = (): void => undefined;
  const follower = new HistoryFollower({
    memory,
    sequence: 0,
    timeMs: 0,
    engine: () => new Engine(), // one that never executed the command
    wake: nobody,
    hurry: nobody,
  });
  const [first] = journal.records;
  const waits = follower.reached(1, 10_000);
  expect(() => follower.apply(first.sequence, first.time, first)).toThrow(TypeError);
  expect(await waits).toBe(false);
  expect(follower.lag()).toMatchObject({ mode: 'failed', sequence: 0, head: 1 });
});

test('a history that is ahead of the journal is not followed', async () => {
  const history = await History.open({ url: newFile(), journal: 'test' });
  await history.apply(journal.records.slice(0, 20));
  const source = new TestSource(journal, 19);
  const memory = { queue: queueMemory(8_192), status: statusMemory() };
  const writer = new HistoryWriter({ history, memory, source });
  await expect(writer.catchUp()).rejects.toThrow('at 20');
  await history.close();
});

describe('failed writes', () => {
  /** Fails every third time, now before and now after the rows are there. */
  const flaky = (history: History): History => {
    let calls = 0;
    const write = history.apply.bind(history);
    history.apply = async (records) => {
      calls += 1;
      if (calls % 3 === 1) throw new Error('no connection');
      await write(records);
      if (calls % 3 === 2) throw new Error('connection lost');
    };
    return history;
  };

  test('are tried again, and no row is there twice or missing', async () => {
    const url = await follow(0, { flaky }, async (run) => {
      await feedAll(run, 0, 30);
      expect(await run.follower.reached(LENGTH, 30_000)).toBe(true);
      expect(run.follower.lag()).toMatchObject({ records: 0, sequence: LENGTH });
      expect(run.troubles.some(({ kind }) => kind === 'retry')).toBe(true);
      expect(run.troubles.every(({ kind }) => kind === 'retry')).toBe(true);
    });
    expect(await dump(url)).toEqual(wanted);
  });

  test('a broken invariant ends the history and not the feeding of it', async () => {
    const broken = (history: History): History => {
      history.apply = () => Promise.reject(new AssertionError('broken'));
      return history;
    };
    await follow(0, { flaky: broken }, async (run) => {
      feed(run, journal.records.slice(0, 50));
      expect(await run.follower.reached(50, 10_000)).toBe(false);
      expect(run.follower.lag()).toMatchObject({ mode: 'failed', sequence: 0, head: 50 });
      feed(run, journal.records.slice(50, 60));
      expect(run.follower.lag()).toMatchObject({ mode: 'failed', head: 60 });
      expect(run.troubles.map(({ kind }) => kind)).toEqual(['failed']);
    });
  });

  test('a wait for a sequence ends', async () => {
    await follow(0, {}, async ({ follower }) => {
      expect(await follower.reached(5, 20)).toBe(false);
      expect(await follower.reached(0, 20)).toBe(true);
    });
  });
});
