// The load of bench/http.ts, in a process of its own: keep-alive connections with one request at a
// time on each, written and read by hand, so that the load takes as little of the machine as it
// can.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One request after the other over each connection, the texts of `requests` in turn. */
export interface Load {
  readonly port: number;
  readonly seconds: number;
  /** Per connection. */
  readonly requests: readonly (readonly string[])[];
}

export interface Measured {
  readonly answers: number;
  readonly failures: number;
  /** The first answer that was not 200, to be shown. */
  readonly firstFailure: string;
  readonly seconds: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time ÷ time of the load generator. */
  readonly loadCpu: number;
}

/** The work of the generator's process: answers a Load with what it measured. */
export async function generate({ port, seconds, requests }: Load): Promise<void> {
  const sockets = await Promise.all(requests.map(() => open(port)));
  const times: number[] = [];
  let failures = 0;
  let firstFailure = '';
  const cpu = process.cpuUsage();
  const began = performance.now();
  const until = began + seconds * 1_000;
  const onAnswer = (startedMs: number, answer: Buffer, isGood: boolean): boolean => {
    const now = performance.now();
    times.push(now - startedMs);
    if (!isGood) {
      if (failures === 0) firstFailure = answer.toString();
      failures += 1;
    }
    return now < until;
  };
  await Promise.all(sockets.map((socket, i) => drive(socket, requests[i], onAnswer)));
  const took = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const loadCpu = (user + system) / 1e6 / took;
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)];
  const answers = times.length;
  const counts = { answers, failures, firstFailure, seconds: took };
  process.send?.({ ...counts, p50: at(0.5), p99: at(0.99), loadCpu } satisfies Measured);
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Sends, waits for the whole answer, sends again, until `onAnswer` says no more. */
function drive(
  socket: Socket,
  texts: readonly string[],
  onAnswer: (startedMs: number, answer: Buffer, isGood: boolean) => boolean,
): Promise<void> {
  const requests = texts.map((text) => Buffer.from(text));
  return new Promise((resolve, reject) => {
    let turn = 0;
    let startedMs = 0;
    let held: Buffer | undefined;
    const send = (): void => {
      startedMs = performance.now();
      socket.write(requests[turn % requests.length]);
      turn += 1;
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.on('data', (chunk: Buffer) => {
      const answer = held === undefined ? chunk : Buffer.concat([held, chunk]);
      if (answer.length < lengthOf(answer)) {
        held = answer;
        return;
      }
      held = undefined;
      const isGood = answer.toString('latin1', 9, 12) === '200';
      // A pair is finished, so that the book is as it was.
      if (onAnswer(startedMs, answer, isGood) || turn % requests.length !== 0) return send();
      socket.removeAllListeners('close');
      socket.destroy();
      resolve();
    });
    send();
  });
}

/** Bytes of an answer with a content-length, which every answer here has. */
function lengthOf(answer: Buffer): number {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return Number.POSITIVE_INFINITY;
  const length = /content-length: (\d+)/i.exec(answer.toString('latin1', 0, end))?.[1];
  if (length === undefined) throw new Error('an answer without content-length');
  return end + 4 + Number(length);
}
