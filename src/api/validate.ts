// The parts of a request against the schemas of their operation. The first fault is the answer:
// which field, and what it should be.

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
  const given = value === undefined ? {} : value;
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw faultOf(read.error.issues[0], given, what);
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function faultOf(issue: z.core.$ZodIssue | undefined, given: unknown, what: string): ProblemError {
  if (issue === undefined) return refuse('MALFORMED');
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const field = [...path, issue.keys[0] ?? ''].join('.').slice(0, 80).toWellFormed();
    return refuse('MALFORMED', `The ${what} has no field ${shown(field)}.`, field);
  }
  const field = path.join('.');
  if (field === '') return refuse('MALFORMED', `The ${what} is an object with named fields.`);
  const isMissing = issue.code !== 'custom' && valueAt(given, path) === undefined;
  return refuse('MALFORMED', `Field ${field} ${isMissing ? 'is missing' : says(issue)}.`, field);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
}

/** What a field should be, to go on after its name. */
function says(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') {
    return `is one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  }
  if (issue.code === 'invalid_type') return `is of type ${issue.expected}`;
  if (issue.code === 'too_big') return `is at most ${issue.maximum}`;
  if (issue.code === 'too_small') return `is at least ${issue.minimum}`;
  if (issue.code === 'invalid_union') return 'is none of the known forms';
  return issue.message;
}
