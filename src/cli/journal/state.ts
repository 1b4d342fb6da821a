// `plimsoll state`: the state as it was after a command, in figures that can be compared.

import { stateAt } from '../../journal/state-at.ts';
import { EngineMachine } from '../../runtime/engine-machine.ts';
import { assert } from '../../units/assert.ts';
import { conservationLines, conservationOf } from './lines.ts';
import { findingText, print, say, wholeNumber } from './output.ts';
import { journalSource } from './source.ts';

export interface StateOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly at: string;
}

export async function state(directory: string, options: StateOptions): Promise<void> {
  const sequence = wholeNumber('--at', options.at);
  const found = await stateAt({ ...journalSource(directory, options.config), sequence });
  if (found.kind === 'refused') return say(findingText(found.refusal, directory));
  if (found.kind === 'absent') {
    return say(`sequence ${sequence} is not there: ${found.lastSequence} is the last`);
  }
  assert(found.machine instanceof EngineMachine, 'the machine is the engine');
  const { engine } = found.machine;
  const value = {
    sequence,
    time: new Date(found.timeMs).toISOString(),
    state_hash: found.stateHash,
    accounts: engine.state.accounts.rows,
    open_orders: engine.state.orders.live,
    conservation: conservationOf(engine),
  };
  const lines = [
    `sequence     ${sequence}`,
    `time         ${value.time}`,
    `state hash   ${found.stateHash}`,
    `accounts     ${value.accounts}`,
    `open orders  ${value.open_orders}`,
    ...conservationLines(value.conservation),
  ];
  print(options.json, value, lines.join('\n'));
}
