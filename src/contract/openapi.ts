// The OpenAPI 3.1 document, made from the operations: what is validated is what is described. Named
// schemas become components; nothing here is written by hand twice.

import * as z from 'zod';
import type { Access, Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { problem, PROBLEM_CODES } from './problem.ts';

type Json = { [name: string]: unknown };

const PROBLEM_STATUSES: readonly (readonly [status: string, text: string])[] = [
  ['400', 'Malformed: nothing was done.'],
  ['401', 'Not signed in.'],
  ['403', 'Not allowed, or an unknown Host or Origin.'],
  ['404', 'Not there.'],
  ['409', 'In conflict with what is there.'],
  ['422', 'Refused by a rule: nothing was done.'],
  ['429', 'Too often; Retry-After says when.'],
  ['503', 'Not now: stopping, catching up, or the disk is full.'],
];

const TAGS: Readonly<Record<Operation['tag'], string>> = {
  'Market data': 'What everybody may read.',
  Orders: 'Place, amend, cancel and look up; and what a command would do.',
  Account: 'Money, positions and their past.',
  Pairs: 'Long one market, short another: tracked records with live figures. Numbers, camelCase.',
  Administration: 'For the operator. Every change is journaled.',
  Demo: 'Only while the demo runs.',
  Operation: 'For whoever keeps it running.',
};

const ABOUT = [
  'Amounts are decimal strings in and out. Times are ISO 8601 in UTC. Unknown fields are refused.',
  'Every change takes the header Idempotency-Key: the same key with the same body gives the first',
  'answer again, with another body 409. Errors are problem JSON (RFC 9457); codes of rules:',
  '',
  '| code | status | |',
  '|---|---|---|',
  ...PROBLEM_CODES.map(([code, status, text]) => `| ${code} | ${status} | ${text} |`),
  '',
  'Two other families keep the contracts that were published for them: `/api/margin/...` (position',
  'editor: JSON numbers) and `/api/positions/...` (pairs: JSON numbers, camelCase).',
].join('\n');

/** The document for a release. */
export function openApiDocument(version: string): Json {
  const components: Json = {};
  const paths: { [path: string]: Json } = {};
  const problemSchema = schemaOf(problem, 'output', components);
  for (const operation of OPERATIONS) {
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = describe(operation, problemSchema, components);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Plimsoll', version, description: ABOUT, license: { name: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'DATA/token, or an API key.' },
      },
    },
  };
}

function describe(operation: Operation, problemSchema: unknown, components: Json): Json {
  const { id, summary, tag, access, shapes, example, changes, answerType } = operation;
  const problems = PROBLEM_STATUSES.map(([status, description]) => [
    status,
    { description, content: { 'application/problem+json': { schema: problemSchema } } },
  ]);
  const answer = schemaOf(shapes.answer, 'output', components);
  const type = (answerType ?? 'application/json').split(';')[0] ?? 'application/json';
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(access === 'none' ? {} : { security: [{ bearer: [] }] }),
    description: scopeText(access),
    parameters: [
      ...parametersOf(shapes.params, 'path', components),
      ...parametersOf(shapes.query, 'query', components),
      ...(changes ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(shapes.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: schemaOf(shapes.body, 'input', components),
                example: example.body,
              },
            },
          },
        }),
    responses: {
      '200': {
        description: 'Done.',
        content: { [type]: { schema: answer, example: example.answer } },
      },
      ...Object.fromEntries(problems),
    },
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key again gives the first answer and does nothing.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,36}$' },
};

const scopeText = (access: Access): string =>
  access === 'none' ? 'For everybody.' : `Needs the scope ${access}.`;

function parametersOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  components: Json,
): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input', components) as {
    properties?: { [name: string]: Json };
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    const text = typeof description === 'string' ? { description } : {};
    return { name, in: place, required: required.includes(name), ...text, schema: rest };
  });
}

/** A schema as JSON Schema 2020-12; named parts go to the components. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Json): unknown {
  const made = z.toJSONSchema(schema, { io, reused: 'inline', unrepresentable: 'any' }) as Json;
  const { $defs = {}, $schema: _, ...rest } = made as { $defs?: Json } & Json;
  for (const [name, definition] of Object.entries($defs)) {
    components[name] ??= atComponents(definition);
  }
  const own = atComponents(rest);
  const id = schema.meta()?.id;
  if (id === undefined) return own;
  components[id] ??= own;
  return { $ref: `#/components/schemas/${id}` };
}

/** References of one schema, as references into the document. */
function atComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(atComponents);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name, inner]) => name !== 'id' || typeof inner !== 'string')
    .map(([name, inner]) => {
      if (name !== '$ref' || typeof inner !== 'string') return [name, atComponents(inner)];
      return [name, inner.replace('#/$defs/', '#/components/schemas/')];
    });
  return Object.fromEntries(entries);
}
