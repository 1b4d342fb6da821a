// A liquidation receipt holds everything that its decision was made from: made again from the
// receipt alone it comes out the same, and a receipt with any other figure does not pass.

import { expect, test } from 'vitest';
import { verifyReceipt } from '../../margin/receipt.ts';
import type { Receipt } from '../../margin/receipt.ts';
import { runSim } from '../../testing/sim/run.ts';
import { Engine } from '../engine.ts';
import { receiptsOf } from '../receipts.ts';

const SEEDS = 40;

/** Receipts of random flow, all engines' together. */
function collect(): Receipt[] {
  const receipts: Receipt[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { script, engine } = runSim({
      seed,
      commands: 1_500,
      accounts: 3 + (seed % 6),
      checkEvery: 5_000,
      hashEvery: 5_000,
    });
    const again = new Engine();
    for (const command of script) {
      again.execute(command);
      receipts.push(...receiptsOf(again));
    }
    expect(again.hash()).toBe(engine.hash());
  }
  return receipts;
}

const receipts = collect();

test('every receipt follows from its inputs', () => {
  expect(new Set(receipts.map(({ by }) => by)).size).toBeGreaterThan(2);
  for (const receipt of receipts)
    expect(verifyReceipt(receipt), JSON.stringify(receipt)).toEqual([]);
});

/** Figures that the check computes, each by one unit off. */
const FIGURES = [
  'size',
  'asked',
  'limitPrice',
  'bankruptcyPrice',
  'liquidationPrice',
  'fee',
  'equityBefore',
  'maintenanceBefore',
  'equity',
  'maintenance',
] as const;

test.each(FIGURES)('a receipt with another %s is found out', (figure) => {
  for (const receipt of receipts.slice(0, 50)) {
    expect(verifyReceipt({ ...receipt, [figure]: receipt[figure] + 1 })).not.toEqual([]);
  }
});

test('so is one with another input', () => {
  for (const receipt of receipts.slice(0, 50)) {
    const [position, ...others] = receipt.positions;
    for (const change of [
      { cost: position.cost + 1 },
      { funding: position.funding + 1 },
      { mark: position.mark + 1 },
      { collateral: position.collateral + 1 },
    ]) {
      const changed = { ...receipt, positions: [{ ...position, ...change }, ...others] };
      expect(verifyReceipt(changed), JSON.stringify(change)).not.toEqual([]);
    }
  }
});

test('one whose scope was not below maintenance says so', () => {
  const [receipt] = receipts;
  const [position, ...others] = receipt.positions;
  const rich = { ...position, collateral: position.collateral + 1e12 };
  const found = verifyReceipt({ ...receipt, positions: [rich, ...others] });
  expect(found.map(({ figure }) => figure)).toContain('liquidatable');
});
