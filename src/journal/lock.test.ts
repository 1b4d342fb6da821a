// Proves that two processes never both hold a directory, that a dead one's claim is taken over
// without doubt, and that a claim nobody can judge is left to the operator.

import { describe, expect, it } from 'vitest';

import { codeOf } from './disk.ts';
import { VirtualDisk } from '../testing/disk/virtual-disk.ts';
import { VirtualHost } from '../testing/disk/world.ts';
import { lockDirectory } from './lock.ts';
import {
  type Claimant,
  currentProcess,
  judgeLiveness,
  type ProcessIdentity,
} from './process-identity.ts';

const self: Claimant = {
  pid: 10,
  started: '500',
  boot: 'b1',
  namespace: 'n1',
  host: 'h1',
  lock: '8:1',
};
const running = new Map([
  [10, '500'],
  [11, '600'],
]);
const judge = (change: Partial<Claimant>): string =>
  judgeLiveness(
    self,
    { ...self, ...change },
    (pid) => running.has(pid),
    (pid) => running.get(pid) ?? '',
  );

describe('is the holder alive?', () => {
  it.each<[string, Partial<Claimant>, string]>([
    ['a running process with the same start', { pid: 11, started: '600' }, 'alive'],
    ['this process itself', {}, 'alive'],
    ['no process with that pid', { pid: 12 }, 'gone'],
    ['the pid was given to another process', { pid: 11, started: '599' }, 'gone'],
    ['the machine was started again', { pid: 11, started: '600', boot: 'b0' }, 'gone'],
    ['another container, which had the lock that is ours now', { namespace: 'n2' }, 'gone'],
    ['the same, and its host name was its own', { namespace: 'n2', host: 'h2' }, 'gone'],
    ['another container without the lock', { namespace: 'n2', lock: '' }, 'unknown'],
    ['another container, and its lock was deleted', { namespace: 'n2', lock: '8:2' }, 'unknown'],
    ['this namespace under another host name', { pid: 12, host: 'h2' }, 'gone'],
    ['alive here, whatever the lock says', { pid: 11, started: '600', host: 'h2' }, 'alive'],
    ['another machine with the same lock', { namespace: 'n2', host: 'h2', boot: 'b0' }, 'unknown'],
    ['no boot is known, another namespace', { namespace: 'n2', boot: '' }, 'unknown'],
    ['another machine', { pid: 12, host: 'h2', boot: 'b0' }, 'unknown'],
    ['start unknown, but the pid runs', { pid: 11, started: '' }, 'alive'],
    ['boot unknown', { pid: 12, boot: '' }, 'unknown'],
  ])('%s', (_name, change, expected) => {
    expect(judge(change)).toBe(expected);
  });

  it('the real process knows itself, and that a pid nobody has is gone', () => {
    const identity = currentProcess();
    const own = { ...identity.self, lock: '' };
    expect(identity.liveness(own, '')).toBe('alive');
    expect(identity.liveness({ ...own, pid: 2 ** 22 + 1 }, '')).toBe('gone');
    expect(identity.liveness({ ...own, started: '1' }, '')).toBe('gone');
    expect(identity.token()).not.toBe(identity.token());
  });
});

describe('judging without knowing the boot', () => {
  it('another namespace stays unknown: nothing says that the kernel is the same', () => {
    const blind = { ...self, boot: '' };
    const other = { ...blind, namespace: 'n2' };
    expect(
      judgeLiveness(
        blind,
        other,
        () => false,
        () => '',
      ),
    ).toBe('unknown');
  });
});

describe('the lock of a directory', () => {
  it('is held once, given back, and taken over from the dead', async () => {
    const disk = new VirtualDisk();
    const host = new VirtualHost();
    const first = await lockDirectory(disk, '/d', host.startProcess());
    expect(first.kind).toBe('held');
    expect(await lockDirectory(disk, '/d', host.startProcess())).toMatchObject({
      kind: 'refused',
      refusal: { verdict: 13 },
    });
    expect(disk.paths()).toHaveLength(1);
    if (first.kind === 'held') await first.lock.release();
    expect((await lockDirectory(disk, '/d', host.startProcess())).kind).toBe('held');
    host.killAll();
    expect((await lockDirectory(disk, '/d', host.startProcess())).kind).toBe('held');
    expect(disk.paths()).toHaveLength(1);
  });

  it('where the system gives locks, its word goes before the claims', async () => {
    const disk = new VirtualDisk();
    const host = new VirtualHost({ locks: true });
    const first = await lockDirectory(disk, '/d', host.startProcess());
    if (first.kind !== 'held') throw new Error();
    const refused = await lockDirectory(disk, '/d', host.startProcess());
    expect(refused).toMatchObject({ kind: 'refused', refusal: { verdict: 13 } });
    expect(disk.paths()).toHaveLength(1); // not even a claim was written
    for (const path of disk.paths()) disk.remove(path); // an operator who should not have
    expect((await lockDirectory(disk, '/d', host.startProcess())).kind).toBe('refused');
    await first.lock.release();
    await first.lock.release();
    const blind = { ...host.startProcess(), liveness: () => 'unknown' as const };
    const foreign = JSON.stringify({ ...self, lock: '/d/in-use' });
    disk.put('/d/lock-z', new TextEncoder().encode(foreign));
    expect((await lockDirectory(disk, '/d', blind)).kind).toBe('refused');
    disk.remove('/d/lock-z'); // that refusal gave the system's lock back
    expect((await lockDirectory(disk, '/d', host.startProcess())).kind).toBe('held');
  });

  it('the claim of a version without the system’s lock is read as it was', async () => {
    const disk = new VirtualDisk();
    const { lock: _absent, ...old } = self;
    disk.put('/d/lock-old', new TextEncoder().encode(JSON.stringify(old)));
    const seen: string[] = [];
    const identity: ProcessIdentity = {
      ...new VirtualHost({ locks: true }).startProcess(),
      liveness: (other, lock) => {
        seen.push(`${other.pid} ${JSON.stringify(other.lock)} ${lock}`);
        return 'unknown';
      },
    };
    expect((await lockDirectory(disk, '/d', identity)).kind).toBe('refused');
    expect(seen).toEqual(['10 "" /d/in-use']);
  });

  it('an unreadable claim is dead; one of another container is not judged', async () => {
    const disk = new VirtualDisk();
    disk.put('/d/lock-x', new TextEncoder().encode('{"pid":'));
    disk.put('/d/lock-y', new Uint8Array(0));
    const identity = new VirtualHost().startProcess();
    const held = await lockDirectory(disk, '/d', identity);
    expect(held.kind).toBe('held');
    if (held.kind === 'held') await held.lock.release();
    const foreign = JSON.stringify({ ...identity.self, host: 'elsewhere' });
    disk.put('/d/lock-z', new TextEncoder().encode(foreign));
    const blind = { ...identity, liveness: () => 'unknown' as const };
    const refused = await lockDirectory(disk, '/d', blind);
    if (refused.kind === 'held') throw new Error();
    expect(refused.refusal.remedy).toContain('delete this file');
    expect(disk.paths()).toEqual(['/d/lock-z']);
  });

  it('of two that start at once at most one stays, in every interleaving', async () => {
    let both = 0;
    for (let pattern = 0; pattern < 2 ** 12; pattern += 1) {
      const disk = new VirtualDisk();
      const host = new VirtualHost();
      const turns = new Turns(pattern, 12);
      const results = await Promise.all(
        [0, 1].map(async (who) => {
          const result = await lockDirectory(turns.slow(disk, who), '/d', host.startProcess());
          turns.leave(who);
          return result.kind;
        }),
      );
      const held = results.filter((kind) => kind === 'held').length;
      expect(held).toBeLessThanOrEqual(1);
      if (held === 0) both += 1;
    }
    expect(both).toBeGreaterThan(0);
  });

  it('a start whose temporary file another one cleans away is refused', async () => {
    const disk = new VirtualDisk();
    disk.onCall = (call, phase) => {
      if (call.operation === 'rename' && phase === 'before') disk.remove(call.path.concat('.tmp'));
    };
    const identity = new VirtualHost().startProcess();
    const refused = await lockDirectory(disk, '/d', identity).catch(codeOf);
    expect(refused).toMatchObject({ kind: 'refused', refusal: { verdict: 13 } });
  });
});

/** Lets two actors make their disk calls in the order that the bits of a pattern say. */
class Turns {
  private readonly pattern: number;
  private readonly length: number;
  private at = 0;
  private readonly waiting: ((() => void) | undefined)[] = [undefined, undefined];
  private readonly left = [false, false];

  constructor(pattern: number, length: number) {
    this.pattern = pattern;
    this.length = length;
  }

  slow(disk: VirtualDisk, who: number): VirtualDisk {
    return new Proxy(disk, {
      get: (target, name: keyof VirtualDisk) => {
        const value: unknown = target[name];
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          await this.turn(who);
          return (value as (...all: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  }

  leave(who: number): void {
    this.left[who] = true;
    this.next();
  }

  private turn(who: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting[who] = resolve;
      this.next();
    });
  }

  /** When both wait, or one has left, the one whose turn it is goes on. */
  private next(): void {
    const ready = [0, 1].filter((who) => this.waiting[who] !== undefined);
    if (ready.length === 0 || (ready.length === 1 && !this.left[1 - ready[0]])) return;
    const wanted = (this.pattern >> (this.at % this.length)) & 1;
    this.at += 1;
    const who = ready.includes(wanted) ? wanted : ready[0];
    const resume = this.waiting[who]!;
    this.waiting[who] = undefined;
    resume();
  }
}
