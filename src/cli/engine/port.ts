// What the protocol needs of the engine: the face of the class Engine, so that the tables can be
// tested alone.

import type { Command, MarketStatus, MarketTerms } from '../../engine/command.ts';
import type { EventLog } from '../../engine/event.ts';
import type { EngineLimits } from '../../engine/limits.ts';
import type { Outcome } from '../../engine/outcome.ts';
import type {
  AccountView,
  BookView,
  ConservationView,
  LimitsView,
  OrderView,
  PositionView,
} from '../../engine/view.ts';

export interface AssetPort {
  readonly symbol: string;
  readonly decimals: number;
  readonly settlement: boolean;
  readonly weightPpm: number;
  readonly liabilityWeightPpm: number;
  readonly price: number;
}

export interface MarketPort {
  readonly symbol: string;
  readonly kind: number;
  readonly base: number;
  readonly quote: number;
  readonly priceUnit: string;
  readonly sizeUnit: string;
  readonly multiplier: number;
  readonly baseMultiplier: number;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly terms: MarketTerms;
  readonly status: MarketStatus;
  readonly mark: number;
  readonly index: number;
  readonly last: number;
}

export interface EnginePort {
  readonly events: EventLog;
  readonly limits: EngineLimits;
  execute(command: Command): Outcome;
  preview(command: Command): Outcome;
  accountNumber(name: string): number;
  accountName(account: number): string;
  assetNumber(symbol: string): number;
  marketNumber(symbol: string): number;
  assets(): readonly AssetPort[];
  markets(): readonly MarketPort[];
  book(market: number, levels: number, withQueue: boolean): BookView;
  orders(account: number, market?: number): OrderView[];
  account(account: number): AccountView;
  positions(account: number): PositionView[];
  limitsOf(account: number, market: number): LimitsView;
  conservation(): ConservationView[];
  hash(): string;
  eventDigest(): string;
}
