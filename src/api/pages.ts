// The few pages for people: where a sign-in link leads, a plain status page, the reference. They
// load nothing from another host, and the policy that they are sent with does not let them.

import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { openApiDocument } from '../contract/openapi.ts';
import type { ApiContext } from './context.ts';
import { SESSION_LIFE_MS } from './credentials.ts';
import { statusPage, usedLinkPage } from './status-page.ts';

const STATUS_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'";
const DOCS_POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; " +
  "style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; " +
  "font-src 'self' data:; worker-src 'self' blob:; form-action 'none'; frame-ancestors 'none'";

const TOKEN = /^[A-Za-z0-9_-]{16,100}$/;
const READ = { access: 'none', bucket: 'read', changes: false } as const;

export async function pageRoutes(app: FastifyInstance, context: ApiContext): Promise<void> {
  const document = JSON.stringify(openApiDocument(context.settings.version));
  const onRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    context.gate.pass(request, reply, READ);
    done();
  };

  app.get('/', { onRequest, config: { operation: 'status_page' } }, async (request, reply) => {
    const { token } = request.query as { readonly token?: unknown };
    if (token !== undefined) return signIn(token, request, reply, context);
    context.onPresence();
    return html(reply, await statusPage(context, context.gate.principalOf(request)));
  });

  app.get('/openapi.json', { onRequest, config: { operation: 'openapi' } }, (_, reply) =>
    reply.type('application/json; charset=utf-8').send(document),
  );

  await app.register(async (docs) => {
    docs.addHook('onRequest', onRequest);
    docs.addHook('onSend', (_request, reply, payload, done) => {
      protect(reply, DOCS_POLICY);
      done(null, payload);
    });
    await docs.register(scalar, { routePrefix: '/docs', configuration: REFERENCE });
  });
}

/** The reference page without fonts, telemetry, assistants or proxies from elsewhere. */
const REFERENCE = {
  url: '/openapi.json',
  title: 'Plimsoll API',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
} as const;

/** A link opens a session once; afterwards the address has no secret in it. */
function signIn(
  token: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { credentials, gate, cookieName }: ApiContext,
): FastifyReply {
  const isToken = typeof token === 'string' && TOKEN.test(token);
  const session = isToken ? credentials.openLink(token) : undefined;
  if (session !== undefined) {
    const seconds = SESSION_LIFE_MS / 1000;
    const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`;
    reply.header('set-cookie', `${cookieName()}=${session}; ${attributes}`);
    return reply.header('cache-control', 'no-store').redirect('/', 303);
  }
  if (gate.principalOf(request) !== undefined) return reply.redirect('/', 303);
  return html(reply.code(401), usedLinkPage());
}

function html(reply: FastifyReply, page: string): FastifyReply {
  protect(reply, STATUS_POLICY);
  return reply.type('text/html; charset=utf-8').send(page);
}

function protect(reply: FastifyReply, policy: string): void {
  reply.header('content-security-policy', policy);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('referrer-policy', 'no-referrer');
  if (reply.getHeader('cache-control') === undefined) reply.header('cache-control', 'no-store');
}
