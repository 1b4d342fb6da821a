// Rows as columns of text: words to the left, numbers to the right.

export type Cell = string | number | null | undefined;

const NUMBER = /^-?\d+(?:\.\d+)?$/;

export function columns(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell ?? '-').toString()));
  const isNumber = head.map((_, i) =>
    cells.every((row) => row[i] === '-' || NUMBER.test(row[i] ?? '')),
  );
  const widths = head.map((name, i) =>
    Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) =>
        isNumber[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...cells.map(line)].join('\n');
}
