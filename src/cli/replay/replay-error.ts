// What stops a replay before its end: a file that is missing or a row that cannot be read. The
// message is for the person at the terminal and names the file, the line and what was expected.
// Anything else that throws is a bug.

/** Ends the command with exit code 1 and its message, without a stack. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

const SHOWN_MAX = 40;

/** A piece of a file as it may be put into a message: quoted, short, without control characters. */
export function shown(text: string): string {
  const cut = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  return JSON.stringify(cut);
}
