// A generated order flow: what it consists of and what may be asked for. One typed array per field,
// so that a benchmark reads it without allocating. Never any behaviour.

/** A limit order that rests, or rests with what it does not trade at once. */
export const FLOW_LIMIT = 0;
/** A limit order whose rest is cancelled at once. */
export const FLOW_IOC = 1;
/** An order without a price. */
export const FLOW_MARKET = 2;
/** Takes an order out that is at rest. */
export const FLOW_CANCEL = 3;

export interface FlowOptions {
  /** Any whole number: the same one gives the same flow. */
  readonly seed: number;
  /** Orders at rest that the flow begins with and keeps near to. */
  readonly resting: number;
  /** Commands after the prefill. */
  readonly commands: number;
  /** Accounts 0 … accounts − 1, each as likely as any other. */
  readonly accounts: number;
}

/** `prefill` orders that rest, then the commands. Row i of every array is one command. */
export interface Flow {
  readonly options: FlowOptions;
  /** Rows before the commands proper: as many limit orders as are to rest. */
  readonly prefill: number;
  readonly length: number;
  /** FLOW_LIMIT … FLOW_CANCEL. */
  readonly op: Uint8Array;
  /** 1 buy, −1 sell; of a cancel, the order's. */
  readonly side: Int8Array;
  /** Ticks; 0 for market orders, and of a cancel the order's. */
  readonly price: Int32Array;
  /** Lots; of a cancel what is open. */
  readonly size: Int32Array;
  /** Of an order its own, counted from 1; of a cancel the order's. */
  readonly id: Int32Array;
  readonly account: Int32Array;
}

/** What the generator's own book did: every engine that runs the flow must come to the same. */
export interface FlowTotals {
  trades: number;
  /** Lots. */
  quantity: number;
  /** Ticks × lots; exact as long as it is below 2^53. */
  notional: number;
}
