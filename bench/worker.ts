// Runs one case once and prints its measurement as one line of JSON: `node bench/worker.ts CASE
// SEED full|quick`. A process per case and round keeps one engine's compiled code, garbage and
// cache from helping or hurting another.

import { ONLY_LOAD } from './as-served.ts';
import { CASES, type BenchCase } from './cases.ts';
import { measure, type Measurement, type Subject } from './subject.ts';
import { tuneCompiler } from '../src/runtime/tuning.ts';
import type { Flow } from '../src/testing/flow/flow.ts';

tuneCompiler();
const [name, seedText, speed] = process.argv.slice(2);
if (name === ONLY_LOAD) await loadAll();
else {
  const found = CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no case ${name}`);
  console.log(JSON.stringify(await run(found, Number(seedText), speed === 'quick')));
}

async function loadAll(): Promise<void> {
  await import('./cases/books.ts');
  await import('./cases/peers.ts');
  await import('./cases/engine.ts');
  await import('./cases/replay.ts');
  await import('./cases/snapshot.ts');
}

/** Only what the case needs is loaded. */
async function run(bench: BenchCase, seed: number, quick: boolean): Promise<Measurement> {
  const schedule = quick ? bench.quick : bench.schedule;
  const flow = { ...((quick ? bench.quickFlow : undefined) ?? bench.flow), seed };
  if (bench.name === 'replay') {
    const { measureReplay } = await import('./cases/replay.ts');
    return measureReplay({ ...flow, commands: schedule.timed });
  }
  if (bench.name === 'snapshot') {
    const { measureSnapshot } = await import('./cases/snapshot.ts');
    return measureSnapshot(flow, schedule);
  }
  return measure(await maker(bench.name), flow, schedule);
}

async function maker(
  name: Exclude<BenchCase['name'], 'replay' | 'snapshot'>,
): Promise<(flow: Flow) => Subject> {
  switch (name) {
    case 'fast-book':
    case 'fast-book-million':
      return (await import('./cases/books.ts')).fastBook;
    case 'naive-book':
      return (await import('./cases/books.ts')).naiveBook;
    case 'nodejs-order-book':
      return (await import('./cases/peers.ts')).nodejsOrderBook;
    case 'hft-limit-order-book':
      return (await import('./cases/peers.ts')).hftLimitOrderBook;
    case 'engine':
      return (await import('./cases/engine.ts')).engineWithoutIds;
    case 'engine-ids':
      return (await import('./cases/engine.ts')).engineWithIds;
  }
}
