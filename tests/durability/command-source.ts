// Commands that clients of a killed exchange send: drawn once by a small engine of their own, so
// that they are at the touch and have all kinds, then sent again and again under new ids. Cancels
// and amendments name orders that the client knows to have been made.

import type { Command } from '../../src/engine/command.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Sfc32 } from '../../src/testing/flow/sfc32.ts';
import { RandomCommands, worldCommands } from '../../src/testing/sim/random-commands.ts';

export const ACCOUNTS = 8;
const TEMPLATES = 3_000;
const GOOD_FOR_MS = 300;

/** What makes assets, markets and accounts, each with an id. */
export function worldWithIds(): Command[] {
  return worldCommands(ACCOUNTS).map((command, i) => ({ ...command, id: `w-${i}` }));
}

export function makeTemplates(seed: number): Command[] {
  const engine = new Engine();
  for (const command of worldCommands(ACCOUNTS)) engine.execute(command);
  const random = new RandomCommands(engine, new Sfc32(seed), ACCOUNTS);
  return Array.from({ length: TEMPLATES }, () => {
    const command = random.next();
    engine.execute(command);
    return command;
  });
}

/** An order that is known to have been made. */
export interface KnownOrder {
  readonly account: number;
  readonly order: number;
}

/** A template as this client's next command. */
export function commandFrom(
  template: Command,
  id: string,
  known: KnownOrder | undefined,
  nowMs: number,
): Command {
  const command = { ...template, id, time: 1 };
  if (command.kind === 'place_order' && command.expiresAt !== 0) {
    return { ...command, expiresAt: nowMs + GOOD_FOR_MS };
  }
  const names = command.kind === 'cancel_order' || command.kind === 'amend_order';
  if (!names || known === undefined || command.clientOrderId !== '') return command;
  return { ...command, ...known };
}
