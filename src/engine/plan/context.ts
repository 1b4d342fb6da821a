// What every plan works with: the state it reads, the log it writes, the overlay between them. One
// per engine.

import { MatchPlan, Taker } from '../../book/match.ts';
import * as table from '../../units/table.ts';
import type { MarketTerms } from '../command.ts';
import { EventLog } from '../event.ts';
import { Refusal } from '../reason.ts';
import type { Asset } from '../state/assets.ts';
import type { MarketShape } from '../state/market.ts';
import type { State } from '../state/state.ts';
import type { Brackets } from '../../margin/brackets.ts';
import { Assessment, Assessor } from './assess.ts';
import { EngineFillRule } from './fill-rule.ts';
import { Incoming } from './incoming.ts';
import { Overlay } from './overlay.ts';
import { OwnerGroups } from './own-side.ts';
import { Ranking } from './ranking.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;

/** Things that an event names but that are no numbers; one step makes at most one of each. */
export interface Staged {
  asset: Asset | undefined;
  shape: MarketShape | undefined;
  terms: MarketTerms | undefined;
  brackets: Brackets | undefined;
  /** Name of a created account and of its owner group. */
  name: string;
  owner: string;
  /** The client order id of the accepted order that carries one. */
  clientOrderId: string;
}

export class PlanContext {
  readonly state: State;
  readonly log = new EventLog();
  readonly refusal = new Refusal();
  readonly overlay: Overlay;
  readonly assessor: Assessor;
  readonly rule: EngineFillRule;
  readonly match: MatchPlan;
  readonly taker = new Taker();
  readonly incoming = new Incoming();
  /** Who is deleveraged first, as far as this command has needed to know. */
  readonly ranking = new Ranking();
  readonly owners = new OwnerGroups();
  /** The scope before the plan, where a plan must compare. */
  readonly before = new Assessment();
  readonly after = new Assessment();
  readonly staged: Staged = {
    asset: undefined,
    shape: undefined,
    terms: undefined,
    brackets: undefined,
    name: '',
    owner: '',
    clientOrderId: '',
  };
  /** The clock of the command being planned, ms. */
  now = 0;
  /** Where the step's events begin in the log, and how many events come before them. */
  stepStart = 0;
  private stepCount = 0;
  /** The market whose mark moved in this command, or NONE: a deficit belongs to it. */
  moved: number = NONE;
  /** Whether the command lets time alone do its work once it is accepted. */
  passesTime = false;
  /** The number of what the plan creates or names, for the outcome. */
  created = 0;

  constructor(state: State) {
    this.state = state;
    this.overlay = new Overlay(state, this.log);
    this.assessor = new Assessor(state, this.overlay);
    this.rule = new EngineFillRule(state, this.overlay, this.assessor);
    this.match = new MatchPlan(state.limits.fillsPerOrder);
  }

  /** Begins a command that says it comes at this time: forgets the last one's events. */
  begin(time: number): void {
    const { clock } = this.state;
    this.now = Number.isSafeInteger(time) && time > clock ? time : clock;
    this.log.clear();
    this.created = 0;
    this.moved = NONE;
    this.ranking.forget();
    this.passesTime = false;
    this.owners.forget();
    this.staged.clientOrderId = '';
    this.beginStep();
  }

  /** Begins a step: its events follow those of the steps before it. */
  beginStep(): void {
    this.stepStart = this.log.length;
    this.stepCount = this.log.count;
    this.refusal.reason = 0;
    this.assessor.begin();
  }

  /** Takes back what the step has planned so far. */
  rewind(): void {
    this.log.rewind(this.stepStart, this.stepCount);
    this.assessor.begin();
  }
}
