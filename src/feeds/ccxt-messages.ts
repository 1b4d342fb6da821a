// What passes between the server and the thread in which an outside exchange is asked.

/** What the thread is started with. */
export interface CcxtTask {
  /** The file of the exchange in ccxt. */
  readonly file: string;
  /** As ccxt writes them: `BTC/USDT`. */
  readonly symbols: readonly string[];
  /** Scheme and host that take the place of the exchange's own; undefined: its own. */
  readonly url: string | undefined;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

export interface OutsidePrice {
  readonly symbol: string;
  /** A decimal as the exchange wrote it. */
  readonly price: string;
  /** The exchange's own time of it, if it gave one; ms since 1970. */
  readonly timeMs: number | undefined;
}

export type CcxtReport =
  | { readonly kind: 'prices'; readonly prices: readonly OutsidePrice[]; readonly missing: string }
  | { readonly kind: 'failed'; readonly trouble: string };
