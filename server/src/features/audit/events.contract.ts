import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Id, InstantWire, OneOf, Page, pageQuery, SafeText } from '../../http/wire.ts';

const Word = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$', maxLength: 40 });

export const listEventsRoute = route({
  method: 'GET',
  url: '/api/events',
  permission: 'audit.read',
  summary: '时间线：谁在何时办了什么；可按对象、活动，或只看个人信息的查看，新的在前',
  query: Type.Object({
    ...pageQuery,
    programmeId: Type.Optional(Id),
    subjectKind: Type.Optional(Word),
    subjectId: Type.Optional(SafeText(100)),
    about: Type.Optional(OneOf(['personal_data'])),
  }),
  reply: Page(
    Type.Object({
      eventId: Type.String(),
      at: InstantWire,
      actorKind: Type.String(),
      actorId: Type.String(),
      actorName: Type.Optional(Type.String({ description: '工作人员的登录名' })),
      organisation: Type.Optional(Type.String()),
      kind: Type.String(),
      subjectKind: Type.String(),
      subjectId: Type.String(),
      programmeId: Type.Optional(Id),
      body: Type.Record(Type.String(), Type.Unknown()),
      items: Type.Integer({ description: '成组办理的笔数' }),
      movedFen: Type.Integer({ description: '随之划转的金额(分)' }),
    }),
  ),
  refusals: [],
});

const Verification = Type.Object({
  verificationId: Id,
  state: OneOf(['waiting', 'running', 'proved', 'broken', 'failed']),
  askedBy: Type.String(),
  askedAt: InstantWire,
  endedAt: Type.Optional(InstantWire),
  stepsDone: Type.Integer(),
  steps: Type.Integer(),
  firstBad: Type.Optional(Type.String()),
  invariants: Type.Array(
    Type.Object({ name: Type.String(), lookedAt: Type.Integer(), badCount: Type.Integer() }),
  ),
});

export const chainRoute = route({
  method: 'GET',
  url: '/api/chain',
  permission: 'audit.verify',
  summary: '证据链现状：块数、链头、未封事件与滞后，最近一次公布和核验',
  reply: Type.Object({
    blocks: Type.Integer(),
    events: Type.Integer(),
    head: Type.Optional(Type.Object({ hash: Type.String(), sealedAt: InstantWire })),
    unsealed: Type.Integer(),
    lagSeconds: Type.Integer(),
    published: Type.Optional(Type.Object({ day: Type.String(), blockNo: Type.Integer() })),
    verification: Type.Optional(Verification),
    proved: Type.Optional(Verification),
  }),
  refusals: [],
});

export const askVerificationRoute = route({
  method: 'POST',
  url: '/api/verifications',
  permission: 'audit.verify',
  summary: '核验全部账目、消费券与证据链；同时只进行一次',
  reply: Type.Object({ verificationId: Id }),
  status: 'accepted',
  refusals: [],
});
