import { instantFromText, instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Context } from '../../http/context.ts';
import { type Handled, handle, type Request } from '../../http/handle.ts';
import { residentOf, staffOf } from '../../http/principal.ts';
import * as contract from './account.contract.ts';
import { countGuess, demandOpen, forgetGuesses } from './attempt.ts';
import { grantRole, listGrants, revokeRole } from './grant.ts';
import { passwordHash } from './password.ts';
import { makeRealNames } from './real-name.ts';
import { makeCodeRequests, makeResidentSignIn } from './resident.ts';
import { endSession, type OpenedSession, refreshSession } from './session.ts';
import { proveAgain, signInCashier, signInStaff } from './sign-in.ts';
import {
  confirmTotp,
  createStaff,
  disableStaff,
  enrolTotp,
  getStaff,
  getStaffScope,
  listStaff,
  resetStaff,
  setPassword,
} from './staff.ts';

type Keep = 'cookie' | 'token' | undefined;

function signedIn(request: Pick<Request, 'keepSession'>, opened: OpenedSession, keep: Keep) {
  const { sessionId, token } = opened;
  const reply = { sessionId, expiresAt: instantText(opened.expiresAt) };
  if (keep === 'token') return { ...reply, token };
  request.keepSession(opened);
  return reply;
}

function signInRoutes(context: Context): Handled[] {
  const requestSmsCode = makeCodeRequests(context);
  const signInResident = makeResidentSignIn(context);
  return [
    handle(contract.signInStaffRoute, async (request) => {
      const { loginName, password, totp, keep } = request.body;
      const { address, device } = request;
      const opened = await signInStaff(context, { loginName, password, totp, address, device });
      return signedIn(request, opened, keep);
    }),
    handle(contract.signInTillRoute, async (request) => {
      const { principal, address, device } = request;
      if (principal.kind !== 'public' || principal.till === undefined) {
        return refuse('signature_invalid');
      }
      const { loginName, password, totp } = request.body;
      const asked = { loginName, password, totp, address, device };
      return signedIn(request, await signInCashier(context, principal.till, asked), 'token');
    }),
    handle(contract.requestSmsCodeRoute, async (request) => {
      await requestSmsCode(request.body.phone, request);
      return {};
    }),
    handle(contract.signInResidentRoute, async (request) => {
      const { phone, code, keep } = request.body;
      return signedIn(request, await signInResident({ phone, code }, request), keep);
    }),
  ];
}

function sessionRoutes(context: Context): Handled[] {
  const verifyRealName = makeRealNames(context);
  return [
    handle(contract.showSessionRoute, async ({ principal }) => {
      if (principal.kind === 'public') return refuse('session_ended');
      const { session, actor, grants } = principal;
      const personId = principal.kind === 'resident' ? principal.personId : undefined;
      const organisationId = principal.kind === 'staff' ? principal.organisationId : undefined;
      return {
        kind: principal.kind,
        id: actor.id,
        ...(personId === undefined ? {} : { personId }),
        ...(organisationId === undefined ? {} : { organisationId }),
        hasSecondFactor: session.secondFactorAt !== undefined,
        signedInAt: instantText(session.signedInAt),
        expiresAt: instantText(session.expiresAt),
        grants: grants.map(({ role, scope }) => ({ role, scopeKind: scope.kind })),
      };
    }),
    handle(contract.signOutRoute, async (request) => {
      const { principal } = request;
      if (principal.kind === 'public') return refuse('session_ended');
      await request.read((tx) => endSession(tx, principal.session.sessionId));
      request.keepSession(undefined);
      return {};
    }),
    handle(contract.proveAgainRoute, async (request) => {
      const { staffId, session } = staffOf(request.principal);
      const staff = await request.read((tx) => getStaff(tx, staffId));
      const { password, totp } = request.body;
      if (!(await proveAgain(context, staff, { password, totp }))) refuse('mfa_required');
      await request.read((tx) => refreshSession(tx, session.sessionId));
      return {};
    }),
    handle(contract.verifyRealNameRoute, async (request) => {
      const { residentAccountId } = residentOf(request.principal);
      return verifyRealName(residentAccountId, request.body);
    }),
  ];
}

function ownAccountRoutes(context: Context): Handled[] {
  const { keys } = context;
  return [
    handle(contract.enrolTotpRoute, (request) => {
      const { staffId } = staffOf(request.principal);
      return request.read((tx) => enrolTotp(tx, keys, staffId));
    }),
    handle(contract.confirmTotpRoute, async (request) => {
      const { staffId, session } = staffOf(request.principal);
      const guesses = { kind: 'proof', subject: keys.index('session', staffId) };
      demandOpen([await request.read((tx) => countGuess(tx, guesses))]);
      await request.read(async (tx) => {
        await confirmTotp(tx, keys, { staffId, code: request.body.totp });
        await forgetGuesses(tx, guesses);
        await refreshSession(tx, session.sessionId);
      });
      return {};
    }),
    handle(contract.changePasswordRoute, async (request) => {
      const { staffId, session } = staffOf(request.principal);
      const { password, totp, newPassword } = request.body;
      const staff = await request.read((tx) => getStaff(tx, staffId));
      await proveAgain(context, staff, { password, totp });
      const hash = await passwordHash(newPassword);
      const { sessionId } = session;
      await request.read((tx) => setPassword(tx, { staffId, sessionId, passwordHash: hash }));
      return {};
    }),
  ];
}

function staffRoutes(context: Context): Handled[] {
  const { keys } = context;
  return [
    handle(contract.createStaffRoute, async (request) => {
      const { initialPassword, ...given } = request.body;
      const hash = await passwordHash(initialPassword);
      return request.transact((tx) => createStaff(tx, keys, { ...given, passwordHash: hash }));
    }),
    handle(contract.listStaffRoute, async (request) => {
      const limit = request.query.limit ?? 50;
      const before = request.position<string>();
      const reach = request.reach();
      const own = staffOf(request.principal).organisationPath;
      const paths = [...reach.organisationPaths, ...(own === undefined ? [] : [own])];
      const at = { reach: { ...reach, organisationPaths: paths }, before, limit };
      const items = await request.read((tx) => listStaff(tx, keys, at));
      const last = items.length === limit ? items.at(-1) : undefined;
      return { items, ...(last === undefined ? {} : { next: request.cursor(last.staffId) }) };
    }),
    handle(contract.disableStaffRoute, (request) =>
      request.transact(async (tx) => {
        const { staffId } = request.params;
        request.authorize(await getStaffScope(tx, staffId));
        await disableStaff(tx, staffId);
        return {};
      }),
    ),
    handle(contract.resetStaffRoute, async (request) => {
      const hash = await passwordHash(request.body.initialPassword);
      return request.transact(async (tx) => {
        const { staffId } = request.params;
        if (staffId === tx.actor.id) refuse('cannot_grant');
        request.authorize(await getStaffScope(tx, staffId));
        await resetStaff(tx, staffId, hash);
        return {};
      });
    }),
  ];
}

function grantRoutes(): Handled[] {
  return [
    handle(contract.grantRoleRoute, (request) =>
      request.transact(async (tx) => {
        const { staffId } = request.params;
        const { role, scopeKind, scopeId, endsAt } = request.body;
        request.authorize(await getStaffScope(tx, staffId));
        return grantRole(tx, request.principal.grants, {
          staffId,
          role,
          scopeKind,
          scopeId: scopeId ?? '',
          endsAt: endsAt === undefined ? undefined : instantFromText(endsAt),
        });
      }),
    ),
    handle(contract.listGrantsRoute, (request) =>
      request.read(async (tx) => {
        const { staffId } = request.params;
        request.authorize(await getStaffScope(tx, staffId));
        return { items: await listGrants(tx, staffId) };
      }),
    ),
    handle(contract.revokeRoleRoute, (request) =>
      request.transact(async (tx) => {
        await revokeRole(tx, request.principal.grants, request.params.grantId);
        return {};
      }),
    ),
  ];
}

/** Sign-in, sessions, accounts and roles. */
export function accountRoutes(context: Context): readonly Handled[] {
  return [
    ...signInRoutes(context),
    ...sessionRoutes(context),
    ...ownAccountRoutes(context),
    ...staffRoutes(context),
    ...grantRoutes(),
  ];
}
