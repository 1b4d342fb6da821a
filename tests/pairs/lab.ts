// A server with two perpetual markets that a pair can be made of, BTC and SOL at a ratio of 550 and
// with the margin ratios of the published example, and what a test of pairs asks it.

import { openLab, type Answered, type Lab, type LabOptions } from '../../src/app/lab.suite.ts';

export const BTC_SOL = { longMarket: 'BTC-PERP', shortMarket: 'SOL-PERP' };
/** The published example: $500 at 3×. */
export const EXAMPLE = { ...BTC_SOL, capitalUSDC: 500, leverage: 3 };

type Json = Record<string, unknown>;

const perp = (market: string, priceUnit: string, rates: [string, string]): Json => ({
  market,
  kind: 'perp',
  quote: 'USDT',
  price_unit: priceUnit,
  size_unit: priceUnit === '0.1' ? '0.00001' : '0.0001',
  mark_source: 'index',
  price_band: '0.2',
  brackets: [{ floor_notional: '0', initial: rates[0], maintenance: rates[1] }],
});

export const PAIR_CONFIG = {
  assets: [
    { asset: 'USDT', decimals: 6, settlement: true },
    { asset: 'BTC', decimals: 8, weight: '0.9', price: '60000' },
    { asset: 'EUR', decimals: 6 },
  ],
  markets: [
    perp('BTC-PERP', '0.1', ['0.1', '0.06']),
    perp('SOL-PERP', '0.01', ['0.12', '0.07']),
    perp('ETH-PERP', '0.1', ['0.1', '0.05']),
    { ...perp('BTC-EUR', '0.1', ['0.1', '0.05']), quote: 'EUR' },
    {
      market: 'BTC/USDT',
      kind: 'spot',
      base: 'BTC',
      quote: 'USDT',
      price_unit: '0.1',
      size_unit: '0.001',
    },
  ],
};

export async function openPairLab(options: LabOptions = {}): Promise<PairLab> {
  const lab = await openLab({ ...options, config: { ...PAIR_CONFIG, ...options.config } });
  const pairs = new PairLab(lab);
  await pairs.price('BTC-PERP', '55000');
  await pairs.price('SOL-PERP', '100');
  return pairs;
}

export class PairLab {
  readonly lab: Lab;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  /** Moves the mark of a market. */
  async price(market: string, price: string): Promise<void> {
    const path = `/api/v1/admin/markets/${market}/index`;
    const { status, text } = await this.lab.post(path, { price });
    if (status !== 200) throw new Error(text);
  }

  open(body: object = EXAMPLE, key = ''): Promise<Answered> {
    const headers: Record<string, string> = key === '' ? {} : { 'idempotency-key': key };
    return this.lab.post('/api/positions', body, { headers });
  }

  close(id: string, key = ''): Promise<Answered> {
    const headers: Record<string, string> = key === '' ? {} : { 'idempotency-key': key };
    return this.lab.ask(`/api/positions?id=${id}`, { method: 'DELETE', headers });
  }

  /** Opens a pair that must be taken; its id. */
  async opened(body: object = EXAMPLE): Promise<string> {
    const { status, text, json } = await this.open(body);
    if (status !== 200) throw new Error(text);
    return String((json['position'] as Json)['id']);
  }

  async list(query = ''): Promise<Json[]> {
    return (await this.lab.ask(`/api/positions${query}`)).json['positions'] as Json[];
  }

  async live(query = ''): Promise<Json[]> {
    return (await this.lab.ask(`/api/positions/live-pnl${query}`)).json['positions'] as Json[];
  }

  async liveOf(id: string): Promise<Json> {
    return (await this.live()).find((row) => row['id'] === id) ?? {};
  }
}
