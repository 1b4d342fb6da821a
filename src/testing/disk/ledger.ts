// A small but real deterministic machine to test the journal with: accounts, deposits, transfers
// that can be refused, and a bounded table of ids. Refusals are journaled, so that a repeat gets
// its refusal again after a restart. Nothing here knows of disks.

import { crc32 } from 'node:zlib';

import type { Machine, MachineSnapshot } from '../../journal/machine.ts';
import type { CommandDriver } from '../../runtime/driver.ts';

export interface LedgerCommand {
  readonly id: string;
  readonly kind: 'deposit' | 'transfer' | 'note';
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  /** Ballast, so that batches have sizes of all kinds; may hold zeros. */
  readonly note: Uint8Array;
}

export type LedgerReason = 'ok' | 'unknown_account' | 'insufficient' | 'bad_amount' | 'id_reused';

export interface LedgerOutcome {
  readonly reason: LedgerReason;
  readonly sequence: number;
  /** The id was seen before: nothing happened, and this is the first answer again. */
  readonly repeated: boolean;
}

const REASONS: readonly LedgerReason[] = [
  'ok',
  'unknown_account',
  'insufficient',
  'bad_amount',
  'id_reused',
];
const KINDS: readonly LedgerCommand['kind'][] = ['deposit', 'transfer', 'note'];

export const LEDGER_ACCOUNTS = 8;
const IDS_MAX = 4096;
const NO_NOTE = new Uint8Array(0);

interface Remembered {
  readonly body: number;
  readonly reason: number;
  readonly sequence: number;
}

export class Ledger implements Machine, CommandDriver<LedgerCommand, LedgerOutcome> {
  readonly rulesVersion: number;
  readonly balances = new Float64Array(LEDGER_ACCOUNTS);
  private readonly ids = new Map<string, Remembered>();
  private sequence = 0;
  private timeMs = 0;
  /** What every command so far did, folded. */
  private readonly history = new Uint32Array(2);
  private readonly scratch = new Uint8Array(8192);
  private readonly event = new DataView(new ArrayBuffer(64));
  private readonly eventBytes = new Uint8Array(this.event.buffer);

  constructor(rulesVersion = 1) {
    this.rulesVersion = rulesVersion;
  }

  get known(): number {
    return this.ids.size;
  }

  /** The answer that is remembered for an id. */
  answerTo(id: string): LedgerOutcome | undefined {
    const known = this.ids.get(id);
    if (known === undefined) return undefined;
    return { reason: REASONS[known.reason], sequence: known.sequence, repeated: true };
  }

  execute(
    command: LedgerCommand,
    sequence: number,
    timeMs: number,
    digestOut: Uint32Array,
  ): LedgerOutcome {
    const length = this.encode(command, this.scratch, 0);
    const body = crc32(this.scratch.subarray(0, length));
    const known = this.ids.get(command.id);
    if (known !== undefined) {
      const reason = known.body === body ? REASONS[known.reason] : 'id_reused';
      return { reason, sequence: known.sequence, repeated: true };
    }
    const reason = this.refusalOf(command);
    if (reason === 'ok') this.commit(command);
    this.remember(command.id, { body, reason: REASONS.indexOf(reason), sequence });
    this.record(sequence, timeMs, body, reason, digestOut);
    return { reason, sequence, repeated: false };
  }

  isJournaled(outcome: LedgerOutcome): boolean {
    return !outcome.repeated;
  }

  encode(command: LedgerCommand, into: Uint8Array, at: number): number {
    let end = at;
    into[end++] = KINDS.indexOf(command.kind);
    into[end++] = command.from;
    into[end++] = command.to;
    into[end++] = command.id.length;
    for (let i = 0; i < 6; i += 1) into[end++] = Math.floor(command.amount / 256 ** i) % 256;
    for (let i = 0; i < command.id.length; i += 1) into[end++] = command.id.charCodeAt(i);
    into.set(command.note, end);
    return end + command.note.length - at;
  }

  apply(sequence: number, timeMs: number, command: Uint8Array, digestOut: Uint32Array): void {
    this.execute(decodeLedgerCommand(command), sequence, timeMs, digestOut);
  }

  snapshot(): MachineSnapshot {
    const head = new Float64Array([this.sequence, this.timeMs, ...this.history, ...this.balances]);
    const lines = [...this.ids].map(([id, r]) => `${id} ${r.body} ${r.reason} ${r.sequence}\n`);
    const ids = new TextEncoder().encode(lines.join(''));
    const stateHash = this.stateHash();
    return { parts: [new Uint8Array(head.buffer), ids], stateHash: () => stateHash };
  }

  restore(parts: readonly Uint8Array[]): void {
    const head = new Float64Array(parts[0].slice().buffer);
    this.sequence = head[0];
    this.timeMs = head[1];
    this.history.set([head[2], head[3]]);
    this.balances.set(head.subarray(4));
    this.ids.clear();
    for (const line of new TextDecoder().decode(parts[1]).split('\n')) {
      if (line === '') continue;
      const [id, body, reason, sequence] = line.split(' ');
      const numbers = { body: Number(body), reason: Number(reason), sequence: Number(sequence) };
      this.ids.set(id, numbers);
    }
  }

  /** Of the history and the balances; the ids are a part of the history. */
  stateHash(): string {
    const head = new Float64Array([this.sequence, this.timeMs, ...this.history, ...this.balances]);
    const bytes = new Uint8Array(head.buffer);
    const low = crc32(bytes);
    return [low, crc32(bytes, low)].map((word) => word.toString(16).padStart(8, '0')).join('');
  }

  private refusalOf(command: LedgerCommand): LedgerReason {
    if (command.kind === 'note') return 'ok';
    if (command.to >= LEDGER_ACCOUNTS || command.from >= LEDGER_ACCOUNTS) return 'unknown_account';
    if (!(command.amount > 0)) return 'bad_amount';
    if (command.kind === 'deposit') return 'ok';
    return this.balances[command.from] < command.amount ? 'insufficient' : 'ok';
  }

  private commit(command: LedgerCommand): void {
    if (command.kind === 'note') return;
    if (command.kind === 'transfer') this.balances[command.from] -= command.amount;
    this.balances[command.to] += command.amount;
  }

  private remember(id: string, answer: Remembered): void {
    if (this.ids.size >= IDS_MAX) {
      const oldest = this.ids.keys().next();
      if (oldest.done !== true) this.ids.delete(oldest.value);
    }
    this.ids.set(id, answer);
  }

  /** The digest of one command is that of its event; the history folds all of them. */
  private record(
    sequence: number,
    timeMs: number,
    body: number,
    reason: LedgerReason,
    digestOut: Uint32Array,
  ): void {
    this.sequence = sequence;
    this.timeMs = timeMs;
    this.event.setFloat64(0, sequence);
    this.event.setFloat64(8, timeMs);
    this.event.setUint32(16, body);
    this.event.setUint32(20, REASONS.indexOf(reason));
    for (let i = 0; i < 4; i += 1) this.event.setFloat64(24 + 8 * i, this.balances[i]);
    const folded = crc32(this.eventBytes, this.history[0]);
    digestOut[0] = crc32(this.eventBytes);
    digestOut[1] = Math.imul(digestOut[0] ^ sequence, 0x9e3779b1);
    this.history[1] = Math.imul(this.history[1] ^ digestOut[0], 0x85ebca6b);
    this.history[0] = folded;
  }
}

export function decodeLedgerCommand(bytes: Uint8Array): LedgerCommand {
  let amount = 0;
  for (let i = 5; i >= 0; i -= 1) amount = amount * 256 + bytes[4 + i];
  const idEnd = 10 + bytes[3];
  return {
    kind: KINDS[bytes[0]],
    from: bytes[1],
    to: bytes[2],
    amount,
    id: String.fromCharCode(...bytes.subarray(10, idEnd)),
    note: idEnd === bytes.length ? NO_NOTE : bytes.slice(idEnd),
  };
}

export const deposit = (id: string, to: number, amount: number): LedgerCommand => ({
  id,
  kind: 'deposit',
  from: 0,
  to,
  amount,
  note: NO_NOTE,
});

export const transfer = (id: string, from: number, to: number, amount: number): LedgerCommand => ({
  id,
  kind: 'transfer',
  from,
  to,
  amount,
  note: NO_NOTE,
});

export const note = (id: string, bytes: Uint8Array): LedgerCommand => ({
  id,
  kind: 'note',
  from: 0,
  to: 0,
  amount: 0,
  note: bytes,
});
