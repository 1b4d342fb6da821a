// What an asset is. Few and rarely changed: plain objects.

import type { Amount, Ppm } from '../../units/brand.ts';

export interface Asset {
  readonly symbol: string;
  readonly decimals: number;
  readonly settlement: boolean;
  readonly weightPpm: Ppm;
  readonly liabilityWeightPpm: Ppm;
  /** Settlement units per whole asset; 0 = none yet. */
  price: Amount;
}
