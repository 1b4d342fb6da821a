// Which program is read and what counts as old. Everything here is configuration, because the
// venue has moved once and may move again: plimsoll.json has it under `drift`.

import { addressBytes } from './address.ts';
import { DriftFault } from './fault.ts';

export interface DriftSettings {
  /** The program that owns markets and users. */
  readonly programId: string;
  /** Programs that may own a pulled Pyth price. */
  readonly pythPrograms: readonly string[];
  /** Name of spot market 0, in which all figures are. */
  readonly settlementAsset: string;
  /** False when the program has no high leverage mode: the field is then not looked at. */
  readonly hasHighLeverageMode: boolean;
  /** A snapshot that was received longer ago is stale. */
  readonly snapshotAgeMsMax: number;
  /** A price that was published more slots before its snapshot is stale. */
  readonly priceAgeSlotsMax: number;
  /** As above, for prices of which only the time is known. */
  readonly priceAgeMsMax: number;
}

/** Drift v2 on Solana's main network as it was; the limit in slots is the program's own. */
export const DRIFT_V2: DriftSettings = {
  programId: 'dRiftyHA39MWEi3m9aunc5MzRF1JYuBsbn6VPcn33UH',
  pythPrograms: [
    'G6EoTTTgpkNBtVXo96EQp2m6uwwVh2Kt6YidjkmQqoha',
    'rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ',
  ],
  settlementAsset: 'USDC',
  hasHighLeverageMode: true,
  snapshotAgeMsMax: 30_000,
  priceAgeSlotsMax: 120,
  priceAgeMsMax: 60_000,
};

/** Refuses settings with which nothing could be read. */
export function checkSettings(settings: DriftSettings): void {
  addressBytes(settings.programId, 'the program id');
  for (const program of settings.pythPrograms) addressBytes(program, 'a Pyth program');
  const { snapshotAgeMsMax, priceAgeSlotsMax, priceAgeMsMax } = settings;
  for (const limit of [snapshotAgeMsMax, priceAgeSlotsMax, priceAgeMsMax]) {
    if (limit > 0) continue;
    throw new DriftFault('input', `a limit of age is ${limit}, and nothing is that fresh`);
  }
}
