// The engine: one command in, its events or its refusal out. The first step of a command decides
// whether it is accepted; what follows from it (orders trimmed to a smaller position, stops that
// fire) are further steps of the same command, planned and committed one by one before the next
// command is taken.

import { hashAscii } from '../units/digest.ts';
import { rollWords } from '../units/rolling.ts';
import * as table from '../units/table.ts';
import { encodeBody } from './codec.ts';
import * as words from './command.ts';
import type { Command, CommandKind } from './command.ts';
import type { EventLog } from './event.ts';
import { limitsOf } from './limits-of.ts';
import * as bounds from './limits.ts';
import type { EngineLimits } from './limits.ts';
import { Outcome } from './outcome.ts';
import { PlanContext } from './plan/context.ts';
import { OrderResult } from './plan/order-plan.ts';
import { planCommand } from './plan/plan.ts';
import { isId, orderSlot } from './plan/validate.ts';
import { Query } from './query.ts';
import * as reasons from './reason.ts';
import { SnapshotBuffer, hashLedger, hashState, restoreState } from './snapshot.ts';
import type { Asset } from './state/assets.ts';
import * as idFields from './state/ids.ts';
import type { Market } from './state/market.ts';
import { State } from './state/state.ts';
import { Steps } from './steps.ts';
import type {
  AccountView,
  BookView,
  ConservationView,
  LimitsView,
  OrderView,
  PositionView,
} from './view.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { ANY_MARKET } = words;
const { DEFAULT_LIMITS } = bounds;
const { ID_INVALID, ID_REUSED, ID_TABLE_FULL, OK } = reasons;
const { ID_NUMBERS, ID_WORDS } = idFields;

/** Who remembers the ids of commands that belong to no account. */
const OPERATOR_IDS = 0;
/** Bytes of a command's content when it is hashed; more are made for one that is longer. */
const BODY_BYTES_FIRST = 4_096;

export class Engine {
  readonly state: State;
  readonly limits: EngineLimits;
  /** Lanes of the rolling digest over the events of all commands so far. */
  readonly digestLanes = new Uint32Array(4);
  private readonly context: PlanContext;
  private readonly steps: Steps;
  private readonly query: Query;
  private readonly snapshots = new SnapshotBuffer();
  private readonly result = new OrderResult();
  private readonly outcome = new Outcome();
  private readonly idHash = new Uint32Array(4);
  private readonly bodyHash = new Uint32Array(4);
  /** Who remembers the id of the command being executed. */
  private idAccount = OPERATOR_IDS;
  private body = new Uint8Array(BODY_BYTES_FIRST);
  private bodyWords = new Uint32Array(this.body.buffer);

  /** @param seeded False only for `restore`, which brings its own accounts. */
  constructor(limits: Partial<EngineLimits> = {}, seeded = true) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.state = new State(this.limits);
    if (seeded) this.state.seed();
    this.context = new PlanContext(this.state);
    this.steps = new Steps(this.context, this.result);
    this.query = new Query(this.state);
  }

  /** The events of the last `execute`, or of the first step of the last `preview`. Reused. */
  get events(): EventLog {
    return this.context.log;
  }

  /** The answer to the last command. Reused. */
  get lastOutcome(): Outcome {
    return this.outcome;
  }

  /** The client order id of the order that the last command placed; '' = none. */
  get clientOrderId(): string {
    return this.context.staged.clientOrderId;
  }

  /**
   * What `execute` would answer and the events of its first step, without any change. An id is not
   * looked at. The returned object is reused.
   */
  preview(command: Command): Outcome {
    const { context, outcome } = this;
    const reason = this.plan(command);
    outcome.sequence = this.state.sequence;
    outcome.time = context.now;
    outcome.repeated = false;
    outcome.taken = false;
    this.answer(reason);
    return outcome;
  }

  /**
   * Takes a command. A repeat of an id gives the first answer again and no event. A refusal changes
   * nothing but the table of ids, and without an id nothing at all: it takes no sequence. The
   * returned object is reused.
   * @throws AssertionError when an invariant is broken: the state must then not be used any more.
   */
  execute(command: Command): Outcome {
    const { context, outcome, state } = this;
    const hasId = command.id !== '';
    outcome.repeated = false;
    outcome.taken = false;
    if (hasId) {
      const known = this.lookUp(command);
      if (known !== OK) return this.refuseId(known);
      if (outcome.repeated) return outcome;
    }
    const reason = this.plan(command);
    outcome.taken = reason === OK || hasId;
    if (outcome.taken) state.sequence += 1;
    outcome.sequence = state.sequence;
    outcome.time = context.now;
    this.answer(reason);
    if (!outcome.taken) return outcome;
    if (reason === OK) {
      state.clock = context.now;
      const { steps } = this;
      steps.commitStep();
      if (context.passesTime) steps.passTime();
      if (steps.pending) steps.drain(isClockwork(command.kind));
    }
    rollWords(this.digestLanes, context.log.words, context.log.length * 2);
    if (hasId) this.remember();
    return outcome;
  }

  /**
   * 32 hexadecimal digits over the whole state: the same commands in the same order give the same.
   */
  hash(): string {
    return hashState(this.state, this.digestLanes);
  }

  /** The same without counters and remembered ids: a refused command leaves it as it is. */
  ledgerHash(): string {
    return hashLedger(this.state);
  }

  /** 32 hexadecimal digits over the events of all commands so far. */
  eventDigest(): string {
    let text = '';
    for (const lane of this.digestLanes) text += lane.toString(16).padStart(8, '0');
    return text;
  }

  /** A copy of the state as bytes; valid until the next call, because its buffer is used again. */
  snapshot(): Uint8Array[] {
    return this.snapshots.take(this.state, this.digestLanes);
  }

  /**
   * A copy of the state of its own, which no later one overwrites, in memory that other threads may
   * share.
   */
  copy(): Uint8Array[] {
    return new SnapshotBuffer(true).take(this.state, this.digestLanes);
  }

  /**
   * An engine that goes on where the one that gave `parts` was. @throws AssertionError when they
   * are damaged.
   */
  static restore(parts: readonly Uint8Array[], limits: Partial<EngineLimits> = {}): Engine {
    const engine = new Engine(limits, false);
    restoreState(engine.state, parts, engine.digestLanes);
    engine.steps.bandAll();
    return engine;
  }

  /** The number of an account, or NONE. */
  accountNumber(name: string): number {
    return this.state.names.number(name);
  }

  accountName(account: number): string {
    return this.state.names.name(account);
  }

  assetNumber(symbol: string): number {
    return this.state.assets.findIndex((asset) => asset.symbol === symbol);
  }

  marketNumber(symbol: string): number {
    return this.state.markets.findIndex((market) => market.symbol === symbol);
  }

  assets(): readonly Asset[] {
    return this.state.assets;
  }

  markets(): readonly Market[] {
    return this.state.markets;
  }

  book(market: number, levels: number, withQueue: boolean): BookView {
    return this.query.book(market, levels, withQueue);
  }

  orders(account: number, market: number = ANY_MARKET): OrderView[] {
    return this.query.orders(account, market);
  }

  /** One of the account's open orders, by number or, when that is 0, by client order id. */
  order(account: number, order: number, clientOrderId = ''): OrderView | undefined {
    const slot = orderSlot(this.state, account, order, clientOrderId);
    return slot === NONE ? undefined : this.query.order(slot);
  }

  account(account: number): AccountView {
    return this.query.account(account);
  }

  positions(account: number): PositionView[] {
    return this.query.positions(account);
  }

  /** The largest accepted inputs now; see limits-of.ts. `limitPrice` 0: at the reference price. */
  limitsOf(account: number, market: number, limitPrice = 0): LimitsView {
    return limitsOf(this.state, (command) => this.preview(command), account, market, limitPrice);
  }

  conservation(): ConservationView[] {
    return this.query.conservation();
  }

  private plan(command: Command): number {
    const { context } = this;
    const reason = planCommand(context, command, this.result);
    if (reason !== OK) context.rewind();
    return reason;
  }

  private answer(reason: number): void {
    const { outcome, context } = this;
    outcome.reason = reason;
    outcome.created = reason === OK ? context.created : 0;
    for (let i = 0; i < 3; i++) outcome.params[i] = reason === OK ? 0 : context.refusal.params[i];
  }

  /**
   * Checks and hashes the id; sets the outcome when it is known. Returns a refusal that takes no
   * sequence, or OK.
   */
  private lookUp(command: Command): number {
    const { state, outcome, idHash, bodyHash } = this;
    for (let i = 0; i < 3; i++) outcome.params[i] = 0;
    if (!isId(command.id)) return ID_INVALID;
    hashAscii(command.id, idHash);
    this.hashBody(command);
    const account = idOwner(state, command);
    this.idAccount = account;
    const row = state.ids.find(account, idHash);
    if (row === NONE) {
      outcome.params[0] = this.limits.ids;
      return state.ids.hasRoom(state.accounts, account) ? OK : ID_TABLE_FULL;
    }
    const { words, numbers, reason } = state.ids;
    outcome.params[0] = numbers[row * ID_NUMBERS];
    if (words[row * ID_WORDS + 4] !== bodyHash[0] || words[row * ID_WORDS + 5] !== bodyHash[1])
      return ID_REUSED;
    outcome.repeated = true;
    outcome.sequence = numbers[row * ID_NUMBERS];
    outcome.time = numbers[row * ID_NUMBERS + 1];
    outcome.created = numbers[row * ID_NUMBERS + 2];
    outcome.reason = reason[row];
    for (let i = 0; i < 3; i++) outcome.params[i] = numbers[row * ID_NUMBERS + 3 + i];
    this.context.log.clear();
    return OK;
  }

  private refuseId(reason: number): Outcome {
    const { outcome, state } = this;
    this.context.log.clear();
    outcome.sequence = state.sequence;
    outcome.time = state.clock;
    outcome.created = 0;
    outcome.reason = reason;
    return outcome;
  }

  private hashBody(command: Command): void {
    const { bodyHash } = this;
    let length = encodeBody(command, this.body, 0);
    if (length > this.body.length) {
      this.body = new Uint8Array(length * 8); // a whole number of pairs of words
      this.bodyWords = new Uint32Array(this.body.buffer);
      length = encodeBody(command, this.body, 0);
    }
    const words = ((length + 7) >> 3) << 1;
    for (let i = length; i < words * 4; i++) this.body[i] = 0;
    bodyHash[0] = length;
    bodyHash[1] = 0;
    bodyHash[2] = 0;
    bodyHash[3] = 0;
    rollWords(bodyHash, this.bodyWords, words);
  }

  private remember(): void {
    const { state, outcome, bodyHash, idHash, idAccount } = this;
    const row = state.ids.remember(state.accounts, idAccount, idHash, this.limits.idsPerAccount);
    const { words, numbers, reason } = state.ids;
    words[row * ID_WORDS + 4] = bodyHash[0];
    words[row * ID_WORDS + 5] = bodyHash[1];
    numbers[row * ID_NUMBERS] = outcome.sequence;
    numbers[row * ID_NUMBERS + 1] = outcome.time;
    numbers[row * ID_NUMBERS + 2] = outcome.created;
    for (let i = 0; i < 3; i++) numbers[row * ID_NUMBERS + 3 + i] = outcome.params[i];
    reason[row] = outcome.reason;
  }
}

/** Prices and time go on with what an earlier command's step bound has left over. */
const isClockwork = (kind: CommandKind): boolean =>
  kind === 'tick' || kind === 'update_index' || kind === 'settle_funding';

/** The account whose ring holds a command's id; commands of no account share the operator's. */
function idOwner(state: State, command: Command): number {
  return 'account' in command && state.isAccount(command.account) ? command.account : OPERATOR_IDS;
}
