// Proves that what is read from the chain's bytes is what the figures are proven with: every golden
// account, written by the independent encoder, comes back to the last unit, and its figures are
// those of Drift's own SDK.

import { expect, test } from 'vitest';
import { driftFigures } from '../../margin/drift/figures.ts';
import { goldenCases } from '../../testing/drift/golden.ts';
import { encoded, withOracles } from './encoded.suite.ts';
import { parseRecording, recordingText } from './recording.ts';
import { DRIFT_V2 } from './settings.ts';
import { accountOf, readSnapshot } from './snapshot.ts';

const CASES = goldenCases();

test('all golden accounts are there', () => {
  expect(CASES.length).toBe(235);
});

test.each(CASES.map((one) => [one.id, one] as const))('golden account %i', (_, one) => {
  const { recording, user } = encoded(one.account);
  const file = parseRecording(recordingText(recording), 'the recording');
  expect(file).toEqual(recording);
  const { account } = accountOf(readSnapshot(file, DRIFT_V2), user);
  const { perpMarkets, spotMarkets, ...wanted } = withOracles(one.account);
  const { perpMarkets: perps, spotMarkets: spots, ...rest } = account;
  // The file has more than an account of the chain: previews of trades, and markets not touched.
  expect(wanted).toMatchObject(rest);
  expect(perpMarkets).toMatchObject(perps);
  for (const spot of spots) {
    expect(spotMarkets.find(({ marketIndex }) => marketIndex === spot.marketIndex)).toEqual(spot);
  }
  const figures = driftFigures(account, 'sdk');
  expect(figures).toEqual(driftFigures(one.account, 'sdk'));
  const expected = one.expected as Readonly<Record<string, unknown>>;
  for (const name of NAMES) expect(String(figures[name])).toBe(String(expected[name]));
});

const NAMES = [
  'initialMarginRequirement',
  'maintenanceMarginRequirement',
  'totalCollateralInitialStrict',
  'totalCollateralMaintenance',
  'freeCollateralInitial',
  'health',
  'canBeLiquidated',
  'leverage',
] as const;
