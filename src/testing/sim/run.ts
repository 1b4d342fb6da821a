// One seeded run of the engine with everything checked after every command: invariants, previews
// against execution, refusals that change nothing, events that continue each other. A failure names
// the seed and the command.

import { encodeCommand, decodeCommand } from '../../engine/codec.ts';
import type { Command } from '../../engine/command.ts';
import { Engine } from '../../engine/engine.ts';
import {
  EVENTS,
  EVENT_WIDTHS,
  ORDER_ACCEPTED,
  ORDER_CANCELLED,
  ORDER_FILLED,
  ORDER_TRIGGERED,
  POSITION_CHANGED,
} from '../../engine/event.ts';
import { violations } from '../../engine/invariants.ts';
import type { EngineLimits } from '../../engine/limits.ts';
import { Sfc32 } from '../flow/sfc32.ts';
import { RandomCommands, worldCommands } from './random-commands.ts';

export interface SimOptions {
  readonly seed: number;
  readonly commands: number;
  readonly accounts: number;
  /** Invariants are recomputed from scratch after every so many commands. */
  readonly checkEvery: number;
  /** Every command is previewed first; the state is hashed around every so many of them. */
  readonly hashEvery: number;
  readonly limits?: Partial<EngineLimits>;
  /** Where the commands come from; without it the world and flow of random-commands.ts. */
  readonly source?: (engine: Engine, random: Sfc32) => SimSource;
  /** What else must hold after a command: everything that does not, in words. */
  readonly inspect?: (engine: Engine, command: Command) => readonly string[];
  /** An engine restored from a snapshot every so many commands must give the same; 0 = none. */
  readonly restoreEvery?: number;
}

/** The commands that make a world, then one after the other for as long as asked. */
export interface SimSource {
  readonly world: readonly Command[];
  next(): Command;
}

export interface SimReport {
  readonly engine: Engine;
  readonly script: readonly Command[];
  readonly previews: number;
  readonly accepted: number;
  readonly refused: ReadonlyMap<number, number>;
  readonly events: ReadonlyMap<string, number>;
}

/** Runs a seed. @throws Error naming seed, command and what does not hold. */
export function runSim(options: SimOptions): SimReport {
  const { seed, commands, accounts, checkEvery, hashEvery, limits, inspect } = options;
  const { restoreEvery = 0 } = options;
  const engine = new Engine(limits);
  const dice = new Sfc32(seed);
  const source = options.source?.(engine, dice) ?? tameSource(engine, dice, accounts);
  const script: Command[] = [];
  const refused = new Map<number, number>();
  const events = new Map<string, number>();
  let accepted = 0;
  let previews = 0;
  let twin = new Engine(limits);
  const { world } = source;
  for (let i = 0; i < world.length + commands; i++) {
    const command = world[i] ?? source.next();
    script.push(command);
    const fail = (what: string): never => {
      throw new Error(`seed ${seed}, command ${i} ${JSON.stringify(command)}: ${what}`);
    };
    const isHashed = i % hashEvery === 0;
    const previewed = previewOf(engine, command, isHashed, fail);
    const before = isHashed ? engine.ledgerHash() : '';
    const outcome = engine.execute(command);
    if (!outcome.repeated) {
      previews += 1;
      comparePreview(engine, command, previewed, fail);
      if (isHashed && !outcome.accepted && engine.ledgerHash() !== before)
        fail('a refused command changed the ledger');
    }
    if (outcome.accepted) accepted += 1;
    else refused.set(outcome.reason, (refused.get(outcome.reason) ?? 0) + 1);
    checkEvents(engine, command, events, fail);
    if (i % checkEvery === 0) for (const violation of violations(engine.state)) fail(violation);
    for (const violation of inspect?.(engine, command) ?? []) fail(violation);
    if (restoreEvery === 0) continue;
    twin.execute(command);
    if (twin.eventDigest() !== engine.eventDigest()) fail('a restored engine did something else');
    if (i % restoreEvery === 0) twin = Engine.restore(engine.snapshot(), limits);
  }
  if (restoreEvery !== 0 && twin.hash() !== engine.hash())
    throw new Error(`seed ${seed}: a restored engine ends in another state`);
  return { engine, script, previews, accepted, refused, events };
}

function tameSource(engine: Engine, random: Sfc32, accounts: number): SimSource {
  const flow = new RandomCommands(engine, random, accounts);
  return { world: worldCommands(accounts), next: () => flow.next() };
}

/** Executes the script again, each command through its bytes. */
export function replayScript(
  script: readonly Command[],
  limits: Partial<EngineLimits> = {},
): Engine {
  const engine = new Engine(limits);
  const bytes = new Uint8Array(65_536);
  for (const command of script) {
    const length = encodeCommand(command, bytes, 0);
    engine.execute(decodeCommand(bytes, 0, length));
  }
  return engine;
}

interface Previewed {
  readonly reason: number;
  readonly params: readonly number[];
  readonly events: Float64Array;
}

function previewOf(
  engine: Engine,
  command: Command,
  isHashed: boolean,
  fail: (what: string) => never,
): Previewed {
  const before = isHashed ? engine.hash() : '';
  const { reason, params } = engine.preview(command);
  const previewed = {
    reason,
    params: [...params],
    events: engine.events.data.slice(0, engine.events.length),
  };
  if (isHashed && engine.hash() !== before) fail('a preview changed the state');
  return previewed;
}

/** The preview's answer is the execution's, and its events are the first of the execution's. */
function comparePreview(
  engine: Engine,
  command: Command,
  previewed: Previewed,
  fail: (what: string) => never,
): void {
  const { outcome, events } = { outcome: engine.lastOutcome, events: engine.events };
  const isIdRefusal = command.id !== '' && outcome.reason >= 100 && outcome.reason <= 102;
  if (isIdRefusal) return;
  if (outcome.reason !== previewed.reason)
    fail(`preview says ${previewed.reason}, execution ${outcome.reason}`);
  if (outcome.reason !== 0 && outcome.params.some((value, i) => value !== previewed.params[i]))
    fail('preview has other numbers');
  if (previewed.events.length > events.length) fail('preview has more events than execution');
  previewed.events.forEach((value, i) => {
    if (events.data[i] !== value)
      fail(`preview differs from execution at ${i}: ${value} and ${events.data[i]}`);
  });
}

function checkEvents(
  engine: Engine,
  command: Command,
  counts: Map<string, number>,
  fail: (what: string) => never,
): void {
  const { data, length } = engine.events;
  let firstStep = true;
  for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) {
    const event = EVENTS[data[at]];
    if (event === undefined) return fail(`event ${data[at]} is not known`);
    counts.set(event.name, (counts.get(event.name) ?? 0) + 1);
    for (let i = at; i < at + EVENT_WIDTHS[data[at]]; i++) {
      if (!Number.isSafeInteger(data[i]) || Object.is(data[i], -0))
        fail(`${event.name} holds ${data[i]} at ${i - at}`);
    }
    if (data[at] === ORDER_FILLED && data[at + 8] <= 0) fail('a fill of nothing');
    if (data[at] === ORDER_FILLED && command.kind === 'place_order')
      checkFill(command, data, at, fail);
    if (data[at] === ORDER_TRIGGERED) firstStep = false;
    if (firstStep && data[at] === POSITION_CHANGED) checkReduceOnly(command, data, at, fail);
  }
  if (command.kind === 'place_order') checkSizes(data, length, fail);
}

/** I6: the taker never trades worse than its limit. */
function checkFill(
  command: Command & { kind: 'place_order' },
  data: Float64Array,
  at: number,
  fail: (what: string) => never,
): void {
  if (command.type !== 0 || command.price === 0 || data[at + 2] !== data[1]) return;
  if (command.side * (data[at + 7] - command.price) > 0)
    fail(`filled at ${data[at + 7]}, limit ${command.price}`);
  if (command.postOnly) fail('a post-only order traded as taker');
}

/** I8: reduce-only never increases. */
function checkReduceOnly(
  command: Command,
  data: Float64Array,
  at: number,
  fail: (what: string) => never,
): void {
  if (
    command.kind !== 'place_order' ||
    !command.reduceOnly ||
    command.type > 1 ||
    data[at + 1] !== command.account
  )
    return;
  const before = data[at + 3];
  const after = data[at + 6];
  if (before * after < 0 || Math.abs(after) > Math.abs(before))
    fail(`reduce-only took ${before} to ${after}`);
}

/** I7: filled + resting + cancelled = size, for the order that the command placed. */
function checkSizes(data: Float64Array, length: number, fail: (what: string) => never): void {
  if (length === 0 || data[0] !== ORDER_ACCEPTED) return;
  const order = data[1];
  if (data[5] > 1) return;
  let sum = data[16];
  for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) {
    if (data[at] === ORDER_FILLED && data[at + 2] === order) sum += data[at + 8];
    if (data[at] === ORDER_CANCELLED && data[at + 1] === order && data[at + 7] === -1)
      sum += data[at + 5];
  }
  if (sum !== data[7])
    fail(`order ${order}: filled, resting and cancelled are ${sum} of ${data[7]}`);
}
