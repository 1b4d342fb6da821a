// Starts the exchange child and learns how it ended. Every child is killed when the tests end,
// whatever they did.

import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ChildSettings, Reply } from './exchange-child.ts';
import { onLine } from './lines.ts';

const CHILD = join(import.meta.dirname, 'exchange-child.ts');
const START_MS = 30_000;

export interface Child {
  readonly process: ChildProcess;
  /** Verdicts of the start; undefined when it died before it was ready. */
  readonly ready: Promise<readonly number[] | undefined>;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly errors: string;
}

const running = new Set<ChildProcess>();

export function killAllChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** @param under A program and its arguments that the child runs under, as strace. */
export function startChild(settings: ChildSettings, under: readonly string[] = []): Child {
  const [file, ...args] = [...under, process.execPath, CHILD, JSON.stringify(settings)];
  rmSync(settings.socket, { force: true });
  // Compiled code is kept from life to life: a start is then half as long.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(settings.directory, '..', 'compiled') };
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, errors });
    });
  });
  return { process: child, ready: readyOf(child, ended), ended };
}

async function readyOf(
  child: ChildProcess,
  ended: Promise<Ended>,
): Promise<readonly number[] | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the child does not start')), START_MS);
  });
  const line = new Promise<readonly number[]>((resolve) => {
    onLine(child.stdout!, (text) => {
      resolve((JSON.parse(text) as { verdicts: number[] }).verdicts);
    });
  });
  try {
    return await Promise.race([line, ended.then(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The state of a child that runs: its last durable sequence and its hash. */
export function askState(socket: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const line = connect(socket);
    line.once('error', reject);
    onLine(line, (text) => {
      line.end();
      resolve(JSON.parse(text) as Reply);
    });
    line.write('{"n":0}\n');
  });
}
