// What an asset is. Few and rarely changed: plain objects.

import type { Amount, Ppm } from '../../units/brand.ts';

export interface Asset {
  readonly symbol: string;
  readonly decimals: number;
  readonly settlement: boolean;
  readonly weightPpm: Ppm;
  readonly liabilityWeightPpm: Ppm;
  /** Interest of one hour on a negative balance, 10^−12; the settlement asset's alone is used. */
  readonly interestE12: number;
  /**
   * In a liquidation other collateral is sold once the settlement balance is below minus this.
   */
  readonly autoConvertLimit: Amount;
  /** Settlement units per whole asset; 0 = none yet. */
  price: Amount;
  /** Cumulative interest since the beginning, 10^−12, from 10^12; see src/margin/interest.ts. */
  interestIndex: number;
}
