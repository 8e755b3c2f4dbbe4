import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { DayWire, Id, Page, pageQuery, SafeText } from '../../http/wire.ts';
import { organisationKinds, organisationLevels } from './organisation.ts';

export const browseOrganisationsRoute = route({
  method: 'GET',
  url: '/api/organisations',
  permission: 'organisation.read',
  summary: '按名称查找单位，或逐级浏览：所能见到的最上级，或某单位的下级',
  query: Type.Object({
    ...pageQuery,
    search: Type.Optional(SafeText(100)),
    parentId: Type.Optional(Id),
  }),
  reply: Page(
    Type.Object({
      organisationId: Id,
      parentId: Type.Optional(Id),
      kind: Type.Enum([...organisationKinds]),
      level: Type.Optional(Type.Enum([...organisationLevels])),
      name: Type.String(),
      regionCode: Type.Optional(Type.String()),
      childCount: Type.Integer({ description: '直接下级的个数' }),
      members: Type.Optional(Type.Integer({ description: '本单位最近上报的会员人数' })),
      membersAsOf: Type.Optional(DayWire),
      above: Type.Array(Type.String()),
    }),
  ),
  refusals: [],
});
