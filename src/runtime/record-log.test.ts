// Proves the port that brokers write their sagas through: a record is durable when the promise
// resolves, it is there after a crash, once and in order, and the log stays bounded by snapshots of
// the keeper.

import { describe, expect, it } from 'vitest';

import { KEEP_NOTHING } from '../testing/disk/crash-choices.ts';
import { VirtualDisk } from '../testing/disk/virtual-disk.ts';
import { ManualClock, ManualScheduler, VirtualHost } from '../testing/disk/world.ts';
import { openRecordLog, type RecordKeeper, type RecordLog } from './record-log.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Remembers the last step of every operation: `<operation> <step>`. */
class Sagas implements RecordKeeper {
  readonly version = 1;
  readonly steps = new Map<string, string>();

  apply(_sequence: number, _timeMs: number, record: Uint8Array): void {
    const [operation, step] = textOf(record).split(' ');
    this.steps.set(operation, step);
  }

  snapshot(): Uint8Array {
    return bytesOf(JSON.stringify([...this.steps]));
  }

  restore(state: Uint8Array): void {
    this.steps.clear();
    for (const [operation, step] of JSON.parse(textOf(state)) as [string, string][]) {
      this.steps.set(operation, step);
    }
  }
}

async function open(disk: VirtualDisk, keeper: Sagas, snapshotEvery = 0): Promise<RecordLog> {
  const opened = await openRecordLog({
    disk,
    directory: '/brokers',
    keeper,
    snapshotEvery,
    identity: new VirtualHost().startProcess(),
    clock: new ManualClock(),
    scheduler: new ManualScheduler(),
    segmentBytes: 4096,
    groupBytes: 2048,
    commandBytes: 512,
    onStop: (error) => {
      throw error;
    },
  });
  if (opened.kind === 'refused') throw new Error(opened.refusal.what);
  return opened.log;
}

async function readAll(log: RecordLog, from: number): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of log.read(from)) {
    for (const record of batch) found.push(`${record.sequence} ${textOf(record.command)}`);
  }
  return found;
}

describe('the durable log of brokers', () => {
  it('has every record after a crash, and reads them back from any sequence', async () => {
    const disk = new VirtualDisk();
    const log = await open(disk, new Sagas());
    expect(await log.append(bytesOf('op1 transfer'))).toEqual({ kind: 'done', outcome: 1 });
    const both = await Promise.all([
      log.append(bytesOf('op1 order')),
      log.append(bytesOf('op2 transfer')),
    ]);
    expect(both).toEqual([
      { kind: 'done', outcome: 2 },
      { kind: 'done', outcome: 3 },
    ]);
    disk.crash(KEEP_NOTHING);
    const keeper = new Sagas();
    const again = await open(disk, keeper);
    expect([...keeper.steps]).toEqual([
      ['op1', 'order'],
      ['op2', 'transfer'],
    ]);
    expect(await readAll(again, 2)).toEqual(['2 op1 order', '3 op2 transfer']);
    expect(await readAll(again, 4)).toEqual([]);
    await again.fence();
    expect(await again.append(bytesOf('op2 commit'))).toEqual({ kind: 'done', outcome: 4 });
  });

  it('does not grow for ever', async () => {
    const disk = new VirtualDisk();
    const keeper = new Sagas();
    const log = await open(disk, keeper, 20);
    for (let i = 0; i < 300; i += 1) await log.append(bytesOf(`op${i % 7} step${i}`));
    expect(disk.paths().length).toBeLessThan(20);
    await expect(readAll(log, 1)).rejects.toThrow('no longer holds');
    expect(await log.stop()).toBe(true);
    const restored = new Sagas();
    await open(disk, restored);
    expect(Object.fromEntries(restored.steps)).toEqual(Object.fromEntries(keeper.steps));
  });

  it('refuses a record that is too large, before anything is written', async () => {
    const log = await open(new VirtualDisk(), new Sagas());
    expect(() => log.append(new Uint8Array(513))).toThrow(RangeError);
    expect(await log.append(bytesOf('op1 a'))).toEqual({ kind: 'done', outcome: 1 });
  });
});
