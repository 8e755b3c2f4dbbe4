import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  Empty,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
  PersonNameWire,
  PhoneWire,
  ResidentIdWire,
  SafeText,
} from '../../http/wire.ts';
import { grantableRoles, scopeKinds } from './grant.ts';

const LoginName = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{2,39}$', maxLength: 40 });
const Password = SafeText(128);
const NewPassword = Type.String({ format: 'line', minLength: 12, maxLength: 128 });
const Totp = Type.String({ pattern: '^[0-9]{6}$', maxLength: 6, 'x-code': 'invalid_format' });
const Keep = Type.Optional(OneOf(['cookie', 'token']));
const staffId = Type.Object({ staffId: Id });

/** A browser keeps the session in a cookie and sees no token; a program asks for the token. */
const SignedIn = Type.Object({
  sessionId: Id,
  expiresAt: InstantWire,
  token: Type.Optional(Type.String()),
});

export const signInStaffRoute = route({
  method: 'POST',
  url: '/api/sign-in/staff',
  permission: 'public',
  summary: '工作人员登录(口令与动态码)',
  body: Type.Object({
    loginName: LoginName,
    password: Password,
    totp: Type.Optional(Totp),
    keep: Keep,
  }),
  reply: SignedIn,
  status: 'created',
  refusals: ['invalid_credentials', 'too_many_attempts'],
  idempotent: false,
});

export const signInTillRoute = route({
  method: 'POST',
  url: '/api/sign-in/till',
  permission: 'public',
  summary: '收银员在已绑定的终端登录(请求须由终端签名)',
  body: Type.Object({ loginName: LoginName, password: Password, totp: Type.Optional(Totp) }),
  reply: SignedIn,
  status: 'created',
  refusals: ['invalid_credentials', 'too_many_attempts', 'signature_invalid'],
  idempotent: false,
});

export const requestSmsCodeRoute = route({
  method: 'POST',
  url: '/api/sign-in/sms-codes',
  permission: 'public',
  summary: '向手机发送登录验证码',
  body: Type.Object({ phone: PhoneWire }),
  reply: Empty,
  status: 'accepted',
  refusals: ['too_many_attempts', 'busy'],
  idempotent: false,
});

export const signInResidentRoute = route({
  method: 'POST',
  url: '/api/sign-in/resident',
  permission: 'public',
  summary: '居民凭短信验证码登录，首次登录即开户',
  body: Type.Object({ phone: PhoneWire, code: Totp, keep: Keep }),
  reply: SignedIn,
  status: 'created',
  refusals: ['invalid_credentials', 'too_many_attempts'],
  idempotent: false,
});

export const showSessionRoute = route({
  method: 'GET',
  url: '/api/session',
  permission: 'signed_in',
  summary: '本次登录的身份与权限',
  reply: Type.Object({
    kind: OneOf(['staff', 'resident', 'terminal']),
    id: Type.String(),
    personId: Type.Optional(Id),
    organisationId: Type.Optional(Id),
    hasSecondFactor: Type.Boolean(),
    signedInAt: InstantWire,
    expiresAt: InstantWire,
    grants: Type.Array(Type.Object({ role: Type.String(), scopeKind: Type.String() })),
  }),
  refusals: [],
});

export const signOutRoute = route({
  method: 'DELETE',
  url: '/api/session',
  permission: 'signed_in',
  summary: '退出登录',
  reply: Empty,
  status: 'no_content',
  refusals: [],
  idempotent: false,
});

export const proveAgainRoute = route({
  method: 'POST',
  url: '/api/session/proof',
  permission: 'signed_in',
  summary: '重新验证身份(审批、付款、导出前)',
  body: Type.Object({ password: Password, totp: Type.Optional(Totp) }),
  reply: Empty,
  status: 'no_content',
  refusals: ['invalid_credentials', 'too_many_attempts', 'mfa_required', 'forbidden'],
  idempotent: false,
});

export const enrolTotpRoute = route({
  method: 'POST',
  url: '/api/me/totp',
  permission: 'signed_in',
  summary: '开通动态码：取得密钥(只显示一次)',
  reply: Type.Object({ secret: Type.String(), uri: Type.String() }),
  status: 'created',
  refusals: ['state_conflict', 'forbidden'],
  idempotent: false,
});

export const confirmTotpRoute = route({
  method: 'POST',
  url: '/api/me/totp/confirmation',
  permission: 'signed_in',
  summary: '用首个动态码确认开通',
  body: Type.Object({ totp: Totp }),
  reply: Empty,
  status: 'no_content',
  refusals: ['invalid_credentials', 'state_conflict', 'forbidden', 'too_many_attempts'],
  idempotent: false,
});

export const changePasswordRoute = route({
  method: 'PUT',
  url: '/api/me/password',
  permission: 'signed_in',
  summary: '修改口令，其他登录随即失效',
  body: Type.Object({ password: Password, totp: Type.Optional(Totp), newPassword: NewPassword }),
  reply: Empty,
  status: 'no_content',
  refusals: ['invalid_credentials', 'too_many_attempts', 'forbidden'],
  idempotent: false,
});

export const verifyRealNameRoute = route({
  method: 'POST',
  url: '/api/me/real-name',
  permission: 'signed_in',
  summary: '实名认证',
  body: Type.Object({ name: PersonNameWire, residentId: ResidentIdWire }),
  reply: Type.Object({ personId: Id }),
  refusals: [
    'consent_required',
    'identity_mismatch',
    'too_many_attempts',
    'state_conflict',
    'busy',
    'forbidden',
  ],
  idempotent: false,
});

export const createStaffRoute = route({
  method: 'POST',
  url: '/api/staff',
  permission: 'staff.create',
  summary: '开设工作人员账号(不含业务角色)',
  body: Type.Object({
    organisationId: Type.Optional(Id),
    loginName: LoginName,
    name: PersonNameWire,
    initialPassword: NewPassword,
  }),
  reply: Type.Object({ staffId: Id }),
  status: 'created',
  refusals: ['already_registered'],
  secondFactor: true,
});

export const listStaffRoute = route({
  method: 'GET',
  url: '/api/staff',
  permission: 'staff.read',
  summary: '工作人员账号',
  query: Type.Object(pageQuery),
  reply: Page(
    Type.Object({
      staffId: Id,
      organisationId: Type.Optional(Id),
      loginName: Type.String(),
      name: Type.String(),
      state: Type.String(),
      hasSecondFactor: Type.Boolean(),
      createdAt: InstantWire,
    }),
  ),
  refusals: [],
});

export const disableStaffRoute = route({
  method: 'POST',
  url: '/api/staff/{staffId}/disablement',
  permission: 'staff.disable',
  summary: '停用账号，立即生效',
  params: staffId,
  reply: Empty,
  refusals: ['not_found'],
  secondFactor: true,
});

export const resetStaffRoute = route({
  method: 'POST',
  url: '/api/staff/{staffId}/reset',
  permission: 'staff.reset',
  summary: '重置口令与动态码',
  params: staffId,
  body: Type.Object({ initialPassword: NewPassword }),
  reply: Empty,
  refusals: ['not_found', 'cannot_grant'],
  secondFactor: true,
  recentSignIn: true,
});

export const grantRoleRoute = route({
  method: 'POST',
  url: '/api/staff/{staffId}/grants',
  permission: 'grant.create',
  summary: '授予角色(不超过本人所持)',
  params: staffId,
  body: Type.Object({
    role: OneOf(grantableRoles),
    scopeKind: OneOf(scopeKinds),
    scopeId: Type.Optional(SafeText(64)),
    endsAt: Type.Optional(InstantWire),
  }),
  reply: Type.Object({ grantId: Id }),
  status: 'created',
  refusals: ['cannot_grant', 'already_registered', 'not_found'],
  secondFactor: true,
  recentSignIn: true,
});

export const listGrantsRoute = route({
  method: 'GET',
  url: '/api/staff/{staffId}/grants',
  permission: 'grant.read',
  summary: '账号的角色(含已结束的)',
  params: staffId,
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        grantId: Id,
        role: Type.String(),
        scopeKind: Type.String(),
        scopeId: Type.String(),
        grantedBy: Type.String(),
        startsAt: InstantWire,
        endsAt: Type.Optional(InstantWire),
        revokedAt: Type.Optional(InstantWire),
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const revokeRoleRoute = route({
  method: 'DELETE',
  url: '/api/grants/{grantId}',
  permission: 'grant.revoke',
  summary: '收回角色，立即生效',
  params: Type.Object({ grantId: Id }),
  reply: Empty,
  refusals: ['cannot_grant', 'not_found'],
  secondFactor: true,
});
