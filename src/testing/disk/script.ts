// The script that is interrupted everywhere: a few hundred ledger commands in groups, with repeats,
// refusals, reused ids, notes full of zeros, snapshots and several segments. And what must be true
// after any interruption, from a run of the bare ledger that knows no disk.

import {
  Ledger,
  type LedgerCommand,
  type LedgerOutcome,
  deposit,
  note,
  transfer,
} from './ledger.ts';
import type { ManualClock } from './world.ts';

export type Step =
  /** Commands that arrive in one turn, so that they are written as one batch. */
  | { readonly kind: 'group'; readonly from: number; readonly to: number }
  | { readonly kind: 'snapshot' };

export interface Script {
  readonly commands: readonly LedgerCommand[];
  readonly steps: readonly Step[];
  /** Per command: the answer it gets. */
  readonly answers: readonly LedgerOutcome[];
  /** Per sequence: the state's hash behind it; [0] is the empty state. */
  readonly hashes: readonly string[];
}

export const SCRIPT_START_MS = 1_700_000_000_000;

/** Every command has its own time, so that a resent one gets the time it had. */
export const timeOf = (index: number): number => SCRIPT_START_MS + index * 10;

/** A small generator of chance (mulberry32), good enough to vary tests and the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function makeScript(seed: number, length: number): Script {
  const random = seeded(seed);
  const commands: LedgerCommand[] = [];
  for (let i = 0; i < length; i += 1) commands.push(commandAt(i, random, commands));
  const steps: Step[] = [];
  for (let from = 0; from < length;) {
    const to = Math.min(length, from + 1 + Math.floor(random() ** 2 * 9));
    steps.push({ kind: 'group', from, to });
    from = to;
    if (steps.length % 17 === 0) steps.push({ kind: 'snapshot' });
  }
  return { commands, steps, ...expectations(commands) };
}

function commandAt(
  i: number,
  random: () => number,
  before: readonly LedgerCommand[],
): LedgerCommand {
  const kind = random();
  const account = Math.floor(random() * 8);
  const amount = 1 + Math.floor(random() * 1000);
  const earlier = before[Math.floor(random() * before.length)];
  if (i > 5 && kind < 0.08) return earlier;
  if (i > 5 && kind < 0.12) return { ...earlier, amount: earlier.amount + 1 };
  if (kind < 0.45) return deposit(`d-${i}`, account, amount);
  if (kind < 0.5) return transfer(`x-${i}`, account, 200, amount);
  if (kind < 0.58) return note(`n-${i}`, noteBytes(i, random));
  return transfer(`t-${i}`, account, (account + 3) % 8, amount);
}

/**
 * Some longer than a sector, some nothing but zeros: a lost sector must be told from a zero one.
 */
function noteBytes(i: number, random: () => number): Uint8Array {
  const bytes = new Uint8Array(Math.floor(random() * 1000));
  return i % 2 === 0 ? bytes : bytes.map(() => Math.floor(random() * 256));
}

function expectations(commands: readonly LedgerCommand[]): Pick<Script, 'answers' | 'hashes'> {
  const ledger = new Ledger();
  const digest = new Uint32Array(2);
  const hashes = [ledger.stateHash()];
  const answers = commands.map((command, i) => {
    const answer = ledger.execute(command, hashes.length, timeOf(i), digest);
    if (!answer.repeated) hashes.push(ledger.stateHash());
    return answer;
  });
  return { answers, hashes };
}

/** Sets the clock to the time of a command. */
export function setClock(clock: ManualClock, index: number): void {
  clock.now = timeOf(index);
}
