import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { DeskWire, Id } from '../../http/wire.ts';

export const programmeDeskRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/desk',
  permission: 'programme.read',
  summary: '本人以本单位的名义可以办的事：导入名单、编制发放批次、结算付款、延期、结束活动',
  params: Type.Object({ programmeId: Id }),
  reply: Type.Object({
    roster: DeskWire,
    batch: DeskWire,
    settlement: DeskWire,
    extension: DeskWire,
    closing: DeskWire,
  }),
  refusals: ['not_found', 'programme_not_running'],
});
