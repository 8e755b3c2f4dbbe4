import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { transact } from '../db/transact.ts';
import { jsonText } from '../db/twin.ts';
import { record } from '../events/record.ts';
import type { Context } from './context.ts';
import type { Handled } from './handle.ts';
import { problemOfError, problemOfRefusal, type Problem } from './problem.ts';

/** Refusals that tell of an attack or a mistake about rights: they are kept as security events. */
const securityCodes: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'invalid_credentials',
  'session_ended',
  'session_binding',
  'signature_invalid',
  'too_many_attempts',
  'csrf_rejected',
  'bad_host',
  'forbidden',
  'read_only',
  'cannot_grant',
  'separation_of_duties',
  'mfa_required',
  'masked_value',
  'identity_mismatch',
]);

const refusalOfFastify: ReadonlyMap<string, RefusalCode> = new Map<string, RefusalCode>([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'payload_too_large'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'unsupported_media_type'],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'bad_request'],
  ['FST_ERR_BAD_URL', 'not_found'],
  ['FST_INVALID_MULTIPART_CONTENT_TYPE', 'unsupported_media_type'],
  ['FST_REQ_FILE_TOO_LARGE', 'payload_too_large'],
  ['FST_FILES_LIMIT', 'malformed_multipart'],
  ['FST_PARTS_LIMIT', 'malformed_multipart'],
  ['FST_FIELDS_LIMIT', 'malformed_multipart'],
]);

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = refusalOfFastify.get(code);
  return known === undefined ? undefined : new Refusal(known);
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  // As bytes: to a text the server would add a charset that the media type does not have.
  const body = Buffer.from(jsonText(problem.body));
  return reply.code(problem.status).headers(problem.headers).send(body);
}

function placeOf(request: FastifyRequest): string {
  return request.routeOptions.config?.name ?? 'unknown';
}

/** Keeps the security event of someone who is signed in; strangers are only counted. */
async function keepSecurityEvent(context: Context, request: FastifyRequest, code: RefusalCode) {
  context.metrics.securityEvents.inc({ kind: code });
  const { principal } = request;
  context.log.warn('security', { id: request.id, route: placeOf(request), code });
  if (principal === undefined || principal.kind === 'public') return;
  await transact(context.db, principal.actor, (tx) =>
    record(tx, {
      kind: 'security.refused',
      subject: { kind: 'route', id: placeOf(request) },
      body: { code, requestId: request.id },
    }),
  );
}

/** The URL patterns of the contract, to tell a wrong method from a wrong address. */
function methodsByPattern(routes: readonly { handled: Handled }[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { handled } of routes) {
    const pattern = `^${handled.route.url.replaceAll(/\{\w+\}/g, '[^/]+')}$`;
    const methods = found.get(pattern) ?? new Set();
    methods.add(handled.route.method);
    if (handled.route.method === 'GET') methods.add('HEAD');
    found.set(pattern, methods);
  }
  return found;
}

function allowedAt(patterns: ReadonlyMap<string, Set<string>>, path: string): string | undefined {
  for (const [pattern, methods] of patterns) {
    if (new RegExp(pattern).test(path)) return [...methods, 'OPTIONS'].toSorted().join(', ');
  }
  return undefined;
}

/** Turns every failure into its problem; what nobody expected is an alarm and says nothing. */
export function answerFailures(
  app: FastifyInstance,
  context: Context,
  routes: readonly { handled: Handled }[],
): void {
  const patterns = methodsByPattern(routes);
  const where = (request: FastifyRequest) => ({
    publicUrl: context.config.publicUrl,
    requestId: request.id,
  });
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = refusalOf(error);
    const route = placeOf(request);
    if (refusal === undefined) {
      context.metrics.alarms.inc({ route });
      const stack = error instanceof Error ? error.stack : String(error);
      context.log.error('alarm', { id: request.id, route, stack });
      return send(reply, problemOfError(where(request)));
    }
    context.metrics.refusals.inc({ route, code: refusal.code });
    if (securityCodes.has(refusal.code)) await keepSecurityEvent(context, request, refusal.code);
    return send(reply, problemOfRefusal(refusal, where(request)));
  });
  app.setNotFoundHandler(async (request, reply) => {
    const allow = allowedAt(patterns, (request.raw.url ?? '').split('?', 1)[0] ?? '');
    if (allow !== undefined && request.method === 'OPTIONS') {
      return reply.code(204).header('allow', allow).send();
    }
    if (allow !== undefined) reply.header('allow', allow);
    const code = allow === undefined ? 'not_found' : 'method_not_allowed';
    return send(reply, problemOfRefusal(new Refusal(code), where(request)));
  });
}
