// The few shapes of Markdown that the reference pages are made of.

/** The line that says where a page comes from. */
export function note(...sources: readonly string[]): string {
  const from = sources.map((source) => `\`${source}\``).join(' and ');
  return `Generated from ${from} by \`node scripts/generate-reference.ts\`: change that, not this page.`;
}

/** A table; a bar in a cell would end it and is escaped. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
