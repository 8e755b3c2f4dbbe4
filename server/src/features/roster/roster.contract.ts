import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
  DeskWire,
  Empty,
  FenWire,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
} from '../../http/wire.ts';

const approval = { secondFactor: true, recentSignIn: true } as const;
const roster = Type.Object({ rosterId: Id });
const decisions = ['same_person', 'two_persons'] as const;

const RosterWire = Type.Object({
  rosterId: Id,
  programmeId: Id,
  organisationId: Id,
  organisationName: Type.String(),
  source: Type.String(),
  fileName: Type.String(),
  state: Type.Enum(['importing', 'imported', 'confirmed', 'cancelled', 'failed']),
  rowsTotal: Type.Integer(),
  rowsAccepted: Type.Integer(),
  rowsFailed: Type.Integer(),
  rowsDuplicate: Type.Integer(),
  rowsExisting: Type.Integer(),
  rowsQuestioned: Type.Integer({ description: '疑似重复,待判断的行' }),
  openTasks: Type.Integer({ description: '待判断的疑似重复' }),
  amountFen: FenWire,
  contentHash: Type.Optional(ContentHash),
  preparedBy: Id,
  confirmedBy: Type.Optional(Id),
  createdAt: InstantWire,
});

/** A person as a list names him; the name in full only where the list is the reader's own. */
const ListedWire = Type.Object({
  name: Type.String(),
  phone: Type.Optional(Type.String()),
  idNumber: Type.Optional(Type.String()),
});

const ImportedWire = Type.Object({
  rosterId: Id,
  rowsTotal: Type.Integer(),
  rowsAccepted: Type.Integer(),
  rowsFailed: Type.Integer(),
  rowsDuplicate: Type.Integer(),
  rowsExisting: Type.Integer(),
  rowsQuestioned: Type.Integer({ description: '疑似重复,待判断的行' }),
  amountFen: FenWire,
  contentHash: ContentHash,
});

export const importRosterRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/rosters',
  permission: 'roster.create',
  summary: '导入发放名单(xlsx 或 csv;字段 organisationId、source)',
  params: Type.Object({ programmeId: Id }),
  reply: ImportedWire,
  status: 'created',
  refusals: [
    'not_found',
    'already_imported',
    'invalid_rule',
    'roster_file_invalid',
    'file_type_not_allowed',
    'file_rejected',
    'sheet_limits',
    'payload_too_large',
    'malformed_multipart',
    'invalid_fields',
    'programme_not_running',
    'programme_closed',
    'state_conflict',
    'busy',
  ],
  upload: true,
});

export const listRostersRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/rosters',
  permission: 'roster.summary',
  summary: '名单列表',
  params: Type.Object({ programmeId: Id }),
  query: Type.Object(pageQuery),
  reply: Page(RosterWire),
  refusals: [],
});

export const getRosterRoute = route({
  method: 'GET',
  url: '/api/rosters/{rosterId}',
  permission: 'roster.summary',
  summary: '名单的导入结果，与本人可办的事',
  params: roster,
  reply: Type.Object({ ...RosterWire.properties, desk: DeskWire }),
  refusals: ['not_found', 'programme_not_running'],
});

export const listProblemsRoute = route({
  method: 'GET',
  url: '/api/rosters/{rosterId}/problems',
  permission: 'roster.summary',
  summary: '名单中未导入的行及原因',
  params: roster,
  query: Type.Object(pageQuery),
  reply: Page(
    Type.Object({
      row: Type.Integer(),
      code: Type.String(),
      message: Type.String(),
      column: Type.Optional(Type.String()),
    }),
  ),
  refusals: ['not_found'],
});

export const listSourcesRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/roster-sources',
  permission: 'roster.summary',
  summary: '方案规定可按名单发放的项目、每人标准与名单须有的内容',
  params: Type.Object({ programmeId: Id }),
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        source: Type.String(),
        name: Type.String(),
        identity: Type.Enum(['id_number', 'phone_and_name']),
        facesFen: Type.Array(FenWire),
        perPersonFen: Type.Optional(FenWire),
        cap: Type.Optional(Type.Object({ maxFen: FenWire, clause: Type.String() })),
      }),
    ),
  }),
  refusals: ['not_found', 'programme_not_running'],
});

export const rosterPaymentRoute = route({
  method: 'GET',
  url: '/api/rosters/{rosterId}/payment',
  permission: 'roster.summary',
  summary: '本单位已到账款项与名单金额的对照；由共同资金支付的名单没有',
  params: roster,
  reply: Type.Object({
    payment: Type.Optional(
      Type.Object({
        paidFen: FenWire,
        listedFen: FenWire,
        mustEqual: Type.Boolean({ description: '须分毫不差' }),
      }),
    ),
  }),
  refusals: ['not_found', 'programme_not_running'],
});

export const failureFileRoute = route({
  method: 'GET',
  url: '/api/rosters/{rosterId}/failures.xlsx',
  permission: 'roster.update',
  summary: '下载未导入的行(含原内容与原因),改好后重新导入',
  params: roster,
  reply: Type.Unknown(),
  refusals: ['not_found'],
  download: true,
});

export const confirmRosterRoute = route({
  method: 'POST',
  url: '/api/rosters/{rosterId}/confirm',
  permission: 'roster.confirm',
  summary: '确认名单(须由另一人,按所见内容)',
  params: roster,
  body: Type.Object({ contentHash: ContentHash }),
  reply: Empty,
  refusals: [
    'not_found',
    'already_decided',
    'content_changed',
    'separation_of_duties',
    'state_conflict',
    'fund_not_confirmed',
    'payment_differs',
    'insufficient_funds',
    'nothing_to_issue',
    'programme_not_running',
    'programme_closed',
  ],
  ...approval,
});

export const cancelRosterRoute = route({
  method: 'POST',
  url: '/api/rosters/{rosterId}/cancel',
  permission: 'roster.update',
  summary: '撤回未确认的名单',
  params: roster,
  body: Empty,
  reply: Empty,
  refusals: ['not_found', 'already_decided'],
});

export const listDuplicatesRoute = route({
  method: 'GET',
  url: '/api/rosters/{rosterId}/duplicates',
  permission: 'roster.update',
  summary: '疑似重复的行，与所疑似的那一行(留痕)',
  params: roster,
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        duplicateTaskId: Id,
        row: Type.Integer(),
        reason: Type.Enum(['same_phone_other_name', 'same_identity_other_name']),
        state: Type.Enum(['open', ...decisions]),
        person: Type.Optional(ListedWire),
        amountFen: FenWire,
        other: Type.Optional(
          Type.Object({
            row: Type.Integer(),
            rosterId: Id,
            fileName: Type.String(),
            person: ListedWire,
          }),
        ),
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const decideDuplicateRoute = route({
  method: 'POST',
  url: '/api/rosters/{rosterId}/duplicates/{duplicateTaskId}',
  permission: 'roster.update',
  summary: '判断疑似重复:同一人,或两个人',
  params: Type.Object({ rosterId: Id, duplicateTaskId: Id }),
  body: Type.Object({ decision: OneOf(decisions) }),
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'state_conflict'],
});
