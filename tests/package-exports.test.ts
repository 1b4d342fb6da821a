// Proves that a program which imports this package by its name gets the published functions, also
// in plain Node without a build, and that nothing else is reachable by that name.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { getAccuratePositionMetrics, ratioLegMarket } from 'plimsoll/drift';
import {
  calculateLiquidationPrice,
  calculateMargin,
  calculatePositionHealth,
} from 'plimsoll/margin';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RATIOS = { longIMR: 0.1, shortIMR: 0.12, longMMR: 0.06, shortMMR: 0.07 };

test('plimsoll/margin computes the worked example', () => {
  const position = { entryRatio: 550, capitalUSDC: 500, leverage: 3, unrealizedPnL: -50 };
  expect(calculateMargin(500, 3, RATIOS).initialMargin).toBe(165);
  expect(calculateLiquidationPrice(position, RATIOS).liquidationRatio).toBe(402.42);
  expect(calculatePositionHealth(position, RATIOS).health).toBe(78.33);
});

test('plimsoll/drift computes it from the markets of a source', () => {
  const source = {
    legMarket: (index: number) =>
      ratioLegMarket({
        mark: index === 1 ? 55_000_000_000 : 100_000_000,
        initialRatio: () => (index === 1 ? 1_000 : 1_200),
        maintenanceRatio: () => (index === 1 ? 600 : 700),
      }),
  };
  const metrics = getAccuratePositionMetrics(source, {
    longMarketIndex: 1,
    shortMarketIndex: 0,
    entryRatio: 550,
    capitalUSDC: 500,
    leverage: 3,
    unrealizedPnL: -50,
  });
  expect(metrics).toMatchObject({ initialMargin: 165, maintenanceMargin: 97.5, health: 78.33 });
});

test.each([
  ['plimsoll/margin', 0],
  ['plimsoll/drift', 0],
  ['plimsoll/src/margin/pair.ts', 1],
  ['plimsoll', 1],
])('Node imports %s with exit code %d', (name, code) => {
  const script = `await import(${JSON.stringify(name)})`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT });
  expect(run.status, run.stderr.toString()).toBe(code);
  if (code === 1) expect(run.stderr.toString()).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
});
