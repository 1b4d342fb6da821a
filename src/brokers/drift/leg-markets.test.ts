// Proves that a pair of markets that were read from a node has all figures without another request,
// with the ratios of the venue at the size of each leg, and the estimate before anything was read
// and when what was read has grown old.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { getAccuratePositionMetrics } from '../../margin/pair-numbers.ts';
import { goldenCases } from '../../testing/drift/golden.ts';
import { DriftRpcServer } from '../../testing/drift/rpc-server.ts';
import { DriftCapture } from './capture.ts';
import { encoded, SLOT } from './encoded.suite.ts';
import { legMarketsOf } from './leg-markets.ts';
import { RpcReader } from './rpc.ts';
import { DRIFT_V2 } from './settings.ts';
import { DriftMarketSource } from './source.ts';

/** An account with four perp positions in markets whose margins grow with size. */
const ACCOUNT = goldenCases().find(({ id }) => id === 228)!.account;
const [LONG, SHORT] = ACCOUNT.perpMarkets.filter((one) => one.contractType === 'perpetual');

let node: DriftRpcServer;
let nowMs = 1_000_000;

beforeEach(async () => {
  node = await DriftRpcServer.start();
  node.slot = SLOT;
});
afterEach(() => node.stop());

test('a pair of markets from a node', async () => {
  const { user, recording } = encoded(ACCOUNT, () => 'lazer');
  node.put(...recording.accounts);
  const capture = new DriftCapture({
    reader: new RpcReader({ url: node.url, timeoutMs: 500, attempts: 2, delayMs: 1 }),
    programId: DRIFT_V2.programId,
    wish: { users: [user], perpMarkets: [], spotMarkets: [] },
    nowMs: () => nowMs,
  });
  const source = new DriftMarketSource({
    load: () => capture.take(),
    settings: DRIFT_V2,
    nowMs: () => nowMs,
  });
  const position = {
    longMarketIndex: LONG!.marketIndex,
    shortMarketIndex: SHORT!.marketIndex,
    entryRatio: Number(LONG!.oraclePrice) / Number(SHORT!.oraclePrice),
    capitalUSDC: 10_000,
    leverage: 2,
    unrealizedPnL: 0,
  };
  const figures = (): ReturnType<typeof getAccuratePositionMetrics> =>
    getAccuratePositionMetrics(legMarketsOf(source), position);
  expect(figures().estimated).toBe(true);
  await source.renew();
  await node.stop(); // from here on nobody could answer
  const found = figures();
  expect(found.estimated).toBe(false);
  for (const [market, ratio] of [
    [LONG, found.longMMR],
    [SHORT, found.shortMMR],
  ] as const) {
    const size = Math.floor((10_000 / (Number(market!.oraclePrice) / 1e6)) * 1e9);
    expect(ratio).toBeCloseTo(source.market(market!.marketIndex)!.maintenanceRatio(size) / 1e4, 4);
  }
  expect(found.maintenanceMargin).toBeCloseTo(10_000 * (found.longMMR + found.shortMMR), -1);
  expect(found.nearestLiquidationRatio).toBeLessThan(found.currentRatio!);
  expect(
    getAccuratePositionMetrics(legMarketsOf(source), { ...position, longMarketIndex: 9_999 }),
  ).toMatchObject({ estimated: true }); // a market that the program does not have
  nowMs += 3_600_000;
  expect(source.market(LONG!.marketIndex)!.stale).not.toEqual([]);
  expect(figures().estimated).toBe(true);
});
