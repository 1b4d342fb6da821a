// The engine as the journal and the sequencer see it: bytes in, digest out, snapshot and back. What
// it returns for a live command is a copy, because it is kept until the command is durable while
// the engine goes on.

import { setImmediate } from 'node:timers/promises';
import { decodeCommand, encodeCommand } from '../engine/codec.ts';
import type { Command } from '../engine/command.ts';
import { Engine } from '../engine/engine.ts';
import type { EngineLimits } from '../engine/limits.ts';
import type { Outcome } from '../engine/outcome.ts';
import { RULES_VERSION, hashSnapshot } from '../engine/snapshot.ts';
import type { Machine, MachineSnapshot } from '../journal/machine.ts';
import { assert } from '../units/assert.ts';
import { Digest } from '../units/digest.ts';
import type { CommandDriver } from './driver.ts';

/** What a command led to: the outcome's values and a copy of its events. */
export interface Result {
  readonly sequence: number;
  readonly time: number;
  readonly reason: number;
  readonly params: readonly [number, number, number];
  readonly created: number;
  readonly repeated: boolean;
  /** It has a sequence and is in the journal. */
  readonly taken: boolean;
  /** The events as in `EventLog.data`. */
  readonly events: Float64Array;
  readonly clientOrderId: string;
}

const NO_EVENTS = new Float64Array(0);
const NO_PARAMS = [0, 0, 0] as const;

/** 64 KB: some two hundred commands' events. A result that is kept keeps its page. */
const PAGE_NUMBERS = 8_192;

export class EngineMachine implements Machine, CommandDriver<Command, Result> {
  readonly rulesVersion = RULES_VERSION;
  /**
   * The limits, which decide what is refused: a journal written under others would not replay to
   * the same events, so it is refused instead.
   */
  readonly fingerprint: string;
  /** Replaced by `restore`: never keep a reference to it. */
  engine: Engine;
  private readonly limits: Partial<EngineLimits>;
  private readonly copies = new EventCopies();

  constructor(limits: Partial<EngineLimits> = {}) {
    this.limits = limits;
    this.engine = new Engine(limits);
    this.fingerprint = fingerprintOf(this.engine.limits);
  }

  encode(command: Command, into: Uint8Array, at: number): number {
    return encodeCommand(command, into, at);
  }

  execute(command: Command, sequence: number, timeMs: number, digestOut: Uint32Array): Result {
    const outcome = this.engine.execute(this.at(command, timeMs));
    assert(!outcome.taken || outcome.sequence === sequence, 'engine and journal count differently');
    this.digest(digestOut);
    return resultOf(outcome, this.engine, this.copies);
  }

  isJournaled(result: Result): boolean {
    return result.taken;
  }

  apply(sequence: number, timeMs: number, command: Uint8Array, digestOut: Uint32Array): void {
    const decoded = decodeCommand(command, 0, command.length);
    setTime(decoded, timeMs); // it is ours: nobody else has it
    const outcome = this.engine.execute(decoded);
    assert(outcome.sequence === sequence, 'a replayed command has another sequence');
    this.digest(digestOut);
  }

  snapshot(): MachineSnapshot {
    const parts = this.engine.snapshot();
    return { parts, stateHash: () => hashBetweenTurns(parts) };
  }

  restore(parts: readonly Uint8Array[]): void {
    this.engine = Engine.restore(parts, this.limits);
  }

  stateHash(): string {
    return this.engine.hash();
  }

  /**
   * The command with the sequencer's time: a client's own clock is never trusted. Each frequent
   * kind is copied in a place of its own, because V8 copies an object ten times as fast where it
   * has seen few shapes.
   */
  private at(command: Command, timeMs: number): Command {
    if (command.time === timeMs) return command;
    if (command.kind === 'place_order') return { ...command, time: timeMs };
    if (command.kind === 'cancel_order') return { ...command, time: timeMs };
    if (command.kind === 'amend_order') return { ...command, time: timeMs };
    if (command.kind === 'update_index') return { ...command, time: timeMs };
    return { ...command, time: timeMs };
  }

  private digest(out: Uint32Array): void {
    out[0] = this.engine.digestLanes[0];
    out[1] = this.engine.digestLanes[1];
  }
}

/** Each frequent kind in a place of its own, as in `at`. */
function setTime(command: { time: number } & Command, timeMs: number): void {
  if (command.kind === 'place_order') command.time = timeMs;
  else if (command.kind === 'cancel_order') command.time = timeMs;
  else if (command.kind === 'amend_order') command.time = timeMs;
  else command.time = timeMs;
}

/**
 * Copies of events that outlive the engine's log, many in one piece of memory: a piece for each
 * costs more than executing its command.
 */
class EventCopies {
  private page = new Float64Array(PAGE_NUMBERS);
  private used = 0;

  copy({ data, length }: Engine['events']): Float64Array {
    if (length === 0) return NO_EVENTS;
    if (length > PAGE_NUMBERS) return data.slice(0, length);
    if (this.used + length > PAGE_NUMBERS) {
      this.page = new Float64Array(PAGE_NUMBERS);
      this.used = 0;
    }
    const { page, used } = this;
    for (let i = 0; i < length; i += 1) page[used + i] = data[i];
    this.used = used + length;
    return new Float64Array(page.buffer, used * page.BYTES_PER_ELEMENT, length);
  }
}

function resultOf(outcome: Outcome, engine: Engine, copies: EventCopies): Result {
  const { sequence, time, reason, created, repeated, taken } = outcome;
  const events = copies.copy(engine.events);
  const { clientOrderId } = engine;
  const [first, second, third] = outcome.params;
  const areNone = first === 0 && second === 0 && third === 0;
  const params = areNone ? NO_PARAMS : ([first, second, third] as const);
  return { sequence, time, reason, params, created, repeated, taken, events, clientOrderId };
}

/** 32 hexadecimal digits over every limit, by name. */
function fingerprintOf(limits: EngineLimits): string {
  const digest = new Digest();
  const text = JSON.stringify(Object.entries(limits).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  for (let i = 0; i < text.length; i++) digest.word(text.charCodeAt(i));
  return digest.hex();
}

/** Hashes a copy of the state while the event loop goes on. */
async function hashBetweenTurns(parts: readonly Uint8Array[]): Promise<string> {
  const steps = hashSnapshot(parts);
  let step = steps.next();
  while (step.done !== true) {
    await setImmediate();
    step = steps.next();
  }
  return step.value;
}
