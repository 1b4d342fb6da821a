// The other side of stress.ts: a thread that gets a copy of a state, follows what it is asked, says
// what came of it, and ends.

import { parentPort, workerData } from 'node:worker_threads';
import type { Command } from '../engine/command.ts';
import { Engine } from '../engine/engine.ts';
import type { EngineLimits } from '../engine/limits.ts';
import { follow, stress, type Shock } from '../engine/stress.ts';

/** What to follow: prices that move, or commands such as a change of terms. */
export type StressTask =
  | { readonly kind: 'shocks'; readonly shocks: readonly Shock[] }
  | { readonly kind: 'commands'; readonly commands: readonly Command[] };

export interface StressWork {
  readonly parts: readonly Uint8Array[];
  readonly limits: EngineLimits;
  readonly task: StressTask;
}

if (parentPort !== null) {
  const { parts, limits, task } = workerData as StressWork;
  const engine = Engine.restore(parts, limits);
  const answer =
    task.kind === 'shocks' ? stress(engine, task.shocks) : follow(engine, task.commands);
  parentPort.postMessage(answer);
}
