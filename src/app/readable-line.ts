// A line of the structured log for somebody who reads it in a terminal: the time of day, the level
// where it matters, what happened, and the facts. Nothing is left out that the line says.

const WARN = 40;
const LEVELS = new Map([
  [20, 'debug'],
  [WARN, 'warn'],
  [50, 'ERROR'],
  [60, 'FATAL'],
]);
const STACK_LINES = 8;

/** A line of pino as JSON, with its line end, as text with its line end. */
export function readableLine(json: string): string {
  let line: Record<string, unknown>;
  try {
    line = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return json; // not from pino: as it is
  }
  const { time, level, msg, err, ...facts } = line;
  const words = [timeOfDay(String(time)), LEVELS.get(Number(level)), printable(String(msg))];
  const told = Object.entries(facts).map(([name, value]) => `${name} ${valueText(value)}`);
  const head = words.filter((word) => word !== undefined).join(' ');
  const tail = told.length === 0 ? '' : `  (${told.join(', ')})`;
  return `${head}${tail}${errorText(err)}\n`;
}

/** The local time of day; what is no time stays as it is. */
function timeOfDay(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toTimeString().slice(0, 8);
}

function valueText(value: unknown): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

function errorText(error: unknown): string {
  if (error === undefined) return '';
  if (typeof error !== 'object' || error === null) return `\n    ${valueText(error)}`;
  const { stack } = error as { readonly stack?: unknown };
  const lines = (typeof stack === 'string' ? stack : JSON.stringify(error)).split('\n');
  return lines
    .slice(0, STACK_LINES)
    .map((line) => `\n    ${printable(line)}`)
    .join('');
}

/** A terminal obeys what is not printable. */
const printable = (text: string): string => text.replaceAll(/[^\P{C}]/gu, '?');
