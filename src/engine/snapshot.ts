// The whole state as bytes and back. A snapshot is a JSON header (what is few and has names) and a
// raw copy of the used part of every column, in a fixed order; the state hash is taken over the
// same parts. What can be built anew is left out: the order index, the id index, names to numbers.

import type { Ladder } from '../book/ladder.ts';
import { makeBrackets } from '../margin/brackets.ts';
import { assert } from '../units/assert.ts';
import { Digest } from '../units/digest.ts';
import { NONE } from '../units/table.ts';
import type { ColumnArray, Table } from '../units/table.ts';
import type { MarketTerms } from './command.ts';
import type { Asset } from './state/assets.ts';
import { Market } from './state/market.ts';
import type { MarketNumbers, MarketShape } from './state/market.ts';
import { ORDER_FACTS, ORDER_WAITS } from './state/orders.ts';
import type { IndexedHeap } from './state/heap.ts';
import type { State } from './state/state.ts';

/** Version of this layout and of every rule that a command is computed by. */
export const RULES_VERSION = 2;

type ElementType = 'f64' | 'i32' | 'u32' | 'u8';

/** Words hashed at a time: about a millisecond. */
const HASH_SLICE_WORDS = 262_144;

interface Header {
  readonly rules: number;
  readonly sequence: number;
  readonly clock: number;
  readonly nextOrder: number;
  readonly settlement: number;
  readonly nextReceipt: number;
  readonly interestHour: number;
  readonly eventDigest: readonly number[];
  readonly assets: readonly Asset[];
  readonly markets: readonly { shape: MarketShape; terms: MarketTerms; numbers: MarketNumbers }[];
  readonly tables: readonly { rows: number; live: number; freeHead: number }[];
  /** Bytes of each part that follows, and what its elements are. */
  readonly lengths: readonly number[];
  readonly types: readonly ElementType[];
}

/** A copy of the state in one buffer that is used again for the next copy. */
export class SnapshotBuffer {
  private shadow: Uint8Array = new Uint8Array(0);
  private readonly shared: boolean;

  /** @param shared Whether other threads may read the copies: then they need not be handed over. */
  constructor(shared = false) {
    this.shared = shared;
  }

  /** Copies the state. The result stays valid until the next `take`. */
  take(state: State, eventDigest: Uint32Array): Uint8Array[] {
    const arrays = partsOf(state);
    const header = encodeAscii(JSON.stringify(headerOf(state, eventDigest, arrays)));
    let length = 0;
    for (const part of arrays) length += aligned(part.byteLength);
    if (length > this.shadow.length) this.reserve(length + (length >> 2));
    const parts: Uint8Array[] = [header];
    let at = 0;
    for (const part of arrays) {
      const copy = this.shadow.subarray(at, at + part.byteLength);
      copy.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      parts.push(copy);
      at += aligned(part.byteLength);
    }
    return parts;
  }

  private reserve(bytes: number): void {
    this.shadow = this.shared
      ? new Uint8Array(new SharedArrayBuffer(bytes))
      : new Uint8Array(bytes);
  }
}

/**
 * Loads a snapshot into a fresh state. @throws AssertionError when the bytes are not one of these
 * rules.
 */
export function restoreState(
  state: State,
  parts: readonly Uint8Array[],
  eventDigest: Uint32Array,
): void {
  const header = JSON.parse(decodeAscii(parts[0])) as Header;
  assert(header.rules === RULES_VERSION, 'a snapshot was written under other rules');
  assert(header.lengths.length === parts.length - 1, 'a snapshot lacks parts');
  state.sequence = header.sequence;
  state.clock = header.clock;
  state.nextOrder = header.nextOrder;
  state.settlement = header.settlement;
  state.nextReceipt = header.nextReceipt;
  state.interestHour = header.interestHour;
  eventDigest.set(header.eventDigest);
  state.assets.push(...header.assets);
  header.markets.forEach(({ shape, terms, numbers }, number) => {
    const made = makeBrackets(terms.brackets, terms);
    assert(made.ok, 'a snapshot has a market with impossible terms');
    const market = new Market(
      number,
      shape,
      terms,
      made.brackets,
      state.orders,
      state.limits.levelsPerSide,
    );
    Object.assign(market, numbers);
    if (market.rampEnd !== 0) market.rampTo(market.rampAt);
    if (market.imposed !== 0) state.restricted += 1;
    state.markets.push(market);
  });
  const reader = new PartReader(header, parts);
  tablesOf(state).forEach((table, i) => {
    table.restore(header.tables[i], reader.takeAll(table.columns().length));
  });
  restoreRest(state, reader);
}

/** 32 hexadecimal digits over everything in a snapshot. */
export function hashState(state: State, eventDigest: Uint32Array): string {
  const parts = partsOf(state);
  return hashParts(parts, JSON.stringify(headerOf(state, eventDigest, parts)));
}

/**
 * The hash of the state that a snapshot is a copy of, the same as `hashState` gave at that moment,
 * in slices of about a millisecond: the copy of a large state takes a while.
 */
export function* hashSnapshot(parts: readonly Uint8Array[]): Generator<undefined, string> {
  const text = decodeAscii(parts[0]);
  const { types } = JSON.parse(text) as Header;
  const arrays = types.map((type, i): ColumnArray => {
    const part = parts[i + 1];
    return type === 'u8'
      ? part
      : new Uint32Array(part.buffer, part.byteOffset, part.byteLength >> 2);
  });
  return yield* hashSteps(arrays, text);
}

/**
 * The same without sequence, clock, event digest and remembered ids: what a refused command must
 * leave as it is.
 */
export function hashLedger(state: State): string {
  const header = headerOf(state, new Uint32Array(4), []);
  const { assets, markets, nextOrder, settlement } = header;
  const tables = ledgerTables(state).map((table) => table.header());
  const accounts = state.accounts.columns().filter(({ name }) => !name.startsWith('id'));
  const parts = [...ledgerParts(state), ...accounts.map(({ used }) => used)];
  return hashParts(parts, JSON.stringify({ assets, markets, nextOrder, settlement, tables }));
}

function headerOf(state: State, eventDigest: Uint32Array, arrays: readonly ColumnArray[]): Header {
  return {
    rules: RULES_VERSION,
    sequence: state.sequence,
    clock: state.clock,
    nextOrder: state.nextOrder,
    settlement: state.settlement,
    nextReceipt: state.nextReceipt,
    interestHour: state.interestHour,
    eventDigest: [...eventDigest],
    assets: state.assets,
    markets: state.markets.map((market) => ({
      shape: market.shape,
      terms: market.terms,
      numbers: market.numbers(),
    })),
    tables: tablesOf(state).map((table) => table.header()),
    lengths: arrays.map((array) => array.byteLength),
    types: arrays.map(typeOf),
  };
}

function tablesOf(state: State): Table[] {
  const ladders = state.markets.flatMap((market): Ladder[] => [market.bids, market.asks]);
  return [state.orders, ...ladders, state.positions, state.accounts, state.ids];
}

function heapsOf(state: State): IndexedHeap[] {
  return [
    ...state.markets.flatMap((market) => market.stops),
    state.expiries,
    state.deadMen,
    state.dueStops,
  ];
}

function ledgerTables(state: State): Table[] {
  return tablesOf(state).filter((table) => table !== state.accounts && table !== state.ids);
}

function ledgerParts(state: State): ColumnArray[] {
  return [
    ...ledgerTables(state).flatMap((table) => table.columns().map(({ used }) => used)),
    ...restParts(state),
  ];
}

function partsOf(state: State): ColumnArray[] {
  return [
    ...tablesOf(state).flatMap((table) => table.columns().map(({ used }) => used)),
    ...restParts(state),
  ];
}

/** What is no table: heaps, balances, names, sums, the upkeep queue. */
function restParts(state: State): ColumnArray[] {
  return [
    ...heapsOf(state).flatMap((heap) => heap.parts()),
    state.balances.used(),
    ...state.names.parts(),
    ...state.groups.parts(),
    state.upkeep.parts(),
    ...state.deposited.parts(),
    ...state.withdrawn.parts(),
    ...state.fees.parts(),
    ...state.rounding.parts(),
    ...state.interest.parts(),
    state.liquidating.parts(),
  ];
}

function restoreRest(state: State, reader: PartReader): void {
  for (const heap of heapsOf(state))
    heap.restore(reader.doubles(), reader.doubles(), reader.integers());
  state.balances.restore(state.accounts.rows, state.assets.length, reader.doubles());
  state.names.restore(reader.bytes(), reader.integers());
  state.groups.restore(reader.bytes(), reader.integers());
  state.upkeep.restore(reader.integers());
  for (const sums of [
    state.deposited,
    state.withdrawn,
    state.fees,
    state.rounding,
    state.interest,
  ]) {
    sums.restore(reader.doubles(), reader.doubles());
  }
  state.liquidating.restore(reader.integers());
  state.ids.reindex(state.accounts);
  for (let account = 0; account < state.accounts.rows; account++)
    state.joinGroup(account, state.accounts.groupOf(account));
  reindexOrders(state);
}

/**
 * Derived: order ids to slots, and how many stops wait per market. Live rows are those not on the
 * free list.
 */
function reindexOrders(state: State): void {
  const { orders } = state;
  for (let row = 0; row < state.positions.rows; row++) {
    for (const slot of state.ordersOfRow(row)) {
      state.orderIndex.add(slot);
      const waits = orders.facts[slot * ORDER_FACTS + ORDER_WAITS];
      if (waits !== NONE && waits < 4) state.markets[state.marketOfRow(row)].waiting += 1;
    }
  }
}

/** Hands out the parts of a snapshot as typed arrays, aligned and in order. */
class PartReader {
  private next = 0;
  private readonly header: Header;
  private readonly parts: readonly Uint8Array[];

  constructor(header: Header, parts: readonly Uint8Array[]) {
    this.header = header;
    this.parts = parts;
  }

  takeAll(count: number): ColumnArray[] {
    return Array.from({ length: count }, () => this.take());
  }

  doubles(): Float64Array {
    const part = this.take();
    assert(part instanceof Float64Array, 'a part of a snapshot has another width');
    return part;
  }

  integers(): Int32Array {
    const part = this.take();
    assert(part instanceof Int32Array, 'a part of a snapshot has another width');
    return part;
  }

  bytes(): Uint8Array {
    const part = this.take();
    assert(part instanceof Uint8Array, 'a part of a snapshot has another width');
    return part;
  }

  private take(): ColumnArray {
    const at = this.next;
    this.next += 1;
    const bytes = this.parts[at + 1];
    assert(
      bytes !== undefined && bytes.length === this.header.lengths[at],
      'a part of a snapshot has another length',
    );
    const copy = bytes.slice();
    const type = this.header.types[at];
    if (type === 'f64') return new Float64Array(copy.buffer);
    if (type === 'i32') return new Int32Array(copy.buffer);
    return type === 'u32' ? new Uint32Array(copy.buffer) : copy;
  }
}

/** Parts begin at whole words, so that they can be hashed where they lie. */
function aligned(bytes: number): number {
  return (bytes + 7) & ~7;
}

function typeOf(array: ColumnArray): ElementType {
  if (array instanceof Float64Array) return 'f64';
  if (array instanceof Int32Array) return 'i32';
  return array instanceof Uint32Array ? 'u32' : 'u8';
}

function hashParts(parts: readonly ColumnArray[], header: string): string {
  const steps = hashSteps(parts, header);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** Hashes slice by slice, so that whoever has other things to do can do them in between. */
function* hashSteps(parts: readonly ColumnArray[], header: string): Generator<undefined, string> {
  const digest = new Digest();
  for (const part of parts) {
    digest.word(part.byteLength);
    if (part.BYTES_PER_ELEMENT === 1) {
      for (const byte of part) digest.word(byte);
      yield undefined;
      continue;
    }
    const words = new Uint32Array(part.buffer, part.byteOffset, part.byteLength >> 2);
    for (let at = 0; at < words.length; at += HASH_SLICE_WORDS) {
      const end = at + HASH_SLICE_WORDS;
      digest.words(words, at, end < words.length ? end : words.length);
      yield undefined;
    }
  }
  for (let i = 0; i < header.length; i++) digest.word(header.charCodeAt(i));
  return digest.hex();
}

function encodeAscii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function decodeAscii(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
