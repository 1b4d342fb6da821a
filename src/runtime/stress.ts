// Stress tests beside a running exchange: the state is copied at the end of a group, which costs
// the writer a moment, and followed in another thread, which costs it nothing. One at a time, of a
// state of bounded size, for a bounded time.

import { Worker } from 'node:worker_threads';
import type { Engine } from '../engine/engine.ts';
import type { StressRefused, StressReport } from '../engine/stress.ts';
import { STRESS_MS_MAX, STRESS_ROWS_MAX } from './limits.ts';
import type { StressTask, StressWork } from './stress-worker.ts';

export type { StressTask } from './stress-worker.ts';

/** Why there is no report. */
export type StressUnavailable =
  | { readonly kind: 'busy' }
  | { readonly kind: 'too_large'; readonly rows: number; readonly limit: number }
  | { readonly kind: 'too_long'; readonly limitMs: number };

export type StressAnswer =
  | { readonly kind: 'done'; readonly report: StressReport | StressRefused }
  | StressUnavailable;

/** A state copied for a stress test, which may begin. */
export type StressCopy = Omit<StressWork, 'task'>;

export interface StressLimits {
  readonly rows: number;
  readonly ms: number;
}

export class StressRunner {
  private readonly limits: StressLimits;
  private busy = false;

  constructor(limits: StressLimits = { rows: STRESS_ROWS_MAX, ms: STRESS_MS_MAX }) {
    this.limits = limits;
  }

  /** Copies the state, or says why not. To be called where nobody changes it. */
  copy(engine: Engine): StressCopy | StressUnavailable {
    if (this.busy) return { kind: 'busy' };
    const { accounts, orders, positions } = engine.state;
    const rows = accounts.rows + orders.rows + positions.rows;
    if (rows > this.limits.rows) return { kind: 'too_large', rows, limit: this.limits.rows };
    return { parts: engine.copy(), limits: engine.limits };
  }

  /** Follows the task on the copy. @throws Error when the thread fails */
  async run(copy: StressCopy, task: StressTask): Promise<StressAnswer> {
    if (this.busy) return { kind: 'busy' };
    this.busy = true;
    try {
      const report = await inThread({ ...copy, task }, this.limits.ms);
      if (report === undefined) return { kind: 'too_long', limitMs: this.limits.ms };
      return { kind: 'done', report };
    } finally {
      this.busy = false;
    }
  }
}

/** Undefined when it took too long. */
async function inThread(
  work: StressWork,
  ms: number,
): Promise<StressReport | StressRefused | undefined> {
  // The copy lies in shared memory: handing it over would detach it, and make the engine slower for
  // good (docs/decisions/0024-compiled-once.md).
  const worker = new Worker(new URL('./stress-worker.ts', import.meta.url), { workerData: work });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => resolve(undefined), ms);
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
