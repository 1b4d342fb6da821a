// The script of engine commands that is interrupted everywhere: a world, then orders, fills, stops,
// marks, cancels, edits, repeats and reused ids, in groups and with snapshots. And what must be
// true after any interruption, from a run of the bare engine that knows no disk.

import type { Command } from '../../src/engine/command.ts';
import { EVENTS, EVENT_WIDTHS } from '../../src/engine/event.ts';
import { EngineMachine, type Result } from '../../src/runtime/engine-machine.ts';
import { timeOf } from '../../src/testing/disk/script.ts';
import { Sfc32 } from '../../src/testing/flow/sfc32.ts';
import { RandomCommands, worldCommands } from '../../src/testing/sim/random-commands.ts';

export type Step =
  /** Commands that arrive in one turn, so that they are written as one batch. */
  | { readonly kind: 'group'; readonly from: number; readonly to: number }
  | { readonly kind: 'snapshot' };

export interface EngineScript {
  readonly commands: readonly Command[];
  readonly steps: readonly Step[];
  /** Per command: the answer it gets. */
  readonly answers: readonly Result[];
  /** Per sequence: the state's hash behind it; [0] is the empty state. */
  readonly hashes: readonly string[];
  /** How often each event happens. */
  readonly events: ReadonlyMap<string, number>;
}

/** Bounds that make a restart take a few milliseconds. */
export const SMALL_LIMITS = {
  accounts: 64,
  positions: 256,
  orders: 1_024,
  ids: 1_024,
  idsPerAccount: 512,
  levelsPerSide: 1_024,
};

const ACCOUNTS = 4;
const GROUP_MAX = 9;
const SNAPSHOT_STEPS = 14;

export function makeEngineScript(seed: number, length: number): EngineScript {
  const machine = new EngineMachine(SMALL_LIMITS);
  const dice = new Sfc32(seed);
  const random = new RandomCommands(machine.engine, dice, ACCOUNTS);
  const world = worldCommands(ACCOUNTS);
  const commands: Command[] = [];
  const answers: Result[] = [];
  const hashes = [machine.stateHash()];
  const events = new Map<string, number>();
  const digest = new Uint32Array(2);
  for (let i = 0; i < world.length + length; i += 1) {
    const drawn = world[i] ?? repeatOf(commands, dice) ?? random.next();
    const command = commands.includes(drawn) ? drawn : { ...drawn, id: idOf(i, dice) };
    const answer = machine.execute(command, hashes.length, timeOf(i), digest);
    commands.push(command);
    answers.push(answer);
    countEvents(answer.events, events);
    if (answer.taken) hashes.push(machine.stateHash());
  }
  return { commands, steps: stepsOf(commands.length, dice), answers, hashes, events };
}

/** Its own id, or now and then one that another command has had. */
const idOf = (i: number, dice: Sfc32): string =>
  i > 40 && dice.below(100) < 3 ? `s-${dice.below(i)}` : `s-${i}`;

function repeatOf(before: readonly Command[], dice: Sfc32): Command | undefined {
  return dice.below(100) < 6 ? before[dice.below(before.length)] : undefined;
}

function stepsOf(length: number, dice: Sfc32): Step[] {
  const steps: Step[] = [];
  for (let from = 0; from < length;) {
    const to = Math.min(length, from + 1 + dice.below(GROUP_MAX));
    steps.push({ kind: 'group', from, to });
    from = to;
    if (steps.length % SNAPSHOT_STEPS === 0) steps.push({ kind: 'snapshot' });
  }
  return steps;
}

function countEvents(data: Float64Array, into: Map<string, number>): void {
  for (let at = 0; at < data.length; at += EVENT_WIDTHS[data[at]]) {
    const name = EVENTS[data[at]]?.name ?? '';
    into.set(name, (into.get(name) ?? 0) + 1);
  }
}
