// How the tests of the protocol talk: objects in, parsed answers out, over a session with a small
// exchange.

import { Engine } from '../../engine/engine.ts';
import { Session } from './session.ts';

export type Line = Readonly<Record<string, unknown>>;

/** An answer, as any client would read it. */
export interface Answer {
  readonly ok: boolean;
  readonly code?: string;
  readonly number?: number;
  readonly message?: string;
  readonly field?: string;
  readonly line?: number;
  readonly sequence?: number;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly nearest?: readonly string[];
  readonly events?: readonly Event[];
  readonly [name: string]: unknown;
}

export type Event = { readonly event: string } & Readonly<Record<string, unknown>>;

/** What most tests begin with: a perpetual, a spot market, two accounts with money. */
export const SETUP: readonly Line[] = [
  {
    command: 'create_asset',
    symbol: 'USDT',
    decimals: 6,
    settlement: true,
    time: 1_700_000_000_000,
  },
  { command: 'create_asset', symbol: 'BTC', decimals: 8, price: '60000' },
  {
    command: 'create_market',
    symbol: 'BTC-PERP',
    kind: 'perp',
    quote: 'USDT',
    price_unit: '0.1',
    size_unit: '0.001',
    tick_size: '0.5',
    lot_size: '0.002',
    maker_fee: '0.0001',
    taker_fee: '0.0005',
  },
  {
    command: 'create_market',
    symbol: 'BTC/USDT',
    kind: 'spot',
    base: 'BTC',
    quote: 'USDT',
    price_unit: '0.01',
    size_unit: '0.0001',
  },
  { command: 'create_account', name: 'alice' },
  { command: 'create_account', name: 'bob' },
  { command: 'deposit', account: 'alice', asset: 'USDT', amount: '20000' },
  { command: 'deposit', account: 'bob', asset: 'USDT', amount: '20000' },
  { command: 'deposit', account: 'bob', asset: 'BTC', amount: '1.5' },
  { command: 'update_index', market: 'BTC-PERP', price: '60000', mark: '60000' },
  { command: 'update_index', market: 'BTC/USDT', price: '60000' },
];

/** One conversation; `say` takes an object, `raw` a line as it stands. */
export class Talk {
  readonly engine = new Engine();
  readonly session: Session;

  constructor({
    compact = false,
    setup = SETUP,
  }: { compact?: boolean; setup?: readonly Line[] } = {}) {
    this.session = new Session(this.engine, { compact });
    for (const line of setup) {
      const answer = this.say(line);
      if (!answer.ok) throw new Error(`set-up: ${JSON.stringify(line)}: ${answer.message}`);
    }
  }

  say(line: Line): Answer {
    return this.raw(JSON.stringify(line));
  }

  raw(line: string): Answer {
    return JSON.parse(this.session.answer(line)) as Answer;
  }

  /** State hash, event digest and count: what no bad line may change. */
  digest(): string {
    const { hash, event_digest } = this.say({ query: 'hash' });
    return `${String(hash)} ${String(event_digest)}`;
  }
}

/** The events of one kind in an answer. */
export function eventsOf(answer: Answer, name: string): readonly Event[] {
  return (answer.events ?? []).filter(({ event }) => event === name);
}
