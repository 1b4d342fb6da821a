// `plimsoll replay` on the committed flow: conserved to the unit, the same twice; and everything
// that may go wrong with a file is said with its place and what was expected.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ORDER_FLOW_HEADER } from '../src/cli/replay/order-flow.ts';
import { PLIMSOLL_FLOW_HEADER } from '../src/cli/replay/flow-file.ts';
import { runReplay, type ReplayOptions } from '../src/cli/replay/run-replay.ts';

const DEMO = join(import.meta.dirname, '..', 'fixtures', 'flow', 'demo.csv');
const BIN = join(import.meta.dirname, '..', 'bin', 'plimsoll.mjs');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-replay-'));

afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command with its output kept. */
async function run(path: string, options: Partial<ReplayOptions> = {}): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await runReplay(
    path,
    { seed: 1, ...options },
    {
      out: { write: (text) => (out += text) },
      err: { write: (text) => (err += text) },
      onInterrupt: () => () => undefined,
    },
  );
  return { code, out, err };
}

function file(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

describe('the committed flow', () => {
  test('is conserved to the unit and the same twice', async () => {
    const { code, out } = await run(DEMO, { twice: true, json: true });
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(code).toBe(0);
    expect(report).toMatchObject({ second_run_same: true, completed: true, rows: 4242 });
    expect(report['conservation']).toMatchObject([
      { asset: 'USDT', difference: '0' },
      { asset: 'BTC', difference: '0' },
    ]);
    expect(report['fills']).toBeGreaterThan(500);
  });

  test('begins its text with what was prepared, and says that nothing was', async () => {
    const { code, out } = await run(DEMO);
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/^Prepared for this replay: nothing\./);
    expect(out).toMatch(/USDT +conserved to the unit: 3,154,500 in, 0 out/);
    expect(out).toMatch(/state hash +[0-9a-f]{32}/);
  });

  test('stops at --limit', async () => {
    const { out } = await run(DEMO, { limit: 100, json: true });
    expect(JSON.parse(out)).toMatchObject({ rows: 100, completed: true });
  });
});

describe('an order flow', () => {
  const rows = [
    '1,place,1,BUYERS,buy,236.47,200000000',
    '2,place,2,SELLERS,sell,236.40,50000000',
    '3,place,3,alice,sell,240,1',
    '4,cancel,1,BUYERS,buy,,',
    '5,cancel,2,SELLERS,sell,,',
  ];

  test('says first what it prepared, and counts the cancel of an order that is gone', async () => {
    const { code, out } = await run(file('flow.csv', ORDER_FLOW_HEADER, ...rows), { accounts: 10 });
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/spread over 10 generated accounts \(seed 1\).*raised/);
    expect(out).toMatch(/fills +1\n/);
    expect(out).toMatch(/refused +1 ORDER_NOT_FOUND/);
    expect(out).toContain('1 fills of 0.5, worth 118.235 USD');
    expect(out).toContain('1 orders resting, best – / 240');
  });

  test('may end without a newline, or with carriage returns', async () => {
    const text = [ORDER_FLOW_HEADER, ...rows].join('\r\n');
    const { code, out } = await run(file('crlf.csv', text), { json: true });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ rows: 5, fills: 1 });
  });

  test('refuses less than two accounts', async () => {
    const { code, err } = await run(file('flow.csv', ORDER_FLOW_HEADER), { accounts: 1 });
    expect([code, err]).toEqual([
      1,
      'plimsoll replay: --accounts: an order flow needs at least 2\n',
    ]);
  });
});

describe('a row that cannot be read stops with its file, line and what was expected', () => {
  const good = '1,place,1,BUYERS,buy,236.47,200000000';
  const bad: readonly (readonly [row: string, message: string])[] = [
    ['2,place,2,BUYERS,buy,23x,1', 'price: expected a plain decimal in steps of 0.01, found "23x"'],
    ['2,place,2,BUYERS,buy,1.005,1', 'price: expected a multiple of 0.01, found "1.005"'],
    ['2,place,2,BUYERS,buy,0,1', 'price: expected a decimal above zero, found "0"'],
    ['2,place,2,BUYERS,buy,1', 'expected 7 fields (ts_ms,op,order_id,account,side,price,qty_1e-8)'],
    ['2,place,2,BUYERS,buy,1,0', 'qty_1e-8: expected a whole number above zero, found "0"'],
    ['2,place,2,BUYERS,buy,1,1e3', 'qty_1e-8: expected a whole number such as 200000000'],
    ['2,shove,2,BUYERS,buy,1,1', 'op: expected place or cancel, found "shove"'],
    ['2,place,2,BUYERS,up,1,1', 'side: expected buy or sell, found "up"'],
    ['-2,place,2,BUYERS,buy,1,1', 'ts_ms: expected a whole number'],
    ['2,place,2,,buy,1,1', 'account: expected BUYERS, SELLERS or the name of an account, found ""'],
    ['', 'expected 7 fields'],
    [
      '2,place,2,ünï,buy,1,1',
      'account: expected BUYERS, SELLERS or the name of an account, found "ünï"',
    ],
  ];

  test.each(bad)('%s', async (row, message) => {
    const path = file('bad.csv', ORDER_FLOW_HEADER, good, row, good);
    const { code, err } = await run(path);
    expect(code).toBe(1);
    expect(err).toContain(`plimsoll replay: ${path}:3: ${message}`);
  });

  const badFlow: readonly (readonly [row: string, message: string])[] = [
    ['1,dance,,,,,,', 'op: expected asset or market or'],
    ['1,account,a,,,,,x=1', 'detail: expected no key x here, found "x=1"'],
    ['1,deposit,nobody,USDT,,,1,', 'account: expected an account that an earlier row created'],
    ['1,asset,,USDT,,,,settlement=yes', 'detail: expected decimals='],
    ['1,asset,,USDT,,,,decimals=6;decimals=7', 'detail: expected key=value pairs'],
    ['1,order,a,BTC-PERP,buy,1,1,', 'symbol: expected a market that an earlier row created'],
  ];

  test.each(badFlow)('%s', async (row, message) => {
    const path = file('bad-flow.csv', PLIMSOLL_FLOW_HEADER, row);
    const { code, err } = await run(path);
    expect(code).toBe(1);
    expect(err).toContain(`plimsoll replay: ${path}:2: ${message}`);
  });
});

describe('a file that cannot be replayed', () => {
  test('is missing', async () => {
    const path = join(folder, 'nothing.csv');
    expect(await run(path)).toMatchObject({
      code: 1,
      err: `plimsoll replay: ${path}: there is no such file or folder\n`,
    });
  });

  test('has a header that nobody knows', async () => {
    const { code, err } = await run(file('other.csv', 'a,b,c'));
    expect(code).toBe(1);
    expect(err).toContain(`other.csv:1: expected the header ${ORDER_FLOW_HEADER} or`);
    expect(err).toContain('found "a,b,c"');
  });

  test('is empty', async () => {
    expect((await run(file('empty.csv', ''))).err).toContain('found ""');
  });

  test('is a folder without the three files', async () => {
    const { code, err } = await run(folder);
    expect(code).toBe(1);
    expect(err).toContain(
      'is a folder without btcusdt-trades.csv, btcusdt-bbo.csv, btcusdt-mark.csv',
    );
  });

  test('is no text at all', async () => {
    const path = file('binary.csv', `${ORDER_FLOW_HEADER}\n${'x'.repeat(300_000)}`);
    expect((await run(path)).err).toContain(':2: a line of more than 4096 bytes');
  });
});

test('an interruption prints what was done and exits with 130', async () => {
  let interrupt = (): void => undefined;
  let [out, bars] = ['', 0];
  const code = await runReplay(
    DEMO,
    { seed: 1 },
    {
      out: { write: (text) => (out += text) },
      err: {
        isTTY: true,
        write: () => {
          bars += 1;
          interrupt();
        },
      },
      onInterrupt: (callback) => {
        interrupt = callback;
        return () => undefined;
      },
    },
  );
  expect(code).toBe(130);
  expect(bars).toBeGreaterThan(0);
  expect(out).toContain('stopped before the end');
  expect(out).toContain('Interrupted: this is what was done so far.');
  expect(out).toContain('conserved to the unit');
});

test('Ctrl-C ends the real process cleanly, with what was done so far', async () => {
  const rows = Array.from({ length: 400_000 }, (_, i) => `1,place,${i + 1},alice,buy,1,1`);
  const path = file('long.csv', ORDER_FLOW_HEADER, ...rows);
  const child = spawn(process.execPath, [BIN, 'replay', path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => {
    if (out === '') setTimeout(() => child.kill('SIGINT'), 300);
    out += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  expect({ code, err }).toEqual({ code: 130, err: '' });
  expect(out).toMatch(/rows +[\d,]+, stopped before the end/);
  expect(out).toContain('Interrupted: this is what was done so far.');
});

test('a reader that stops reading is no error', async () => {
  const child = spawn(process.execPath, [BIN, 'replay', DEMO], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

test('a small perpetual recording: quotes, trades and marks, and no takeover', async () => {
  const recording = join(folder, 'recording');
  mkdirSync(recording, { recursive: true });
  const write = (name: string, ...lines: string[]): void => {
    writeFileSync(join(recording, name), `${lines.join('\n')}\n`);
  };
  write(
    'btcusdt-trades.csv',
    'exch_ts_ms,trade_id,price,qty,taker_side,kind',
    '1000,1,28145.10,0.020,sell,MARKET',
    '1010,2,28145.20,0.030,buy,MARKET',
    '1020,3,28722.50,0.001,sell,INSURANCE_FUND',
  );
  write(
    'btcusdt-bbo.csv',
    'exch_ts_ms,update_id,bid,bid_qty,ask,ask_qty',
    '999,1,28145.10,3.868,28145.20,6.887',
    '1005,2,28145.10,3.000,28145.20,6.887',
  );
  write(
    'btcusdt-mark.csv',
    'exch_ts_ms,mark_price,index_price,est_settle_price,funding_rate,next_funding_ts_ms',
    '1001,28147.27373413,28159.75642857,28142.15563565,0.00002754,1680652800000',
  );
  const { code, out } = await run(recording, { json: true, accounts: 20, twice: true });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    format: 'binance',
    rows: 6,
    fills: 2,
    second_run_same: true,
    details: {
      takeovers: 1,
      real_trades: { sent: 2, filled_share: 1 },
      positions: { sum_of_sizes: 0 },
    },
    conservation: [{ asset: 'USDT', difference: '0' }],
  });
});

test('every operation of the format is described in fixtures/flow/README.md', () => {
  const readme = readFileSync(
    join(import.meta.dirname, '..', 'fixtures', 'flow', 'README.md'),
    'utf8',
  );
  const demo = readFileSync(DEMO, 'utf8');
  const used = new Set(
    demo
      .split('\n')
      .slice(1, -1)
      .map((row) => row.split(',')[1]),
  );
  for (const op of used) expect(readme).toContain(`\`${op}\``);
});
