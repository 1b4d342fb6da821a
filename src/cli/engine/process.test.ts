// Proves the protocol through the real process: every command and every query at least once, the
// same answers as a session in memory, and that the process begins, fails, is interrupted and ends
// as its reference says.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { QUERIES } from './queries.ts';
import { SETUP, Talk, type Answer, type Line } from './speak.suite.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const MANIFEST = join(import.meta.dirname, '..', '..', '..', 'package.json');

const PERP = { account: 'alice', market: 'BTC-PERP' };
const OPERATOR = { operator: 'ops', reason: 'a test' };

/** A session with every command and query. All of it is accepted. */
const SCRIPT: readonly Line[] = [
  ...SETUP,
  { command: 'create_account', name: 'carol' },
  { command: 'create_account', name: 'dave', owner: 'alice' },
  { command: 'deposit', account: 'carol', asset: 'USDT', amount: '5000' },
  {
    command: 'update_market',
    market: 'BTC-PERP',
    price_band: '0.1',
    self_trade_allowed: true,
    ...OPERATOR,
  },
  { command: 'set_leverage', ...PERP, leverage: 5 },
  {
    command: 'place_order',
    ...PERP,
    side: 'sell',
    price: '60010',
    size: '0.1',
    client_order_id: 's1',
  },
  { command: 'place_order', ...PERP, side: 'buy', price: '59990', size: '0.1', post_only: true },
  {
    command: 'place_order',
    ...PERP,
    account: 'bob',
    side: 'buy',
    type: 'market',
    size: '0.04',
    take_profit: '66000',
    stop_loss: '55000',
  },
  {
    command: 'place_order',
    ...PERP,
    account: 'bob',
    side: 'sell',
    type: 'stop_market',
    trigger_price: '58000',
    size: '0.02',
    reduce_only: true,
  },
  {
    command: 'place_order',
    ...PERP,
    account: 'bob',
    side: 'sell',
    type: 'take_profit_limit',
    trigger_price: '64000',
    trigger_by: 'last',
    price: '63990',
    size: '0.02',
  },
  {
    command: 'place_order',
    ...PERP,
    side: 'buy',
    price: '59980',
    size: '0.01',
    time_in_force: 'gtd',
    expires_at: 1_700_000_060_000,
  },
  {
    command: 'place_order',
    ...PERP,
    side: 'buy',
    price: '60010',
    size: '0.01',
    time_in_force: 'ioc',
    self_trade: 'none',
  },
  { command: 'amend_order', ...PERP, client_order_id: 's1', size: '0.09' },
  { command: 'amend_order', ...PERP, order: '2', price: '59995' },
  {
    preview: {
      command: 'place_order',
      ...PERP,
      account: 'bob',
      side: 'buy',
      type: 'market',
      size: '0.01',
    },
  },
  {
    command: 'place_order',
    account: 'bob',
    market: 'BTC/USDT',
    side: 'sell',
    price: '60005.5',
    size: '0.25',
  },
  {
    command: 'place_order',
    account: 'alice',
    market: 'BTC/USDT',
    side: 'buy',
    price: '60005.5',
    size: '0.1',
  },
  { command: 'transfer', account: 'alice', to: 'carol', asset: 'USDT', amount: '100' },
  { command: 'withdraw', account: 'bob', asset: 'BTC', amount: '0.25' },
  { command: 'adjust', account: 'carol', asset: 'USDT', amount: '-0.5', ...OPERATOR },
  { command: 'set_margin_mode', account: 'carol', market: 'BTC-PERP', mode: 'isolated' },
  {
    command: 'edit_position',
    account: 'carol',
    market: 'BTC-PERP',
    edit: 'open',
    side: 'buy',
    size: '0.02',
    leverage: 4,
  },
  {
    command: 'edit_position',
    account: 'carol',
    market: 'BTC-PERP',
    edit: 'add_collateral',
    collateral: '50',
  },
  {
    command: 'edit_position',
    account: 'carol',
    market: 'BTC-PERP',
    edit: 'remove_collateral',
    collateral: '20',
  },
  { command: 'update_index', market: 'BTC-PERP', price: '60100', mark: '60090.5' },
  { command: 'set_dead_man', account: 'alice', timeout_ms: 30_000 },
  { query: 'book', market: 'BTC-PERP', depth: 3, queue: true },
  { query: 'orders', account: 'bob' },
  { query: 'orders', account: 'alice', market: 'BTC/USDT' },
  { query: 'account', account: 'alice' },
  { query: 'accounts', from: 3, count: 2 },
  { query: 'positions', account: 'carol' },
  { query: 'limits', account: 'bob', market: 'BTC-PERP' },
  { query: 'markets' },
  { query: 'assets' },
  { query: 'info' },
  { command: 'cancel_order', ...PERP, market: undefined, order: '2' },
  { command: 'cancel_all', account: 'bob', market: 'BTC/USDT', side: 'sell' },
  { command: 'tick', time: 1_700_000_100_000 },
  { command: 'settle_funding', market: 'BTC-PERP', interval: 1, rate: '-0.0001' },
  { command: 'edit_position', account: 'bob', market: 'BTC-PERP', edit: 'close' },
  { command: 'set_market_status', market: 'BTC-PERP', status: 'post_only', ...OPERATOR },
  { query: 'conservation' },
  { query: 'hash' },
];

const text = (lines: readonly Line[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function run(
  args: readonly string[],
  input: string | Buffer = '',
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    input,
    maxBuffer: 1 << 28,
  });
  return { code: status, out: stdout.toString(), err: stderr.toString() };
}

const answersOf = (out: string): Answer[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer);

describe('plimsoll engine', () => {
  test('answers every command and every query, as a session in memory does', () => {
    const asked = SCRIPT.map((line) => line['command'] ?? line['query']);
    const known = [...COMMANDS.map(({ name }) => name), ...QUERIES.map(({ table }) => table.name)];
    expect(known.filter((name) => !asked.includes(name))).toEqual([]);
    const { code, out, err } = run(['engine'], text(SCRIPT));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const answers = answersOf(out);
    expect(answers).toHaveLength(SCRIPT.length);
    const talk = new Talk({ setup: [] });
    SCRIPT.forEach((line, i) => {
      expect(answers[i], JSON.stringify(line)).toMatchObject({ ok: line['edit'] !== 'close' });
      expect(answers[i]).toEqual(talk.say(line));
    });
    const sums = answers.at(-2)?.['conservation'] as readonly Line[];
    expect(sums.map(({ difference }) => difference)).toEqual(['0', '0']);
  });

  test('answers one by one to somebody who waits for each answer', async () => {
    const child = spawn(process.execPath, [MAIN, 'engine', '--compact']);
    const lines = createInterface({ input: child.stdout });
    const next = async (): Promise<Answer> =>
      JSON.parse(String(await once(lines, 'line'))) as Answer;
    for (const [i, line] of SETUP.entries()) {
      child.stdin.write(`${JSON.stringify({ ...line, ref: i })}\n`);
      expect(await next()).toMatchObject({ ok: true, ref: i });
    }
    child.stdin.write('{"query":');
    child.stdin.write('"info"}\n');
    expect(await next()).toMatchObject({ ok: true, protocol: 1 });
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('goes on after lines of any kind, and takes a last line without an end', () => {
    const input = Buffer.concat([
      Buffer.from(`\n{"a":"${'x'.repeat(70_000)}"}\n`),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from('{"command":"create_account","name":"é"}\r\n{"query":"info"}'),
    ]);
    const { code, out } = run(['engine'], input);
    expect(code).toBe(0);
    expect(answersOf(out)).toMatchObject([
      { line: 1, message: 'The line is empty.' },
      { line: 2, message: 'The line has more than 65536 bytes.' },
      { line: 3, message: 'The line is not UTF-8.' },
      { code: 'SYMBOL_INVALID' },
      { ok: true },
    ]);
  });

  test('takes limits inline and from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'));
    const file = join(folder, 'limits.json');
    writeFileSync(file, '{\n  "accounts": 4,\n  "orders_per_position": 7\n}\n');
    for (const limits of [file, '{"accounts":4,"orders_per_position":7}']) {
      const { out } = run(
        ['engine', '--limits', limits],
        text([
          { query: 'info' },
          { command: 'create_account', name: 'a' },
          { command: 'create_account', name: 'b' },
        ]),
      );
      expect(answersOf(out)).toMatchObject([
        { limits: { accounts: 4, orders_per_position: 7, markets: 64 } },
        { ok: true },
        { code: 'LIMIT_REACHED', params: { limit: 4 } },
      ]);
    }
    rmSync(folder, { recursive: true });
  });

  test.each([
    [['engine', '--limits', '{"accuonts":1}'], 'did you mean "accounts"?'],
    [['engine', '--limits', '{"accounts":0}'], 'whole number from 1'],
    [['engine', '--limits', '{"accounts":"4"}'], 'whole number from 1'],
    [['engine', '--limits', '{"accounts":4'], 'Not JSON'],
    [['engine', '--limits', 'no/such/file'], 'no such file'],
    [['engine', '--limit', '{}'], '--limits'],
    [['engine', 'file'], 'too many arguments'],
    [['engin'], 'engine'],
    [['--nonsense'], 'unknown option'],
  ])('%j ends with 2 and says why', (args, why) => {
    const { code, out, err } = run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(why);
    expect(err).not.toContain('    at ');
  });

  test('an interrupt ends it cleanly, with everything answered', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = spawn(process.execPath, [MAIN, 'engine']);
      let out = '';
      child.stdout.on('data', (part: Buffer) => (out += part.toString()));
      child.stdin.write('{"query":"info"}\n');
      await once(child.stdout, 'data');
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([0, null]);
      expect(answersOf(out)).toHaveLength(1);
    }
  });

  test('ends with 1 and without a stack when nobody takes the answers', async () => {
    const child = spawn(process.execPath, [MAIN, 'engine']);
    let err = '';
    child.stderr.on('data', (part: Buffer) => (err += part.toString()));
    child.stdout.destroy();
    child.stdin.on('error', () => {}); // it may be gone before everything is written
    for (let i = 0; i < 10_000 && child.stdin.write('{"query":"info"}\n'); i += 1);
    child.stdin.end();
    const [code] = (await once(child, 'exit')) as [number];
    expect({ code, err }).toEqual({ code: 1, err: '' });
  });
});

describe('plimsoll', () => {
  test('prints its version and its help', () => {
    const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };
    expect(run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const help = run(['--help']);
    expect(help.code).toBe(0);
    for (const part of ['Examples:', 'Exit codes:', 'engine', 'replay'])
      expect(help.out).toContain(part);
    expect(run(['engine', '--help']).out).toContain('Examples:');
    expect(run(['help', 'engine']).out).toContain('Examples:');
  });

  test('without a command prints its help and ends with 2', () => {
    expect(run([])).toMatchObject({ code: 2, err: expect.stringContaining('Usage:') as unknown });
  });
});
