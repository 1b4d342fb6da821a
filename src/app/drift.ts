// From the configuration to a source of Drift's markets and accounts.

import { DriftCapture, type DriftWish } from '../brokers/drift/capture.ts';
import { DriftFault } from '../brokers/drift/fault.ts';
import { RpcReader } from '../brokers/drift/rpc.ts';
import type { DriftSettings } from '../brokers/drift/settings.ts';
import { DriftMarketSource } from '../brokers/drift/source.ts';
import type { Config } from './config.ts';

type DriftConfig = Config['drift'];

export function driftSettings(config: DriftConfig): DriftSettings {
  return {
    programId: config.program_id,
    pythPrograms: config.pyth_programs,
    settlementAsset: config.settlement_asset,
    hasHighLeverageMode: config.high_leverage_mode,
    snapshotAgeMsMax: config.snapshot_age_ms,
    priceAgeSlotsMax: config.price_age_slots,
    priceAgeMsMax: config.price_age_ms,
  };
}

/** Asks the configured node for the wish. @throws DriftFault when no node is configured */
export function driftCapture(config: DriftConfig, wish: DriftWish): DriftCapture {
  const { rpc: url, program_id: programId, timeout_ms: timeoutMs, attempts } = config;
  if (url === undefined) {
    throw new DriftFault(
      'input',
      'no node is named: give --rpc, or "rpc" under "drift" in the configuration',
    );
  }
  const reader = new RpcReader({ url, timeoutMs, attempts });
  return new DriftCapture({ reader, programId, wish, nowMs: Date.now });
}

/**
 * The markets and accounts of the configuration. It has asked nobody yet: `renew` it once, or
 * `start(config.refresh_ms)` it. @throws DriftFault when no node is configured
 */
export function driftSource(config: DriftConfig): DriftMarketSource {
  const { users, perp_markets: perpMarkets, spot_markets: spotMarkets } = config;
  const capture = driftCapture(config, { users, perpMarkets, spotMarkets });
  return new DriftMarketSource({
    load: () => capture.take(),
    settings: driftSettings(config),
    nowMs: Date.now,
  });
}
