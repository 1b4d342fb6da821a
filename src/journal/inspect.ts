// What the tools share that look at a journal from outside: who asks, with which machine, and
// whether the directory is taken meanwhile. Nothing here writes, except the lock.

import { type Chosen, restoreNewest } from './choose-snapshot.ts';
import type { Disk } from './disk.ts';
import { lockDirectory } from './lock.ts';
import type { Machine } from './machine.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { Unreadable } from './read-file.ts';
import { segmentIndexOf } from './replay.ts';
import { surveyDirectory, type Survey } from './survey.ts';
import type { Finding } from './verdict.ts';

export interface InspectOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly identity: ProcessIdentity;
  /** Makes a machine in its empty state. */
  readonly createMachine: () => Machine;
  readonly fingerprint?: string;
  /**
   * Looks without locking, while another process may be writing. What lies before the end is
   * complete and does not change; a segment that retention removes meanwhile is reported as
   * unreadable.
   */
  readonly live?: boolean;
}

export type Refused = { readonly kind: 'refused'; readonly refusal: Finding };

/** Surveys the directory, hands it to `use` and gives the lock back whatever happens. */
export async function inspect<T>(
  options: InspectOptions,
  rulesVersion: number | undefined,
  use: (survey: Survey) => Promise<T>,
): Promise<T | Refused> {
  const { disk, directory, fingerprint = '' } = options;
  const locked =
    options.live === true ? undefined : await lockDirectory(disk, directory, options.identity);
  if (locked?.kind === 'refused') return locked;
  try {
    const surveyed = await surveyDirectory(disk, directory, { fingerprint, rulesVersion });
    return surveyed.kind === 'refused' ? surveyed : await use(surveyed.survey);
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'refused', refusal: error.finding };
    throw error;
  } finally {
    await locked?.lock.release();
  }
}

type Restoring = Pick<InspectOptions, 'disk' | 'createMachine' | 'fingerprint'>;
type Restored = { readonly machine: Machine; readonly chosen: Chosen };

/** The state from which most of the journal can be replayed under the machine's own rules. */
export function restoreOldest(options: Restoring, survey: Survey): Promise<Restored> {
  return restoreFirst(options, survey, [0, ...survey.snapshots]);
}

/**
 * The newest state at or before `sequence` from which the journal can be replayed to its end, else
 * the oldest that is later.
 */
export function restoreNear(
  options: Restoring,
  survey: Survey,
  sequence: number,
): Promise<Restored> {
  const all = [0, ...survey.snapshots];
  const before = all.filter((one) => one <= sequence).toReversed();
  return restoreFirst(options, survey, [...before, ...all.filter((one) => one > sequence)]);
}

async function restoreFirst(
  options: Restoring,
  survey: Survey,
  candidates: readonly number[],
): Promise<Restored> {
  const { disk, fingerprint = '' } = options;
  for (const until of candidates) {
    const machine = options.createMachine();
    const { rulesVersion } = machine;
    const first = segmentIndexOf(survey, until + 1);
    const rest = survey.segments.slice(Math.max(first, 0));
    if (first < 0 || rest.some((one) => one.header.rulesVersion !== rulesVersion)) continue;
    const chosen = await restoreNewest(disk, survey, machine, { fingerprint, rulesVersion }, until);
    if (chosen.kind === 'ok' && chosen.start.sequence === until) return { machine, chosen };
  }
  const machine = options.createMachine();
  const expect = { fingerprint, rulesVersion: machine.rulesVersion };
  return { machine, chosen: await restoreNewest(disk, survey, machine, expect) };
}
