// `plimsoll replay` and `plimsoll archive`: the state after any sequence that the journal still
// reaches, and every record with the machine that has just executed it again. Read-only.

import { restoreNewest } from './choose-snapshot.ts';
import { inspect, type InspectOptions, type Refused, restoreOldest } from './inspect.ts';
import type { Machine } from './machine.ts';
import { replay } from './replay.ts';

export type StateAt =
  | {
      readonly kind: 'state';
      readonly machine: Machine;
      readonly sequence: number;
      readonly timeMs: number;
      readonly stateHash: string;
    }
  /** The journal ends before. */
  | { readonly kind: 'absent'; readonly lastSequence: number };

export interface StateAtOptions extends InspectOptions {
  /** Left out: the end of the journal. */
  readonly sequence?: number;
}

/** The machine as it was after `sequence`. */
export async function stateAt(options: StateAtOptions): Promise<StateAt | Refused> {
  const machine = options.createMachine();
  const { disk, sequence: until = Number.MAX_SAFE_INTEGER, fingerprint = '' } = options;
  return inspect(options, machine.rulesVersion, async (survey): Promise<StateAt | Refused> => {
    const expect = { fingerprint, rulesVersion: machine.rulesVersion };
    const chosen = await restoreNewest(disk, survey, machine, expect, until);
    if (chosen.kind === 'refused') return chosen;
    const { start } = chosen;
    let { sequence, timeMs } = start;
    if (sequence !== until) {
      const replayed = await replay({ disk, survey, start, machine, until });
      if (replayed.kind === 'refused') return replayed;
      const { end } = replayed;
      const isThere = options.sequence === undefined || end.sequence === until;
      if (!isThere) return { kind: 'absent', lastSequence: end.sequence };
      ({ sequence, timeMs } = end);
    }
    return { kind: 'state', machine, sequence, timeMs, stateHash: machine.stateHash() };
  });
}

export interface ArchiveOptions extends InspectOptions {
  /** First and last sequence; everything that can be replayed when left out. */
  readonly from?: number;
  readonly to?: number;
  /** Called for each record; the machine has executed it, so its events can be taken now. */
  readonly onRecord: (
    sequence: number,
    timeMs: number,
    command: Uint8Array,
    machine: Machine,
  ) => void;
}

export interface ArchiveReport {
  readonly kind: 'archived';
  /** What was handed out; 0 and 0 when nothing was. */
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** Hands out the records of the journal together with what they did. */
export async function archiveJournal(options: ArchiveOptions): Promise<ArchiveReport | Refused> {
  const { from, to = Number.MAX_SAFE_INTEGER } = options;
  return inspect(options, undefined, async (survey): Promise<ArchiveReport | Refused> => {
    const { machine, chosen } = await restoreFor(options, survey, from);
    if (chosen.kind === 'refused') return chosen;
    let firstSequence = 0;
    let lastSequence = 0;
    const onApplied = (sequence: number, timeMs: number, command: Uint8Array): void => {
      if (sequence < (from ?? 1)) return;
      if (firstSequence === 0) firstSequence = sequence;
      lastSequence = sequence;
      options.onRecord(sequence, timeMs, command, machine);
    };
    const { start } = chosen;
    const { disk } = options;
    if (to > start.sequence) {
      const replayed = await replay({ disk, survey, start, machine, until: to, onApplied });
      if (replayed.kind === 'refused') return replayed;
    }
    return { kind: 'archived', firstSequence, lastSequence };
  });
}

async function restoreFor(
  options: InspectOptions,
  survey: Parameters<typeof restoreOldest>[1],
  from: number | undefined,
): ReturnType<typeof restoreOldest> {
  if (from === undefined) return restoreOldest(options, survey);
  const machine = options.createMachine();
  const { disk, fingerprint = '' } = options;
  const expect = { fingerprint, rulesVersion: machine.rulesVersion };
  return { machine, chosen: await restoreNewest(disk, survey, machine, expect, from - 1) };
}
