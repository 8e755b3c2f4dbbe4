import type { Grant, ObjectScope } from '@huiquan/domain/access.ts';
import { fen, fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { channelNameIn } from '@huiquan/domain/plan/channel-name.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { deskOf } from '../programme/desk.ts';
import {
  actScope,
  currentPlan,
  findOrganisationPath,
  programmeScope,
} from '../programme/load-plan.ts';
import {
  type Fund,
  type FundPosition,
  getFund,
  listFunds,
  openFund,
  openPlannedFunds,
  sealAccount,
  setReturnAccount,
} from './fund.ts';
import { channelsSeen } from './channels-seen.ts';
import * as contract from './fund.contract.ts';
import { fundingRoutes } from './funding.routes.ts';
import {
  type Balances,
  type FundMoney,
  fundWarnings,
  type LedgerRow,
  listTransfers,
  moneyByPool,
  moneyFlows,
  moneyOfFunds,
} from './money.ts';
import {
  approvePoolTransfer,
  getPoolTransfer,
  listPoolTransfers,
  type PoolTransfer,
  preparePoolTransfer,
  rejectPoolTransfer,
} from './pool-transfer.ts';

const pageSize = 50;

/** Where a fund stands: its programme, its funder, its channel. */
export function fundScope(fund: Fund): ObjectScope {
  const { programmeId, funderPath: organisationPath, channel } = fund;
  return { programmeId, organisationPath, ...(channel === '' ? {} : { channel }) };
}

function balancesWire(balances: Balances) {
  const { fundedFen, ...accounts } = balances;
  return {
    fundedFen: fenOnWire(fundedFen),
    available: fenOnWire(accounts.available),
    committed: fenOnWire(accounts.committed),
    outstanding: fenOnWire(accounts.outstanding),
    payable: fenOnWire(accounts.payable),
    payable_held: fenOnWire(accounts.payable_held),
    settled: fenOnWire(accounts.settled),
    receivable: fenOnWire(accounts.receivable),
    return_due: fenOnWire(accounts.return_due),
    returned: fenOnWire(accounts.returned),
  };
}

function fundWire({ funderPath: _path, balances, ...fund }: FundMoney, plan: Plan) {
  const channelName = channelNameIn(plan, fund.channel);
  return { ...fund, channelName, balances: balancesWire(balances) };
}

function transferWire(row: LedgerRow) {
  const { transferId, sourceKind, targetKind, merchantId, amountFen, eventId, at, ...rest } = row;
  return {
    ...rest,
    transferId: Number(transferId),
    source: sourceKind,
    target: targetKind,
    ...(merchantId === null ? {} : { merchantId }),
    amountFen: fenOnWire(amountFen),
    eventId: Number(eventId),
    at: instantText(at),
  };
}

function poolTransferWire({ amountFen, approvedBy, createdAt, ...rest }: PoolTransfer) {
  return {
    ...rest,
    amountFen: fenOnWire(amountFen),
    createdAt: instantText(createdAt),
    ...(approvedBy === null ? {} : { approvedBy }),
  };
}

async function fundWires(tx: Tx, programmeId: string, funds: readonly Fund[]) {
  // Only a programme with a plan in force has funds.
  if (funds.length === 0) return [];
  const { plan } = await currentPlan(tx, programmeId);
  return (await moneyOfFunds(tx, funds)).map((one) => fundWire(one, plan));
}

function fundHandlers({ keys }: Context): readonly Handled[] {
  return [
    handle(contract.openPlannedFundsRoute, async (request) => {
      const { programmeId } = request.params;
      return request.transact(async (tx) => {
        request.authorize(await programmeScope(tx, programmeId));
        return { opened: await openPlannedFunds(tx, { programmeId, keys }) };
      });
    }),
    handle(contract.openFundRoute, async (request) => {
      const { programmeId } = request.params;
      const { returnAccount: account, ...fund } = request.body;
      const returnAccount = account && sealAccount(keys, account);
      return request.transact(async (tx) => {
        const organisationPath = await findOrganisationPath(tx, fund.funderId);
        if (organisationPath === undefined) refuse('not_found');
        request.authorize({ ...(await programmeScope(tx, programmeId)), organisationPath });
        return openFund(tx, { ...fund, programmeId, returnAccount });
      });
    }),
    handle(contract.setReturnAccountRoute, async (request) => {
      const { fundId } = request.params;
      const account = sealAccount(keys, request.body);
      return request.transact(async (tx) => {
        request.authorize(fundScope(await getFund(tx, fundId)));
        await setReturnAccount(tx, { fundId, account });
        return {};
      });
    }),
  ];
}

/** What the reader may do with money that waits: on the two sides of either act. */
async function moneyDesks(tx: Tx, programmeId: string, grants: readonly Grant[]) {
  const confirming = await deskOf(tx, {
    programmeId,
    act: 'confirm_money',
    grants,
    permissions: { prepare: 'funding_order.match', approve: 'funding_order.approve' },
  });
  const transferring = await deskOf(tx, {
    programmeId,
    act: 'transfer_between_pools',
    grants,
    permissions: { prepare: 'pool_transfer.create', approve: 'pool_transfer.approve' },
  });
  return { confirming, transferring };
}

const readings: readonly Handled[] = [
  handle(contract.listFundsRoute, async (request) => {
    const { limit = pageSize, pool } = request.query;
    const { programmeId } = request.params;
    const after = request.position<FundPosition>();
    const reach = request.reach();
    return request.read(async (tx) => {
      const channels = channelsSeen(request.principal.grants, 'fund.read', { programmeId });
      const funds = await listFunds(tx, { programmeId, pool, reach, channels, after, limit });
      const items = await fundWires(tx, programmeId, funds);
      const last = funds.at(-1);
      if (funds.length < limit || last === undefined) return { items };
      const { pool: lastPool, position, fundId } = last;
      return { items, next: request.cursor({ pool: lastPool, position, fundId }) };
    });
  }),
  handle(contract.getFundRoute, async (request) =>
    request.read(async (tx) => {
      const fund = await getFund(tx, request.params.fundId);
      request.authorize(fundScope(fund));
      const [wire] = await fundWires(tx, fund.programmeId, [fund]);
      return wire ?? refuse('not_found');
    }),
  ),
  handle(contract.programmeMoneyRoute, async (request) => {
    const { programmeId } = request.params;
    return request.read(async (tx) => {
      const scope = await programmeScope(tx, programmeId);
      request.authorize(scope);
      const { grants } = request.principal;
      const channels = channelsSeen(grants, 'fund.read', scope);
      const { plan } = await currentPlan(tx, programmeId);
      const pools = await moneyByPool(tx, programmeId, channels);
      const warnings = await fundWarnings(tx, { programmeId, channels });
      const desks = await moneyDesks(tx, programmeId, grants);
      return {
        ...desks,
        pools: pools.map(({ pool, balances }) => {
          const planned = plan.pools.find((one) => one.id === pool);
          const { available, committed, fundedFen } = balances;
          return {
            pool,
            name: planned?.name ?? pool,
            ...(planned?.amountFen === undefined
              ? {}
              : { plannedFen: fenOnWire(planned.amountFen) }),
            isUsedUp: fundedFen > 0n && available === 0n && committed === 0n,
            balances: balancesWire(balances),
          };
        }),
        warnings: warnings.map(({ availableFen, confirmedFen, lastMovedAt, ...warning }) => ({
          ...warning,
          availableFen: fenOnWire(availableFen),
          confirmedFen: fenOnWire(confirmedFen),
          ...(lastMovedAt === null ? {} : { lastMovedAt: instantText(lastMovedAt) }),
        })),
      };
    });
  }),
  handle(contract.moneyFlowsRoute, async (request) => {
    const { programmeId } = request.params;
    const reach = request.reach();
    return request.read(async (tx) => {
      // A programme that does not exist has no flows to be silent about.
      await programmeScope(tx, programmeId);
      const channels = channelsSeen(request.principal.grants, 'fund.read', { programmeId });
      const flows = await moneyFlows(tx, { programmeId, reach, channels });
      return {
        flows: flows.map(({ transfers, amountFen, ...flow }) => ({
          ...flow,
          count: Number(transfers),
          amountFen: fenOnWire(amountFen),
        })),
      };
    });
  }),
  handle(contract.listTransfersRoute, async (request) => {
    const { limit = pageSize, cursor: _cursor, ...narrowed } = request.query;
    const { fundId } = request.params;
    const last = request.position<number>();
    const after = last === undefined ? undefined : BigInt(last);
    return request.read(async (tx) => {
      request.authorize(fundScope(await getFund(tx, fundId)));
      const asked = { fundId, after, limit, ...narrowed };
      const items = (await listTransfers(tx, asked)).map(transferWire);
      const end = items.at(-1);
      if (items.length < limit || end === undefined) return { items };
      return { items, next: request.cursor(end.transferId) };
    });
  }),
];

const poolTransfers: readonly Handled[] = [
  handle(contract.preparePoolTransferRoute, async (request) => {
    const { amountFen, ...rest } = request.body;
    return request.transact(async (tx) => {
      const { programmeId, funderPath: ownerPath } = await getFund(tx, rest.sourceFundId);
      const asked = { programmeId, act: 'transfer_between_pools', side: 'prepare' } as const;
      request.authorize(await actScope(tx, { ...asked, ownerPath }));
      return poolTransferWire(
        await preparePoolTransfer(tx, { ...rest, amountFen: fen(amountFen) }),
      );
    });
  }),
  handle(contract.listPoolTransfersRoute, async (request) => {
    const { limit = pageSize } = request.query;
    const { programmeId } = request.params;
    const after = request.position<string>();
    return request.read(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      const found = await listPoolTransfers(tx, { programmeId, after, limit });
      const items = found.map(poolTransferWire);
      const last = items.at(-1);
      if (items.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.poolTransferId) };
    });
  }),
  handle(contract.approvePoolTransferRoute, async (request) => {
    const { poolTransferId } = request.params;
    return request.transact(async (tx) => {
      request.authorize(await poolTransferScope(tx, poolTransferId));
      return poolTransferWire(await approvePoolTransfer(tx, { poolTransferId }));
    });
  }),
  handle(contract.rejectPoolTransferRoute, async (request) => {
    const { poolTransferId } = request.params;
    return request.transact(async (tx) => {
      request.authorize(await poolTransferScope(tx, poolTransferId));
      await rejectPoolTransfer(tx, { poolTransferId, reason: request.body.reason });
      return {};
    });
  }),
];

async function poolTransferScope(tx: Tx, poolTransferId: string): Promise<ObjectScope> {
  const { programmeId, sourceFundId } = await getPoolTransfer(tx, poolTransferId);
  const { funderPath: ownerPath } = await getFund(tx, sourceFundId);
  const asked = { programmeId, act: 'transfer_between_pools', side: 'approve' } as const;
  return actScope(tx, { ...asked, ownerPath });
}

/** Funds, their money and ledger, funding orders, bank statements and pool transfers. */
export function fundRoutes(context: Context): readonly Handled[] {
  return [...fundHandlers(context), ...readings, ...poolTransfers, ...fundingRoutes(context)];
}
