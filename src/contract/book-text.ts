// The order book as JSON, letter for letter what `bookView` comes to. A market is asked for its
// book far more often than its levels change: the text of a level is made once and used until it
// does, and so is the whole book's until the next command.

import type { BookView, LevelView } from '../engine/view.ts';
import { priceOrNull, priceText, sizeText, type Catalog, type MarketUnits } from './catalog.ts';
import { BOOK_LEVELS_MAX } from './operations/get-book.ts';

/** Levels of a side whose texts are remembered: twice what one answer can have. */
const LEVELS_KEPT_MAX = 2 * BOOK_LEVELS_MAX;

interface KnownLevel {
  size: number;
  orders: number;
  text: string;
}

/** What was written last of one market. */
class Written {
  readonly bids = new Map<number, KnownLevel>();
  readonly asks = new Map<number, KnownLevel>();
  sequence = -1;
  levels = 0;
  text = '';
}

export class BookTexts {
  private readonly catalog: Catalog;
  private readonly markets: Written[] = [];

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** The book with so many levels as of a sequence; `look` is asked for it when it is needed. */
  text(market: number, levels: number, sequence: number, look: () => BookView): string {
    const written = (this.markets[market] ??= new Written());
    if (written.sequence !== sequence || written.levels !== levels) {
      written.text = bookText(look(), sequence, this.catalog.marketAt(market), written);
      written.sequence = sequence;
      written.levels = levels;
    }
    return written.text;
  }
}

function bookText(
  view: BookView,
  sequence: number,
  units: MarketUnits,
  { bids, asks }: Written,
): string {
  return (
    `{"market":${JSON.stringify(units.symbol)},"sequence":${sequence},` +
    `"bids":[${sideText(view.bids, units, bids)}],"asks":[${sideText(view.asks, units, asks)}],` +
    `"last":${quoted(priceOrNull(view.last, units))},` +
    `"mark":${quoted(priceOrNull(view.mark, units))},` +
    `"index":${quoted(priceOrNull(view.index, units))}}`
  );
}

function sideText(
  levels: readonly LevelView[],
  units: MarketUnits,
  known: Map<number, KnownLevel>,
): string {
  if (known.size > LEVELS_KEPT_MAX) known.clear();
  let text = '';
  for (const { price, size, orders } of levels) {
    let level = known.get(price);
    if (level?.size !== size || level.orders !== orders) {
      level = { size, orders, text: levelText(price, size, orders, units) };
      known.set(price, level);
    }
    text += text === '' ? level.text : `,${level.text}`;
  }
  return text;
}

/** Decimals have no letter that JSON would escape. */
const levelText = (price: number, size: number, orders: number, units: MarketUnits): string =>
  `{"price":"${priceText(price, units)}","size":"${sizeText(size, units)}","orders":${orders}}`;

const quoted = (text: string | null): string => (text === null ? 'null' : `"${text}"`);
