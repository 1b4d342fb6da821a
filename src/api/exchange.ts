// The exchange as the routes see it: commands go through the sequencer, reads see a state that is
// on the disk when they are answered. Nothing here decides a rule.

import { Catalog } from '../contract/catalog.ts';
import type { EngineMachine, Result } from '../runtime/engine-machine.ts';
import type { Answer, OnAnswer } from '../runtime/group.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { refuse } from './problem-error.ts';

/** What the engine takes. */
export type Command = Parameters<EngineMachine['execute']>[0];
export type Engine = EngineMachine['engine'];

/** How long a read waits for the disk before it gives up. */
const READ_WAIT_MS = 5_000;

export class Exchange {
  readonly machine: EngineMachine;
  readonly runtime: Runtime<Command, Result>;
  readonly catalog: Catalog;

  constructor(machine: EngineMachine, runtime: Runtime<Command, Result>) {
    this.machine = machine;
    this.runtime = runtime;
    this.catalog = new Catalog(machine.engine);
  }

  get engine(): Engine {
    return this.machine.engine;
  }

  submit(command: Command, onAnswer: OnAnswer<Result>): void {
    this.runtime.sequencer.submit(command, onAnswer);
  }

  execute(command: Command): Promise<Answer<Result>> {
    return this.runtime.sequencer.execute(command);
  }

  /**
   * What `look` sees in the state at the end of a group, once that group is on the disk. So no read
   * tells of what a crash could take back, and whoever was acknowledged sees the effect. At once
   * where there is nothing to wait for.
   */
  read<T>(look: (engine: Engine, sequence: number) => T): T | Promise<T> {
    const { sequencer, journal } = this.runtime;
    const isAllDurable = sequencer.sequence === journal.log.durableSequence;
    if (isAllDurable && sequencer.unavailable !== 'stopped') {
      return look(this.engine, sequencer.sequence); // the usual case: nothing to wait for
    }
    return this.readLater(look);
  }

  private async readLater<T>(look: (engine: Engine, sequence: number) => T): Promise<T> {
    const { sequencer } = this.runtime;
    const looked = sequencer.copyAtBoundary(() => {
      try {
        return { value: look(this.engine, sequencer.sequence) };
      } catch (error) {
        return { error }; // a reader's refusal must not stop the writer that calls it
      }
    });
    const taken = await within(looked, READ_WAIT_MS);
    if (taken === 'late') throw refuse('BEHIND');
    if (taken === undefined) throw refuse('CLOSING');
    if ('error' in taken.copy) throw taken.copy.error;
    return taken.copy.value;
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
