// `plimsoll replay` over candles: the committed crash comes to every kind of liquidation, is
// conserved, and ends the same twice and from a snapshot; a short run keeps every invariant after
// every command; and what is wrong with a file or an option is said with its place.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runReplay, type ReplayOptions } from '../src/cli/replay/run-replay.ts';
import { replay, sourceOf } from '../src/cli/replay/run.ts';
import type { SourceOptions } from '../src/cli/replay/source.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'candles');
const CRASH = join(FIXTURES, 'crash.csv');
const funding = join(FIXTURES, 'crash-funding.csv');
/** As the README runs it. */
const AS_SHOWN = { funding, accounts: 600, coins: 95, fund: 20_000 };
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-candles-'));

afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

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
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

interface Report {
  readonly details: Record<string, Record<string, number>>;
  readonly [name: string]: unknown;
}

describe('the committed crash', () => {
  test('comes to every kind of liquidation, twice and from a snapshot the same', async () => {
    const { code, out } = await run(CRASH, {
      ...AS_SHOWN,
      twice: true,
      resumeAt: 12_000,
      json: true,
    });
    const report = JSON.parse(out) as Report;
    const { details } = report;
    expect(code).toBe(0);
    expect(report).toMatchObject({ second_run_same: true, resumed_run_same: true, rows: 168 });
    expect(report['conservation']).toMatchObject([
      { asset: 'USDT', difference: '0' },
      { asset: 'CRASH', difference: '0' },
    ]);
    for (const way of ['by_book,_cure', 'by_book,_whole', 'by_the_fund', 'by_counterparties'])
      expect({ way, closings: details[way]['closings'] > 0 }).toEqual({ way, closings: true });
    expect(details['at_mark']['closings']).toBeGreaterThan(0);
    expect(details['liquidations']['cross']).toBeGreaterThan(0);
    expect(details['liquidations']['isolated']).toBeGreaterThan(0);
    expect(details['deleveraged']['accounts']).toBeGreaterThan(0);
    // Every closing against somebody is told to that somebody.
    expect(details['deleveraged']['times']).toBe(
      details['by_counterparties']['closings'] + details['at_mark']['closings'],
    );
    expect(Number(details['insurance_fund']['start'])).toBe(20_000);
    expect(Number(details['insurance_fund']['low'])).toBeLessThan(0);
    expect(Number(details['deficits'])).toBeGreaterThan(0);
    expect(details['operator']['rescues']).toBeGreaterThan(0);
    expect(details['funding']['intervals']).toBe(20);
    expect(Number(details['funding']['paid'])).toBeGreaterThan(0);
  });

  test('keeps every invariant after every command', async () => {
    const options = { ...AS_SHOWN, accounts: 60, limit: 110, check: 1, json: true };
    const { code, out, err } = await run(CRASH, options);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = JSON.parse(out) as Report;
    expect(report['invariants_checked']).toBe(report['commands']);
    expect(report.details['liquidations']['accounts']).toBeGreaterThan(10);
  });

  test('liquidates nobody when it is calm, and says how fast it was beside that', async () => {
    const { code, out } = await run(CRASH, { ...AS_SHOWN, accounts: 100, calm: true });
    expect(code).toBe(0);
    expect(out).toMatch(
      /Calm run: [\d,]+ commands, 0 liquidations; the first run went through the file at [\d.]+ of its speed/,
    );
    expect(out).toMatch(/liquidations +[1-9]/);
  });

  test('says in its first line what was made up', async () => {
    const { out } = await run(CRASH, { ...AS_SHOWN, accounts: 20, limit: 3 });
    expect(out.split('\n')[0]).toMatch(
      /^Prepared for this replay: perpetual CRASH-PERP .*fund of 20,000 USDT.*95 % of them in coins/,
    );
  });
});

describe('a snapshot in the middle', () => {
  const asked = { path: CRASH, accounts: 40, seed: 1, candles: { funding } };

  test.each([1, 500, 2_000])('after %i commands changes nothing', async (resumeAt) => {
    const [straight, resumed] = [await outcome(asked), await outcome({ ...asked, resumeAt })];
    expect(resumed).toEqual(straight);
  });

  test('is no comparison of a run with itself: other dice end elsewhere', async () => {
    expect(await outcome({ ...asked, seed: 2 })).not.toEqual(await outcome(asked));
  });

  test('must lie within the run', async () => {
    const { code, err } = await run(CRASH, { accounts: 5, limit: 2, resumeAt: 9_999_999 });
    expect(code).toBe(1);
    expect(err).toMatch(
      /^plimsoll replay: --resume-at: expected 1 to \d+, the run has \d+ commands/,
    );
  });
});

async function outcome(asked: SourceOptions): Promise<readonly string[]> {
  const control = { rowsMax: 20, stopped: () => false, progress: () => undefined };
  const report = await replay(await sourceOf(asked), asked, control);
  return [report.state_hash, report.event_digest];
}

describe('both ways of writing a time', () => {
  const prices = '46319.0,46385.0,46300.0,46377.0,1';
  const rest = '46377.0,46411.0000000001,46377.0,46411.0,1';

  test('are the same time', async () => {
    const written = await run(
      file(
        'btc.csv',
        'timestamp,open,high,low,close,volume',
        `2021-12-31 23:01:00.000000,${prices}`,
        `2021-12-31 23:02:00,${rest}`,
      ),
      { accounts: 30, json: true },
    );
    const counted = await run(
      file(
        'btc-ms.csv',
        'date,open,high,low,close,volume',
        `1640991660000,${prices}`,
        `1640991720000,${rest}`,
      ),
      { accounts: 30, json: true },
    );
    const hash = ({ out }: Ran): unknown => (JSON.parse(out) as Report)['state_hash'];
    expect([written.code, counted.code]).toEqual([0, 0]);
    expect(hash(written)).toBe(hash(counted));
  });
});

describe('a candle that is none stops with its place and what was expected', () => {
  const header = 'date,open,high,low,close,volume';
  const bad: readonly (readonly [row: string, message: string])[] = [
    ['2,1,1,1', 'expected 6 fields'],
    ['1,1,1,1,1,1', 'date: expected a later time than in the row before, found "1"'],
    ['x,1,1,1,1,1', 'date: expected a whole number'],
    ['2,1,0.9,0.9,1,1', 'high: expected at least open and close, found "0.9"'],
    ['2,1,1,1.1,1,1', 'low: expected at most open and close, found "1.1"'],
    ['2,1,1,0.0000001,1,1', 'low: expected at least 0.00001, found "0.0000001"'],
    ['2,1,1e3,1,1,1', 'high: expected a plain decimal'],
    ['2,,1,1,1,1', 'open: expected a plain decimal'],
  ];

  test.each(bad)('%s', async (row, message) => {
    const path = file('bad.csv', header, '1,1,1,1,1,1', row);
    const { code, err } = await run(path, { accounts: 2 });
    expect(code).toBe(1);
    expect(err).toContain(`plimsoll replay: ${path}:3: ${message}`);
  });

  test.each(['0', '-1', '1e400', '1000000', '0.0000001', 'abc'])(
    'first price %s',
    async (price) => {
      const path = file('first.csv', header, `1,${price},1,1,1,1`);
      const { code, err } = await run(path, { accounts: 2 });
      expect(code).toBe(1);
      expect(err).toContain(`${path}:2: open: expected a decimal from 0.000001 to below 1000000`);
    },
  );

  test.each(['2021-13-01 00:00:00', '2021-02-30 00:00:00', '2021-02-03 24:00:00', 'today'])(
    'at %s',
    async (time) => {
      const path = file('time.csv', 'timestamp,open,high,low,close,volume', `${time},1,1,1,1,1`);
      const { code, err } = await run(path, { accounts: 2 });
      expect(code).toBe(1);
      expect(err).toContain(`${path}:2: timestamp: expected a`);
    },
  );
});

describe('an option that does not fit', () => {
  const tiers = (): string =>
    file(
      'tiers.csv',
      'symbol,tier,min_notional,max_notional,maintenance_rate,max_leverage,cum_maintenance_amount',
      'XRP/USDT:USDT,1,0,10000,0.005,75,0.0',
      'XRP/USDT:USDT,2,10000,20000,0.0065,50,15.0',
    );

  test('brackets without a symbol', async () => {
    const { code, err } = await run(CRASH, { brackets: tiers() });
    const expected = 'plimsoll replay: --brackets and --symbol: give both or none\n';
    expect({ code, err }).toEqual({ code: 1, err: expected });
  });

  test('a symbol that the table does not have, with those that are near', async () => {
    const { code, err } = await run(CRASH, { brackets: tiers(), symbol: 'XRPUSDT' });
    expect(code).toBe(1);
    expect(err).toMatch(/tiers\.csv: no brackets of "XRPUSDT"; there is XRP\/USDT:USDT\n$/);
  });

  test('the brackets of a symbol are those of the market', async () => {
    const options = { brackets: tiers(), symbol: 'XRP/USDT:USDT', accounts: 30, limit: 2 };
    const { code, out } = await run(CRASH, options);
    expect(code).toBe(0);
    expect(out).toMatch(/perpetual XRP-PERP .* the brackets of XRP\/USDT:USDT/);
  });

  test('funding that is none', async () => {
    const path = file('funding.csv', 'date,open,high,low,close,volume', '1,-0.00x,0,0,0,0');
    const { code, err } = await run(CRASH, { funding: path });
    expect(code).toBe(1);
    expect(err).toContain(`${path}:2: open: expected a plain decimal`);
  });

  test('no accounts at all', async () => {
    const { code, err } = await run(CRASH, { accounts: 0 });
    expect([code, err]).toEqual([1, 'plimsoll replay: --accounts: at least 1 is needed\n']);
  });
});
