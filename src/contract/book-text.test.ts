// Proves that a book is written as the view says it, letter for letter, while levels come, change
// and go, and that it is looked at once per command.

import { expect, test } from 'vitest';
import type { BookView, LevelView } from '../engine/view.ts';
import { assert } from '../units/assert.ts';
import { price, size } from '../units/brand.ts';
import { parseUnit, type DecimalUnit } from '../units/decimal.ts';
import { BookTexts } from './book-text.ts';
import { Catalog, type MarketUnits } from './catalog.ts';
import { bookView } from './views.ts';

function unit(text: string): DecimalUnit {
  const read = parseUnit(text);
  assert(read.ok, 'a unit');
  return read.unit;
}

/** One market whose units are given. */
class OneMarket extends Catalog {
  override marketAt(): MarketUnits {
    return {
      number: 0,
      symbol: 'BTC-PERP',
      priceUnit: unit('0.25'),
      sizeUnit: unit('0.001'),
    } as MarketUnits;
  }
}

const catalog = new OneMarket({} as Catalog['source']);

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

test('a book that changes is written as its view', () => {
  const random = seeded(7);
  const texts = new BookTexts(catalog);
  const side = (): LevelView[] =>
    Array.from({ length: random(6) }, (_, i) => ({
      price: price(1_000 + i * 3 + random(2)),
      size: size(1 + random(3) * 500),
      orders: 1 + random(2),
    }));
  for (let sequence = 1; sequence < 3_000; sequence += 1) {
    const [last, mark, index] = [price(random(3)), price(random(3) * 7), price(random(2))];
    const view: BookView = { market: 0, bids: side(), asks: side(), last, mark, index };
    const text = texts.text(0, 5, sequence, () => view);
    expect(text).toBe(JSON.stringify(bookView(view, sequence, catalog)));
  }
});

test('one look per command and number of levels', () => {
  const texts = new BookTexts(catalog);
  let looks = 0;
  const look = (): BookView => {
    looks += 1;
    const none = price(0);
    return { market: 0, bids: [], asks: [], last: none, mark: none, index: none };
  };
  for (const [levels, sequence] of [
    [5, 1],
    [5, 1],
    [5, 2],
    [6, 2],
    [6, 2],
  ]) {
    texts.text(0, levels, sequence, look);
  }
  expect(looks).toBe(3);
});
