// What the demo consists of: one spot and two perpetual markets, makers and takers with paper
// money, and the account of whoever tries it.

import { createAssetBody } from '../contract/operations/create-asset.ts';
import { createMarketBody } from '../contract/operations/create-market.ts';
import type { Beginning } from './set-up.ts';

export const DEMO_ACCOUNT = 'demo';
export const DEMO_MAKERS = ['demo-maker-1', 'demo-maker-2'] as const;
export const DEMO_TAKERS = ['demo-taker-1', 'demo-taker-2', 'demo-taker-3'] as const;

/** They take on more than they can bear, so that somebody is liquidated now and then. */
export const DEMO_GAMBLERS = ['demo-gambler-1', 'demo-gambler-2', 'demo-gambler-3'] as const;

export const DEMO_FAUCET = { asset: 'USDT', amount: '1000' } as const;

/** A market with the walk of its outside price, in its price units. */
export interface DemoMarket {
  readonly symbol: string;
  readonly start: number;
  /** Ticks between two quotes, and the size of a quote in lots. */
  readonly gapTicks: number;
  readonly lots: number;
  readonly seed: number;
  /** The largest step of the walk, in parts per million. */
  readonly stepPpm: number;
}

const perpTerms = {
  kind: 'perp',
  quote: 'USDT',
  brackets: [
    { floor_notional: '0', initial: '0.02', maintenance: '0.01' },
    { floor_notional: '500000', initial: '0.05', maintenance: '0.025' },
    { floor_notional: '5000000', initial: '0.2', maintenance: '0.1' },
  ],
  maker_fee: '-0.0001',
  taker_fee: '0.0005',
  liquidation_fee: '0.005',
  price_band: '0.05',
  minimum_notional: '5',
  mark_source: 'median',
  liquidation_buffer: '0.1',
  insurance_cap: '20',
  funding_interval_ms: 3_600_000,
  impact_notional: '1000',
} as const;

export const DEMO_MARKETS: readonly DemoMarket[] = [
  {
    symbol: 'BTC-USDT',
    start: 600_000,
    gapTicks: 24,
    lots: 40,
    seed: 11,
    stepPpm: 120,
  },
  { symbol: 'BTC-PERP', start: 600_000, gapTicks: 5, lots: 60, seed: 11, stepPpm: 120 },
  {
    symbol: 'ETH-PERP',
    start: 300_000,
    gapTicks: 14,
    lots: 90,
    seed: 13,
    stepPpm: 600,
  },
];

const paper = (usdt: string, btc: string): { asset: string; amount: string }[] => [
  { asset: 'USDT', amount: usdt },
  { asset: 'BTC', amount: btc },
];

export const DEMO_BEGINNING: Beginning = {
  assets: [
    { asset: 'USDT', decimals: 6, settlement: true },
    { asset: 'BTC', decimals: 8, weight: '0.9', price: '60000' },
  ].map((body) => createAssetBody.parse(body)),
  markets: [
    {
      market: 'BTC-USDT',
      kind: 'spot',
      base: 'BTC',
      quote: 'USDT',
      price_unit: '0.1',
      size_unit: '0.0001',
      maker_fee: '0.001',
      taker_fee: '0.001',
      minimum_notional: '5',
    },
    {
      market: 'BTC-PERP',
      ...perpTerms,
      price_unit: '0.1',
      size_unit: '0.001',
      tick_size: '0.5',
    },
    { market: 'ETH-PERP', ...perpTerms, price_unit: '0.01', size_unit: '0.01', tick_size: '0.05' },
  ].map((body) => createMarketBody.parse(body)),
  accounts: [
    { account: DEMO_ACCOUNT, deposits: paper('10000', '0.1') },
    ...DEMO_MAKERS.map((account) => ({ account, deposits: paper('50000000', '500') })),
    ...DEMO_TAKERS.map((account) => ({ account, deposits: paper('5000000', '50') })),
    ...DEMO_GAMBLERS.map((account) => ({ account, deposits: [] })),
  ],
  insurance: [{ asset: 'USDT', amount: '100000' }],
};

/** Whether the markets of a directory, if any, are the demo's own. */
export function isDemoGround(symbols: readonly string[], hasMakers: boolean): boolean {
  if (symbols.length === 0) return true;
  const own = DEMO_MARKETS.map(({ symbol }) => symbol);
  return hasMakers && symbols.every((symbol) => own.includes(symbol));
}
