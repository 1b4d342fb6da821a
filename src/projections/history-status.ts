// How far the history is, in memory that the engine's thread and the history's thread both see: the
// one reads at any time what the other has written, without asking.

/**
 * `catching_up`: it reads the journal; `retrying`: the database did not take it; `failed`: it needs
 * a restart or a rebuild.
 */
export const HISTORY_MODES = ['live', 'catching_up', 'retrying', 'failed'] as const;
export type HistoryMode = (typeof HISTORY_MODES)[number];

export type StatusMemory = SharedArrayBuffer;

/** Whole numbers that a double holds. */
const SEQUENCE = 0;
const TIME = 1;
const HEAD = 2;
const NUMBERS = 3;
/** Small ones behind them, which are looked at once per command. */
const MODE = 0;
const ASLEEP = 1;
const FLAGS = 2;
const NUMBER_BYTES = NUMBERS * BigInt64Array.BYTES_PER_ELEMENT;

export const statusMemory = (): StatusMemory =>
  new SharedArrayBuffer(NUMBER_BYTES + FLAGS * Int32Array.BYTES_PER_ELEMENT);

export class HistoryStatus {
  private readonly numbers: BigInt64Array;
  private readonly flags: Int32Array;

  constructor(memory: StatusMemory) {
    this.numbers = new BigInt64Array(memory, 0, NUMBERS);
    this.flags = new Int32Array(memory, NUMBER_BYTES, FLAGS);
  }

  /** The last sequence whose rows can be read. */
  get sequence(): number {
    return this.number(SEQUENCE);
  }

  /** The time of the record with that sequence, milliseconds since the epoch. */
  get time(): number {
    return this.number(TIME);
  }

  /** The time goes first: whoever sees the sequence sees no older time. */
  reached(sequence: number, time: number): void {
    this.setNumber(TIME, time);
    this.setNumber(SEQUENCE, sequence);
  }

  /** The last durable sequence that is in the journal and never was in the queue. */
  get head(): number {
    return this.number(HEAD);
  }

  set head(sequence: number) {
    this.setNumber(HEAD, sequence);
  }

  get mode(): HistoryMode {
    return HISTORY_MODES[Atomics.load(this.flags, MODE)];
  }

  set mode(mode: HistoryMode) {
    Atomics.store(this.flags, MODE, HISTORY_MODES.indexOf(mode));
  }

  /** The history waits to be woken. */
  get isAsleep(): boolean {
    return Atomics.load(this.flags, ASLEEP) === 1;
  }

  set isAsleep(asleep: boolean) {
    Atomics.store(this.flags, ASLEEP, asleep ? 1 : 0);
  }

  /** True for one of those who find it asleep: it is woken once. */
  takeSleep(): boolean {
    return this.isAsleep && Atomics.exchange(this.flags, ASLEEP, 0) === 1;
  }

  private number(word: number): number {
    return Number(Atomics.load(this.numbers, word));
  }

  private setNumber(word: number, value: number): void {
    Atomics.store(this.numbers, word, BigInt(value));
  }
}
