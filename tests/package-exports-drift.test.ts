// Proves that a program which imports this package by its name reaches the figures of Drift
// accounts and of other venues in plain Node, without a build, and computes one of them.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as drift from '../src/margin/public-drift.ts';
import * as margin from '../src/margin/public.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function run(script: string): unknown {
  const args = ['--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test.each([
  ['plimsoll/drift', drift],
  ['plimsoll/margin', margin],
])('%s has what its file exports', (name, exported) => {
  const names = run(
    `const all = await import('${name}'); console.log(JSON.stringify(Object.keys(all).sort()));`,
  );
  expect(names).toEqual(Object.keys(exported).sort());
  expect(Object.keys(exported).length).toBeGreaterThan(3);
});

test('a program computes a liquidation price at Binance', () => {
  const price = run(`
    import { linearLiquidationPrice } from 'plimsoll/margin';
    const found = linearLiquidationPrice(
      { size: 1n, entry: 1000n, collateral: 200n },
      { maintenancePpm: 10000, maintenanceAmount: 1n, takerFeePpm: 0 },
      { baseDecimals: 0, quoteDecimals: 2, priceDecimals: 2 },
    );
    console.log(JSON.stringify({ ...found, price: String(found.price) }));
  `);
  expect(price).toEqual({ kind: 'below', price: '807' }); // (10 − 2 − 0.01) ÷ 0.99 = 8.0707…
});
