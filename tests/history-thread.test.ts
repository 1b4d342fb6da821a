// Proves the thread of the history from outside: a queue that overflows, a thread that is killed
// and a history that somebody else takes cost the exchange nothing, are said in /ready and in the
// log, and leave no row out once it starts again.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { HistoryThread, type HistoryTrouble } from '../src/app/history-thread.ts';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { nodeDisk } from '../src/journal/node-disk.ts';
import { currentProcess } from '../src/journal/process-identity.ts';
import { dump } from '../src/projections/fixture.suite.ts';
import { History } from '../src/projections/history.ts';
import { makeJournal } from '../src/projections/journal.suite.ts';
import { type HistoryRecord, recordOf } from '../src/projections/record.ts';
import { EngineMachine, type Result } from '../src/runtime/engine-machine.ts';
import { type Runtime, startRuntime } from '../src/runtime/runtime.ts';

type Command = Parameters<EngineMachine['execute']>[0];

const COMMANDS = 1_500;
const GROUP = 50;
const { commands } = makeJournal(37, COMMANDS);

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-thread-'));
let made = 0;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

class Exchange {
  readonly machine: EngineMachine;
  /** What was done, as a follower sees it. */
  readonly records: HistoryRecord[] = [];
  readonly troubles: HistoryTrouble[] = [];
  readonly url: string;
  readonly runtime: Runtime<Command, Result>;
  private readonly directory: string;

  private constructor(directory: string, machine: EngineMachine, runtime: Exchange['runtime']) {
    this.directory = directory;
    this.url = `${directory}.sqlite`;
    this.machine = machine;
    this.runtime = runtime;
    const { records } = this;
    runtime.followers.add(
      {
        name: 'records',
        apply: (sequence, timeMs, result) => {
          records.push(recordOf(sequence, timeMs, result, machine.engine));
        },
      },
      0,
    );
  }

  static async start(): Promise<Exchange> {
    const directory = join(folder, `journal-${(made += 1)}`);
    const machine = new EngineMachine();
    const { fingerprint } = machine;
    const started = await startRuntime<Command, Result>({
      disk: nodeDisk,
      directory,
      identity: currentProcess(),
      machine,
      fingerprint,
      segmentBytes: 64 * 1024,
      groupBytes: 32 * 1024,
      commandBytes: 1_024,
      snapshotEvery: 400,
      onStop: (error) => {
        throw error;
      },
    });
    if (started.kind === 'refused') throw new Error(started.refusal.what);
    return new Exchange(directory, machine, started.runtime);
  }

  /** A history of it, from where its database is. */
  async history(queueBytes?: number): Promise<HistoryThread> {
    const { machine, runtime, directory, url, troubles } = this;
    const thread = await HistoryThread.start({
      url,
      journal: runtime.journal.identity,
      directory,
      limits: {},
      retention: undefined,
      sequence: runtime.journal.log.durableSequence,
      timeMs: runtime.sequencer.timeMs,
      engine: () => machine.engine,
      onTrouble: (trouble) => troubles.push(trouble),
      ...(queueBytes === undefined ? {} : { queueBytes }),
    });
    runtime.followers.add(thread.follower, runtime.followers.sequence);
    return thread;
  }

  get sequence(): number {
    return this.runtime.followers.sequence;
  }

  /** Ends it. Returns the rows of its history, and those of one that nobody disturbed. */
  async rows(): Promise<[Record<string, object[]>, Record<string, object[]>]> {
    const { runtime, records, url } = this;
    await runtime.stop();
    const whole = `${url}-whole`;
    const history = await History.open({ url: whole, journal: runtime.journal.identity });
    await history.apply(records);
    await history.close();
    return [await dump(url), await dump(whole)];
  }

  /** Executes commands from `from` to before `to`. */
  async run(from: number, to: number): Promise<void> {
    for (let at = from; at < to; at += GROUP) {
      const group = commands.slice(at, Math.min(at + GROUP, to));
      await Promise.all(group.map((command) => this.runtime.sequencer.execute(command)));
    }
  }
}

describe('the thread of the history', () => {
  test('goes on from the journal when the queue is too small', async () => {
    const exchange = await Exchange.start();
    const thread = await exchange.history(16_384);
    await exchange.run(0, COMMANDS);
    const { sequence } = exchange;
    expect(sequence).toBeGreaterThan(COMMANDS / 2);
    expect(await thread.follower.reached(sequence, 30_000)).toBe(true);
    expect(thread.follower.lag()).toMatchObject({ records: 0, behindMs: 0, sequence });
    expect(thread.follower.lag().overflows).toBeGreaterThan(0);
    expect(new Set(exchange.troubles.map(({ kind }) => kind))).toEqual(new Set(['overflow']));
    await thread.stop();
    const [rows, wanted] = await exchange.rows();
    expect(rows).toEqual(wanted);
  });

  test('is killed: nobody waits for it, nothing is lost, the next one has every row', async () => {
    const exchange = await Exchange.start();
    const first = await exchange.history();
    await exchange.run(0, 600);
    const waits = first.follower.reached(COMMANDS, 60_000); // not there before it dies
    await first.worker.terminate();
    expect(await waits).toBe(false);
    expect(exchange.troubles.map(({ kind }) => kind)).toEqual(['failed']);
    await exchange.run(600, 1_000);
    const { sequence } = exchange;
    expect(first.follower.lag()).toMatchObject({ mode: 'failed', head: sequence });
    expect(await first.follower.reached(sequence, 60_000)).toBe(false);
    await first.stop();
    exchange.runtime.followers.remove(first.follower);
    const second = await exchange.history();
    expect(second.follower.lag()).toMatchObject({ mode: 'live', sequence });
    await exchange.run(1_000, COMMANDS);
    await second.stop();
    const [rows, wanted] = await exchange.rows();
    expect(rows).toEqual(wanted);
  });

  test('a database that cannot be opened is the error of the start', async () => {
    const exchange = await Exchange.start();
    const history = await History.open({ url: exchange.url, journal: 'other' });
    await history.apply(makeJournal(37, 50).records);
    await history.close();
    await expect(exchange.history()).rejects.toMatchObject({ fault: 'other_journal' });
    expect(exchange.troubles).toEqual([]);
    await exchange.runtime.stop();
  });
});

describe('a server whose history has failed', () => {
  const trade = (lab: Lab, side: string): Promise<{ readonly status: number }> => {
    const order = { market: 'BTC-PERP', side, price: '60000', size: '0.01' };
    return lab.post('/api/v1/orders', { account: side === 'buy' ? 'alice' : 'bob', ...order });
  };

  test('trades on and says so', async () => {
    const data = join(folder, 'taken');
    const lab = await openLab({ data });
    await trade(lab, 'buy');
    expect((await lab.ask('/api/v1/fills?account=alice')).status).toBe(200);
    const { identity } = lab.app.core.runtime.journal;
    const other = await History.open({ url: join(data, 'history.sqlite'), journal: identity });
    const [mine] = makeJournal(37, 50).records;
    const sequence = other.sequence() + 1;
    await other.apply([{ ...mine, sequence, events: new Float64Array(0), facts: [] }]);
    await other.close();
    expect((await trade(lab, 'sell')).status).toBe(200);
    const mode = async (): Promise<unknown> => (await lab.ask('/ready')).json['history'];
    for (let i = 0; i < 200; i += 1) {
      if (JSON.stringify(await mode()).includes('failed')) break;
      await sleep(10);
    }
    expect(await mode()).toMatchObject({ mode: 'failed', sequence: sequence - 1 });
    const refused = await lab.ask('/api/v1/fills?account=alice');
    expect(refused).toMatchObject({ status: 503, json: { code: 'BEHIND' } });
    expect((await lab.ask('/api/v1/orders?account=alice')).status).toBe(200);
    expect((await trade(lab, 'buy')).status).toBe(200);
    expect(await lab.app.stop()).toBe(true);
  });
});
