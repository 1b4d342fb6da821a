// A client that never gives up: it sends commands with ids, writes down every acknowledgement, and
// after each death of the exchange sends everything unacknowledged again, in order, under the same
// ids. Now and then it repeats what was acknowledged long ago, and must get the same answer.

import { connect, type Socket } from 'node:net';
import type { Command } from '../../src/engine/command.ts';
import type { Sfc32 } from '../../src/testing/flow/sfc32.ts';
import { commandFrom, type KnownOrder } from './command-source.ts';
import type { Reply, Request } from './exchange-child.ts';
import { onLine } from './lines.ts';

const RETRY_MS = 3;
const REPEAT_PERCENT = 3;
/**
 * The engine forgets ids after a thousand newer ones of an account: what is repeated is younger.
 */
const RECENT = 30;
const KNOWN_ORDERS = 20;

export interface Acknowledged {
  readonly command: Command;
  readonly reply: Reply;
}

export interface ClientOptions {
  readonly name: string;
  readonly templates: readonly Command[];
  readonly random: Sfc32;
  readonly window: number;
}

export class Client {
  readonly acknowledged = new Map<string, Acknowledged>();
  /** What went wrong, in words. */
  readonly faults: string[] = [];
  resent = 0;
  repeatsAnswered = 0;
  private readonly options: ClientOptions;
  private readonly unanswered = new Map<number, Command>();
  /** Numbers of requests that repeat an acknowledged command. */
  private readonly repeats = new Map<number, Command>();
  private readonly recent: string[] = [];
  private readonly knownOrders: KnownOrder[] = [];
  private socket: Socket | undefined;
  private sent = 0;
  private made = 0;
  private isMaking = false;
  private onIdle: (() => void) | undefined;

  constructor(options: ClientOptions) {
    this.options = options;
  }

  /** Hands commands over that are sent before any of its own. */
  enqueue(commands: readonly Command[]): void {
    for (const command of commands) this.unanswered.set((this.sent += 1), command);
  }

  /** Connects, sends what is unanswered again, and goes on with new commands if `makes`. */
  live(path: string, makes: boolean): void {
    this.isMaking = makes;
    const socket = connect(path);
    this.socket = socket;
    socket.on('error', () => undefined); // the exchange has died: `unanswered` knows what to do
    onLine(socket, (line) => this.take(JSON.parse(line) as Reply));
    const again = [...this.unanswered.values()];
    this.unanswered.clear();
    this.repeats.clear();
    this.resent += again.length;
    for (const command of again) this.send(command);
    this.fill();
  }

  /** Resolves when everything that was sent has been answered. */
  async drained(): Promise<void> {
    this.isMaking = false;
    if (this.unanswered.size === 0) return;
    await new Promise<void>((resolve) => {
      this.onIdle = resolve;
    });
  }

  /** The line is dead. */
  async hungUp(): Promise<void> {
    const { socket } = this;
    this.isMaking = false;
    if (socket === undefined || socket.closed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.end();
      socket.resume();
    });
  }

  private fill(): void {
    const { window } = this.options;
    while (this.isMaking && this.unanswered.size + this.repeats.size < window) this.sendNext();
    if (this.unanswered.size === 0) this.onIdle?.();
  }

  private sendNext(): void {
    const { name, templates, random } = this.options;
    if (this.recent.length > 0 && random.below(100) < REPEAT_PERCENT) {
      const id = this.recent[random.below(this.recent.length)];
      const known = this.acknowledged.get(id);
      if (known !== undefined) this.write(known.command, this.repeats);
      return;
    }
    const template = templates[random.below(templates.length)];
    const known = this.knownOrders[random.below(this.knownOrders.length + 1)];
    this.made += 1;
    this.send(commandFrom(template, `${name}-${this.made}`, known, Date.now()));
  }

  private send(command: Command): void {
    this.write(command, this.unanswered);
  }

  private write(command: Command, into: Map<number, Command>): void {
    this.sent += 1;
    into.set(this.sent, command);
    const request: Request = { n: this.sent, command };
    this.socket?.write(`${JSON.stringify(request)}\n`);
  }

  private take(reply: Reply): void {
    const { n } = reply;
    const command = this.unanswered.get(n) ?? this.repeats.get(n);
    if (command === undefined) return; // of an earlier life
    if (reply.kind === 'unknown') return; // asked again after the restart
    const isRepeat = this.repeats.delete(n);
    if (reply.kind === 'refused') {
      if (!isRepeat) setTimeout(() => this.retry(n), RETRY_MS);
      return;
    }
    this.unanswered.delete(n);
    if (isRepeat) this.compare(command, reply);
    else this.note(command, reply);
    this.fill();
  }

  private retry(n: number): void {
    const command = this.unanswered.get(n);
    if (command === undefined) return;
    this.unanswered.delete(n);
    this.send(command);
  }

  private note(command: Command, reply: Reply): void {
    if (this.acknowledged.has(command.id)) this.faults.push(`${command.id} has two first answers`);
    this.acknowledged.set(command.id, { command, reply });
    if (this.recent.push(command.id) > RECENT) this.recent.shift();
    if (command.kind !== 'place_order' || reply.created === 0) return;
    const { account } = command;
    if (this.knownOrders.push({ account, order: reply.created }) > KNOWN_ORDERS) {
      this.knownOrders.shift();
    }
  }

  private compare(command: Command, reply: Reply): void {
    this.repeatsAnswered += 1;
    const first = this.acknowledged.get(command.id)?.reply;
    const same =
      first !== undefined &&
      reply.repeated &&
      reply.sequence === first.sequence &&
      reply.time === first.time &&
      reply.reason === first.reason &&
      reply.created === first.created;
    if (same) return;
    this.faults.push(`${command.id}: ${JSON.stringify(first)} became ${JSON.stringify(reply)}`);
  }
}
