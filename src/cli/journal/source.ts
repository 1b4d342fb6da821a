// What every command on a journal directory needs: the disk, this process, and engines made under
// the limits that the directory was written with.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../app/config.ts';
import { engineLimits } from '../../app/core.ts';
import type { InspectOptions } from '../../journal/inspect.ts';
import { nodeDisk } from '../../journal/node-disk.ts';
import { currentProcess } from '../../journal/process-identity.ts';
import { EngineMachine } from '../../runtime/engine-machine.ts';

const CONFIG_FILE = 'plimsoll.json';

/** What `serve` would have read here: else the limits would not be those it served with. */
const standing = (): string | undefined => (existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined);

/** DIR may be a data directory or the journal in it. @throws Error when there is neither. */
export function journalSource(directory: string, config: string | undefined): InspectOptions {
  const within = join(directory, 'journal');
  const journal = existsSync(within) ? within : directory;
  if (!existsSync(journal)) throw new Error(`${directory} does not exist`);
  const limits = engineLimits(loadConfig(config ?? standing()));
  const { fingerprint } = new EngineMachine(limits);
  const createMachine = (): EngineMachine => new EngineMachine(limits);
  return {
    disk: nodeDisk,
    directory: journal,
    identity: currentProcess(),
    createMachine,
    fingerprint,
  };
}
