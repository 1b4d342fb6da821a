// The words of the wire for the numeric codes of the engine: the place in a list is the code. The
// lists are part of the published contract; a word is never renamed.

export const ORDER_TYPES = [
  'limit',
  'market',
  'stop_market',
  'stop_limit',
  'take_profit_market',
  'take_profit_limit',
] as const;
export const TIMES_IN_FORCE = ['gtc', 'ioc', 'fok', 'gtd'] as const;
export const SELF_TRADE_MODES = ['expire_maker', 'expire_taker', 'expire_both', 'none'] as const;
export const TRIGGERS_BY = ['mark', 'last'] as const;
export const MARKET_KINDS = ['spot', 'perp'] as const;
export const MARKET_STATUSES = [
  'active',
  'post_only',
  'close_only',
  'cancel_only',
  'halted',
  'settled',
] as const;
export const MARGIN_MODES = ['cross', 'isolated'] as const;
export const EDITS = [
  'open',
  'increase',
  'reduce',
  'close',
  'add_collateral',
  'remove_collateral',
] as const;
export const MARK_SOURCES = ['given', 'index', 'median'] as const;
/** What the engine imposes on a market, by bit: see IMPOSED_… of src/engine/state/market.ts. */
export const IMPOSITIONS = [
  'index_sources',
  'insurance_deficit',
  'step_bound',
  'settling',
] as const;

/** The words of the bits that are set. */
export const imposedWords = (bits: number): (typeof IMPOSITIONS)[number][] =>
  IMPOSITIONS.filter((_, bit) => (bits & (1 << bit)) !== 0);

/** The code of a word that was checked to be in the list. */
export function codeOf<Code extends number>(words: readonly string[], word: string): Code {
  return words.indexOf(word) as Code;
}

/** +1 or −1. */
export const sideCode = (side: 'buy' | 'sell'): 1 | -1 => (side === 'buy' ? 1 : -1);
export const sideWord = (side: number): 'buy' | 'sell' => (side > 0 ? 'buy' : 'sell');

let lastMs = 0;
let lastText = new Date(0).toISOString();

/** Milliseconds as ISO 8601 in UTC. Most texts made in a row are of the same moment. */
export function isoTime(ms: number): string {
  if (ms === lastMs) return lastText;
  lastMs = ms;
  lastText = new Date(ms).toISOString();
  return lastText;
}

/** The same for a time that may be absent (0). */
export const isoTimeOrNull = (ms: number): string | null => (ms === 0 ? null : isoTime(ms));
