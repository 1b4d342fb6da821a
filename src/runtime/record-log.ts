// The durable log that brokers write their sagas through: one record, on the disk when the promise
// resolves. The interface knows no files; the implementation is the same journal and the same
// single writer that the exchange has, in a directory of its own. A record is never half there and
// never there twice.

import { crc32 } from 'node:zlib';

import type { RecordView } from '../journal/log.ts';
import type { Machine, MachineSnapshot } from '../journal/machine.ts';
import type { Finding } from '../journal/verdict.ts';
import type { CommandDriver } from './driver.ts';
import type { Answer } from './group.ts';
import { SAGA_RECORD_BYTES_MAX } from './limits.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from './runtime.ts';

/**
 * What the records add up to: the table of a broker's open sagas. A fold, free of clocks and
 * chance.
 */
export interface RecordKeeper {
  /** Raise it when records or state are read differently; see the journal's verdict 12. */
  readonly version: number;
  apply(sequence: number, timeMs: number, record: Uint8Array): void;
  snapshot(): Uint8Array;
  restore(state: Uint8Array): void;
}

/**
 * The port. `done` = durable; `refused` = certainly not written; `unknown` = stop and look after a
 * restart.
 */
export interface RecordLog {
  append(record: Uint8Array): Promise<Answer<number>>;
  /**
   * Every durable record from `from` on, as of the call. @throws HistoryGone when it was removed.
   */
  read(from: number): AsyncIterable<Iterable<RecordView>>;
  /** Proves that this writer is still the only one. @throws LogFailed */
  fence(): Promise<void>;
  /** False when the end could not be a clean one. */
  stop(): Promise<boolean>;
}

export type RecordLogOptions = Omit<RuntimeOptions<Uint8Array, number>, 'machine'> & {
  readonly keeper: RecordKeeper;
};

export type OpenedRecordLog =
  | { readonly kind: 'started'; readonly log: RecordLog; readonly findings: readonly Finding[] }
  | { readonly kind: 'refused'; readonly refusal: Finding };

/** Opens the log; the keeper has then seen every durable record. */
export async function openRecordLog(options: RecordLogOptions): Promise<OpenedRecordLog> {
  const machine = new KeeperMachine(options.keeper);
  const commandBytes = options.commandBytes ?? SAGA_RECORD_BYTES_MAX;
  const started = await startRuntime({ ...options, commandBytes, machine });
  if (started.kind === 'refused') return started;
  const log = new RuntimeRecordLog(started.runtime, commandBytes);
  return { kind: 'started', log, findings: started.findings };
}

class RuntimeRecordLog implements RecordLog {
  private readonly runtime: Runtime<Uint8Array, number>;
  private readonly bytesMax: number;

  constructor(runtime: Runtime<Uint8Array, number>, bytesMax: number) {
    this.runtime = runtime;
    this.bytesMax = bytesMax;
  }

  append(record: Uint8Array): Promise<Answer<number>> {
    if (record.length > this.bytesMax) throw new RangeError(`a record has ${record.length} bytes`);
    return this.runtime.sequencer.execute(record);
  }

  read(from: number): AsyncIterable<Iterable<RecordView>> {
    return this.runtime.journal.log.read(from);
  }

  fence(): Promise<void> {
    return this.runtime.journal.log.fence();
  }

  stop(): Promise<boolean> {
    return this.runtime.stop();
  }
}

/** A machine whose commands are records and whose outcome is the sequence they got. */
class KeeperMachine implements Machine, CommandDriver<Uint8Array, number> {
  private readonly keeper: RecordKeeper;

  constructor(keeper: RecordKeeper) {
    this.keeper = keeper;
  }

  get rulesVersion(): number {
    return this.keeper.version;
  }

  encode(record: Uint8Array, into: Uint8Array, at: number): number {
    into.set(record, at);
    return record.length;
  }

  execute(record: Uint8Array, sequence: number, timeMs: number, digestOut: Uint32Array): number {
    this.apply(sequence, timeMs, record, digestOut);
    return sequence;
  }

  isJournaled(): boolean {
    return true;
  }

  apply(sequence: number, timeMs: number, record: Uint8Array, digestOut: Uint32Array): void {
    this.keeper.apply(sequence, timeMs, record);
    digestOut[0] = crc32(record);
    digestOut[1] = record.length;
  }

  snapshot(): MachineSnapshot {
    const state = this.keeper.snapshot();
    return { parts: [state], stateHash: () => hashOf(state) };
  }

  restore(parts: readonly Uint8Array[]): void {
    this.keeper.restore(parts[0]);
  }

  stateHash(): string {
    return hashOf(this.keeper.snapshot());
  }
}

const hashOf = (state: Uint8Array): string => `${crc32(state).toString(16)}x${state.length}`;
