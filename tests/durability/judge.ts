// What must be true of everything that was acknowledged, judged without the exchange: an engine
// that was never interrupted executes the acknowledged commands in the order of their sequences, at
// their times, and must give every client the answer it got. Then the journal is asked the same.

import { isDeepStrictEqual } from 'node:util';
import { decodeCommand, encodeCommand } from '../../src/engine/codec.ts';
import type { Command } from '../../src/engine/command.ts';
import { Engine } from '../../src/engine/engine.ts';
import { nodeDisk } from '../../src/journal/node-disk.ts';
import { currentProcess } from '../../src/journal/process-identity.ts';
import { archiveJournal } from '../../src/journal/state-at.ts';
import { describe } from '../../src/journal/verdict.ts';
import { verifyJournal, type VerifyReport } from '../../src/journal/verify.ts';
import { EngineMachine } from '../../src/runtime/engine-machine.ts';
import type { Acknowledged } from './client.ts';

/** Of one sequence: what was sent, and what was acknowledged. */
export interface History {
  readonly faults: readonly string[];
  /** By sequence; [0] is empty. */
  readonly commands: readonly (Acknowledged | undefined)[];
  readonly hash: string;
  /** Assets of which some is missing or too much. */
  readonly notConserved: readonly string[];
}

/** Executes what was acknowledged, uninterrupted, and compares every answer. */
export function judgeHistory(all: Iterable<Acknowledged>): History {
  const faults: string[] = [];
  const commands: (Acknowledged | undefined)[] = [undefined];
  for (const one of all) {
    const { sequence } = one.reply;
    const other = commands[sequence];
    if (other === undefined) commands[sequence] = one;
    else faults.push(`sequence ${sequence} is both ${other.command.id} and ${one.command.id}`);
  }
  const engine = new Engine();
  for (let sequence = 1; sequence < commands.length; sequence += 1) {
    const one = commands[sequence];
    if (one === undefined) faults.push(`sequence ${sequence} is nobody's`);
    else faults.push(...answerFaults(engine, one));
  }
  const wrong = engine.conservation().filter((row) => Number(row.difference) !== 0);
  const notConserved = wrong.map((row) => `asset ${row.asset}: ${row.difference}`);
  return { faults, commands, hash: engine.hash(), notConserved };
}

const bytes = new Uint8Array(65_536);

function answerFaults(engine: Engine, { command, reply }: Acknowledged): string[] {
  const length = encodeCommand(command, bytes, 0);
  const { time } = reply;
  const outcome = engine.execute({ ...decodeCommand(bytes, 0, length), time });
  const { sequence, reason, created, repeated } = outcome;
  const given = { sequence, reason, created, repeated };
  const wanted = {
    ...given,
    sequence: reply.sequence,
    reason: reply.reason,
    created: reply.created,
  };
  if (isDeepStrictEqual(given, { ...wanted, repeated: false })) return [];
  return [`${command.id}: acknowledged ${JSON.stringify(reply)}, is ${JSON.stringify(given)}`];
}

const inspection = (directory: string) => ({
  disk: nodeDisk,
  directory,
  identity: currentProcess(),
  createMachine: () => new EngineMachine(),
  fingerprint: new EngineMachine().fingerprint,
});

/** What `plimsoll verify` finds in a directory. */
export async function verifyDirectory(directory: string): Promise<VerifyReport> {
  const report = await verifyJournal(inspection(directory));
  if (report.kind === 'refused') throw new Error(describe(report.refusal));
  return report;
}

export interface ArchiveJudged {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly faults: readonly string[];
}

/** Compares every record that the journal still has with what its client was told. */
export async function judgeArchive(directory: string, history: History): Promise<ArchiveJudged> {
  const faults: string[] = [];
  const archived = await archiveJournal({
    ...inspection(directory),
    onRecord: (sequence, timeMs, record, machine) => {
      const known = history.commands[sequence];
      if (!(machine instanceof EngineMachine)) throw new Error('the machine is the engine');
      const { reason, created } = machine.engine.lastOutcome;
      const has = { command: decodeCommand(record, 0, record.length), timeMs, reason, created };
      const wanted = known && {
        command: throughBytes(known.command),
        timeMs: known.reply.time,
        reason: known.reply.reason,
        created: known.reply.created,
      };
      if (isDeepStrictEqual(has, wanted)) return;
      faults.push(`sequence ${sequence} is ${JSON.stringify(has)}, not ${JSON.stringify(wanted)}`);
    },
  });
  if (archived.kind === 'refused') throw new Error(describe(archived.refusal));
  const { firstSequence, lastSequence } = archived;
  return { firstSequence, lastSequence, faults };
}

const throughBytes = (command: Command): Command =>
  decodeCommand(bytes, 0, encodeCommand(command, bytes, 0));
