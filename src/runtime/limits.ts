// How large the things of the runtime may become, each with its reason. When one is reached the
// answer is a refusal with a value, so that the caller can wait; nothing is ever dropped.

/**
 * Commands of one group, which is also the longest queue: what arrives while this many wait for the
 * disk is refused as `busy`. At a million a second it is 16 ms of a disk that does not answer.
 */
export const GROUP_COMMANDS_MAX = 16_384;

/** Bytes of one group: 16,384 commands of 96 bytes fit, and a slow disk writes it in some 5 ms. */
export const GROUP_BYTES_MAX = 2 * 1024 * 1024;

/**
 * Bytes that must be free in the open group before a command is taken: the largest command. The
 * engine's are below 300 bytes.
 */
export const COMMAND_BYTES_MAX = 4096;

/** How often a full disk is tried again. */
export const DISK_FULL_RETRY_MS = 200;

/**
 * Records after which a snapshot is taken by itself: a replay of that many takes one to two
 * seconds.
 */
export const SNAPSHOT_EVERY_RECORDS = 2_000_000;

/** Read models that follow one sequencer; each costs a call per command. */
export const FOLLOWERS_MAX = 64;

/** Bytes of one record of a durable log for brokers: a step of a saga with its amounts and ids. */
export const SAGA_RECORD_BYTES_MAX = COMMAND_BYTES_MAX;

/**
 * Rows of accounts, orders and positions that a stress test beside the exchange copies: some 30 MB
 * and 60 ms of the writer.
 */
export const STRESS_ROWS_MAX = 250_000;

/** How long such a test may go on in its thread, ms. */
export const STRESS_MS_MAX = 30_000;
