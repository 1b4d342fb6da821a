// Every bound of the HTTP side with its reason. At a bound a request is refused; nothing is dropped
// silently and nothing grows without end.

/** Bytes of a body: a batch of 20 orders is some 6 KB. */
export const BODY_BYTES_MAX = 64 * 1024;

/** Callers whose rates are remembered; the oldest is forgotten first. 100 bytes each. */
export const RATE_KEYS_MAX = 20_000;

/** Answers kept to be given again for the same Idempotency-Key, 2 KB each. */
export const ANSWERS_MAX = 10_000;

/** Sessions, keys and links; of sessions the oldest ends when there are more. */
export const CREDENTIALS_MAX = 10_000;

/** Connections at the same time: half of the usual limit of open files. */
export const CONNECTIONS_MAX = 512;

/** A client that sends slower than this is cut off: headers, and the whole request. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 15_000;

/** Idle connections are kept this long. */
export const KEEP_ALIVE_MS = 30_000;

/** Characters of an Idempotency-Key; a batch adds a number of two digits and a colon. */
export const KEY_CHARS_MAX = 36;
export const BATCH_KEY_CHARS_MAX = 33;

/** Deposits of the faucet per account and hour. */
export const FAUCET_PER_HOUR = 10;

/**
 * Open pairs: of one account (their figures take 10 µs each) and of all (1 KB each, in memory). And
 * all pairs that an account ever had, 300 bytes each.
 */
export const PAIRS_OPEN_PER_ACCOUNT_MAX = 500;
export const PAIRS_OPEN_MAX = 20_000;
export const PAIRS_PER_ACCOUNT_MAX = 10_000;
