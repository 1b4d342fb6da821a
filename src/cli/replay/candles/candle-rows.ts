// Reads the candles of a market: open, high, low and close by the time at which each candle began.
// Two headers are known, one with milliseconds and one with a written date; other columns are not
// read. A candle that is not one stops the replay.

import { firstLine, original } from '../line-reader.ts';
import { shown, ReplayError } from '../replay-error.ts';
import { Rows } from '../rows.ts';
import type { DecimalUnit } from '../../../units/decimal.ts';
import { unit } from '../session.ts';

export const CANDLE_HEADERS = [
  'date,open,high,low,close,volume',
  'timestamp,open,high,low,close,volume',
] as const;
const [DATE, OPEN, HIGH, LOW, CLOSE] = [0, 1, 2, 3, 4];
const WRITTEN = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.0{1,6})?$/;
/** Digits that a price is read to: 46,319.0 or 1.09590. */
const DIGITS = 5;

/** Price units. */
export interface Candle {
  /** When it began, ms. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** What prices and sizes of a market are counted in. */
export interface CandleUnits {
  readonly price: DecimalUnit;
  /** So that a lot is worth one to ten of the quote asset at the first price. */
  readonly size: DecimalUnit;
}

/** Whether a file with this first line holds candles. */
export function isCandleHeader(header: string): boolean {
  return (CANDLE_HEADERS as readonly string[]).includes(header);
}

/** A file of candles, one at a time, in the order of their times. */
export class CandleRows {
  readonly rows: Rows;
  private readonly isWritten: boolean;
  private before = -1;

  private constructor(rows: Rows, isWritten: boolean) {
    this.rows = rows;
    this.isWritten = isWritten;
  }

  /** @throws ReplayError when it has another header. */
  static async open(path: string): Promise<CandleRows> {
    const header = await firstLine(path);
    if (!isCandleHeader(header)) {
      throw new ReplayError(
        `${path}:1: expected the header ${CANDLE_HEADERS.join(' or ')}, ` +
          `found ${shown(original(header))}`,
      );
    }
    return new CandleRows(await Rows.open(path, header), header === CANDLE_HEADERS[1]);
  }

  /** Goes to the next row and reads when it begins. @throws ReplayError */
  advance(): number {
    this.rows.advance();
    const time = this.isWritten ? this.writtenTime() : this.rows.whole(DATE);
    if (time <= this.before) throw this.rows.bad(DATE, 'a later time than in the row before');
    this.before = time;
    return time;
  }

  /** Units that fit the current row's open price. @throws ReplayError */
  units(): CandleUnits {
    const value = Number(this.rows.fields[OPEN]);
    if (!(value > 0) || value >= 1e6 || value < 1e-6)
      throw this.rows.bad(OPEN, 'a decimal from 0.000001 to below 1000000');
    const exponent = Number(value.toExponential().split('e')[1]);
    return { price: powerOfTen(exponent - DIGITS), size: powerOfTen(0 - exponent) };
  }

  /** The current row. Finer digits than the unit's are cut off. @throws ReplayError */
  candle(time: number, { price }: CandleUnits): Candle {
    const { rows } = this;
    const [open, high, low, close] = [OPEN, HIGH, LOW, CLOSE].map((column) => {
      const value = rows.cutDecimal(column, price);
      if (value > 0) return value;
      throw rows.bad(column, `at least ${price.text}`);
    });
    if (high < Math.max(open, close)) throw rows.bad(HIGH, 'at least open and close');
    if (low > Math.min(open, close)) throw rows.bad(LOW, 'at most open and close');
    return { time, open, high, low, close };
  }

  private writtenTime(): number {
    const parts = WRITTEN.exec(this.rows.fields[DATE])?.slice(1).map(Number);
    if (parts === undefined) throw this.rows.bad(DATE, 'a time such as 2021-12-31 23:01:00');
    const [year, month, day, hour, minute, second] = parts;
    const time = Date.UTC(year, month - 1, day, hour, minute, second);
    const isReal = new Date(time).getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
    if (isReal && month >= 1 && month <= 12) return time;
    throw this.rows.bad(DATE, 'a day and time that exist');
  }
}

function powerOfTen(exponent: number): DecimalUnit {
  if (exponent >= 0) return unit(`1${'0'.repeat(exponent)}`);
  return unit(`0.${'0'.repeat(0 - exponent - 1)}1`);
}
