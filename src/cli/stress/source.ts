// The state that is stressed: the end of a data directory's journal, or what a file of engine
// commands leads to.

import { readFileSync, statSync } from 'node:fs';
import { Engine } from '../../engine/engine.ts';
import { stateAt } from '../../journal/state-at.ts';
import { EngineMachine } from '../../runtime/engine-machine.ts';
import { assert } from '../../units/assert.ts';
import { Session } from '../engine/session.ts';
import { findingText } from '../journal/output.ts';
import { journalSource } from '../journal/source.ts';

export interface Source {
  readonly engine: Engine;
  readonly sequence: number;
}

/** @throws Error with a sentence when there is no state to be had. */
export async function stressSource(path: string, config: string | undefined): Promise<Source> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`${path} does not exist`);
  return found.isDirectory() ? fromDirectory(path, config) : fromFile(path);
}

async function fromDirectory(path: string, config: string | undefined): Promise<Source> {
  const found = await stateAt({ ...journalSource(path, config), live: true });
  if (found.kind === 'refused') throw new Error(findingText(found.refusal, path));
  assert(found.kind === 'state', 'a journal has an end');
  assert(found.machine instanceof EngineMachine, 'the machine is the engine');
  return { engine: found.machine.engine, sequence: found.sequence };
}

function fromFile(path: string): Source {
  const engine = new Engine();
  const session = new Session(engine, { compact: true });
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.trim() === '') continue;
    const answer = session.answer(line);
    if (answer.startsWith('{"ok":true')) continue;
    throw new Error(`${path}, line ${session.lines}: ${answer}`);
  }
  return { engine, sequence: engine.state.sequence };
}
