// A progress bar on the terminal's error stream, so that the report can be piped. Drawn at most a
// few times a second and only when somebody can see it; it takes itself away before anything else
// is printed.

import { thousands } from './format.ts';

const EVERY_MS = 100;
const WIDTH = 30;
const COLUMNS_USUAL = 80;

/** Where the bar is drawn. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** How far it is: bytes, rows, and milliseconds of a clock that never goes back. */
export interface ProgressNow {
  readonly done: number;
  readonly total: number;
  readonly rows: number;
  readonly now: number;
}

export class Progress {
  private readonly terminal: Terminal;
  private readonly label: string;
  private drawnAt = -Infinity;
  private drawn = false;

  constructor(terminal: Terminal, label: string) {
    this.terminal = terminal;
    this.label = label;
  }

  update({ done, total, rows, now }: ProgressNow): void {
    if (this.terminal.isTTY !== true || now - this.drawnAt < EVERY_MS) return;
    this.drawnAt = now;
    this.drawn = true;
    const share = total === 0 ? 1 : Math.min(done / total, 1);
    const filled = Math.round(share * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const percent = `${Math.floor(share * 100)}`.padStart(3);
    const text = `${this.label} ${bar} ${percent} %  ${thousands(rows)} rows`;
    this.terminal.write(`\r${text.slice(0, this.columns() - 1)}\u001b[K`);
  }

  /** Some terminals say that they have no columns at all. */
  private columns(): number {
    const { columns } = this.terminal;
    return columns === undefined || columns === 0 ? COLUMNS_USUAL : columns;
  }

  clear(): void {
    if (this.drawn) this.terminal.write('\r\u001b[K');
    this.drawn = false;
  }
}
