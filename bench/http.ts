// The server over HTTP: durable orders and the order book, next to a bare Fastify that answers the
// same bytes and does nothing else, in the same run: `node bench/http.ts`. Server and load
// generator are processes of their own. It fails when an order was not taken, never for being slow.

import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { AS_SERVED } from './as-served.ts';
import fastify from 'fastify';
import { generate, type Load, type Measured } from './http-load.ts';

const SELF = import.meta.filename;
const MAIN = join(import.meta.dirname, '..', 'bin', 'plimsoll.mjs');

const KINDS = ['order', 'book'] as const;
const CONNECTIONS = 32;
/** What the project holds itself to. */
const TARGET = 0.6;
const FULL = { rounds: 5, seconds: 4, warmSeconds: 3 };
const QUICK = { rounds: 2, seconds: 1, warmSeconds: 0.8 };
const FSYNCS = 50;
/** Clock ticks of /proc/PID/stat: the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

const MARKET = 'BTC-PERP';
const BOOK = `/api/v1/markets/${MARKET}/book`;
const ORDERS = '/api/v1/orders';
const PRICE = 60_000;
/** Levels that rest on each side, so that a book has something to tell. */
const LEVELS = 20;

const WIDE = { per_second: 1_000_000, burst: 1_000_000 };

const CONFIG = {
  demo: false,
  log_level: 'info',
  limits: { rates: { read: WIDE, trade: WIDE, cancel: WIDE } },
  assets: [{ asset: 'USDT', decimals: 6, settlement: true }],
  markets: [
    {
      market: MARKET,
      kind: 'perp',
      quote: 'USDT',
      price_unit: '0.1',
      size_unit: '0.001',
      tick_size: '0.5',
      maker_fee: '0.0001',
      taker_fee: '0.0005',
      price_band: '0.2',
      mark_source: 'index',
      brackets: [{ floor_notional: '0', initial: '0.02', maintenance: '0.01' }],
    },
  ],
};

interface Round extends Measured {
  /**
   * Microseconds of the server's processor time per answer, of all threads and of the one that
   * answers; undefined where there is no /proc.
   */
  readonly serverUs: number | undefined;
  readonly mainUs: number | undefined;
}

interface Subject {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly token: string;
}

interface Row {
  readonly case: string;
  readonly subject: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly loadCpu: number;
  readonly serverUs: number | undefined;
  readonly mainUs: number | undefined;
  /** Of the bare one's rate, round by round; undefined for the bare one itself. */
  readonly ratio: number | undefined;
}

const role = process.argv[2];
if (role === 'load') process.on('message', (load: Load) => void generate(load));
else if (role === 'bare') await serveBare();
else process.exitCode = await main();

// --- The run -------------------------------------------------------------------------------------

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string' }, // order or book
      profile: { type: 'string' }, // a folder for --cpu-prof of the server
    },
  });
  const plan = options.quick ? QUICK : FULL;
  const rounds = options.rounds === undefined ? plan.rounds : Number(options.rounds);
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-http-'));
  const children: ChildProcess[] = [];
  try {
    const fsyncMs = measureFsync(join(folder, 'fsync'));
    const plimsoll = await startPlimsoll(folder, options.profile, children);
    const samples = await prepare(plimsoll);
    const bare = await startBare(samples, children);
    const load = fork(SELF, ['load']);
    children.push(load);
    const measured = await measureAll([plimsoll, bare], load, {
      ...plan,
      rounds,
      kinds: KINDS.filter((kind) => options.only === undefined || kind === options.only),
    });
    const { rows, failure } = summary(measured);
    const orders = sum(
      measured.filter(({ name }) => name === 'order plimsoll'),
      (r) => r.answers,
    );
    const faults = [failure, await stopAndRecount(children[0], folder, orders)].join('');
    console.log(`${heading(rounds, fsyncMs)}\n\n${table(rows)}\n\n${footnotes(rows)}${faults}`);
    if (options.json !== undefined) {
      writeFileSync(options.json, `${JSON.stringify({ rounds, fsyncMs, rows }, null, 2)}\n`);
    }
    return faults === '' ? 0 : 1;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

type Named = Round & { readonly name: string };

/** Every case once per round, plimsoll and bare in turn, so that slow moments meet both. */
async function measureAll(
  subjects: readonly Subject[],
  load: ChildProcess,
  { rounds, seconds, warmSeconds, kinds }: typeof FULL & { readonly kinds: readonly string[] },
): Promise<Named[]> {
  const cases = subjects.flatMap((subject) => [
    { name: `order ${subject.name}`, subject, requests: orderRequests(subject) },
    { name: `book ${subject.name}`, subject, requests: bookRequests(subject) },
  ]);
  const inTurn = kinds.flatMap((kind) => cases.filter((c) => c.name.startsWith(kind)));
  const measured: Named[] = [];
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, subject, requests } of inTurn) {
      const lasts = round < 0 ? warmSeconds : seconds;
      const one = await runLoad(load, subject, { port: subject.port, seconds: lasts, requests });
      if (one.failures > 0) throw new Error(`${name}: ${one.failures} × ${one.firstFailure}`);
      if (round >= 0) measured.push({ ...one, name });
    }
  }
  return measured;
}

async function runLoad(child: ChildProcess, { pid }: Subject, load: Load): Promise<Round> {
  const paths = [`/proc/${pid}/stat`, `/proc/${pid}/task/${pid}/stat`];
  const before = paths.map(cpuSecondsIn);
  child.send(load);
  const [measured] = (await once(child, 'message')) as [Measured];
  const [serverUs, mainUs] = paths.map((path, i) => {
    const [from = Number.NaN, to = Number.NaN] = [before[i], cpuSecondsIn(path)];
    const each = ((to - from) * 1e6) / measured.answers;
    return Number.isNaN(each) ? undefined : each;
  });
  return { ...measured, serverUs, mainUs };
}

/** Of a process or of one of its threads; undefined where there is no /proc. */
function cpuSecondsIn(path: string): number | undefined {
  try {
    const stat = readFileSync(path, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

/** What one durable write costs here, in milliseconds: the floor of every group of orders. */
function measureFsync(path: string): number {
  const file = openSync(path, 'w');
  const times: number[] = [];
  for (let i = 0; i < FSYNCS; i += 1) {
    const began = performance.now();
    writeSync(file, Buffer.alloc(4096, i));
    fsyncSync(file);
    times.push(performance.now() - began);
  }
  closeSync(file);
  return median(times);
}

// --- The subjects --------------------------------------------------------------------------------

async function startPlimsoll(
  folder: string,
  profile: string | undefined,
  children: ChildProcess[],
): Promise<Subject> {
  const config = join(folder, 'plimsoll.json');
  const data = join(folder, 'data');
  writeFileSync(config, JSON.stringify(CONFIG));
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const args = ['serve', '--config', config, '--data', data, '--port', '0', '--json'];
  const child = spawn(process.execPath, [...flags, MAIN, ...args], {
    env: { ...process.env, ...AS_SERVED },
    stdio: ['ignore', 'pipe', openSync(join(folder, 'log'), 'w')],
  });
  children.push(child);
  const [line] = (await Promise.race([
    once(createInterface(child.stdout!), 'line'),
    once(child, 'exit').then(() => {
      throw new Error(readFileSync(join(folder, 'log'), 'utf8'));
    }),
  ])) as [string];
  const { port, token } = JSON.parse(line) as { port: number; token: string };
  return { name: 'plimsoll', port, pid: child.pid!, token: readFileSync(token, 'utf8').trim() };
}

/** Bodies as the server under test gives them, for the bare one to give. */
type Samples = Readonly<Record<'order' | 'book', Record<string, unknown>>>;

/** Accounts with money, an index and a book. Returns what answers look like. */
async function prepare(subject: Subject): Promise<Samples> {
  const ask = (path: string, body?: object): Promise<Record<string, unknown>> =>
    askOnce(subject, path, body);
  const makers = ['depth'];
  for (let i = 0; i < CONNECTIONS; i += 1) makers.push(`buyer-${i}`, `seller-${i}`);
  for (const account of makers) {
    await ask('/api/v1/admin/accounts', { account });
    await ask('/api/v1/admin/deposits', { account, asset: 'USDT', amount: '1000000000' });
  }
  await ask(`/api/v1/admin/markets/${MARKET}/index`, { price: `${PRICE}` });
  for (let level = 1; level <= LEVELS; level += 1) {
    for (const side of ['buy', 'sell']) {
      const price = `${PRICE + (side === 'buy' ? -0.5 : 0.5) * level}`;
      await ask(ORDERS, { account: 'depth', market: MARKET, side, price, size: '1.25' });
    }
  }
  const rests = await ask(ORDERS, JSON.parse(orderBody('buy', 0)) as object);
  await ask(ORDERS, JSON.parse(orderBody('sell', 0)) as object);
  return { order: rests, book: await ask(`${BOOK}?levels=${LEVELS}`) };
}

async function askOnce(
  { port, token }: Subject,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

async function startBare(samples: Samples, children: ChildProcess[]): Promise<Subject> {
  const child = fork(SELF, ['bare']);
  children.push(child);
  child.send(samples);
  const [port] = (await once(child, 'message')) as [number];
  return { name: 'bare', port, pid: child.pid!, token: 'x'.repeat(43) };
}

/** Fastify as it comes: it parses the body, makes one object and writes it. No disk, no rules. */
async function serveBare(): Promise<void> {
  const [samples] = (await once(process, 'message')) as [Samples];
  const app = fastify({ logger: false });
  let sequence = 0;
  app.post(ORDERS, (request) => {
    const { side } = request.body as { side: string };
    sequence += 1;
    return Promise.resolve({ ...samples.order, sequence, order_id: `${sequence}`, side });
  });
  app.get(BOOK, () => Promise.resolve({ ...samples.book, sequence }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  if (typeof address === 'object' && address !== null) process.send?.(address.port);
}

/** After a clean stop the journal has at least the orders that were acknowledged. */
async function stopAndRecount(
  child: ChildProcess,
  folder: string,
  orders: number,
): Promise<string> {
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  const last = readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n').at(-1) ?? '';
  const { sequence = 0 } = JSON.parse(last) as { sequence?: number };
  if (code === 0 && sequence >= orders) return '';
  return `\nNOT GOOD: ended with ${code}, ${sequence} commands for ${orders} orders.`;
}

// --- The load ------------------------------------------------------------------------------------

function orderBody(side: 'buy' | 'sell', connection: number): string {
  const account = `${side}er-${connection}`;
  return JSON.stringify({ account, market: MARKET, side, price: `${PRICE}`, size: '0.001' });
}

/** Per connection a buy that rests or trades, then a sell at the same price: the book stays. */
function orderRequests(subject: Subject): string[][] {
  return Array.from({ length: CONNECTIONS }, (_, connection) =>
    (['buy', 'sell'] as const).map((side) => {
      const body = orderBody(side, connection);
      const length = `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
      return `POST ${ORDERS} HTTP/1.1\r\n${headersOf(subject)}${length}\r\n${body}`;
    }),
  );
}

function bookRequests(subject: Subject): string[][] {
  const text = `GET ${BOOK}?levels=${LEVELS} HTTP/1.1\r\n${headersOf(subject)}\r\n`;
  return Array.from({ length: CONNECTIONS }, () => [text]);
}

function headersOf({ port, token }: Subject): string {
  return `host: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n`;
}

// --- The table -----------------------------------------------------------------------------------

function summary(measured: readonly Named[]): { rows: Row[]; failure: string } {
  const of = (name: string): Named[] => measured.filter((one) => one.name === name);
  const kinds = KINDS.filter((kind) => of(`${kind} bare`).length > 0);
  const rows = kinds.flatMap((kind) =>
    ['plimsoll', 'bare'].map((subject): Row => {
      const own = of(`${kind} ${subject}`);
      const bare = of(`${kind} bare`);
      const ratios = own.map((one, i) => rate(one) / rate(bare[i]));
      const knownMedian = (values: (number | undefined)[]): number | undefined => {
        const known = values.filter((value) => value !== undefined);
        return known.length === own.length ? median(known) : undefined;
      };
      return {
        case: kind === 'order' ? 'POST /orders, durable' : 'GET /book, 20 levels',
        subject: subject === 'bare' ? 'bare Fastify' : subject,
        perSecond: median(own.map(rate)),
        p50: median(own.map(({ p50 }) => p50)),
        p99: median(own.map(({ p99 }) => p99)),
        loadCpu: median(own.map(({ loadCpu }) => loadCpu)),
        serverUs: knownMedian(own.map(({ serverUs }) => serverUs)),
        mainUs: knownMedian(own.map(({ mainUs }) => mainUs)),
        ratio: subject === 'bare' ? undefined : median(ratios),
      };
    }),
  );
  const failed = sum(measured, (one) => one.failures);
  return { rows, failure: failed === 0 ? '' : `\nNOT GOOD: ${failed} answers were not 200.` };
}

function heading(rounds: number, fsyncMs: number): string {
  return (
    `${CONNECTIONS} keep-alive connections, one request at a time on each; medians of ${rounds} ` +
    `interleaved rounds.\nOne write with fsync takes ${fsyncMs.toFixed(2)} ms here.`
  );
}

function table(rows: readonly Row[]): string {
  const costs = ['server CPU', 'main thread', 'load CPU'];
  const head = ['', '', 'per second', 'p50', 'p99', ...costs, '× bare', 'target'];
  const each = (us: number | undefined): string =>
    us === undefined ? '' : `${us.toFixed(0)} µs each`;
  const body = rows.map((row) => [
    row.case,
    row.subject,
    Math.round(row.perSecond).toLocaleString('en-US'),
    `${row.p50.toFixed(2)} ms`,
    `${row.p99.toFixed(2)} ms`,
    each(row.serverUs),
    each(row.mainUs),
    `${Math.round(row.loadCpu * 100)} %`,
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    row.ratio === undefined ? '' : `≥ ${TARGET} ${row.ratio >= TARGET ? 'reached' : 'missed'}`,
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...body.map((r) => r[i].length)));
  const line = (cells: readonly string[]): string =>
    cells.map((text, i) => (i < 2 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  ');
  return [head, ...body].map((cells) => line(cells).trimEnd()).join('\n');
}

function footnotes(rows: readonly Row[]): string {
  const busiest = Math.max(...rows.map(({ loadCpu }) => loadCpu));
  const lines = ['Half of the orders rest, half trade against one that rests.'];
  if (busiest > 0.9) {
    lines.push('The load generator was busy all the time in a case: its server could do more.');
  }
  return lines.join('\n');
}

function rate({ answers, seconds }: Measured): number {
  return answers / seconds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
