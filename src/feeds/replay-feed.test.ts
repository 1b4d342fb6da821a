// Proves that past prices come when they are due, faster when asked, that a file ends or begins
// again, and that a file which changes under the feed ends it with the place, and nothing else.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseFeedName } from './feed.ts';
import { ReplayFeed, type ReplayOptions } from './replay-feed.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-replay-'));
const path = join(folder, 'prices.csv');
const T = 1_637_110_800_000;
const NOW = 5_000_000;
const FILE = `time,symbol,price\n${T},A,1\n${T + 500},B,7\n${T + 1000},A,2\n${T + 3000},A,3\n`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function feedOf(change: Partial<ReplayOptions> = {}, text = FILE): ReplayFeed {
  writeFileSync(path, text);
  const symbolOf = new Map([
    ['A-PERP', 'A'],
    ['A-USD', 'A'],
    ['B-USD', 'B'],
  ]);
  const standard = { path, symbolOf, speed: 1, atEnd: 'hold', staleAfterMs: 10_000 } as const;
  const feed = new ReplayFeed({ ...standard, ...change });
  feed.start(NOW);
  return feed;
}

const shown = (feed: ReplayFeed, afterMs: number): string =>
  feed
    .quotes(NOW + afterMs)
    .map(({ market, price, timeMs }) => `${market} ${price} ${timeMs - NOW}`)
    .join(', ');

it('a price comes when it is due, for every market of its symbol', () => {
  const feed = feedOf();
  expect(shown(feed, 0)).toBe('A-PERP 1 0, A-USD 1 0');
  expect(shown(feed, 499)).toBe('A-PERP 1 499, A-USD 1 499');
  expect(shown(feed, 500)).toBe('A-PERP 1 500, A-USD 1 500, B-USD 7 500');
  expect(shown(feed, 2999)).toContain('A-PERP 2 2999');
  expect(feed.health()).toEqual({ state: 'live', errors: 0, trouble: '' });
  expect(shown(feed, 3000)).toContain('A-PERP 3 3000');
  expect(feed.health()).toEqual({ state: 'ended', errors: 0, trouble: '' });
  expect(shown(feed, 60_000)).toBe('A-PERP 3 3000, A-USD 3 3000, B-USD 7 3000'); // gets stale
});

it('faster, and again from the beginning', () => {
  const feed = feedOf({ speed: 10, atEnd: 'loop' });
  expect(shown(feed, 99)).toContain('A-PERP 1');
  expect(shown(feed, 100)).toContain('A-PERP 2');
  expect(shown(feed, 300)).toContain('A-PERP 3');
  expect(feed.health().state).toBe('live');
  expect(shown(feed, 300)).toContain('A-PERP 1');
  expect(shown(feed, 399)).toContain('A-PERP 1');
  expect(shown(feed, 400)).toContain('A-PERP 2');
});

it('reads a bounded number of rows a time, and all of them in the end', () => {
  const rows = Array.from({ length: 25_000 }, (_, i) => `${T + i},${i + 1}`);
  const symbolOf = new Map([['A-PERP', '']]);
  const feed = feedOf({ symbolOf, speed: 1_000_000 }, `time,price\n${rows.join('\n')}\n`);
  expect(shown(feed, 1000)).toBe('A-PERP 10000 1000');
  expect(shown(feed, 1000)).toBe('A-PERP 20000 1000');
  expect(shown(feed, 1000)).toBe('A-PERP 25000 1000');
});

it('a file of one moment that loops does not turn for ever', () => {
  const feed = feedOf({ symbolOf: new Map([['A', '']]), atEnd: 'loop' }, `time,price\n${T},4\n`);
  for (let ms = 0; ms < 5; ms += 1) expect(shown(feed, ms)).toBe(`A 4 ${ms}`);
  expect(feed.health().state).toBe('live');
});

it('a file that has changed ends the feed and says where', () => {
  const feed = feedOf({ atEnd: 'loop' });
  shown(feed, 3000);
  writeFileSync(path, `${FILE}${T},A\n`); // begins again from the changed file
  shown(feed, 3001);
  shown(feed, 10_000);
  const { state, errors, trouble } = feed.health();
  expect({ state, errors }).toEqual({ state: 'ended', errors: 1 });
  expect(trouble).toContain(`${path}:6: it has 2 fields`);
  expect(shown(feed, 20_000)).toContain('A-PERP 3 10000');
});

it('a symbol that the file does not have is refused with those it has', () => {
  const of =
    (symbol: string, text = FILE) =>
    (): ReplayFeed =>
      feedOf({ symbolOf: new Map([['X-PERP', symbol]]) }, text);
  expect(of('X')).toThrow('has no X for X-PERP, but A, B');
  expect(of('')).toThrow('has no unnamed prices for X-PERP');
  expect(of('X', `time,price\n${T},1\n`)).toThrow('map X-PERP to ""');
});

it.each([
  ['sim', { kind: 'sim' }],
  ['replay:a:b.csv', { kind: 'replay', path: 'a:b.csv' }],
  ['ccxt:kucoin', { kind: 'ccxt', exchange: 'kucoin' }],
])('the name %s', (text, name) => {
  expect(parseFeedName(text)).toEqual(name);
});

it.each(['', 'Sim', 'replay:', 'ccxt:', 'ccxt:../x', 'ccxt:Kraken', 'nats:x', 'sim:'])(
  'no feed is named %j',
  (text) => {
    expect(() => parseFeedName(text)).toThrow('sim, replay:FILE or ccxt:EXCHANGE');
  },
);
