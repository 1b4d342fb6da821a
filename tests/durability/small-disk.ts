// A disk of a few megabytes: a tmpfs of our own, mounted for a test and taken away afterwards.
// Only root may do that, and not in every container.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no small disk can be had here; '' when one can. */
export function smallDiskMissing(): string {
  if (process.platform !== 'linux') return 'tmpfs is of Linux';
  if (process.getuid?.() !== 0) return 'mounting a small disk needs root';
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-mount-'));
  try {
    if (!mount(folder, 1)) return 'mounting is not permitted here';
    unmount(folder);
    return '';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export class SmallDisk {
  readonly path: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'plimsoll-full-'));

  constructor(megabytes: number) {
    this.path = join(this.folder, 'disk');
    mkdirSync(this.path);
    if (!mount(this.path, megabytes)) throw new Error(`${this.path} cannot be mounted`);
  }

  remove(): void {
    unmount(this.path);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function mount(path: string, megabytes: number): boolean {
  const args = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'plimsoll-test', path];
  return spawnSync('mount', args, { timeout: 10_000 }).status === 0;
}

/** Lazily if it must be: a mount must not outlive the tests. */
function unmount(path: string): void {
  if (spawnSync('umount', [path], { timeout: 10_000 }).status === 0) return;
  spawnSync('umount', ['-l', path], { timeout: 10_000 });
}
