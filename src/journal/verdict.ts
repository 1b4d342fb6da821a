// What a start can find, as values an operator can act on: which of the fourteen rows, which file,
// which byte, which sequence, and what to do. A verdict is never softened after it was given.

export type VerdictNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14;

/** The rows of the table: does the process start, and what the row means. */
export const VERDICTS: Readonly<
  Record<VerdictNumber, { readonly starts: boolean; readonly title: string }>
> = {
  1: { starts: true, title: 'everything is valid' },
  2: { starts: true, title: 'the last batch never reached the disk completely: cut' },
  3: { starts: false, title: 'acknowledged data is gone' },
  4: { starts: false, title: 'damage, not a torn tail' },
  5: { starts: false, title: 'the history has a gap, a repeat or a break' },
  6: { starts: true, title: 'the journal ends where its zeros begin' },
  7: { starts: true, title: 'the newest snapshot is bad: an older one is used' },
  8: { starts: true, title: 'no snapshot: replayed from the beginning' },
  9: { starts: false, title: 'a snapshot is newer than the end of the journal' },
  10: { starts: false, title: 'the replay gives something else than was recorded' },
  11: { starts: true, title: 'left-over temporary files were deleted' },
  12: { starts: false, title: 'written in another format, by other rules or for other markets' },
  13: { starts: false, title: 'the directory is in use' },
  14: { starts: false, title: 'stopped cleanly, but the end is damaged since' },
};

/** Where something was found; what is not known is absent. */
export interface Place {
  /** Name within the journal's directory; '' = the directory itself. */
  readonly file: string;
  readonly offset?: number;
  readonly sequence?: number;
}

export interface Finding extends Place {
  readonly verdict: VerdictNumber;
  readonly starts: boolean;
  /** What was found, one sentence. */
  readonly what: string;
  /** What the operator can do, one sentence; '' = nothing to do. */
  readonly remedy: string;
}

export function finding(verdict: VerdictNumber, place: Place, what: string, remedy = ''): Finding {
  return { verdict, starts: VERDICTS[verdict].starts, ...place, what, remedy };
}

/** The text for an operator. */
export function describe(found: Finding): string {
  const at = [
    found.file === '' ? '' : found.file,
    found.offset === undefined ? '' : `byte ${found.offset}`,
    found.sequence === undefined ? '' : `sequence ${found.sequence}`,
  ].filter((part) => part !== '');
  const where = at.length === 0 ? '' : ` (${at.join(', ')})`;
  const title = VERDICTS[found.verdict].title;
  const remedy = found.remedy === '' ? '' : ` ${found.remedy}`;
  const start = found.starts ? 'started' : 'refused to start';
  return `${start}, verdict ${found.verdict}: ${title}${where}. ${found.what}${remedy}`;
}

/** The way out that the operator takes knowingly. */
export const REMEDY_CUT =
  'Restore the directory from a copy; or run `plimsoll verify` to see what would be lost, ' +
  'and `plimsoll verify --cut` to give it up.';

export const REMEDY_RESTORE = 'Restore the directory from a copy; nothing here was changed.';
