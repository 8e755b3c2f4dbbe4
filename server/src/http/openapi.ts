import scalar from '@scalar/fastify-api-reference';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { refusals } from '@huiquan/domain/refusals.ts';
import type { Route } from './contract.ts';
import type { Handled } from './handle.ts';
import { statusOf } from './problem.ts';

const problemSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string' },
          code: { type: 'string' },
          text: { type: 'string' },
        },
      },
    },
  },
} as const;

/** The refusals of a route by status, in words. */
function refusalResponses(route: Route): Record<number, { description: string }> {
  const found: Record<number, { description: string }> = {};
  for (const code of route.refusals) {
    const status = statusOf(code);
    const line = `\`${code}\` ${refusals[code].text}`;
    const known = found[status]?.description;
    found[status] = { description: known === undefined ? line : `${known}\n${line}` };
  }
  return found;
}

function describe(route: Route, feature: string, schema: object): Record<string, unknown> {
  const key = {
    type: 'object',
    required: ['idempotency-key'],
    properties: { 'idempotency-key': { type: 'string', format: 'uuid' } },
  };
  const responses = 'response' in schema ? Object(schema.response) : {};
  const problems = Object.entries(refusalResponses(route)).map(([status, one]) => [
    status,
    { ...one, content: { 'application/problem+json': { schema: problemSchema } } },
  ]);
  return {
    ...schema,
    tags: [feature],
    description: `权限:\`${route.permission}\``,
    ...(route.idempotent ? { headers: key } : {}),
    ...(route.permission === 'public' ? { security: [] } : {}),
    ...(route.upload === true ? { consumes: ['multipart/form-data'] } : {}),
    response: { ...responses, ...Object.fromEntries(problems) },
  };
}

/** The contract as OpenAPI 3.1 at /api/openapi.json, and as a page at /api/docs. */
export async function openApi(
  app: FastifyInstance,
  routes: readonly { feature: string; handled: Handled }[],
): Promise<void> {
  const byName = new Map(routes.map((one) => [one.handled.route.name, one]));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: '惠券 Huiquan', version: '1', description: '公共消费券接口。金额单位为分。' },
      components: {
        securitySchemes: {
          session: { type: 'http', scheme: 'bearer' },
          till: { type: 'apiKey', in: 'header', name: 'Authorization' },
        },
      },
      security: [{ session: [] }],
    },
    transform: ({ schema, url, route }) => {
      const name = String(route.config?.name);
      const known = byName.get(name);
      if (known === undefined) return { schema: { ...schema, hide: true }, url };
      return { schema: describe(known.handled.route, known.feature, schema ?? {}), url };
    },
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(app.swagger()),
  );
  await app.register(async (docs) => {
    docs.addHook('onSend', async (_request, reply) => {
      // The page of the reference carries its own script; nothing else is ever shown there.
      reply.header(
        'content-security-policy',
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';" +
          " img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'",
      );
    });
    await docs.register(scalar, {
      routePrefix: '/api/docs',
      configuration: {
        url: '/api/openapi.json',
        withDefaultFonts: false,
        telemetry: false,
        agent: { disabled: true },
      },
    });
  });
}
