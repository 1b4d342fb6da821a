// `plimsoll verify`: what a look at every byte found, as text; and `--cut`, which says what it put
// away, and refuses anything but exactly what the operator has seen.

import { cutJournal, type CutReport } from '../../journal/cut.ts';
import { type VerifyReport, verifyJournal } from '../../journal/verify.ts';
import { EXIT_FAILED, findingText, print, say, wholeNumber } from './output.ts';
import { journalSource } from './source.ts';

export interface VerifyOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly cut?: string;
}

export async function verify(directory: string, options: VerifyOptions): Promise<void> {
  if (options.cut !== undefined) return cut(directory, options, wholeNumber('--cut', options.cut));
  const report = await verifyJournal(journalSource(directory, options.config));
  if (report.kind === 'refused') return say(findingText(report.refusal, directory));
  print(options.json, report, verifyText(report, directory));
  if (!report.good) process.exitCode = EXIT_FAILED;
}

function verifyText(report: VerifyReport, directory: string): string {
  const { good, findings, segments, snapshots, firstSequence, lastSequence, stateHash } = report;
  return [
    good ? 'good' : 'NOT good',
    `segments       ${segments}`,
    `sequences      ${firstSequence} to ${lastSequence}`,
    `snapshots      ${snapshots.length === 0 ? 'none' : snapshots.join(', ')}`,
    `replayed from  ${report.replayedFrom}`,
    `state hash     ${stateHash ?? 'not reached'}`,
    ...findings.map((found) => findingText(found, directory)),
  ].join('\n');
}

async function cut(directory: string, options: VerifyOptions, sequence: number): Promise<void> {
  const report = await cutJournal({ ...journalSource(directory, options.config), sequence });
  if (report.kind === 'refused') return say(findingText(report.refusal, directory));
  if (report.kind === 'other_sequence') {
    const seen = `the damage begins with sequence ${report.finding.sequence}, not ${sequence}`;
    return say(`nothing was cut: ${seen}. ${findingText(report.finding, directory)}`);
  }
  if (report.kind === 'not_cuttable') {
    const text = findingText(report.finding, directory);
    return say(`nothing was cut, because cutting would not cure it. ${text}`);
  }
  print(options.json, report, cutText(report));
}

function cutText(report: Extract<CutReport, { kind: 'cut' | 'nothing_to_cut' }>): string {
  if (report.kind === 'nothing_to_cut') return 'nothing to cut: every batch is intact';
  const { lastSequence, putAway, intactLost } = report;
  return [
    `cut: sequence ${lastSequence} is the last now`,
    ...putAway.map((name) => `put away: ${name}`),
    ...intactLost.map((name) => `given up although intact: ${name}`),
  ].join('\n');
}
