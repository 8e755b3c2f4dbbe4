import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Count, DayWire, Empty, Id, OneOf, Page, pageQuery, SafeText } from '../../http/wire.ts';
import { organisationKinds, organisationLevels } from './organisation.ts';

const organisation = Type.Object({ organisationId: Id });
const RegionCode = Type.String({ pattern: '^[0-9]{2,12}$', maxLength: 12 });
const FigureName = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$', maxLength: 40 });

const OrganisationWire = Type.Object({
  organisationId: Id,
  parentId: Type.Optional(Id),
  kind: Type.Enum([...organisationKinds]),
  level: Type.Optional(Type.Enum([...organisationLevels])),
  name: Type.String(),
  regionCode: Type.Optional(Type.String()),
});

export const createOrganisationRoute = route({
  method: 'POST',
  url: '/api/organisations',
  permission: 'organisation.create',
  summary: '在上级单位下新增单位',
  body: Type.Object({
    parentId: Type.Optional(Id),
    name: SafeText(100),
    kind: OneOf(organisationKinds),
    level: Type.Optional(OneOf(organisationLevels)),
    regionCode: Type.Optional(RegionCode),
  }),
  reply: organisation,
  status: 'created',
  refusals: ['not_found'],
});

export const getOrganisationRoute = route({
  method: 'GET',
  url: '/api/organisations/{organisationId}',
  permission: 'organisation.read',
  summary: '单位及其上级',
  params: organisation,
  reply: Type.Object({ ...OrganisationWire.properties, above: Type.Array(Type.String()) }),
  refusals: ['not_found'],
});

export const listOrganisationsRoute = route({
  method: 'GET',
  url: '/api/organisations/{organisationId}/organisations',
  permission: 'organisation.read',
  summary: '下级单位，逐页',
  params: organisation,
  query: Type.Object({
    ...pageQuery,
    kind: Type.Optional(OneOf(organisationKinds)),
    childrenOnly: Type.Optional(Type.Boolean()),
  }),
  reply: Page(OrganisationWire),
  refusals: ['not_found'],
});

export const renameOrganisationRoute = route({
  method: 'PATCH',
  url: '/api/organisations/{organisationId}',
  permission: 'organisation.update',
  summary: '更改单位名称或地区，隶属关系不变',
  params: organisation,
  body: Type.Object({ name: SafeText(100), regionCode: Type.Optional(RegionCode) }),
  reply: Empty,
  refusals: ['not_found'],
});

export const reportFiguresRoute = route({
  method: 'POST',
  url: '/api/organisations/{organisationId}/figures',
  permission: 'organisation.update',
  summary: '上报会员数等数据，每日一个值',
  params: organisation,
  body: Type.Object({ figure: FigureName, asOf: DayWire, value: Count(0, 1_000_000_000) }),
  reply: Type.Object({ reported: Type.Integer() }),
  refusals: ['not_found'],
});

export const rollUpFigureRoute = route({
  method: 'GET',
  url: '/api/organisations/{organisationId}/figures/{figure}',
  permission: 'organisation.read',
  summary: '本级上报数与下级汇总数',
  params: Type.Object({ organisationId: Id, figure: FigureName }),
  query: Type.Object({ asOf: DayWire }),
  reply: Type.Object({
    stated: Type.Optional(Type.Number()),
    rolledUp: Type.Optional(Type.Number()),
    reporting: Type.Integer(),
  }),
  refusals: ['not_found'],
});
