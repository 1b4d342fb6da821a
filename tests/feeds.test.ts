// Proves `plimsoll serve --feed`: prices of a file or simulated ones become journaled commands, so
// a restart without the feed has them; real files of candles and marks play without conversion;
// what cannot be played stops the start with file and line.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openLab } from '../src/app/lab.suite.ts';
import { openPriceFile, readPrices } from '../src/feeds/price-file.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const REAL = join(import.meta.dirname, '..', '..', 'shared', 'data');
const BUDGET_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-feeds-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = {
  port: 0,
  demo: false,
  assets: [{ asset: 'USDT', decimals: 6, settlement: true }],
  markets: ['XRP-PERP', 'BTC-PERP'].map((market) => ({
    market,
    kind: 'perp',
    quote: 'USDT',
    price_unit: '0.0001',
    size_unit: '0.1',
    mark_source: 'index',
  })),
};

interface Market {
  readonly market: string;
  readonly index: string | null;
}

/** Starts a server, looks at its markets until `enough` of them, and ends it with the signal. */
async function look(
  args: readonly string[],
  enough: (markets: readonly Market[]) => boolean,
  signal: NodeJS.Signals,
): Promise<{ markets: readonly Market[]; log: string }> {
  const data = join(folder, 'data');
  const child = spawn(process.execPath, [MAIN, 'serve', '--data', data, '--json', ...args]);
  const ended = new Promise((resolve) => child.once('close', resolve));
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const { port } = await new Promise<{ port: number }>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as never));
    child.once('close', () => reject(new Error(log)));
  });
  const token = readFileSync(join(data, 'token'), 'utf8').trim();
  try {
    for (let tries = 0; tries < 200; tries += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/markets`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { markets } = (await answer.json()) as { markets: readonly Market[] };
      if (enough(markets)) return { markets, log };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`not seen: ${log}`);
  } finally {
    child.kill(signal);
    await ended;
  }
}

const indexOf = (markets: readonly Market[], name: string): string | null | undefined =>
  markets.find(({ market }) => market === name)?.index;

test(
  'a file becomes the index, survives kill -9 and a start without the feed, and a walk goes on',
  async () => {
    const file = join(folder, 'prices.csv');
    const config = join(folder, 'plimsoll.json');
    const start = 1_637_110_800_000;
    writeFileSync(
      file,
      `time,symbol,price\n${start},XRP-PERP,1.10\n${start + 600_000},XRP-PERP,1.23456\n`,
    );
    const feed = { feed: `replay:${file}`, speed: 1_000, symbols: { 'XRP-PERP': 'XRP-PERP' } };
    const sim = { feed: 'sim', symbols: { 'BTC-PERP': '60000', 'XRP-PERP': '1' } };
    writeFileSync(config, JSON.stringify({ ...CONFIG, feeds: [feed, sim] }));
    const args = ['--config', config, '--port', '0'];

    const seen = await look(
      [...args, '--feed', `replay:${file}`],
      (markets) => indexOf(markets, 'XRP-PERP') === '1.2345',
      'SIGKILL',
    );
    expect(indexOf(seen.markets, 'BTC-PERP')).toBeNull(); // the other feed was not asked for

    writeFileSync(config, JSON.stringify({ ...CONFIG, feeds: [] }));
    const again = await look(args, () => true, 'SIGTERM');
    expect(indexOf(again.markets, 'XRP-PERP')).toBe('1.2345');

    writeFileSync(config, JSON.stringify({ ...CONFIG, feeds: [sim] }));
    const walked = await look(
      args,
      (markets) => !['1.2345', null, undefined].includes(indexOf(markets, 'XRP-PERP')),
      'SIGTERM',
    );
    expect(Number(indexOf(walked.markets, 'XRP-PERP'))).toBeCloseTo(1.2345, 1); // and not from 1
    expect(Number(indexOf(walked.markets, 'BTC-PERP'))).toBeCloseTo(60_000, -3);
  },
  BUDGET_MS,
);

test('a price that the engine refuses is sent seldom, one that does not fit never', async () => {
  const file = join(folder, 'huge.csv');
  const row = (name: string, price: string): string => `1637110800000,${name},${price}\n`;
  const rows = row('BTC-PERP', '450000000000000') + row('BTC/USDT', '0.09999');
  writeFileSync(file, `time,symbol,price\n${rows}`);
  let now = 1_800_000_000_000;
  const feeds = [{ feed: `replay:${file}`, stale_after_ms: 3_600_000 }];
  const lab = await openLab({ config: { feeds }, nowMs: () => now });
  try {
    const { prices, core } = lab.app;
    const write = async (afterMs: number): Promise<number> => {
      now += afterMs;
      await Promise.all(prices.write(now));
      return prices.refused;
    };
    expect([await write(0), await write(250), await write(9_000)]).toEqual([1, 1, 1]);
    const { sequence } = core.runtime.sequencer;
    expect(await write(1_000)).toBe(2);
    expect(core.runtime.sequencer.sequence).toBeLessThanOrEqual(sequence + 1);
    const { json } = await lab.ask('/api/v1/markets');
    expect(json['markets']).toMatchObject([{ index: '60000' }, { index: '60000' }]);
  } finally {
    await lab.stop();
  }
});

test('a row that is not understood stops the start, by file and line', () => {
  const file = join(folder, 'bad.csv');
  writeFileSync(file, 'time,price\n1637110800000,1\n1637110801000,1,1\n');
  const config = join(folder, 'bad.json');
  writeFileSync(config, JSON.stringify(CONFIG));
  const args = [MAIN, 'serve', '--data', join(folder, 'bad'), '--config', config];
  const { status, stderr } = spawnSync(process.execPath, [...args, '--feed', `replay:${file}`], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain(`plimsoll: ${file}:3: it has 3 fields, the first line 2\n`);
});

const why = existsSync(REAL) ? '' : ' [skipped: ../shared/data is absent]';

describe.skipIf(why !== '')(`real files play as they are${why}`, () => {
  test.each([
    ['candles-mark-funding/XRP_USDT_USDT-1h-mark.csv', 4, '1.20932'],
    ['candles-mark-funding/XRP_USDT_USDT-5m-futures.csv', 4, '1.1893'],
    ['candles-mark-funding/XRP_USDT_USDT-8h-mark.csv', 4, '1.0959'],
    ['candles-mark-funding/btc-perp-20211231-20220201_1m.csv', 4, '46319.0'],
    ['binance-btcusdt-perp-20230405/btcusdt-mark.csv', 1, '28159.75642857'],
    ['binance-btcusdt-perp-20230405/btcusdt-trades.csv', 1, '28145.10'],
  ])('%s', (name, steps, first) => {
    const path = join(REAL, name);
    const lines = readFileSync(path, 'utf8').trim().split('\n').length;
    const file = openPriceFile(path);
    expect(file.rows).toBe((lines - 1) * steps);
    expect(readPrices(path).next().value?.price).toBe(first);
  });

  test('the fall of 4 December 2021 is in it', () => {
    const prices = [...readPrices(join(REAL, 'candles-mark-funding/XRP_USDT_USDT-8h-mark.csv'))];
    const day = Date.parse('2021-12-04T00:00:00Z');
    const at = prices.findIndex(({ timeMs }) => timeMs === day);
    const [open, high, low, close] = prices.slice(at, at + 4).map(({ price }) => Number(price));
    expect(low / open).toBeLessThan(0.65);
    expect([high >= open, low <= close]).toEqual([true, true]);
  });

  test('a file of funding rates is no file of prices', () => {
    const path = join(REAL, 'candles-mark-funding/XRP_USDT_USDT-8h-funding_rate.csv');
    expect(() => openPriceFile(path)).toThrow(`${path}:2: "0" is no price`);
  });
});
