// Durable orders per second over the stream: `node bench/stream.ts`. The server runs in a process
// of its own with a real journal; this process is the load. Beside it, in the same run, what `ws`
// echoes of the same messages, and how much processor the load itself took.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AS_SERVED, compileFirst } from './as-served.ts';
import { runLoad, type LoadResult } from './stream-load.ts';

const SERVER = join(import.meta.dirname, 'stream-server.ts');
const WARM_UP_MS = 1_000;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '8' },
    window: { type: 'string', default: '32' },
    batch: { type: 'string', default: '16' },
    json: { type: 'string' },
    only: { type: 'string', default: '' },
    /** Where a CPU profile of the server is written. */
    profile: { type: 'string', default: '' },
  },
});

interface Row extends LoadResult {
  readonly name: string;
  readonly isEcho: boolean;
  /** Share of one processor, of all threads and of the one that answers. */
  readonly serverShare: number;
  readonly mainShare: number;
}

/** Of the thread that answers, for each order. */
const microsecondsOf = ({ mainShare, perSecond }: Row): number => (mainShare * 1e6) / perSecond;

interface Ready {
  readonly port: number;
  readonly tokens: readonly string[];
}

await main();

async function main(): Promise<void> {
  const connections = Number(options.connections);
  const window = Number(options.window);
  const batch = Number(options.batch);
  const ms = Number(options.seconds) * 1000;
  const single = { connections, window, batch: 1, ms };
  const batched = { connections, window: Math.max(1, Math.round(window / batch)), batch, ms };
  const cases = [
    ['ws echo of the same messages', 'echo', single],
    ['durable orders', 'exchange', single],
    [`durable orders, ${batch} per message`, 'exchange', batched],
    ['without the SQL history', 'core', single],
    [`without the SQL history, ${batch} per message`, 'core', batched],
  ] as const;
  const rows: Row[] = [];
  compileFirst(SERVER);
  for (const [name, kind, shape] of cases) {
    if (options.only === '' || name === options.only) rows.push(await measure(name, kind, shape));
  }
  print(rows, connections, window);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ rows })}\n`);
}

interface Shape {
  readonly connections: number;
  readonly window: number;
  readonly batch: number;
  readonly ms: number;
}

/** One server and one load; the server ends with it. */
async function measure(name: string, kind: string, shape: Shape): Promise<Row> {
  const data = mkdtempSync(join(tmpdir(), 'plimsoll-stream-'));
  const args = [SERVER, kind, data, String(shape.connections), options.profile];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...AS_SERVED },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    const ready = (await said(child)) as Ready;
    await runLoad({ ...ready, ...shape, ms: WARM_UP_MS });
    const before = await cpuOf(child);
    const began = performance.now();
    const result = await runLoad({ ...ready, ...shape });
    const took = performance.now() - began;
    const after = await cpuOf(child);
    const [serverShare, mainShare] = [0, 1].map((i) => (after[i] - before[i]) / 1000 / took);
    return { name, isEcho: kind === 'echo', ...result, serverShare, mainShare };
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.send('stop');
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

/** Microseconds of processor that a server has used, in all and on its first thread. */
async function cpuOf(child: ChildProcess): Promise<[number, number]> {
  const answer = said(child);
  child.send('cpu');
  return (await answer) as [number, number];
}

function said(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the server ended'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

function print(rows: readonly Row[], connections: number, window: number): void {
  const [cpu] = cpus();
  console.log(`${connections} connections, ${window} orders in flight each; ${cpu?.model ?? ''}\n`);
  const head = [
    '',
    'orders/s',
    'p50 ms',
    'p99 ms',
    'load CPU',
    'server CPU',
    'main thread',
    'µs each',
    '× echo',
    'refused',
  ];
  const echo = rows.find(({ isEcho }) => isEcho);
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  const cells = rows.map((row) => [
    row.name,
    Math.round(row.perSecond).toLocaleString('en'),
    row.p50Ms.toFixed(2),
    row.p99Ms.toFixed(2),
    percent(row.loadShare),
    percent(row.serverShare),
    percent(row.mainShare),
    microsecondsOf(row).toFixed(1),
    echo === undefined ? '' : (microsecondsOf(row) / microsecondsOf(echo)).toFixed(2),
    String(row.refused),
  ]);
  const table = [head, ...cells];
  const widths = head.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  for (const row of table) {
    const line = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    console.log(line.join('  '));
  }
  console.log('\nCPU: share of one processor. The load and the server share this machine.');
}
