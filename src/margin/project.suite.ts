// A market and a position for the tests of edits: the published example of spec margin §6, in a
// quote asset of 7 decimals so that price unit 0.01 × size unit 0.00001 is a whole unit of it.

import { DEFAULT_BRACKETS } from './brackets.ts';
import type { Edit, EditTerms, IsolatedPosition, Projection } from './edit.ts';
import { DEFAULT_BANDS } from './health.ts';
import { bracketsOf } from './naive.suite.ts';
import { project } from './project.ts';
import type { ExpectedFill } from './sizing.ts';
import { defaultLeverageWarnings } from './warnings.ts';

/** One USDT. */
export const USDT = 10_000_000;

export const TERMS: EditTerms = {
  k: 1,
  brackets: bracketsOf(DEFAULT_BRACKETS),
  mark: 6_400_000,
  tick: 1,
  lot: 1,
  minimumSize: 1,
  minimumNotional: 0,
  takerFeePpm: 0,
  interestE12: 0,
  liftPpm: 0,
  profitWeightPpm: 1_000_000,
  profitCap: 0,
  state: 'active',
  available: 10_000 * USDT,
  leverageWarnings: defaultLeverageWarnings(10),
  bands: DEFAULT_BANDS,
};

/** Long 0.1 at 60,000 with 1,000. */
export const LONG: IsolatedPosition = {
  size: 10_000,
  cost: 6_000 * USDT,
  collateral: 1_000 * USDT,
  leverage: 6,
};

/** The same the other way round. */
export const SHORT: IsolatedPosition = { ...LONG, size: -10_000, cost: -6_000 * USDT };

/** All the size that anybody wants, at the mark. */
export const AT_MARK: readonly ExpectedFill[] = [{ price: 6_400_000, size: 1_000_000 }];

export function ask(
  before: IsolatedPosition | undefined,
  edit: Edit,
  change: Partial<EditTerms> = {},
  fills: readonly ExpectedFill[] = AT_MARK,
): Projection {
  return project({ before, edit, terms: { ...TERMS, ...change }, fills });
}
