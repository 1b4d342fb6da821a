// Proves the commands about pairs against a real server, and without one: what they print, in a
// table and as JSON, and how they exit.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPairLab, type PairLab } from './pairs/lab.ts';

const root = join(import.meta.dirname, '..');

let pairs: PairLab;
beforeAll(async () => {
  pairs = await openPairLab();
});
afterAll(() => pairs.lab.stop());

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function pair(...args: string[]): Promise<Ran> {
  const main = join(root, 'src/cli/main.ts');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, 'pair', ...args], { cwd: root });
    let out = '';
    let error = '';
    child.stdout.on('data', (part: Buffer) => (out += part.toString()));
    child.stderr.on('data', (part: Buffer) => (error += part.toString()));
    child.on('close', (code) => resolve({ code, out, error }));
  });
}

const ask = (...args: string[]): Promise<Ran> =>
  pair(...args, '--url', pairs.lab.app.origin, '--token', pairs.lab.token);

const RATIOS = '--long-imr 0.1 --short-imr 0.12 --long-mmr 0.06 --short-mmr 0.07'.split(' ');

describe('with an exchange', () => {
  test('opens, lists, shows and closes', async () => {
    expect(await ask('list')).toMatchObject({ code: 0, out: 'no pairs\n' });
    const opened = await ask('open', 'BTC-PERP', 'SOL-PERP', '500', '3', '--key', 'cli-1');
    expect(opened).toEqual({
      code: 0,
      error: '',
      out: 'pair 1: long 0.01363 BTC-PERP, short 7.5 SOL-PERP, ratio 550\n',
    });
    await ask('open', 'BTC-PERP', 'SOL-PERP', '500', '3', '--key', 'cli-1');
    await pairs.price('BTC-PERP', '56000');
    const listed = await ask('list');
    expect(listed.out).toMatch(
      /^pair +long .*\n +1 +BTC-PERP +SOL-PERP +500 +3 +550 +560 +13\.63 +0\.91 +81\.02 +healthy +369\n$/,
    );
    const shown = await ask('show', '1');
    expect(shown.out).toMatch(/^estimated liquidation +402\.42 +estimate: entry ×/m);
    expect(shown.out).toMatch(/^liquidation, short rises +369 +exact: the long price stays/m);
    const json = JSON.parse((await ask('show', '1', '--json')).out) as Record<string, unknown>;
    expect(json).toEqual(await pairs.liveOf('1'));
    const closed = await ask('close', '1');
    expect(closed).toMatchObject({ code: 0, out: 'pair 1: 13.63 (0.91 %) at ratio 560\n' });
    expect((await ask('list', '--status', 'closed')).out).toMatch(/560 +13\.63 +0\.91 +- +closed/);
    expect((await ask('list', '--status', 'all', '--json')).out).toContain('"realizedPnL":13.63');
  }, 60_000);

  test('says why it is refused', async () => {
    const spot = await ask('open', 'BTC-PERP', 'BTC/USDT', '500', '3');
    expect(spot).toMatchObject({ code: 1, out: '' });
    expect(spot.error).toMatch(/BTC\/USDT is a spot market.*\(PAIR_REFUSED\)/);
    expect(await ask('close', '999')).toMatchObject({ code: 1 });
    expect((await ask('show', '999')).error).toContain('There is no open pair 999');
    expect(await ask('list', '--status', 'some')).toMatchObject({ code: 2 });
  }, 60_000);
});

describe('figures without an exchange', () => {
  test('of the worked example, each with where it comes from', async () => {
    const given = '--capital 500 --leverage 3 --entry 550 --pnl -50'.split(' ');
    const { code, out } = await pair('figures', ...given, ...RATIOS);
    expect(code).toBe(0);
    for (const [name, value] of [
      ['initial margin', '165'],
      ['maintenance margin', '97.5'],
      ['health', '78.33'],
      ['estimated liquidation', '402.42'],
      ['liquidation, long falls', '275'],
      ['nearest liquidation', '382.14'],
    ]) {
      expect(out).toMatch(new RegExp(`^${name} +${value} `, 'm'));
    }
    const json = await pair('figures', ...given, ...RATIOS, '--ratio', '566.67', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ currentRatio: 566.67, estimated: false });
  }, 30_000);

  test('of a general market when none is given', async () => {
    const { out } = await pair('figures', '--capital', '500', '--leverage', '3', '--entry', '550');
    expect(out).toMatch(/^initial margin +166\.67 +assumed/m);
    expect(out).toMatch(/^estimated liquidation +446\.88 +assumed/m);
    expect(out).toContain('no more than a first impression');
  }, 30_000);

  test.each([
    [['--long-imr', '0.1'], 2, /all four/],
    [['--pnl', 'x'], 2, /It is a number/],
    [['--leverage', '0.5'], 1, /leverage is 1 to 1000; 0\.5 was given/],
    [[...RATIOS, '--long-mmr', '1'], 1, /0\.0001 to 0\.9999, not 1/],
    [[...RATIOS, '--ratio', '-1'], 1, /A ratio is/],
  ])('%o ends with %i', async (more, code, says) => {
    const given = '--capital 500 --leverage 3 --entry 550'.split(' ');
    const ran = await pair('figures', ...given, ...more);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.error).toMatch(says);
  });
});
