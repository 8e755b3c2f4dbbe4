import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { refuse } from '@huiquan/domain/refusals.ts';
import { demandCallback } from './callback.ts';
import type { Context } from './context.ts';
import { keyFromHeader } from './command-key.ts';
import type { Route, Success } from './contract.ts';
import { sessionCookie } from './door.ts';
import type { FileAnswer, Handled } from './handle.ts';
import type { Principal } from './principal.ts';
import { demandFunction, deviceOf, featureRequest } from './request.ts';
import { checkOf, type Check, demand, queryReader } from './validate.ts';

const statusOf: Readonly<Record<Success, number>> = {
  ok: 200,
  created: 201,
  accepted: 202,
  no_content: 204,
};

const recentMs = 15 * 60_000;
const nothing = Type.Object({});

type Checks = {
  readonly params: Check;
  readonly query: Check;
  readonly body: Check;
  readonly reply: Check;
};

function checksOf(route: Route): Checks {
  return {
    params: checkOf(route.params ?? nothing),
    query: checkOf(route.query ?? nothing),
    body: checkOf(route.body ?? nothing),
    reply: checkOf(route.reply),
  };
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Who sends it: 401 for everyone else where the route is not public. */
async function principalOf(
  context: Context,
  request: FastifyRequest,
  route: Route,
): Promise<Principal> {
  const principal = await context.authenticator.authenticate({
    method: request.method,
    url: request.raw.url ?? '',
    body: request.sentBody ?? '',
    authorization: request.headers.authorization,
    cashier: header(request, 'huiquan-cashier'),
    cookie: request.cookies[sessionCookie(context.config)],
    device: deviceOf(request),
  });
  if (principal.kind === 'public' && route.permission !== 'public') refuse('session_ended');
  return principal;
}

function demandStrength(context: Context, route: Route, principal: Principal): void {
  if (principal.kind === 'public') return;
  const { secondFactorAt, signedInAt } = principal.session;
  const isStaff = principal.kind === 'staff';
  if (route.secondFactor === true && isStaff && secondFactorAt === undefined) {
    refuse('mfa_required');
  }
  if (route.recentSignIn === true && context.clock() - signedInAt > recentMs) {
    refuse('reauth_required');
  }
}

function demandParts(checks: Checks, request: FastifyRequest, query: unknown, route: Route): void {
  if (!checks.params.fits(request.params)) refuse('not_found');
  if (!checks.query.fits(query)) {
    refuse('invalid_parameter', { errors: checks.query.problems(query) });
  }
  if (route.upload === true || route.method === 'GET') return;
  demand(checks.body, request.body ?? (route.body === undefined ? {} : undefined));
}

function isFile(answer: unknown): answer is FileAnswer {
  return typeof answer === 'object' && answer !== null && 'content' in answer && 'type' in answer;
}

function sendFile(reply: FastifyReply, file: FileAnswer): FastifyReply {
  const name = encodeURIComponent(file.name).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return reply
    .header('content-type', file.type)
    .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
    .header('cache-control', 'no-store')
    .send(file.content);
}

function sendAnswer(reply: FastifyReply, route: Route, check: Check, answer: unknown) {
  if (route.status === 'no_content') return reply.code(204).send();
  if (!check.fits(answer)) {
    const [first] = check.problems(answer);
    throw new Error(`${route.name} answers what its contract does not: ${JSON.stringify(first)}`);
  }
  return reply
    .code(statusOf[route.status])
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(answer));
}

/** Puts a route on the server: sign-in, permission and form are judged before its function runs. */
export function mountRoute(app: FastifyInstance, context: Context, handled: Handled): void {
  const { route } = handled;
  const checks = checksOf(route);
  const readQuery = queryReader(route.query ?? nothing);
  const admit = async (request: FastifyRequest) => {
    const principal = await principalOf(context, request, route);
    request.principal = principal;
    demandFunction(principal, route.permission);
    demandStrength(context, route, principal);
    if (route.callback === true) request.callback = demandCallback(context, request);
  };
  app.route({
    method: route.method,
    url: route.url.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: {
      permission: route.permission,
      name: route.name,
      isUpload: route.upload === true,
    },
    schema: schemaOf(route),
    preValidation: admit,
    handler: async (request, reply) => {
      const key = route.idempotent ? keyFromHeader(request.headers['idempotency-key']) : undefined;
      const query = readQuery(Object(request.query) as Record<string, unknown>);
      demandParts(checks, request, query, route);
      const principal = request.principal ?? refuse('session_ended');
      const admitted = { route, principal, key, query };
      const answer = await handled.run(featureRequest(context, { request, reply }, admitted));
      return route.download === true && isFile(answer)
        ? sendFile(reply, answer)
        : sendAnswer(reply, route, checks.reply, answer);
    },
  });
}

function schemaOf(route: Route): Record<string, unknown> {
  return {
    summary: route.summary,
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.body === undefined || route.upload === true ? {} : { body: route.body }),
    response: { [statusOf[route.status]]: route.reply },
  };
}
