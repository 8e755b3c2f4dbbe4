import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { refuse } from '@huiquan/domain/refusals.ts';
import { answerFailures } from './answer-failures.ts';
import type { CallbackMark } from './callback.ts';
import type { Context } from './context.ts';
import { demandContentType, demandHost, demandOwnOrigin } from './door.ts';
import { builtFaces, serveFaces } from './faces.ts';
import type { Feature, Handled } from './handle.ts';
import { healthRoutes } from './health.ts';
import { openApi } from './openapi.ts';
import { servePages } from './pages.ts';
import type { Principal } from './principal.ts';
import { mountRoute } from './route.ts';
import { parseStrictJson } from './strict-json.ts';
import { multipartLimits } from './upload.ts';

const bodyBytesMax = 4 * 1024 * 1024;
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const overdueCheckMs = 2_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as sent, which a till has signed. */
    sentBody: string | undefined;
    /** Who sent it, once that is known. */
    principal: Principal | undefined;
    /** The mark of an outside party's call, once its signature is proved. */
    callback: CallbackMark | undefined;
  }
  interface FastifyContextConfig {
    /** What the route needs; a route without it cannot be registered. */
    permission?: string;
    isUpload?: boolean;
    name?: string;
  }
}

function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return refuse('bad_request');
  }
}

function takeOnlyStrictJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      const text = decoded(bytes);
      request.sentBody = text;
      return text === '' ? undefined : parseStrictJson(text);
    },
  );
}

function makeFastify({ config: { trustedProxies } }: Context): FastifyInstance {
  return fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: headersTimeoutMs,
      requireHostHeader: true,
      // Node looks for overdue connections only every 30 s unless told.
      connectionsCheckingInterval: overdueCheckMs,
    },
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    routerOptions: { maxParamLength: 200, caseSensitive: true, ignoreTrailingSlash: false },
    exposeHeadRoutes: true,
    clientErrorHandler: (_error, socket) => {
      const head = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n';
      const body = '{"code":"bad_request","status":400,"title":"请求有误"}';
      const type = 'Content-Type: application/problem+json\r\n';
      if (socket.writable) {
        socket.end(`${head}${type}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      }
    },
  });
}

const setByHelmet = /^(?:content-security-policy|cross-origin-|origin-agent|referrer|strict|x-)/;

/** The security headers of every answer, as helmet writes them: asked once, not for each answer. */
async function securityHeaders(context: Context): Promise<Record<string, string>> {
  const probe = fastify();
  await probe.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    hsts: context.config.mode === 'production',
    crossOriginEmbedderPolicy: false,
    // Said to browsers that are gone; every answer of a rush would carry them.
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  probe.get('/', async () => '');
  const { headers } = await probe.inject('/');
  await probe.close();
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && setByHelmet.test(name) ? [[name, value]] : [],
    ),
  );
}

/** Routes whose access is decided by themselves: health, metrics, documentation. */
const ownAccess = /^\/(?:healthz|readyz|metrics|api\/docs(?:\/.*)?|api\/openapi\.json)$/;

function denyByDefault(app: FastifyInstance): void {
  app.addHook('onRoute', (options) => {
    if (options.config?.permission === undefined && !ownAccess.test(options.url)) {
      throw new Error(`${options.url} names no permission and cannot be served`);
    }
  });
}

function admit(request: FastifyRequest, context: Context): void {
  demandHost(request, context.config);
  if (request.is404) return;
  demandOwnOrigin(request, context.config);
  demandContentType(request, request.routeOptions.config.isUpload === true);
}

async function openDoor(app: FastifyInstance, context: Context): Promise<void> {
  const security = await securityHeaders(context);
  app.decorateRequest('sentBody', undefined);
  app.decorateRequest('principal', undefined);
  app.decorateRequest('callback', undefined);
  // Hooks of every request wait for nothing, so they are no promises.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(security).header('x-request-id', request.id);
    try {
      admit(request, context);
    } catch (error) {
      return done(error instanceof Error ? error : new Error(String(error)));
    }
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { name } = request.routeOptions.config;
    const route = name ?? (request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown'));
    const seconds = reply.elapsedTime / 1000;
    context.metrics.durations.observe({ route, status: reply.statusCode }, seconds);
    context.log.info('request', {
      id: request.id,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
}

/** Every route of the features, with the feature it belongs to. */
export function handledRoutes(
  context: Context,
  features: readonly Feature[],
): { feature: string; handled: Handled }[] {
  return features.flatMap((feature) =>
    feature.routes(context).map((handled) => ({ feature: feature.name, handled })),
  );
}

/**
 * The HTTP server with the routes of `features`. Nothing is served that names no permission; every
 * failure answers as a problem of RFC 9457. It is ready, not listening.
 */
export async function buildServer(
  context: Context,
  features: readonly Feature[],
): Promise<FastifyInstance> {
  const app = makeFastify(context);
  takeOnlyStrictJson(app);
  await app.register(cookie);
  await app.register(multipart, { limits: multipartLimits });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const routes = handledRoutes(context, features);
  answerFailures(app, context, routes);
  denyByDefault(app);
  await openDoor(app, context);
  await openApi(app, routes);
  healthRoutes(app, context);
  for (const { handled } of routes) mountRoute(app, context, handled);
  for (const { pages } of features) if (pages !== undefined) servePages(app, context, pages);
  await serveFaces(app, builtFaces);
  await app.ready();
  return app;
}
