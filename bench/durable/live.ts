// A running exchange core under load: closed loop, where so many commands are always under way, and
// open loop, where they arrive on schedule whatever the core does. A command counts when its answer
// is there, and answers come only when it is on the disk.

import type { Command } from '../../src/engine/command.ts';
import { nodeDisk } from '../../src/journal/node-disk.ts';
import { currentProcess } from '../../src/journal/process-identity.ts';
import { describe } from '../../src/journal/verdict.ts';
import { EngineMachine, type Result } from '../../src/runtime/engine-machine.ts';
import type { OnAnswer } from '../../src/runtime/group.ts';
import { type Runtime, startRuntime } from '../../src/runtime/runtime.ts';
import type { Flow } from '../../src/testing/flow/flow.ts';
import { BENCH_LIMITS, FlowSender, worldOf } from './flow-sender.ts';

/** Commands under way in a closed loop: what some thousand clients have open. */
const WINDOW = 16_384;

export interface Core {
  readonly machine: EngineMachine;
  readonly runtime: Runtime<Command, Result>;
}

export interface CoreOptions {
  readonly directory: string;
  readonly onApplied?: (sequence: number) => void;
}

/** Recovers what is in the directory. Snapshots are taken only when asked for. */
export async function openCore({ directory, onApplied }: CoreOptions): Promise<Core> {
  const machine = new EngineMachine(BENCH_LIMITS);
  const started = await startRuntime<Command, Result>({
    disk: nodeDisk,
    directory,
    identity: currentProcess(),
    machine,
    fingerprint: machine.fingerprint,
    snapshotEvery: 0,
    onStop: (error) => {
      throw error;
    },
    ...(onApplied === undefined ? {} : { onApplied }),
  });
  if (started.kind === 'refused') throw new Error(describe(started.refusal));
  return { machine, runtime: started.runtime };
}

/** Sends the rows of a flow through a sequencer and hears every answer, in order. */
export class Load {
  readonly core: Core;
  row = 0;
  answered = 0;
  private sent = 0;
  private readonly sender: FlowSender;
  private readonly flow: Flow;

  constructor(core: Core, flow: Flow, withIds: boolean) {
    this.core = core;
    this.flow = flow;
    this.sender = new FlowSender(flow, withIds);
  }

  get underWay(): number {
    return this.sent - this.answered;
  }

  /** Accounts and market, as fast as they go. */
  async makeWorld(): Promise<void> {
    const world = worldOf(this.flow.options.accounts);
    for (let next = world.next(); next.done !== true;) {
      while (this.mayGoOn() && next.done !== true) {
        this.submit(next.value, this.onAnswer);
        next = world.next();
      }
      await turn();
    }
    await this.settle();
  }

  /** Closed loop up to a row. */
  async runTo(row: number): Promise<void> {
    while (this.row < row) {
      while (this.row < row && this.mayGoOn()) this.sendRow(this.onAnswer);
      await turn();
    }
    await this.settle();
  }

  /**
   * Open loop: row `i` of `count` arrives `i / perSecond` after the begin. Returns for each how
   * long it took from then to its answer, in ms.
   */
  async arrive(count: number, perSecond: number): Promise<Float64Array> {
    const latencies = new Float64Array(count);
    const each = 1_000 / perSecond;
    const { sequencer } = this.core.runtime;
    const begin = performance.now();
    let heard = 0;
    const onAnswer: OnAnswer<Result> = (answer) => {
      this.onAnswer(answer);
      latencies[heard] = performance.now() - begin - heard * each;
      heard += 1;
    };
    for (let arrived = 0; arrived < count;) {
      const due = Math.min(count, Math.floor((performance.now() - begin) / each));
      while (arrived < due && sequencer.unavailable === undefined) {
        this.sendRow(onAnswer);
        arrived += 1;
      }
      await turn();
    }
    await this.settle();
    return latencies;
  }

  /** Every answer is there. */
  async settle(): Promise<void> {
    while (this.underWay > 0) await turn();
  }

  private mayGoOn(): boolean {
    return this.underWay < WINDOW && this.core.runtime.sequencer.unavailable === undefined;
  }

  private sendRow(onAnswer: OnAnswer<Result>): void {
    const { row, sender } = this;
    const mark = sender.markBefore(row);
    if (mark !== undefined) this.submit(mark, this.onAnswer);
    this.submit(sender.command(row), onAnswer);
    sender.made(row, this.core.machine.engine.lastOutcome.created);
    this.row = row + 1;
  }

  private submit(command: Command, onAnswer: OnAnswer<Result>): void {
    this.sent += 1;
    this.core.runtime.sequencer.submit(command, onAnswer);
  }

  private readonly onAnswer: OnAnswer<Result> = (answer) => {
    if (answer.kind !== 'done') throw new Error(`a command was answered ${answer.kind}`);
    if (answer.outcome.reason !== 0) throw new Error(`refused: ${answer.outcome.reason}`);
    this.answered += 1;
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
