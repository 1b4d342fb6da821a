// Proves a feed of an outside exchange: ccxt as it is installed asks a server on loopback that
// answers as Binance and KuCoin do; its price becomes the index to the last digit; whatever that
// server does wrong, the feed says so, goes on trying, comes back, and nothing else suffers.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { CcxtFeed } from '../src/feeds/ccxt-feed.ts';
import { exchangeFile } from '../src/feeds/ccxt-install.ts';
import { type Manner, Venue } from './feeds/venue.ts';

const WAIT_MS = 15_000;
const open: { close?: () => Promise<void>; stop?: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await (one.stop ?? one.close)?.call(one);
});

async function venueOf(exchange: 'binance' | 'kucoin'): Promise<Venue> {
  const venue = await Venue.open(exchange);
  open.push(venue);
  return venue;
}

async function labOf(feeds: readonly object[]): Promise<Lab> {
  const lab = await openLab({ config: { feeds } });
  open.push(lab);
  return lab;
}

function feedOf(exchange: string, url: string, symbols: Record<string, string>): CcxtFeed {
  const symbolOf = new Map(Object.entries(symbols));
  const feed = new CcxtFeed({
    exchange,
    url,
    symbolOf,
    everyMs: 100,
    timeoutMs: 400,
    staleAfterMs: 1_000,
  });
  feed.start();
  open.push(feed);
  return feed;
}

async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const began = performance.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() - began > WAIT_MS) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const priceOf = (feed: CcxtFeed): string | undefined => feed.quotes()[0]?.price;

async function marketOf(lab: Lab, market: string): Promise<Record<string, unknown>> {
  const { json } = await lab.ask('/api/v1/markets');
  const all = json['markets'] as Record<string, unknown>[];
  return all.find((one) => one['market'] === market) ?? {};
}

describe.each(['binance', 'kucoin'] as const)('%s through ccxt', (exchange) => {
  test('the price of its ticker is the index, rounded down to the price unit', async () => {
    const venue = await venueOf(exchange);
    venue.price = '61234.58999999999999999';
    const symbols = { 'BTC-PERP': 'BTC/USDT' };
    const feed = { feed: `ccxt:${exchange}`, url: venue.url, every_ms: 100, symbols };
    const lab = await labOf([feed]);
    const priced = await until(async () => {
      const market = await marketOf(lab, 'BTC-PERP');
      return market['index'] === '61234.5' && market;
    });
    expect(priced['mark']).toBe('61234.5');
    expect((await marketOf(lab, 'BTC/USDT'))['index']).toBe('60000'); // of no feed
    const { sequence } = lab.app.core.runtime.sequencer;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(lab.app.core.runtime.sequencer.sequence).toBe(sequence); // unchanged writes nothing
    venue.price = '61300.00000001';
    venue.clock += 1;
    await until(async () => (await marketOf(lab, 'BTC-PERP'))['index'] === '61300');
    const market = exchange === 'binance' ? /^\/api\/v3\/exchangeInfo/ : /^\/api\/v2\/symbols/;
    expect(venue.asked.filter((url) => market.test(url))).toHaveLength(1);
    expect(venue.asked.some((url) => url.includes('contracts') || url.includes('fapi'))).toBe(
      false,
    );
  });

  test('many symbols are one question, few are one each', async () => {
    const venue = await venueOf(exchange);
    venue.bases = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA'];
    venue.price = '7.25';
    const symbols = (count: number): Record<string, string> =>
      Object.fromEntries(
        venue.bases.slice(0, count).map((base) => [`${base}-PERP`, `${base}/USDT`]),
      );
    const many = exchange === 'binance' ? /24hr\?symbols=/ : /allTickers/;
    const four = feedOf(exchange, venue.url, symbols(4));
    await until(() => four.quotes().length === 4);
    expect(venue.asked.some((url) => many.test(url))).toBe(false);
    const five = feedOf(exchange, venue.url, symbols(5));
    await until(() => five.quotes().length === 5);
    expect(venue.asked.some((url) => many.test(url))).toBe(true);
    expect(five.quotes().map(({ price }) => price)).toEqual(Array<string>(5).fill('7.25'));
    expect(five.health().state).toBe('live');
  });

  test('a price is the text that was sent, whatever its digits', async () => {
    const venue = await venueOf(exchange);
    venue.price = '0.000000123450';
    const feed = feedOf(exchange, venue.url, { 'BTC-PERP': 'BTC/USDT' });
    expect(await until(() => priceOf(feed))).toBe('0.000000123450');
    venue.price = '9007199254740.9931';
    venue.clock += 1;
    await until(() => priceOf(feed) === '9007199254740.9931');
  });
});

describe('when the outside exchange does not behave', () => {
  test.each<[Manner, RegExp]>([
    ['limited', /429|Rate|Too many/],
    ['broken', /500|NotAvailable|ExchangeError/],
    ['hang', /Timeout|timed out|no answer/],
    ['garbage', /./],
    ['empty', /./],
    ['page', /./],
    ['gone', /./],
  ])('%s: it fails, ages, and comes back', async (manner, words) => {
    const venue = await venueOf('binance');
    const feed = feedOf('binance', venue.url, { 'BTC-PERP': 'BTC/USDT' });
    expect(await until(() => priceOf(feed))).toBe('50000');
    venue.manner = manner;
    venue.price = '1';
    await until(() => feed.health().state === 'failing');
    const { errors, trouble } = feed.health();
    expect(errors).toBeGreaterThan(0);
    expect(trouble).toMatch(words);
    expect(trouble).toMatch(/^[\x20-\x7E]+$/);
    const [{ price, timeMs }] = feed.quotes();
    expect(price).toBe('50000');
    expect(Date.now() - timeMs).toBeGreaterThan(0);
    venue.manner = 'well';
    venue.price = '50001';
    venue.clock += 1;
    await until(() => priceOf(feed) === '50001');
    expect(feed.health().state).toBe('live');
  });

  test.each(['0', '-5', '1e5', 'NaN', '', '５０'])('%j is no price', async (price) => {
    const venue = await venueOf('binance');
    venue.price = price;
    const feed = feedOf('binance', venue.url, { 'BTC-PERP': 'BTC/USDT' });
    await until(() => feed.health().state === 'failing');
    expect(feed.quotes()).toEqual([]);
  });

  test('bad from the first moment: it starts, waits longer each time, and recovers', async () => {
    const venue = await venueOf('kucoin');
    venue.manner = 'broken';
    const feed = feedOf('kucoin', venue.url, { 'BTC-PERP': 'BTC/USDT' });
    await until(() => feed.health().errors >= 3);
    expect(feed.quotes()).toEqual([]);
    expect(venue.asked.length).toBeLessThan(20);
    venue.manner = 'well';
    expect(await until(() => priceOf(feed))).toBe('50000');
  });

  test('its clock stands still: the price ages although it answers', async () => {
    const venue = await venueOf('binance');
    const feed = feedOf('binance', venue.url, { 'BTC-PERP': 'BTC/USDT' });
    await until(() => priceOf(feed));
    const [{ timeMs }] = feed.quotes();
    const asked = venue.asked.length;
    await until(() => venue.asked.length > asked + 3);
    expect(feed.quotes()[0]?.timeMs).toBe(timeMs);
    venue.clock += 1;
    await until(() => (feed.quotes()[0]?.timeMs ?? 0) > timeMs);
  });

  test('a symbol it does not have is named; the others go on', async () => {
    const venue = await venueOf('binance');
    const symbols = { 'BTC-PERP': 'BTC/USDT', 'DOG-PERP': 'DOG/USDT' };
    const feed = feedOf('binance', venue.url, symbols);
    await until(() => priceOf(feed));
    expect(feed.health()).toMatchObject({ state: 'failing', errors: 1 });
    expect(feed.health().trouble).toBe('this exchange has no DOG/USDT');
  });

  test('orders are taken meanwhile, and the index stays', async () => {
    const venue = await venueOf('binance');
    venue.manner = 'garbage';
    const lab = await labOf([{ feed: 'ccxt:binance', url: venue.url, every_ms: 100 }]);
    await until(() => lab.app.prices.feeds[0]?.health().state === 'failing');
    const order = { market: 'BTC-PERP', side: 'buy', price: '59000', size: '0.01' };
    expect((await lab.post('/api/v1/orders', order)).status).toBe(200);
    expect((await marketOf(lab, 'BTC-PERP'))['index']).toBe('60000');
  });
});

test('the middle of three feeds, the lower of two, without the stale ones', async () => {
  const [one, two] = [await venueOf('binance'), await venueOf('kucoin')];
  one.price = '70000';
  two.price = '50000';
  const symbols = { 'BTC-PERP': 'BTC/USDT' };
  const common = { every_ms: 100, stale_after_ms: 1_000, symbols };
  const lab = await labOf([
    { feed: 'ccxt:binance', url: one.url, ...common },
    { feed: 'ccxt:kucoin', url: two.url, ...common },
    { feed: 'sim', symbols: { 'BTC-PERP': '60000' } },
  ]);
  const advance = setInterval(() => {
    one.clock += 1;
    two.clock += 1;
  }, 50);
  const indexIs = (test: (index: number) => boolean) => async (): Promise<boolean> =>
    test(Number((await marketOf(lab, 'BTC-PERP'))['index']));
  try {
    await until(() =>
      lab.app.prices.figures(Date.now()).every((known) => known.price !== undefined),
    );
    await until(indexIs((index) => index > 58_000 && index < 62_000)); // the simulated one
    one.price = '40000';
    await until(indexIs((index) => index === 50_000)); // the middle one now
    two.manner = 'hang';
    await until(indexIs((index) => index === 40_000)); // two are left: the lower
    const known = lab.app.prices.figures(Date.now());
    const old = known.filter(({ ageMs = 0 }) => ageMs > 1_000);
    expect(old).toMatchObject([{ feed: 'ccxt:kucoin', market: 'BTC-PERP', price: '50000' }]);
  } finally {
    clearInterval(advance);
  }
});

describe('what is refused at the start', () => {
  test('an exchange that ccxt does not have, and a machine without ccxt', () => {
    expect(() => exchangeFile('binanc')).toThrow(/ccxt \d+\.\d+\.\d+ has no exchange "binanc"/);
    const elsewhere = mkdtempSync(join(tmpdir(), 'plimsoll-no-ccxt-'));
    expect(() => exchangeFile('binance', join(elsewhere, 'x.js'))).toThrow(
      /not installed: run `npm/,
    );
    rmSync(elsewhere, { recursive: true });
  });

  test.each([
    [{ feed: 'ccxt:binanc' }, 'has no exchange "binanc"'],
    [{ feed: 'nats:x' }, 'a feed is sim, replay:FILE or ccxt:EXCHANGE'],
    [{ feed: 'sim', symbols: { 'ETH-PERP': '3000' } }, 'ETH-PERP: no such market'],
    [{ feed: 'sim' }, 'needs a price in 0.1 to start BTC-PERP from'],
    [{ feed: 'sim', symbols: { 'BTC-PERP': 'much' } }, 'needs a price in 0.1'],
    [{ feed: 'replay:absent.csv' }, 'absent.csv cannot be read'],
    [{ feed: 'sim', symbols: {} }, 'has no market to price'],
    [{ feed: 'ccxt:binance', url: 'ftp://x' }, 'feeds.0.url'],
  ])('%j', async (feed, words) => {
    await expect(openLab({ config: { feeds: [feed] } })).rejects.toThrow(words);
  });

  test('the same feed twice', async () => {
    const feed = { feed: 'sim', symbols: { 'BTC-PERP': '1' } };
    await expect(openLab({ config: { feeds: [feed, feed] } })).rejects.toThrow('named twice');
  });
});
