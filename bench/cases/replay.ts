// How fast `plimsoll replay` gets through a file: reading, parsing, executing and counting. The
// flow is written into a temporary file in Plimsoll's own format first, which is not measured.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLIMSOLL_FLOW_HEADER } from '../../src/cli/replay/flow-file.ts';
import { replay, sourceOf } from '../../src/cli/replay/run.ts';
import {
  FLOW_CANCEL,
  FLOW_IOC,
  FLOW_MARKET,
  type Flow,
  type FlowOptions,
} from '../../src/testing/flow/flow.ts';
import { generateFlow } from '../../src/testing/flow/generator.ts';
import type { Measurement } from '../subject.ts';

const STARTED_MS = 1_740_787_200_000;

export async function measureReplay(options: FlowOptions): Promise<Measurement> {
  const { flow, totals: expected } = generateFlow(options);
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  try {
    const path = join(folder, 'flow.csv');
    writeFileSync(path, `${[PLIMSOLL_FLOW_HEADER, ...fileRows(flow)].join('\n')}\n`);
    const asked = { path, accounts: undefined, seed: options.seed };
    const before = process.cpuUsage();
    const report = await replay(await sourceOf(asked), asked, {
      rowsMax: Infinity,
      stopped: () => false,
      progress: () => undefined,
    });
    const { user, system } = process.cpuUsage(before);
    const [market] = report.markets;
    return {
      timed: report.rows,
      seconds: report.seconds,
      cpu: (user + system) / 1e6 / report.seconds,
      latency: undefined,
      resting: market.resting_orders,
      accounts: options.accounts,
      trades: report.fills,
      quantity: Number(market.volume),
      expected,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function* fileRows(flow: Flow): Generator<string> {
  const setUp = `${STARTED_MS},`;
  yield `${setUp}asset,,USDT,,,,decimals=6;settlement=yes`;
  yield `${setUp}market,,BTC-PERP,,,,kind=perp;quote=USDT;price_unit=1;size_unit=1;self_trade=allowed`;
  for (let i = 0; i < flow.options.accounts; i++) {
    yield `${setUp}account,a${i},,,,,`;
    yield `${setUp}deposit,a${i},USDT,,,100000000,`;
  }
  yield `${setUp}mark,,BTC-PERP,,32768,,`;
  for (let row = 0; row < flow.length; row++) {
    const common = `${STARTED_MS + row},${flow.op[row] === FLOW_CANCEL ? 'cancel' : 'order'}`;
    yield `${common},a${flow.account[row]},${fileOrder(flow, row)}`;
  }
}

function fileOrder(flow: Flow, row: number): string {
  const op = flow.op[row];
  const id = `id=${flow.id[row]}`;
  if (op === FLOW_CANCEL) return `,,,,${id}`;
  const side = flow.side[row] > 0 ? 'buy' : 'sell';
  const price = op === FLOW_MARKET ? '' : flow.price[row];
  const extra = op === FLOW_IOC ? ';tif=ioc' : '';
  return `BTC-PERP,${side},${price},${flow.size[row]},${id};self_trade=none${extra}`;
}
