import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Id, InstantWire, OneOf, SafeText } from '../../http/wire.ts';

const kinds = ['slider', 'picture', 'question'] as const;
const Coordinate = Type.Number({ minimum: -10_000, maximum: 10_000 });
const Token = Type.String({ minLength: 1, maxLength: 4_000, pattern: '^[A-Za-z0-9._-]+$' });

export const listGatesRoute = route({
  method: 'GET',
  url: '/api/gates',
  permission: 'public',
  summary: '领券关卡的运行状态(风控降级时暂停领券)',
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        gate: Type.String(),
        state: Type.Enum(['healthy', 'degraded']),
        since: Type.Optional(InstantWire),
      }),
    ),
  }),
  refusals: [],
});

export const offerCaptchaRoute = route({
  method: 'POST',
  url: '/api/rounds/{roundId}/captchas',
  permission: 'claim.create',
  summary: '取一道验证题(滑块、点选，长辈版可用文字题)',
  params: Type.Object({ roundId: Id }),
  body: Type.Object({ kind: OneOf(kinds), form: OneOf(['standard', 'elder']) }),
  reply: Type.Object({
    challenge: Type.String(),
    expiresAt: InstantWire,
    view: Type.Unknown({ description: '题面；图片为 base64' }),
  }),
  refusals: ['not_found', 'real_name_required', 'risk_controls_degraded'],
  idempotent: false,
});

export const answerCaptchaRoute = route({
  method: 'POST',
  url: '/api/rounds/{roundId}/captcha-answers',
  permission: 'claim.create',
  summary: '提交验证；通过后得到领券凭证，多种验证的凭证可累积',
  params: Type.Object({ roundId: Id }),
  body: Type.Object({
    challenge: Token,
    /** An earlier pass, whose kinds the new one keeps. */
    pass: Type.Optional(Token),
    trail: Type.Optional(
      Type.Array(Type.Object({ x: Coordinate, y: Coordinate, atMs: Type.Number({ minimum: 0 }) }), {
        maxItems: 2_000,
      }),
    ),
    clicks: Type.Optional(
      Type.Array(Type.Object({ x: Coordinate, y: Coordinate }), { maxItems: 10 }),
    ),
    text: Type.Optional(SafeText(40)),
  }),
  reply: Type.Object({
    pass: Type.String(),
    kinds: Type.Array(Type.Enum([...kinds])),
    expiresAt: InstantWire,
  }),
  refusals: ['not_found', 'captcha_invalid', 'real_name_required'],
  idempotent: false,
});
