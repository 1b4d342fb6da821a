// How large the things of the history may become, each with its reason. When one is reached the
// history says so, waits or goes on from the journal: it never leaves out a row in silence.

/**
 * Records of one transaction. Each of them writes the last pages of every index once, so a record
 * costs a fifth more with half as many and twice as much with 128; with more it costs the same, and
 * whoever waits for the history waits for one transaction, some 50 ms.
 */
export const BATCH_RECORDS_MAX = 2_048;

/** Values in the events of one transaction, for the rare command that does very much. */
export const BATCH_VALUES_MAX = 131_072;

/**
 * Bytes of the queue between the engine's thread and the history's: some 40,000 orders, more than
 * a second of them. What comes when it is full is read from the journal.
 */
export const QUEUE_BYTES = 32 * 1024 * 1024;

/**
 * How long the history waits for more before it writes a small batch, unless somebody asks: a
 * transaction for every command costs several times as much as one for all of these milliseconds,
 * and only who waits this long fills a large one.
 */
export const LINGER_MS = 200;

/** KB of the database that the writer of a SQLite history keeps in memory. */
export const SQLITE_CACHE_KB = 16_384;

/**
 * Pages of 4 KB that SQLite's log may have before they go to their places, and what its file is cut
 * back to: 64 MB. Each time costs syncs, which the journal's writes on the same disk wait behind;
 * at SQLite's own 1,000 pages a busy writer spends a sixth of its time on them.
 */
export const SQLITE_LOG_PAGES = 16_384;
export const SQLITE_LOG_BYTES = SQLITE_LOG_PAGES * 4_096;

/** Parameters of one statement: SQLite takes 32,766, PostgreSQL 65,535. */
export const PARAMETERS_MAX = 30_000;

/** Rows of one multi-row insert; fewer rows use the next smaller power of two. */
export const INSERT_ROWS_MAX = 256;

/** Numbers in one `in (…)`. */
export const IN_LIST_MAX = 1_024;

/** Prepared statements kept per connection. */
export const STATEMENTS_MAX = 256;

/** Rows of one page. */
export const PAGE_ROWS_MAX = 1_000;
export const PAGE_ROWS_DEFAULT = 100;

/** Candles of one answer: gaps are filled, so it bounds the work of an empty market too. */
export const CANDLES_MAX = 5_000;

/** Records between two looks at retention, unless there is more to remove. */
export const PRUNE_EVERY_RECORDS = 1_024;

/** Rows of each table that one pruning transaction takes away. */
export const PRUNE_ROWS_MAX = 5_000;

/** After a failed write the next try waits this long, doubling. */
export const RETRY_MS_MIN = 250;
export const RETRY_MS_MAX = 30_000;

/**
 * How long a question waits for a lock of SQLite: readers of a log never meet one, except while
 * somebody else repairs or empties the file.
 */
export const SQLITE_READ_WAIT_MS = 100;

/** Connections to PostgreSQL: one writes, the others answer questions. */
export const POSTGRES_READERS_MAX = 4;

/** A server that does not answer is tried again after this: a stop never waits longer for one. */
export const POSTGRES_CONNECT_MS_MAX = 10_000;

/** A query of a reader that takes longer than this is cancelled by PostgreSQL. */
export const POSTGRES_STATEMENT_MS_MAX = 30_000;

/** Questions that may wait for the history to come to a sequence. */
export const WAITERS_MAX = 1_024;

/** Trades that the tape holds per market, for those who begin to listen. */
export const TAPE_TRADES_MAX = 1_000;
