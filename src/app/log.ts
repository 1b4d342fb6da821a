// The structured log: JSON lines on standard error, so that standard output stays for what was
// asked; in a terminal the same as lines for people. Tokens, cookies and bodies are never given to
// it.

import { pino, type Logger } from 'pino';
import type { Config } from './config.ts';
import { readableLine } from './readable-line.ts';

const STANDARD_ERROR = 2;

/** `isForPeople`: somebody reads it in a terminal. */
export function openLog(level: Config['log_level'], isForPeople = false): Logger {
  const lines = pino.destination({ fd: STANDARD_ERROR, sync: true });
  const write = (line: string): boolean => lines.write(readableLine(line));
  const destination = isForPeople ? { write } : lines;
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** For tests. */
export const noLog = (): Logger => pino({ level: 'silent' });

export type { Logger };
