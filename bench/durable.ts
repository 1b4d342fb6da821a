// The benchmark of durability: `node bench/durable.ts [--quick] [--json FILE] [--rounds N]
// [--directory DIR] [--only CASE]`. Durable commands per second and their latency, recovery, and
// snapshots, beside the in-memory rate of npm nodejs-order-book in the same round. Every case runs
// in a process of its own, the rounds one after the other; medians are printed. It fails when
// something was refused or not durable, never for being slow.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AS_SERVED, compileFirst } from './as-served.ts';
import {
  CONTINUES,
  DURABLE_CASES,
  type DurableCase,
  type DurableFigures,
} from './durable/cases.ts';
import { report, type Round } from './durable/report.ts';
import type { Measurement } from './subject.ts';

const WORKER = join(import.meta.dirname, 'durable', 'worker.ts');
const PEER_WORKER = join(import.meta.dirname, 'worker.ts');
const PEER = 'nodejs-order-book';
const ROUNDS = 3;
/** A case that runs longer hangs: the slowest makes a million accounts and takes a minute. */
const CASE_MS_MAX = 600_000;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    rounds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    directory: { type: 'string', default: tmpdir() },
  },
});
const speed = options.quick ? 'quick' : 'full';

await main();

async function main(): Promise<void> {
  const count = Number(options.rounds ?? (options.quick ? 1 : ROUNDS));
  if (!(count >= 1)) throw new Error('--rounds is a whole number above zero');
  compileFirst(PEER_WORKER);
  compileFirst(WORKER);
  const rounds: Round[] = [];
  for (let i = 1; i <= count; i += 1) rounds.push(await runRound(`round ${i} of ${count}`));
  note('');
  console.log(report(rounds, options.quick));
  if (options.json === undefined) return;
  writeFileSync(options.json, `${JSON.stringify({ quick: options.quick, rounds }, null, 2)}\n`);
}

/** Every case once, in a directory that is gone afterwards. */
async function runRound(title: string): Promise<Round> {
  const folder = mkdtempSync(join(options.directory, 'plimsoll-durable-'));
  try {
    note(`${title}: ${PEER}`);
    const peer = (await run([PEER_WORKER, PEER, options.seed, speed])) as Measurement;
    const figures: Partial<Record<DurableCase, DurableFigures>> = {};
    for (const one of wantedCases()) {
      note(`${title}: ${one}`);
      const directory = join(folder, CONTINUES[one] ?? one);
      mkdirSync(directory, { recursive: true });
      const args = [WORKER, one, directory, options.seed, speed];
      figures[one] = (await run(args)) as DurableFigures;
      const isDone = !Object.values(CONTINUES).includes(one);
      if (isDone) rmSync(directory, { recursive: true, force: true });
    }
    const { timed, seconds, cpu } = peer;
    return { peer: { perSecond: timed / seconds, cpu }, figures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A case that continues another needs that one. */
function wantedCases(): DurableCase[] {
  const { only } = options;
  if (only === undefined) return [...DURABLE_CASES];
  const unknown = only.find((name) => !DURABLE_CASES.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`--only: one of ${DURABLE_CASES.join(', ')}`);
  const wanted = new Set(only);
  for (const one of DURABLE_CASES) {
    const before = CONTINUES[one];
    if (wanted.has(one) && before !== undefined) wanted.add(before);
  }
  return DURABLE_CASES.filter((one) => wanted.has(one));
}

/** One case in a process of its own. */
async function run(args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...AS_SERVED },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: CASE_MS_MAX,
  });
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${args[1]} ended with ${code ?? 'a signal: it took too long'}`);
  return JSON.parse(output);
}

function note(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
}
