// Runs one replay from its file to its report. Which format it is, the header or the folder says.
// Reading the clock is for the throughput alone: nothing of it reaches the engine.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  BinanceSource,
  MARKS_FILE,
  MARKS_HEADER,
  QUOTES_FILE,
  QUOTES_HEADER,
  TRADES_FILE,
  TRADES_HEADER,
} from './binance-source.ts';
import { CANDLE_HEADERS, isCandleHeader } from './candles/candle-rows.ts';
import { CandleSource } from './candles/candle-source.ts';
import { PLIMSOLL_FLOW_HEADER, PlimsollFlowSource } from './flow-file.ts';
import { firstLine, original } from './line-reader.ts';
import { ORDER_FLOW_HEADER, OrderFlowSource } from './order-flow.ts';
import { ReplayError, shown } from './replay-error.ts';
import { reportOf, type ReplayReport } from './report.ts';
import { Session } from './session.ts';
import type { Control, Source, SourceOptions } from './source.ts';

const PARTS = [TRADES_FILE, QUOTES_FILE, MARKS_FILE];
const PART_HEADERS = [TRADES_HEADER, QUOTES_HEADER, MARKS_HEADER];

/** What replays this path. @throws ReplayError when nothing here knows it. */
export async function sourceOf(options: SourceOptions): Promise<Source> {
  const { path } = options;
  if (!existsSync(path)) throw new ReplayError(`${path}: there is no such file or folder`);
  if (statSync(path).isDirectory()) {
    const missing = PARTS.filter((name) => !existsSync(join(path, name)));
    if (missing.length === 0) return new BinanceSource(options);
    throw new ReplayError(`${path}: is a folder without ${missing.join(', ')}`);
  }
  const header = await firstLine(path);
  if (header === ORDER_FLOW_HEADER) return new OrderFlowSource(options);
  if (header === PLIMSOLL_FLOW_HEADER) return new PlimsollFlowSource(options);
  if (isCandleHeader(header)) return new CandleSource(options);
  if (PART_HEADERS.includes(header)) {
    throw new ReplayError(`${path}: is one of ${PARTS.join(', ')}: give the folder they are in`);
  }
  throw new ReplayError(
    `${path}:1: expected the header ${ORDER_FLOW_HEADER} or ${PLIMSOLL_FLOW_HEADER} or ` +
      `${CANDLE_HEADERS[0]}, ` +
      `found ${shown(original(header))}`,
  );
}

/** Runs a source in a new engine. @throws ReplayError */
export async function replay(
  source: Source,
  options: SourceOptions,
  control: Control,
): Promise<ReplayReport> {
  const session = new Session(source.limits, options);
  const began = performance.now();
  await source.run(session, control);
  const seconds = (performance.now() - began) / 1_000 - session.checkSeconds;
  const completed = !control.stopped();
  return reportOf(session, source, { path: options.path, seed: options.seed, completed, seconds });
}
