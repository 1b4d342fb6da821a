// Bodies are JSON in UTF-8 and nothing else, read by the strict reader. A body that is not read
// here reaches no handler.

import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { NotJson, parseStrictJson } from '../contract/strict-json.ts';
import { refuse, type ProblemError } from './problem-error.ts';

/** Replaces the framework's own readers. */
export function readStrictBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0 && request.method === 'DELETE') return done(null, undefined);
    try {
      done(null, readBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** @throws ProblemError */
function readBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw malformed('The body is not UTF-8.');
  try {
    return parseStrictJson(body.toString('utf8'));
  } catch (error) {
    if (error instanceof NotJson) throw malformed(error.message, error.field);
    throw error;
  }
}

const malformed = (what: string, field?: string): ProblemError =>
  refuse('MALFORMED', what, field === '' ? undefined : field);
