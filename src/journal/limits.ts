// How large the things of the journal may become, each with its reason. Reaching one is a refusal
// or an assertion, never a silent drop. Never a place for numbers of the file format: see
// layout.ts.

/** Default size of a segment: half a million commands, written with zeros in some 0.1 s. */
export const SEGMENT_BYTES = 64 * 1024 * 1024;

/** A segment is read into memory whole at the start, so this bounds the memory of a start. */
export const SEGMENT_BYTES_MAX = 256 * 1024 * 1024;

/** The smallest segment that is of any use: its header and one small batch. Tests live here. */
export const SEGMENT_BYTES_MIN = 2 * 1024;

/** Most bytes of one batch: 10 ms of a slow disk; also how far a torn batch can reach. */
export const BATCH_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Most bytes of one encoded command; the engine's are below 300, a broker's saga step below 4 KB.
 */
export const COMMAND_BYTES_MAX = 64 * 1024;

/** Snapshots that are kept: one may rot and one may be half a life old before history is needed. */
export const SNAPSHOTS_KEPT = 3;

/** Parts of one snapshot: a part is a column of a table; engines have some hundred. */
export const SNAPSHOT_PARTS_MAX = 4096;

/**
 * Largest part: what one typed array may hold here, and a bound for what a damaged table may ask.
 */
export const SNAPSHOT_PART_BYTES_MAX = 2 ** 32;

/** Bytes handled per turn of the event loop while a snapshot is written: 0.3 ms of checksum. */
export const SNAPSHOT_CHUNK_BYTES = 1024 * 1024;

/**
 * Bytes of a snapshot between two syncs: without them the last sync pushes hundreds of megabytes at
 * once, and batches wait behind it (measured: p99 of a batch 60 ms instead of 15 ms, in the same
 * time).
 */
export const SNAPSHOT_SYNC_BYTES = 16 * 1024 * 1024;

/** Bytes of a snapshot read per call at a start. */
export const SNAPSHOT_READ_BYTES = 16 * 1024 * 1024;

/**
 * Zeros written per call while a segment is prepared: small enough not to delay a group's write.
 */
export const PREPARE_CHUNK_BYTES = 1024 * 1024;

/** Files in one journal directory; more means that this is no journal directory. */
export const DIRECTORY_ENTRIES_MAX = 100_000;

/** Characters of the configuration's fingerprint: what fits into a header sector. */
export const FINGERPRINT_CHARS_MAX = 32;

/** Characters of a state hash: 512 bits in hex. */
export const STATE_HASH_CHARS_MAX = 128;
