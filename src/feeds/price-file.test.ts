// Proves which files of past prices are read, how, and that every row which is not understood is
// named by file and line. A price leaves as the text that was in the file.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openPriceFile, readPrices } from './price-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-prices-'));
const path = join(folder, 'prices');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function rowsOf(text: string): string[] {
  writeFileSync(path, text);
  return [...readPrices(path)].map((row) => `${row.timeMs} ${row.symbol} ${row.price}`);
}

const T = 1_637_110_800_000;

describe('what is read', () => {
  it.each([
    ['rows', 'time,symbol,price\n1637110800000,BTC,1.50\n', [`${T} BTC 1.50`]],
    ['in any order, with more columns', `price,x,market,timestamp\n1,,A,${T}\n`, [`${T} A 1`]],
    ['no symbol, no last line end', `time,price\n${T},0.00001`, [`${T}  0.00001`]],
    ['Windows line ends, a byte order mark', `\uFEFFtime,price\r\n${T},2\r\n`, [`${T}  2`]],
    ['an empty line', `time,price\n\n${T},2\n`, [`${T}  2`]],
    ['a date', 'date,price\n2021-11-17 01:00:00.000000,2\n', [`${T}  2`]],
    ['a date with milliseconds', 'date,price\n2021-11-17T01:00:00.007Z,2\n', [`${T + 7}  2`]],
    ['a day', 'date,price\n2021-11-17,2\n', ['1637107200000  2']],
    ['the same time twice', `time,symbol,price\n${T},A,1\n${T},B,2\n`, [`${T} A 1`, `${T} B 2`]],
    ['an index file', `exch_ts_ms,mark_price,index_price\n${T},1,2\n`, [`${T}  2`]],
    ['JSON lines', `{"time":${T},"symbol":"A","price":"1.5"}\n`, [`${T} A 1.5`]],
    ['JSON lines without a symbol', '{"time":"2021-11-17 01:00:00","price":"1"}', [`${T}  1`]],
    [
      'digits that a float would lose',
      `time,price\n${T},1234567.1234567890123456\n`,
      [`${T}  1234567.1234567890123456`],
    ],
  ])('%s', (_name, text, rows) => {
    expect(rowsOf(text)).toEqual(rows);
  });

  it('a candle is played as it most likely went, over its own time', () => {
    const candles = [
      'date,open,high,low,close,volume',
      `${T},10,12,8,11,`,
      `${T + 4000},11,13,9,10.5,`,
    ];
    expect(rowsOf(candles.join('\n'))).toEqual([
      `${T}  10`,
      `${T + 1000}  8`,
      `${T + 2000}  12`,
      `${T + 3000}  11`,
      `${T + 4000}  11`,
      `${T + 5000}  13`,
      `${T + 6000}  9`,
      `${T + 7000}  10.5`,
    ]);
  });

  it('rising and falling are told apart by the numbers, not by the texts', () => {
    const steps = (open: string, close: string): string[] =>
      rowsOf(`time,open,high,low,close\n${T},${open},12,8,${close}\n`).map((row) => row.slice(15));
    expect(steps('9.5', '10')).toEqual(['9.5', '8', '12', '10']);
    expect(steps('10.25', '10.3')).toEqual(['10.25', '8', '12', '10.3']);
    expect(steps('10.30', '10.3')).toEqual(['10.30', '8', '12', '10.3']);
    expect(steps('10', '9.5')).toEqual(['10', '12', '8', '9.5']);
  });

  it('says what is in it', () => {
    rowsOf(`time,symbol,price\n${T},A,1\n${T + 5},B,2\n`);
    const file = openPriceFile(path);
    expect(file).toMatchObject({ rows: 2, firstMs: T, lastMs: T + 5 });
    expect([...file.symbols]).toEqual(['A', 'B']);
  });

  it('a file of many pieces, with lines across their ends', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${T + i},S${i % 7},${i + 1}.5`);
    expect(rowsOf(`time,symbol,price\n${rows.join('\n')}\n`)).toEqual(
      rows.map((row) => row.replaceAll(',', ' ')),
    );
  });
});

describe('what is refused, with file and line', () => {
  const priced = `time,symbol,price\n${T},A,1\n`;
  it.each([
    ['no column for the price', 'time,symbol\n', ':1: the columns are time,symbol,price'],
    ['no header', `${T},A,1\n`, ':1: the columns are'],
    ['a field too few', `${priced}${T},A\n`, ':3: it has 2 fields, the first line 3'],
    ['a field too many', `${priced}${T},A,1,2\n`, ':3: it has 4 fields'],
    ['no time', `${priced}soon,A,1\n`, ':3: "soon" is no time'],
    ['seconds', `${priced}1637110800,A,1\n`, ':3: "1637110800" is no time'],
    ['no calendar day', `${priced}2021-13-40,A,1\n`, ':3: "2021-13-40" is no time'],
    ['a time that goes back', `${priced}${T - 1},A,1\n`, ':3: its time is before'],
    ['zero', `${priced}${T},A,0.00\n`, ':3: "0.00" is no price'],
    ['a negative price', `${priced}${T},A,-1\n`, ':3: "-1" is no price'],
    ['an exponent', `${priced}${T},A,1e5\n`, ':3: "1e5" is no price'],
    ['no price', `${priced}${T},A,\n`, ':3: "" is no price'],
    ['a quoted field', `${priced}${T},A,"1"\n`, ':3: "\\"1\\"" is no price'],
    ['a long symbol', `${priced}${T},${'A'.repeat(65)},1\n`, ':3: "AAAA'],
    ['a line without end', `${priced}${'1'.repeat(5000)}`, ':3: a line has at most 4096'],
    [
      'candles that stand still',
      `time,open,high,low,close\n${T},1,1,1,1\n${T},1,1,1,1`,
      ':3: it begins',
    ],
    ['a candle with a hole', `time,open,high,low,close\n${T},1,0,0,1\n`, ':2: "0" is no price'],
    ['candles of several', `time,symbol,open,high,low,close\n`, ': candles of one symbol'],
    ['broken JSON', `{"time":${T},"price":"1"}\n{"time"\n`, ':2: it is not JSON'],
    ['a number as JSON price', `{"time":${T},"price":1.5}`, ':1: price is a decimal in quotes'],
    ['a JSON list', `{"time":${T},"price":"1"}\n[]`, ':2: price is a decimal'],
    ['JSON null', `{"time":${T},"price":"1"}\nnull`, ':2: price is a decimal'],
    ['a JSON symbol', `{"time":${T},"price":"1","symbol":1}`, ':1: symbol is a text'],
    ['nothing', '', ' has no prices'],
    ['only a header', 'time,price\n', ' has no prices'],
  ])('%s', (_name, text, words) => {
    writeFileSync(path, text);
    expect(() => openPriceFile(path)).toThrow(path + words);
  });

  it('a file that is not there, or is none', () => {
    expect(() => openPriceFile(join(folder, 'absent'))).toThrow('cannot be read');
    expect(() => openPriceFile(folder)).toThrow('cannot be read');
  });
});
