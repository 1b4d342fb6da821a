// The real disk with a witness: every call is told before it begins, when it is under way, and when
// it is done but its caller does not know yet. What the witness does (write it down, kill the
// process) is its own business; the disk itself is never changed by being watched.

import type { Disk, DiskFile } from '../../src/journal/disk.ts';

export type Phase = 'before' | 'within' | 'after';

export interface DiskCall {
  readonly operation: keyof DiskFile | keyof Disk;
  readonly path: string;
  readonly position: number;
  readonly bytes: Uint8Array | undefined;
  /** What it resolved to; only in the phase `after`. */
  readonly result?: unknown;
}

export type Witness = (call: DiskCall, phase: Phase) => void;

export function watchDisk(disk: Disk, witness: Witness): Disk {
  const watch = watcher(witness);
  const on = (operation: keyof Disk, path: string): DiskCall => ({
    operation,
    path,
    position: 0,
    bytes: undefined,
  });
  return {
    open: async (path, mode) => {
      const file = await watch(on('open', path), () => disk.open(path, mode));
      return new WatchedFile(file, path, watch);
    },
    list: (path) => watch(on('list', path), () => disk.list(path)),
    makeDirectory: (path) => watch(on('makeDirectory', path), () => disk.makeDirectory(path)),
    rename: (from, to) => watch(on('rename', to), () => disk.rename(from, to)),
    unlink: (path) => watch(on('unlink', path), () => disk.unlink(path)),
    syncDirectory: (path) => watch(on('syncDirectory', path), () => disk.syncDirectory(path)),
  };
}

type Watch = <T>(call: DiskCall, run: () => Promise<T>) => Promise<T>;

function watcher(witness: Witness): Watch {
  return async (call, run) => {
    witness(call, 'before');
    const running = run();
    witness(call, 'within');
    const result = await running;
    witness({ ...call, result }, 'after');
    return result;
  };
}

class WatchedFile implements DiskFile {
  private readonly file: DiskFile;
  private readonly path: string;
  private readonly watch: Watch;

  constructor(file: DiskFile, path: string, watch: Watch) {
    this.file = file;
    this.path = path;
    this.watch = watch;
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return this.watch(this.call('read', position), () => this.file.read(into, position));
  }

  write(bytes: Uint8Array, position: number): Promise<number> {
    return this.watch(this.call('write', position, bytes), () => this.file.write(bytes, position));
  }

  datasync(): Promise<void> {
    return this.watch(this.call('datasync'), () => this.file.datasync());
  }

  size(): Promise<number> {
    return this.watch(this.call('size'), () => this.file.size());
  }

  close(): Promise<void> {
    return this.watch(this.call('close'), () => this.file.close());
  }

  private call(operation: keyof DiskFile, position = 0, bytes?: Uint8Array): DiskCall {
    return { operation, path: this.path, position, bytes };
  }
}
