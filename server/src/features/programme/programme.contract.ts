import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
  Count,
  DeskWire,
  Empty,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
  Paragraph,
} from '../../http/wire.ts';
import { planFileMax } from './plan-file.ts';

const programmeStates = ['draft', 'published', 'stopped', 'closing', 'closed'] as const;
const versionStates = ['prepared', 'approved', 'rejected', 'superseded'] as const;

/** The file as written: its reader names what is wrong with it, line by line. */
const PlanText = Type.String({ minLength: 1, maxLength: planFileMax, description: '方案文件全文' });
const PartyWire = Type.Object({
  party: Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$', maxLength: 40 }),
  organisationId: Id,
});
const NamedPartyWire = Type.Object({
  ...PartyWire.properties,
  organisationName: Type.String(),
});
const Parties = Type.Array(PartyWire, { maxItems: 1_000 });
const Amendments = Type.Optional(Count(0, 50));
const Reason = Type.Object({ reason: Paragraph(500) });

const FindingWire = Type.Object({
  code: Type.String(),
  severity: Type.Enum(['error', 'warning', 'silence', 'notice']),
  clause: Type.String(),
  message: Type.String(),
  figures: Type.Record(Type.String(), Type.Unknown()),
  pointer: Type.String(),
  line: Type.Optional(Type.Integer()),
  column: Type.Optional(Type.Integer()),
});

const ProgrammeWire = Type.Object({
  programmeId: Id,
  code: Type.String(),
  title: Type.String(),
  organiserId: Id,
  organiserName: Type.String(),
  state: Type.Enum([...programmeStates]),
  currentVersionId: Type.Optional(Id),
  createdAt: InstantWire,
});

const versionFields = {
  versionId: Id,
  number: Type.Integer(),
  state: Type.Enum([...versionStates]),
  contentHash: ContentHash,
  extendsVersionId: Type.Optional(Id),
  preparedBy: Id,
  preparedAtName: Type.Optional(Type.String({ description: '提交人所在单位' })),
  approvedBy: Type.Optional(Id),
  approvedAtName: Type.Optional(Type.String({ description: '批准人所在单位' })),
  createdAt: InstantWire,
  effectiveFrom: Type.Optional(InstantWire),
};

const PreparedWire = Type.Object({
  programmeId: Id,
  versionId: Id,
  number: Type.Integer(),
  contentHash: ContentHash,
  findings: Type.Integer({ description: '检查发现的条数' }),
});

const programme = Type.Object({ programmeId: Id });
const version = Type.Object({ versionId: Id });
const restart = Type.Object({ restartId: Id });
const approval = { secondFactor: true, recentSignIn: true } as const;

export const checkPlanRoute = route({
  method: 'POST',
  url: '/api/plan-checks',
  permission: 'programme.prepare',
  summary: '检查方案文件，不保存',
  body: Type.Object({ planText: PlanText }),
  reply: Type.Object({
    runs: Type.Boolean(),
    findings: Type.Array(FindingWire),
    file: Type.Optional(
      Type.Object(
        {
          id: Type.String(),
          name: Type.String(),
          parties: Type.Array(Type.Object({ party: Type.String(), name: Type.String() })),
          amendments: Type.Array(Type.String(), { description: '后续修改文件，按先后' }),
        },
        { description: '方案文件合格式时所写的活动、单位和修改' },
      ),
    ),
  }),
  refusals: [],
  idempotent: false,
});

export const createProgrammeRoute = route({
  method: 'POST',
  url: '/api/programmes',
  permission: 'programme.create',
  summary: '按方案文件新建活动，第一版待复核',
  body: Type.Object({
    planText: PlanText,
    organiserId: Id,
    code: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{2,59}$', maxLength: 60 })),
    parties: Parties,
    amendments: Amendments,
  }),
  reply: PreparedWire,
  status: 'created',
  refusals: ['not_found', 'plan_invalid', 'invalid_rule', 'state_conflict'],
});

export const listProgrammesRoute = route({
  method: 'GET',
  url: '/api/programmes',
  permission: 'programme.read',
  summary: '活动列表',
  query: Type.Object({ ...pageQuery, state: Type.Optional(OneOf(programmeStates)) }),
  reply: Page(ProgrammeWire),
  refusals: [],
});

export const getProgrammeRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}',
  permission: 'programme.read',
  summary: '活动详情：版本、参与单位、待复核的恢复申请',
  params: programme,
  reply: Type.Object({
    ...ProgrammeWire.properties,
    versions: Type.Array(
      Type.Object({ ...versionFields, findings: Type.Integer({ description: '发现条数' }) }),
    ),
    parties: Type.Array(NamedPartyWire),
    waitingRestartId: Type.Optional(Id),
    waitingRestartBy: Type.Optional(Id),
    waitingRestartReason: Type.Optional(Type.String()),
  }),
  refusals: ['not_found'],
});

export const getVersionRoute = route({
  method: 'GET',
  url: '/api/versions/{versionId}',
  permission: 'programme.read',
  summary: '方案版本全文与检查结果，供复核人审阅',
  params: version,
  reply: Type.Object({
    ...versionFields,
    programmeId: Id,
    planText: Type.String(),
    parties: Type.Array(NamedPartyWire),
    findings: Type.Array(FindingWire),
  }),
  refusals: ['not_found'],
});

export const versionChangesRoute = route({
  method: 'GET',
  url: '/api/versions/{versionId}/changes',
  permission: 'programme.read',
  summary: '方案版本与其前一个生效版本的不同之处，供复核人审阅',
  params: version,
  reply: Type.Object({
    before: Type.Optional(
      Type.Object({ versionId: Id, number: Type.Integer() }, { description: '首版没有' }),
    ),
    takesEffectAt: Type.Optional(InstantWire),
    desk: DeskWire,
    changes: Type.Array(
      Type.Object({
        place: Type.String(),
        pointer: Type.String(),
        before: Type.Optional(Type.String()),
        after: Type.Optional(Type.String()),
      }),
    ),
  }),
  refusals: ['not_found'],
});

const prepareBody = Type.Object({ planText: PlanText, parties: Parties, amendments: Amendments });
const prepareRefusals = [
  'not_found',
  'plan_invalid',
  'invalid_rule',
  'state_conflict',
  'programme_closed',
] as const;

export const prepareVersionRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/versions',
  permission: 'programme.prepare',
  summary: '提交方案新版本，待复核',
  params: programme,
  body: prepareBody,
  reply: PreparedWire,
  status: 'created',
  refusals: prepareRefusals,
});

export const prepareExtensionRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/extensions',
  permission: 'programme.prepare',
  summary: '提交延期方案：只改日期',
  params: programme,
  body: prepareBody,
  reply: PreparedWire,
  status: 'created',
  refusals: [...prepareRefusals, 'programme_not_running'],
});

export const approveVersionRoute = route({
  method: 'POST',
  url: '/api/versions/{versionId}/approval',
  permission: 'programme.approve',
  summary: '批准方案版本：须与所见内容一致，且非提交人',
  params: version,
  body: Type.Object({ contentHash: ContentHash }),
  reply: Type.Object({ programmeId: Id, effectiveFrom: InstantWire }),
  refusals: [
    'not_found',
    'content_changed',
    'already_decided',
    'separation_of_duties',
    'plan_has_errors',
    'plan_invalid',
    'programme_closed',
    'state_conflict',
  ],
  ...approval,
});

export const rejectVersionRoute = route({
  method: 'POST',
  url: '/api/versions/{versionId}/rejection',
  permission: 'programme.approve',
  summary: '退回方案版本',
  params: version,
  body: Reason,
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'plan_invalid'],
  ...approval,
});

export const stopProgrammeRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/stop',
  permission: 'programme.stop',
  summary: '紧急停止活动，一人即可',
  params: programme,
  body: Reason,
  reply: Empty,
  refusals: ['not_found', 'state_conflict'],
});

export const prepareRestartRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/restarts',
  permission: 'programme.resume_prepare',
  summary: '申请恢复已停止的活动',
  params: programme,
  body: Reason,
  reply: Type.Object({ restartId: Id }),
  status: 'created',
  refusals: ['not_found', 'state_conflict'],
});

export const decideRestartRoute = route({
  method: 'POST',
  url: '/api/restarts/{restartId}/decision',
  permission: 'programme.resume_approve',
  summary: '复核恢复申请',
  params: restart,
  body: Type.Object({ decision: OneOf(['approved', 'rejected']) }),
  reply: Type.Object({ programmeId: Id }),
  refusals: [
    'not_found',
    'already_decided',
    'separation_of_duties',
    'state_conflict',
    'programme_not_running',
  ],
  ...approval,
});

const PublicProgramme = Type.Object({
  programmeId: Id,
  code: Type.String(),
  name: Type.String(),
  theme: Type.Optional(Type.String()),
  documentNumber: Type.String(),
  documentTitle: Type.String(),
  region: Type.String(),
  state: Type.Enum(['running', 'stopped', 'ended']),
  startsAt: InstantWire,
  endsAt: InstantWire,
  redeemUntil: InstantWire,
});

export const listPublicProgrammesRoute = route({
  method: 'GET',
  url: '/api/public/programmes',
  permission: 'public',
  summary: '已公布的活动',
  query: Type.Object(pageQuery),
  reply: Page(PublicProgramme),
  refusals: [],
});

export const getPublicProgrammeRoute = route({
  method: 'GET',
  url: '/api/public/programmes/{programmeId}',
  permission: 'public',
  summary: '活动说明：券种、门槛、轮次、咨询电话',
  params: programme,
  reply: Type.Object({
    ...PublicProgramme.properties,
    kinds: Type.Array(
      Type.Object({ kind: Type.String(), name: Type.String(), words: Type.String() }),
    ),
    rounds: Type.Array(Type.Object({ no: Type.Integer(), opensAt: InstantWire })),
    pools: Type.Array(
      Type.Object({
        pool: Type.String(),
        name: Type.String(),
        state: Type.Enum(['not_funded', 'open', 'used_up']),
      }),
    ),
    gates: Type.Array(Type.String(), { description: '领券时的关卡：定位、滑块、图形等' }),
    categories: Type.Array(Type.Object({ category: Type.String(), name: Type.String() }), {
      description: '商户类别',
    }),
    hotlines: Type.Array(Type.Object({ number: Type.String(), name: Type.String() })),
  }),
  refusals: ['not_found'],
});
