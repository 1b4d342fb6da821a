// POST /api/v1/admin/credentials: a sign-in link or an API key for an account. The secret is shown
// once and only its hash is kept.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';

export const scope = z
  .enum(['read', 'trade', 'transfer', 'withdraw', 'admin'])
  .meta({ id: 'Scope' });

export const createCredential = operation({
  id: 'create_credential',
  method: 'POST',
  path: '/api/v1/admin/credentials',
  summary: 'Make a sign-in link or an API key',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: {
    body: z.strictObject({
      account: A.id,
      kind: z.enum(['link', 'key']).describe('link: opens a page once; key: a bearer token.'),
      scopes: z.array(scope).min(1).max(5).optional().default(['read', 'trade']),
    }),
    answer: z.strictObject({
      id: z.string(),
      account: A.id,
      kind: z.enum(['link', 'key']),
      scopes: z.array(scope),
      secret: z.string().describe('The path of the link, or the key. Shown once.'),
    }),
  },
  example: {
    body: { account: 'alice', kind: 'key', scopes: ['read', 'trade'] },
    answer: {
      id: 'c1',
      account: 'alice',
      kind: 'key',
      scopes: ['read', 'trade'],
      secret: 'plimsoll_9b1f…',
    },
  },
});
