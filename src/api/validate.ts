// The parts of a request against the schemas of their operation. The first fault is the answer: which
// field, and what it should be.

import type * as z from 'zod';
import { shown } from '../contract/strict-json.ts';
import { refuse, type ProblemError } from './problem-error.ts';

/** The checked value. @throws ProblemError 400 */
export function check(
  schema: z.ZodType | undefined,
  value: unknown,
  what: 'body' | 'query' | 'path',
): unknown {
  if (schema === undefined) {
    if (isNothing(value)) return undefined;
    throw refuse('MALFORMED', `This operation takes no ${what}.`);
  }
  const read = schema.safeParse(value ?? {});
  if (read.success) return read.data;
  throw faultOf(read.error.issues[0], what);
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function faultOf(issue: z.core.$ZodIssue | undefined, what: string): ProblemError {
  if (issue === undefined) return refuse('MALFORMED');
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const field = [...path, issue.keys[0] ?? ''].join('.').slice(0, 80).toWellFormed();
    return refuse('MALFORMED', `The ${what} has no field ${shown(field)}.`, field);
  }
  const field = path.join('.');
  if (field === '') return refuse('MALFORMED', `The ${what} is an object with named fields.`);
  const isMissing = issue.code === 'invalid_type' && /received undefined/.test(issue.message);
  const says = isMissing ? 'is missing.' : sentence(issue.message);
  return refuse('MALFORMED', `Field ${field} ${says}`, field);
}

/** Our own messages go on after the field's name; those of the library stand for themselves. */
function sentence(message: string): string {
  const end = message.endsWith('.') ? '' : '.';
  return /^(?:is|does|or|stands) /.test(message)
    ? `${message}${end}`
    : `is not right: ${message.slice(0, 200)}${end}`;
}
