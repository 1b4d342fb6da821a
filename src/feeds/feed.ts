// What every source of outside prices looks like. A feed reports; it never decides what becomes of
// a price, it never throws once it has started, and it keeps no more than the newest price a
// market.

/** The most markets that one feed can price. */
export const FEED_MARKETS_MAX = 64;

/** The newest price of one market. */
export interface Quote {
  /** The market of this exchange, by its symbol. */
  readonly market: string;
  /** A plain decimal above zero, exactly as the source wrote it. */
  readonly price: string;
  /** When this machine last knew the price to be current, ms since 1970. */
  readonly timeMs: number;
}

/**
 * `starting`: no price yet. `failing`: the last attempt failed, and it goes on trying. `ended`:
 * there will be no further price.
 */
export type FeedState = 'starting' | 'live' | 'failing' | 'ended';

export interface FeedHealth {
  readonly state: FeedState;
  /** Since the start. */
  readonly errors: number;
  /** What went wrong last, a sentence; '' when nothing has. */
  readonly trouble: string;
}

export interface Feed {
  /** As on the command line: `sim`, `replay:FILE`, `ccxt:EXCHANGE`. */
  readonly name: string;
  readonly markets: readonly string[];
  /** A price that is older says nothing about now. */
  readonly staleAfterMs: number;
  start(nowMs: number): void;
  stop(): Promise<void>;
  /** The newest price of every market that has one; at most FEED_MARKETS_MAX. */
  quotes(nowMs: number): readonly Quote[];
  health(): FeedHealth;
}

/** A feed that cannot be used as it was asked for; the sentence is for the operator. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
}

/** What `--feed` names. */
export type FeedName =
  | { readonly kind: 'sim' }
  | { readonly kind: 'replay'; readonly path: string }
  | { readonly kind: 'ccxt'; readonly exchange: string };

/** @throws FeedError */
export function parseFeedName(text: string): FeedName {
  if (text === 'sim') return { kind: 'sim' };
  const [, kind, rest = ''] = /^(replay|ccxt):(.+)$/s.exec(text) ?? [];
  if (kind === 'replay') return { kind, path: rest };
  if (kind === 'ccxt' && /^[a-z][a-z0-9]{1,30}$/.test(rest)) return { kind, exchange: rest };
  throw new FeedError(
    `a feed is sim, replay:FILE or ccxt:EXCHANGE with the exchange in lower case: ${text} is not`,
  );
}

const PRICE = /^(?:0|[1-9]\d{0,15})(?:\.\d{1,30})?$/;

/**
 * A plain decimal above zero. With more digits than a market's prices can have, because programs
 * outside print floats; whoever uses it rounds down.
 */
export const isPriceText = (text: string): boolean => PRICE.test(text) && /[1-9]/.test(text);
