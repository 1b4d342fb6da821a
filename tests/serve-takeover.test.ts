// Proves that a server which was killed in a container starts again by itself, although from
// another process namespace nobody can see that it is gone; and that while it lives nobody else
// starts there, from whichever side one looks.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const CONTAINED = ['--pid', '--uts', '--fork', '--mount-proc', '--kill-child', '--'];
const NAMED = ['sh', '-c', 'hostname "$0" && exec "$@"'];
const BUDGET_MS = 60_000;

const missing = whatIsMissing();
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-takeover-'));
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(missing !== '')(
  `a server killed in one container starts in another, and never beside a living one${missing}`,
  async () => {
    const data = join(folder, 'data');
    const first = await serve(data, 'box-1');
    expect(first.printed, first.log()).not.toBe('');
    const claim = JSON.parse(readFileSync(lockOf(data), 'utf8')) as { pid: number; host: string };
    expect(claim).toMatchObject({ pid: 1, host: 'box-1' }); // the kernel's own view of it is hidden
    for (const host of ['box-2', undefined]) {
      const second = await serve(data, host);
      expect(second.printed).toBe('');
      expect(second.log()).toContain('verdict 13');
      expect(second.log()).toContain('process 1 on box-1, which is running');
    }
    await kill(first);
    const third = await serve(data, 'box-3');
    expect(third.printed, third.log()).not.toBe('');
    expect(readdirSync(join(data, 'journal')).filter(isClaim)).toHaveLength(1);
    await kill(third);
    const fourth = await serve(data, undefined); // outside of every container
    expect(fourth.printed, fourth.log()).not.toBe('');
    await kill(fourth);
  },
  BUDGET_MS,
);

interface Served {
  readonly child: ChildProcess;
  /** Its line, or '' when it ended without one. */
  readonly printed: string;
  readonly log: () => string;
  readonly ended: Promise<unknown>;
}

/** Starts a server in a namespace of its own with that host name, or in ours. */
function serve(data: string, host: string | undefined): Promise<Served> {
  const plain = [MAIN, 'serve', '--data', data, '--port', '0', '--no-demo', '--json'];
  const child =
    host === undefined
      ? spawn(process.execPath, plain, { cwd: folder })
      : spawn('unshare', [...CONTAINED, ...NAMED, host, process.execPath, ...plain], {
          cwd: folder,
        });
  running.add(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise((resolve) => child.once('close', resolve));
  return new Promise((resolve) => {
    const finish = (printed: string): void => resolve({ child, printed, log: () => errors, ended });
    child.stdout.once('data', (chunk: Buffer) => finish(chunk.toString()));
    child.once('close', () => finish(''));
  });
}

/** With `--kill-child` the end of `unshare` is SIGKILL for what runs in its namespace. */
async function kill({ child, ended }: Served): Promise<void> {
  child.kill('SIGKILL');
  await ended;
  running.delete(child);
}

const isClaim = (name: string): boolean => name.startsWith('lock-');

function lockOf(data: string): string {
  const journal = join(data, 'journal');
  return join(journal, readdirSync(journal).find(isClaim) ?? '');
}

function whatIsMissing(): string {
  if (process.platform !== 'linux') return ' [Linux is needed]';
  const tried = spawnSync('unshare', [...CONTAINED, ...NAMED, 'box', 'true']);
  return tried.status === 0 ? '' : ' [no right to make a process namespace: only root has it]';
}
