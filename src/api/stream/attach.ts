// Where the stream meets the server: the upgrade at /ws with its checks, heartbeats, and the end.
// Upgrades elsewhere are not ours and go on as ordinary requests.

import type { FastifyInstance } from 'fastify';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { MESSAGE_BYTES_MAX } from '../../contract/stream/messages.ts';
import { edgeProblem } from '../../contract/problem.ts';
import { isoTime } from '../../contract/words.ts';
import type { ApiContext } from '../context.ts';
import { ProblemError, refuse } from '../problem-error.ts';
import { Caller } from './caller.ts';
import { Commands } from './commands.ts';
import { Connection } from './connection.ts';
import { Hub } from './hub.ts';
import { STREAM_LIMITS, type StreamLimits } from './limits.ts';
import { textFrame } from './outbox.ts';

const PATH = '/ws';
/** How often a stop looks whether commands have been answered. */
const DRAIN_LOOK_MS = 10;

/** Adds the stream to a server that does not listen yet. */
export async function attachStream(
  app: FastifyInstance,
  context: ApiContext,
  limits: Partial<StreamLimits> = {},
): Promise<void> {
  const stream = new Stream(app, context, { ...STREAM_LIMITS, ...limits });
  await stream.begin();
}

class Stream {
  private readonly context: ApiContext;
  private readonly hub: Hub;
  private readonly commands: Commands;
  private readonly connections = new Set<Connection>();
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: false,
    autoPong: false,
  });
  private readonly timer: NodeJS.Timeout;
  private isClosing = false;

  constructor(app: FastifyInstance, context: ApiContext, limits: StreamLimits) {
    this.context = context;
    this.hub = new Hub(context, limits);
    this.hub.onFailed = () => {
      for (const connection of this.connections) connection.close('failed');
    };
    this.commands = new Commands(app, context);
    Object.assign(app.server, { shouldUpgradeCallback: isForUs });
    app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.upgrade(request, socket, head),
    );
    context.metrics.watchStream(() => ({
      connections: this.connections.size,
      counts: this.hub.counts,
      subscriptions: this.hub.subscriptions(),
    }));
    this.timer = setInterval(() => this.beat(), limits.heartbeatMs);
    app.addHook('preClose', () => this.stop());
  }

  begin(): Promise<void> {
    return this.hub.begin();
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      const caller = this.admit(request);
      this.server.handleUpgrade(request, socket, head, (ws) => {
        const { hub, commands, context } = this;
        const connection = new Connection({ ws, socket, caller, hub, commands, context });
        this.connections.add(connection);
        hub.counts.opened += 1;
        ws.on('close', () => this.connections.delete(connection));
        context.onPresence();
      });
    } catch (error) {
      this.turnAway(socket, error);
    }
  }

  /** @throws ProblemError */
  private admit(request: IncomingMessage): Caller {
    if (this.isClosing) throw refuse('CLOSING');
    if (this.hub.hasFailed) throw refuse('BUSY', 'The stream has failed; HTTP goes on.');
    const caller = new Caller(request, this.context);
    let own = 0;
    for (const connection of this.connections) {
      if (connection.caller.name === caller.name) own += 1;
    }
    if (own < this.hub.limits.connectionsPerCaller) return caller;
    throw new ProblemError(edgeProblem('RATE_LIMITED', 'Too many connections at once.'), 1);
  }

  private turnAway(socket: Duplex, error: unknown): void {
    const isProblem = error instanceof ProblemError;
    if (!isProblem) this.context.log.error({ err: error }, 'an upgrade failed');
    const problem = isProblem ? error.problem : edgeProblem('INTERNAL');
    const wait = isProblem ? error.retryAfter : undefined;
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      ...(wait === undefined ? [] : [`retry-after: ${wait}`]),
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  }

  private beat(): void {
    if (this.connections.size > 0) this.context.onPresence();
    const sentAt = isoTime(this.context.nowMs());
    const { sequence } = this.hub;
    const text = JSON.stringify({ type: 'heartbeat', sequence, sent_at: sentAt });
    const frame = textFrame(text);
    for (const connection of this.connections) connection.beat(frame);
    this.hub.sweep();
  }

  /** Commands that were taken get their answers; then everybody is told to go. */
  private async stop(): Promise<void> {
    this.isClosing = true;
    clearInterval(this.timer);
    for (const connection of this.connections) connection.drain();
    const last = performance.now() + this.hub.limits.closeMs;
    const areBusy = (): boolean => [...this.connections].some(({ inFlight }) => inFlight > 0);
    while (areBusy() && performance.now() < last) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    }
    for (const connection of this.connections) connection.close('going_away');
    this.hub.stop();
  }
}

function isForUs({ url = '', headers }: IncomingMessage): boolean {
  const [path] = url.split('?', 1);
  return path === PATH && headers.upgrade?.toLowerCase() === 'websocket';
}
