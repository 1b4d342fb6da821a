// A process that is killed: the engine with its journal in one directory, taking commands as JSON
// lines over a Unix socket and answering when they are durable. Started as `node exchange-child.ts
// SETTINGS`. With `kill` it ends itself by SIGKILL at one certain disk call.

import { createServer, type Socket } from 'node:net';
import type { Command } from '../../src/engine/command.ts';
import type { Disk } from '../../src/journal/disk.ts';
import { nodeDisk } from '../../src/journal/node-disk.ts';
import { currentProcess } from '../../src/journal/process-identity.ts';
import { describe } from '../../src/journal/verdict.ts';
import { EngineMachine, type Result } from '../../src/runtime/engine-machine.ts';
import type { Answer } from '../../src/runtime/group.ts';
import { type Runtime, startRuntime } from '../../src/runtime/runtime.ts';
import { onLine } from './lines.ts';
import { type Phase, watchDisk } from './watched-disk.ts';

export interface ChildSettings {
  readonly directory: string;
  readonly socket: string;
  readonly segmentBytes: number;
  readonly snapshotEvery: number;
  readonly kill?: KillPoint;
}

/** The `count`th call of an operation on a path that has `part` in its name. */
export interface KillPoint {
  readonly operation: string;
  readonly part: string;
  readonly phase: Phase;
  readonly count: number;
}

/** One line to the child; without a command it asks for the state. */
export interface Request {
  readonly n: number;
  readonly command?: Command;
}

/** One line back. `refused` and `unknown` carry no sequence. */
export interface Reply {
  readonly sequence: number;
  readonly n: number;
  readonly kind: Answer<Result>['kind'] | 'state';
  readonly time: number;
  readonly reason: number;
  readonly created: number;
  readonly repeated: boolean;
  readonly hash?: string;
}

const GROUP_BYTES = 32 * 1024;
const EXIT_REFUSED = 3;
const EXIT_STOPPED = 4;

if (process.argv[1] === import.meta.filename) {
  await run(JSON.parse(process.argv[2] ?? '') as ChildSettings);
}

async function run(settings: ChildSettings): Promise<void> {
  const machine = new EngineMachine();
  const { directory, segmentBytes, snapshotEvery, kill } = settings;
  const started = await startRuntime<Command, Result>({
    disk: kill === undefined ? nodeDisk : killingDisk(kill),
    directory,
    identity: currentProcess(),
    machine,
    fingerprint: machine.fingerprint,
    segmentBytes,
    snapshotEvery,
    groupBytes: GROUP_BYTES,
    onStop: (error) => {
      console.error(error);
      process.exit(EXIT_STOPPED);
    },
  });
  if (started.kind === 'refused') {
    console.error(describe(started.refusal));
    process.exit(EXIT_REFUSED);
  }
  const { runtime, findings } = started;
  const server = createServer((socket) => converse(socket, runtime, machine));
  server.listen(settings.socket, () => {
    console.log(JSON.stringify({ verdicts: findings.map(({ verdict }) => verdict) }));
  });
}

function converse(socket: Socket, runtime: Runtime<Command, Result>, machine: EngineMachine): void {
  socket.on('error', () => undefined); // a client that goes away misses its answers
  const reply = (line: Reply): void => {
    socket.write(`${JSON.stringify(line)}\n`);
  };
  onLine(socket, (text) => {
    const { n, command } = JSON.parse(text) as Request;
    if (command !== undefined) {
      runtime.sequencer.submit(command, (answer) => reply(replyOf(n, answer)));
      return;
    }
    void runtime.sequencer
      .copyAtBoundary(() => machine.engine.hash())
      .then((copied) => {
        if (copied === undefined) return;
        const { sequence, timeMs: time } = copied.moment;
        reply({ ...NOTHING, sequence, n, kind: 'state', time, hash: copied.copy });
      });
  });
}

const NOTHING = { sequence: 0, time: 0, reason: 0, created: 0, repeated: false } as const;

function replyOf(n: number, answer: Answer<Result>): Reply {
  if (answer.kind !== 'done') return { ...NOTHING, n, kind: answer.kind };
  const { sequence, time, reason, created, repeated } = answer.outcome;
  return { sequence, n, kind: 'done', time, reason, created, repeated };
}

/** A disk under which the process dies as under `kill -9`: no handler runs, nothing is flushed. */
function killingDisk({ operation, part, phase, count }: KillPoint): Disk {
  let left = count;
  return watchDisk(nodeDisk, (call, now) => {
    if (now !== phase || call.operation !== operation || !call.path.includes(part)) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  });
}
