// Proves what a line of the log looks like in a terminal, and that no text in it can command one.

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readableLine } from './readable-line.ts';

function shown(write: (log: pino.Logger) => void): string {
  let text = '';
  const options = { base: null, level: 'debug', timestamp: pino.stdTimeFunctions.isoTime };
  write(
    pino(options, {
      write: (line: string) => {
        text += readableLine(line);
      },
    }),
  );
  return text.replace(/^\d\d:\d\d:\d\d /, '');
}

describe('a line for people', () => {
  it.each<[string, (log: pino.Logger) => void, string]>([
    ['plain', (log) => log.info('stopping'), 'stopping\n'],
    ['facts', (log) => log.info({ port: 1, data: './d' }, 'on'), 'on  (port 1, data ./d)\n'],
    ['a list', (log) => log.info({ feeds: ['sim'] }, 'on'), 'on  (feeds ["sim"])\n'],
    ['a level', (log) => log.warn('full'), 'warn full\n'],
    ['another', (log) => log.debug('request'), 'debug request\n'],
    ['escape', (log) => log.info({ a: '\u001B[31m\n' }, 'b\u0007\u202E'), 'b??  (a ?[31m?)\n'],
    ['beyond ASCII', (log) => log.info({ a: '60 000 €' }, 'žluť'), 'žluť  (a 60 000 €)\n'],
  ])('%s', (_name, write, text) => {
    expect(shown(write)).toBe(text);
  });

  it('an error has its stack, cut', () => {
    const text = shown((log) => log.error({ err: new Error('no \u001Bdisk') }, 'it failed'));
    expect(text).toMatch(/^ERROR it failed\n {4}Error: no \?disk\n {4,}at /);
    expect(text.split('\n').length).toBeLessThanOrEqual(10);
    expect(shown((log) => log.fatal({ err: 'text' }, 'x'))).toBe('FATAL x\n    text\n');
  });

  it('what is no line of the log stays as it is', () => {
    expect(readableLine('plain\n')).toBe('plain\n');
  });
});
