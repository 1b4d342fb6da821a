// What the history is made from: one record per journaled command, with its events, and beside them
// the facts that are no numbers (names and units of what the events create). A record is plain data
// and refers to no engine, so it can wait in a queue while the engine goes on.

import type { Engine } from '../engine/engine.ts';
import { ACCOUNT_CREATED, ASSET_CREATED, EVENT_WIDTHS, MARKET_CREATED } from '../engine/event.ts';
import { assert } from '../units/assert.ts';

export interface AssetFact {
  readonly kind: 'asset';
  readonly asset: number;
  readonly symbol: string;
  readonly decimals: number;
  readonly settlement: boolean;
}

export interface MarketFact {
  readonly kind: 'market';
  readonly market: number;
  readonly symbol: string;
  readonly marketKind: number;
  readonly base: number;
  readonly quote: number;
  readonly priceUnit: string;
  readonly sizeUnit: string;
  readonly multiplier: number;
  readonly baseMultiplier: number;
  readonly tickSize: number;
  readonly lotSize: number;
}

export interface AccountFact {
  readonly kind: 'account';
  readonly account: number;
  readonly name: string;
  readonly owner: string;
}

/** What an event names but does not say. It never changes afterwards. */
export type Fact = AssetFact | MarketFact | AccountFact;

/** What the runtime hands to its followers, as far as the history needs it. */
export interface HistoryOutcome {
  readonly events: Float64Array;
  readonly clientOrderId: string;
}

export interface HistoryRecord extends HistoryOutcome {
  readonly sequence: number;
  /** Milliseconds since the epoch; never less than that of the record before. */
  readonly time: number;
  readonly facts: readonly Fact[];
}

/** Bits of an id below the sequence: the event's place in its command, then the side of a fill. */
const PLACE_BITS = 25n;
const PLACE_MAX = 2 ** 24;

/**
 * The id of what one event says: the same in every rebuild, ascending in time. `part` 1 is the
 * taker's side of a fill.
 */
export function idOf(sequence: number, place: number, part: 0 | 1 = 0): bigint {
  assert(place < PLACE_MAX, 'a command has too many events for the history');
  return (BigInt(sequence) << PLACE_BITS) | (BigInt(place) << 1n) | BigInt(part);
}

/** The command that an id belongs to. */
export function sequenceOf(id: bigint): number {
  return Number(id >> PLACE_BITS);
}

/** A record of a command whose events are given; `engine` has executed it, and perhaps more. */
export function recordOf(
  sequence: number,
  time: number,
  outcome: HistoryOutcome,
  engine: Engine,
): HistoryRecord {
  const { events, clientOrderId } = outcome;
  return { sequence, time, events, clientOrderId, facts: factsOf(events, engine) };
}

/** A record of the command that the engine has just executed; its events are copied. */
export function recordOfLast(sequence: number, time: number, engine: Engine): HistoryRecord {
  const { data, length } = engine.events;
  const { clientOrderId } = engine;
  return recordOf(sequence, time, { events: data.slice(0, length), clientOrderId }, engine);
}

const NO_FACTS: readonly Fact[] = [];

/** The facts of what the events create. */
export function factsOf(events: Float64Array, engine: Engine): readonly Fact[] {
  let facts: Fact[] | undefined;
  for (let at = 0; at < events.length; at += EVENT_WIDTHS[events[at]]) {
    const kind = events[at];
    if (kind !== ACCOUNT_CREATED && kind !== ASSET_CREATED && kind !== MARKET_CREATED) continue;
    facts ??= [];
    const number = events[at + 1];
    if (kind === ACCOUNT_CREATED) facts.push(accountFact(engine, number));
    else if (kind === ASSET_CREATED) facts.push(assetFact(engine, number));
    else facts.push(marketFact(engine, number));
  }
  return facts ?? NO_FACTS;
}

export function assetFact(engine: Engine, asset: number): AssetFact {
  const { symbol, decimals, settlement } = engine.assets()[asset];
  return { kind: 'asset', asset, symbol, decimals, settlement };
}

export function marketFact(engine: Engine, market: number): MarketFact {
  const {
    symbol,
    kind: marketKind,
    base,
    quote,
    priceUnit,
    sizeUnit,
    multiplier,
    ...rest
  } = engine.markets()[market];
  const { baseMultiplier, tickSize, lotSize } = rest;
  return {
    kind: 'market',
    market,
    symbol,
    marketKind,
    base,
    quote,
    priceUnit,
    sizeUnit,
    multiplier,
    baseMultiplier,
    tickSize,
    lotSize,
  };
}

export function accountFact(engine: Engine, account: number): AccountFact {
  const { groups, accounts } = engine.state;
  const name = engine.accountName(account);
  return { kind: 'account', account, name, owner: groups.name(accounts.groupOf(account)) };
}
