import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
  DeskWire,
  FenWire,
  Id,
  InstantWire,
  PositiveFen,
  SignedFen,
} from '../../http/wire.ts';

const KindWire = Type.Object({
  kind: Type.String(),
  name: Type.String(),
  pool: Type.String(),
  poolName: Type.String(),
  faceFen: PositiveFen,
  quantity: Type.Integer(),
  issued: Type.Integer(),
});

const OfficeRound = Type.Object({
  number: Type.Integer(),
  roundId: Type.Optional(Id),
  opensAt: InstantWire,
  closesAt: InstantWire,
  state: Type.Enum(['planned', 'prepared', 'approved', 'stopped', 'closed']),
  mayRollOver: Type.Boolean({ description: '方案允许结余经审批转入以后的轮次' }),
  contentHash: Type.Optional(ContentHash),
  preparedBy: Type.Optional(Id),
  stock: Type.Array(KindWire, { description: '可在本轮发放的券种；未编制的为方案数量' }),
  shares: Type.Array(
    Type.Object({
      kind: Type.String(),
      fundId: Id,
      poolName: Type.String(),
      funderName: Type.String(),
      quantity: Type.Integer(),
      amountFen: FenWire,
    }),
  ),
  restart: Type.Optional(
    Type.Object({
      restartId: Id,
      reason: Type.String(),
      preparedBy: Id,
      createdAt: InstantWire,
    }),
  ),
});

export const officeRoundsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/office-rounds',
  permission: 'round.read',
  summary: '全部轮次的库存、出资、编制与恢复申请，以及各资金池可转入的金额',
  params: Type.Object({ programmeId: Id }),
  reply: Type.Object({
    serverTime: InstantWire,
    desk: DeskWire,
    pools: Type.Array(
      Type.Object({
        pool: Type.String(),
        name: Type.String(),
        availableFen: SignedFen,
        expiredFen: SignedFen,
      }),
    ),
    items: Type.Array(OfficeRound),
  }),
  refusals: ['not_found', 'programme_not_running'],
});

export const liveRoundRoute = route({
  method: 'GET',
  url: '/api/rounds/{roundId}/live',
  permission: 'round.read',
  summary: '一轮的实时库存(抢券时逐秒查看)',
  params: Type.Object({ roundId: Id }),
  reply: Type.Object({
    serverTime: InstantWire,
    state: Type.Enum(['prepared', 'approved', 'stopped', 'closed', 'cancelled']),
    items: Type.Array(
      Type.Object({ kind: Type.String(), quantity: Type.Integer(), issued: Type.Integer() }),
    ),
  }),
  refusals: ['not_found'],
});
