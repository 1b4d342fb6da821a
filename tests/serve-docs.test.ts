// Proves that the OpenAPI document holds together (every reference resolves, every route is in it,
// every example fits its schema) and that no page asks another host for anything.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { OPERATIONS } from '../src/contract/operations.ts';

let lab: Lab;
let document: Record<string, unknown>;

beforeAll(async () => {
  lab = await openLab();
  document = (await lab.ask('/openapi.json', { token: '' })).json;
});
afterAll(() => lab.stop());

describe('OpenAPI', () => {
  test('is 3.1 and lists every operation once', () => {
    expect(document['openapi']).toBe('3.1.0');
    const paths = document['paths'] as Record<string, Record<string, { operationId: string }>>;
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => `${one.operationId} ${method} ${path}`),
    );
    const wanted = OPERATIONS.map(
      ({ id, method, path }) => `${id} ${method.toLowerCase()} ${path}`,
    );
    expect(listed.sort()).toEqual(wanted.sort());
  });

  test('every reference resolves, and path parameters are those of the path', () => {
    const text = JSON.stringify(document);
    expect(text).not.toContain('$defs');
    const schemas = (document['components'] as { schemas: object }).schemas;
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(schemas)).toContain(name);
    }
    for (const operation of OPERATIONS) {
      const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const paths = document['paths'] as Record<string, Record<string, Described>>;
      const described = paths[operation.path]?.[operation.method.toLowerCase()];
      const named = described?.parameters.filter((one) => one.in === 'path') ?? [];
      expect(named.map(({ name }) => name)).toEqual(inPath);
    }
  });

  test.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
    'the example of %s fits',
    (_, { shapes, example }) => {
      expect(shapes.answer.safeParse(example.answer).error).toBeUndefined();
      if (shapes.body !== undefined) {
        expect(shapes.body.safeParse(example.body).error).toBeUndefined();
      }
    },
  );
});

interface Described {
  readonly parameters: readonly { readonly in: string; readonly name: string }[];
}

describe('pages', () => {
  test.each(['/', '/docs/'])('%s asks no other host', async (path) => {
    const page = await lab.ask(path, { token: '' });
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toMatch(/https?:/);
    expect(page.text.match(/(?:src|href)="https?:\/\/[^"]*"/g)).toBeNull();
  });

  test('the reference’s script is served here', async () => {
    const page = await lab.ask('/docs/', { token: '' });
    const script = /src="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const served = await lab.ask(new URL(script, `${lab.app.origin}/docs/`).pathname);
    expect(served.status).toBe(200);
    expect(served.text.length).toBeGreaterThan(1_000_000);
  });
});
