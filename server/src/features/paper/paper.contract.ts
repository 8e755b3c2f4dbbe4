import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Count, Id, InstantWire, Page, pageQuery, PositiveFen } from '../../http/wire.ts';
import { organisationLevels } from '../people/organisation.ts';

const issuedMax = 10_000_000;

export const registerPaperRoute = route({
  method: 'POST',
  url: '/api/paper-registers',
  permission: 'paper_register.create',
  summary: '登记基层工会发放的纸质券：某一面值多少张',
  body: Type.Object({
    fundId: Id,
    faceFen: PositiveFen,
    issuedCount: Count(1, issuedMax),
  }),
  reply: Type.Object({ registerId: Id }),
  status: 'created',
  refusals: [
    'not_found',
    'invalid_rule',
    'cap_exceeded',
    'state_conflict',
    'programme_not_running',
    'programme_closed',
  ],
});

export const listPaperRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/paper-registers',
  permission: 'paper_register.read',
  summary: '活动的纸质券登记，逐页',
  params: Type.Object({ programmeId: Id }),
  query: Type.Object(pageQuery),
  reply: Page(
    Type.Object({
      registerId: Id,
      organisationId: Id,
      name: Type.String(),
      level: Type.Optional(Type.Enum([...organisationLevels])),
      fundId: Id,
      faceFen: PositiveFen,
      issuedCount: Count(1, issuedMax),
      at: InstantWire,
    }),
  ),
  refusals: [],
});
