// "Did you mean …?": the known name nearest to one that is not known.

const DISTANCE_MAX = 3;
const LENGTH_MAX = 40;

/** `; did you mean "size"?`-like ending of a sentence, or '' when nothing known is near. */
export function nearestOf(given: string, known: readonly string[]): string {
  const name = nearest(given, known);
  return name === undefined ? '' : `, did you mean "${name}"`;
}

function nearest(given: string, known: readonly string[]): string | undefined {
  if (given.length > LENGTH_MAX) return undefined;
  const wanted = given.toLowerCase().replaceAll('-', '_');
  let best: string | undefined;
  let bestDistance = Math.min(DISTANCE_MAX, Math.ceil(given.length / 2)) + 1;
  for (const name of known) {
    const between = distance(wanted, name);
    if (between >= bestDistance) continue;
    best = name;
    bestDistance = between;
  }
  return best;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
 */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replace, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, before[j - 2] + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length];
}
