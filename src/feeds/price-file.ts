// A file of past prices: rows of time, symbol and price, as CSV or as JSON lines, or candles as
// exchanges and their tools write them. A row that is not understood is named by file and line and
// nothing of the file is used; no number passes through a float.

import { FeedError, isPriceText } from './feed.ts';
import { linesOf, type Line } from './price-lines.ts';

/** One price at one moment. */
export interface PriceRow {
  /** Ms since 1970, in the file's own time. */
  readonly timeMs: number;
  /** '' in a file about one thing only. */
  readonly symbol: string;
  readonly price: string;
}

export interface PriceFile {
  readonly path: string;
  readonly rows: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** None in a file about one thing only. */
  readonly symbols: ReadonlySet<string>;
}

/** Column names for the time, the best first; then those for the price and the symbol. */
const TIMES = ['time', 'timestamp', 'date', 'ts_ms', 'exch_ts_ms'];
const PRICES = ['price', 'index_price', 'mark_price'];
const SYMBOLS = ['symbol', 'market'];
const CANDLE = ['open', 'high', 'low', 'close'];
const SYMBOL_CHARS_MAX = 64;
const SYMBOLS_MAX = 1_000;
/** A candle's length where the file has only one of them. */
const LONE_CANDLE_MS = 60_000;
const QUARTERS = 4;

/** Reads and checks the whole file. @throws FeedError with file and line */
export function openPriceFile(path: string): PriceFile {
  const symbols = new Set<string>();
  let rows = 0;
  let firstMs = 0;
  let lastMs = 0;
  for (const { timeMs, symbol } of readPrices(path)) {
    if (rows === 0) firstMs = timeMs;
    rows += 1;
    lastMs = timeMs;
    if (symbol !== '') symbols.add(symbol);
    if (symbols.size > SYMBOLS_MAX) {
      throw new FeedError(`${path} has more than ${SYMBOLS_MAX} symbols`);
    }
  }
  if (rows === 0) throw new FeedError(`${path} has no prices`);
  return { path, rows, firstMs, lastMs, symbols };
}

/** Row for row, times never going back. @throws FeedError with file and line */
export function* readPrices(path: string): Generator<PriceRow, void, undefined> {
  const lines = linesOf(path);
  const first = lines.next().value;
  if (first === undefined) return;
  const rows = first.text.startsWith('{')
    ? jsonRows(path, first, lines)
    : csvRows(path, first, lines);
  let lastMs = 0;
  for (const [line, row] of rows) {
    if (row.timeMs < lastMs) throw fault(path, line, 'its time is before that of the row above');
    lastMs = row.timeMs;
    yield row;
  }
}

type Rows = Iterable<readonly [line: number, row: PriceRow]>;

function csvRows(path: string, header: Line, lines: Iterable<Line>): Rows {
  const names = header.text.split(',').map((name) => name.trim().toLowerCase());
  const columnOf = (wanted: readonly string[]): number =>
    wanted.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  const time = columnOf(TIMES);
  const price = columnOf(PRICES);
  const symbol = columnOf(SYMBOLS);
  const candle = CANDLE.map((name) => names.indexOf(name));
  const isCandle = price < 0 && candle.every((at) => at >= 0);
  if (time < 0 || (price < 0 && !isCandle)) {
    const wanted = 'time,symbol,price or time,open,high,low,close';
    throw fault(path, header.number, `the columns are ${wanted}, named in the first line`);
  }
  const cells = cellsOf(path, names.length, lines);
  if (isCandle) return candleRows(path, cells, time, symbol, candle);
  return priceRows(path, cells, time, symbol, price);
}

interface Cells {
  readonly line: number;
  readonly cells: readonly string[];
}

function* cellsOf(path: string, count: number, lines: Iterable<Line>): Generator<Cells> {
  for (const { number, text } of lines) {
    const cells = text.split(',');
    if (cells.length === count) yield { line: number, cells };
    else throw fault(path, number, `it has ${cells.length} fields, the first line ${count}`);
  }
}

function* priceRows(
  path: string,
  lines: Iterable<Cells>,
  time: number,
  symbol: number,
  price: number,
): Generator<readonly [number, PriceRow]> {
  for (const { line, cells } of lines) {
    yield [
      line,
      {
        timeMs: timeIn(path, line, cells[time]),
        symbol: symbol < 0 ? '' : symbolIn(path, line, cells[symbol]),
        price: priceIn(path, line, cells[price]),
      },
    ];
  }
}

/**
 * A candle is played in four steps, a quarter of its time each: open, low, high, close when it
 * rose, open, high, low, close when it fell. Its time ends where the next one begins.
 */
function* candleRows(
  path: string,
  lines: Iterable<Cells>,
  time: number,
  symbol: number,
  candle: readonly number[],
): Generator<readonly [number, PriceRow]> {
  if (symbol >= 0) throw new FeedError(`${path}: candles of one symbol a file, without its column`);
  let held: { line: number; timeMs: number; steps: readonly string[] } | undefined;
  let lengthMs = LONE_CANDLE_MS;
  for (const { line, cells } of lines) {
    const timeMs = timeIn(path, line, cells[time]);
    const [open, high, low, close] = candle.map((at) => priceIn(path, line, cells[at]));
    if (held !== undefined) {
      if (timeMs <= held.timeMs) throw fault(path, line, 'it begins no later than the one above');
      lengthMs = timeMs - held.timeMs;
      yield* stepsOf(held, lengthMs);
    }
    const rose = isAtLeast(close, open);
    held = { line, timeMs, steps: rose ? [open, low, high, close] : [open, high, low, close] };
  }
  if (held !== undefined) yield* stepsOf(held, lengthMs);
}

function* stepsOf(
  { line, timeMs, steps }: { line: number; timeMs: number; steps: readonly string[] },
  lengthMs: number,
): Generator<readonly [number, PriceRow]> {
  const stepMs = Math.floor(lengthMs / QUARTERS);
  for (const [index, price] of steps.entries()) {
    yield [line, { timeMs: timeMs + index * stepMs, symbol: '', price }];
  }
}

/** Whether one plain decimal is at least another. */
function isAtLeast(a: string, b: string): boolean {
  const [aWhole, aRest = ''] = a.split('.');
  const [bWhole, bRest = ''] = b.split('.');
  if (aWhole.length !== bWhole.length) return aWhole.length > bWhole.length;
  const digits = Math.max(aRest.length, bRest.length);
  return aWhole + aRest.padEnd(digits, '0') >= bWhole + bRest.padEnd(digits, '0');
}

function* jsonRows(
  path: string,
  first: Line,
  lines: Iterable<Line>,
): Generator<readonly [number, PriceRow]> {
  yield [first.number, jsonRow(path, first)];
  for (const line of lines) yield [line.number, jsonRow(path, line)];
}

function jsonRow(path: string, { number, text }: Line): PriceRow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fault(path, number, 'it is not JSON');
  }
  const { time, symbol = '', price } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof price !== 'string') throw fault(path, number, 'price is a decimal in quotes');
  if (typeof symbol !== 'string') throw fault(path, number, 'symbol is a text');
  return {
    timeMs: timeIn(path, number, String(time)),
    symbol: symbolIn(path, number, symbol),
    price: priceIn(path, number, price),
  };
}

function timeIn(path: string, line: number, text: string): number {
  const timeMs = timeOf(text.trim());
  if (timeMs !== undefined) return timeMs;
  const known = 'ms since 1970, or 2022-01-31 23:59:00 (UTC)';
  throw fault(path, line, `${shown(text)} is no time: ${known}`);
}

function symbolIn(path: string, line: number, text: string): string {
  const symbol = text.trim();
  if (symbol.length <= SYMBOL_CHARS_MAX) return symbol;
  throw fault(path, line, `${shown(symbol)} is no symbol`);
}

function priceIn(path: string, line: number, text: string): string {
  const price = text.trim();
  if (isPriceText(price)) return price;
  throw fault(path, line, `${shown(text)} is no price: a plain decimal above zero`);
}

const MILLISECONDS = /^\d{12,14}$/;
const CALENDAR = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(\.\d{1,3})?\d{0,6}(?:Z|\+00:?00)?)?$/;

/** Ms since 1970, of a whole number or of a date and time in UTC. */
function timeOf(text: string): number | undefined {
  if (MILLISECONDS.test(text)) return Number(text);
  const [, date, time = '00:00:00', fraction = ''] = CALENDAR.exec(text) ?? [];
  const ms = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${fraction}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 40));

const fault = (path: string, line: number, what: string): FeedError =>
  new FeedError(`${path}:${line}: ${what}`);
