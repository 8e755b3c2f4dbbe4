import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { refuse } from '@huiquan/domain/refusals.ts';

/** Where the build of the web faces lies in a clone. */
export const builtFaces = join(import.meta.dirname, '../../../web/dist');

/** A face is one page; the addresses below its own are drawn by its script. */
const faces = [
  { page: 'index.html', urls: ['/', '/app', '/app/*'] },
  { page: 'till.html', urls: ['/till', '/till/*'] },
  { page: 'office.html', urls: ['/office', '/office/*'] },
] as const;

const yearSeconds = 365 * 86_400;

/**
 * What a face may load: only this site, scripts only as files, styles as files or under the page's
 * nonce; WebAssembly for the reader of codes.
 */
function policy(nonce: string): string {
  return [
    `default-src 'self'`,
    `script-src 'self' 'wasm-unsafe-eval'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob:`,
    `media-src 'self' blob:`,
    `worker-src 'self'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

const permissionsPolicy = 'camera=(self), geolocation=(self), microphone=(), payment=()';

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64url');
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policy(nonce))
    .header('permissions-policy', permissionsPolicy)
    .header('cache-control', 'no-cache')
    .send(html.replaceAll('__CSP_NONCE__', nonce));
}

/**
 * Serves the built faces of `folder`: their pages, and their files, which carry a digest in their
 * name and are kept by browsers for a year. Without a build there is only the API.
 */
export async function serveFaces(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) return;
  const config = { permission: 'public' };
  for (const { page, urls } of faces) {
    const html = readFileSync(join(folder, page), 'utf8');
    for (const url of urls) {
      app.get(url, { config, schema: { hide: true } }, async (_request, reply) =>
        sendPage(reply, html),
      );
    }
  }
  const assets = new Set(readdirSync(join(folder, 'assets')));
  await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true });
  app.get<{ Params: { '*': string } }>(
    '/assets/*',
    { config, schema: { hide: true } },
    async (request, reply) => {
      const name = request.params['*'];
      if (!assets.has(name)) refuse('not_found');
      return reply.sendFile(`assets/${name}`, { maxAge: yearSeconds * 1_000, immutable: true });
    },
  );
  const beside = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^\.|\.(?:html|br|gz)$/.test(entry.name))
    .map((entry) => entry.name);
  for (const name of beside) {
    app.get(`/${name}`, { config, schema: { hide: true } }, async (_request, reply) =>
      reply.sendFile(name, { maxAge: 0 }),
    );
  }
}
