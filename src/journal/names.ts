// The names of the files in a journal directory. Sequences are padded, so that names sort as
// numbers.

/** The kinds of files, by name. */
export type NamedFile =
  | { readonly kind: 'segment' | 'snapshot'; readonly name: string; readonly sequence: number }
  | { readonly kind: 'temporary' | 'marker' | 'lock' | 'cut' | 'other'; readonly name: string };

const DIGITS = 16; // 2^53 has sixteen

/** The next segment while it is being filled with zeros. */
export const SPARE_NAME = 'next-segment.tmp';
/** Says that the last stop was a clean one, and where the journal ended. */
export const MARKER_NAME = 'clean-stop';
export const MARKER_TEMPORARY_NAME = 'clean-stop.tmp';

/** Empty; the system locks it for the process that has the directory. Never to be opened. */
export const SYSTEM_LOCK_NAME = 'in-use';

export const segmentName = (firstSequence: number): string => `segment-${padded(firstSequence)}`;
export const snapshotName = (sequence: number): string => `snapshot-${padded(sequence)}`;
export const snapshotTemporaryName = (sequence: number): string => `${snapshotName(sequence)}.tmp`;
export const lockName = (token: string): string => `lock-${token}`;
/** Where `cut` puts away what it takes out. */
export const cutName = (name: string): string => `cut-${name}`;

export function parseName(name: string): NamedFile {
  const numbered = /^(segment|snapshot)-(\d{16})$/.exec(name);
  if (numbered !== null) {
    return { kind: numbered[1] as 'segment' | 'snapshot', name, sequence: Number(numbered[2]) };
  }
  if (name === MARKER_NAME) return { kind: 'marker', name };
  if (name.endsWith('.tmp')) return { kind: 'temporary', name };
  if (name.startsWith('lock-')) return { kind: 'lock', name };
  if (name.startsWith('cut-')) return { kind: 'cut', name };
  return { kind: 'other', name };
}

const padded = (sequence: number): string => String(sequence).padStart(DIGITS, '0');
