// The benchmark: `npm run bench`. Every case runs once per round in a process of its own, the
// rounds one after the other, so that a slow moment of the machine meets all of them; what is
// printed are medians. How to read the table is in docs/operating/benchmarks.md. It fails when
// something traded what it should not have, never for being slow.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AS_SERVED, compileFirst } from './as-served.ts';
import { CASES, type CaseName } from './cases.ts';
import type { Measurement } from './subject.ts';
import { results, table, type CaseResult } from './table.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');
const ROUNDS = 3;
const SEED = 1;
/** A case that runs longer hangs: the slowest takes some twenty seconds. */
const CASE_MS_MAX = 300_000;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    rounds: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const { quick } = options;
  const rounds = options.rounds === undefined ? (quick ? 1 : ROUNDS) : whole(options.rounds);
  const seed = options.seed === undefined ? SEED : whole(options.seed);
  const cases = CASES.filter(({ name }) => options.only?.includes(name) ?? true);
  if (cases.length === 0)
    throw new Error(`--only: one of ${CASES.map(({ name }) => name).join(', ')}`);
  const measured = new Map<CaseName, Measurement[]>(cases.map(({ name }) => [name, []]));
  compileFirst(WORKER);
  for (let round = 0; round < rounds; round++) {
    for (const { name, label } of cases) {
      note(`round ${round + 1} of ${rounds}: ${label}`);
      measured.get(name)?.push(await runOnce(name, seed, quick));
    }
  }
  note('');
  const list = results(measured);
  console.log(`${heading(rounds, seed, quick)}\n\n${table(list, !quick)}\n\n${footnotes(list)}`);
  if (options.json !== undefined) writeJson(options.json, { seed, rounds, quick, results: list });
  return list.every(({ agrees }) => agrees) ? 0 : 1;
}

/** One case in a process of its own. */
async function runOnce(name: CaseName, seed: number, quick: boolean): Promise<Measurement> {
  const args = [WORKER, name, `${seed}`, quick ? 'quick' : 'full'];
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
  if (code !== 0)
    throw new Error(`the case ${name} ended with ${code ?? 'a signal: it took too long'}`);
  return JSON.parse(output) as Measurement;
}

function heading(rounds: number, seed: number, quick: boolean): string {
  const how = quick ? 'quick: one short round says little about speed' : 'medians';
  return (
    `Order flow with seed ${seed}, 10,000 orders resting: 60 % passive, 25 % cancels, 6 % IOC, ` +
    `4 % crossing, 5 % market.\n${rounds} interleaved rounds, each case in a process of its own; ${how}.`
  );
}

function footnotes(list: readonly CaseResult[]): string {
  const clocks = list.flatMap(({ latency }) => (latency === undefined ? [] : [latency.clock]));
  const lines = [
    `Single commands include the clock, which alone takes ${Math.round(Math.max(...clocks, 0))} ns.`,
  ];
  for (const { label, copy, resting, accounts } of list) {
    if (copy === undefined) continue;
    const megabytes = copy.bytes / 1e6;
    const each = (copy.ms / megabytes).toFixed(3);
    lines.push(
      `${label}: ${copy.ms.toFixed(1)} ms for ${megabytes.toFixed(1)} MB, ${each} ms per MB ` +
        `(${resting.toLocaleString('en-US')} orders resting, ` +
        `${accounts.toLocaleString('en-US')} accounts).`,
    );
  }
  const agreed = list.every(({ agrees }) => agrees);
  lines.push(agreed ? 'All traded exactly what the generator says.' : 'NOT all traded the same.');
  return lines.join('\n');
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

function note(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`expected a whole number above zero: ${text}`);
  return Number(text);
}
