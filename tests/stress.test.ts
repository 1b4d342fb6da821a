// Proves `plimsoll stress` on a file of commands and on the directory of a running server, which it
// must leave alone, and the same over HTTP: one at a time, bounded, and with the engine's own
// refusals.

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { Engine } from '../src/engine/engine.ts';
import { StressRunner } from '../src/runtime/stress.ts';
import { World, ok } from '../src/testing/engine-kit.ts';

const root = join(import.meta.dirname, '..');
const FILE = 'examples/engine/leveraged.jsonl';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function stress(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const main = join(root, 'src/cli/main.ts');
    const child = spawn(process.execPath, [main, 'stress', ...args], { cwd: root });
    let out = '';
    let error = '';
    child.stdout.on('data', (part: Buffer) => (out += part.toString()));
    child.stderr.on('data', (part: Buffer) => (error += part.toString()));
    child.on('close', (code) => resolve({ code, out, error }));
  });
}

const filesOf = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted((a, b) =>
    a < b ? -1 : 1,
  );

describe('plimsoll stress FILE', () => {
  test('prints the rounds, the fund and the losers', async () => {
    const { code, out, error } = await stress(FILE, '--market', 'BTC-PERP', '--shock', '-7');
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/^BTC-PERP {2}60000 -> 55800$/m);
    // Bid for 0.2 at the new mark; the fund carries 0.639 at 51,940.6; the rest is deleveraged.
    expect(out).toMatch(/^2 +BTC-PERP +0 +0 +11160 +0.00 % +0 +0 +0 +0$/m);
    expect(out).toMatch(/^4 +BTC-PERP +0 +0 +0 +0.00 % +33190.026 /m);
    expect(out).toMatch(/^all +1 +1 +11160 +0.00 % +33190.026 +1 +9635.778 +0$/m);
    expect(out).toMatch(/^insurance fund +2000 -> 3461.774, at the lowest 2000: not enough$/m);
    expect(out).toMatch(/^bold +6070 +0.004$/m);
  });

  test('has a ladder', async () => {
    const { code, out } = await stress(FILE, '--ladder', '--json');
    const { ladder } = JSON.parse(out) as {
      ladder: { change: string; totals: { liquidated: number; impact: string } }[];
    };
    expect(code).toBe(0);
    expect(ladder.map(({ change, totals }) => `${change} ${totals.liquidated}`)).toEqual([
      '-1 0',
      '-2 0',
      '-3 0',
      '-5 0',
      '-7 1',
      '-10 1',
      '-12 1',
      '-15 1',
      '-20 1',
    ]);
    // Bids above the mark are no impact.
    expect(ladder.map(({ totals }) => totals.impact)).toEqual(ladder.map(() => '0'));
    expect((await stress(FILE, '--ladder')).out).toMatch(/^-3 % .* not needed\n-5 %/m);
  });

  test.each([
    [[FILE], 2, 'name a shock'],
    [[FILE, '--shock', '-100'], 2, 'above -100'],
    [[FILE, '--shock', '1', '--ladder'], 2, 'brings its own'],
    [[FILE, '--market', 'BTC-PERP', '--shock', '1', '--shock', '2'], 2, '2 shocks for 1 markets'],
    [[FILE, '--market', 'NOPE', '--shock', '1'], 1, 'there are BTC-PERP'],
    [['no-such-thing', '--shock', '1'], 1, 'does not exist'],
    [['package.json', '--shock', '1'], 1, 'package.json, line 1: '],
  ] as const)('%j is refused', async (args, code, words) => {
    const ran = await stress(...args);
    expect(ran.code).toBe(code);
    expect(ran.error).toContain(words);
    expect(ran.out).toBe('');
  });
});

describe('beside a running server', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.stop());

  const perp = [{ market: 'BTC-PERP', change: '-0.05' }];
  const ask = (shocks: object[]) => lab.post('/api/v1/admin/stress', { shocks });

  test('the directory is read while it is written, and HTTP says the same', async () => {
    const files = filesOf(lab.data);
    const ran = await stress(lab.data, '--market', 'BTC-PERP', '--shock', '-5', '--json');
    expect(ran.error).toBe('');
    const { status, json } = await ask(perp);
    expect(status).toBe(200);
    expect(JSON.parse(ran.out)).toEqual(json);
    expect(filesOf(lab.data)).toEqual(files);
  });

  test('nothing of the exchange changes', async () => {
    const before = (await lab.ask('/api/v1/admin/state')).json;
    await ask(perp);
    expect((await lab.ask('/api/v1/admin/state')).json).toEqual(before);
  });

  test('one at a time', async () => {
    const answers = await Promise.all([ask(perp), ask(perp), ask(perp)]);
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, 503, 503]);
  });

  test('what cannot be followed is refused with words', async () => {
    const unknown = await ask([{ market: 'NO-PERP', change: '-0.1' }]);
    expect(unknown.json).toMatchObject({ status: 404, code: 'MARKET_NOT_FOUND' });
    const all = await ask([{ market: 'BTC-PERP', change: '-1' }]);
    expect(all.json).toMatchObject({ status: 400, code: 'MALFORMED' });
    const terms = { maker_fee: '-0.01', taker_fee: '0', reason: 'a gift' };
    const gift = await lab.post('/api/v1/admin/markets/BTC-PERP/impact', terms);
    expect(gift.json).toMatchObject({ code: 'MARKET_TERMS_INVALID' });
  });
});

describe('the runner', () => {
  const task = { kind: 'shocks', shocks: [] } as const;

  test('refuses a state above its limit, with the numbers', () => {
    const engine = new Engine();
    expect(new StressRunner({ rows: 2, ms: 1 }).copy(engine)).toEqual({
      kind: 'too_large',
      rows: 3,
      limit: 2,
    });
  });

  test('gives up after its time', async () => {
    const runner = new StressRunner({ rows: 1_000, ms: 1 });
    const copy = runner.copy(new Engine());
    if ('kind' in copy) throw new Error(copy.kind);
    expect(await runner.run(copy, task)).toEqual({ kind: 'too_long', limitMs: 1 });
    expect('parts' in runner.copy(new Engine())).toBe(true);
  });

  test('works on a copy that later snapshots do not overwrite', async () => {
    const w = new World();
    const market = w.perp();
    const alice = w.account('alice', 1_000);
    const short = w.account('short', 10_000);
    ok(w.sell(short, market, 1, 1_000));
    ok(w.buy(alice, market, 1, 1_000));
    const runner = new StressRunner();
    const copy = runner.copy(w.engine);
    ok(w.deposit(alice, 777));
    w.engine.snapshot();
    if ('kind' in copy) throw new Error(copy.kind);
    const shocks = [{ market, changePpm: -100_000 }];
    expect(await runner.run(copy, { kind: 'shocks', shocks })).toMatchObject({
      report: {
        moves: [{ from: 1_000, to: 900 }],
        losers: [{ account: alice, before: 1_000, after: 900 }],
      },
    });
  });
});
