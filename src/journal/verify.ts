// `plimsoll verify`: reads every byte of a journal, checks every snapshot, replays as far back as
// it can under its own rules and compares every digest and every state hash. Never changes anything
// but the lock.

import { readSnapshotFile } from './snapshot-file.ts';
import { inspect, type InspectOptions, type Refused, restoreOldest } from './inspect.ts';
import { judgeMarker } from './marker.ts';
import { snapshotName } from './names.ts';
import { replay, type Replayed, type ReplayStart } from './replay.ts';
import type { ChainPoint } from './segment-scan.ts';
import type { HeaderSector } from './header-sector.ts';
import type { Survey } from './survey.ts';
import { type Finding, finding } from './verdict.ts';

export interface VerifyReport {
  readonly kind: 'verified';
  /** No finding that would refuse a start, and no bad snapshot. */
  readonly good: boolean;
  readonly findings: readonly Finding[];
  readonly segments: number;
  /** Sequences of the good snapshots. */
  readonly snapshots: readonly number[];
  /** What the segments hold. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Commands from here on were executed again. */
  readonly replayedFrom: number;
  /** Of the end; undefined when it was not reached. */
  readonly stateHash: string | undefined;
}

/** Checks everything. A refusal means that not even a look was possible (13, 12). */
export async function verifyJournal(options: InspectOptions): Promise<VerifyReport | Refused> {
  return inspect(options, undefined, (survey) => verifySurvey(options, survey));
}

async function verifySurvey(options: InspectOptions, survey: Survey): Promise<VerifyReport> {
  const findings: Finding[] = [];
  const snapshots = await checkSnapshots(options, survey, findings);
  const bytes = await replay({ disk: options.disk, survey, start: beginning(survey) });
  const firstSequence = survey.segments[0]?.header.sequence ?? 0;
  const base = {
    segments: survey.segments.length,
    snapshots: [...snapshots.keys()],
    firstSequence,
  };
  if (bytes.kind === 'refused') {
    findings.push(bytes.refusal);
    const lastSequence = (bytes.refusal.sequence ?? 1) - 1;
    return report(findings, { ...base, lastSequence, replayedFrom: 0, stateHash: undefined });
  }
  if (bytes.torn !== undefined) findings.push(bytes.torn.finding);
  const lastSequence = bytes.end.sequence;
  const { machine, chosen } = await restoreOldest(options, survey);
  if (chosen.kind === 'refused') {
    findings.push(chosen.refusal);
    return report(findings, { ...base, lastSequence, replayedFrom: 0, stateHash: undefined });
  }
  const { start } = chosen;
  const onBatch = (point: ChainPoint): Finding | undefined => {
    const header = snapshots.get(point.sequence);
    return header && compareSnapshot(header, point, machine.stateHash());
  };
  const replayed = await replay({ disk: options.disk, survey, start, machine, onBatch });
  const refusal = verdictOf(replayed, survey, machine.stateHash());
  if (refusal !== undefined) findings.push(refusal);
  const replayedFrom = start.sequence + 1;
  const stateHash = refusal === undefined ? machine.stateHash() : undefined;
  return report(findings, { ...base, lastSequence, replayedFrom, stateHash });
}

function report(
  findings: readonly Finding[],
  rest: Omit<VerifyReport, 'kind' | 'good' | 'findings'>,
): VerifyReport {
  const good = findings.every((one) => one.starts && one.verdict !== 7);
  return { kind: 'verified', good, findings, ...rest };
}

/** The first segment, whatever stands before it. */
function beginning(survey: Survey): ReplayStart {
  const header = survey.segments[0]?.header;
  if (header === undefined) {
    return { sequence: survey.snapshots.at(-1) ?? 0, chain: 0, timeMs: 0, file: '' };
  }
  return { sequence: header.sequence - 1, chain: header.chain, timeMs: 0, file: '' };
}

/** The headers of the good ones, by sequence. */
async function checkSnapshots(
  options: InspectOptions,
  survey: Survey,
  findings: Finding[],
): Promise<Map<number, HeaderSector>> {
  const good = new Map<number, HeaderSector>();
  for (const sequence of survey.snapshots) {
    const name = snapshotName(sequence);
    const read = await readSnapshotFile(options.disk, survey.directory, name, false);
    if (read.kind === 'ok') good.set(sequence, read.header);
    else {
      const why = read.kind === 'damaged' ? read.why : `its format is ${read.formatVersion}`;
      findings.push(finding(7, { file: name, sequence }, `${name} cannot be used: ${why}.`));
    }
  }
  return good;
}

function compareSnapshot(
  header: HeaderSector,
  point: ChainPoint,
  stateHash: string,
): Finding | undefined {
  const place = { file: snapshotName(header.sequence), sequence: header.sequence };
  if (header.chain !== point.chain) {
    return finding(5, place, 'The snapshot belongs to another history.');
  }
  if (header.stateHash === stateHash) return undefined;
  const what = `The replay has the state hash ${stateHash}, the snapshot ${header.stateHash}.`;
  return finding(10, place, what);
}

function verdictOf(replayed: Replayed, survey: Survey, stateHash: string): Finding | undefined {
  if (replayed.kind === 'refused') return replayed.refusal;
  return survey.marker && judgeMarker(survey.marker, replayed.end, stateHash);
}
