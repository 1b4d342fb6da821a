// What an operation of the API is: its path, who may call it, its schemas and an example.
// Validation, OpenAPI, the reference page and the typed client all come from these; nothing is said
// twice.

import type * as z from 'zod';

/** What a caller must be allowed to do. `none`: anybody, also without signing in. */
export type Access = 'none' | 'read' | 'trade' | 'transfer' | 'withdraw' | 'admin';

/** Which rate limit counts. `order`: `cancel` when it can only reduce, else `trade`. */
export type Bucket = 'read' | 'trade' | 'cancel' | 'order' | 'none';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The parts of an operation that have schemas. */
export interface Shapes {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
}

export interface Operation<S extends Shapes = Shapes> {
  readonly id: string;
  readonly method: Method;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly tag:
    | 'Market data'
    | 'Orders'
    | 'Account'
    | 'Pairs'
    | 'Administration'
    | 'Demo'
    | 'Operation';
  readonly access: Access;
  readonly bucket: Bucket;
  /** It changes state: it takes an Idempotency-Key, and Origin is checked. */
  readonly changes: boolean;
  readonly shapes: S;
  readonly example: {
    /** Only where it has a field that must be there. */
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly answer: unknown;
  };
  /** The content type when it is not JSON. */
  readonly answerType?: string;
}

type Read<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a handler gets: the parts of a request after their check. */
export interface Input<S extends Shapes> {
  readonly params: Read<S['params']>;
  readonly query: Read<S['query']>;
  readonly body: Read<S['body']>;
}

/** What a handler answers. */
export type Answer<S extends Shapes> = z.input<S['answer']>;

/** Keeps the schemas' types. */
export function operation<S extends Shapes>(parts: Operation<S>): Operation<S> {
  return parts;
}
