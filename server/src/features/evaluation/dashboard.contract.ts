import { Type } from 'typebox';
import { figureUnits } from '@huiquan/domain/evaluation/figures.ts';
import { route } from '../../http/contract.ts';
import { Count, DayWire, FenWire, Id, InstantWire, SignedFen } from '../../http/wire.ts';

const Used = { count: Count(0, 1_000_000_000), orderFen: FenWire, usedFen: FenWire };

export const dashboardRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/dashboard',
  permission: 'evaluation.read',
  summary: '看板：领取率、核销率、拉动、结余、账龄，按日、类别、县(市、区)；出自账本，带截止时间',
  params: Type.Object({ programmeId: Id }),
  reply: Type.Object({
    programmeId: Id,
    name: Type.String(),
    region: Type.Optional(Type.String({ description: '外框已知的行政区划代码' })),
    asOf: InstantWire,
    figures: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        unit: Type.Enum([...figureUnits]),
        value: Type.Optional(Type.String()),
      }),
    ),
    money: Type.Object({
      fundedFen: SignedFen,
      availableFen: SignedFen,
      committedFen: SignedFen,
      outstandingFen: SignedFen,
      payableFen: SignedFen,
      settledFen: SignedFen,
      returnDueFen: SignedFen,
      returnedFen: SignedFen,
    }),
    stock: Type.Object({ offered: Count(0, 1_000_000_000), claimed: Count(0, 1_000_000_000) }),
    days: Type.Array(Type.Object({ day: DayWire, issuedFen: SignedFen, ...Used })),
    categories: Type.Array(Type.Object({ industry: Type.String(), ...Used })),
    counties: Type.Array(
      Type.Object({
        regionCode: Type.String(),
        regionName: Type.Optional(Type.String({ description: '方案写明或外框已知的名称' })),
        shops: Count(0, 1_000_000),
        ...Used,
        longitude: Type.Optional(Type.Number()),
        latitude: Type.Optional(Type.Number()),
      }),
    ),
    ageing: Type.Array(
      Type.Object({ days: Count(0, 100_000), count: Count(0, 1_000_000_000), amountFen: FenWire }),
    ),
  }),
  refusals: ['not_found', 'programme_not_running'],
});
