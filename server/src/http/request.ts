import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  decide,
  functionRefusal,
  isMasked,
  type ObjectScope,
  type Permission,
  reachOf,
} from '@huiquan/domain/access.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { commandIdOf, once, settle } from '../db/command.ts';
import { transact } from '../db/transact.ts';
import { callerOf, canonicalJson, commandKey } from './command-key.ts';
import type { Context } from './context.ts';
import type { GivenSession } from './credentials.ts';
import type { Route } from './contract.ts';
import { cursorFor, positionOf } from './cursor.ts';
import { sessionCookie } from './door.ts';
import type { Request } from './handle.ts';
import type { Principal } from './principal.ts';
import { uploadOf } from './upload.ts';

/** Refuses unless `principal` may use `permission` on `object`; out of scope is `not_found`. */
export function authorize(principal: Principal, permission: Permission, object: ObjectScope): void {
  const decision = decide(principal.grants, permission, object);
  if (decision === 'absent') refuse('not_found');
  if (decision !== 'allow') refuse(decision);
}

/** Refuses `forbidden` or `read_only` where no role of `principal` has the route's function. */
export function demandFunction(principal: Principal, permission: Route['permission']): void {
  if (permission === 'public' || permission === 'signed_in') return;
  const refusal = functionRefusal(principal.grants, permission);
  if (refusal !== undefined) refuse(refusal);
}

function permissionOf(route: Route, named: Permission | undefined): Permission {
  const permission = named ?? route.permission;
  if (permission === 'public' || permission === 'signed_in') {
    throw new Error(`${route.name} judges an object without naming a permission`);
  }
  return permission;
}

/** What the door found out about a request before the feature sees it. */
export type Admitted = {
  readonly route: Route;
  readonly principal: Principal;
  readonly key: string | undefined;
  readonly query: Readonly<Record<string, unknown>>;
};

type Raw = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** Whose list it is that a cursor goes on in, and under which filter. */
function listOwner({ request }: Raw, { principal, query, route }: Admitted) {
  const { cursor: _cursor, limit: _limit, ...filter } = query;
  return {
    caller: callerOf(principal, request.ip),
    route: route.name,
    filter: canonicalJson({ params: request.params, filter }),
  };
}

function demandVersion(request: FastifyRequest, version: string | number | bigint): void {
  const header = request.headers['if-match'];
  if (header === undefined) refuse('version_required');
  if (header !== `"${version}"`) refuse('version_conflict');
}

function keepSession(context: Context, reply: FastifyReply, session: GivenSession | undefined) {
  const name = sessionCookie(context.config);
  const secure = name.startsWith('__Host-');
  const options = { httpOnly: true, sameSite: 'strict', secure, path: '/' } as const;
  if (session === undefined) reply.clearCookie(name, options);
  else reply.setCookie(name, session.token, { ...options, expires: new Date(session.expiresAt) });
}

/** The request as a feature sees it. */
export function featureRequest(context: Context, raw: Raw, admitted: Admitted): Request {
  const { request, reply } = raw;
  const { route, key, query } = admitted;
  const { params, body } = request;
  const caller = callerOf(admitted.principal, request.ip);
  let { principal } = admitted;
  let also: unknown;
  const named = (permission?: Permission) => permissionOf(route, permission);
  const read: Request['read'] = (work) =>
    transact(context.db, principal.actor, async (tx) => {
      if (principal.kind === 'staff' || principal.kind === 'terminal') {
        principal = await context.authenticator.refresh(tx, principal);
        demandFunction(principal, route.permission);
      }
      return work(tx);
    });
  return {
    id: request.id,
    params,
    query,
    body,
    get principal() {
      return principal;
    },
    address: request.ip,
    device: deviceOf(request),
    read,
    transact: async (work, final) => {
      if (key === undefined) return read(work);
      const input = { params, body, also };
      const command = commandKey(context.keys, route, { caller, key, input });
      const answer = settle(await read((tx) => once(tx, command, () => work(tx), final)));
      if (answer.replayed) reply.header('idempotent-replayed', 'true');
      return answer.result;
    },
    grouped: async (group, item) => {
      if (key === undefined) throw new Error(`${route.name} has no key to ride in a group with`);
      const input = { params, body, also };
      const command = commandKey(context.keys, route, { caller, key, input });
      const answer = await group.submit({ principal, command, item });
      if (answer.replayed) reply.header('idempotent-replayed', 'true');
      return answer.result;
    },
    isRepeated: async () => {
      if (key === undefined) return false;
      return context.answered.submit(commandIdOf({ caller, route: route.name, key }));
    },
    alsoInput: (facts) => {
      also = facts;
    },
    authorize: (scope, permission) => authorize(principal, named(permission), scope),
    masks: (scope, permission) => isMasked(principal.grants, named(permission), scope),
    reach: (permission) => reachOf(principal.grants, named(permission)),
    callback: () => request.callback ?? refuse('signature_invalid'),
    file: () => uploadOf(request),
    position: <T>() =>
      typeof query['cursor'] === 'string'
        ? (positionOf(context.keys, listOwner(raw, admitted), query['cursor']) as T)
        : undefined,
    cursor: (position) => cursorFor(context.keys, listOwner(raw, admitted), position),
    ifMatch: (version) => demandVersion(request, version),
    etag: (version) => void reply.header('etag', `"${version}"`),
    keepSession: (session) => keepSession(context, reply, session),
  };
}

/** The device the client names itself by. */
export function deviceOf(request: FastifyRequest): string | undefined {
  const header = request.headers['huiquan-device'];
  if (header === undefined) return undefined;
  const isPlain = typeof header === 'string' && /^[A-Za-z0-9_-]{8,100}$/.test(header);
  return isPlain ? header : refuse('bad_request');
}
