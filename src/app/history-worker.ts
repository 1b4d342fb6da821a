// The thread of the history: opens the database, brings it up to date from the journal's files and
// writes what the engine's thread puts into the queue, until it is told to stop. Whatever happens
// to it, the journal has everything that it has not.

import { parentPort, workerData } from 'node:worker_threads';
import { nodeDisk } from '../journal/node-disk.ts';
import { History, HistoryRefused, type HistorySource } from '../projections/history.ts';
import { HistoryStatus } from '../projections/history-status.ts';
import { HistoryWriter } from '../projections/history-writer.ts';
import { EngineMachine } from '../runtime/engine-machine.ts';
import { assert } from '../units/assert.ts';
import { historySource } from './history-source.ts';
import type { FromHistory, HistorySetup, SaidError, ToHistory } from './history-words.ts';

assert(parentPort !== null, 'the history has a thread of its own');
const port = parentPort;
const setup = workerData as HistorySetup;
const say = (word: FromHistory): void => port.postMessage(word);

try {
  await live();
} catch (error) {
  say({ kind: 'refused', error: saidOf(error) });
}
port.close();

/** @throws Error when it does not come as far as to follow the engine */
async function live(): Promise<void> {
  const { url, journal, retention, memory } = setup;
  const history = await History.open({ url, journal, ...(retention ? { retention } : {}) });
  try {
    const writer = new HistoryWriter({
      history,
      memory,
      source: sourceOf(setup),
      onWritten: () => say({ kind: 'written' }),
      onTrouble: ({ kind, sequence, error }) =>
        say({ kind: 'trouble', what: kind, sequence, error: saidOf(error) }),
    });
    port.on('message', (word: ToHistory) => {
      if (word.kind === 'wake') writer.wake();
      else if (word.kind === 'hurry') writer.hurry(word.sequence);
      else writer.stop();
    });
    await writer.catchUp();
    say({ kind: 'ready' });
    await writer.run();
  } finally {
    await history.close();
  }
}

function sourceOf({ directory, limits, memory }: HistorySetup): HistorySource {
  const status = new HistoryStatus(memory.status);
  const createMachine = (): EngineMachine => new EngineMachine(limits);
  const sequence = (): number => status.head;
  return historySource({ disk: nodeDisk, directory, createMachine, sequence });
}

function saidOf(error: unknown): SaidError {
  const fault = error instanceof HistoryRefused ? error.fault : undefined;
  if (error instanceof Error) return { message: error.message, stack: error.stack, fault };
  return { message: String(error), stack: undefined, fault };
}
