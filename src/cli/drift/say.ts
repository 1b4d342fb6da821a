// One sentence on standard error. What a node or a file says may be part of it, so nothing that a
// terminal would obey gets through.

const UNSHOWN = /[\p{Cc}\p{Cf}]+/gu;

export function say(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`plimsoll: ${text.replaceAll(UNSHOWN, ' ')}\n`);
}
