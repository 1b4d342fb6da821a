// A seeded script of commands through an engine, for running inside and outside of the bare
// context.

import { Engine } from '../../src/engine/engine.ts';
import { Sfc32 } from '../../src/testing/flow/sfc32.ts';
import { RandomCommands, worldCommands } from '../../src/testing/sim/random-commands.ts';

export function run(seed: number, commands: number): { hash: string; digest: string } {
  const engine = new Engine();
  for (const command of worldCommands(5)) engine.execute(command);
  const random = new RandomCommands(engine, new Sfc32(seed), 5);
  for (let i = 0; i < commands; i++) engine.execute(random.next());
  return { hash: engine.hash(), digest: engine.eventDigest() };
}
