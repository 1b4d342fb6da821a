// The structured log: JSON lines on standard error, so that standard output stays for what was
// asked. Tokens, cookies and bodies are never given to it.

import { pino, type Logger } from 'pino';
import type { Config } from './config.ts';

const STANDARD_ERROR = 2;

export function openLog(level: Config['log_level']): Logger {
  const destination = pino.destination({ fd: STANDARD_ERROR, sync: true });
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** For tests. */
export const noLog = (): Logger => pino({ level: 'silent' });

export type { Logger };
