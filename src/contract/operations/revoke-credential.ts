// DELETE /api/v1/admin/credentials/{id}: a key, link or session that holds no longer.

import * as z from 'zod';
import { operation } from '../operation.ts';

export const revokeCredential = operation({
  id: 'revoke_credential',
  method: 'DELETE',
  path: '/api/v1/admin/credentials/{id}',
  summary: 'Revoke a key, link or session',
  tag: 'Administration',
  access: 'admin',
  bucket: 'cancel',
  changes: true,
  shapes: {
    params: z.strictObject({ id: z.string().regex(/^[a-z0-9]{1,16}$/, 'is the id of one') }),
    answer: z.strictObject({ revoked: z.string() }),
  },
  example: { answer: { revoked: 'c1' } },
});
