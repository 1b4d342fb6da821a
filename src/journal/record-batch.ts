// The records of one group, encoded into one buffer that is used again and again: nothing is
// allocated per record. Room for a log's own header and trailer is kept around them. Never
// reorders, never drops.

import { assert } from '../units/assert.ts';
import {
  BATCH_HEADER_BYTES,
  BATCH_TRAILER_BYTES,
  eightsUp,
  RECORD_COMMAND_BYTES,
  RECORD_DIGEST,
  RECORD_HEADER_BYTES,
  RECORD_RESERVED,
  RECORD_SEQUENCE,
  RECORD_TIME,
  sectorsUp,
  TWO_32,
} from './layout.ts';
import { BATCH_BYTES_MAX, COMMAND_BYTES_MAX } from './limits.ts';

const TWO_MINUS_32 = 1 / TWO_32;

/** A group of records with consecutive sequences. */
export class RecordBatch {
  /** The whole buffer; records lie from `BATCH_HEADER_BYTES` to `end`. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  count = 0;
  /** Behind the last record. */
  end = BATCH_HEADER_BYTES;
  firstSequence = 0;
  lastSequence = 0;
  lastTimeMs = 0;

  /** @param room bytes of the whole batch as it will lie on a disk, rounded up to sectors. */
  constructor(room: number = BATCH_BYTES_MAX) {
    const length = sectorsUp(room);
    assert(length <= BATCH_BYTES_MAX, 'a batch is at most BATCH_BYTES_MAX');
    this.bytes = new Uint8Array(length);
    this.words = new Uint32Array(this.bytes.buffer);
  }

  /** True when a command of that many bytes still fits. */
  hasRoom(commandBytes: number): boolean {
    const end = this.end + RECORD_HEADER_BYTES + eightsUp(commandBytes) + BATCH_TRAILER_BYTES;
    return end <= this.bytes.length;
  }

  /**
   * Where the bytes of the next command go; they may be written there before `push`, or not at all.
   */
  get commandOffset(): number {
    return this.end + RECORD_HEADER_BYTES;
  }

  /** Completes a record whose `commandBytes` bytes were written at `commandOffset`. */
  push(
    sequence: number,
    timeMs: number,
    commandBytes: number,
    digest0: number,
    digest1: number,
  ): void {
    if (this.count === 0) this.firstSequence = sequence;
    else assert(sequence === this.lastSequence + 1, 'records of a batch follow one another');
    assert(timeMs >= this.lastTimeMs, 'time does not run backwards');
    assert(commandBytes <= COMMAND_BYTES_MAX && this.hasRoom(commandBytes), 'a command fits');
    const words = this.words;
    const at = this.end >> 2;
    const sequenceHigh = Math.floor(sequence * TWO_MINUS_32);
    const timeHigh = Math.floor(timeMs * TWO_MINUS_32);
    words[at + RECORD_SEQUENCE] = sequence - sequenceHigh * TWO_32;
    words[at + RECORD_SEQUENCE + 1] = sequenceHigh;
    words[at + RECORD_TIME] = timeMs - timeHigh * TWO_32;
    words[at + RECORD_TIME + 1] = timeHigh;
    words[at + RECORD_DIGEST] = digest0;
    words[at + RECORD_DIGEST + 1] = digest1;
    words[at + RECORD_COMMAND_BYTES] = commandBytes;
    words[at + RECORD_RESERVED] = 0;
    const commandEnd = this.end + RECORD_HEADER_BYTES + commandBytes;
    const end = eightsUp(commandEnd);
    for (let i = commandEnd; i < end; i += 1) this.bytes[i] = 0;
    this.end = end;
    this.count += 1;
    this.lastSequence = sequence;
    this.lastTimeMs = timeMs;
  }

  /** `push` for a command whose bytes lie elsewhere. */
  pushCopy(sequence: number, timeMs: number, command: Uint8Array, digest: Uint32Array): void {
    assert(this.hasRoom(command.length), 'a command fits');
    this.bytes.set(command, this.commandOffset);
    this.push(sequence, timeMs, command.length, digest[0], digest[1]);
  }

  /** The encoded records, for a log that stores them under a header of its own. */
  get records(): Uint8Array {
    return this.bytes.subarray(BATCH_HEADER_BYTES, this.end);
  }

  /** Empties it for the next group; the records of the last one are gone. */
  reset(): void {
    this.count = 0;
    this.end = BATCH_HEADER_BYTES;
    this.firstSequence = 0;
    this.lastSequence = 0;
    this.lastTimeMs = 0;
  }
}
