// Proves the order of things: executed on arrival, durable as a group, published in order,
// acknowledged last; and what is refused, with which value, when there is no room or no time left.

import { describe, expect, it } from 'vitest';

import type { Appended, DurableLog } from '../journal/log.ts';
import { KEEP_NOTHING } from '../testing/disk/crash-choices.ts';
import { restart } from '../testing/disk/lab.ts';
import {
  deposit,
  Ledger,
  type LedgerCommand,
  type LedgerOutcome,
  note,
} from '../testing/disk/ledger.ts';
import { VirtualDisk } from '../testing/disk/virtual-disk.ts';
import { ManualClock, ManualScheduler, runtimeOf, startWorld } from '../testing/disk/world.ts';
import type { Scheduler } from './clock.ts';
import { Sequencer } from './sequencer.ts';

const flush = async (): Promise<void> => {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
};

/** A log whose every append waits until the test lets it finish. */
class SlowLog implements DurableLog {
  durableSequence = 0;
  chain = 0;
  readonly batches: number[][] = [];
  private finish: (() => void) | undefined;

  append(batch: Parameters<DurableLog['append']>[0]): Promise<Appended> {
    if (this.finish !== undefined) throw new Error('two appends at once');
    this.batches.push([batch.firstSequence, batch.lastSequence]);
    const sequence = batch.lastSequence;
    return new Promise((resolve) => {
      this.finish = () => {
        this.finish = undefined;
        this.durableSequence = sequence;
        this.chain += 1;
        resolve({ kind: 'durable', sequence, chain: this.chain });
      };
    });
  }

  async finishOne(): Promise<void> {
    this.finish?.();
    await flush();
  }

  async *read(): AsyncGenerator<never> {}

  async fence(): Promise<void> {}
}

function setUp(
  change: { groupCommands?: number; groupBytes?: number; scheduler?: Scheduler } = {},
) {
  const log = new SlowLog();
  const ledger = new Ledger();
  const clock = new ManualClock();
  const scheduler = new ManualScheduler();
  const events: string[] = [];
  const sequencer = new Sequencer<LedgerCommand, LedgerOutcome>({
    log,
    driver: ledger,
    clock,
    scheduler,
    timeMs: 0,
    groupBytes: 8192,
    commandBytes: 1024,
    publish: (sequence, timeMs) => events.push(`publish ${sequence} ${timeMs - clock.now}`),
    onStop: (error) => events.push(`stop ${String(error)}`),
    ...change,
  });
  const send = (id: string): void =>
    sequencer.submit(deposit(id, 1, 1), (answer) => {
      const more = answer.kind === 'refused' ? ` ${answer.why}` : '';
      events.push(`${id} ${answer.kind}${more}`);
    });
  return { log, ledger, clock, scheduler, events, sequencer, send };
}

describe('one group after the other', () => {
  it('nothing is published or acknowledged before its group is durable', async () => {
    const { log, events, send, ledger } = setUp();
    send('a');
    send('b');
    expect(ledger.known).toBe(2);
    await flush();
    send('c');
    await flush();
    expect(events).toEqual([]);
    expect(log.batches).toEqual([[1, 2]]);
    await log.finishOne();
    expect(events).toEqual(['publish 1 0', 'publish 2 0', 'a done', 'b done']);
    expect(log.batches).toEqual([
      [1, 2],
      [3, 3],
    ]);
    await log.finishOne();
    expect(events.slice(4)).toEqual(['publish 3 0', 'c done']);
  });

  it('what the turn still brings in which a group is done joins the next one', async () => {
    const turns: (() => void)[] = [];
    const soon = (run: () => void): void => void turns.push(run);
    const { log, events, send } = setUp({ scheduler: { soon, after: () => undefined } });
    const endTurn = async (): Promise<void> => {
      for (const run of turns.splice(0)) run();
      await flush();
    };
    send('a');
    await endTurn();
    send('b'); // while a is being written
    await log.finishOne();
    expect(events).toEqual(['publish 1 0', 'a done']);
    expect(log.batches).toEqual([[1, 1]]);
    send('c'); // in the turn in which a is done
    await endTurn();
    expect(log.batches).toEqual([
      [1, 1],
      [2, 3],
    ]);
    await log.finishOne();
    expect(events.slice(2)).toEqual(['publish 2 0', 'publish 3 0', 'b done', 'c done']);
    expect(turns).toEqual([]);
  });

  it('commands submitted from within an answer join the next group', async () => {
    const { log, events, sequencer } = setUp();
    sequencer.submit(deposit('a', 1, 1), () => {
      sequencer.submit(deposit('b', 1, 1), () => events.push('b done'));
    });
    await flush();
    await log.finishOne();
    await log.finishOne();
    expect(events).toEqual(['publish 1 0', 'publish 2 0', 'b done']);
    expect(log.batches).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('a repeat waits for what it repeats, takes no sequence, is not published', async () => {
    const { log, events, send } = setUp();
    send('a');
    await flush();
    send('a');
    expect(events).toEqual([]);
    send('b');
    send('b');
    await log.finishOne();
    expect(events).toEqual(['publish 1 0', 'a done', 'a done']);
    await log.finishOne();
    expect(events.slice(3)).toEqual(['publish 2 0', 'b done', 'b done']);
    send('a');
    expect(events.at(-1)).toBe('a done');
    expect(log.batches).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('time never runs backwards', async () => {
    const { log, clock, sequencer, send } = setUp();
    const { now } = clock;
    send('a');
    clock.now = now - 86_400_000;
    send('b');
    expect(sequencer.timeMs).toBe(now);
    clock.now = now + 5;
    send('c');
    expect(sequencer.timeMs).toBe(now + 5);
    await flush();
    await log.finishOne();
  });
});

describe('back-pressure', () => {
  it('refuses as busy when the open group has all its commands, until there is room', async () => {
    const { log, events, send, sequencer } = setUp({ groupCommands: 3 });
    send('first');
    await flush();
    for (const id of ['a', 'b', 'c', 'd']) send(id);
    expect(events).toEqual(['d refused busy']);
    expect(sequencer.unavailable).toBe('busy');
    await log.finishOne();
    expect(sequencer.unavailable).toBeUndefined();
    send('d');
    await log.finishOne();
    await log.finishOne();
    expect(events.filter((one) => one.endsWith('done'))).toHaveLength(5);
    expect(events.filter((one) => one.startsWith('publish'))).toHaveLength(5);
  });

  it('refuses repeats as busy when too many wait for one group', async () => {
    const { log, events, send } = setUp({ groupCommands: 3 });
    send('a');
    await flush();
    for (let i = 0; i < 8; i += 1) send('a');
    expect(events).toEqual(Array(3).fill('a refused busy'));
    await log.finishOne();
    expect(events.filter((one) => one === 'a done')).toHaveLength(6);
  });

  it('refuses as busy when the open group is full of bytes', () => {
    const { sequencer } = setUp();
    const kinds: string[] = [];
    for (let i = 0; i < 12; i += 1) {
      const command = note(`n${i}`, new Uint8Array(900).fill(1));
      sequencer.submit(command, (answer) => kinds.push(answer.kind));
    }
    expect(sequencer.sequence).toBe(8);
    expect(kinds).toEqual(Array(4).fill('refused'));
  });

  it('refuses a command that is larger than any may be, before it is executed', async () => {
    const { log, sequencer, events, ledger, send } = setUp();
    sequencer.submit(note('n', new Uint8Array(2000)), (answer) => {
      events.push(answer.kind === 'refused' ? answer.why : answer.kind);
    });
    expect(events).toEqual(['too_large']);
    expect(ledger.known).toBe(0);
    send('a');
    await flush();
    await log.finishOne();
    expect(events).toEqual(['too_large', 'publish 1 0', 'a done']);
  });
});

describe('closing', () => {
  it('takes no more, and resolves when everything taken is durable', async () => {
    const { log, events, send, sequencer } = setUp();
    send('a');
    await flush();
    send('b');
    const closed = sequencer.close();
    send('c');
    expect(events).toEqual(['c refused closing']);
    await log.finishOne();
    let done = false;
    void closed.then(() => (done = true));
    await flush();
    expect(done).toBe(false);
    await log.finishOne();
    expect(await closed).toBe(true);
    expect(events.at(-1)).toBe('b done');
  });

  it('an idle one closes at once', async () => {
    expect(await setUp().sequencer.close()).toBe(true);
  });
});

describe('copies at the end of a group', () => {
  it('are of the state that becomes durable with it, and wait for that', async () => {
    const { log, ledger, send, sequencer } = setUp();
    const idle = await sequencer.copyAtBoundary(() => ledger.known);
    expect(idle).toMatchObject({ copy: 0, moment: { sequence: 0 } });
    send('a');
    send('b');
    let copied: unknown;
    void sequencer.copyAtBoundary(() => ledger.known).then((one) => (copied = one));
    await flush(); // a and b are being written; the copy was taken
    send('c');
    await flush();
    expect(copied).toBeUndefined();
    await log.finishOne();
    expect(copied).toMatchObject({ copy: 2, moment: { sequence: 2, chain: 1 } });
    await log.finishOne();
  });

  it('taken while only a group on its way is there, they belong to that group', async () => {
    const { log, ledger, send, sequencer } = setUp();
    send('a');
    await flush();
    const copy = sequencer.copyAtBoundary(() => ledger.known);
    send('b');
    await log.finishOne();
    expect(await copy).toMatchObject({ copy: 1, moment: { sequence: 1 } });
    await log.finishOne();
  });
});

describe('followers', () => {
  it('see every durable command once, in order; one that throws is taken off', async () => {
    const disk = new VirtualDisk();
    const failed: unknown[] = [];
    const world = await startWorld(disk, {
      onFollowerFailed: (...all) => failed.push(all.slice(0, 2)),
    });
    const { followers, sequencer } = runtimeOf(world);
    const seen: number[] = [];
    expect(followers.add({ name: 'good', apply: (sequence) => seen.push(sequence) }, 0)).toBe(true);
    followers.add(
      {
        name: 'bad',
        apply: (sequence) => {
          if (sequence === 2) throw new Error('no');
        },
      },
      0,
    );
    const kinds = await Promise.all(
      ['a', 'b', 'a', 'c'].map(async (id) => (await sequencer.execute(deposit(id, 1, 1))).kind),
    );
    expect(kinds).toEqual(Array(4).fill('done'));
    expect(seen).toEqual([1, 2, 3]);
    expect(failed).toEqual([['bad', 2]]);
    expect(followers.add({ name: 'late', apply: () => undefined }, 1)).toBe(false);
  });

  it('one that is behind catches up from the replay, or later from the journal', async () => {
    const disk = new VirtualDisk();
    const first = await startWorld(disk);
    for (const id of ['a', 'b', 'c']) await runtimeOf(first).sequencer.execute(deposit(id, 1, 1));
    disk.crash(KEEP_NOTHING);
    const replayed: number[] = [];
    const second = await restart(disk, { onApplied: (sequence) => replayed.push(sequence) });
    expect(replayed).toEqual([1, 2, 3]);
    await runtimeOf(second).sequencer.execute(deposit('d', 1, 1));
    const read: number[] = [];
    for await (const batch of runtimeOf(second).journal.log.read(2)) {
      for (const record of batch) read.push(record.sequence);
    }
    expect(read).toEqual([2, 3, 4]);
  });
});
